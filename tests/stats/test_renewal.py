"""Regularity and false alarms of a steady rhythm, against simulated customers whose rhythm never changes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.stats.renewal import chance_of_alarm, regularity

RULE = {"times_median": 2, "quantile": 0.9}


def rng():
    return np.random.default_rng(5)


def gaps_of(shape, customers, number):
    """Gaps of customers whose means differ by a factor of ten."""
    draw = rng()
    means = draw.uniform(5, 50, size=(customers, 1))
    return draw.gamma(shape, means / shape, size=(customers, number))


@pytest.mark.parametrize("shape", [0.7, 1.0, 3.0])
def test_the_shape_is_recovered_whatever_the_means(shape):
    drawn = gaps_of(shape, 3000, 5)

    found = regularity(np.full(3000, 5), drawn.sum(axis=1), np.log(drawn).sum(axis=1))

    assert found == pytest.approx(shape, rel=0.04)


def test_equal_gaps_and_single_ones_tell_no_shape():
    assert math.isnan(regularity(np.array([3]), np.array([30.0]), np.array([3 * math.log(10)])))
    assert math.isnan(regularity(np.array([1]), np.array([30.0]), np.array([math.log(30)])))


def test_no_memory_and_many_gaps_has_a_known_chance():
    # Exponential gaps of mean 1: the limit is their 90th percentile, ln 10, above twice the median, ln 4; the
    # time since the last purchase is exponential as well, so one in ten is beyond it. With 60 gaps, about.
    found = chance_of_alarm(np.array([60]), 1.0, rng=rng(), **RULE)

    assert found[0] == pytest.approx(0.1, abs=0.015)


def test_a_clock_raises_no_alarm():
    assert chance_of_alarm(np.array([3, 10]), 50.0, rng=rng(), **RULE).max() < 0.01


@settings(max_examples=10)
@given(st.lists(st.integers(3, 12), min_size=1, max_size=8))
def test_the_chance_belongs_to_the_number_of_gaps(numbers):
    found = chance_of_alarm(np.array(numbers), 1.3, rng=rng(), **RULE)

    assert ((found >= 0) & (found <= 1)).all()
    assert len(set(zip(numbers, found, strict=True))) == len(set(numbers))


@pytest.mark.slow
@pytest.mark.parametrize("shape", [1.0, 2.0, 4.0])
def test_as_many_alarms_as_steady_customers_make_in_a_year(shape):
    draw = rng()
    rows = []
    for mean in draw.gamma(2, 25, size=4000) + 6:
        days = np.cumsum(draw.gamma(shape, mean / shape, size=int(3 * 1400 / mean) + 30)) - 1000
        days = np.unique(np.floor(days[(days >= 0) & (days < 365)]))
        if len(days) >= 4:
            own, away = np.diff(days), 364 - days[-1]
            late = away > 2 * np.median(own) and away > np.quantile(own, 0.9)
            rows.append((len(own), own.sum(), np.log(own).sum(), late))
    number, total, logs, late = (np.array(column) for column in zip(*rows, strict=True))

    chance = chance_of_alarm(number, regularity(number, total, logs), rng=rng(), **RULE)

    assert chance.mean() == pytest.approx(late.mean(), abs=0.02)
