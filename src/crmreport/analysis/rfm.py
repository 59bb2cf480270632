"""Recency, frequency, monetary value: classes by value, and the segments made of them.

Classes are cut by value, never by rank: customers who are alike get the same score, so where many
bought just once there are fewer classes than asked for. (Hughes 1994 scores by quintiles of rank,
which parts equal customers by the order of the file.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.analysis.disclosure import merge_small
from crmreport.params_segmentation import SEGMENT_NAMES, Preset, Segmentation
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

BEST: dict[Preset, str] = {"en11": "champions", "cn8": "important_value"}
"""The segment of those who buy often and did so lately (in ``cn8`` also for much)."""

SLIPPING: dict[Preset, tuple[str, ...]] = {
    "en11": ("risk", "cannot_lose"),
    "cn8": ("important_keep", "general_keep"),
}
"""Those who bought often, but not lately."""

GRID = {
    5: ("recent", "potential", "potential", "champions", "champions"),
    4: ("promising", "potential", "potential", "loyal", "loyal"),
    3: ("drowsy", "drowsy", "attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "risk", "risk", "cannot_lose"),
    1: ("lost", "hibernating", "risk", "risk", "cannot_lose"),
}
"""``en11``: the segment by recency position (5 most recent) and, from left to right, frequency position 1
to 5."""

CODES = {
    (True, True, True): "important_value",
    (False, True, True): "important_keep",
    (True, False, True): "important_develop",
    (False, False, True): "important_winback",
    (True, True, False): "general_value",
    (False, True, False): "general_keep",
    (True, False, False): "general_develop",
    (False, False, False): "general_winback",
}
"""``cn8``: the segment by whether recency, frequency and money are high: 111 important_value (重要价值), 011
important_keep (重要保持) … 000 general_winback (一般挽留)."""


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


def cuts_of(
    customers: pd.DataFrame, classes: int, given: Mapping[str, tuple[float, ...]] | None = None
) -> Cuts:
    """The cut points of a customer table (columns ``recency_days``, ``orders``, ``revenue``); a column of
    which the business has ``given`` the cuts keeps those."""
    found = {name: cut_points(customers[name], classes) for name in ("recency_days", "orders", "revenue")}
    return Cuts(**(found | dict(given or {})))


def scores(values: pd.Series, cuts: tuple[float, ...], *, low_is_best: bool = False) -> pd.Series:
    """Scores from 1 to ``len(cuts) + 1``, the best highest."""
    rank = np.searchsorted(np.asarray(cuts, dtype=float), values.to_numpy(dtype=float), side="left")
    score = len(cuts) + 1 - rank if low_is_best else rank + 1
    return pd.Series(score, index=values.index, dtype="int64")


def score_customers(customers: pd.DataFrame, cuts: Cuts, preset: Preset = "en11") -> pd.DataFrame:
    """``r``, ``f`` and ``m`` scores and the ``segment`` of each customer, on the table's index.

    In ``cn8`` a score is high above the first cut; where there is no cut, all customers are low.
    """
    r = scores(customers["recency_days"], cuts.recency_days, low_is_best=True)
    f = scores(customers["orders"], cuts.orders)
    m = scores(customers["revenue"], cuts.revenue)
    kind = pd.CategoricalDtype(list(SEGMENT_NAMES[preset]), ordered=True)
    segment = pd.Categorical.from_codes(_segments(r, f, m, cuts, preset), dtype=kind)
    return pd.DataFrame({"r": r, "f": f, "m": m, "segment": segment}, index=customers.index)


def _segments(r: pd.Series, f: pd.Series, m: pd.Series, cuts: Cuts, preset: Preset) -> NDArray[np.int64]:
    """The place of each customer's segment among the preset's names."""
    place = {name: at for at, name in enumerate(SEGMENT_NAMES[preset])}
    if preset == "cn8":
        by_code = np.zeros((2, 2, 2), dtype=int)
        for code, segment in CODES.items():
            by_code[tuple(map(int, code))] = place[segment]
        return by_code[tuple((score > 1).to_numpy(dtype=int) for score in (r, f, m))]
    grid = np.array([[place[segment] for segment in GRID[row]] for row in sorted(GRID)])
    recency = position(r, len(cuts.recency_days) + 1)
    frequency = position(f, len(cuts.orders) + 1)
    return np.asarray(grid[recency - 1, frequency - 1])


def segments_of(
    customers: pd.DataFrame, reference: pd.DataFrame, settings: Segmentation, *, minimum: int
) -> pd.Series:
    """The segment of each customer as the engagement cuts them, small ones merged (see ``merge_small``).

    The cut points are those of the ``reference`` customers (see ``analysis.baseline``).
    """
    asked = 2 if settings.preset == "cn8" else settings.classes
    classes = classes_for(len(reference), asked, minimum)
    cuts = cuts_of(reference, classes, settings.cuts.given())
    return merge_small(score_customers(customers, cuts, settings.preset)["segment"], minimum)


def position(score: pd.Series, classes: int) -> pd.Series:
    """The score's place on a scale of five, whatever number of classes the data allows."""
    if classes == 1:
        return pd.Series(3, index=score.index)
    return ((4 * (score - 1) / (classes - 1) + 1.5) // 1).astype("int64")


def segment_table(customers: pd.DataFrame, segments: pd.Series, *, window_days: int) -> pd.DataFrame:
    """One row a segment that has customers, in the order of the segments' category.

    ``segments`` holds each customer's segment; ``window_days`` is the length of the window that the table
    counts over. Columns: ``customers``, ``revenue``, ``margin``, ``customers_share``, ``revenue_share``,
    ``margin_share``, ``revenue_per_customer``, ``orders_per_customer``, the median ``recency_days``, and
    ``interval_days``, the days of the window to one purchase day of a customer: a rate, which no purchase
    that is still to come shortens. The margin is NaN where the customers have none.
    """
    grouped = customers.groupby(segments.rename("segment"), observed=True)
    table = pd.DataFrame(
        {
            "customers": grouped.size(),
            "revenue": grouped["revenue"].sum(),
            "margin": grouped["margin"].sum(min_count=1) if "margin" in customers else math.nan,
            "orders_per_customer": grouped["orders"].mean(),
            "recency_days": grouped["recency_days"].median(),
            "interval_days": window_days / grouped["purchase_days"].mean(),
        }
    )
    table["customers_share"] = table["customers"] / max(len(customers), 1)
    table["revenue_share"] = table["revenue"] / (customers["revenue"].sum() or 1.0)
    table["margin_share"] = table["margin"] / (table["margin"].sum() or math.nan)
    table["revenue_per_customer"] = table["revenue"] / table["customers"]
    return table


def leading(table: pd.DataFrame) -> str:
    """The segment that brings the most revenue; ``others`` where the merged ones together bring more.

    One of these may then be the leading one, and must not be named.
    """
    named = table.drop(index="others", errors="ignore")["revenue_share"]
    merged = float(table["revenue_share"].get("others", -math.inf))
    return str(named.idxmax()) if len(named) and float(named.max()) >= merged else "others"


def segment_shares(table: pd.DataFrame, segment: str) -> tuple[Estimate, Estimate]:
    """A segment's share of the customers (Wilson interval) and of their revenue (a census).

    Both rest on all customers of the table; NaN where the segment is not in it.
    """
    if segment not in table.index:
        return Estimate(math.nan, 0), Estimate(math.nan, 0)
    n = int(table["customers"].sum())
    part = Estimate(float(table["revenue_share"][segment]), n)
    return share(int(table["customers"][segment]), n), part


def slipping(
    customers: pd.DataFrame, segments: pd.Series, preset: Preset = "en11"
) -> tuple[Estimate, Estimate]:
    """How many customers bought often but not lately, and their share of the revenue; censuses."""
    away = segments.isin(SLIPPING[preset])
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


def merged_classes(cuts: Cuts, asked: int, given: Mapping[str, tuple[float, ...]]) -> dict[str, int]:
    """How many classes there are of each measure that has fewer than were ``asked`` for, since customers
    who are alike were not parted; measures whose cuts the business has ``given`` are not in it."""
    found = {field.name: len(getattr(cuts, field.name)) + 1 for field in fields(cuts)}
    return {name: there for name, there in found.items() if there < asked and name not in given}


def single_order_share(customers: pd.DataFrame) -> Estimate:
    """The share of customers with one order in the window: what keeps frequency classes apart."""
    return share(int((customers["orders"] == 1).sum()), len(customers))
