"""Purchase histories as the models take them: checked, and equal ones counted once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_TOLERANCE = 1e-9
_FEW = 10_000


@dataclass(frozen=True)
class Histories:
    """Distinct histories, each with how many customers (or how much weight) it stands for."""

    frequency: Floats
    recency: Floats
    T: Floats
    weights: Floats

    @property
    def total(self) -> float:
        return float(self.weights.sum())

    def sample(self) -> Histories | None:
        """Customers evenly spaced in the order of their histories; None where there are few histories.

        It only serves to find out where to look: whatever is estimated is of all customers.
        """
        if len(self.T) <= _FEW:
            return None
        ends = np.cumsum(self.weights)
        drawn = np.searchsorted(ends, (np.arange(_FEW) + 0.5) * (ends[-1] / _FEW))
        found, times = np.unique(np.minimum(drawn, len(ends) - 1), return_counts=True)
        return Histories(self.frequency[found], self.recency[found], self.T[found], times.astype(float))


def grouped(frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, weights: ArrayLike | None) -> Histories:
    """Distinct histories in rising order, so that neither the order nor the number of rows matters.

    Raises ValueError where a history is impossible or weights are not positive.
    """
    if len({np.shape(values) for values in (frequency, recency, T)}) > 1:
        raise ValueError("frequency, recency and T must have one value each for every customer")
    x, t_x, end = checked(frequency, recency, T)
    if not len(x):
        raise ValueError("there is no customer")
    weight = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != x.shape:
        raise ValueError("weights must have one value for each customer")
    if not (np.isfinite(weight).all() and (weight > 0).all()):
        raise ValueError("weights must be positive")
    order = np.lexsort((end, t_x, x))
    x, t_x, end, weight = x[order], t_x[order], end[order], weight[order]
    new = np.ones(len(x), dtype=bool)
    new[1:] = (np.diff(x) != 0) | (np.diff(t_x) != 0) | (np.diff(end) != 0)
    starts = np.flatnonzero(new)
    return Histories(x[starts], t_x[starts], end[starts], np.add.reduceat(weight, starts))


def checked(frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The three as one-dimensional float arrays of one length. Raises ValueError."""
    x, t_x, end = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(values, dtype=float)) for values in (frequency, recency, T))
    )
    if x.ndim != 1:
        raise ValueError("frequency, recency and T must be one-dimensional")
    if not all(np.isfinite(values).all() for values in (x, t_x, end)):
        raise ValueError("frequency, recency and T must be finite numbers")
    if (x < 0).any() or (x != np.round(x)).any():
        raise ValueError("frequency must count repeat purchases: whole numbers from 0")
    if (end <= 0).any():
        raise ValueError("T must be positive")
    if (t_x < 0).any() or (t_x > end * (1 + _TOLERANCE)).any():
        raise ValueError("recency must lie between 0 and T")
    if ((x == 0) & (t_x != 0)).any():
        raise ValueError("recency must be 0 where frequency is 0")
    if ((x > 0) & (t_x == 0)).any():
        raise ValueError("recency must be above 0 where there are repeat purchases")
    return x, np.minimum(t_x, end), end
