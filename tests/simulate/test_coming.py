"""How customers come to a business that is older than its data, and the days on which they buy more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest

from crmreport.simulate import WORLDS, Festival, World, simulate
from crmreport.simulate.feelings import draw_customers
from crmreport.simulate.people import People

CLIENTS = ("beauty-group", "retail-chain")
PLAIN = replace(WORLDS["beauty-group"], attitude=None, outreach=None, service=None, survey=None, leads=None)
"""The buying of a whole client alone, where nothing but chance decides who stays."""


def people(world: World, n: int) -> People:
    first, second = (np.random.default_rng(seed) for seed in (1, 2))
    return draw_customers(world, n, stores=6, people=first, feelings=second)[0]


# ---------------------------------------------------------------- the clock, by hand


def test_a_weekend_passes_faster_and_the_week_stays_a_week() -> None:
    """From a Monday on: five days of one, two of two, nine in all, that seven days hold."""
    clock = World("week", start=date(2024, 1, 1), days=7, weekend=2.0).clock()
    assert clock == pytest.approx(np.array([0, 1, 2, 3, 4, 5, 7, 9]) * 7 / 9)


def test_a_festival_may_begin_in_the_year_before() -> None:
    """December 30 and January 2 are days of one, the two between of three: eight, that four days hold."""
    night = Festival("new-year", 12, 31, 2, 3.0)
    assert World("eve", start=date(2023, 12, 30), days=4, festivals=(night,)).clock() == pytest.approx(
        [0, 0.5, 2, 3.5, 4]
    )
    # Begun the day before the data: one day of three, one of one.
    late = World("late", start=date(2024, 1, 1), days=2, festivals=(night,)).clock()
    assert late == pytest.approx([0, 1.5, 2])


# ---------------------------------------------------------------- who came when


def test_as_many_were_there_at_the_start_as_the_law_of_leaving_lets_stay() -> None:
    """Of those who come evenly over T weeks, the integral of (beta / (beta + t))^s is left at their end, t
    being the weeks since they came (Schmittlein, Morrison & Colombo 1987, the Pareto law of lifetimes)."""
    n = 20_000
    mine = people(PLAIN, n)
    assert PLAIN.s is not None
    s, beta, before = PLAIN.s, PLAIN.beta, PLAIN.older / 7
    left = beta / (1 - s) * ((1 + before / beta) ** (1 - s) - 1)
    share = left / (left + PLAIN.days / 7)
    assert (mine.joined < 0).mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / n))
    assert (mine.left > 0).all()
    assert mine.joined.min() > -PLAIN.older


def test_those_who_come_within_the_data_come_evenly_in_the_time_of_buying() -> None:
    mine = people(PLAIN, 20_000)
    clock = PLAIN.clock()
    passed = np.interp(mine.joined[mine.joined >= 0], np.arange(len(clock)), clock)
    assert kstest(passed / clock[-1], "uniform").pvalue > 0.01
    # By the calendar they do not: Singles' Day draws many.
    assert kstest(mine.joined[mine.joined >= 0] / PLAIN.days, "uniform").pvalue < 0.01


def test_whoever_was_there_buys_from_the_first_day_on_at_the_own_rate() -> None:
    one = simulate(replace(PLAIN, returned=0.0), customers=4000, seed=3)
    truth, clock = one.truth.customers, PLAIN.clock()
    start = pd.Timestamp(PLAIN.start)
    days = [
        ((moment - start).dt.days.clip(0, PLAIN.days).to_numpy())
        for moment in (truth["joined_on"], truth["left_on"].fillna(pd.Timestamp(PLAIN.end)))
    ]
    for there in (truth["joined_on"] < start, truth["joined_on"] >= start):
        expected = (truth["rate"] / 7 * (clock[days[1]] - clock[days[0]]))[there].sum()
        of = one.lines["customer_id"].astype(str).isin(truth.index[there])
        later = one.lines.loc[of, "order_id"].nunique() - (truth["joined_on"][there] >= start).sum()
        # A day is cut off at each end; the rest is a Poisson draw.
        error = 4 * np.sqrt(expected) + truth["rate"][there].sum() / 7
        assert later == pytest.approx(expected, abs=error)


# ---------------------------------------------------------------- a living firm


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_wins_customers_to_the_end_and_grows_by_them(name: str) -> None:
    one = simulate(name, customers=5000, seed=6)
    sold = one.lines[one.lines["quantity"] > 0]
    quarter = sold["sold_at"].dt.to_period("Q")
    revenue = sold.groupby(quarter)["revenue"].sum()
    last, before, year = (revenue[each] for each in ("2024Q4", "2024Q3", "2023Q4"))
    assert 0.03 < last / year - 1 < 0.16
    assert 1.1 < last / before < 1.45
    buyers = sold.loc[quarter == "2024Q4", "customer_id"].astype(str).unique()
    came = one.truth.customers.loc[buyers, "joined_on"] >= pd.Timestamp("2024-10-01")
    assert 0.07 < came.mean() < 0.2
    each = one.truth.customers["joined_on"].dt.to_period("Q").value_counts()
    assert each[pd.period_range("2023Q1", "2024Q4", freq="Q")].min() > 100
    month = sold["sold_at"].dt.month.value_counts()
    assert month.idxmax() == 11
