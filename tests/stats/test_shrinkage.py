"""Shrinkage by hand, against a truth that is known, and ranks that know what they do not know."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.stats.shrinkage import ranks, shrink


def test_equal_variances_by_hand():
    # Means 1 3 5 7 9 (centre 5, squares 40, so 10 over k - 1) with variance 4: 6 between, and of each own
    # mean 1 - (2/4) x 4/10 = 0.8 is kept.
    found = shrink(np.array([1.0, 3, 5, 7, 9]), np.full(5, 4.0))

    assert found.centre == pytest.approx(5)
    assert found.between == pytest.approx(6**0.5)
    assert found.weights == pytest.approx([0.8] * 5)
    assert found.means == pytest.approx([1.8, 3.4, 5, 6.6, 8.2])


def test_where_only_chance_differs_nothing_is_left_between():
    found = shrink(np.array([9.0, 10, 11, 10]), np.full(4, 50.0))

    assert found.between == 0
    assert np.ptp(found.means) < 1.4  # of 2 in the raw means


def test_the_surer_a_mean_the_less_it_moves():
    found = shrink(np.array([0.0, 10, 0, 10]), np.array([0.1, 0.1, 30, 30]))

    assert abs(found.means[1] - 10) < abs(found.means[3] - 10)
    assert found.spreads[1] < found.spreads[3]


def test_two_are_too_few():
    with pytest.raises(ValueError, match="too few"):
        shrink(np.array([1.0, 2]), np.array([1.0, 1]))


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 50)), min_size=3, max_size=20))
def test_every_mean_moves_towards_the_centre(rows):
    means, variances = np.array(rows).T
    found = shrink(means, variances)

    assert ((found.weights >= 0) & (found.weights <= 1)).all()
    assert (np.abs(found.means - found.centre) <= np.abs(means - found.centre) + 1e-9).all()
    assert (found.spreads > 0).all()


def test_against_the_truth_shrinkage_wins_and_its_intervals_hold():
    rng, raw, better, held, naive = np.random.default_rng(3), 0.0, 0.0, [], []
    for _ in range(60):
        truth = rng.normal(50, 5, 40)
        variances = rng.uniform(10, 120, 40)
        means = rng.normal(truth, np.sqrt(variances))
        found = shrink(means, variances)
        raw += float(((means - truth) ** 2).mean())
        better += float(((found.means - truth) ** 2).mean())
        held.append((np.abs(found.means - truth) <= 1.96 * found.spreads).mean())
        naive.append(means.max() - truth[means.argmax()])
    assert better < 0.5 * raw
    assert 0.93 <= np.mean(held) <= 0.97
    assert np.mean(naive) > 5  # the raw best is mostly the luckiest


def test_ranks_of_what_is_sure_and_of_what_is_not():
    sure = shrink(np.array([30.0, 20, 10, 0]), np.full(4, 0.01))
    found = ranks(sure, rng=np.random.default_rng(1), draws=200)
    assert (found == [1, 2, 3, 4]).all()

    alike = shrink(np.array([10.1, 10, 9.9, 10]), np.full(4, 20.0))
    drawn = ranks(alike, rng=np.random.default_rng(1), draws=2000)
    assert (drawn == 1).mean(axis=0) == pytest.approx([0.25] * 4, abs=0.05)
    assert (drawn.sum(axis=1) == 10).all()
