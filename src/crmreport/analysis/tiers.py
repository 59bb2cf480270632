"""Value tiers and what is spent on them: who brings the money, who is contacted, who gets coupons.

Tiers are the ABC classes. What a tier gets is told beside what it brings, and beside what the engagement
says that it should get.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from crmreport.analysis.disclosure import guarded
from crmreport.analysis.pareto import CLASSES
from crmreport.stats.estimate import Estimate

MEASURES = ("customers", "revenue", "margin", "contacts", "coupon_discount")
SHARES = {
    "revenue": "revenue",
    "margin": "margin",
    "contacts": "contacts_share",
    "coupon_discount": "coupons",
}
"""What the finding of each measure's share is called, after ``class_``; that of the customers has its own."""

DAYS_A_MONTH = 365.25 / 12


def tier_table(customers: pd.DataFrame, classes: pd.Series, contacts: pd.Series | None) -> pd.DataFrame:
    """One row a class, A to C, with the sum of each of ``MEASURES``; NaN where it was not supplied.

    ``customers`` and ``classes`` are aligned; customers without a class are in no row. ``contacts`` is by
    ``customer_id``, of those who had any.
    """
    table = pd.DataFrame({"customers": 1.0}, index=customers.index)
    for name in ("revenue", "margin", "coupon_discount"):
        table[name] = customers.get(name, math.nan)
    counted = math.nan if contacts is None else customers["customer_id"].map(contacts).fillna(0.0)
    table["contacts"] = counted
    sums = table.astype("float64").groupby(classes, observed=False)[list(MEASURES)].sum(min_count=1)
    sums["customers"] = sums["customers"].fillna(0)
    return sums.reindex(list(CLASSES)).astype("float64")


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """Each class's share of each of ``MEASURES``, a row each; NaN where it was not supplied, or nothing
    given."""
    sums = table.sum()
    return (table / sums.where(sums > 0)).T.rename_axis("measure")


def service_table(table: pd.DataFrame, *, days: int, contacts_a_year: Sequence[float]) -> pd.DataFrame:
    """What a customer of each class of a ``tier_table`` gets and should get; NaN where not supplied.

    ``contacts_a_month`` over the ``days`` that the table's sums cover, ``contacts_planned`` a month,
    ``contacts_gap`` (the first less the second), and ``coupon_rate``, the coupon money to each unit of
    revenue.
    """
    months = days / DAYS_A_MONTH
    found = pd.DataFrame({"contacts_a_month": table["contacts"] / _above_zero(table["customers"]) / months})
    found["contacts_planned"] = [a_year / 12 for a_year in contacts_a_year]
    found["contacts_gap"] = found["contacts_a_month"] - found["contacts_planned"]
    found["coupon_rate"] = table["coupon_discount"] / _above_zero(table["revenue"])
    return found


def _above_zero(values: pd.Series) -> pd.Series:
    return values.where(values > 0)


def told(values: pd.Series, sizes: pd.Series, minimum: int) -> dict[str, Estimate]:
    """What is said of each class, by its small letter: censuses, not known where the class is too small or
    would give a small one away (see ``guarded``). Both are by class; ``sizes`` are their customers."""
    return {
        name.lower(): guarded(Estimate(float(values[name]), int(sizes[name])), sizes, name, minimum)
        for name in CLASSES
    }


def gap(one: Estimate, other: Estimate) -> Estimate:
    """The first less the second, a census of both; not known where one of them is not."""
    return Estimate(one.value - other.value, min(one.n, other.n))
