"""The negative binomial model of repeat buying: what purchases look like when nobody's rate changes.

Each customer buys at a rate of his or her own, and in a window as often as chance (Poisson) has it at that
rate; the rates follow a gamma distribution over customers (Ehrenberg 1959; Goodhardt & Ehrenberg 1967).
Two windows of one length then tell apart what a customer's rate did from what chance did: whoever bought
much in the first bought less in the second, on average, though no rate has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, zeta
from scipy.stats import nbinom

Floats = NDArray[np.float64]

_BOUNDS = ((-7.0, 5.0), (-7.0, 7.0))  # logarithms of the shape and of the mean rate
_TAIL = 1e-9  # of the chance of a count beyond the largest that is reckoned with
_MOST = 2_000
_STEPS, _LEVEL = 40, 1e-10
"""Newton's steps at most, and the slope under which the top is reached."""


@dataclass(frozen=True)
class NBD:
    """Rates per window follow a gamma distribution of ``shape`` r and ``mean`` m (above 0)."""

    shape: float
    mean: float

    def chances(self, largest: int) -> Floats:
        """The chance of 0, 1, … ``largest`` purchases in a window."""
        logs = _log_chances(np.arange(largest + 1), np.log(self.shape), np.log(self.mean))
        return np.asarray(np.exp(logs), dtype=float)

    def largest(self, observed: int) -> int:
        """A count beyond which next to nothing lies, and none that was ``observed``."""
        rare = nbinom.isf(_TAIL, self.shape, self.shape / (self.shape + self.mean))
        return int(max(min(rare, _MOST), observed))

    def sums(self, largest: int) -> Floats:
        """The chance of 0, 1, … ``largest`` purchases in two windows of one length together."""
        return NBD(self.shape, 2 * self.mean).chances(largest)


def splits(states: Floats) -> Floats:
    """How two windows share their purchases, whatever the model.

    Each of the purchases of both windows is as likely to lie in one as in the other, so that given their
    sum s the first window's count is binomial. ``states`` holds, for each count from 0 on, the chance of each
    of some states. The result, by s, first state and second state, times the chances of s (see ``sums``) is
    the chance of each pair of states (Goodhardt & Ehrenberg 1967).
    """
    largest = len(states) - 1
    factorials = gammaln(np.arange(2 * largest + 1) + 1.0)
    found = np.zeros((2 * largest + 1, states.shape[1], states.shape[1]))
    for total in range(2 * largest + 1):
        first = np.arange(max(0, total - largest), min(total, largest) + 1)
        ways = factorials[total] - factorials[first] - factorials[total - first]
        weights = np.exp(ways - total * np.log(2))
        found[total] = (states[first] * weights[:, None]).T @ states[total - first]
    return found


def _log_chances(counts: NDArray[np.int64], log_shape: float, log_mean: float) -> Floats:
    """The logarithm of the chance of each count."""
    shape, mean = np.exp(log_shape), np.exp(log_mean)
    ways = gammaln(shape + counts) - gammaln(shape) - gammaln(counts + 1.0)
    bought = counts * (log_mean - np.log(shape + mean))
    return np.asarray(ways + shape * (log_shape - np.log(shape + mean)) + bought, dtype=float)


