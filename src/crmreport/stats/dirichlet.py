"""The NBD-Dirichlet model of buying: what a brand's size alone lets one expect.

How often people buy a category varies between them (gamma, which makes the counts negative binomial);
which brand they buy each time varies as well (Dirichlet). Given the size of the brands, two numbers then
say everything else: how many buyers each has, how often these buy it, what part of their need it meets,
and whom it shares them with (Goodhardt, Ehrenberg & Chatfield 1984, JRSS A 147, 621-655). Arrays may carry
leading axes, such as one for the replicates of a bootstrap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import gammaln
from scipy.stats import nbinom

Array = NDArray[np.float64]

_LEAST, _MOST = 1e-3, 1e4
"""Between them lies ``s``: under the first everybody buys one brand only, above the second all buy alike."""
_HALVINGS = 26
_SLIVER = 1e-12  # left of the category where brands are all of it: the chance stays a number
_TAIL = 1e-9


@dataclass(frozen=True)
class Incidence:
    """How many purchases of the category people make: ``counts`` from 0 or 1 on, and the part of the people
    (``weights``, last axis) who make each."""

    counts: Array
    weights: Array

    @property
    def mean(self) -> Array:
        return np.asarray(self.weights @ self.counts)

    @property
    def buyers(self) -> Array:
        """The part of the people who bought the category at all."""
        return np.asarray(self.weights @ (self.counts > 0))


def nbd_shape(penetration: float, rate: float) -> float:
    """The exponent K of the negative binomial by mean and zeros (Ehrenberg 1988, ch. 4).

    ``penetration`` is the part of the people who bought the category, ``rate`` the purchases of those who
    did. The smaller K, the more they differ. Raises ValueError where no negative binomial has the two.
    """
    if not 0 < penetration < 1 or not rate > 1:
        raise ValueError(f"no negative binomial has penetration {penetration} and rate {rate}")
    mean = penetration * rate

    def excess(k: float) -> float:
        return k * math.log1p(mean / k) + math.log1p(-penetration)

    if excess(_MOST) < 0 or excess(1e-6) > 0:
        raise ValueError(f"no negative binomial has penetration {penetration} and rate {rate}")
    return float(brentq(excess, 1e-6, _MOST))


def nbd_incidence(penetration: float, rate: float) -> Incidence:
    """Category purchases by the negative binomial of ``nbd_shape``, up to a tail of one in a billion."""
    k, mean = nbd_shape(penetration, rate), penetration * rate
    chance = k / (k + mean)
    counts = np.arange(int(nbinom.isf(_TAIL, k, chance)) + 2, dtype=float)
    return Incidence(counts, nbinom.pmf(counts, k, chance))


def none_of(part: Array, s: Array, counts: Array) -> Array:
    """The chance that ``counts`` purchases of the category hold none of brands with ``part`` of them.

    The beta-binomial at zero; all three broadcast.
    """
    outside = s * np.maximum(1 - part, _SLIVER)
    return np.asarray(np.exp(gammaln(outside + counts) - gammaln(outside) - gammaln(s + counts) + gammaln(s)))


def penetrations(shares: Array, s: Array, incidence: Incidence) -> Array:
    """The part of the people who buy each brand, of those in ``incidence``; shape of ``shares``.

    ``shares`` (last axis: brands) are of category purchases, ``s`` is the sum of the Dirichlet's exponents.
    """
    none = none_of(shares[..., :, None], np.asarray(s)[..., None, None], incidence.counts)
    return np.asarray(1 - (none @ incidence.weights[..., :, None])[..., 0])


def fit(shares: Array, observed: Array, incidence: Incidence) -> Array:
    """The ``s`` at which people buy as many different brands as they do: sum of ``penetrations`` matched.

    Goodhardt, Ehrenberg and Chatfield average the brands' own values, which a brand without a solution
    upsets; one equation over all brands always has an answer, within 0.001 and 10,000. ``observed`` are the
    brands' penetrations among the people of ``incidence``.
    """
    target = observed.sum(axis=-1)
    low, high = np.full(target.shape, math.log(_LEAST)), np.full(target.shape, math.log(_MOST))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        short = penetrations(shares, np.exp(middle), incidence).sum(axis=-1) < target
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray(np.exp((low + high) / 2))


def share_at(penetration: Array, s: Array, incidence: Incidence) -> Array:
    """The share of purchases at which the model gives a brand this ``penetration``; the inverse of
    ``penetrations``. Near 1 where no brand could have so many buyers."""
    low, high = np.zeros_like(penetration), np.ones_like(penetration)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        short = penetrations(middle, s, incidence) < penetration
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray((low + high) / 2)


@dataclass(frozen=True)
class Dirichlet:
    """A fitted model: what is to be expected of each brand, and of each pair.

    ``shares`` of category purchases by brand, ``s``, and the ``incidence`` of the category.
    """

    shares: Array
    s: Array
    incidence: Incidence

    @property
    def penetration(self) -> Array:
        """The part of the people of ``incidence`` who buy each brand."""
        return penetrations(self.shares, self.s, self.incidence)

    @property
    def rate(self) -> Array:
        """Purchases of the brand by one of its buyers."""
        return np.asarray(self.incidence.mean[..., None] * self.shares / self.penetration)

    @property
    def category_rate(self) -> Array:
        """Purchases of the whole category by one of the brand's buyers."""
        none = none_of(self.shares[..., :, None], np.asarray(self.s)[..., None, None], self.incidence.counts)
        weights = (self.incidence.weights * self.incidence.counts)[..., :, None]
        return np.asarray(((1 - none) @ weights)[..., 0] / self.penetration)

    @property
    def requirements(self) -> Array:
        """The part of its buyers' category purchases that a brand meets (share of requirements)."""
        return np.asarray(self.rate / self.category_rate)

    @property
    def sole(self) -> Array:
        """The part of a brand's buyers who buy no other."""
        others = none_of(
            1 - self.shares[..., :, None], np.asarray(self.s)[..., None, None], self.incidence.counts
        )
        bought = self.incidence.weights * (self.incidence.counts > 0)
        return np.asarray((others @ bought[..., :, None])[..., 0] / self.penetration)

    def both(self, one: int, other: int) -> Array:
        """The part of the people who buy both of two brands: together they are one larger brand."""
        pair = self.shares[..., [one, other]]
        union = penetrations(pair.sum(axis=-1, keepdims=True), self.s, self.incidence)[..., 0]
        return np.asarray(penetrations(pair, self.s, self.incidence).sum(axis=-1) - union)
