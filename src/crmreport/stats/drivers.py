"""How much of an outcome's variance goes with each driver, when drivers go with each other.

Both divide R squared among the drivers. They describe association: neither says what a change of a driver
would do.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MOST_DRIVERS = 16
_SINGULAR = 1e-10


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

    Raises ValueError where a value is missing, a column never varies, drivers determine each other, or
    there are not more rows than drivers.
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
    outcome, drivers = np.asarray(y, dtype=float), np.asarray(X, dtype=float)
    if drivers.ndim != 2 or outcome.shape != drivers.shape[:1]:
        raise ValueError("X must be a table with a row for each value of y")
    if drivers.shape[0] <= drivers.shape[1] + 1:
        raise ValueError("there must be more rows than drivers")
    weight = np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != outcome.shape or not (np.isfinite(weight).all() and (weight > 0).all()):
        raise ValueError("weights must be positive, one for each row")
    table = np.column_stack([outcome, drivers])
    if not np.isfinite(table).all():
        raise ValueError("a value is missing: leave out incomplete rows, and say how many")
    if (table.max(axis=0) == table.min(axis=0)).any():
        raise ValueError("a column never varies")
    covariance = np.cov(table, rowvar=False, aweights=weight)
    spread = np.sqrt(np.diag(covariance))
    found = covariance / np.outer(spread, spread)
    within = found[1:, 1:]
    if np.linalg.eigvalsh(within)[0] < _SINGULAR:
        raise ValueError("one driver follows from the others: leave it out")
    return within, found[1:, 0]
