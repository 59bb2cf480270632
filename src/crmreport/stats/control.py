"""Control charts: has a series left the range in which it usually moves?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

WEIGHT = 0.3
WIDTH = 3.0
_MOVING_RANGE = 1.128
"""Mean range of two independent standard normal values, in standard deviations."""


@dataclass(frozen=True)
class Ewma:
    """The weighted mean after each value, and the limits it should stay within."""

    value: Floats
    centre: float
    low: Floats
    high: Floats

    @property
    def above(self) -> NDArray[np.bool_]:
        return np.asarray(self.value > self.high)

    @property
    def below(self) -> NDArray[np.bool_]:
        return np.asarray(self.value < self.low)


def ewma(
    values: ArrayLike,
    *,
    centre: float,
    sigma: ArrayLike,
    weight: float = WEIGHT,
    width: float = WIDTH,
    steady: bool = False,
) -> Ewma:
    """The exponentially weighted moving average of ``values`` with its control limits (Roberts 1959).

    z(t) = weight x(t) + (1 - weight) z(t-1), begun at ``centre``. ``sigma`` is the standard deviation of a
    value: one number, or one for each where they rest on different n. The limits lie ``width`` standard
    deviations of z around the centre: exact ones, narrower at the beginning, or, with ``steady``, those of
    a long series with one sigma, as the NIST/SEMATECH e-Handbook (6.3.2.4) draws them.

    Raises ValueError for a weight that is not over 0 and up to 1, a sigma that is not positive, and
    ``steady`` limits of more than one sigma.
    """
    x = np.asarray(values, dtype=float)
    deviation = np.asarray(sigma, dtype=float)
    if not 0 < weight <= 1:
        raise ValueError(f"a weight of {weight} is not over 0 and up to 1")
    if not (np.isfinite(deviation).all() and (deviation > 0).all()):
        raise ValueError("sigma must be positive")
    if steady and deviation.ndim:
        raise ValueError("steady limits need one sigma for all values")
    each = np.broadcast_to(deviation, x.shape)
    z, variance = np.empty_like(x), np.empty_like(x)
    at, spread = centre, 0.0
    for place, one in enumerate(x):
        at = weight * one + (1 - weight) * at
        spread = (weight * each[place]) ** 2 + (1 - weight) ** 2 * spread
        z[place], variance[place] = at, spread
    if steady:
        variance = each**2 * weight / (2 - weight)
    reach = width * np.sqrt(variance)
    return Ewma(z, centre, centre - reach, centre + reach)


def overdispersion(z: ArrayLike) -> float:
    """By how much shares vary more from one time to the next than counting alone makes them; at least 1.

    ``z`` are shares less their mean, over their binomial standard deviation. Laney's sigma of z (2002): the
    mean of the moving ranges over 1.128.
    """
    ranges = np.abs(np.diff(np.asarray(z, dtype=float)))
    return max(1.0, float(ranges.mean() / _MOVING_RANGE)) if len(ranges) else 1.0
