"""Published shares, from the correlations of R's swiss and mtcars; and what holds of all shares."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.stats.drivers import johnson_weights, lmg
from tests.stats.test_reliability import with_covariance

SWISS = [
    [1, 0.35307918362, -0.645882706457, -0.663788857035, 0.463684700652, 0.416556031435],
    [0.35307918362, 1, -0.686542208617, -0.639522518948, 0.401095053049, -0.060858608417],
    [-0.645882706457, -0.686542208617, 1, 0.698415296288, -0.572741806064, -0.114021596482],
    [-0.663788857035, -0.639522518948, 0.698415296288, 1, -0.153858917091, -0.099321845821],
    [0.463684700652, 0.401095053049, -0.572741806064, -0.153858917091, 1, 0.175495907597],
    [0.416556031435, -0.060858608417, -0.114021596482, -0.099321845821, 0.175495907597, 1],
]
"""Fertility, then the other five (47 provinces, 1888)."""
MTCARS = [
    [1, -0.852161959427, -0.847551379262, -0.776168371827, 0.480284757339],
    [-0.852161959427, 1, 0.902032872147, 0.832447452722, -0.492686599389],
    [-0.847551379262, 0.902032872147, 1, 0.79094858637, -0.555569198562],
    [-0.776168371827, 0.832447452722, 0.79094858637, 1, -0.125704258225],
    [0.480284757339, -0.492686599389, -0.555569198562, -0.125704258225, 1],
]
"""mpg, then cyl, disp, hp and gear (32 cars)."""


def test_lmg_of_the_swiss_provinces() -> None:
    """Grömping 2006, Journal of Statistical Software 17(1)."""
    table = with_covariance(SWISS, n=47)
    shares = lmg(table[:, 0], table[:, 1:])
    assert shares == pytest.approx([0.057091, 0.171173, 0.260135, 0.105570, 0.112766], abs=1e-6)
    assert shares.sum() == pytest.approx(0.706735, abs=1e-6)


def test_johnson_of_the_cars() -> None:
    table = with_covariance(MTCARS, n=32)
    shares = johnson_weights(table[:, 0], table[:, 1:])
    assert shares == pytest.approx([0.22848, 0.22215, 0.23217, 0.09639], abs=1e-5)


def r_squared(y, X) -> float:
    design = np.column_stack([np.ones(len(y)), X])
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - (left**2).sum() / ((y - y.mean()) ** 2).sum()


def test_lmg_is_the_mean_over_all_orders() -> None:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 4))
    y = X @ [1, 0.5, 0, -1] + rng.normal(size=60)
    gains = np.zeros(4)
    for order in permutations(range(4)):
        for place, driver in enumerate(order):
            before = r_squared(y, X[:, list(order[:place])]) if place else 0.0
            gains[driver] += r_squared(y, X[:, list(order[: place + 1])]) - before
    assert lmg(y, X) == pytest.approx(gains / 24, abs=1e-9)


@pytest.mark.parametrize("shares_of", [lmg, johnson_weights])
@given(seed=st.integers(0, 10_000), drivers=st.integers(1, 6))
def test_shares_add_up_follow_their_column_and_ignore_units(shares_of, seed, drivers) -> None:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(40, drivers)) + rng.normal(size=(40, 1))
    y = X.sum(axis=1) + rng.normal(size=40)
    shares = shares_of(y, X)
    assert shares.sum() == pytest.approx(r_squared(y, X), abs=1e-9)
    assert (shares >= -1e-12).all()
    order = rng.permutation(drivers)
    assert shares_of(y, X[:, order]) == pytest.approx(shares[order], abs=1e-9)
    assert shares_of(5 - 3 * y, X * rng.uniform(0.1, 9, drivers) - 7) == pytest.approx(shares, abs=1e-9)


@pytest.mark.parametrize("shares_of", [lmg, johnson_weights])
def test_drivers_that_do_not_go_together_share_by_their_own_correlation(shares_of) -> None:
    table = with_covariance([[1, 0.6, 0.3], [0.6, 1, 0], [0.3, 0, 1]])
    assert shares_of(table[:, 0], table[:, 1:]) == pytest.approx([0.36, 0.09], abs=1e-9)


@pytest.mark.parametrize("shares_of", [lmg, johnson_weights])
def test_a_weight_counts_as_so_many_rows(shares_of) -> None:
    rng = np.random.default_rng(6)
    X, y, times = rng.normal(size=(30, 3)), rng.normal(size=30), rng.integers(1, 5, 30)
    repeated = shares_of(np.repeat(y, times), np.repeat(X, times, axis=0))
    assert shares_of(y, X, times) == pytest.approx(repeated, abs=1e-9)


@pytest.mark.parametrize("shares_of", [lmg, johnson_weights])
@pytest.mark.parametrize(
    ("X", "problem"),
    [
        ([[1, 2], [2, 4], [3, 6], [5, 10]], "follows from the others .of 1, 2."),
        ([[1, 2], [1, 3], [1, 6], [1, 0]], "never varies, driver 1: leave it out"),
        (pd.DataFrame({"staff": [1, 2, 3, 5], "price": 2}), "never varies, driver “price”"),
        ([[1, 2], [np.nan, 3], [4, 6], [5, 1]], "missing .row 2 of driver 1."),
        (pd.DataFrame({"staff": [1, 2, 3, 5], "price": [1, None, 2, 0]}), "row 2 of driver “price”"),
        ([[1, 2], ["good", 3], [4, 6], [5, 1]], "“good” .row 2 column 1."),
        (np.empty((4, 0)), "a driver a column"),
        ([1, 2, 3, 4], "a driver a column"),
        ([[1, 2, 3], [2, 3, 5], [4, 6, 1], [5, 1, 1]], "more rows"),
        ([[1], [2], [3]], "row for each value"),
    ],
)
def test_what_cannot_be_shared_out_is_named(shares_of, X, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        shares_of([1, 2, 4, 3], X)


def test_too_many_drivers_for_all_orders() -> None:
    rng = np.random.default_rng(7)
    with pytest.raises(ValueError, match="Johnson"):
        lmg(rng.normal(size=60), rng.normal(size=(60, 17)))


@pytest.mark.parametrize("shares_of", [lmg, johnson_weights])
def test_lists_and_pandas_give_the_same_shares(shares_of) -> None:
    rng = np.random.default_rng(8)
    X, y = rng.integers(1, 6, (40, 3)), rng.integers(1, 6, 40)
    labelled = pd.DataFrame(X, columns=["a", "b", "c"], index=range(5, 45))
    outcome = pd.Series(y, index=labelled.index)
    for each in ((y.tolist(), X.tolist()), (outcome, labelled), (outcome.astype("Int64"), labelled)):
        assert shares_of(*each) == pytest.approx(shares_of(y, X), abs=1e-12)
    with pytest.raises(ValueError, match="another order"):
        shares_of(outcome[::-1], labelled)
    with pytest.raises(ValueError, match="row 3 of y"):
        shares_of(outcome.where(outcome.index != 7), labelled)


@pytest.mark.parametrize("shares_of", [lmg, johnson_weights])
@pytest.mark.parametrize("factor", [1e-300, 1e300])
def test_weights_are_known_up_to_a_factor(shares_of, factor) -> None:
    rng = np.random.default_rng(9)
    X, y, weights = rng.normal(size=(30, 3)), rng.normal(size=30), rng.uniform(0.5, 2, 30)
    assert shares_of(y, X, weights * factor) == pytest.approx(shares_of(y, X, weights), abs=1e-9)
    with pytest.raises(ValueError, match=r"positive.* row 1 is 0"):
        shares_of(y, X, [0, *weights[1:]])


@pytest.mark.parametrize("shares_of", [lmg, johnson_weights])
def test_two_drivers_that_are_one_are_named(shares_of) -> None:
    rng = np.random.default_rng(10)
    X = pd.DataFrame(rng.normal(size=(30, 3)), columns=["staff", "price", "art"]).assign(
        twin=lambda table: table["price"]
    )
    with pytest.raises(ValueError, match="of “price”, “twin”"):
        shares_of(rng.normal(size=30), X)
