"""What a total is made of: shares of its parts, how they moved, and mix against rate.

A share of all sales is a census. How many of the buyers bought a part at all is a share of customers,
and has Wilson's interval.
"""

from __future__ import annotations

import math

import pandas as pd

from crmreport.analysis.disclosure import OTHERS, small_groups
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

BASKETS = ("single", "same", "two", "broad")
"""Kinds of basket from the narrowest: one product, one category, two, three or more."""


def merge_parts(parts: pd.DataFrame, key: str, minimum: int, *, most: int) -> pd.DataFrame:
    """The parts in the order of what they bring now, at most ``most`` of them and, last, the others.

    ``parts`` has ``key``, ``span`` (``period`` and ``previous``), ``buyers``, ``orders`` and ``revenue``.
    A part is merged into the others where in either span its buyers are few (see ``small_groups``); so is
    one without a name, or without a buyer now. The result, indexed by part: ``buyers``, ``revenue``,
    ``orders`` now, ``revenue_before`` and ``orders_before``. The ``buyers`` of the merged are not known
    (NaN): one customer may have bought several of them.
    """
    wide = parts[parts[key].notna()].pivot(index=key, columns="span", values=["buyers", "orders", "revenue"])
    columns = pd.MultiIndex.from_product([["buyers", "orders", "revenue"], ["period", "previous"]])
    wide = wide.reindex(columns=columns).fillna(0).astype(float)
    small = {name for span in ("period", "previous") for name in small_groups(wide["buyers"][span], minimum)}
    ranked = wide["revenue"]["period"].sort_values(ascending=False, kind="stable").index
    gone = wide["buyers"]["period"] == 0
    kept = [name for name in ranked[~gone[ranked]] if name not in small][:most]
    table = _both_spans(wide.loc[kept])
    rest = parts[~parts[key].isin(kept)]
    if rest["span"].isin(["period", "previous"]).any():
        sums = rest.groupby("span")[["orders", "revenue"]].sum()
        sums = sums.reindex(["period", "previous"], fill_value=0).astype(float)
        others = {name: sums[name]["period"] for name in sums} | {
            f"{name}_before": sums[name]["previous"] for name in sums
        }
        table = pd.concat([table, pd.DataFrame(others, index=[OTHERS])])
    return table


def _both_spans(wide: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "buyers": wide["buyers"]["period"],
            "orders": wide["orders"]["period"],
            "revenue": wide["revenue"]["period"],
            "orders_before": wide["orders"]["previous"],
            "revenue_before": wide["revenue"]["previous"],
        }
    )


def part_share(table: pd.DataFrame, name: str, of: str, n: int) -> Estimate:
    """A part's share of the column ``of`` over all parts; a census that rests on ``n`` buyers."""
    total = float(table[of].sum())
    return Estimate(float(table[of][name]) / total if total > 0 else math.nan, n)


def share_change(table: pd.DataFrame, name: str, of: str, n: int) -> Estimate:
    """How a part's share of ``of`` moved against ``<of>_before``, as a difference of two shares."""
    now, before = part_share(table, name, of, n), part_share(table, name, f"{of}_before", n)
    return Estimate(now.value - before.value, n)


def reach(table: pd.DataFrame, name: str, buyers: int) -> Estimate:
    """The share of all buyers who bought the part (Wilson interval)."""
    return share(int(table["buyers"][name]), buyers)


def rate_and_mix(parts: pd.DataFrame) -> dict[str, float]:
    """The change of an average between two spans: what came of the parts' own averages, what of their mix.

    ``parts`` has ``orders``, ``revenue`` and both ``_before``; the average is revenue per order. Each
    part's change is weighted with the mean of its two shares, each shift of shares with the mean of the
    two averages (Marshall and Edgeworth's weights): ``rate`` and ``mix`` add up to the change, without a
    remainder. NaN where a part has no orders in one of the spans, or there is none.
    """
    orders, earlier = parts["orders"], parts["orders_before"]
    if parts.empty or (orders <= 0).any() or (earlier <= 0).any():
        return {"rate": math.nan, "mix": math.nan}
    weight, weight_before = orders / orders.sum(), earlier / earlier.sum()
    average, average_before = parts["revenue"] / orders, parts["revenue_before"] / earlier
    rate = ((average - average_before) * (weight + weight_before) / 2).sum()
    mix = ((weight - weight_before) * (average + average_before) / 2).sum()
    return {"rate": float(rate), "mix": float(mix)}


def half_of(values: pd.Series) -> int:
    """The smallest number of parts that together bring half of the total; 0 where there is none."""
    ranked = values[values > 0].sort_values(ascending=False)
    if ranked.empty:
        return 0
    return int((ranked.cumsum() < ranked.sum() / 2 - 0.005).sum()) + 1
