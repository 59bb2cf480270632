"""Our rules one by one, and the playbook that a consultant writes."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from crmreport.advice.playbook import FILE, load_playbook, our_playbook, own_playbook, parse_playbook
from crmreport.advice.recommend import judge
from crmreport.errors import ParamsError
from crmreport.findings import Findings
from crmreport.text.catalogue import load_catalogue
from tests.advice.findings import finding

Known = dict[str, float | tuple[float, float] | None]

# For each rule: findings that fire it, and what changed makes it silent. A pair is a value and half the
# width of its interval; None is withheld.
CASES: dict[str, tuple[Known, list[Known]]] = {
    "win_back": (
        {"segmentation.slipping_revenue": 0.065, "segmentation.slipping_customers": 208},
        [
            {"segmentation.slipping_revenue": 0.029},
            {"segmentation.slipping_customers": 29},
            {"segmentation.slipping_revenue": None, "segmentation.slipping_customers": None},
        ],
    ),
    "overdue_reminder": (
        {
            "retention.overdue_revenue": 0.1,
            "retention.overdue_customers": 150,
            "retention.interval_days": (60, 5),
        },
        [{"retention.overdue_revenue": 0.02}, {"retention.interval_days": None}],
    ),
    "watch_list_test": (
        {
            "warning.list_customers": 160,
            "warning.list_lost": (0.33, 0.07),
            "warning.base_rate": (0.23, 0.02),
        },
        # Within its interval the list held no more who left than everybody.
        [{"warning.list_lost": (0.29, 0.07)}, {"warning.list_customers": None}],
    ),
    "silence_alarm": (
        {"warning.silent_share": (0.031, 0.003), "warning.silent_usual": (0.023, 0.002)},
        [
            {"warning.silent_share": (0.027, 0.003)},
            {"warning.silent_share": (0.015, 0.002)},
            {"warning.silent_usual": None},
        ],
    ),
    "wake_dormant": (
        {
            "lifecycle.customers[state=dormant]": 384,
            "lifecycle.back_share[state=dormant]": (0.59, 0.05),
            "lifecycle.back_share[state=lost]": (0.43, 0.06),
            "lifecycle.lost_days": (142, 10),
            "customers.basket": 8,
        },
        [
            {"lifecycle.back_share[state=lost]": (0.52, 0.06)},  # the two intervals overlap
            {"lifecycle.back_share[state=lost]": None},
            {"lifecycle.customers[state=dormant]": 29},
        ],
    ),
    "rest_lost": (
        {"lifecycle.customers[state=lost]": 307, "lifecycle.back_share[state=lost]": (0.05, 0.02)},
        [
            {"lifecycle.back_share[state=lost]": (0.09, 0.02)},
            {"lifecycle.back_share[state=lost]": None},
        ],
    ),
    "hold_regained": (
        {
            "lifecycle.regained_customers": 102,
            "lifecycle.regained_again": (0.42, 0.09),
            "customers.basket": 8,
        },
        [
            {"lifecycle.regained_again": (0.55, 0.09)},
            {"lifecycle.regained_again": None, "lifecycle.regained_customers": None},
        ],
    ),
    "value_falling": (
        {
            "value.quadrant_customers[quadrant=falling]": 60,
            "value.quadrant_past[quadrant=falling]": 0.08,
            "value.quadrant_ahead[quadrant=falling]": 0.03,
        },
        [
            {"value.quadrant_past[quadrant=falling]": 0.04},
            {"value.quadrant_past[quadrant=falling]": None},
        ],
    ),
    "falling_buyers": (
        {"customers.buyers_change": -0.08, "customers.buyers": 612, "customers.effect[driver=buyers]": -776},
        [{"customers.buyers_change": -0.02}, {"customers.buyers_change": 0.08}],
    ),
    "second_purchase": (
        {"retention.repeat_90": (0.3, 0.05), "customers.basket": 10},
        [{"retention.repeat_90": (0.48, 0.05)}, {"retention.repeat_90": None}],
    ),
    "single_order": (
        {"segmentation.single_order": (0.36, 0.03), "customers.basket": 8},
        [
            {"segmentation.single_order": (0.26, 0.03)},
            # The repurchase curve says it better.
            {"retention.repeat_90": (0.3, 0.05)},
        ],
    ),
    "care_for_best": (
        {
            "segmentation.best_revenue": 0.41,
            "segmentation.best_customers": (0.155, 0.02),
        },
        [
            {"segmentation.best_revenue": 0.19},
            {"segmentation.best_customers": (0.05, 0.02)},
        ],
    ),
    "concentration": (
        {"segmentation.top_gap": (0.05, 0.02), "segmentation.top_revenue": (0.85, 0.02)},
        [{"segmentation.top_gap": (0.01, 0.02)}, {"segmentation.top_gap": (-0.15, 0.02)}],
    ),
    "falling_frequency": (
        {
            "customers.frequency_change": -0.05,
            "customers.frequency": 1.9,
            "customers.effect[driver=frequency]": -480,
        },
        [{"customers.frequency_change": -0.01}, {"customers.frequency_change": 0.05}],
    ),
    "falling_basket": (
        {"customers.basket_change": -0.05, "customers.basket": 8, "customers.effect[driver=basket]": -300},
        [{"customers.basket_change": -0.01}, {"customers.basket_change": 0.2}],
    ),
    "below_expected_frequency": (
        {"loyalty.frequency": 2.0, "loyalty.expected_frequency": 2.5, "loyalty.penetration": 0.2},
        # A brand of half its market: double jeopardy's line says too much there.
        [{"loyalty.frequency": 2.4}, {"loyalty.expected_frequency": None}, {"loyalty.penetration": 0.5}],
    ),
    "breadth": (
        {"loyalty.breadth": (1.4, 0.1)},
        # A brand of a single category has no second one to offer.
        [{"loyalty.breadth": (1.95, 0.1)}, {"loyalty.breadth": 1.0}],
    ),
    "spent_elsewhere": (
        {"loyalty.requirements_share": (0.3, 0.02)},
        [{"loyalty.requirements_share": (0.49, 0.02)}, {"loyalty.requirements_share": 1.0}],
    ),
    "share_lost": (
        {"environment.share_change": (-0.012, 0.004), "environment.market_share": 0.1},
        [
            {"environment.share_change": (-0.012, 0.02)},
            {"environment.share_change": (-0.004, 0.001)},
            {"environment.share_change": (0.012, 0.004)},
        ],
    ),
    "sister_brands": (
        {"portfolio.closest_ratio": (1.4, 0.2)},
        [{"portfolio.closest_ratio": (1.25, 0.2)}, {"portfolio.closest_ratio": None}],
    ),
    "satisfied_leaving": (
        {
            "loyalty.satisfied_leaving": 120,
            "loyalty.satisfied_leaving_share": (0.24, 0.05),
            "loyalty.satisfied_leaving_spend": (80, 9),
        },
        [
            {"loyalty.satisfied_leaving_share": (0.12, 0.05)},  # it may be fewer than a tenth
            {"loyalty.satisfied_leaving": 29},
            {"loyalty.satisfied_leaving_spend": None},
        ],
    ),
    "complaining_loyal": (
        {
            "loyalty.complaining_loyal": 60,
            "loyalty.complaining_loyal_share": (0.4, 0.05),
            "loyalty.complaining_loyal_spend": (300, 20),
        },
        [{"loyalty.complaining_loyal": None}, {"loyalty.complaining_loyal": 29}],
    ),
    "spurious_loyalty": (
        {
            "loyalty.cell_customers[cell=spurious]": (0.36, 0.03),
            "loyalty.cell_customers[cell=true]": (0.15, 0.03),
            "loyalty.cell_revenue[cell=spurious]": (0.58, 0.04),
        },
        [
            {"loyalty.cell_customers[cell=true]": (0.31, 0.03)},  # the intervals meet
            {"loyalty.cell_customers[cell=true]": (0.5, 0.03)},
            {"loyalty.cell_customers[cell=spurious]": None},
        ],
    ),
    "latent_loyalty": (
        {
            "loyalty.cell_customers[cell=latent]": (0.2, 0.03),
            "loyalty.cell_spend[cell=latent]": (200, 30),
            "loyalty.cell_spend[cell=true]": (1300, 90),
        },
        [{"loyalty.cell_customers[cell=latent]": (0.12, 0.03)}, {"loyalty.cell_spend[cell=true]": None}],
    ),
    "deal_dependence": ({"marketing.deal_share": 0.45}, [{"marketing.deal_share": 0.35}]),
    "coupons_to_best": (
        {"segmentation.class_coupons[abc=a]": 0.6, "segmentation.class_customers[abc=a]": 0.33},
        [{"segmentation.class_coupons[abc=a]": 0.4}],
    ),
    "value_low_contacts": (
        {"value.quadrant_contacts[quadrant=low]": 0.4, "value.quadrant_ahead[quadrant=low]": 0.25},
        [
            {"value.quadrant_contacts[quadrant=low]": 0.3},
            {"value.quadrant_contacts[quadrant=low]": None},
        ],
    ),
    "coupon_targeting": (
        {"marketing.redemption_rate": (0.02, 0.01)},
        [{"marketing.redemption_rate": (0.045, 0.01)}, {"marketing.redemption_rate": None}],
    ),
    "holdout_test": (
        {"marketing.contacted_share": (0.6, 0.02)},
        [{"marketing.uplift": (0.01, 0.02)}, {"marketing.contacted_share": None}],
    ),
    "weakest_part": (
        {
            "recommendations.weakest_part": (0.56, 0.02),
            "satisfaction.csat": (0.7, 0.02),
            "satisfaction.attribute[attribute=shops]": (0.56, 0.02),
        },
        [
            {"recommendations.weakest_part": (0.67, 0.02)},
            {"satisfaction.csat": None},
            {"satisfaction.attribute[attribute=shops]": None},
        ],
    ),
    "call_back": ({"satisfaction.csat": (0.7, 0.02)}, [{"satisfaction.csat": (0.79, 0.02)}]),
    "cause_first": (
        {"complaints.main_part": (0.3, 0.05), "complaints.topic_part[value=late]": (0.3, 0.05)},
        [{"complaints.main_part": (0.12, 0.03)}, {"complaints.topic_part[value=late]": None}],
    ),
    "first_answer": (
        {"complaints.response_in_target": (0.6, 0.05)},
        [{"complaints.response_in_target": (0.78, 0.05)}],
    ),
    "service_target": (
        {"complaints.resolution_in_target": (0.6, 0.05)},
        [{"complaints.resolution_in_target": (0.78, 0.05)}],
    ),
    "unsolved_cases": ({"complaints.unsolvable": (0.1, 0.03)}, [{"complaints.unsolvable": (0.06, 0.03)}]),
    "reopened_cases": ({"complaints.reopened": (0.1, 0.03)}, [{"complaints.reopened": (0.06, 0.03)}]),
    "disputed_answers": ({"complaints.disputed": (0.2, 0.05)}, [{"complaints.disputed": (0.12, 0.05)}]),
    "advice_follow_up": ({"complaints.followed_up": (0.4, 0.05)}, [{"complaints.followed_up": (0.78, 0.05)}]),
    "cap_contacts": (
        {"engagement.weeks_over_limit": 0.02, "engagement.customers_over_limit": 219},
        [{"engagement.weeks_over_limit": 0.005}, {"engagement.customers_over_limit": None}],
    ),
    "one_calendar": ({"engagement.several_units": 0.16}, [{"engagement.several_units": 0.04}]),
    "keep_plans": ({"engagement.kept": (0.7, 0.02)}, [{"engagement.kept": (0.89, 0.02)}]),
    "survey": (
        {"customers.buyers": 612},
        [
            {"satisfaction.csat": (0.8, 0.05)},
            {"satisfaction.nps": (0.3, 0.05)},
            {"customers.buyers": None},
        ],
    ),
    "linked_survey": (
        {"customers.buyers": 612, "loyalty.mark[role=attitude]": (70, 2)},
        [
            {"loyalty.side[side=emotion]": (60, 3)},
            {"loyalty.mark[role=attitude]": None},
            {"customers.buyers": None},
        ],
    ),
    "profiles": ({"data.profile_share": (0.33, 0.02)}, [{"data.profile_share": (0.79, 0.02)}]),
    "data_used": ({"data.used_share": 0.9}, [{"data.used_share": 0.96}]),
    "case_times": ({"complaints.cases": 189}, [{"complaints.resolution_median": (8, 1)}]),
    "list_invited": (
        {"satisfaction.csat": (0.82, 0.02)},
        [{"satisfaction.response_rate": (0.3, 0.02)}, {"satisfaction.csat": None}],
    ),
}


def known(values: Known) -> Findings:
    return Findings(
        finding(key, *value[:1], margin=value[1]) if isinstance(value, tuple) else finding(key, value)
        for key, value in values.items()
    )


def fires(rule: str, values: Known) -> bool:
    verdicts = {one.rule.id: one.verdict for one in judge(known(values), our_playbook(), minimum=30)}
    return verdicts[rule] == "fires"


def test_every_rule_has_its_cases() -> None:
    assert [rule.id for rule in our_playbook().rules] == list(CASES)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_fires(rule: str) -> None:
    assert fires(rule, CASES[rule][0])


@pytest.mark.parametrize(
    ("rule", "change"), [(rule, change) for rule, (_, changes) in CASES.items() for change in changes]
)
def test_a_rule_is_silent(rule: str, change: Known) -> None:
    assert not fires(rule, CASES[rule][0] | change)


def test_without_findings_no_rule_fires() -> None:
    assert "fires" not in {one.verdict for one in judge(Findings(), our_playbook(), minimum=30)}


def test_not_all_rules_can_fire_at_once() -> None:
    everything = {key: value for values, _ in CASES.values() for key, value in values.items()}
    verdicts = [one.verdict for one in judge(known(everything), our_playbook(), minimum=30)]
    assert verdicts.count("fires") == len(CASES) - 3
    # single_order gives way to second_purchase, survey to what was asked, call_back to those satisfied.


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_rule_has_its_words(language: str) -> None:
    catalogue = load_catalogue(language)
    for rule in our_playbook().rules:
        words = f"recommendations.{rule.id}"
        for part in ("title", "step"):
            assert {one.slot for one in catalogue.parts(f"{words}.{part}")} == {None}
        (why,) = catalogue[f"{words}.why"].forms
        slots = {slot for _, slot, _, _ in string.Formatter().parse(why) if slot}
        assert slots <= {*rule.evidence, *rule.names}, rule.id
        assert set(rule.names) <= slots, rule.id
        assert f"recommendations.segment.{rule.segment}" in catalogue
        assert f"recommendations.owner.{rule.owner}" in catalogue
        assert f"recommendations.rhythm.{rule.rhythm}" in catalogue
        assert f"recommendations.stake.{rule.stake.basis if rule.stake else 'unvalued'}" in catalogue


RULE = """
  - id: {id}
    when: {when}
    evidence: {{buyers: customers.buyers}}
    segment: active
    effort: 1
    owner: crm
    days: {{start: 7, done: 30}}
