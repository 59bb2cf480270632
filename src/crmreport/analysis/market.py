"""Shares, concentration and price level in the market that the client's own sales show.

``cells`` has one row per ``span`` (``period``, ``previous``), ``category`` and ``rival`` with ``revenue``,
``units`` and ``buyers``; in both columns ``_all`` stands for all of them together, and a rival that the
data does not name is missing. It is no market research: what customers buy elsewhere is not in it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.analysis.disclosure import small_groups
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import bootstrap

ALL = "_all"
OTHERS = "others"
MODERATE, HIGH = 1500, 2500
"""Herfindahl-Hirschman index from which a market is called moderately, and highly, concentrated
(US Department of Justice and Federal Trade Commission, Horizontal Merger Guidelines 2010, 5.3)."""

_LARGEST_UNNAMED = 0.1
_GIVEN_AWAY = 2


def rivals(cells: pd.DataFrame, *, span: str = "period") -> pd.DataFrame:
    """``revenue``, ``units``, ``buyers`` and ``share`` of each rival, the largest first; index ``rival``.

    A rival whose returns outweigh its sales has no share. Revenue of makers that the data does not name
    is one row, missing in the index.
    """
    own = cells[(cells["span"] == span) & (cells["category"] == ALL) & (cells["rival"] != ALL)]
    table = own.set_index("rival")[["revenue", "units", "buyers"]]
    positive = table["revenue"].clip(lower=0)
    table = table.assign(share=positive / (positive.sum() or math.nan))
    return table.sort_values(["share", "buyers"], ascending=False, kind="stable")


def hidden(table: pd.DataFrame, minimum: int) -> list[Hashable]:
    """The rivals whose share is not shown: those with too few buyers, and whoever would give them away."""
    return small_groups(table.loc[table.index.notna(), "buyers"], minimum)


def _fewest(table: pd.DataFrame, rivals: list[Hashable]) -> int:
    return int(table.loc[table.index.isin(rivals), "buyers"].min())


def share_of(table: pd.DataFrame, rival: str, *, minimum: int = 0) -> Estimate:
    """A rival's share of the market's revenue, a census that rests on its buyers.

    Not known for one that is ``hidden``; it then rests on the fewest buyers that it would give away.
    """
    if rival not in table.index:
        return Estimate(math.nan, 0)
    concealed = hidden(table, minimum)
    if rival in concealed:
        return Estimate(math.nan, _fewest(table, concealed))
    return Estimate(float(table["share"][rival]), int(table["buyers"][rival]))


def rank_of(table: pd.DataFrame, rival: str) -> Estimate:
    """A rival's place by revenue among those that the data names."""
    named = table[table.index.notna()]
    if rival not in named.index:
        return Estimate(math.nan, 0)
    place = 1 + int((named["share"] > named["share"][rival]).sum())
    return Estimate(place, int(named["buyers"][rival]))


def leader(table: pd.DataFrame, *, minimum: int = 0) -> tuple[str | None, Estimate]:
    """The largest rival that the data names, and its share; None where there is none."""
    named = table[table.index.notna()]
    named = named[named["share"] > 0]
    if named.empty:
        return None, Estimate(math.nan, 0)
    first = str(named.index[0])
    return first, share_of(table, first, minimum=minimum)


def runner_up(table: pd.DataFrame, rival: str, *, minimum: int = 0) -> tuple[str | None, Estimate]:
    """The largest named rival other than ``rival``, and its share; None where there is none."""
    others = table[table.index.notna() & (table.index != rival) & (table["share"] > 0)]
    if others.empty:
        return None, Estimate(math.nan, 0)
    second = str(others.index[0])
    return second, share_of(table, second, minimum=minimum)


