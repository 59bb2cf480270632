"""Whether the questions of a dimension measure one thing, dimension by dimension.

A mean over items that do not hold together is a mean of nothing in particular, so a dimension under the
bar is named, and no score of it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.factors import exploratory_factors, omega_total
from crmreport.stats.reliability import alpha_interval, cronbach_alpha, item_rest_correlations

HOLDS = 0.7
"""The alpha from which a scale is commonly used (Nunnally 1978)."""
BELONGS = 0.3
"""The correlation with the rest of its scale under which an item does not belong."""


def scale_table(
    values: pd.DataFrame, dimensions: Mapping[str, Sequence[str]], *, minimum: int
) -> pd.DataFrame:
    """One row a dimension with two items or more: does it hold together?

    ``dimension``, ``items``, complete responses ``n``, ``alpha`` with ``low`` and ``high`` (Feldt),
    ``omega`` (three items or more), the ``weakest`` item-rest correlation and the item that has it
    (``weakest_item``), and whether it ``holds``. Dimensions under ``minimum`` responses are left out, and so
    are those with an item, or a sum of items, that never varies. ``omega`` is NaN where an item follows from
    the others.
    """
    rows = []
    for name, items in dimensions.items():
        given = values[list(items)].dropna()
        if len(items) < 2 or len(given) < minimum or (given.nunique() < 2).any():
            continue
        alpha = _alpha(given)
        if math.isnan(alpha):
            continue
        low, high = alpha_interval(alpha, respondents=len(given), items=len(items))
        rest = item_rest_correlations(given)
        weakest = int(np.nanargmin(rest))
        rows.append(
            {
                "dimension": name,
                "items": len(items),
                "n": len(given),
                "alpha": alpha,
                "low": min(low, alpha),
                "high": max(high, alpha),
                "omega": _omega(given),
                "weakest": float(rest[weakest]),
                "weakest_item": items[weakest],
                "holds": alpha >= HOLDS,
            }
        )
    columns = ["dimension", "items", "n", "alpha", "low", "high", "omega", "weakest", "weakest_item", "holds"]
    return pd.DataFrame(rows, columns=columns)


def _alpha(given: pd.DataFrame) -> float:
    try:
        return cronbach_alpha(given)
    except ValueError:  # the items cancel each other out
        return math.nan


def _omega(given: pd.DataFrame) -> float:
    try:
        return omega_total(given)
    except ValueError:  # two items, or one that follows from the others
        return math.nan


def alpha_estimates(table: pd.DataFrame) -> dict[str, Estimate]:
    """Each dimension's alpha with its interval."""
    return {
        row["dimension"]: Estimate(row["alpha"], int(row["n"]), row["low"], row["high"], 0.95)
        for _, row in table.iterrows()
    }


SHOWS = 0.3
"""A smaller loading says that an item has next to nothing to do with a factor."""
MOST = 5
"""Factors that a table holds."""


@dataclass(frozen=True)
class Structure:
    """What stands behind the items: ``count`` factors, of ``n`` complete responses.

    ``table`` has a row an item: ``item``, its ``dimension`` as declared, the ``factor`` with the largest
    loading, and the loadings ``factor_1`` … as far as ``MOST``, NaN where small. ``scattered`` are the
    declared dimensions whose items do not load on one factor."""

    count: int
    n: int
    table: pd.DataFrame
    scattered: tuple[str, ...]


def structure(
    values: pd.DataFrame, items: Mapping[str, str | None], *, minimum: int, rng: np.random.Generator
) -> Structure | None:
    """The exploratory factors behind ``items`` (item: its declared dimension, or None).

    None with fewer than four items, or fewer complete responses than ``minimum`` or than ten an item: with
    less, what is found is chance (Everitt 1975). None as well where an item follows from the others.
    """
    given = values[list(items)].dropna()
    if len(items) < 4 or len(given) < max(minimum, 10 * len(items)) or (given.nunique() < 2).any():
        return None
    try:
        found = exploratory_factors(given, rng=rng)
    except ValueError:
        return None
    shown = min(found.count, MOST)
    table = pd.DataFrame({"item": list(items), "dimension": list(items.values())})
    table["factor"] = np.abs(found.loadings).argmax(axis=1) + 1
    for number in range(shown):
        loads = found.loadings[:, number]
        table[f"factor_{number + 1}"] = np.where(np.abs(loads) >= SHOWS, loads, math.nan)
    strongest = np.abs(found.loadings).max(axis=1)
    order = pd.DataFrame({"factor": table["factor"], "strength": -strongest})
    table = table.loc[order.sort_values(["factor", "strength"], kind="stable").index].reset_index(drop=True)
    spread = table.dropna(subset=["dimension"]).groupby("dimension", sort=False)["factor"].nunique()
    return Structure(found.count, len(given), table, tuple(str(name) for name in spread.index[spread > 1]))
