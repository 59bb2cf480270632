"""Factors behind the items of a scale: how many there are, what loads on them, and omega."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from statsmodels.multivariate.factor import Factor

from crmreport.stats.reliability import checked_items

Floats = NDArray[np.float64]

_DRAWS = 200
_SINGULAR = 1e-10


def omega_total(items: ArrayLike) -> float:
    """McDonald's omega (1999) of items that one factor stands behind.

    The square of the summed loadings over the variance of the sum, from a one-factor maximum likelihood
    fit of the correlations: the share of the sum's variance that is the factor's. Unlike alpha it
    does not take all loadings for equal.

    Raises ValueError as ``cronbach_alpha`` does, for fewer than three items, and where an item follows from
    the others, as it does with no more respondents than items: no likelihood has a maximum there.
    """
    table = checked_items(items)
    if table.shape[1] < 3:
        raise ValueError("one factor is not determined by fewer than three items")
    _check_apart(table)
    loadings = _fitted(table, 1)[:, 0]
    common = float(loadings.sum() ** 2)
    unique = float((1 - np.minimum(loadings**2, 1)).sum())
    return common / (common + unique)


@dataclass(frozen=True)
class Factors:
    """``loadings`` (items by factors), turned so that each item loads on few (varimax, Kaiser 1958).

    ``eigenvalues`` are the items' own, ``by_chance`` what uncorrelated items would have had in 95 of 100
    samples; ``count`` factors lie above it (parallel analysis, Horn 1965).
    """

    loadings: Floats
    eigenvalues: Floats
    by_chance: Floats

    @property
    def count(self) -> int:
        return int(self.loadings.shape[1])


def exploratory_factors(items: ArrayLike, *, rng: np.random.Generator) -> Factors:
    """The factors behind ``items`` (a respondent a row), as many as parallel analysis finds; at least one.

    Raises ValueError as ``omega_total`` does.
    """
    table = checked_items(items)
    n, k = table.shape
    if k < 3:
        raise ValueError("factors are not determined by fewer than three items")
    _check_apart(table)
    own = _eigenvalues(table)
    drawn = np.array([_eigenvalues(rng.normal(size=(n, k))) for _ in range(_DRAWS)])
    chance = np.quantile(drawn, 0.95, axis=0)
    above = own > chance
    count = k if above.all() else int(np.argmin(above))
    # More factors than the correlations have room for cannot be told apart (Ledermann 1937).
    room = int((2 * k + 1 - np.sqrt(8 * k + 1)) / 2)
    count = max(1, min(count, room))
    loadings = _fitted(table, count)
    if count > 1:
        loadings = varimax(loadings)
    return Factors(_faced(loadings), own, chance)


def varimax(loadings: Floats, *, rounds: int = 200, close: float = 1e-10) -> Floats:
    """Loadings turned so that their squares vary most within each factor (Kaiser 1958)."""
    scale = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    rows = loadings / np.where(scale > 0, scale, 1)
    turn = np.eye(loadings.shape[1])
    reached = 0.0
    for _ in range(rounds):
        turned = rows @ turn
        target = turned**3 - turned * (turned**2).mean(axis=0)
        left, spread, right = np.linalg.svd(rows.T @ target)
        turn = left @ right
        if spread.sum() < reached * (1 + close):
            break
        reached = float(spread.sum())
    return np.asarray(loadings @ turn)


def _faced(loadings: Floats) -> Floats:
    """The strongest factor first, each pointing the way most of its items do."""
    order = np.argsort(-(loadings**2).sum(axis=0), kind="stable")
    sorted_ = loadings[:, order]
    return np.asarray(sorted_ * np.where(sorted_.sum(axis=0) < 0, -1, 1))


def _check_apart(table: Floats) -> None:
    if _eigenvalues(table)[-1] < _SINGULAR:
        raise ValueError("one item follows from the others: leave it out, its factor cannot be told")


def _eigenvalues(table: Floats) -> Floats:
    return np.asarray(np.linalg.eigvalsh(np.corrcoef(table, rowvar=False))[::-1], dtype=np.float64)


def _fitted(table: Floats, count: int) -> Floats:
    """Maximum likelihood loadings, begun from principal components: a random start would change digits."""
    shared = np.corrcoef(table, rowvar=False)
    values, vectors = np.linalg.eigh(shared)
    begin = vectors[:, ::-1][:, :count] * np.sqrt(values[::-1][:count]) * 0.9
    alone = np.clip(1 - (begin**2).sum(axis=1), 0.05, 1)
    with warnings.catch_warnings():
        # An item that is all factor (a Heywood case) is told by its loading.
        warnings.simplefilter("ignore")
        found = Factor(corr=shared, n_factor=count, method="ml", nobs=len(table)).fit(start=(begin, alone))
    loadings = np.asarray(found.loadings, dtype=float)
    return loadings if count > 1 else loadings * (1 if loadings.sum() >= 0 else -1)