"""
KNOWN = ("customers.buyers", "customers.basket")


def write(folder: Path, *rules: str) -> Path:
    path = folder / FILE
    path.write_text("rules:" + "".join(rules), "utf-8")
    return path


def test_without_a_playbook_of_ones_own_ours_is_used(tmp_path: Path) -> None:
    assert own_playbook(tmp_path) is None
    assert load_playbook(tmp_path, known=KNOWN) == our_playbook()


def test_ones_own_rules_replace_ours_in_place_or_follow_them(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        RULE.format(id="loyal_gift", when="customers.buyers > 9"),
        RULE.format(id="survey", when="customers.buyers > 500 and not known(satisfaction.nps)"),
    )
    assert own_playbook(tmp_path) == path

    rules = load_playbook(tmp_path, known=KNOWN).rules

    assert [rule.id for rule in rules] == [*CASES, "loyal_gift"]
    assert next(rule for rule in rules if rule.id == "survey").when.startswith("customers.buyers > 500")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            [RULE.format(id="gift", when="customers.buyers >")],
            "rule “gift”, “when”, column 19: a number or a finding should stand here, not the end",
        ),
        (
            [RULE.format(id="gift", when="customers.buyres > 9")],
            "“customers.buyres”, which is no finding (did you mean “customers.buyers”?).",
        ),
        ([RULE.format(id="gift", when="customers.buyers > 9")] * 2, "Two rules have the id “gift”."),
        ([RULE.format(id="Gift", when="customers.buyers > 9")], "rules.0.id"),
        (
            [RULE.format(id="gift", when="customers.buyers > 9") + "    discount: 10\n"],
            "“rules.0.discount” is not a key",
        ),
        (
            [RULE.format(id="gift", when="customers.buyers > 9").replace("done: 30", "done: 3")],
            "starts after 7 days but is done after 3",
        ),
        (
            [RULE.format(id="gift", when="customers.buyers > 9") + "    kpi: buyers\n"],
            "“buyers” is not a finding's key",
        ),
        (
            [RULE.format(id="gift", when="customers.buyers > 9") + "    list_size: 1 > 2\n"],
            "rule “gift”, “list_size”, column 1: this gives a condition; it must give a number",
        ),
        ([" []"], "“rules” must be a list of at least 1"),
        (["\n  - &a [*a]"], "rules.0"),
    ],
)
def test_what_is_wrong_in_a_playbook_is_said(tmp_path: Path, rules: list[str], said: str) -> None:
    path = write(tmp_path, *rules)
    with pytest.raises(ParamsError) as caught:
        load_playbook(tmp_path, known=KNOWN)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_playbook_that_is_no_mapping() -> None:
    with pytest.raises(ParamsError, match="mapping with the key “rules”"):
        parse_playbook("- rules", where="playbook.yml")


def test_a_playbook_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe rules")
    with pytest.raises(ParamsError, match="cannot be read"):
        load_playbook(tmp_path, known=KNOWN)