def concentration(table: pd.DataFrame, buyers: int, *, minimum: int = 0) -> Estimate:
    """The Herfindahl-Hirschman index: squared percentage shares summed, 10,000 where one sells all.

    It rests on the ``buyers`` of the whole market. Not known where more than a tenth of the revenue
    belongs to makers that the data does not name, nor where it would give away one of two ``hidden``.
    """
    unnamed = table["share"][table.index.isna()].sum()
    named = table[table.index.notna()]
    if named.empty or not unnamed <= _LARGEST_UNNAMED:
        return Estimate(math.nan, 0)
    concealed = hidden(table, minimum)
    if 0 < len(concealed) <= _GIVEN_AWAY:
        return Estimate(math.nan, _fewest(table, concealed))
    return Estimate(float((100 * named["share"]).pow(2).sum()), buyers)


def buyers_of(cells: pd.DataFrame) -> int:
    """How many customers bought in the market in the period, from whomever."""
    whole = (cells["span"] == "period") & (cells["category"] == ALL) & (cells["rival"] == ALL)
    return int(cells.loc[whole, "buyers"].sum())


def share_parts(cells: pd.DataFrame, rival: str) -> dict[str, float]:
    """A change in share, parted: ``within`` the categories, and by the ``mix`` of categories.

    A brand loses share of the whole where it loses within a category, and also where a category grows
    in which it was never strong. Each part is weighted by the mean of both periods, so that the two sum
    to the change. NaN where a period has no revenue.
    """
    known = cells[(cells["category"] != ALL) & cells["category"].notna()]
    spans = ["period", "previous"]
    whole = known[known["rival"] == ALL].pivot(index="category", columns="span", values="revenue")
    own = known[known["rival"] == rival].pivot(index="category", columns="span", values="revenue")
    whole = whole.reindex(columns=spans).fillna(0.0)
    own = own.reindex(index=whole.index, columns=spans).fillna(0.0)
    if not (whole.sum() > 0).all():
        return {"within": math.nan, "mix": math.nan}
    weight = whole / whole.sum()
    share = (own / whole.where(whole > 0)).fillna(0.0)
    moved = weight.mean(axis=1) * (share["period"] - share["previous"])
    mixed = share.mean(axis=1) * (weight["period"] - weight["previous"])
    return {"within": float(moved.sum()), "mix": float(mixed.sum())}


def class_of(index: float) -> str:
    """``spread``, ``moderate`` or ``concentrated``, as the merger guidelines call a market of that index."""
    return "spread" if index < MODERATE else "moderate" if index <= HIGH else "concentrated"


