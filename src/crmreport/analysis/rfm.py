"""Recency, frequency, monetary value: classes by value, and the segments made of them.

Classes are cut by value, never by rank: customers who are alike get the same score, so where many
bought just once there are fewer classes than asked for. (Hughes 1994 scores by quintiles of rank,
which parts equal customers by the order of the file.)
"""

from __future__ import annotations

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


def segment_table(customers: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """One row a segment that has customers, best first.

    Columns: ``customers``, ``revenue``, ``customers_share``, ``revenue_share``,
    ``revenue_per_customer``, ``orders_per_customer`` and the median ``recency_days``.
    """
    grouped = customers.groupby(scored["segment"], observed=True)
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


def class_counts(scored: pd.DataFrame, cuts: Cuts) -> pd.DataFrame:
    """Customers in each cell of recency score (rows, best first) by frequency score (columns)."""
    rows = range(len(cuts.recency_days) + 1, 0, -1)
    columns = range(1, len(cuts.orders) + 2)
    counts = scored.groupby(["r", "f"]).size().unstack(fill_value=0)
    return counts.reindex(index=pd.Index(rows, name="r"), columns=pd.Index(columns, name="f"), fill_value=0)


def single_order_share(customers: pd.DataFrame) -> Estimate:
    """The share of customers with one order in the window: what keeps frequency classes apart."""
    return share(int((customers["orders"] == 1).sum()), len(customers))
