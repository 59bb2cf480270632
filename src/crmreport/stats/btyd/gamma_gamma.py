"""Gamma-Gamma: what a customer spends on a purchase, apart from how often they buy.

A customer's purchases vary around their own mean as Gamma(p, nu), and nu varies over customers as
Gamma(q, gamma) (Fader, Hardie & Lee 2005, Journal of Marketing Research 42; Fader & Hardie 2013).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammaln

from crmreport.stats.btyd.fitting import Model, maximise

Floats = NDArray[np.float64]

_STARTS = ((2.0, 3.0, 1.0), (6.0, 4.0, 0.5), (1.0, 10.0, 5.0))
"""gamma in units of the mean spend."""
_NOTHING = 1e-300


@dataclass(frozen=True)
class GammaGamma(Model):
    """A fitted Gamma-Gamma model. ``gamma`` is in the currency of the data.

    ``params`` and ``standard_errors`` are keyed p, q, gamma. ``problems`` is empty where the fit can be
    trusted, else names why not (see ``fitting.Fit``).
    """

    @classmethod
    def fit(cls, frequency: ArrayLike, monetary: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Fit to customers with ``frequency`` purchases (1 or more) of ``monetary`` each on average.

        ``frequency`` counts the purchases that the mean is of: repeat purchases in the papers. Raises
        ValueError where one is below 1 or a mean is not positive.
        """
        x, z = _checked(frequency, monetary)
        if not len(x):
            raise ValueError("there is no customer")
        if (x < 1).any():
            raise ValueError("frequency must be 1 or more: leave out customers without a repeat purchase")
        weight = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
        if weight.shape != x.shape or not (np.isfinite(weight).all() and (weight > 0).all()):
            raise ValueError("weights must be positive, one for each customer")
        unit = float(np.average(z, weights=weight))

        def likelihood(values: Floats) -> tuple[float, Floats]:
            return _likelihood(values, x, z / unit, weight)

        n = float(weight.sum())
        found = maximise(likelihood, _STARTS, n)
        scale = np.array([1.0, 1.0, unit])
        names = ("p", "q", "gamma")
        return cls(
            dict(zip(names, (found.values * scale).tolist(), strict=True)),
            dict(zip(names, (found.standard_errors * scale).tolist(), strict=True)),
            float(found.log_likelihood - n * np.log(unit)),
            n,
            found.problems,
            found.log_covariance,
        )

    def expected_spend(self, *, frequency: ArrayLike, monetary: ArrayLike) -> Floats:
        """The expected value of a further purchase (Fader & Hardie 2013, eq. 5).

        With frequency 0 it is the mean over all customers. Infinite where q is 1 or less.
        """
        x, z = _checked(frequency, monetary)
        p, q, gamma = self.fitted.values()
        left = p * x + q - 1
        return np.where(left > 0, p * (gamma + x * z) / np.where(left > 0, left, 1), np.inf)

    def draw_spend(
        self,
        purchases: NDArray[np.int64],
        *,
        frequency: ArrayLike,
        monetary: ArrayLike,
        rng: np.random.Generator,
    ) -> Floats:
        """What ``purchases`` of customers with this past may bring in all: a column a customer, as drawn by
        ``draw_purchases``. Each row draws the customers' means anew."""
        x, z = _checked(frequency, monetary)
        p, q, gamma = self.fitted.values()
        nu = rng.gamma(q + p * x, 1 / (gamma + x * z), purchases.shape)
        shape = np.maximum(p * purchases, _NOTHING)
        return np.asarray(np.where(purchases > 0, rng.gamma(shape) / nu, 0.0))


def _checked(frequency: ArrayLike, monetary: ArrayLike) -> tuple[Floats, Floats]:
    x, z = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(values, dtype=float)) for values in (frequency, monetary))
    )
    if not (np.isfinite(x).all() and np.isfinite(z).all()):
        raise ValueError("frequency and monetary must be finite numbers")
    if (x < 0).any() or ((z <= 0) & (x > 0)).any():
        raise ValueError("monetary must be positive where there are purchases")
    return x, z


def _likelihood(values: Floats, x: Floats, z: Floats, weights: Floats) -> tuple[float, Floats]:
    p, q, gamma = values
    shape, both = p * x, gamma + x * z
    parts = (
        gammaln(shape + q)
        - gammaln(shape)
        - gammaln(q)
        + q * np.log(gamma)
        + (shape - 1) * np.log(z)
        + shape * np.log(x)
        - (shape + q) * np.log(both)
    )
    joint = digamma(shape + q) - np.log(both)
    gradient = (
        x * (joint - digamma(shape) + np.log(z) + np.log(x)),
        joint - digamma(q) + np.log(gamma),
        q / gamma - (shape + q) / both,
    )
    return float(weights @ parts), np.array([weights @ one for one in gradient])
