"""How two measures go together."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, spearmanr

from crmreport.stats.estimate import Estimate

Floats = NDArray[np.float64]


def rank_correlation(one: Floats, other: Floats, *, confidence: float = 0.95) -> Estimate:
    """Spearman's rank correlation of two measures of the same units, none of them missing.

    The interval is Fisher's with the variance of Bonett & Wright (2000). NaN with fewer than 5 units or
    no spread.
    """
    n = len(one)
    if n < 5 or len(np.unique(one)) < 2 or len(np.unique(other)) < 2:
        return Estimate(math.nan, n)
    found = float(spearmanr(one, other).statistic)
    if abs(found) >= 1:
        return Estimate(found, n, found, found, confidence)
    reach = float(norm.ppf((1 + confidence) / 2)) * math.sqrt((1 + found**2 / 2) / (n - 3))
    low, high = (math.tanh(math.atanh(found) + sign * reach) for sign in (-1, 1))
    return Estimate(found, n, low, high, confidence)
