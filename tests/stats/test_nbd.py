"""The negative binomial model: by hand, against its law, and the truth of simulated buyers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.stats import nbd
from crmreport.stats.nbd import NBD, fit_truncated, misfit, splits


def buyers(orders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    counts, weights = np.unique(orders[orders > 0], return_counts=True)
    return counts.astype(float), weights.astype(float)


def test_a_geometric_case_by_hand() -> None:
    # Shape 1 and mean 1: the chance of x purchases is one half to the power of x + 1.
    assert NBD(1, 1).chances(4).tolist() == pytest.approx([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32])
    # Of both windows together the mean is 2: one third times two thirds to the power of s.
    assert NBD(1, 1).sums(2).tolist() == pytest.approx([1 / 3, 2 / 9, 4 / 27])


def test_pairs_of_states_by_hand() -> None:
    # Bought nothing, or something: nothing twice 1/3, nothing at first 1/2, so one of the two 1/6 each.
    largest = 60
    states = np.eye(2)[np.minimum(np.arange(largest + 1), 1)]
    pairs = np.tensordot(NBD(1, 1).sums(2 * largest), splits(states), axes=1)

    assert pairs == pytest.approx(np.array([[1 / 3, 1 / 6], [1 / 6, 1 / 3]]))


def test_how_two_windows_share_two_purchases_by_hand() -> None:
    # Both in the first, one in each, both in the second: 1/4, 1/2, 1/4.
    assert splits(np.eye(3))[2] == pytest.approx(np.array([[0, 0, 1 / 4], [0, 1 / 2, 0], [1 / 4, 0, 0]]))


@settings(max_examples=6, deadline=None)
@given(st.floats(0.4, 5), st.floats(0.3, 3))
def test_who_bought_x_times_is_expected_to_fall_back(shape: float, mean: float) -> None:
    # Goodhardt and Ehrenberg 1967: (r + x) m / (r + m) in the next window.
    largest = NBD(shape, mean).largest(40)
    pairs = np.tensordot(NBD(shape, mean).sums(2 * largest), splits(np.eye(largest + 1)), axes=1)
    after = pairs @ np.arange(largest + 1) / pairs.sum(axis=1)

    assert pairs.sum() == pytest.approx(1, abs=1e-6)
    assert after[:4] == pytest.approx((shape + np.arange(4)) * mean / (shape + mean), rel=1e-4)


@pytest.mark.parametrize(("shape", "mean"), [(0.5, 2.0), (2.0, 1.0), (1.2, 6.0)])
def test_the_truth_of_buyers_is_found_without_those_who_bought_nothing(shape: float, mean: float) -> None:
    rng = np.random.default_rng(7)
    orders = rng.poisson(rng.gamma(shape, mean / shape, 40_000))

    found = fit_truncated(*buyers(orders))

    assert found is not None
    assert found.shape == pytest.approx(shape, rel=0.12)
    assert found.mean == pytest.approx(mean, rel=0.05)


def test_the_start_of_the_search_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    counts = buyers(rng.poisson(rng.gamma(0.7, 3, 900)))

    one, other = fit_truncated(*counts), fit_truncated(*counts, start=NBD(3, 0.5))

    assert one is not None
    assert other is not None
    assert (one.shape, one.mean) == pytest.approx((other.shape, other.mean), rel=1e-4)


def test_buyers_who_are_all_alike_tell_nothing() -> None:
    assert fit_truncated(np.array([1.0]), np.array([90.0])) is None
    assert fit_truncated(np.array([1.0, 3.0]), np.array([90.0, 0.0])) is None
    assert fit_truncated(np.array([]), np.array([])) is None


def test_those_who_bought_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="under 1"):
        fit_truncated(np.array([0.0, 2.0]), np.array([5.0, 5.0]))


def test_misfit_by_hand() -> None:
    # One purchase, or more, of shape 1 and mean 1 cut off at zero: one half each but for the far tail.
    groups = np.array([0] + [1] * 60)
    assert misfit(NBD(1, 1), groups, np.array([50.0, 50.0])) == pytest.approx(0)
    assert misfit(NBD(1, 1), groups, np.array([80.0, 20.0])) == pytest.approx(0.3)


@pytest.mark.parametrize(("shape", "mean"), [(0.3, 0.6), (0.8, 2.5), (3.0, 9.0)])
def test_both_ways_up_lead_to_the_same_top(shape, mean, monkeypatch) -> None:
    rng = np.random.default_rng(8)
    counts, weights = buyers(rng.poisson(rng.gamma(shape, mean / shape, 4000)))

    climbed = fit_truncated(counts, weights, start=NBD(shape, mean))
    monkeypatch.setattr(nbd, "_climbed", lambda *_: None)
    by_simplex = fit_truncated(counts, weights)

    assert climbed is not None
    assert by_simplex is not None
    assert (climbed.shape, climbed.mean) == pytest.approx((by_simplex.shape, by_simplex.mean), rel=1e-5)
