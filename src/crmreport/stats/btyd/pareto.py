"""Pareto/NBD: the customer may leave at any moment, at a rate of their own.

While alive a customer buys at a rate that varies over customers as Gamma(r, alpha), and leaves at a rate
that varies as Gamma(s, beta) (Schmittlein, Morrison & Colombo 1987, Management Science 33). The
likelihood is the one of Fader & Hardie's note on deriving the model (2005); in place of its difference
of two hypergeometric functions, which loses all digits for heavy buyers, stands the integral that they
solve, of one sign and smooth, by Gauss-Legendre quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, expit, gammaln

from crmreport.stats.btyd.fitting import Model, maximise
from crmreport.stats.btyd.histories import Histories, checked, grouped

Floats = NDArray[np.float64]

_STARTS = ((1.0, 1.0, 1.0, 1.0), (0.5, 0.3, 0.5, 0.5), (1.0, 0.5, 0.3, 2.0))
"""In units of the mean time under observation."""
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(48)
_NEGLIGIBLE = 45.0
"""What has fallen by this many powers of e adds nothing."""
_AT_ONCE = 20_000
_AT_BIRTH = 1e-9
_SELDOM = 1e-12


@dataclass(frozen=True)
class ParetoNBD(Model):
    """A fitted Pareto/NBD model. ``alpha`` and ``beta`` are in the unit of time of the data.

    ``params`` and ``standard_errors`` are keyed r, alpha, s, beta. ``problems`` is empty where the fit can
    be trusted, else names why not (see ``fitting.Fit``).
    """

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
        near = None if part is None else (_Likelihood(part), part.total)
        found = maximise(_Likelihood(scaled), _STARTS, histories.total, near)
        scale = np.array([1.0, unit, 1.0, unit])
        purchases = float(histories.weights @ histories.frequency)
        names = ("r", "alpha", "s", "beta")
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

        Schmittlein, Morrison & Colombo 1987, eq. 22.
        """
        x, t_x, end = checked(frequency, recency, T)
        ahead = np.asarray(horizon, dtype=float)
        if not np.isfinite(ahead).all() or (ahead < 0).any():
            raise ValueError("horizon must be 0 or above")
        r, alpha, s, beta = self.fitted.values()
        shrink = np.log((beta + end) / (beta + end + ahead))
        # (1 - exp((s - 1) shrink)) / (s - 1), which tends to -shrink at s = 1.
        lasting = -shrink if abs(s - 1) < 1e-9 else -np.expm1((s - 1) * shrink) / (s - 1)
        alive = expit(-self._log_odds_gone(x, t_x, end))
        return np.asarray(alive * (r + x) * (beta + end) / (alpha + end) * lasting)

    def expected_repeats(self, age: ArrayLike) -> Floats:
        """The expected number of repeat purchases in the time ``age`` after the first one, of any customer.

        Schmittlein, Morrison & Colombo 1987, eq. 17.
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
        """Purchases in the ``horizon`` after ``T`` as they may come: ``draws`` rows, a column a customer."""
        x, t_x, end = checked(frequency, recency, T)
        r, alpha, s, beta = self.fitted.values()
        size = (draws, len(x))
        alive = rng.uniform(size=size) < expit(-self._log_odds_gone(x, t_x, end))
        rate = rng.gamma(r + x, 1 / (alpha + end), size)
        leaving = np.maximum(rng.gamma(s, 1 / (beta + end), size), _SELDOM)
        stay = np.minimum(rng.exponential(1 / leaving), horizon)
        return np.asarray(np.where(alive, rng.poisson(rate * stay), 0))

    def _log_odds_gone(self, x: Floats, t_x: Floats, end: Floats) -> Floats:
        r, alpha, s, beta = self.fitted.values()
        integral = _log_integral(np.array([r, alpha, s, beta]), x, t_x, end)[0]
        return np.asarray(np.log(s) + integral + (r + x) * np.log(alpha + end) + s * np.log(beta + end))


class _Likelihood:
    """Log-likelihood and gradient by (r, alpha, s, beta)."""

    def __init__(self, histories: Histories) -> None:
        self._histories = histories
        self._counts, of_count = np.unique(histories.frequency, return_inverse=True)
        self._weight_of_count = np.bincount(of_count, weights=histories.weights)

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        r, alpha, s, beta = values
        one, weights, x = self._histories, self._histories.weights, self._histories.frequency
        integral, slopes = _log_integral(values, x, one.recency, one.T)
        here = -(r + x) * np.log(alpha + one.T) - s * np.log(beta + one.T)
        gone = np.log(s) + integral
        both = np.logaddexp(here, gone)
        left = np.exp(gone - both)
        by_count, total = self._weight_of_count, weights.sum()
        value = (
            by_count @ gammaln(r + self._counts)
            + total * (r * np.log(alpha) + s * np.log(beta) - gammaln(r))
            + weights @ both
        )
        stayed = 1 - left
        gradient = np.array(
            [
                by_count @ digamma(r + self._counts)
                + total * (np.log(alpha) - digamma(r))
                + weights @ (left * slopes[0] - stayed * np.log(alpha + one.T)),
                total * r / alpha + weights @ (left * slopes[1] - stayed * (r + x) / (alpha + one.T)),
                total * np.log(beta) + weights @ (left * (slopes[2] + 1 / s) - stayed * np.log(beta + one.T)),
                total * s / beta + weights @ (left * slopes[3] - stayed * s / (beta + one.T)),
            ]
        )
        return float(value), gradient


def _log_integral(values: Floats, x: Floats, t_x: Floats, end: Floats) -> tuple[Floats, Floats]:
    """log of the integral over u from t_x to T of (alpha+u)^-(r+x) (beta+u)^-(s+1), and its slopes.

    The slopes are by r, alpha, s and beta, one a row.
    """
    parts = [
        _log_integral_part(values, x[at : at + _AT_ONCE], t_x[at : at + _AT_ONCE], end[at : at + _AT_ONCE])
        for at in range(0, len(x), _AT_ONCE)
    ]
    return np.concatenate([log for log, _ in parts]), np.concatenate([slope for _, slope in parts], axis=1)


def _log_integral_part(values: Floats, x: Floats, t_x: Floats, end: Floats) -> tuple[Floats, Floats]:
    r, alpha, s, beta = values
    # Steps that grow with the distance from the nearer of the two poles, -alpha and -beta: even ones in
    # w = log(c + u). No further than where the integrand has all but vanished.
    c = min(alpha, beta)
    power = r + x + (s if alpha >= beta else 0)
    reach = np.minimum(end, (alpha + t_x) * np.exp(np.minimum(_NEGLIGIBLE / power, 500)) - alpha)
    span = np.log((c + reach) / (c + t_x))
    w = span[:, None] * (_NODES + 1) / 2
    u = (c + t_x)[:, None] * np.exp(w) - c
    log_alpha, log_beta = np.log(alpha + u), np.log(beta + u)
    logs = -(r + x)[:, None] * log_alpha - (s + 1) * log_beta + np.log(c + u)
    top = logs.max(axis=1, keepdims=True)
    mass = np.exp(logs - top) * _NODE_WEIGHTS
    whole = mass.sum(axis=1)
    with np.errstate(divide="ignore"):
        log = np.where(span > 0, np.log(span / 2) + np.log(whole) + top[:, 0], -np.inf)
    mass /= whole[:, None]
    slopes = np.array(
        [
            -(mass * log_alpha).sum(axis=1),
            -(r + x) * (mass / (alpha + u)).sum(axis=1),
            -(mass * log_beta).sum(axis=1),
            -(s + 1) * (mass / (beta + u)).sum(axis=1),
        ]
    )
    return log, slopes
