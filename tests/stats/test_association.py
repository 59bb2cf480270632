"""Rank correlation, worked by hand."""

import math

import numpy as np
import pytest

from crmreport.stats.association import rank_correlation


def test_the_interval_of_a_rank_correlation_by_hand() -> None:
    found = rank_correlation(np.array([1.0, 2, 3, 4, 5, 6]), np.array([2.0, 1, 4, 3, 6, 5]))
    # Six squared differences of one: 1 - 6 * 6 / (6 * 35).
    assert found.value == pytest.approx(1 - 6 * 6 / (6 * 35))
    reach = 1.96 * math.sqrt((1 + found.value**2 / 2) / 3)
    assert found.high == pytest.approx(math.tanh(math.atanh(found.value) + reach), abs=1e-4)
    assert not rank_correlation(np.ones(9), np.arange(9.0)).known


def test_a_perfect_order_has_no_width() -> None:
    found = rank_correlation(np.arange(8.0), np.arange(8.0) ** 3)
    assert (found.value, found.low, found.high) == (1, 1, 1)
