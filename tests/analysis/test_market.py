"""Market shares and their kin on tables that can be worked by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis import market

COLUMNS = ["span", "category", "rival", "revenue", "units", "buyers"]
# Two categories. Soap sells at 2 a unit on average, balm at 8.
CELLS = pd.DataFrame(
    [
        ("period", "soap", "north", 60.0, 20.0, 40),
        ("period", "soap", "south", 30.0, 30.0, 50),
        ("period", "soap", None, 10.0, 0.0, 5),
        ("period", "soap", "_all", 100.0, 50.0, 80),
        ("period", "balm", "north", 20.0, 2.0, 10),
        ("period", "balm", "maker:X", 60.0, 8.0, 20),
        ("period", "balm", "_all", 80.0, 10.0, 25),
        ("period", "_all", "north", 80.0, 22.0, 45),
        ("period", "_all", "south", 30.0, 30.0, 50),
        ("period", "_all", "maker:X", 60.0, 8.0, 20),
        ("period", "_all", None, 10.0, 0.0, 5),
        ("period", "_all", "_all", 180.0, 60.0, 95),
        ("previous", "soap", "_all", 80.0, 40.0, 70),
        ("previous", "_all", "_all", 150.0, 50.0, 90),
    ],
    columns=COLUMNS,
)


def test_shares_of_all_that_is_sold():
    table = market.rivals(CELLS)

    assert list(table.index[:3]) == ["north", "maker:X", "south"]
    assert table["share"].tolist() == pytest.approx([80 / 180, 60 / 180, 30 / 180, 10 / 180])
    assert market.share_of(table, "north") == market.Estimate(80 / 180, 45)
    assert market.rank_of(table, "south") == market.Estimate(3, 50)
    assert market.leader(table) == ("north", market.Estimate(80 / 180, 45))
    assert not market.share_of(table, "nobody").known


def test_the_runner_up_is_the_largest_of_the_others():
    table = market.rivals(CELLS)

    assert market.runner_up(table, "north") == ("maker:X", market.Estimate(60 / 180, 20))
    assert market.runner_up(table, "south") == ("north", market.Estimate(80 / 180, 45))
    # Its 20 buyers are too few to be told of.
    assert not market.runner_up(table, "north", minimum=21)[1].known
    assert market.runner_up(table.loc[["north"]], "north")[0] is None


def test_one_whose_returns_outweigh_its_sales_has_no_share():
    cells = pd.DataFrame(
        [("period", "_all", "north", 50.0, 5.0, 9), ("period", "_all", "south", -5.0, -1.0, 2)],
        columns=COLUMNS,
    )

    assert market.rivals(cells)["share"].tolist() == [1.0, 0.0]


def test_concentration_squares_percentages():
    halves = pd.DataFrame({"share": [0.5, 0.5], "buyers": [40, 30]}, index=["a", "b"])

    assert market.concentration(halves, 60) == market.Estimate(5000, 60)
    assert [market.class_of(index) for index in (1499, 1500, 2500, 2501)] == [
        "spread",
        "moderate",
        "moderate",
        "concentrated",
    ]


def test_concentration_is_not_known_where_many_makers_are_not():
    # 10 of 180 are nobody's: little enough. 2 of 10 are too much.
    assert market.concentration(market.rivals(CELLS), 95).known
    table = pd.DataFrame({"share": [0.8, 0.2], "buyers": [40, 30]}, index=["a", None])
    assert not market.concentration(table, 60).known


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_shares_sum_to_one_and_bound_the_concentration(revenues):
    cells = pd.DataFrame(
        [("period", "_all", f"m{number}", float(one), 1.0, 9) for number, one in enumerate(revenues)],
        columns=COLUMNS,
    )
    table = market.rivals(cells)

    assert table["share"].sum() == pytest.approx(1)
    assert 10_000 / len(revenues) - 1e-6 <= market.concentration(table, 9).value <= 10_000 + 1e-6


def _spending(rows):
    return pd.DataFrame(rows, columns=["customer_id", "rival", "now", "before"])


def test_a_share_that_every_customer_shifts_alike_has_changed():
    # Each spends 10 in both periods: 5 with north now, 2 before.
    rows = [
        row
        for number in range(50)
        for row in ((f"c{number}", "north", 5.0, 2.0), (f"c{number}", None, 5.0, 8.0))
    ]

    change = market.share_change(_spending(rows), "north", 50, rng=np.random.default_rng(1))

    assert (change.value, change.low, change.high) == pytest.approx((0.3, 0.3, 0.3))
    assert (change.n, change.confidence) == (50, 0.95)


def test_a_share_that_one_large_customer_shifts_has_not():
    rows = [(f"c{number}", None, 10.0, 10.0) for number in range(50)]
    rows.append(("large", "north", 100.0, math.nan))

    change = market.share_change(_spending(rows), "north", 40, rng=np.random.default_rng(1))

    assert change.value == pytest.approx(100 / 600)
    assert change.low == 0
    wider = market.share_change(_spending(rows), "north", 40, rng=np.random.default_rng(1), comparisons=8)
    assert wider.confidence == pytest.approx(1 - 0.05 / 8)
    assert wider.high >= change.high


def test_no_change_is_known_without_a_period_before():
    rows = _spending([("a", "north", 5.0, math.nan), ("b", None, 5.0, math.nan)])

    assert not market.share_change(rows, "north", 40, rng=np.random.default_rng(1)).known
    assert not market.share_change(rows.head(0), "north", 0, rng=np.random.default_rng(1)).known


def test_prices_are_set_against_each_category_of_its_own():
    # north: 20 soaps and 2 balms for 80; at the means of 2 and 8 they would cost 56.
    assert market.price_gap(CELLS, "north").value == pytest.approx(80 / 56 - 1)
    # Over everything north takes 3.64 a unit and the maker 7.50, yet in balm the maker is the cheaper.
    assert market.price_gap(CELLS, "maker:X").value == pytest.approx(60 / 64 - 1)
    assert not market.price_gap(CELLS.assign(units=math.nan), "north").known


def _grown(soap_own, balm):
    """North has a half of soap and nothing of balm; before, both sold 100."""
    return pd.DataFrame(
        [
            ("previous", "soap", "north", 50.0, 1.0, 9),
            ("previous", "soap", "_all", 100.0, 1.0, 9),
            ("previous", "balm", "_all", 100.0, 1.0, 9),
            ("period", "soap", "north", soap_own, 1.0, 9),
            ("period", "soap", "_all", 100.0, 1.0, 9),
            ("period", "balm", "_all", balm, 1.0, 9),
        ],
        columns=COLUMNS,
    )


def test_a_share_may_fall_by_the_mix_alone():
    # Balm trebles: a quarter of the whole becomes an eighth, and within soap nothing has changed.
    parts = market.share_parts(_grown(50.0, 300.0), "north")
    assert parts == pytest.approx({"within": 0.0, "mix": 1 / 8 - 1 / 4})


def test_a_share_may_fall_within_a_category():
    parts = market.share_parts(_grown(30.0, 100.0), "north")
    assert parts == pytest.approx({"within": -0.1, "mix": 0.0})


@given(st.floats(0, 100), st.floats(1, 1000))
def test_the_parts_sum_to_the_change(soap_own, balm):
    parts = market.share_parts(_grown(soap_own, balm), "north")
    assert sum(parts.values()) == pytest.approx(soap_own / (100 + balm) - 0.25)


def test_no_parts_without_a_period_before():
    parts = market.share_parts(CELLS[CELLS["span"] == "period"], "north")
    assert all(math.isnan(part) for part in parts.values())


def test_growth_of_the_whole():
    assert market.growth(CELLS) == market.Estimate(180 / 150 - 1, 90)
    assert not market.growth(CELLS[CELLS["span"] == "period"]).known


def test_categories_one_by_one():
    table = market.categories(CELLS, "north")

    assert table.index.tolist() == ["soap", "balm"]
    assert table["gain"].tolist() == [20, 80]
    assert table["growth"].tolist() == pytest.approx([0.25, math.nan], nan_ok=True)
    assert table["leader_share"].tolist() == pytest.approx([0.6, 0.75])
    assert table["own_share"].tolist() == pytest.approx([0.6, 0.25])
    assert market.gain(table) == market.Estimate(80, 25)


def test_small_rivals_and_those_without_a_name_are_among_the_others():
    shown = market.shown_rivals(market.rivals(CELLS), "north", minimum=30)

    # The maker has 20 buyers, too few alone; the smallest other, north, would give it away and joins it.
    assert shown.index.tolist() == ["south", "others"]
    assert shown["share"].tolist() == pytest.approx([30 / 180, 150 / 180])
    assert market.shown_rivals(market.rivals(CELLS), "south", minimum=1, most=1).index.tolist() == [
        "north",
        "south",
        "others",
    ]


def test_what_would_give_a_small_rival_away_is_not_known():
    table = pd.DataFrame({"share": [0.9, 0.1], "buyers": [60, 3]}, index=["large", "tiny"])

    assert market.hidden(table, 30) == ["large", "tiny"]
    assert market.share_of(table, "large", minimum=30).n == 3
    assert not market.share_of(table, "large", minimum=30).known
    assert not market.leader(table, minimum=30)[1].known
    assert not market.concentration(table, 61, minimum=30).known
    assert market.concentration(table, 61, minimum=3).value == pytest.approx(8200)


def test_months_with_few_buyers_are_blank():
    months = pd.DataFrame(
        {
            "month": pd.to_datetime(["2023-10-01", "2023-11-01", "2023-12-01"]),
            "own": [10.0, 20.0, 30.0],
            "market": [100.0, 100.0, 100.0],
            "buyers": [12, 40, 60],
        }
    )

    # One blank month could be worked back from the period: the smallest other is blanked too.
    assert market.months_shown(months, 30)["share"].tolist() == pytest.approx(
        [math.nan, math.nan, 0.3], nan_ok=True
    )
