"""Who brings the money: Pareto share, ABC classes, Lorenz curve and Gini coefficient.

All of it is about net spenders: a customer whose returns outweigh the purchases has no share of the
revenue, and is counted apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.analysis.disclosure import small_groups
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import bootstrap

CLASSES = ("A", "B", "C")


def net_spenders(revenue: pd.Series) -> pd.Series:
    """The revenues above zero, largest first."""
    return revenue[revenue > 0].sort_values(ascending=False, kind="stable")


def top_share(revenue: pd.Series, share: float, *, rng: np.random.Generator) -> Estimate:
    """The part of the revenue that the best ``share`` of the net spenders brings.

    Where ``share`` of the customers is not a whole number, the next one counts in proportion.
    The interval is a percentile bootstrap over customers.
    """
    values = net_spenders(revenue).to_numpy(dtype=float)

    def statistic(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        wanted = share * weights.sum(axis=1, keepdims=True)
        before = weights.cumsum(axis=1) - weights
        taken = np.clip(wanted - before, 0, weights)
        return np.asarray((taken @ values) / (weights @ values))

    return bootstrap(statistic, len(values), rng=rng)


def gini(revenue: pd.Series, *, rng: np.random.Generator) -> Estimate:
    """The Gini coefficient of the net spenders' revenue: 0 all alike, towards 1 one has it all.

    Twice the area between the Lorenz curve and the line of equality; bootstrap interval.
    """
    rising = net_spenders(revenue).to_numpy(dtype=float)[::-1]

    def statistic(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        customers = weights.sum(axis=1)
        rank = weights.cumsum(axis=1) - weights / 2
        return np.asarray(2 * ((weights * rank) @ rising) / (customers * (weights @ rising)) - 1)

    return bootstrap(statistic, len(rising), rng=rng)


def customers_for(revenue: pd.Series, share: float) -> int:
    """The smallest number of net spenders who together bring ``share`` of the revenue."""
    values = net_spenders(revenue).to_numpy(dtype=float)
    if not len(values):
        return 0
    cumulated = values.cumsum()
    # Half a cent forgives what floating sums lose; a customer is never counted for less.
    return int(np.searchsorted(cumulated, share * cumulated[-1] - 0.005)) + 1


def abc_classes(revenue: pd.Series, cuts: Sequence[float]) -> pd.Series:
    """A, B or C for each net spender, by cumulated share of revenue; missing for the others.

    Customers are taken from the largest down. A holds those with whom the cumulated revenue first
    reaches ``cuts[0]``, B the next up to ``cuts[1]``, C the rest. Customers of equal revenue are in
    one class, the better one. The result has the index of ``revenue``.
    """
    amounts = revenue.to_numpy(dtype=float)
    spenders = amounts > 0
    grade = np.where(spenders, 0, -1)
    for limit in _class_limits(amounts[spenders], cuts):
        grade += spenders & (amounts <= limit)
    kind = pd.CategoricalDtype(list(CLASSES), ordered=True)
    classes = pd.Categorical.from_codes(grade, dtype=kind)
    return pd.Series(classes, index=revenue.index)


def _class_limits(amounts: NDArray[np.float64], cuts: Sequence[float]) -> list[float]:
    """For each cut the amount that is past it, as is every smaller one; minus infinity where none is."""
    falling = np.sort(amounts)[::-1]
    # Rounded, so that a customer who starts exactly at a cut is past it whatever floating sums lose.
    before = ((falling.cumsum() - falling) / (falling.sum() or 1.0)).round(9)
    limits = []
    for at in np.searchsorted(before, cuts):
        past = falling[at:]
        # Of customers alike the first decides for all.
        if at and len(past) and falling[at - 1] == past[0]:
            past = past[past < past[0]]
        limits.append(float(past[0]) if len(past) else -math.inf)
    return limits


def lorenz(revenue: pd.Series, *, points: int = 100) -> pd.DataFrame:
    """Cumulated share of customers (best first) and of revenue, from (0, 0) to (1, 1).

    Columns ``customers_share`` and ``revenue_share``; at most ``points`` + 1 rows.
    """
    values = net_spenders(revenue).to_numpy(dtype=float)
    steps = np.unique(np.linspace(0, len(values), min(points, len(values)) + 1).round().astype(int))
    cumulated = np.concatenate([[0.0], values.cumsum()])
    total = cumulated[-1] or 1.0
    return pd.DataFrame(
        {"customers_share": steps / max(len(values), 1), "revenue_share": cumulated[steps] / total}
    )


def class_table(revenue: pd.Series, cuts: Sequence[float]) -> pd.DataFrame:
    """One row a class: ``customers``, ``customers_share``, ``revenue``, ``revenue_share``, and the
    ``revenue_from`` which a customer of the class brings at least. Index: A, B, C."""
    values = net_spenders(revenue)
    classes = abc_classes(values, cuts)
    grouped = values.groupby(classes, observed=False)
    table = pd.DataFrame(
        {"customers": grouped.size(), "revenue": grouped.sum(), "revenue_from": grouped.min()}
    )
    table["customers_share"] = table["customers"] / max(len(values), 1)
    table["revenue_share"] = table["revenue"] / (values.sum() or 1.0)
    table.index = pd.Index(list(CLASSES), name="abc")
    return table


def apart(revenue: pd.Series) -> tuple[Estimate, Estimate]:
    """Those without net spending, who have no share and no class: how many, and what they sum to (zero or
    less, as their returns outweigh); censuses."""
    others = revenue[~(revenue > 0)]
    return Estimate(len(others), len(others)), Estimate(float(others.sum()), len(others))


def ranked(items: pd.DataFrame, cuts: Sequence[float], *, minimum: int = 0) -> pd.DataFrame:
    """Items (brands, products, regions) with net revenue, largest first, with what they bring.

    ``items`` has ``item``, ``buyers`` and ``revenue``; added are ``revenue_share``, ``cumulated_share`` and
    the class ``abc``. Items of equal revenue are in one class, and stand in the order of their names.
    The numbers of an item that fewer than ``minimum`` customers bought are blanked (see ``small_groups``).
    """
    sold = items[items["revenue"] > 0].sort_values(["revenue", "item"], ascending=[False, True])
    table = sold.reset_index(drop=True)
    table["revenue_share"] = table["revenue"] / (table["revenue"].sum() or 1.0)
    table["cumulated_share"] = table["revenue_share"].cumsum()
    table["abc"] = abc_classes(table["revenue"], cuts)
    few = small_groups(table["buyers"], minimum)
    numbers = ["buyers", "revenue", "revenue_share", "cumulated_share"]
    table = table.astype({"buyers": "float64"})
    table.loc[table.index.isin(few), numbers] = math.nan
    return table


@dataclass(frozen=True)
class Concentration:
    """How few items bring most of the revenue; a census of all ``items`` with net revenue.

    ``in_a`` are in class A and ``in_a_share`` of the items; ``top_share`` is the revenue of the best;
    ``without_revenue`` counts items without net revenue, in none of the others.
    """

    item_count: int
    in_a: int
    in_a_share: float
    top_share: float
    gini: float
    without_revenue: int


def concentration(revenue: pd.Series, *, top: float, cuts: Sequence[float]) -> Concentration:
    """How concentrated revenue is over items that are all there are, so that nothing was sampled.

    ``top`` is the share of items whose part is asked for; see ``top_share`` and ``gini``.
    """
    values = net_spenders(revenue).to_numpy(dtype=float)
    n = len(values)
    if not n:
        return Concentration(0, 0, math.nan, math.nan, math.nan, len(revenue))
    taken = np.clip(top * n - np.arange(n), 0, 1)
    rank = np.arange(n, 0, -1) - 0.5
    in_a = int((abc_classes(revenue, cuts) == "A").sum())
    return Concentration(
        n,
        in_a,
        in_a / n,
        float(taken @ values / values.sum()),
        float(2 * (rank @ values) / (n * values.sum()) - 1),
        len(revenue) - n,
    )


def share_of_classes(amounts: pd.Series, classes: pd.Series) -> dict[str, Estimate]:
    """The share of ``amounts`` (coupon money, contacts) that goes to the customers of each class; censuses.

    Both are indexed alike. NaN where nothing was given out, or where the amounts were not supplied.
    """
    total = float(amounts.sum(min_count=1))
    n = int(classes.notna().sum())
    return {
        name: Estimate(float(amounts[classes == name].sum()) / total if total > 0 else math.nan, n)
        for name in CLASSES
    }
