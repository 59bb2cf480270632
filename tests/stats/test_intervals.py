import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import norm

from crmreport.stats.estimate import Estimate, growth, less
from crmreport.stats.intervals import bootstrap, bounded, resampled_sums, share, share_difference, share_test


def test_wilson_interval_of_newcombe_1998():
    # Newcombe (1998), Statistics in Medicine 17, 857: 81 of 263, method 3.
    found = share(81, 263)

    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert found.value == pytest.approx(0.30798, abs=5e-6)


def test_difference_of_shares_of_newcombe_1998():
    # Newcombe (1998), Statistics in Medicine 17, 873: 56/70 - 48/80, method 10.
    found = share_difference(56, 70, 48, 80)

    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(st.integers(1, 5000), st.data())
def test_a_share_lies_in_its_interval_and_the_interval_between_zero_and_one(n, data):
    count = data.draw(st.integers(0, n))

    found = share(count, n)

    assert 0 <= found.low <= found.value <= found.high <= 1


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_a_difference_of_shares_lies_in_its_interval_and_turns_round_with_it(n, other_n, data):
    count, other = data.draw(st.integers(0, n)), data.draw(st.integers(0, other_n))

    found, turned = share_difference(count, n, other, other_n), share_difference(other, other_n, count, n)

    assert -1 <= found.low <= found.value <= found.high <= 1
    assert (-turned.high, -turned.low) == pytest.approx((found.low, found.high), abs=1e-12)


def test_nobody_has_no_share():
    assert not share(0, 0).known
    assert not share_difference(0, 0, 1, 2).known


def test_a_count_above_n_is_refused():
    with pytest.raises(ValueError, match="5 of 4"):
        share(5, 4)


def _mean_of(values):
    return lambda weights: weights @ values / weights.sum(axis=1)


def test_bootstrap_of_a_mean_agrees_with_its_standard_error():
    values = np.random.default_rng(7).normal(10, 2, 400)

    found = bootstrap(_mean_of(values), 400, rng=np.random.default_rng(1), replicates=4000)

    error = values.std() / math.sqrt(400)
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.02)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.02)


def test_bootstrap_covers_the_truth_at_its_nominal_rate():
    rng = np.random.default_rng(11)
    samples = rng.exponential(1.0, (200, 150))

    found = [bootstrap(_mean_of(sample), 150, rng=rng, replicates=300) for sample in samples]

    covered = sum(one.low <= 1.0 <= one.high for one in found)
    # 95% nominal; percentile intervals of skewed means fall short by a little: 2.6 standard errors.
    assert 180 <= covered <= 198


def test_the_same_seed_gives_the_same_interval():
    values = np.arange(50.0)

    first, second = (bootstrap(_mean_of(values), 50, rng=np.random.default_rng(3)) for _ in range(2))

    assert first == second


def test_growth_and_less():
    assert growth(Estimate(110.0, 40), Estimate(100.0, 30)) == Estimate(pytest.approx(0.1), 30)
    assert not growth(Estimate(110.0, 40), Estimate(0.0, 0)).known
    moved = less(Estimate(0.6, 9, 0.5, 0.7, 0.95), 0.8)
    assert (moved.value, moved.low, moved.high) == pytest.approx((-0.2, -0.3, -0.1))
    assert less(Estimate(0.6, 9), 0.8).low is None


def test_sums_resampled_by_groups_of_customers_who_are_alike():
    # 300 customers who spent 1 and 100 who spent 4: the mean is 1.75, its standard error 1.299 / 20.
    parts, counts = np.array([[1.0, 1.0], [4.0, 1.0]]), np.array([300, 100])
    sums = resampled_sums(parts, counts, rng=np.random.default_rng(1), replicates=2000)

    assert sums.shape == (2001, 2)
    assert sums[0].tolist() == [700, 400]
    assert (sums[:, 1] == 400).all()
    assert (sums[1:, 0] / 400).std() == pytest.approx(1.299 / 20, rel=0.05)
    sparse = resampled_sums(csr_array(parts), counts, rng=np.random.default_rng(1), replicates=2000)
    np.testing.assert_array_equal(sums, sparse)


def test_bounds_of_replicates():
    found = bounded(np.array([5.0, *range(1, 101)]), 40)

    assert (found.value, found.n) == (5, 40)
    assert (found.low, found.high) == pytest.approx((3.475, 97.525))
    # A few replicates that cannot be computed are left out; many say that nothing is known.
    assert bounded(np.array([5.0, *range(95), *[math.nan] * 5]), 40).known
    assert not bounded(np.array([5.0, *range(80), *[math.nan] * 20]), 40).known
    assert not bounded(np.array([math.nan, 1, 2]), 40).known
    assert not bounded(np.array([5.0]), 40).known


def test_the_test_of_two_shares() -> None:
    """15 of 100 against 30 of 100: pooled 0.225, error 0.0590, z = 2.540."""
    assert share_test(15, 100, 30, 100) == pytest.approx(2 * norm.sf(2.540), abs=1e-4)
    assert share_test(0, 10, 0, 20) == share_test(10, 10, 20, 20) == 1
