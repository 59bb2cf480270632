"""Garwood's bounds, as tables of the Poisson distribution have them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.stats.rates import poisson_rate


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [
        (0, 0, 3.6889),
        (1, 0.0253, 5.5716),
        (5, 1.6235, 11.6683),
        (10, 4.7954, 18.3904),
        (20, 12.2165, 30.8884),
    ],
)
def test_the_tables_bounds(events, low, high) -> None:
    found = poisson_rate(events, 1)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)
    assert (found.value, found.n) == (events, events)


def test_a_rate_per_thousand() -> None:
    found = poisson_rate(10, 4000, per=1000)
    assert found.value == 2.5
    assert (found.low, found.high) == pytest.approx((4.7954 / 4, 18.3904 / 4), abs=1e-4)


@given(st.integers(0, 5000), st.floats(0.01, 1e7), st.floats(0.001, 1e4))
def test_a_rate_scales_with_its_unit_and_lies_in_its_interval(events, exposure, per) -> None:
    one, scaled = poisson_rate(events, exposure), poisson_rate(events, exposure, per=per)
    assert 0 <= one.low <= one.value <= one.high
    for name in ("value", "low", "high"):
        assert getattr(scaled, name) == pytest.approx(per * getattr(one, name))
    half = poisson_rate(events, exposure / 2)
    assert half.value == pytest.approx(2 * one.value)


def test_what_is_no_rate() -> None:
    assert math.isnan(poisson_rate(3, 0).value)
    with pytest.raises(ValueError, match="cannot be"):
        poisson_rate(-1, 1)


def test_the_interval_covers_at_least_as_often_as_it_says() -> None:
    drawn = np.random.default_rng(1).poisson(4.2, 2000)
    held = sum(one.low <= 4.2 <= one.high for one in (poisson_rate(int(n), 1) for n in drawn))
    assert held / 2000 >= 0.94
