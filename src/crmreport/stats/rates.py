"""Events per unit of exposure: complaints per thousand orders, and the like."""

from __future__ import annotations

import math

from scipy.stats import chi2

from crmreport.stats.estimate import Estimate


def poisson_rate(events: int, exposure: float, *, per: float = 1, confidence: float = 0.95) -> Estimate:
    """Events ``per`` unit of exposure, with the exact Poisson interval (Garwood 1936).

    The interval is exact for events that come independently of each other; it never undercovers. n is the
    number of events: a rate of few events says little, however large the exposure.

    Raises ValueError for a negative number of events. With no exposure the value is NaN.
    """
    if events < 0:
        raise ValueError(f"{events} events cannot be")
    if exposure <= 0:
        return Estimate(math.nan, events)
    tail = (1 - confidence) / 2
    low = float(chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    high = float(chi2.ppf(1 - tail, 2 * events + 2)) / 2
    scale = per / exposure
    return Estimate(events * scale, events, low * scale, high * scale, confidence)
