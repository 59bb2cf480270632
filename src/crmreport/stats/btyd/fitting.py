"""Maximum likelihood over positive parameters, by their logarithms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
_GLANCE, _LONGEST = 12, 1000
"""Iterations from each start, and from the best of what those reached."""
_LARGEST_CONDITION = 1e8


@dataclass(frozen=True)
class Fit:
    """The maximum. ``problems`` says why it should not be trusted; it is empty where nothing speaks against.

    - ``boundary``: a parameter ran to the edge of what is allowed, as when the data knows no dropout
    - ``not_identified``: some direction leaves the likelihood as it is, so parameters have no own value
    - ``not_converged``: no start reached a point where the gradient vanishes
    """

    values: Floats
    covariance: Floats
    log_likelihood: float
    problems: tuple[str, ...]

    @property
    def standard_errors(self) -> Floats:
        """From the observed information; NaN where the parameters are not identified."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.sqrt(np.diag(self.covariance)))


def maximise(likelihood: Likelihood, starts: Sequence[Sequence[float]], n: float) -> Fit:
    """The maximum reached from the most promising of ``starts``; ``n`` scales the tolerance.

    The search runs over logarithms with the exact gradient; standard errors come from differences of
    that gradient at the maximum.
    """

    def cost(logs: Floats) -> tuple[float, Floats]:
        values = np.exp(logs)
        found, gradient = likelihood(values)
        if not np.isfinite(found):
            return 1e10, np.zeros_like(logs)
        return -found / n, -gradient * values / n

    def search(logs: Floats, iterations: int) -> tuple[float, Floats]:
        options: Any = {"maxiter": iterations, "ftol": 1e-12, "gtol": 1e-7, "maxcor": 20}
        bounds: Any = [(_LOWEST, _HIGHEST)] * len(logs)
        done = minimize(cost, logs, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        return float(done.fun), np.asarray(done.x)

    _, logs = min((search(np.log(start), _GLANCE) for start in starts), key=lambda reached: reached[0])
    _, logs = search(logs, _LONGEST)
    logs, information = _polished(cost, logs)
    best, slope = cost(logs)
    values = np.exp(logs)
    problems = []
    if ((logs < _LOWEST + _NEAR) | (logs > _HIGHEST - _NEAR)).any():
        problems.append("boundary")
    curvature = np.linalg.eigvalsh(information)
    if curvature[0] <= 0 or curvature[-1] / curvature[0] > _LARGEST_CONDITION:
        problems.append("not_identified")
        covariance = np.full((len(logs), len(logs)), np.nan)
    else:
        covariance = np.linalg.inv(information * n) * np.outer(values, values)
    if not problems and np.abs(slope).max() > 1e-5:
        problems.append("not_converged")
    return Fit(values, covariance, -best * n, tuple(problems))


def _polished(cost: Likelihood, logs: Floats) -> tuple[Floats, Floats]:
    """A few Newton steps from where the search stopped, while they help; and the information there."""
    information = _information(cost, logs)
    best, slope = cost(logs)
    for _ in range(4):
        if np.abs(slope).max() < 1e-10 or np.linalg.eigvalsh(information)[0] <= 0:
            break
        step = np.linalg.solve(information, slope)
        there = logs - step * min(1.0, 1.0 / np.abs(step).max())
        reached, steepness = cost(there)
        if reached > best or not ((there > _LOWEST) & (there < _HIGHEST)).all():
            break
        logs, best, slope = there, reached, steepness
        information = _information(cost, logs)
    return logs, information


def _information(cost: Likelihood, logs: Floats) -> Floats:
    """Second derivatives, by central differences of the gradient."""
    rows = []
    for step in np.eye(len(logs)) * _STEP:
        rows.append((cost(logs + step)[1] - cost(logs - step)[1]) / (2 * _STEP))
    found = np.array(rows)
    return (found + found.T) / 2
