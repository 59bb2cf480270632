"""Factors of tables whose factors are known."""

from __future__ import annotations

import numpy as np
import pytest

from crmreport.stats.factors import exploratory_factors, omega_total, varimax
from crmreport.stats.reliability import cronbach_alpha
from tests.stats.test_reliability import with_covariance


def behind(loadings, n: int = 400) -> np.ndarray:
    """Answers whose correlations are exactly those of one or more factors with these loadings."""
    table = np.array(loadings, dtype=float)
    shared = table @ table.T
    np.fill_diagonal(shared, 1)
    return with_covariance(shared, n)


def test_omega_by_hand() -> None:
    # (.8 + .7 + .6 + .5)^2 = 6.76; unique .36 + .51 + .64 + .75 = 2.26.
    found = omega_total(behind([[0.8], [0.7], [0.6], [0.5]]))
    assert found == pytest.approx(6.76 / (6.76 + 2.26), abs=1e-4)


def test_equal_loadings_make_omega_alpha_and_others_make_it_larger() -> None:
    equal = behind([[0.7]] * 5)
    assert omega_total(equal) == pytest.approx(cronbach_alpha(equal), abs=1e-4)
    unequal = behind([[0.9], [0.9], [0.3], [0.3]])
    assert omega_total(unequal) > cronbach_alpha(unequal) + 0.02


def test_two_factors_are_found_and_turned_apart() -> None:
    true = np.array([[0.8, 0], [0.8, 0], [0.8, 0], [0, 0.7], [0, 0.7], [0, 0.7]])
    found = exploratory_factors(behind(true), rng=np.random.default_rng(1))
    assert found.count == 2
    assert found.loadings == pytest.approx(true, abs=0.02)


def test_unrelated_items_have_one_weak_factor_at_most() -> None:
    rng = np.random.default_rng(5)
    found = exploratory_factors(rng.normal(size=(300, 6)), rng=rng)
    assert found.count == 1
    assert (found.eigenvalues[1:] <= found.by_chance[1:] + 0.1).all()


def test_turning_keeps_what_the_factors_explain() -> None:
    loadings = np.random.default_rng(2).normal(size=(7, 3))
    turned = varimax(loadings)
    assert (turned**2).sum(axis=1) == pytest.approx((loadings**2).sum(axis=1))
    assert np.var(turned**2, axis=0).sum() >= np.var(loadings**2, axis=0).sum() - 1e-9


def test_too_few_items() -> None:
    for of in (omega_total, lambda items: exploratory_factors(items, rng=np.random.default_rng(1))):
        with pytest.raises(ValueError, match="three items"):
            of([[1, 2], [2, 1], [3, 3]])


def test_an_item_that_follows_from_others_has_no_factor_of_its_own() -> None:
    """Two copies of a column, or more items than respondents: the likelihood grows without end."""
    rng = np.random.default_rng(3)
    table = rng.integers(1, 6, (40, 3)).astype(float)
    few = rng.integers(1, 6, (5, 6))
    for items in (np.column_stack([table, table[:, 0]]), few):
        for of in (omega_total, lambda items: exploratory_factors(items, rng=np.random.default_rng(1))):
            with pytest.raises(ValueError, match="follows from the others"):
                of(items)
