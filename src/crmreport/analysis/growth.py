"""What a change in revenue came from: buyers, orders per buyer, revenue per order.

Revenue is their product. The additive logarithmic mean Divisia index (Ang 2005, LMDI-I) parts its
change into the three without a remainder, and whatever order they are taken in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

DRIVERS = ("buyers", "frequency", "basket")


def drivers(totals: Mapping[str, float] | pd.Series) -> dict[str, float]:
    """``buyers``, ``frequency`` (orders per buyer) and ``basket`` (revenue per order) of one span.

    ``totals`` holds ``buyers``, ``orders`` and ``revenue``, all of known customers.
    """
    buyers, orders, revenue = (float(totals[key]) for key in ("buyers", "orders", "revenue"))
    return {
        "buyers": buyers,
        "frequency": orders / buyers if buyers else math.nan,
        "basket": revenue / orders if orders else math.nan,
    }


def decompose(now: Mapping[str, float], before: Mapping[str, float]) -> pd.Series:
    """The part of the change in revenue that each driver brought, in money; they sum to the change.

    All are NaN where one of the spans has no buyers or no positive revenue.
    """
    later, earlier = float(now["revenue"]), float(before["revenue"])
    after, first = drivers(now), drivers(before)
    if not all(value > 0 for value in (*after.values(), *first.values())):
        return pd.Series(math.nan, index=list(DRIVERS))
    weight = later if math.isclose(later, earlier) else (later - earlier) / math.log(later / earlier)
    return pd.Series({name: weight * math.log(after[name] / first[name]) for name in DRIVERS})


def comparable(span: pd.Series) -> bool:
    """Whether the data covers every day of the span, so that its totals may be compared."""
    return bool(span["covered_days"] == (span["end"] - span["start"]).days + 1)


def measures(span: pd.Series) -> dict[str, Estimate]:
    """Revenue, buyers, orders, orders per buyer and revenue per order of a span, censuses of its buyers."""
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
