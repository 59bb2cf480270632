"""What buyers give to a brand, on rows small enough to count by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis import loyalty
from crmreport.stats.estimate import Estimate

# Three buyers of a brand: 8 of 10, 1 of 5, 3 of 3 spent in its categories.
BUYERS = pd.DataFrame(
    {"own": [8.0, 1, 3], "market": [10.0, 5, 3], "occasions": [4, 1, 1], "rivals": [1, 2, 0]}
)
# A market of 100 buyers in which the law holds: w (1 - b) = 2.
RIVALS = pd.DataFrame(
    {
        "buyers": {"_all": 100, "big": 60, "mid": 50, "low": 20},
        "occasions": {"_all": 0, "big": 300, "mid": 200, "low": 50},
    }
)


def rng():
    return np.random.default_rng(1)


def test_requirements_are_of_what_buyers_spend_not_of_the_market():
    found = loyalty.requirements_share(BUYERS, rng=rng())

    assert found.value == pytest.approx(12 / 18)
    assert found.low == pytest.approx(0.2)  # the one who gives a fifth, drawn three times
    assert found.high == 1
    assert loyalty.sole_buyers(BUYERS).value == pytest.approx(1 / 3)


def test_nobody_gives_nothing():
    assert not loyalty.requirements_share(BUYERS[:0], rng=rng()).known
    assert not loyalty.sole_buyers(BUYERS[:0]).known
    assert not loyalty.mean(pd.Series([math.nan, 2.0]), rng=rng()).known


def test_the_law_holds_where_it_was_built_in():
    table = loyalty.law_table(RIVALS)

    assert list(table.index) == ["big", "mid", "low"]
    assert table["frequency"].tolist() == pytest.approx([5, 4, 2.5])
    assert table["expected"].tolist() == pytest.approx([5, 4, 2.5])
    for penetration, frequency in loyalty.law_line(table):
        assert frequency * (1 - penetration) == pytest.approx(2)


def test_a_brands_expectation_comes_from_the_others():
    rivals = RIVALS.copy()
    rivals.loc["low", "occasions"] = 100  # bought 5 times, not 2.5

    table = loyalty.law_table(rivals)

    assert table.loc["low", ["frequency", "expected"]].tolist() == pytest.approx([5, 2.5])
    assert loyalty.expected_of(table, "low") == Estimate(pytest.approx(2.5), 20)


def test_a_brand_alone_has_nothing_to_be_expected_of():
    table = loyalty.law_table(RIVALS.loc[["_all", "mid"]])

    assert table["expected"].isna().all()
    assert not loyalty.expected_of(table, "other").known


def test_penetration():
    assert loyalty.penetration(RIVALS, "mid").value == 0.5
    assert not loyalty.penetration(RIVALS[:0], "mid").known


SHARED = pd.DataFrame(
    [
        ("big", "mid", 36),
        ("big", "low", 9),
        ("mid", "big", 36),
        ("mid", "low", 15),
        ("low", "big", 9),
        ("low", "mid", 15),
    ],
    columns=["rival", "other", "both"],
)


def test_duplication_of_a_brand_by_hand():
    # Of mid's 50 buyers 36 also buy big, 15 low: 51 for the 80 buyers that big and low have.
    table = loyalty.duplication(SHARED, RIVALS, "mid", minimum=1)

    assert list(table["other"]) == ["big", "low"]
    assert table["actual"].tolist() == pytest.approx([0.72, 0.3])
    assert table["expected_share"].tolist() == pytest.approx([60 * 51 / 80 / 50, 20 * 51 / 80 / 50])
    assert loyalty.closest(table)["other"] == "low"


def test_small_groups_and_their_complements_are_left_out():
    assert list(loyalty.duplication(SHARED, RIVALS, "mid", minimum=14)["other"]) == ["big", "low"]
    assert list(loyalty.duplication(SHARED, RIVALS, "mid", minimum=15)["other"]) == ["low"]
    assert loyalty.closest(loyalty.duplication(SHARED, RIVALS, "mid", minimum=40)) is None


def test_brands_by_share_of_requirements():
    customers = pd.DataFrame({"revenue": [10.0, 10.0], "deal_revenue": [5.0, 0.0]})
    tables = {"a": BUYERS, "b": BUYERS.assign(own=BUYERS["market"]), "c": BUYERS[:2]}

    found = loyalty.brand_table(tables, dict.fromkeys(tables, customers), minimum=3)

    expected = pd.DataFrame(
        {
            "id": ["b", "a"],
            "buyers": [3, 3],
            "requirements": [1.0, 12 / 18],
            "sole": [1 / 3] * 2,
            "occasions": [2.0, 2.0],
            "deal": [0.25, 0.25],
        }
    )
    pd.testing.assert_frame_equal(found, expected)


def test_deal_share_is_unknown_without_deals():
    unknown = pd.DataFrame({"revenue": [10.0], "deal_revenue": [math.nan]})

    assert not loyalty.deal_share(unknown).known
    assert not loyalty.deal_share(unknown[:0]).known


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.6, 0.7, "main"), (0.4, 0.6, "half"), (0.1, 0.2, "part"), (None, None, "unknown")],
)
def test_standing_depends_on_the_interval(low, high, said):
    assert loyalty.standing(low, high) == said


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(0, 400)), min_size=2, max_size=8))
def test_surpluses_cancel(rows):
    rivals = pd.DataFrame({"buyers": [100, *(size for size, _ in rows)]}, index=["_all", *range(len(rows))])
    shared = pd.DataFrame(
        {"rival": 0, "other": range(1, len(rows)), "both": [min(b, 60) for _, b in rows[1:]]}
    )

    table = loyalty.duplication(shared, rivals, 0, minimum=0)

    if (table["expected_share"] < 1).all() and len(table) == len(rows) - 1:
        assert table["actual"].sum() == pytest.approx(table["expected_share"].sum())
