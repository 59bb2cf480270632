"""The loyalty index, worked by hand, and what other weights do to an order of groups."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.analysis.composite import rank_shares, weightings
from crmreport.analysis.loyalty_index import (
    Anchor,
    anchors,
    by_group,
    group_table,
    loyalty,
    means,
    parts,
    weighed,
)

EQUAL = {"time": 1, "behaviour": 1, "emotion": 1}
AS_OF = date(2024, 12, 31)


def customers(n=4):
    """Customers a, b, c …, first seen 100, 200, 300 … days ago, with 1, 2, 3 … purchase days."""
    number = np.arange(1, n + 1)
    return pd.DataFrame(
        {
            "customer_id": [chr(96 + one) for one in number],
            "first_purchase_on": pd.Timestamp(AS_OF) - pd.to_timedelta(100 * number, unit="D"),
            "purchase_days": number,
            "categories": [1.0, 1.0, 2.0, 4.0][:n],
        }
    )


RHYTHM = pd.DataFrame({"customer_id": ["d", "a", "b", "c"], "active_months": [4, 1, 2, 3]})
BUYERS = pd.DataFrame(
    {"customer_id": ["a", "b", "c"], "own": [5.0, 10.0, -1.0], "market": [10.0, 10.0, 10.0]}
)


def made(buyers=BUYERS, emotion=(math.nan,) * 4, minimum=2, **weights):
    table = parts(customers(), RHYTHM, buyers, as_of=AS_OF)
    anchor = anchors(table, {"length": 400}, data_days=500, window_days=365, dormant_days=90)
    heft = pd.Series(1.0, table.index)
    told = pd.Series(emotion, table.index)
    return loyalty(table, anchor, told, heft, weights=EQUAL | weights, minimum=minimum)


def test_parts_and_anchors_by_hand():
    table = parts(customers(), RHYTHM, BUYERS, as_of=AS_OF)
    anchor = anchors(table, {"length": 400}, data_days=500, window_days=365, dormant_days=90)

    assert table["length"].tolist() == [100, 200, 300, 400]
    assert table["regularity"].tolist() == [1, 2, 3, 4]
    # Returns make no negative loyalty, and who has no market has no share.
    assert table["share"].tolist() == pytest.approx([0.5, 1, 0, math.nan], nan_ok=True)
    assert anchor == {
        "length": Anchor(400, "stated"),
        # One who never pauses for more than 90 days buys in four months of the year.
        "regularity": Anchor(4, "rhythm"),
        "frequency": Anchor(4, "usual"),
        "share": Anchor(1, "whole"),
        "breadth": Anchor(4, "usual"),
    }


def test_anchors_follow_the_length_of_the_data_where_it_is_short():
    table = parts(customers(), RHYTHM, BUYERS, as_of=AS_OF)

    short = anchors(table, {}, data_days=180, window_days=180, dormant_days=None)
    assert (short["length"], short["regularity"]) == (Anchor(180, "data"), Anchor(6, "data"))
    long = anchors(table, {}, data_days=2000, window_days=365, dormant_days=10)
    # Nobody buys in more months than there are.
    assert (long["length"], long["regularity"]) == (Anchor(730, "stated"), Anchor(12, "rhythm"))


def test_the_index_of_the_sides_there_are_says_so_in_its_name():
    found = made()

    assert found.name == "time_behaviour"
    assert found.missing == ("emotion",)
    assert found.weights == {"time": 0.5, "behaviour": 0.5}
    assert found.sides["time"].tolist() == [25, 50, 75, 100]
    # Frequency 25 50 75 100, share 50 100 0 -, breadth 25 25 50 100.
    assert found.sides["behaviour"].tolist() == pytest.approx([100 / 3, 175 / 3, 125 / 3, 100])
    each = (found.sides["time"] + found.sides["behaviour"]) / 2
    index = found.index()
    assert index.value == pytest.approx(each.mean())
    # With the same customers on both sides the linearised variance is that of a mean.
    assert index.low == pytest.approx(each.mean() - 3.182446305 * each.std() / 2)
    assert index.high == 100  # more there is not
    assert found.side("time").value == 62.5


def test_a_side_of_some_customers_weighs_as_much_as_one_of_all():
    found = made(emotion=(80, 40, math.nan, math.nan), time=2)

    assert found.name == "time_behaviour_emotion"
    assert found.missing == ()
    assert found.weights == {"time": 0.5, "behaviour": 0.25, "emotion": 0.25}
    behaviour = found.sides["behaviour"].mean()
    index = found.index()
    assert index.value == pytest.approx(0.5 * 62.5 + 0.25 * behaviour + 0.25 * 60)
    assert index.n == 2
    assert (index.low, index.high) == (0, 100)  # of two answers, anything may be


def test_an_answer_counts_as_much_as_its_survey_weight():
    sides = pd.DataFrame({"emotion": [80.0, 40.0, math.nan]})

    found = weighed(sides, {"emotion": 1.0}, pd.Series([3.0, 1.0, 1.0]))
    assert found.value == 70
    assert found.n == 2


def test_a_side_of_too_few_answers_is_missing_and_one_side_is_no_index():
    assert made(emotion=(80, math.nan, math.nan, math.nan)).missing == ("emotion",)
    assert made(behaviour=0, emotion=(math.nan,) * 4) is None


def test_groups_of_too_few_answers_have_sides_and_no_index():
    found = made(emotion=(80, 40, 60, math.nan))
    grouped = by_group(found, pd.Series(["x", "x", "y", "y"]), minimum=2)

    assert list(grouped) == ["x", "y"]
    assert grouped["x"]["emotion"].value == 60
    assert not grouped["y"]["emotion"].known
    assert not grouped["y"]["index"].known
    assert grouped["y"]["time"].value == 87.5
    assert means(grouped, found.weights).index.tolist() == ["x"]
    assert group_table(grouped)["name"].tolist() == ["x", "y"]
    assert by_group(found, pd.Series(["x", "x", "x", "y"]), minimum=2).keys() == {"x"}


@settings(max_examples=40)
@given(st.lists(st.tuples(*[st.floats(0, 100)] * 3), min_size=3, max_size=20), st.randoms())
def test_an_index_is_between_0_and_100_whatever_the_order_of_customers(rows, dice):
    sides = pd.DataFrame(rows, columns=["time", "behaviour", "emotion"])
    weights = {"time": 0.2, "behaviour": 0.3, "emotion": 0.5}
    heft = pd.Series(1.0, sides.index)
    order = list(range(len(rows)))
    dice.shuffle(order)

    found, again = weighed(sides, weights, heft), weighed(sides.iloc[order], weights, heft)
    assert 0 <= found.low <= found.value <= found.high <= 100
    assert (again.value, again.low) == pytest.approx((found.value, found.low))


def test_the_interval_holds_the_truth_as_often_as_it_says():
    # A population with known means; emotion is known of 60 of 200 customers, who are no others.
    rng = np.random.default_rng(7)
    weights, truth, held = {"time": 0.5, "emotion": 0.5}, 0.5 * 40 + 0.5 * 70, 0
    for _ in range(400):
        common = rng.normal(0, 10, 200)
        table = pd.DataFrame({"time": 40 + common + rng.normal(0, 8, 200)})
        table["emotion"] = np.where(np.arange(200) < 60, 70 + common + rng.normal(0, 8, 200), math.nan)
        found = weighed(table, weights, pd.Series(1.0, table.index))
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 400 <= 0.98


# ---------------------------------------------------------------- other weights


def test_weightings_cover_all_that_there_are_evenly():
    assert weightings(1).tolist() == [[1]]
    two = weightings(2, least=4)
    assert two[:, 0].tolist() == pytest.approx([0.125, 0.375, 0.625, 0.875])
    three = weightings(3)
    assert len(three) >= 2000
    assert three.sum(axis=1) == pytest.approx(1)
    assert three.min() > 0
    # The mean of each weight is a third, its variance that of the uniform law on the triangle, 1/18.
    assert three.mean(axis=0).tolist() == pytest.approx([1 / 3] * 3)
    assert three.var(axis=0).tolist() == pytest.approx([1 / 18] * 3, rel=0.05)
    with pytest.raises(ValueError, match="a side"):
        weightings(0)


def test_the_share_of_weights_that_keep_an_order_is_that_of_the_interval():
    # a leads b where 80 w + 20 (1 - w) > 40 w + 70 (1 - w): from w = 5/9 on. c is last under all.
    groups = pd.DataFrame({"time": [80, 40, 10], "behaviour": [20, 70, 10]}, index=["a", "b", "c"])

    found = rank_shares(groups, {"time": 0.6, "behaviour": 0.4})
    assert found.table["group"].tolist() == ["a", "b", "c"]
    assert found.table["rank_kept"].tolist() == pytest.approx([4 / 9, 4 / 9, 1], abs=1e-3)
    assert found.order == pytest.approx(4 / 9, abs=1e-3)
    assert found.table[["best", "worst"]].to_numpy().tolist() == [[1, 2], [1, 2], [3, 3]]
    other = rank_shares(groups, {"time": 0.5, "behaviour": 0.5})
    assert other.table["group"].tolist() == ["b", "a", "c"]
    assert other.order == pytest.approx(5 / 9, abs=1e-3)


def test_three_sides_against_the_triangle():
    # Each is best on one side alone, so each leads on a third of the triangle of weights.
    groups = pd.DataFrame(np.eye(3) * 90, index=list("abc"), columns=["time", "behaviour", "emotion"])

    found = rank_shares(groups, {"time": 0.5, "behaviour": 0.3, "emotion": 0.2})
    assert found.table["rank_kept"][0] == pytest.approx(1 / 3, abs=0.01)
    # Six orders of three, all alike.
    assert found.order == pytest.approx(1 / 6, abs=0.01)


def test_who_leads_on_every_side_leads_under_all_weights_and_equals_share_a_rank():
    groups = pd.DataFrame({"time": [90, 50, 50], "behaviour": [80, 60, 60]}, index=["a", "b", "c"])

    found = rank_shares(groups, {"time": 1, "behaviour": 1})
    assert found.table["rank"].tolist() == [1, 2, 2]
    assert found.order == 1
    assert rank_shares(groups[:1], {"time": 1, "behaviour": 1}) is None
    assert rank_shares(groups, {"time": 1}) is None