def fit_truncated(counts: Floats, weights: Floats, *, start: NBD | None = None) -> NBD | None:
    """The model that makes the ``counts`` of those who bought (1 and more) most likely, by their ``weights``.

    Those who bought nothing are nobody's customers and are not counted: the likelihood is that of a
    negative binomial distribution cut off at zero (Sampford 1955). None where all counts are alike, which
    tells nothing of how rates differ. The search begins at ``start``. Raises ValueError for a count under 1.
    """
    seen = weights > 0
    counts, weights = counts[seen], weights[seen]
    if len(counts) and counts.min() < 1:
        raise ValueError("a count of purchases under 1")
    if len(np.unique(counts)) < 2:
        return None
    values, places = np.unique(counts, return_inverse=True)
    sums = np.bincount(places, weights=weights)
    total = sums.sum()

    whole = values.astype("int64")

    def loss(logs: Floats) -> float:
        bought = -np.expm1(_log_chances(np.zeros(1, dtype="int64"), *logs)[0])
        return float(np.log(bought) - (sums * _log_chances(whole, *logs)).sum() / total)

    first = start or NBD(1.0, float(values @ sums / total))
    logs = np.log([first.shape, first.mean])
    found = _climbed(logs, values.astype(float), sums / total)
    if found is None:
        # A simplex needs no linear algebra, whose threads would cost more than two parameters are worth.
        corners = np.clip(logs + np.array([[0.0, 0.0], [0.3, 0.0], [0.0, 0.3]]), *np.transpose(_BOUNDS))
        precise: Any = {"xatol": 1e-7, "fatol": 1e-12, "maxiter": 2000, "initial_simplex": corners}
        found = minimize(loss, logs, method="Nelder-Mead", bounds=_BOUNDS, options=precise).x
    shape, mean = np.exp(found)
    return NBD(float(shape), float(mean))


def _climbed(logs: Floats, values: Floats, parts: Floats) -> Floats | None:
    """The maximum by Newton's steps from ``logs``; None where they lead over the edge or to no maximum."""
    for _ in range(_STEPS):
        (slope_a, slope_b), (aa, ab, bb) = _slopes(
            float(np.exp(logs[0])), float(np.exp(logs[1])), values, parts
        )
        if max(abs(slope_a), abs(slope_b)) < _LEVEL:
            return logs
        turn = aa * bb - ab * ab
        if aa >= 0 or turn <= 0:
            return None
        step = np.array([ab * slope_b - bb * slope_a, ab * slope_a - aa * slope_b]) / turn
        logs = logs + step * min(1.0, 1.0 / np.abs(step).max())
        if not all(low < log < high for log, (low, high) in zip(logs, _BOUNDS, strict=True)):
            return None
    return None


def _slopes(
    r: float, m: float, values: Floats, parts: Floats
) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """First and second derivatives of the mean log-likelihood, by the logarithms of shape and mean."""
    both, k = r + m, float(parts @ values)
    none_r, none_m = np.log(r / both) + m / both, -r / both  # of the logarithm of the chance of none
    odds = float(1 / np.expm1(-r * np.log(r / both)))
    grows = odds * (1 + odds)
    by_r = float(parts @ digamma(r + values)) - digamma(r) + np.log(r / both) + 1 - (r + k) / both
    by_r, by_m = by_r + odds * none_r, k / m - (r + k) / both + odds * none_m
    rr = float(parts @ zeta(2, r + values)) - zeta(2, r) + 1 / r - 1 / both - (m - k) / both**2
    rr += grows * none_r**2 + odds * (1 / r - 1 / both - m / both**2)
    rm = (k - m) / both**2 + grows * none_r * none_m - odds * m / both**2
    mm = -k / m**2 + (r + k) / both**2 + grows * none_m**2 + odds * r / both**2
    curves = (r * r * rr + r * by_r, r * m * rm, m * m * mm + m * by_m)
    return (float(r * by_r), float(m * by_m)), (float(curves[0]), float(curves[1]), float(curves[2]))


def misfit(model: NBD, groups: NDArray[np.int64], sizes: Floats) -> float:
    """The share of the buyers who would have to change group for the groups to be the model's.

    ``groups`` holds the group, from 0, of each count from 1 on, ``sizes`` how many buyers there are in each.
    The index of dissimilarity: 0 is a perfect fit.
    """
    bought = model.chances(len(groups))[1:]
    expected = np.bincount(groups, weights=bought, minlength=len(sizes))
    return float(np.abs(expected / expected.sum() - sizes / sizes.sum()).sum() / 2)
