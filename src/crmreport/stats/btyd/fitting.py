"""Maximum likelihood over positive parameters, by their logarithms."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
Likelihood = Callable[[Floats], tuple[float, Floats]]
"""Parameters -> the log-likelihood and its gradient by each of them."""

_LOWEST, _HIGHEST = np.log(1e-6), np.log(1e6)
_NEAR = 0.1
_STEP = 1e-4
_FLAT = 1e-9
_GLANCE, _LONGEST = 12, 1000
"""Iterations from each start, and from the best of what those reached."""
_LARGEST_CONDITION = 1e8
_VAGUEST = 3.0
"""A standard error of a parameter's logarithm; with a larger one it may be 400 times as large or as small."""
_DESCENTS = 12
"""Steps from a sample's maximum to that of all; most fits need four."""


@dataclass(frozen=True)
class Model:
    """What a fitted model holds. One made without arguments is not fitted: ``fit`` can be called on it, as on
    the class, and gives one that is.

    ``problems`` is empty where the fit can be trusted, else names why not (see ``Fit``). ``covariance`` is
    that of the parameters' logarithms, in the order of ``params``. ``n`` counts the customers.
    """

    params: dict[str, float] = field(default_factory=dict)
    standard_errors: dict[str, float] = field(default_factory=dict)
    log_likelihood: float = math.nan
    n: float = 0.0
    problems: tuple[str, ...] = ()
    covariance: tuple[tuple[float, ...], ...] = ()

    @property
    def fitted(self) -> dict[str, float]:
        """The parameters. Raises ValueError where the model is not fitted."""
        if not self.params:
            raise ValueError("the model is not fitted: call fit first, and use what it returns")
        return self.params


@dataclass(frozen=True)
class Fit:
    """The maximum, with the covariance of the parameters' logarithms.

    ``problems`` says why it should not be trusted; it is empty where nothing speaks against.

    - ``boundary``: a parameter ran to the edge of what is allowed, as when the data knows no dropout
    - ``not_identified``: some direction leaves the likelihood as it is, or all but, so that parameters have
      no value of their own
    - ``not_converged``: no start reached a point where the gradient vanishes
    """

    values: Floats
    log_covariance: tuple[tuple[float, ...], ...]
    log_likelihood: float
    problems: tuple[str, ...]

    @property
    def standard_errors(self) -> Floats:
        """From the observed information; NaN where the parameters are not identified."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.sqrt(np.diag(self.log_covariance)) * self.values)


def maximise(
    likelihood: Likelihood,
    starts: Sequence[Sequence[float]],
    n: float,
    sample: tuple[Likelihood, float] | None = None,
) -> Fit:
    """The maximum reached from the most promising of ``starts``; ``n`` scales the tolerance.

    The search runs over logarithms with the exact gradient; standard errors come from differences of
    that gradient at the maximum. With ``sample``, the likelihood and the n of a part of the customers,
    the search is over these, and only the last few steps are over all: the maximum is that of all.
    """
    cost = _Cost(likelihood, n)
    near = None if sample is None else _from_sample(cost, _Cost(*sample), starts)
    logs = _search(cost, starts) if near is None else near
    logs, information = _polished(cost, logs)
    best, slope = cost(logs)
    problems = []
    if ((logs < _LOWEST + _NEAR) | (logs > _HIGHEST - _NEAR)).any():
        problems.append("boundary")
    curvature = np.linalg.eigvalsh(information)
    if curvature[0] <= 0 or curvature[-1] / curvature[0] > _LARGEST_CONDITION:
        problems.append("not_identified")
        covariance = np.full((len(logs), len(logs)), np.nan)
    else:
        covariance = np.linalg.inv(information * n)
        if np.diag(covariance).max() > _VAGUEST**2:
            problems.append("not_identified")
    if not problems and np.abs(slope).max() > 1e-5:
        problems.append("not_converged")
    rows = tuple(tuple(row) for row in covariance.tolist())
    return Fit(np.exp(logs), rows, -best * n, tuple(problems))


class _Cost:
    """What is made small: the negative log-likelihood of one customer, by the parameters' logarithms."""

    def __init__(self, likelihood: Likelihood, n: float) -> None:
        self._likelihood, self._n = likelihood, n
        self._last: tuple[Floats, tuple[float, Floats]] | None = None

    def __call__(self, logs: Floats) -> tuple[float, Floats]:
        if self._last is None or not np.array_equal(self._last[0], logs):
            self._last = logs.copy(), self._of(np.exp(logs))
        return self._last[1]

    def _of(self, values: Floats) -> tuple[float, Floats]:
        found, gradient = self._likelihood(values)
        if not np.isfinite(found):
            return 1e10, np.zeros_like(values)
        return -found / self._n, -gradient * values / self._n


def _search(cost: _Cost, starts: Sequence[Sequence[float]]) -> Floats:
    """Near the minimum, from the best of what a few steps from each start reach."""

    def descend(logs: Floats, iterations: int) -> tuple[float, Floats]:
        options: Any = {"maxiter": iterations, "ftol": 1e-12, "gtol": 1e-7, "maxcor": 20}
        bounds: Any = [(_LOWEST, _HIGHEST)] * len(logs)
        done = minimize(cost, logs, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        return float(done.fun), np.asarray(done.x)

    _, logs = min((descend(np.log(start), _GLANCE) for start in starts), key=lambda reached: reached[0])
    return descend(logs, _LONGEST)[1]


def _from_sample(cost: _Cost, of_sample: _Cost, starts: Sequence[Sequence[float]]) -> Floats | None:
    """The minimum over all customers, by steps that take their curvature from the sample's minimum.

    None where the sample has no proper minimum, or where these steps do not lead down to one.
    """
    logs, information = _polished(of_sample, _search(of_sample, starts))
    curvature = np.linalg.eigvalsh(information)
    if curvature[0] <= 0 or curvature[-1] / curvature[0] > _LARGEST_CONDITION:
        return None
    best, slope = cost(logs)
    for _ in range(_DESCENTS):
        if np.abs(slope).max() < _FLAT:
            return logs
        logs = logs - np.linalg.solve(information, slope)
        reached, slope = cost(logs)
        if reached > best + 1e-12 or not ((logs > _LOWEST) & (logs < _HIGHEST)).all():
            return None
        best = reached
    return logs


def _polished(cost: _Cost, logs: Floats) -> tuple[Floats, Floats]:
    """A few Newton steps from where the search stopped, while they help; and the information there."""
    information = _information(cost, logs)
    best, slope = cost(logs)
    for _ in range(4):
        if np.abs(slope).max() < _FLAT or np.linalg.eigvalsh(information)[0] <= 0:
            break
        step = np.linalg.solve(information, slope)
        there = logs - step * min(1.0, 1.0 / np.abs(step).max())
        reached, steepness = cost(there)
        if reached > best or not ((there > _LOWEST) & (there < _HIGHEST)).all():
            break
        logs, best, slope = there, reached, steepness
        information = _information(cost, logs)
    return logs, information


def _information(cost: _Cost, logs: Floats) -> Floats:
    """Second derivatives, by central differences of the gradient."""
    rows = []
    for step in np.eye(len(logs)) * _STEP:
        rows.append((cost(logs + step)[1] - cost(logs - step)[1]) / (2 * _STEP))
    found = np.array(rows)
    return (found + found.T) / 2
