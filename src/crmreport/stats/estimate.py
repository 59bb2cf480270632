"""A number with what it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A value with its n and, unless it is a census, the interval at ``confidence``.

    ``value`` is NaN where nothing could be computed (no customers, a division by zero).
    """

    value: float
    n: int
    low: float | None = None
    high: float | None = None
    confidence: float | None = None

    @property
    def known(self) -> bool:
        return not math.isnan(self.value)


def less(estimate: Estimate, constant: float) -> Estimate:
    """The estimate less a constant, its interval moved along."""
    low, high = estimate.low, estimate.high
    return Estimate(
        estimate.value - constant,
        estimate.n,
        None if low is None else low - constant,
        None if high is None else high - constant,
        estimate.confidence,
    )


def scaled(estimate: Estimate, factor: float) -> Estimate:
    """The estimate in another unit, of which ``factor`` make one of the old."""
    low, high = (None if bound is None else bound * factor for bound in (estimate.low, estimate.high))
    return Estimate(estimate.value * factor, estimate.n, low, high, estimate.confidence)


def within(estimate: Estimate, lowest: float, highest: float) -> Estimate:
    """The estimate with its interval inside what can be."""
    if estimate.low is None or estimate.high is None:
        return estimate
    low, high = max(estimate.low, lowest), min(estimate.high, highest)
    value = min(max(estimate.value, lowest), highest)
    return Estimate(value, estimate.n, min(low, value), max(high, value), estimate.confidence)


def growth(now: Estimate, before: Estimate) -> Estimate:
    """The relative change between two censuses; its n is the smaller of the two."""
    value = now.value / before.value - 1 if before.value > 0 else math.nan
    return Estimate(value, min(now.n, before.n))
