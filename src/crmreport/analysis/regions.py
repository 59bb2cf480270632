"""What is bought in which region, and whose mix moves apart from the others'.

``regions`` has ``region``, ``span`` (``step_0`` the period, ``step_1`` the one before it, and so on),
``category`` (NULL: anything) and ``buyers``; see ``features.regions``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share_difference
from crmreport.stats.multiple import benjamini_hochberg

Floats = NDArray[np.float64]

_PAIR = ["buyers", "of", "elsewhere_buyers", "elsewhere_of", "reach", "elsewhere", "p_apart"]
_MOVE = ["gained", "low", "high", "p_gained"]
_MOST_REGIONS, _MOST_CATEGORIES = 8, 6


def by_region(regions: pd.DataFrame, steps: Sequence[str], *, minimum: int) -> pd.DataFrame:
    """One row per region and category: what share of the region's buyers bought it, and how that moved.

    ``steps`` are the spans that the data covers, the period first. ``reach`` is the share in the period
    (``buyers`` of ``of``), ``elsewhere`` that of the other regions together; each step's share is in the
    column of its name. ``gained`` is how far the straight line through the region's shares has moved away
    from that through the others' between the first step and the period, with its 95% interval: whatever all
    regions have in common, a season or a campaign, is not in it (NaN with one step). ``tells_apart`` and
    ``tells_gained``: whether chance does not explain it, both kinds of tests being one family (Benjamini and
    Hochberg). The interval takes the steps' buyers for independent; where the same people come again it is
    too wide rather than too narrow.

    The largest regions with ``minimum`` buyers in every step, and the largest categories; a pair with fewer
    buyers in the period is left out. Empty with fewer than two regions.
    """
    spans = list(steps)
    counts = regions[regions["span"].isin(spans)]
    every = _wide(counts[counts["category"].isna()], "region", spans)
    every = every[every.min(axis=1) >= minimum].sort_values(spans[0], ascending=False, kind="stable")
    kept = [str(region) for region in every.index[:_MOST_REGIONS]]
    inside = counts[counts["region"].isin(kept) & counts["category"].notna()]
    sizes = inside[inside["span"] == spans[0]].groupby("category")["buyers"].sum()
    largest = sizes.sort_values(ascending=False, kind="stable").index[:_MOST_CATEGORIES]
    of = every.loc[kept].to_numpy(dtype=float)
    rows: list[tuple[Any, ...]] = []
    for category in largest if len(kept) > 1 else ():
        bought = _wide(inside[inside["category"] == category], "region", spans).reindex(kept, fill_value=0)
        held = bought.to_numpy(dtype=float)
        for place, region in enumerate(kept):
            if held[place, 0] >= minimum:
                others = held.sum(axis=0) - held[place], of.sum(axis=0) - of[place]
                rows.append((region, category, *_pair(held[place], of[place], *others)))
    table = pd.DataFrame(rows, columns=["region", "category", *_PAIR, *_MOVE, *spans])
    order = {region: place for place, region in enumerate(kept)}
    return _told(table.sort_values("region", key=lambda names: names.map(order), kind="stable"))


def _wide(counts: pd.DataFrame, key: str, spans: list[str]) -> pd.DataFrame:
    wide = counts.pivot_table(index=key, columns="span", values="buyers", aggfunc="sum")
    return wide.reindex(columns=spans).fillna(0)


def _pair(own: Floats, n: Floats, rest: Floats, m: Floats) -> tuple[float, ...]:
    """A pair's numbers by step, from its buyers among all of the region, and of the others together."""
    here, there = own / n, rest / m
    pooled = (own[0] + rest[0]) / (n[0] + m[0])
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n[0] + 1 / m[0]))
    p_apart = float(2 * norm.sf(abs(here[0] - there[0]) / spread)) if spread > 0 else 1.0
    told = (own[0], n[0], rest[0], m[0], here[0], there[0], p_apart)
    if len(own) == 1:
        return (*told, *[np.nan] * len(_MOVE), *here)
    ages = np.arange(len(own), dtype=float)
    lever = ages.mean() - ages  # the period is the youngest
    lever = lever * ages[-1] / (lever**2).sum()
    gained = float((lever * (here - there)).sum())
    noise = float(np.sqrt((lever**2 * (_variance(own, n) + _variance(rest, m))).sum()))
    bounds = (gained - 1.96 * noise, gained + 1.96 * noise)
    return (*told, gained, *bounds, float(2 * norm.sf(abs(gained) / noise)), *here)


def _variance(count: Floats, n: Floats) -> Floats:
    """Of a share; not zero where nobody bought (a success and a failure are added)."""
    part = (count + 1) / (n + 2)
    return np.asarray(part * (1 - part) / n)


def _told(table: pd.DataFrame) -> pd.DataFrame:
    tests = table[["p_apart", "p_gained"]].melt()["value"].to_numpy(dtype=float)
    passed = np.zeros(len(tests), dtype=bool)
    passed[~np.isnan(tests)] = benjamini_hochberg(tests[~np.isnan(tests)])
    half = len(table)
    return table.assign(tells_apart=passed[:half], tells_gained=passed[half:])


def tests_of(table: pd.DataFrame) -> int:
    """How many comparisons ``by_region`` made."""
    return int(table[["p_apart", "p_gained"]].notna().sum().sum())


def apart(row: pd.Series) -> Estimate:
    """How far a region's share lies from the others' in the period (Newcombe's interval)."""
    counts = (int(row[name]) for name in ("buyers", "of", "elsewhere_buyers", "elsewhere_of"))
    return share_difference(*counts)


def gained(row: pd.Series) -> Estimate:
    """How far a region's share has moved away from the others'."""
    return Estimate(float(row["gained"]), int(row["of"]), float(row["low"]), float(row["high"]), 0.95)
