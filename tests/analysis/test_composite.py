"""The all-round value, worked by hand, and what other weights do to it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.analysis.composite import (
    SIDES,
    alternatives,
    anchors,
    by_group,
    combined,
    composite,
    scores,
    shared_out,
    sides,
)

WEIGHTS = {"money": 0.4, "frequency": 0.2, "breadth": 0.2, "referral": 0.1, "feedback": 0.1}
NOBODY = pd.DataFrame(columns=["customer_id", "referrals", "feedback"])


def customers(n=20):
    """Customer 1 to n: money 10 times the number, days as many, categories 1 to 4 in turn."""
    numbers = np.arange(1, n + 1)
    return pd.DataFrame(
        {
            "customer_id": [f"{number:02d}" for number in numbers],
            "revenue": 10.0 * numbers,
            "purchase_days": numbers,
            "categories": 1.0 + numbers % 4,
            "products": np.nan,
        }
    )


def voices(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "referrals", "feedback"])


def test_a_value_by_hand():
    table = sides(customers(), voices(("01", 2, 1), ("02", 0, 3)))
    anchor = anchors(table, {"money": 100, "feedback": 2})

    assert list(table) == list(SIDES)
    # The 95th percentile of 1 to 20 is 20 (the higher one), of the categories 4; referrals: the largest.
    assert anchor == {"money": 100, "frequency": 20, "breadth": 4, "referral": 2, "feedback": 2}
    scored = scores(table, anchor)
    assert scored.iloc[0].tolist() == [10, 5, 50, 100, 50]
    assert scored.iloc[1].tolist() == [20, 10, 75, 0, 100]
    assert combined(scored, WEIGHTS)[0] == pytest.approx(0.4 * 10 + 0.2 * 5 + 0.2 * 50 + 0.1 * 100 + 0.1 * 50)


def test_a_side_without_data_shares_its_weight_out():
    found = composite(customers(), NOBODY, weights=WEIGHTS, asked={})

    assert found is not None
    assert found.missing == ("referral", "feedback")
    assert found.weights == pytest.approx({"money": 0.5, "frequency": 0.25, "breadth": 0.25})


def test_nobody_referred_is_not_the_same_as_not_supplied_but_parts_nobody_either():
    found = composite(customers(), voices(("01", 0, 1)), weights=WEIGHTS, asked={})

    assert found is not None
    assert "referral" in found.missing
    assert "feedback" in found.weights


def test_a_side_that_all_have_alike_tells_nobody_apart():
    alike = customers().assign(categories=1.0)

    assert list(sides(alike, NOBODY)) == ["money", "frequency"]
    assert composite(alike.assign(purchase_days=1), NOBODY, weights=WEIGHTS, asked={}) is None


def test_a_refunded_customer_brings_nothing_and_not_less():
    table = customers()
    table.loc[0, "revenue"] = -50.0

    assert sides(table, NOBODY)["money"].iloc[0] == 0


def test_other_weights_by_hand():
    # Ten customers, one at the top by both sides' mean, another one by each side alone.
    table = pd.DataFrame(
        {"money": [100, 0, 90, *[10] * 7], "frequency": [0, 100, 90, *[10] * 7]}, dtype=float
    )
    even = {"money": 0.5, "frequency": 0.5}

    rows = alternatives(table, even, combined(table, even)).set_index("weighting")["kept_share"]

    # Of the top tenth (one customer) all stay with any mean, and none where one side is all.
    assert rows.to_dict() == {
        "equal": 1.0,
        "double_money": 1.0,
        "double_frequency": 1.0,
        "without_money": 0.0,
        "without_frequency": 0.0,
    }


def test_sides_that_agree_need_no_dispute():
    agreeing = customers().assign(categories=np.arange(1.0, 21.0))
    found = composite(agreeing, NOBODY, weights=WEIGHTS, asked={})

    assert found is not None
    assert found.robust
    assert found.least_kept.value == 1
    assert found.least_rank.value == pytest.approx(1)
    assert (found.hidden.value, found.hidden.n) == (0, 2)


def test_sides_that_oppose_each_other_are_told():
    opposed = customers(100).assign(purchase_days=np.arange(100, 0, -1))
    found = composite(opposed, NOBODY, weights={"money": 0.6, "frequency": 0.4}, asked={})

    assert found is not None
    assert not found.robust
    assert found.least_kept.value == found.alternatives["kept_share"].min()
    assert found.worst == found.alternatives.sort_values("kept_share")["weighting"].iloc[0]


def test_groups_by_their_mean():
    found = composite(customers(), NOBODY, weights=WEIGHTS, asked={})
    groups = pd.Series(["low"] * 10 + ["high"] * 10)

    table = by_group(found, groups)

    assert list(table.index) == ["high", "low"]
    assert table["customers"].tolist() == [10, 10]
    assert table.loc["low", "allround"] == pytest.approx(found.value[:10].mean())


@settings(max_examples=25)
@given(
    rows=st.lists(
        st.tuples(st.floats(0, 1e6), st.integers(1, 300), st.integers(1, 40)), min_size=10, max_size=40
    ),
    weights=st.tuples(*[st.floats(0, 1)] * 3),
)
def test_a_value_is_between_nought_and_a_hundred(rows, weights):
    money, days, categories = zip(*rows, strict=True)
    table = pd.DataFrame(
        {
            "customer_id": [str(number) for number in range(len(rows))],
            "revenue": money,
            "purchase_days": days,
            "categories": np.array(categories, dtype=float),
            "products": np.nan,
        }
    )
    found = composite(
        table, NOBODY, weights=dict(zip(("money", "frequency", "breadth"), weights, strict=True)), asked={}
    )
    if found is None:
        return
    assert sum(found.weights.values()) == pytest.approx(1)
    assert found.value.between(0, 100 + 1e-9).all()
    assert found.alternatives["kept_share"].between(0, 1).all()


def test_weights_that_are_all_zero_are_equal():
    assert shared_out({"money": 0.0}, ["money", "breadth"]) == {"money": 0.5, "breadth": 0.5}
