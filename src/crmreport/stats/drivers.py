"""How much of an outcome's variance goes with each driver, when drivers go with each other.

Both divide R squared among the drivers. They describe association: neither says what a change of a driver
would do.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from crmreport.stats.given import check_positive, check_same_order, column_name, numbers

Floats = NDArray[np.float64]

MOST_DRIVERS = 16
_SINGULAR = 1e-10
_PART = 1e-4
"""What a driver's part in a combination that never varies must be, to be named."""


def lmg(y: ArrayLike, X: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Each driver's gain in R squared, averaged over all orders in which drivers can enter.

    Lindeman, Merenda & Gold 1980; the Shapley value of R squared. ``X`` has a driver a column; the shares
    come in that order, are never negative, and add up to R squared.

    Raises ValueError as ``johnson_weights`` does, and for more than 16 drivers (65,536 regressions).
    """
    within, with_y = _correlations(y, X, weights)
    k = len(with_y)
    if k > MOST_DRIVERS:
        raise ValueError(f"{k} drivers are too many (at most {MOST_DRIVERS}): join some, or use Johnson's")
    explained = _explained(within, with_y)
    subsets = np.arange(1 << k)
    sizes = np.array([int(subset).bit_count() for subset in subsets])
    shares = np.empty(k)
    for at in range(k):
        without = subsets[(subsets >> at) & 1 == 0]
        gain = explained[without | (1 << at)] - explained[without]
        shares[at] = (gain / np.array([k * comb(k - 1, size) for size in sizes[without]])).sum()
    return shares


def johnson_weights(y: ArrayLike, X: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Johnson's relative weights (2000): shares of R squared by way of the nearest uncorrelated drivers.

    ``X`` has a driver a column; the shares come in that order and add up to R squared.

    Raises ValueError where a value is missing or no number, a column never varies, drivers determine each
    other, there are not more rows than drivers, or the rows of pandas' tables are in different orders.
    """
    within, with_y = _correlations(y, X, weights)
    values, vectors = np.linalg.eigh(within)
    root = vectors * np.sqrt(values) @ vectors.T
    slopes = np.linalg.solve(root, with_y)
    return np.asarray(root**2 @ slopes**2)


def _explained(within: Floats, with_y: Floats) -> Floats:
    """R squared of every subset of drivers; bit j of a subset's place says whether driver j is in it."""
    k = len(with_y)
    explained = np.zeros(1 << k)
    for size in range(1, k + 1):
        chosen = np.array(list(combinations(range(k), size)))
        targets = with_y[chosen]
        slopes = np.linalg.solve(within[chosen[:, :, None], chosen[:, None, :]], targets[..., None])[..., 0]
        explained[(1 << chosen).sum(axis=1)] = (slopes * targets).sum(axis=1)
    return explained


def _correlations(y: ArrayLike, X: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """Of the drivers with each other, and with the outcome."""
    outcome, drivers = numbers(y, "y"), numbers(X, "X")
    if drivers.ndim != 2 or not drivers.shape[1] or outcome.shape != drivers.shape[:1]:
        raise ValueError(
            "X must be a table with a row for each value of y and a driver a column; their shapes are "
            f"{drivers.shape} and {outcome.shape}"
        )
    check_same_order(y, X, ("y", "the rows of X"))
    if drivers.shape[0] <= drivers.shape[1] + 1:
        raise ValueError(
            f"there must be more rows than drivers, and two more at least: {drivers.shape[0]} rows are too "
            f"few for {drivers.shape[1]}"
        )
    weight = np.ones(len(outcome)) if weights is None else numbers(weights, "weights")
    if weight.shape != outcome.shape:
        raise ValueError(f"weights must be as many as rows: {len(outcome)}, not {weight.shape}")
    check_positive(weight, "row")
    table = np.column_stack([outcome, drivers])
    gaps = np.argwhere(~np.isfinite(table))
    if len(gaps):
        row, at = gaps[0]
        where = "y" if at == 0 else f"driver {column_name(X, at - 1)}"
        raise ValueError(
            f"a value is missing (row {row + 1} of {where}): leave out incomplete rows, and say how many"
        )
    still = np.flatnonzero(table.max(axis=0) == table.min(axis=0))
    if len(still):
        what = "y" if still[0] == 0 else f"driver {column_name(X, still[0] - 1)}"
        raise ValueError(f"a column never varies, {what}: leave it out, nothing goes with it")
    covariance = np.cov(table, rowvar=False, aweights=weight / weight.max())
    spread = np.sqrt(np.diag(covariance))
    found = covariance / np.outer(spread, spread)
    within = found[1:, 1:]
    smallest, vectors = np.linalg.eigh(within)
    if smallest[0] < _SINGULAR:
        bound = [column_name(X, int(at)) for at in np.flatnonzero(np.abs(vectors[:, 0]) > _PART)]
        raise ValueError(f"one driver follows from the others (of {', '.join(bound)}): leave it out")
    return within, found[1:, 0]
