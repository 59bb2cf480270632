"""A customer's all-round value: money and what else a customer brings, in one number with stated weights.

No weights are right. So they are the client's (in the params), each side is measured against a stated
anchor, and what other weights would change is shown beside the number. A side that the client has no data
on is left out and its weight shared among the others: zero for everybody would only shift all scores, and a
guess would be an invention.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata, spearmanr

from crmreport.stats.estimate import Estimate

SIDES = ("money", "frequency", "breadth", "referral", "feedback")
ANCHOR = 0.95
TOP = 0.1
KEPT = 0.8
"""A ranking is called robust where at least so much of the top tenth stays under every other weighting."""


def sides(customers: pd.DataFrame, voices: pd.DataFrame) -> pd.DataFrame:
    """What each customer brings, a column for each of ``SIDES`` of which the client has data.

    ``money`` (net revenue, not under zero), ``frequency`` (purchase days), ``breadth`` (categories; where
    none are known, products), ``referral`` (persons referred) and ``feedback`` (reviews and surveys
    answered), the last two zero for who is not in ``voices``. A side of which all have the same is left out
    as well: it tells nobody apart.
    """
    told = voices.set_index("customer_id").reindex(customers["customer_id"])
    breadth = customers["categories"] if customers["categories"].notna().any() else customers["products"]
    raw = {
        "money": customers["revenue"].astype(float).clip(lower=0),
        "frequency": customers["purchase_days"].astype(float),
        "breadth": breadth.astype(float),
    }
    for side, column in (("referral", "referrals"), ("feedback", "feedback")):
        counts = told[column].astype(float).to_numpy()
        if np.isfinite(counts).any():
            raw[side] = pd.Series(np.nan_to_num(counts), customers.index)
    table = pd.DataFrame(raw, index=customers.index)
    table = table.loc[:, table.notna().any()].fillna(0.0)
    return table.loc[:, table.max() > table.min()]


def anchors(table: pd.DataFrame, asked: Mapping[str, float]) -> dict[str, float]:
    """What earns each side its full 100: as ``asked``, else the 95th percentile of the customers; where no
    customer lies under that, as for a side that few have, the largest value."""
    found = {}
    for side in table:
        usual = float(table[side].quantile(ANCHOR, interpolation="higher"))
        most = usual if usual > table[side].min() else float(table[side].max())
        found[str(side)] = float(asked.get(str(side), most))
    return found


def scores(table: pd.DataFrame, anchor: Mapping[str, float]) -> pd.DataFrame:
    """Each side from 0 to 100: the value over its anchor, no more than 100."""
    return (100 * table / pd.Series(anchor)).clip(0, 100)


def shared_out(weights: Mapping[str, float], known: list[str]) -> dict[str, float]:
    """The weights of the sides with data, made to add up to one; equal where all of them are zero."""
    kept = {side: float(weights.get(side, 0.0)) for side in known}
    total = sum(kept.values())
    return {side: one / total if total > 0 else 1 / len(kept) for side, one in kept.items()}


def combined(table: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """The weighted mean of the sides' scores, 0 to 100."""
    return table.mul(pd.Series(weights)).sum(axis=1)


@dataclass(frozen=True)
class Composite:
    """``value`` of each customer (0 to 100), the ``sides``' scores behind it, ``weights`` and ``anchors`` as
    used, the sides ``missing``, and the ``alternatives``: see ``alternatives``."""

    value: pd.Series
    sides: pd.DataFrame
    weights: dict[str, float]
    anchors: dict[str, float]
    missing: tuple[str, ...]
    alternatives: pd.DataFrame

    @property
    def least_kept(self) -> Estimate:
        """The smallest share of the top tenth that stays there under another weighting: a census."""
        n = _top(len(self.value))
        return Estimate(float(self.alternatives["kept_share"].min()), n)

    @property
    def least_rank(self) -> Estimate:
        """The smallest rank correlation with the customers' order under another weighting: a census."""
        return Estimate(float(self.alternatives["rank_correlation"].min()), len(self.value))

    @property
    def worst(self) -> str:
        """The weighting under which least of the top tenth stays."""
        return str(self.alternatives.sort_values("kept_share", kind="stable")["weighting"].iloc[0])

    @property
    def hidden(self) -> Estimate:
        """The share of the top tenth who are not so by money: a census; unknown without money."""
        if "money" not in self.sides:
            return Estimate(math.nan, 0)
        n = _top(len(self.value))
        money = set(_best(self.sides["money"], self.value))
        return Estimate(1 - len(money & set(_best(self.value, self.value))) / n if n else math.nan, n)

    @property
    def robust(self) -> bool:
        return bool(self.least_kept.value >= KEPT)


