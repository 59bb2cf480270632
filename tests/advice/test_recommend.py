"""Ranking, break-even and what is kept for the next period, on rows one can check by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.advice.playbook import our_playbook, parse_playbook
from crmreport.advice.recommend import BreakEven, break_even, from_json, judge, recommend, to_json
from crmreport.findings import Findings
from crmreport.params import Advice
from tests.advice.findings import finding

# Slipping: 6.5% of 280,000 = 18,200 at effort 2. Overdue: 10% = 28,000 at effort 1.
# Buyers lost 776 at effort 3. Redemption has no money.
FOUND = Findings(
    [
        finding("recommendations.revenue", 280_000),
        finding("segmentation.slipping_revenue", 0.065, n=208),
        finding("segmentation.slipping_customers", 208, n=208),
        finding("retention.overdue_revenue", 0.1, n=150),
        finding("retention.overdue_customers", 150, n=150),
        finding("retention.interval_days", 60, margin=5),
        finding("customers.buyers", 612, n=612),
        finding("customers.buyers_change", -0.08, n=612),
        finding("customers.effect[driver=buyers]", -776, n=612),
        finding("customers.basket", 10.0, n=612),
        finding("marketing.redemption_rate", 0.02, margin=0.01, n=900),
        finding("satisfaction.csat", 0.8, margin=0.05),
        finding("satisfaction.response_rate", 0.3, margin=0.02),
    ]
)
COSTS = Advice(contact_cost=0.5, margin_rate=0.25)


def test_actions_are_ranked_by_money_at_stake_for_each_step_of_effort() -> None:
    advice = recommend(FOUND, our_playbook(), COSTS, minimum=30)
    assert [(one.rank, one.rule, one.at_stake, one.basis, one.n, one.list_size) for one in advice] == [
        (1, "overdue_reminder", 28_000, "held", 150, 150),
        (2, "win_back", 18_200, "held", 208, 208),
        (3, "falling_buyers", 776, "lost", 612, None),
        (4, "coupon_targeting", None, None, 900, None),
    ]


def test_everything_that_the_next_period_needs_is_kept() -> None:
    advice = recommend(FOUND, our_playbook(), COSTS, minimum=30)
    slipping = advice[1]
    # A contact costs 0.50, an order leaves 2.50: 104 / 2.50 = 41.6.
    assert slipping.break_even == BreakEven(needed=42, of=208)
    assert slipping.kpi == FOUND["segmentation.slipping_revenue"]
    assert slipping.evidence == {
        "customers": "segmentation.slipping_customers",
        "revenue": "segmentation.slipping_revenue",
    }
    assert slipping.starts_on(date(2017, 12, 31)) == date(2018, 1, 14)
    assert slipping.done_on(date(2017, 12, 31)) == date(2018, 3, 1)
    assert from_json(to_json(advice)) == advice


def test_a_list_under_the_minimum_is_no_recommendation() -> None:
    rules = {one.rule for one in recommend(FOUND, our_playbook(), COSTS, minimum=151)}
    assert rules == {"win_back", "falling_buyers", "coupon_targeting"}


def test_evidence_that_is_withheld_silences_a_rule() -> None:
    found = Findings([*(one for one in FOUND.values() if one.id != "retention.interval_days")])
    verdicts = {one.rule.id: one.verdict for one in judge(found, our_playbook(), minimum=30)}
    assert verdicts["overdue_reminder"] == "unknown"


@pytest.mark.parametrize(
    ("customers", "basket", "cost", "margin", "needed"),
    [
        # 1,200 contacts of 0.10 are 120; an order of 12.60 leaves 3.15: 38.1.
        (1200, 12.6, 0.10, 0.25, 39),
        (100, 10.0, 0.1, 1.0, 1),
        # Exactly 30, which floating point makes a little more.
        (100, 1.0, 0.03, 0.1, 30),
        (40, 1.0, 2.0, 0.5, 160),
        (1, 1000.0, 0.01, 0.5, 1),
    ],
)
def test_break_even(customers: int, basket: float, cost: float, margin: float, needed: int) -> None:
    costs = Advice(contact_cost=cost, margin_rate=margin)
    found = break_even(customers, finding("customers.basket", basket), costs)
    assert found == BreakEven(needed=needed, of=customers)


@pytest.mark.parametrize(
    ("basket", "costs"),
    [
        (10.0, Advice()),
        (10.0, Advice(contact_cost=0.5)),
        (10.0, Advice(margin_rate=0.25)),
        (-1.0, COSTS),
        (0.0, COSTS),
        (None, COSTS),
    ],
)
def test_without_cost_margin_and_order_value_no_break_even_is_stated(
    basket: float | None, costs: Advice
) -> None:
    value = None if basket is None else finding("customers.basket", basket)
    assert break_even(100, value, costs) is None


def test_a_rule_that_speaks_of_no_finding_can_be_switched_off() -> None:
    playbook = parse_playbook(f"rules: [{{id: a, when: 1 > 2, effort: 1, {COMMON}}}]", where="")
    assert [(one.verdict, one.ground) for one in judge(FOUND, playbook, minimum=30)] == [("no_ground", None)]


RULES = """
rules:
  - {{id: a, when: x.a > 0, stake: {{basis: held, value: x.a}}, effort: {0}, {common}}}
  - {{id: b, when: x.b > 0, stake: {{basis: lost, value: x.b}}, effort: {1}, {common}}}
  - {{id: c, when: x.c > 0, stake: {{basis: gap, value: x.c - 3}}, effort: {2}, {common}}}
  - {{id: d, when: x.c > 0, effort: {2}, {common}}}
