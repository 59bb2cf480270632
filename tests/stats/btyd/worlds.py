"""Customers drawn from the models themselves, with the truth known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Histories = dict[str, NDArray[np.float64]]


def beta_geo(
    rng: np.random.Generator, n: int, *, r: float, alpha: float, a: float, b: float, T: float, first: bool
) -> tuple[Histories, Histories]:
    """Histories up to T, and beside them the truth: alive at T, and purchases in as long a time after it.

    With ``first`` a customer can leave after the first purchase too (MBG/NBD).
    """
    rate, leaves = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    chances = rng.geometric(leaves) - (1 if first else 0)
    frequency, recency, later, alive = (np.zeros(n) for _ in range(4))
    for one in range(n):
        now, bought = 0.0, 0
        while bought < chances[one]:
            now += rng.exponential(1 / rate[one])
            if now > 2 * T:
                break
            bought += 1
            if now <= T:
                frequency[one], recency[one] = bought, now
            else:
                later[one] += 1
        alive[one] = frequency[one] < chances[one]
    return {"frequency": frequency, "recency": recency, "T": np.full(n, T)}, {"alive": alive, "later": later}


def pareto(
    rng: np.random.Generator, n: int, *, r: float, alpha: float, s: float, beta: float, T: float
) -> tuple[Histories, Histories]:
    """As ``beta_geo``, of customers who leave at any moment."""
    rate, leaving = rng.gamma(r, 1 / alpha, n), rng.gamma(s, 1 / beta, n)
    life = rng.exponential(1 / leaving)
    seen = np.minimum(life, T)
    frequency = rng.poisson(rate * seen)
    # The last of x even draws on (0, seen) lies at the x-th root of a uniform draw.
    recency = np.where(frequency > 0, seen * rng.uniform(size=n) ** (1 / np.maximum(frequency, 1)), 0)
    later = rng.poisson(rate * (np.clip(life, T, 2 * T) - T))
    found = {"frequency": frequency.astype(float), "recency": recency, "T": np.full(n, T)}
    return found, {"alive": (life > T).astype(float), "later": later.astype(float)}
