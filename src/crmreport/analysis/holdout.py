"""How large a test must be: customers per group, or the smallest lift that so many could show.

Two groups of equal size drawn by lot, compared by the mean of what each customer spends: the two-sided
test of two means in its normal form (Cohen 1988, section 2.4), which for the sizes in question differs
from the t test's by a customer or two.
"""

from __future__ import annotations

import math

from scipy.stats import norm

from crmreport.stats.estimate import Estimate

LEVEL = 0.05
POWER = 0.8
_REACH = float(norm.ppf(1 - LEVEL / 2) + norm.ppf(POWER))


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
    effect = lift * mean / deviation
    return Estimate(float(math.ceil(2 * (_REACH / effect) ** 2)), customers)


def visible_lift(mean: float, deviation: float, *, customers: int) -> Estimate:
    """The smallest lift of the mean that ``customers``, parted into two halves, could show."""
    if not (mean > 0 and deviation > 0):
        return Estimate(math.nan, customers)
    effect = _REACH * math.sqrt(2 / (customers / 2))
    return Estimate(effect * deviation / mean, customers)
