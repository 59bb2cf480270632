"""What a change in revenue came from: buyers, orders per buyer, items per order, revenue per item.

Revenue is their product. The additive logarithmic mean Divisia index (Ang 2005, LMDI-I) parts its
change among them without a remainder, and whatever order they are taken in. Where quantities were not
supplied, items per order and revenue per item are one driver: revenue per order, the basket.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

DRIVERS = ("buyers", "frequency", "basket")
DRIVERS_WITH_ITEMS = ("buyers", "frequency", "items", "price")

Totals = Mapping[str, float] | pd.Series
"""``buyers``, ``orders``, ``revenue`` and, where quantities were supplied, ``units`` of one span, all of
known customers."""


def driver_names(*spans: Totals) -> tuple[str, ...]:
    """The drivers into which revenue can be parted in all of ``spans``."""
    counted = all(float(span.get("units", math.nan)) > 0 for span in spans)
    return DRIVERS_WITH_ITEMS if counted else DRIVERS


def drivers(totals: Totals) -> dict[str, float]:
    """``buyers``, ``frequency`` (orders per buyer), ``basket`` (revenue per order), ``items`` (units per
    order) and ``price`` (revenue per unit) of one span; the last two are NaN without quantities."""
    buyers, orders, revenue = (float(totals[key]) for key in ("buyers", "orders", "revenue"))
    units = float(totals.get("units", math.nan))
    return {
        "buyers": buyers,
        "frequency": orders / buyers if buyers else math.nan,
        "basket": revenue / orders if orders else math.nan,
        "items": units / orders if orders else math.nan,
        "price": revenue / units if units > 0 else math.nan,
    }


def decompose(now: Totals, before: Totals) -> pd.Series:
    """The part of the change in revenue that each driver brought, in money; they sum to the change.

    All are NaN where one of the spans has no buyers or no positive revenue.
    """
    names = driver_names(now, before)
    later, earlier = float(now["revenue"]), float(before["revenue"])
    after, first = drivers(now), drivers(before)
    if not all(one[name] > 0 for one in (after, first) for name in names):
        return pd.Series(math.nan, index=list(names))
    weight = later if math.isclose(later, earlier) else (later - earlier) / math.log(later / earlier)
    return pd.Series({name: weight * math.log(after[name] / first[name]) for name in names})


def comparable(span: pd.Series) -> bool:
    """Whether the data covers every day of the span, so that its totals may be compared."""
    return bool(span["covered_days"] == (span["end"] - span["start"]).days + 1)


def measures(span: pd.Series) -> dict[str, Estimate]:
    """Revenue, orders and the drivers (see ``drivers``) of a span, censuses of its buyers."""
    derived = drivers(span)
    values = {"revenue": float(span["revenue"]), "orders": float(span["orders"]), **derived}
    return {name: Estimate(value, int(span["buyers"])) for name, value in values.items()}


def part(effect: float, now: Estimate, before: Estimate) -> Estimate:
    """A driver's part of the change, as a census of the smaller span's buyers."""
    return Estimate(effect, min(now.n, before.n))


def peak(months: pd.DataFrame) -> tuple[pd.Timestamp | None, Estimate]:
    """The month of the highest revenue and that revenue; no month where there are none.

    ``months`` has ``month`` (its first day), ``buyers`` and ``revenue``.
    """
    if months.empty:
        return None, Estimate(math.nan, 0)
    best = months.iloc[int(months["revenue"].argmax())]
    return pd.Timestamp(best["month"]), Estimate(float(best["revenue"]), int(best["buyers"]))


def first_observed(span: pd.Series) -> Estimate:
    """The share of a span's buyers who are in no earlier sale of the file (Wilson interval)."""
    return share(int(span["first_observed"]), int(span["buyers"]))
