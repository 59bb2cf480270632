import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis import campaigns
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

TOUCHES = pd.DataFrame(
    [
        ("1", "a", True, 1, 2, 1),
        ("2", "a", True, 1, 0, 0),
        ("1", "b", True, 1, 0, 0),
        ("1", "c", False, 0, 3, 0),  # redeemed a coupon passed on
    ],
    columns=["campaign_id", "customer_id", "contacted", "contacts", "redemptions", "own_redemptions"],
)


def test_each_share_has_its_own_base():
    assert campaigns.shares(10, TOUCHES) == {
        "contacted_share": share(2, 10),
        "redeemers_share": share(2, 10),
        "own_redeemers_share": share(1, 10),
        "redemption_rate": share(1, 2),
    }


def test_shares_of_redemptions_are_unknown_where_nobody_recorded_them():
    found = campaigns.shares(10, TOUCHES.assign(redemptions=np.nan, own_redemptions=np.nan))

    assert {name for name, one in found.items() if one.known} == {"contacted_share"}
    assert not any(one.known for one in campaigns.shares(10, TOUCHES[:0]).values())


def test_the_share_of_own_coupons_rests_on_who_redeemed_one():
    assert campaigns.own_share(TOUCHES) == Estimate(0.2, 1)
    assert campaigns.own_share(TOUCHES.assign(own_redemptions=0)) == Estimate(0.0, 2)


def reach(*rows):
    frame = pd.DataFrame(rows, columns=["campaign_id", "contacted", "redeemers", "ends_on"])
    return frame.assign(ends_on=pd.to_datetime(frame["ends_on"]))


AS_OF = pd.Timestamp("2023-06-30")


def test_rates_of_campaigns_that_ended_best_first():
    found = campaigns.rates(
        reach(
            ("1", 200, 20, "2023-05-01"),
            ("2", 200, 60, "2023-06-30"),
            ("3", 500, 400, "2023-07-01"),  # still running
            ("4", 29, 29, "2023-05-01"),  # too few
        ),
        as_of=AS_OF,
        minimum=30,
    )

    assert found["campaign_id"].tolist() == ["2", "1"]
    assert found["rate"].tolist() == [0.3, 0.1]
    assert found["low"][1] == share(20, 200).low
    assert found["stands_out"].tolist() == [True, False]


def test_of_campaigns_alike_none_stands_out():
    alike = [(str(number), 100, 10 + number % 3, "2023-05-01") for number in range(20)]

    assert not campaigns.rates(reach(*alike), as_of=AS_OF, minimum=30)["stands_out"].any()


def test_one_campaign_has_nothing_to_stand_out_from():
    one = campaigns.rates(reach(("1", 100, 50, "2023-05-01")), as_of=AS_OF, minimum=30)

    assert one["stands_out"].tolist() == [False]


GROUPS = pd.DataFrame(
    [("1", True, 14, 30.0, 60.0, 500.0, 2000.0), ("1", False, 14, 20.0, 8.0, 400.0, 64.0)],
    columns=["campaign_id", "contacted", "days", "before", "during", "before_squares", "during_squares"],
)
REACH = reach(("1", 3, 0, "2023-05-01"), ("2", 9, 0, "2023-05-01"), ("3", 99, 0, "2023-07-01"))


def test_the_widest_campaign_is_one_that_can_be_compared():
    assert campaigns.widest(REACH, GROUPS, as_of=AS_OF) == "1"
    assert campaigns.widest(REACH, GROUPS[:0], as_of=AS_OF) is None


def test_spending_a_week_counts_those_who_spent_nothing():
    found = campaigns.spending(GROUPS, REACH, "1", 7)

    # Three contacted spent 30 in two weeks before; four others 20.
    assert {key: one.value for key, one in found.items()} == {
        "contacted.before": 5.0,
        "contacted.during": 10.0,
        "others.before": 2.5,
        "others.during": 1.0,
    }
    # Squares a week 125, mean 5: variance (125 - 75) / 2 = 25, error 5 / sqrt(3), t(2) = 4.3027
    assert found["contacted.before"].high == pytest.approx(5 + 4.3027 * 5 / math.sqrt(3), rel=1e-4)
    assert [one.n for one in found.values()] == [3, 3, 4, 4]
    assert campaigns.times(found["contacted.before"], found["others.before"]) == Estimate(2.0, 3)


def test_without_a_campaign_nothing_is_known():
    assert not any(one.known for one in campaigns.spending(GROUPS, REACH, None, 7).values())
    assert not campaigns.gap(*[Estimate(math.nan, 0)] * 2).known


def test_the_gap_adds_the_errors_of_both_groups():
    # t(99) = 1.98422: errors of 1 and 2, that of the gap is sqrt(5)
    one = Estimate(10.0, 100, 10 - 1.98422, 10 + 1.98422, 0.95)
    other = Estimate(4.0, 100, 4 - 2 * 1.98422, 4 + 2 * 1.98422, 0.95)

    found = campaigns.gap(one, other)

    assert (found.value, found.n) == (6.0, 100)
    assert found.low == pytest.approx(6 - 1.98422 * math.sqrt(5), rel=1e-4)


CUSTOMERS = pd.DataFrame({"customer_id": list("abcd"), "revenue": [80.0, 15.0, 5.0, -2.0]})
CLASSES = pd.Series(["A", "B", "C", None], dtype=pd.CategoricalDtype(["A", "B", "C"], ordered=True))


def test_tiers_side_by_side():
    touches = pd.DataFrame({"customer_id": ["a", "b", "d"], "contacts": [3, 1, 9], "redemptions": [6, 2, 9]})

    table = campaigns.tiers(CUSTOMERS, CLASSES, touches)

    assert table["customers"].tolist() == [1, 1, 1]
    assert table["revenue_share"].tolist() == [0.8, 0.15, 0.05]
    assert table["contacts_share"].tolist() == [0.75, 0.25, 0]
    assert table["redemptions_share"].tolist() == [0.75, 0.25, 0]
    assert table["redeemers"].tolist() == [1, 1, 0]
    assert campaigns.tier_share(table, "A", "redemptions") == Estimate(0.75, 1)
    assert campaigns.tier_gap(table, "A").value == pytest.approx(-0.05)


def test_tiers_without_campaigns():
    nobody = pd.DataFrame(columns=["customer_id", "contacts", "redemptions"])
    table = campaigns.tiers(CUSTOMERS, CLASSES, nobody)

    assert not campaigns.tier_share(table, "A", "redemptions").known
    assert not campaigns.tier_gap(table, "A").known


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20))
def test_shares_of_tiers_sum_to_one_or_nothing(counts):
    customers = pd.DataFrame({"customer_id": range(len(counts)), "revenue": 1.0})
    classes = pd.Series("A", index=customers.index, dtype=CLASSES.dtype)
    touches = pd.DataFrame(counts, columns=["contacts", "redemptions"]).assign(
        customer_id=customers["customer_id"]
    )

    table = campaigns.tiers(customers, classes, touches)

    for name in ("contacts", "redemptions"):
        assert table[f"{name}_share"].sum() == pytest.approx(1 if touches[name].sum() else 0)