"""
COMMON = "evidence: {x: x.c}, segment: active, owner: crm, days: {start: 1, done: 2}"


@given(
    st.lists(st.sampled_from([None, -1.0, 1.0, 3.0, 7.0]), min_size=3, max_size=3),
    st.lists(st.integers(1, 3), min_size=3, max_size=3),
)
@settings(deadline=None)
def test_ranks_are_whole_and_in_order(values: list[float | None], efforts: list[int]) -> None:
    playbook = parse_playbook(RULES.format(*efforts, common=COMMON), where="")
    found = Findings(finding(f"x.{name}", value) for name, value in zip("abc", values, strict=True))

    advice = recommend(found, playbook, Advice(), minimum=30)

    assert [one.rank for one in advice] == list(range(1, len(advice) + 1))
    weights = [one.at_stake / one.effort for one in advice if one.at_stake is not None]
    assert weights == sorted(weights, reverse=True)
    assert all(weight > 0 for weight in weights)
    assert [one.at_stake is None for one in advice] == sorted(one.at_stake is None for one in advice)
    fired = {one.rule.id for one in judge(found, playbook, minimum=30) if one.verdict == "fires"}
    assert {one.rule for one in advice} == fired


def test_a_reason_names_the_most_or_the_least_of_the_first_id_that_is_known() -> None:
    found = Findings(
        [
            finding("complaints.main_part", 0.3, margin=0.05),
            finding("complaints.cause_part[value=unknown]", None),
            finding("complaints.topic_part[value=late]", 0.3, margin=0.05),
            finding("complaints.topic_part[value=broken]", 0.2, margin=0.05),
            finding("complaints.product_id_part[value=p9]", 0.6, margin=0.05),
            finding("satisfaction.csat", 0.8, margin=0.05),
            finding("satisfaction.attribute[attribute=staff]", 0.9, margin=0.05),
            # Equally low: the first by name.
            finding("satisfaction.attribute[attribute=shops]", 0.5, margin=0.05),
            finding("satisfaction.attribute[attribute=wifi]", 0.5, margin=0.05),
            finding("recommendations.weakest_part", 0.5, margin=0.05),
        ]
    )
    advice = {one.rule: one for one in recommend(found, our_playbook(), COSTS, minimum=30)}
    assert advice["cause_first"].names == {"name": "complaints.topic_part[value=late]"}
    assert advice["weakest_part"].names == {"name": "satisfaction.attribute[attribute=shops]"}
    assert advice["list_invited"].names == {}
    assert from_json(to_json(advice.values())) == list(advice.values())


def test_a_list_counts_only_whom_it_may_hold() -> None:
    # Half may be contacted: 75 and 104; the break-even is of those, the money at stake is what it was.
    advice = recommend(FOUND, our_playbook(), COSTS, minimum=30, contactable=0.5)
    assert [(one.rule, one.list_size, one.n, one.at_stake) for one in advice[:2]] == [
        ("overdue_reminder", 75, 75, 28_000),
        ("win_back", 104, 104, 18_200),
    ]
    # 104 contacts cost 52; an order leaves 2.50: 20.8 orders.
    assert advice[1].break_even == BreakEven(needed=21, of=104)
    # A fifth of 150 are 30, of 208 are 42; under that no list of the overdue is worth the name.
    few = recommend(FOUND, our_playbook(), COSTS, minimum=31, contactable=0.2)
    assert [one.rule for one in few if one.list_size is not None] == ["win_back"]
