"""What a perfectly steady rhythm would look like: regularity of purchases, and how often chance alarms.

A steady customer's gaps are draws from one distribution, a gamma with the customer's own mean and a shape
that all share (Herniter 1971; Platzer & Reutterer 2016): 1 is a rhythm without memory, more is more regular.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_SHAPES = (0.05, 50.0)
_DRAWS = 4000
_MOST_GAPS = 60
"""More gaps than these tell a customer's rhythm no better than these for what is asked here."""


def regularity(gaps: Whole, total: Floats, logs: Floats) -> float:
    """The common shape of the customers' gaps, whatever the mean of each (conditional likelihood).

    For each customer the number of ``gaps``, their sum and the sum of their logarithms; gaps are above 0.
    Given its sum, a customer's gaps are shares of a symmetric Dirichlet distribution with the shape as its
    parameter, so the means need not be estimated. NaN where nobody has two gaps that differ.
    """
    several = gaps > 1
    n, total, logs = gaps[several].astype(float), total[several], logs[several]
    spread = float((n * np.log(total / n) - logs).sum()) if len(n) else 0.0
    if spread <= 1e-9:
        return float("nan")
    parts = float((logs - n * np.log(total)).sum())
    counts, of = np.unique(n, return_counts=True)

    def negative(log_shape: float) -> float:
        k = np.exp(log_shape)
        normed = of @ (gammaln(counts * k) - counts * gammaln(k))
        return -float(normed + (k - 1) * parts)

    low, high = np.log(_SHAPES)
    found = minimize_scalar(negative, bounds=(low, high), method="bounded", options={"xatol": 1e-7})
    return round(float(np.exp(found.x)), 5)


def chance_of_alarm(
    gaps: Whole, shape: float, *, times_median: float, quantile: float, rng: np.random.Generator
) -> Floats:
    """For each number of ``gaps``: how likely a steady customer with so many looks overdue on a given day.

    Overdue is a time since the last purchase above ``times_median`` times the median of the customer's own
    gaps and above their ``quantile``. The time since the last purchase of a steady rhythm is a uniform part
    of a gap drawn in proportion to its length (Cox 1962), which is a gamma of a shape greater by one. The
    scale cancels.
    """
    numbers, back = np.unique(np.minimum(gaps, _MOST_GAPS), return_inverse=True)
    chances = np.empty(len(numbers))
    for place, number in enumerate(numbers):
        own = rng.gamma(shape, size=(_DRAWS, int(number)))
        away = rng.uniform(size=_DRAWS) * rng.gamma(shape + 1, size=_DRAWS)
        limit = np.maximum(times_median * np.median(own, axis=1), np.quantile(own, quantile, axis=1))
        chances[place] = float((away > limit).mean())
    return np.asarray(chances[back])
