"""Recency, frequency, monetary value: classes by value, and the segments made of them.

Classes are cut by value, never by rank: customers who are alike get the same score, so where many
bought just once there are fewer classes than asked for. (Hughes 1994 scores by quintiles of rank,
which parts equal customers by the order of the file.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

SEGMENTS = (
    "champions",
    "loyal",
    "potential",
    "recent",
    "promising",
    "attention",
    "drowsy",
    "risk",
    "cannot_lose",
    "hibernating",
    "lost",
)
"""From the best to the lost. The eleven of common practice; ``recent`` is what others call new
customers, a word that only a run-in period can justify."""

SLIPPING = ("risk", "cannot_lose")
"""Those who bought often, but not lately."""

_GRID = {
    5: ("recent", "potential", "potential", "champions", "champions"),
    4: ("promising", "potential", "potential", "loyal", "loyal"),
    3: ("drowsy", "drowsy", "attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "risk", "risk", "cannot_lose"),
    1: ("lost", "hibernating", "risk", "risk", "cannot_lose"),
}
"""Segment by recency position (5 most recent) and, from left to right, frequency position 1 to 5."""


@dataclass(frozen=True)
class Cuts:
    """Value cut points, rising: a value equal to a cut belongs to the class below it."""

    recency_days: tuple[float, ...]
    orders: tuple[float, ...]
    revenue: tuple[float, ...]


def cut_points(values: pd.Series, classes: int) -> tuple[float, ...]:
    """The values that part ``values`` into ``classes`` groups of about one size, ties merged.

    Each cut is a value that occurs (the inverse of the empirical distribution). Where quantiles
    coincide, or nothing lies above a cut, there is one class fewer.
    """
    if values.empty:
        return ()
    steps = np.arange(1, classes) / classes
    cuts = np.unique(np.quantile(values.to_numpy(dtype=float), steps, method="inverted_cdf"))
    return tuple(float(cut) for cut in cuts if cut < values.max())


def classes_for(customers: int, asked: int, minimum: int) -> int:
    """The most classes each way, up to ``asked``, that leave a cell of recency by frequency ``minimum``
    customers on average; at least two."""
    return max(2, min(asked, math.isqrt(customers // minimum)))


def cuts_of(customers: pd.DataFrame, classes: int) -> Cuts:
    """The cut points of a customer table (columns ``recency_days``, ``orders``, ``revenue``)."""
    return Cuts(
        cut_points(customers["recency_days"], classes),
        cut_points(customers["orders"], classes),
        cut_points(customers["revenue"], classes),
    )


def scores(values: pd.Series, cuts: tuple[float, ...], *, low_is_best: bool = False) -> pd.Series:
    """Scores from 1 to ``len(cuts) + 1``, the best highest."""
    rank = np.searchsorted(np.asarray(cuts, dtype=float), values.to_numpy(dtype=float), side="left")
    score = len(cuts) + 1 - rank if low_is_best else rank + 1
    return pd.Series(score, index=values.index, dtype="int64")


def score_customers(customers: pd.DataFrame, cuts: Cuts) -> pd.DataFrame:
    """``r``, ``f`` and ``m`` scores and the ``segment`` of each customer, on the table's index."""
    r = scores(customers["recency_days"], cuts.recency_days, low_is_best=True)
    f = scores(customers["orders"], cuts.orders)
    m = scores(customers["revenue"], cuts.revenue)
    recency = _position(r, len(cuts.recency_days) + 1)
    frequency = _position(f, len(cuts.orders) + 1)
    segment = [_GRID[a][b - 1] for a, b in zip(recency, frequency, strict=True)]
    kind = pd.CategoricalDtype(list(SEGMENTS), ordered=True)
    return pd.DataFrame({"r": r, "f": f, "m": m, "segment": pd.Series(segment, customers.index, dtype=kind)})


