"""Intervals for shares and for statistics of a sample of customers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)

from crmreport.stats.estimate import Estimate

_CELLS = 4_000_000  # of the matrix of resampled weights held at once: about 32 MB

Weighted = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def share(count: int, n: int, *, confidence: float = 0.95) -> Estimate:
    """A share with Wilson's score interval (Wilson 1927), which keeps its coverage for small shares.

    Raises ValueError where ``count`` is not between 0 and ``n``. With n = 0 the value is NaN.
    """
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is not a share")
    if n == 0:
        return Estimate(float("nan"), 0)
    low, high = proportion_confint(count, n, alpha=1 - confidence, method="wilson")
    # Rounding inside can leave the bound of an extreme share a hair on the wrong side.
    value = count / n
    return Estimate(value, n, min(float(low), value), max(float(high), value), confidence)


def share_difference(
    count: int, n: int, other_count: int, other_n: int, *, confidence: float = 0.95
) -> Estimate:
    """The difference of two independent shares with Newcombe's hybrid score interval (1998, no. 10)."""
    if min(n, other_n) == 0:
        return Estimate(float("nan"), 0)
    low, high = confint_proportions_2indep(
        count, n, other_count, other_n, compare="diff", method="newcomb", alpha=1 - confidence
    )
    value = count / n - other_count / other_n
    low, high = max(-1.0, min(float(low), value)), min(1.0, max(float(high), value))
    return Estimate(value, min(n, other_n), low, high, confidence)


def share_test(count: int, n: int, other_count: int, other_n: int) -> float:
    """The p-value that two independent shares are one (pooled z-test); 1 where none or all count."""
    if count + other_count in (0, n + other_n):
        return 1.0
    return float(proportions_ztest([count, other_count], [n, other_n])[1])


def bootstrap(
    statistic: Weighted,
    n: int,
    *,
    rng: np.random.Generator,
    replicates: int = 1000,
    confidence: float = 0.95,
) -> Estimate:
    """A statistic of ``n`` customers with its percentile bootstrap interval (Efron 1979).

    ``statistic`` takes weights of shape (replicates, n), how often each customer was drawn, and
    returns one number a row; the value itself is the statistic of weights that are all one.
    """
    value = float(statistic(np.ones((1, n)))[0]) if n else float("nan")
    if not np.isfinite(value):
        return Estimate(float("nan"), n)
    at_once = max(1, _CELLS // n)
    draws = [
        statistic(rng.multinomial(n, np.full(n, 1 / n), size=min(at_once, replicates - start)).astype(float))
        for start in range(0, replicates, at_once)
    ]
    tail = (1 - confidence) / 2
    low, high = np.quantile(np.concatenate(draws), [tail, 1 - tail])
    return Estimate(value, n, min(float(low), value), max(float(high), value), confidence)


def resampled_sums(
    parts: NDArray[np.float64] | csr_array,
    counts: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    replicates: int = 400,
) -> NDArray[np.float64]:
    """The column sums of ``parts`` over customers: first as they are, then in each of ``replicates`` draws.

    ``counts`` says how many customers are alike in a row of ``parts``, which may be sparse; drawing rows by
    their counts is the bootstrap over customers. Shape (1 + replicates, columns): what is computed of sums,
    such as shares and ratios, is computed of all of them at once.
    """
    n = int(counts.sum())
    found = [counts.astype(float)[None, :] @ parts]
    at_once = max(1, _CELLS // max(len(counts), 1))
    for start in range(0, replicates if n else 0, at_once):
        drawn = rng.multinomial(n, counts / n, size=min(at_once, replicates - start))
        found.append(drawn.astype(float) @ parts)
    return np.vstack(found)


def bounded(values: NDArray[np.float64], n: int, *, confidence: float = 0.95) -> Estimate:
    """An estimate of a statistic by its value (the first) and its replicates: percentile interval.

    NaN where the value, or more than a tenth of the replicates, could not be computed.
    """
    value, drawn = float(values[0]), values[1:][np.isfinite(values[1:])]
    if not np.isfinite(value) or len(drawn) < 0.9 * (len(values) - 1) or not len(drawn):
        return Estimate(float("nan"), n)
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(value, n, min(float(low), value), max(float(high), value), confidence)
