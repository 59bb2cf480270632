"""BG/NBD and MBG/NBD: after a purchase the customer leaves with a probability of their own.

While alive a customer buys at a rate that varies over customers as Gamma(r, alpha); after each purchase
they leave with a probability that varies as Beta(a, b). In the BG/NBD (Fader, Hardie & Lee 2005,
Marketing Science 24) nobody can leave before their first repeat, so that everyone without one is
alive for certain. In the MBG/NBD (Batislam, Denizel & Filiztekin 2007, IJRM 24; Hoppe & Wagner 2007)
one can leave at the first purchase too. The two differ by one chance to leave, ``_chances``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, digamma, expit, gammaln, hyp2f1

from crmreport.stats.btyd.fitting import Model, maximise
from crmreport.stats.btyd.histories import Histories, checked, grouped

Floats = NDArray[np.float64]

_STARTS = ((1.0, 1.0, 1.0, 1.0), (0.3, 0.5, 0.5, 2.0), (2.0, 2.0, 0.3, 5.0))
"""In units of the mean time under observation."""
_NEXT_TO_ONE = 1e-5
_AT_BIRTH = 1e-9
_SELDOM = 1e-12


@dataclass(frozen=True)
class _BetaGeometric(Model):
    """A fitted model. ``alpha`` is in the unit of time of the data.

    ``params`` and ``standard_errors`` are keyed r, alpha, a, b. ``problems`` is empty where the fit can
    be trusted, else names why not (see ``fitting.Fit``); a fit with problems should not be reported.
    """

    _chances: ClassVar[int]

    @classmethod
    def fit(
        cls, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None
    ) -> Self:
        """Fit by maximum likelihood to customers' histories, or to distinct ones and their ``weights``.

        Raises ValueError where a history is impossible (see ``histories.checked``).
        """
        histories = grouped(frequency, recency, T, weights)
        unit = float(np.average(histories.T, weights=histories.weights))
        scaled = Histories(
            histories.frequency, histories.recency / unit, histories.T / unit, histories.weights
        )
        part = scaled.sample()
        near = None if part is None else (_Likelihood(part, cls._chances), part.total)
        found = maximise(_Likelihood(scaled, cls._chances), _STARTS, histories.total, near)
        scale = np.array([1.0, unit, 1.0, 1.0])
        # A change of the unit of time moves the likelihood by one factor for every repeat purchase.
        purchases = float(histories.weights @ histories.frequency)
        names = ("r", "alpha", "a", "b")
        return cls(
            dict(zip(names, (found.values * scale).tolist(), strict=True)),
            dict(zip(names, (found.standard_errors * scale).tolist(), strict=True)),
            float(found.log_likelihood - purchases * np.log(unit)),
            histories.total,
            found.problems,
            found.log_covariance,
        )

    def probability_alive(self, *, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """The probability that a customer with this history has not left at ``T``."""
        return np.asarray(expit(-self._log_odds_gone(*checked(frequency, recency, T))))

    def expected_purchases(
        self, horizon: ArrayLike, *, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Floats:
        """The expected number of purchases in the ``horizon`` after ``T``, given the history.

        Fader, Hardie & Lee 2005, eq. 10, with Euler's transformation of the hypergeometric function,
        whose terms stay small for heavy buyers.
        """
        x, t_x, end = checked(frequency, recency, T)
        ahead = np.asarray(horizon, dtype=float)
        if not np.isfinite(ahead).all() or (ahead < 0).any():
            raise ValueError("horizon must be 0 or above")
        alive = expit(-self._log_odds_gone(x, t_x, end))
        a = self.fitted["a"]
        if abs(a - 1) < _NEXT_TO_ONE:
            # The formula is 0/0 at a = 1, and smooth around it.
            sides = (self._if_alive(ahead, x, end, 1 + sign * _NEXT_TO_ONE) for sign in (-1, 1))
            return np.asarray(alive * sum(sides) / 2)
        return np.asarray(alive * self._if_alive(ahead, x, end, a))

    def expected_repeats(self, age: ArrayLike) -> Floats:
        """The expected number of repeat purchases in the time ``age`` after the first one, of any customer.

        The conditional expectation on the day of the first purchase: Fader, Hardie & Lee 2005, eq. 9.
        """
        return self.expected_purchases(age, frequency=0, recency=0, T=_AT_BIRTH)

    def draw_purchases(
        self,
        horizon: float,
        *,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
        rng: np.random.Generator,
        draws: int,
    ) -> NDArray[np.int64]:
        """Purchases in the ``horizon`` after ``T`` as they may come: ``draws`` rows, a column a customer.

        Alive or not, buying rate and leaving probability are drawn given the history; then purchases come
        until the customer leaves at one of them.
        """
        x, t_x, end = checked(frequency, recency, T)
        r, alpha, a, b = self.fitted.values()
        size = (draws, len(x))
        alive = rng.uniform(size=size) < expit(-self._log_odds_gone(x, t_x, end))
        rate = rng.gamma(r + x, 1 / (alpha + end), size)
        leaving = rng.beta(a, b + x + self._chances, size)
        would = rng.poisson(rate * horizon)
        until = rng.geometric(np.maximum(leaving, _SELDOM))
        return np.asarray(np.where(alive, np.minimum(would, until), 0))

    def _if_alive(self, ahead: Floats, x: Floats, end: Floats, a: float) -> Floats:
        r, alpha, b = (self.fitted[name] for name in ("r", "alpha", "b"))
        k = self._chances
        past = ahead / (alpha + end + ahead)
        last = a + b + x + k - 1
        series = hyp2f1(a + b + k - 1 - r, a - 1, last, past)
        return np.asarray(last / (a - 1) * (1 - (1 - past) ** (a - 1) * series))

    def _log_odds_gone(self, x: Floats, t_x: Floats, end: Floats) -> Floats:
        r, alpha, a, b = self.fitted.values()
        chances = x + self._chances
        odds = np.log(a) - np.log(b + np.maximum(chances, 1) - 1)
        odds = odds + (r + x) * (np.log(alpha + end) - np.log(alpha + t_x))
        return np.where(chances > 0, odds, -np.inf)


class BetaGeoNBD(_BetaGeometric):
    """The BG/NBD model. A customer without a repeat purchase is alive with probability 1: to tell who
    is still a customer, take the MBG/NBD or the Pareto/NBD.
    """

    _chances = 0


class ModifiedBetaGeoNBD(_BetaGeometric):
    """The MBG/NBD model: a customer can leave after the first purchase too."""

    _chances = 1


class _Likelihood:
    """Log-likelihood and gradient by (r, alpha, a, b); what depends on no parameter is worked out once."""

    def __init__(self, histories: Histories, chances: int) -> None:
        self._histories = histories
        x = histories.frequency
        # Gamma functions of x are needed once for each count that occurs, not for each history.
        self._counts, self._of_count = np.unique(x, return_inverse=True)
        self._weight_of_count = np.bincount(self._of_count, weights=histories.weights)
        self._chances = self._counts + chances
        self._may_have_left = (x + chances) > 0

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = values
        one, weights, x = self._histories, self._histories.weights, self._histories.frequency
        by_end, by_last = 1 / (alpha + one.T), 1 / (alpha + one.recency)
        here = (r + x) * np.log(by_end)
        odds = np.log(a) - np.log(b + np.maximum(self._chances, 1) - 1)
        gone = np.where(self._may_have_left, odds[self._of_count] + (r + x) * np.log(by_last), -np.inf)
        both = np.logaddexp(here, gone)
        left = np.exp(gone - both)
        log_time = (1 - left) * np.log(by_end) + left * np.log(by_last)
        time = (1 - left) * by_end + left * by_last
        by_count, chances = self._weight_of_count, self._chances
        total = weights.sum()
        share_left = np.bincount(self._of_count, weights=weights * left)
        terms = gammaln(r + self._counts) - gammaln(r) + betaln(a, b + chances) - betaln(a, b)
        value = float(by_count @ terms + total * r * np.log(alpha) + weights @ both)
        joint = digamma(a + b) * total - by_count @ digamma(a + b + chances)
        gradient = np.array(
            [
                by_count @ digamma(r + self._counts)
                + total * (np.log(alpha) - digamma(r))
                + weights @ log_time,
                total * r / alpha - weights @ ((r + x) * time),
                joint + share_left.sum() / a,
                joint
                + by_count @ digamma(b + chances)
                - total * digamma(b)
                - share_left @ (1 / (b + np.maximum(chances, 1) - 1)),
            ]
        )
        return value, gradient
