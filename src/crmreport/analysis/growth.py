"""What a change in revenue came from: buyers, orders per buyer, revenue per order.

Revenue is their product. The additive logarithmic mean Divisia index (Ang 2005, LMDI-I) parts its
change into the three without a remainder, and whatever order they are taken in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from crmreport.stats.estimate import Estimate

DRIVERS = ("buyers", "frequency", "basket")


def drivers(totals: Mapping[str, float]) -> dict[str, float]:
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
    ratio = {name: drivers(now)[name] / drivers(before)[name] for name in DRIVERS}
    if not all(value > 0 for value in (later, earlier, *ratio.values())):
        return pd.Series(math.nan, index=list(DRIVERS))
    weight = later if math.isclose(later, earlier) else (later - earlier) / math.log(later / earlier)
    return pd.Series({name: weight * math.log(ratio[name]) for name in DRIVERS})


def comparable(span: pd.Series) -> bool:
    """Whether the data covers every day of the span, so that its totals may be compared."""
    return bool(span["covered_days"] == (span["end"] - span["start"]).days + 1)


def measures(span: pd.Series) -> dict[str, Estimate]:
    """Revenue, buyers, orders, orders per buyer and revenue per order of a span, censuses of its buyers."""
    derived = drivers(span)
    values = {"revenue": float(span["revenue"]), "orders": float(span["orders"]), **derived}
    return {name: Estimate(value, int(span["buyers"])) for name, value in values.items()}
