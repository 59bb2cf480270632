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


def growth(now: Estimate, before: Estimate) -> Estimate:
    """The relative change between two censuses; its n is the smaller of the two."""
    value = now.value / before.value - 1 if before.value > 0 else math.nan
    return Estimate(value, min(now.n, before.n))