def share_change(
    customers: pd.DataFrame, rival: str, buyers: int, *, rng: np.random.Generator, comparisons: int = 1
) -> Estimate:
    """The rival's share now less its share before, with a percentile bootstrap over customers.

    The interval is widened for the number of ``comparisons`` that are read together (Bonferroni).
    ``customers`` has one row per ``customer_id`` and ``rival`` with the revenue ``now`` and ``before``;
    ``buyers`` is what the estimate rests on.
    """
    filled = customers.fillna({"now": 0.0, "before": 0.0})
    both = filled.groupby("customer_id")[["now", "before"]].sum()
    own = filled[filled["rival"] == rival].set_index("customer_id")[["now", "before"]]
    parts = np.hstack([own.reindex(both.index, fill_value=0.0).to_numpy(), both.to_numpy()])
    if not len(parts) or not (parts[:, 2:].sum(axis=0) > 0).all():
        return Estimate(math.nan, buyers)

    def statistic(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = weights @ parts
        shares = np.divide(sums[:, :2], sums[:, 2:], out=np.zeros((len(sums), 2)), where=sums[:, 2:] > 0)
        return np.asarray(shares[:, 0] - shares[:, 1])

    return replace(bootstrap(statistic, len(parts), rng=rng, confidence=1 - 0.05 / comparisons), n=buyers)


def price_gap(cells: pd.DataFrame, rival: str) -> Estimate:
    """What was paid for the rival's units, against what they would cost at each category's mean price.

    0.2 means a fifth dearer than the category, the rival's own units included. A unit is a package,
    whatever it holds. Not known without units.
    """
    now = cells[(cells["span"] == "period") & (cells["category"] != ALL) & cells["category"].notna()]
    market = now[now["rival"] == ALL].set_index("category")
    own = now[now["rival"] == rival].set_index("category")
    mean = (market["revenue"] / market["units"]).reindex(own.index)
    at_mean = (own["units"] * mean)[own["units"] > 0]
    paid = own["revenue"].reindex(at_mean.index).sum()
    n = int(rivals(cells)["buyers"].get(rival, 0))
    value = float(paid / at_mean.sum()) - 1 if at_mean.notna().all() and at_mean.sum() > 0 else math.nan
    return Estimate(value, n)


def growth(cells: pd.DataFrame) -> Estimate:
    """The market's revenue against the period before, relative; rests on the smaller number of buyers."""
    both = cells[(cells["category"] == ALL) & (cells["rival"] == ALL)].set_index("span")
    if not {"period", "previous"} <= set(both.index) or not both["revenue"]["previous"] > 0:
        return Estimate(math.nan, 0)
    return Estimate(
        float(both["revenue"]["period"] / both["revenue"]["previous"] - 1), int(both["buyers"].min())
    )


def categories(cells: pd.DataFrame, rival: str | None = None, *, minimum: int = 0) -> pd.DataFrame:
    """One row per category, the largest first: ``revenue``, ``buyers``, ``gain`` (in money) and ``growth``
    against the period before, the ``leader_share`` and the ``concentration`` of its rivals; with a
    ``rival`` also its ``own_share``. What would give a small rival away is blank."""
    known = cells[(cells["category"] != ALL) & cells["category"].notna()]
    whole = known[known["rival"] == ALL].set_index(["span", "category"])[["revenue", "buyers"]]
    names = whole.index.get_level_values("category").unique().sort_values()
    spans = {
        span: whole[whole.index.get_level_values("span") == span].droplevel("span").reindex(names).fillna(0.0)
        for span in ("period", "previous")
    }
    table, before = spans["period"], spans["previous"]["revenue"]
    table = table.assign(leader_share=math.nan, concentration=math.nan)
    if rival is not None:
        table = table.assign(own_share=math.nan)
    table["gain"] = table["revenue"] - before
    table["growth"] = table["gain"] / before.where(before > 0)
    for category, own in known.groupby("category"):
        shares = rivals(own.assign(category=ALL))
        table.loc[category, "leader_share"] = leader(shares, minimum=minimum)[1].value
        table.loc[category, "concentration"] = concentration(shares, 0, minimum=minimum).value
        if rival is not None:
            table.loc[category, "own_share"] = share_of(shares, rival, minimum=minimum).value
    return table.sort_values("revenue", ascending=False, kind="stable")


def gain(table: pd.DataFrame) -> Estimate:
    """What the category that gained most gained in money; ``table`` is that of ``categories``."""
    if table.empty:
        return Estimate(math.nan, 0)
    first = int(table["gain"].argmax())
    return Estimate(float(table["gain"].iloc[first]), int(table["buyers"].iloc[first]))


def shown_rivals(table: pd.DataFrame, own: str | None, *, minimum: int, most: int = 7) -> pd.DataFrame:
    """The ``most`` largest rivals and ``own``; all others are one row ``others``, put last.

    Rivals with fewer buyers than ``minimum``, and those without a name, are among the others.
    """
    named = table[table.index.notna()]
    concealed = hidden(table, minimum)
    visible = [name for name in named.index if name not in concealed and named["share"][name] > 0]
    kept = [name for place, name in enumerate(visible) if place < most or name == own]
    rest = 1 - float(named.loc[kept, "share"].sum())
    rows = named.loc[kept, ["share", "buyers"]]
    return rows if rest <= 0 else pd.concat([rows, pd.DataFrame({"share": rest}, index=[OTHERS])])


def months_shown(months: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """``month`` and the brand's ``share`` of its market, blank in months with too few buyers."""
    sizes = pd.Series(months["buyers"].to_numpy(), index=months.index)
    share = (months["own"].fillna(0.0) / months["market"].where(months["market"] > 0)).astype("float64")
    few = sizes.index.isin(small_groups(sizes, minimum)) | (sizes < minimum)
    return pd.DataFrame({"month": months["month"], "share": share.mask(few)})