def _position(score: pd.Series, classes: int) -> pd.Series:
    """The score's place on a scale of five, whatever number of classes the data allows."""
    if classes == 1:
        return pd.Series(3, index=score.index)
    return ((4 * (score - 1) / (classes - 1) + 1.5) // 1).astype("int64")


def segment_table(customers: pd.DataFrame, segments: pd.Series) -> pd.DataFrame:
    """One row a segment that has customers, in the order of the segments' category.

    ``segments`` holds each customer's segment. Columns: ``customers``, ``revenue``,
    ``customers_share``, ``revenue_share``, ``revenue_per_customer``, ``orders_per_customer`` and the
    median ``recency_days``.
    """
    grouped = customers.groupby(segments.rename("segment"), observed=True)
    table = pd.DataFrame(
        {
            "customers": grouped.size(),
            "revenue": grouped["revenue"].sum(),
            "orders_per_customer": grouped["orders"].mean(),
            "recency_days": grouped["recency_days"].median(),
        }
    )
    table["customers_share"] = table["customers"] / max(len(customers), 1)
    table["revenue_share"] = table["revenue"] / (customers["revenue"].sum() or 1.0)
    table["revenue_per_customer"] = table["revenue"] / table["customers"]
    return table


def leading(table: pd.DataFrame) -> str:
    """The segment that brings the most revenue, the merged ``others`` aside where there is any other."""
    named = table.drop(index="others", errors="ignore")
    return str(named["revenue_share"].idxmax()) if len(named) else "others"


def segment_shares(table: pd.DataFrame, segment: str) -> tuple[Estimate, Estimate]:
    """A segment's share of the customers (Wilson interval) and of their revenue (a census).

    Both rest on all customers of the table; NaN where the segment is not in it.
    """
    if segment not in table.index:
        return Estimate(math.nan, 0), Estimate(math.nan, 0)
    n = int(table["customers"].sum())
    part = Estimate(float(table["revenue_share"][segment]), n)
    return share(int(table["customers"][segment]), n), part


def slipping(customers: pd.DataFrame, segments: pd.Series) -> tuple[Estimate, Estimate]:
    """How many customers bought often but not lately, and their share of the revenue; censuses."""
    away = segments.isin(SLIPPING)
    count = int(away.sum())
    revenue = customers["revenue"].sum()
    part = float(customers.loc[away, "revenue"].sum() / revenue) if revenue > 0 else math.nan
    return Estimate(count, count), Estimate(part, count)


def class_counts(customers: pd.DataFrame, scored: pd.DataFrame, cuts: Cuts) -> pd.DataFrame:
    """One row a cell of recency by frequency class, most recent and most frequent first.

    ``recency_class`` and ``frequency_class`` are the values a class spans (``1``, ``2–4``, ``≥ 9``),
    ``customers`` how many are in it, 0 included.
    """
    recency = spans(cuts.recency_days, customers["recency_days"])[::-1]
    frequency = spans(cuts.orders, customers["orders"])
    counts = scored.groupby(["r", "f"]).size()
    cells = [
        (recency[r - 1], frequency[f - 1], int(counts.get((r, f), 0)))
        for r in range(len(recency), 0, -1)
        for f in range(1, len(frequency) + 1)
    ]
    return pd.DataFrame(cells, columns=["recency_class", "frequency_class", "customers"])


def spans(cuts: tuple[float, ...], values: pd.Series) -> list[str]:
    """What whole numbers each class holds, from the lowest: ``1``, ``2–4``, ``≥ 5``.

    The lowest class starts at the smallest of ``values``, the highest is open.
    """
    if values.empty:
        return []
    starts = [int(values.min()), *(int(cut) + 1 for cut in cuts)]
    closed = [
        f"{low}" if low == high else f"{low}–{int(high)}" for low, high in zip(starts, cuts, strict=False)
    ]
    return [*closed, f"≥ {starts[-1]}"]


def single_order_share(customers: pd.DataFrame) -> Estimate:
    """The share of customers with one order in the window: what keeps frequency classes apart."""
    return share(int((customers["orders"] == 1).sum()), len(customers))