def composite(
    customers: pd.DataFrame,
    voices: pd.DataFrame,
    *,
    weights: Mapping[str, float],
    asked: Mapping[str, float],
) -> Composite | None:
    """The all-round value of ``customers``.

    None where fewer than two sides have data (one needs no weights), or a tenth is no whole customer.
    """
    raw = sides(customers, voices)
    known = [str(side) for side in raw]
    if len(known) < 2 or len(raw) < 1 / TOP:
        return None
    anchor = anchors(raw, asked)
    table, used = scores(raw, anchor), shared_out(weights, known)
    value = combined(table, used)
    missing = tuple(side for side in SIDES if side not in known and weights.get(side, 0.0) > 0)
    return Composite(value, table, used, anchor, missing, alternatives(table, used, value))


def alternatives(table: pd.DataFrame, weights: Mapping[str, float], value: pd.Series) -> pd.DataFrame:
    """How far the customers' order stays under other weights: all equal, and each side's weight doubled and
    set to zero (where others are left).

    ``weighting`` (``equal``, ``double_money``, ``without_money``), ``rank_correlation`` (Spearman 1904) and
    ``kept_share``, of the top tenth.
    """
    known = list(weights)
    tried = {"equal": dict.fromkeys(known, 1.0)}
    tried |= {f"double_{side}": {**weights, side: 2 * weights[side]} for side in known}
    tried |= {f"without_{side}": {**weights, side: 0.0} for side in known if weights[side] < 1}
    best, rows = set(_best(value, value)), []
    for name, other in tried.items():
        again = combined(table, shared_out(other, known))
        kept = len(best & set(_best(again, value))) / len(best)
        constant = again.nunique() < 2 or value.nunique() < 2
        rank = math.nan if constant else float(spearmanr(value, again).statistic)
        rows.append((name, rank, kept))
    return pd.DataFrame(rows, columns=["weighting", "rank_correlation", "kept_share"])


def _top(customers: int) -> int:
    return math.ceil(TOP * customers)


def _best(values: pd.Series, tie: pd.Series) -> pd.Index:
    """The top tenth; of equals those with more of ``tie``, then those that come first."""
    order = pd.DataFrame({"value": values.round(9), "tie": tie.round(9)})
    order = order.sort_values(["value", "tie"], ascending=False, kind="stable")
    return order.index[: _top(len(values))]


def by_group(found: Composite, groups: pd.Series) -> pd.DataFrame:
    """One row a group: ``customers``, the mean ``allround`` value and the mean score of each side.

    The best first; ``groups`` is aligned with the customers.
    """
    table = found.sides.assign(allround=found.value).groupby(groups.to_numpy(), observed=True)
    means = table.mean()
    means.insert(0, "customers", table.size())
    return means.sort_values("allround", ascending=False, kind="stable")


# ---------------------------------------------------------------- an order of groups under all weights


def weightings(sides: int, *, least: int = 2000) -> NDArray[np.float64]:
    """Weights of ``sides`` sides spread evenly over all that there are: at least ``least`` rows, each adding
    up to one, none of them on the edge where a side counts for nothing.

    They are the points (c + 1/sides) / (steps + 1) of all whole numbers c that add up to ``steps``.
    """
    if sides < 1:
        raise ValueError("weights need a side")
    steps = 0
    while math.comb(steps + sides - 1, sides - 1) < least and sides > 1:
        steps += 1
    # Stars and bars: where the bars stand says how many steps each side gets.
    bars = np.array(list(combinations(range(steps + sides - 1), sides - 1)), dtype=float)
    edges = np.column_stack([np.full(len(bars), -1.0), bars, np.full(len(bars), steps + sides - 1.0)])
    return np.asarray((np.diff(edges, axis=1) - 1 + 1 / sides) / (steps + 1))


@dataclass(frozen=True)
class RankShares:
    """How an order of groups fares over all weights: ``table`` has a row a group, in the order under the
    stated weights: its ``rank``, the share of all weights under which it keeps it (``rank_kept``), and its
    ``best`` and ``worst`` rank under any. ``order`` is the share under which no group changes places."""

    table: pd.DataFrame
    order: float


def rank_shares(groups: pd.DataFrame, weights: Mapping[str, float]) -> RankShares | None:
    """The ranks of ``groups`` (a row each, a column a side) under ``weights`` and under all others.

    The shares are of the space of weights, each weighting as likely as any other (Lahdelma, Hokkanen &
    Salminen 1998). They speak of weights alone: groups that differ by chance may keep their order. None with
    fewer than two groups, or two sides.
    """
    sides = list(weights)
    if len(groups) < 2 or len(sides) < 2:
        return None
    marks = groups[sides].to_numpy(dtype=float)
    stated = _ranks(marks @ np.array([weights[side] for side in sides])[:, None])[:, 0]
    every = _ranks(marks @ weightings(len(sides)).T)
    kept = every == stated[:, None]
    table = pd.DataFrame(
        {
            "group": groups.index,
            "rank": stated,
            "rank_kept": kept.mean(axis=1),
            "best": every.min(axis=1),
            "worst": every.max(axis=1),
        }
    )
    order = float(kept.all(axis=0).mean())
    return RankShares(table.sort_values("rank", kind="stable", ignore_index=True), order)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """By column, each row's place, the highest first; equals share the better one."""
    return np.asarray(rankdata(-values.round(9), method="min", axis=0), dtype=np.int64)
