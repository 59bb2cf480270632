"""Whether the questions of a dimension measure one thing, dimension by dimension.

A mean over items that do not hold together is a mean of nothing in particular, so a dimension under the
bar is named, and no score of it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.factors import omega_total
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
    (``weakest_item``), and whether it ``holds``. Dimensions under ``minimum`` responses are left out.
    """
    rows = []
    for name, items in dimensions.items():
        given = values[list(items)].dropna()
        if len(items) < 2 or len(given) < minimum or (given.nunique() < 2).any():
            continue
        alpha = cronbach_alpha(given)
        low, high = alpha_interval(alpha, respondents=len(given), items=len(items))
        rest = item_rest_correlations(given)
        weakest = int(rest.argmin())
        rows.append(
            {
                "dimension": name,
                "items": len(items),
                "n": len(given),
                "alpha": alpha,
                "low": min(low, alpha),
                "high": max(high, alpha),
                "omega": omega_total(given) if len(items) > 2 else math.nan,
                "weakest": float(rest[weakest]),
                "weakest_item": items[weakest],
                "holds": alpha >= HOLDS,
            }
        )
    columns = ["dimension", "items", "n", "alpha", "low", "high", "omega", "weakest", "weakest_item", "holds"]
    return pd.DataFrame(rows, columns=columns)


def alpha_estimates(table: pd.DataFrame) -> dict[str, Estimate]:
    """Each dimension's alpha with its interval."""
    return {
        row["dimension"]: Estimate(row["alpha"], int(row["n"]), row["low"], row["high"], 0.95)
        for _, row in table.iterrows()
    }
