"""Parts of a total, by hand."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis import mix
from crmreport.analysis.disclosure import OTHERS

# Revenue now 600, 300, 60 and 40; before 400, 400, 100, 100.
PARTS = pd.DataFrame(
    [
        ("period", "soap", 50, 60, 600.0),
        ("period", "hair", 40, 45, 300.0),
        ("period", "bath", 30, 30, 60.0),
        ("period", "nails", 5, 5, 40.0),
        ("previous", "soap", 45, 50, 400.0),
        ("previous", "hair", 45, 50, 400.0),
        ("previous", "bath", 33, 33, 100.0),
        ("previous", "nails", 9, 9, 100.0),
        ("window", "soap", 90, 200, 4000.0),
    ],
    columns=["span", "category", "buyers", "orders", "revenue"],
)


def test_small_parts_are_merged_with_as_many_others_as_it_takes():
    found = mix.merge_parts(PARTS, "category", 30, most=8)

    # Nails has 5 buyers; with bath's 30 nobody can be worked back.
    assert found.index.tolist() == ["soap", "hair", OTHERS]
    assert found["revenue"].tolist() == [600, 300, 100]
    assert found["revenue_before"].tolist() == [400, 400, 200]
    assert found["orders"].tolist() == [60, 45, 35]
    assert found["buyers"].iloc[:2].tolist() == [50, 40]
    assert math.isnan(found["buyers"].iloc[2])


def test_a_part_that_was_small_before_is_merged_too():
    grown = PARTS.replace({"buyers": {9: 5, 5: 200}})

    assert "nails" not in mix.merge_parts(grown, "category", 30, most=8).index


def test_a_part_that_nobody_buys_now_is_not_named():
    gone = PARTS.drop(index=[2, 3, 7])

    assert mix.merge_parts(gone, "category", 1, most=8).index.tolist() == ["soap", "hair", OTHERS]


def test_only_the_most_important_parts_are_named():
    assert mix.merge_parts(PARTS, "category", 1, most=1).index.tolist() == ["soap", OTHERS]


def test_lines_without_a_category_are_among_the_others():
    nameless = PARTS.replace({"category": {"nails": None}})

    found = mix.merge_parts(nameless, "category", 1, most=8)

    assert found.loc[OTHERS, "revenue"] == 40


def test_nothing_bought_has_no_parts():
    assert mix.merge_parts(PARTS[:0], "category", 30, most=8).empty


def test_shares_and_how_they_moved():
    table = mix.merge_parts(PARTS, "category", 30, most=8)

    assert mix.part_share(table, "soap", "revenue", 80).value == pytest.approx(0.6)
    assert mix.share_change(table, "soap", "revenue", 80).value == pytest.approx(0.6 - 400 / 1000)
    assert mix.reach(table, "soap", 80).value == 50 / 80
    assert mix.reach(table, "soap", 80).low == pytest.approx(0.5154, abs=1e-4)


ORDERS = pd.DataFrame(
    {
        "orders": [50, 50],
        "revenue": [500.0, 1500.0],
        "orders_before": [80, 20],
        "revenue_before": [640.0, 560.0],
    },
    index=["single", "broad"],
)


def test_rate_and_mix_by_hand():
    # From 12 to 20 an order. Singles went from 8 to 10, broad ones from 28 to 30: 2 at any weights.
    # The mix moved 0.3 of the orders from 9 on average to 29: 6.
    assert mix.rate_and_mix(ORDERS) == pytest.approx({"rate": 2.0, "mix": 6.0})


COUNT, MONEY = st.integers(1, 1000), st.floats(0.01, 10_000)
ROW = st.tuples(COUNT, MONEY, COUNT, MONEY)


@given(st.lists(ROW, min_size=1, max_size=5))
def test_rate_and_mix_leave_no_remainder(rows):
    parts = pd.DataFrame(rows, columns=["orders", "revenue", "orders_before", "revenue_before"])

    found = mix.rate_and_mix(parts)

    change = parts["revenue"].sum() / parts["orders"].sum()
    change -= parts["revenue_before"].sum() / parts["orders_before"].sum()
    assert found["rate"] + found["mix"] == pytest.approx(change, abs=1e-6)


def test_a_part_without_orders_has_no_rate():
    assert math.isnan(mix.rate_and_mix(ORDERS.assign(orders_before=[80, 0]))["rate"])
    assert math.isnan(mix.rate_and_mix(ORDERS[:0])["mix"])


@pytest.mark.parametrize(("values", "half"), [([5, 3, 2], 1), ([4, 3, 3], 2), ([1, -1], 1), ([], 0)])
def test_how_many_make_half(values, half):
    assert mix.half_of(pd.Series(values, dtype=float)) == half
