"""Measures of satisfaction by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from crmreport.analysis.satisfaction import mean, nps, precise, promoter_shares, top_boxes, unreversed
from crmreport.stats.estimate import Estimate


def series(*answers: float) -> pd.Series:
    return pd.Series(answers, dtype=float)


def test_a_mean_with_students_interval() -> None:
    found = mean(series(1, 2, 3, 4, math.nan))
    reach = t.ppf(0.975, 3) * np.std([1, 2, 3, 4], ddof=1) / 2
    assert (found.value, found.n) == (2.5, 4)
    assert (found.low, found.high) == pytest.approx((2.5 - reach, 2.5 + reach))
    assert not mean(series(3)).known


def test_equal_weights_change_nothing_and_others_widen() -> None:
    values = series(1, 2, 3, 4, 5, 5)
    assert mean(values, np.full(6, 7.0)) == mean(values)
    uneven = mean(values, np.array([5, 1, 1, 1, 1, 1.0]))
    assert uneven.value == pytest.approx((5 + 2 + 3 + 4 + 5 + 5) / 10)
    assert uneven.high - uneven.low > mean(values).high - mean(values).low


def test_the_two_best_boxes() -> None:
    found = top_boxes(series(*[5] * 30, *[4] * 51, *[1] * 182), (1, 5))
    assert (found.value, found.n) == (pytest.approx(81 / 263), 263)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert top_boxes(series(5, 4), (1, 5), boxes=1).value == 0.5


def test_the_score_is_promoters_less_detractors() -> None:
    values, weights = series(10, 9, 8, 6, 0, math.nan), np.array([2, 1, 1, 1, 1, 9.0])
    assert nps(values, (0, 10)).value == pytest.approx(0)
    found, shares = nps(values, (0, 10), weights), promoter_shares(values, (0, 10), weights)
    assert shares == pytest.approx({"promoters": 3 / 6, "passives": 1 / 6, "detractors": 2 / 6})
    assert found.value == pytest.approx(1 / 6)
    assert found.n == 5


def test_thirty_answers_leave_a_score_open() -> None:
    few = nps(series(*[10] * 14, *[8] * 8, *[2] * 8), (0, 10))
    assert few.known
    withheld = precise(few, widest=0.1, range_=2)
    assert not withheld.known
    assert withheld.n == 30
    many = nps(series(*[10] * 140, *[8] * 80, *[2] * 80), (0, 10))
    assert precise(many, widest=0.1, range_=2) == many


def test_a_census_has_no_interval_to_be_too_wide() -> None:
    assert precise(Estimate(0.5, 10), widest=0.01, range_=1).known


def test_nobody_answered() -> None:
    nothing = series(math.nan)
    assert not top_boxes(nothing, (1, 5)).known
    assert not nps(nothing, (0, 10)).known
    assert all(math.isnan(one) for one in promoter_shares(nothing, (0, 10)).values())


def test_a_turned_item_counts_from_the_other_end() -> None:
    assert unreversed(series(1, 4, math.nan), (1, 5), turned=True).tolist()[:2] == [5, 2]
    assert unreversed(series(1), (1, 5), turned=False).tolist() == [1]
