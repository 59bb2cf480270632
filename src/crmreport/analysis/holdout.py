"""How large a test must be: customers per group, or the smallest lift that so many could show.

Two groups of equal size drawn by lot, compared by the mean of what each customer spends (two-sided t
test): Cohen 1988, chapter 2, as statsmodels' ``TTestIndPower`` solves it.
"""

from __future__ import annotations

import math

from statsmodels.stats.power import TTestIndPower

from crmreport.stats.estimate import Estimate

LEVEL = 0.05
POWER = 0.8


def spread(customers: int, total: float, squares: float) -> tuple[float, float]:
    """Mean and standard deviation of what ``customers`` spent, those who spent nothing included."""
    if customers < 2:
        return math.nan, math.nan
    mean = total / customers
    return mean, math.sqrt(max(squares - customers * mean**2, 0.0) / (customers - 1))


def group_size(mean: float, deviation: float, *, lift: float, customers: int) -> Estimate:
    """Customers needed in each of two groups to see a ``lift`` of the mean; its n is ``customers``."""
    if not (mean > 0 and deviation > 0):
        return Estimate(math.nan, customers)
    needed = TTestIndPower().solve_power(effect_size=lift * mean / deviation, alpha=LEVEL, power=POWER)
    return Estimate(float(math.ceil(needed)), customers)


def visible_lift(mean: float, deviation: float, *, customers: int) -> Estimate:
    """The smallest lift of the mean that ``customers``, parted into two halves, could show."""
    if not (mean > 0 and deviation > 0 and customers >= 4):
        return Estimate(math.nan, customers)
    effect = TTestIndPower().solve_power(nobs1=customers / 2, alpha=LEVEL, power=POWER)
    return Estimate(float(effect) * deviation / mean, customers)
