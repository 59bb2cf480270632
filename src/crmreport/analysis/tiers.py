"""Value tiers and what is spent on them: who brings the money, who is contacted, who gets coupons.

Tiers are the ABC classes. What a tier gets is told beside what it brings, and beside what the engagement
says that it should get.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from crmreport.analysis.pareto import CLASSES
from crmreport.stats.estimate import Estimate

MEASURES = ("customers", "revenue", "margin", "contacts", "coupon_discount")
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
    sums = table.groupby(classes, observed=False)[list(MEASURES)].sum(min_count=1)
    sums["customers"] = sums["customers"].fillna(0)
    return sums.reindex(list(CLASSES))


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """Each class's share of each measure, one row a measure that was supplied and given at all."""
    sums = table.sum()
    held = [name for name in table.columns if sums[name] > 0]
    return (table[held] / sums[held]).T.rename_axis("measure")


@dataclass(frozen=True)
class Service:
    """What a customer of a class gets; censuses, NaN where not supplied.

    ``had`` contacts a month, ``planned`` ones, the ``gap`` (had less planned), and ``coupons``, the money
    given in coupons to each unit of revenue.
    """

    had: Estimate
    planned: float
    gap: Estimate
    coupons: Estimate


def service(table: pd.DataFrame, *, days: int, contacts_a_year: Sequence[float]) -> dict[str, Service]:
    """What each class of a ``tier_table`` gets and should get, over the ``days`` that its sums cover."""
    months = days / DAYS_A_MONTH
    found = {}
    for name, a_year in zip(CLASSES, contacts_a_year, strict=True):
        row = {measure: float(table[measure][name]) for measure in MEASURES}
        n = int(row["customers"])
        had = row["contacts"] / n / months if n else math.nan
        coupons = row["coupon_discount"] / row["revenue"] if row["revenue"] > 0 else math.nan
        planned = a_year / 12
        found[name] = Service(Estimate(had, n), planned, Estimate(had - planned, n), Estimate(coupons, n))
    return found
