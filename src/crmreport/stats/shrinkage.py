"""Many means compared: each pulled towards all as far as chance alone can have moved it.

Of many places the best is mostly the luckiest: the largest of a hundred means of twenty customers lies far
above the place's own truth. Empirical Bayes (Morris 1983, JASA 78, 47-55) estimates how far the places differ
in truth and shrinks each mean accordingly; the ranks are drawn from what is then believed of each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Shrunk:
    """``means`` after shrinkage with their standard deviations ``spreads``; ``weights`` is how much of each
    own mean is kept, ``between`` the standard deviation of the places' true means, ``centre`` their mean."""

    means: Array
    spreads: Array
    weights: Array
    between: float
    centre: float


def shrink(means: Array, variances: Array) -> Shrunk:
    """Shrinks ``means`` with sampling ``variances`` (above 0) towards their common mean.

    The variance between places is Paule and Mandel's (1982); where the means differ by no more than chance
    it is 0 and all are shrunk to the centre. Spreads hold the centre's uncertainty, and, as Morris has it,
    that of the weights. Raises ValueError with fewer than three means.
    """
    if len(means) < 3:
        raise ValueError(f"{len(means)} means are too few to shrink")
    between = _between(means, variances)
    precision = 1 / (variances + between)
    centre = float((precision * means).sum() / precision.sum())
    # The variance between is estimated: k - 3 over k - 1 keeps the weights from being too sure of it.
    kept = (
        1 - (len(means) - 3) / (len(means) - 1) * variances * precision
        if len(means) > 3
        else between * precision
    )
    shrunk = kept * means + (1 - kept) * centre
    of_centre = (1 - kept) ** 2 / precision.sum()
    of_weights = 2 / max(len(means) - 3, 1) * (1 - kept) ** 2 * (means - centre) ** 2
    spreads = np.sqrt(variances * kept + of_centre + of_weights)
    return Shrunk(shrunk, spreads, kept, math.sqrt(between), centre)


def _between(means: Array, variances: Array) -> float:
    """The variance between at which the weighted squares have their expectation, k - 1; 0 where none."""

    def excess(between: float) -> float:
        precision = 1 / (variances + between)
        centre = (precision * means).sum() / precision.sum()
        return float((precision * (means - centre) ** 2).sum() - (len(means) - 1))

    if excess(0.0) <= 0:
        return 0.0
    most = float(np.ptp(means)) ** 2 + float(variances.max())
    while excess(most) > 0:
        most *= 4
    return float(brentq(excess, 0.0, most))


def ranks(shrunk: Shrunk, *, rng: np.random.Generator, draws: int = 4000) -> Array:
    """The rank of each mean (columns; 1 is the largest) in each of ``draws`` from what is believed."""
    drawn = rng.normal(shrunk.means, shrunk.spreads, size=(draws, len(shrunk.means)))
    order = np.argsort(-drawn, axis=1, kind="stable")
    found = np.empty_like(order)
    np.put_along_axis(found, order, np.arange(1, drawn.shape[1] + 1)[None, :], axis=1)
    return found.astype(float)
