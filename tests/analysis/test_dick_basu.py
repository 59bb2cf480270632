"""The four kinds of loyalty, worked by hand, and a planted truth found again."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.dick_basu import (
    at_cuts,
    cells,
    counted,
    described,
    matrix,
    patronage_cut,
    profile,
)
from crmreport.stats.intervals import share


def rng():
    return np.random.default_rng(1)


def shop(per_cell, silent=(0, 0)):
    """Customers by cell: true, latent, spurious, none; and silent ones who come often, and seldom."""
    true, latent, spurious, none = per_cell
    attitude = [90] * true + [80] * latent + [40] * spurious + [10] * none + [math.nan] * sum(silent)
    days = [9] * true + [1] * latent + [8] * spurious + [1] * none + [9] * silent[0] + [1] * silent[1]
    spent = [100] * true + [20] * latent + [60] * spurious + [10] * none + [50] * sum(silent)
    table = pd.DataFrame({"purchase_days": days, "revenue": spent}).astype(float)
    return table, pd.Series(attitude, table.index, dtype=float), pd.Series(1.0, table.index)


def found(*args, minimum=2, **more):
    return matrix(*args, attitude_from=70, days_from=2, minimum=minimum, rng=rng(), **more)


def test_both_measures_are_high_from_their_cut_on():
    told = cells(
        pd.Series([70, 69.9, 70, 0, math.nan]),
        pd.Series([2, 2, 1, 1, 9]),
        attitude_from=70,
        days_from=2,
    )
    assert told[:4].tolist() == ["true", "spurious", "latent", "none"]
    assert told.isna().tolist() == [False] * 4 + [True]


def test_patronage_is_cut_at_the_median_and_never_at_one_purchase():
    assert patronage_cut(pd.Series([1, 1, 1, 5]), None) == 2
    assert patronage_cut(pd.Series([1, 4, 5, 9, 9]), None) == 5
    assert patronage_cut(pd.Series([1, 4, 5, 6]), None) == 5  # the median is four and a half
    assert patronage_cut(pd.Series([1, 4]), 7) == 7


def test_sizes_stand_for_all_customers():
    # Of those who come often 6 of 8 who answered feel so too; 20 of 100 customers come often.
    told = found(*shop((6, 3, 2, 5), silent=(12, 72)))

    sizes = {name: one.value for name, one in told.customers.items()}
    assert sizes == pytest.approx({"true": 0.15, "spurious": 0.05, "latent": 0.3, "none": 0.5})
    wilson = share(6, 8)
    assert told.customers["true"].low == pytest.approx(0.2 * wilson.low)
    assert told.customers["true"].high == pytest.approx(0.2 * wilson.high)
    assert told.customers["true"].n == 8
    assert told.spend["true"].value == 100
    brought = {"true": 15.0, "latent": 6.0, "spurious": 3.0, "none": 5.0}
    assert {name: one.value for name, one in told.revenue.items()} == pytest.approx(
        {name: of / 29 for name, of in brought.items()}
    )
    assert sum(one.value for one in told.revenue.values()) == pytest.approx(1)


def test_a_small_cell_is_hidden_with_its_like_in_the_row():
    # One spurious customer: the true ones would tell by subtraction from who comes often.
    told = found(*shop((6, 6, 1, 6)), minimum=3)

    assert {name for name, one in told.customers.items() if not one.known} == {"true", "spurious"}
    assert told.customers["latent"].known
    assert profile(shop((6, 6, 1, 6))[0], told, {"spent": "revenue"})["cell"].tolist() == ["latent", "none"]
    # Nobody comes often and answered: nothing can be placed.
    assert found(*shop((0, 6, 0, 6), silent=(9, 0))) is None


def test_weighted_answers_count_as_they_weigh():
    table, attitude, weight = shop((2, 2, 2, 2))
    told = found(table, attitude, weight.mask(attitude == 90, 3.0))

    # Of those who come often, the true ones weigh six of eight.
    assert told.customers["true"].value == pytest.approx(0.5 * 6 / 8)


def test_other_cuts_move_the_sizes():
    table = at_cuts(*shop((6, 3, 2, 5)), attitude_from=75, days_from=2)

    assert table["attitude_from"].tolist() == [65, 75, 85]
    # At 85 the latent ones, at 80, have no strong attitude any more.
    assert table["latent"].tolist() == pytest.approx([3 / 16, 3 / 16, 0])
    assert table["none"].tolist() == pytest.approx([5 / 16, 5 / 16, 8 / 16])


def test_who_is_content_and_gone_by_hand():
    # 10 satisfied of whom 4 are away, 8 not satisfied of whom 6 are, and 3 who did not answer.
    first = pd.Series([1.0] * 10 + [0.0] * 8 + [math.nan] * 3)
    second = pd.Series([True] * 4 + [False] * 6 + [True] * 6 + [False] * 2 + [True] * 3)
    spent = pd.Series(np.arange(21.0))

    told = counted(first, second, spent, rng=rng(), minimum=2)
    assert told.count.value == 4
    assert told.share == share(4, 10)
    assert told.others == share(6, 8)
    assert told.difference.value == pytest.approx(0.4 - 0.75)
    assert told.spend.value == pytest.approx(1.5)
    assert told.usual.value == pytest.approx(10)
    few = counted(first, second, spent, rng=rng(), minimum=5)
    assert not few.count.known
    assert few.usual.known


@pytest.mark.slow
def test_planted_sizes_are_found_although_frequent_buyers_answer_more():
    """Seven of ten who come often feel strongly, by the law that the customers are drawn from."""
    dice, held, plain_held, draws, n = np.random.default_rng(3), 0, 0, 24, 500
    for _ in range(draws):
        often = dice.random(n) < 0.3
        strong = dice.random(n) < np.where(often, 0.7, 0.4)
        answered = dice.random(n) < np.where(often, 0.5, 0.15)
        spent = np.where(often, 80.0, 10.0)
        table = pd.DataFrame({"purchase_days": np.where(often, 6, 1), "revenue": spent})
        attitude = pd.Series(np.where(answered, np.where(strong, 85.0, 30.0), math.nan))

        told = found(table, attitude, pd.Series(1.0, table.index), minimum=10).customers["true"]
        held += told.low <= 0.7 * often.mean() <= told.high
        plain = share(int((answered & often & strong).sum()), int(answered.sum()))
        plain_held += plain.low <= (often & strong).mean() <= plain.high

    # Half of the width would hold two thirds of them.
    assert held >= 0.9 * draws
    # Counting answers alone calls many more customers loyal than there are.
    assert plain_held <= 0.2 * draws


def test_the_order_of_customers_does_not_matter():
    table, attitude, weight = shop((6, 3, 4, 5), silent=(3, 3))
    other = table[::-1].reset_index(drop=True), attitude[::-1].reset_index(drop=True), weight

    one, again = found(table, attitude, weight), found(*other)
    assert again.customers == one.customers
    assert again.answers == one.answers


def test_groups_are_described_by_their_middle() -> None:
    days = pd.to_datetime(["2024-12-01", "2024-11-01", "2024-10-02", "2024-06-01"])
    table = pd.DataFrame(
        {
            "first_on": days - pd.Timedelta(days=100),
            "last_on": days,
            "revenue_per_customer": [10.0, 20.0, 60.0, 5.0],
            "bought_days": [1, 2, 9, 1],
        }
    )
    groups = {"most": pd.Series([True, True, True, False]), "one": pd.Series([False] * 3 + [True])}

    found = described(table, groups, as_of=date(2024, 12, 31), minimum=2)
    assert found.to_numpy().tolist() == [["most", 3, 30.0, 2.0, 60.0, 160.0]]
