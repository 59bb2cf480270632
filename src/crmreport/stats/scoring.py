"""How good probabilities of a yes or no are: order, size, and both against a rule.

Every function takes ``weights`` of shape (replicates, n), how often each row was drawn, and returns one
number a replicate, as ``bootstrap`` wants it; a single row of ones gives the value itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from crmreport.stats.estimate import Estimate

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_CELLS = 4_000_000  # of the matrix of resampled weights held at once: about 32 MB


def auc(score: Floats, hit: Bools, weights: Floats) -> Floats:
    """The share of pairs of a hit and a miss in which the hit has the higher score; ties count half.

    The area under the ROC curve (Hanley & McNeil 1982); NaN where a replicate lacks either.
    """
    order = np.argsort(score, kind="stable")
    _, starts = np.unique(score[order], return_index=True)
    drawn = weights[:, order]
    hits = np.add.reduceat(drawn * hit[order], starts, axis=1)
    misses = np.add.reduceat(drawn * ~hit[order], starts, axis=1)
    below = np.cumsum(misses, axis=1) - misses
    pairs = hits.sum(axis=1) * misses.sum(axis=1)
    won = (hits * (below + misses / 2)).sum(axis=1)
    return np.asarray(np.divide(won, pairs, out=np.full(len(won), np.nan), where=pairs > 0))


def brier(probability: Floats, hit: Bools, weights: Floats) -> Floats:
    """The mean squared distance of probability and outcome, from 0 (best) to 1 (Brier 1950)."""
    return np.asarray(weights @ (probability - hit) ** 2 / weights.sum(axis=1))


def mean(values: Floats, weights: Floats) -> Floats:
    """The weighted mean of ``values``."""
    return np.asarray(weights @ values / weights.sum(axis=1))


def by_customer(
    statistics: Mapping[str, Callable[[Floats], Floats]],
    customers: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    replicates: int = 500,
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """Statistics of rows with their percentile intervals over resampled customers (Efron 1979).

    ``customers`` numbers the customer of each row from 0: all rows of a customer are drawn together, since
    they are alike. All statistics see the same draws; an estimate's n is the number of customers. A
    statistic that some draw does not have is unknown.
    """
    count = int(customers.max()) + 1 if len(customers) else 0
    if count == 0:
        return dict.fromkeys(statistics, Estimate(float("nan"), 0))
    drawn: dict[str, list[Floats]] = {name: [] for name in statistics}
    at_once = max(1, _CELLS // len(customers))
    for start in range(0, replicates, at_once):
        size = min(at_once, replicates - start)
        weights = rng.multinomial(count, np.full(count, 1 / count), size=size).astype(float)
        if len(customers) != count or (customers != np.arange(count)).any():
            weights = weights[:, customers]
        for name, statistic in statistics.items():
            drawn[name].append(statistic(weights))
    once, tail = np.ones((1, len(customers))), (1 - confidence) / 2
    found = {}
    for name, statistic in statistics.items():
        value, replicated = float(statistic(once)[0]), np.concatenate(drawn[name])
        low, high = (float(bound) for bound in np.quantile(replicated, [tail, 1 - tail]))
        known = np.isfinite([value, low, high]).all()
        bounds = (min(low, value), max(high, value), confidence) if known else ()
        found[name] = Estimate(value if known else float("nan"), count, *bounds)
    return found
