"""Who the buyers are: their attributes against a base, and whether those described spend like the rest."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from crmreport.analysis.disclosure import OTHERS, small_groups
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import bootstrap, share
from crmreport.stats.multiple import benjamini_hochberg

_COLUMNS = [
    "attribute",
    "value",
    "base",
    "buyers",
    "share",
    "low",
    "high",
    "base_share",
    "index",
    "p",
    "tells",
]


def profile_table(base: pd.DataFrame, buys: pd.Series, *, minimum: int, level: float = 0.05) -> pd.DataFrame:
    """One row per attribute and value: how many of the ``base`` have it, and of its buyers.

    ``base`` has a column an attribute and a row a customer, ``buys`` says on the same index who is a
    buyer. Values with few buyers are merged into ``others`` (see ``small_groups``), a missing value is
    left out of its attribute. ``share`` of the buyers with its Wilson interval ``low`` to ``high``;
    ``index`` is that share over ``base_share``; ``p`` is Fisher's exact test of whether customers with
    the value buy as often as those without, and it ``tells`` where it passes Benjamini and Hochberg's
    procedure at ``level`` over the whole table.
    """
    rows = [row for name in base.columns for row in _attribute(name, base[name], buys, minimum)]
    table = pd.DataFrame(rows, columns=_COLUMNS[:-1])
    table["tells"] = benjamini_hochberg(table["p"].to_numpy(dtype=float), level=level)
    return table


def _attribute(name: str, values: pd.Series, buys: pd.Series, minimum: int) -> list[tuple[object, ...]]:
    known = values.dropna().astype("object")
    bought = buys.reindex(known.index).astype(bool)
    sizes = known[bought].value_counts().reindex(sorted(known.unique()), fill_value=0)
    small = {*small_groups(sizes, minimum), *sizes.index[sizes < minimum]}
    known = known.where(~known.isin(small), OTHERS)
    n, buyers = len(known), int(bought.sum())
    rows: list[tuple[object, ...]] = []
    for value in [*(value for value in sizes.index if value not in small), *([OTHERS] if small else [])]:
        has = known == value
        inside, inside_buyers = int(has.sum()), int((has & bought).sum())
        if inside_buyers < minimum:
            continue
        of = share(inside_buyers, buyers)
        cells = np.array(
            [
                [inside_buyers, inside - inside_buyers],
                [buyers - inside_buyers, n - inside - buyers + inside_buyers],
            ]
        )
        p = float(fisher_exact(cells).pvalue)
        part = inside / n
        rows.append((name, value, inside, inside_buyers, of.value, of.low, of.high, part, of.value / part, p))
    return rows


def described_share(described: pd.Series) -> Estimate:
    """The share of customers whose attributes are known; ``described`` is boolean, a row a customer."""
    return share(int(described.sum()), len(described))


def index_of(row: pd.Series) -> Estimate:
    """A row's index with the interval of its share, over the base's share; the base is taken as it is."""
    part = float(row["base_share"])
    return Estimate(
        float(row["index"]), int(row["buyers"]), float(row["low"]) / part, float(row["high"]) / part, 0.95
    )


def spend_gap(revenue: pd.Series, described: pd.Series, *, rng: np.random.Generator) -> Estimate:
    """How much more a ``described`` customer spends on average than another, relative to the other.

    A bootstrap over customers; ``described`` is boolean on the index of ``revenue``.
    """
    values, inside = revenue.to_numpy(dtype=float), described.to_numpy(dtype=float)
    if not 0 < inside.sum() < len(inside) or values[inside == 0].sum() <= 0:
        return Estimate(math.nan, int(min(inside.sum(), len(inside) - inside.sum())))

    def statistic(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        mean = (weights @ (values * inside)) / (weights @ inside)
        other = (weights @ (values * (1 - inside))) / (weights @ (1 - inside))
        return np.asarray(mean / other - 1)

    found = bootstrap(statistic, len(values), rng=rng)
    fewer = int(min(inside.sum(), len(inside) - inside.sum()))
    return Estimate(found.value, fewer, found.low, found.high, found.confidence)
