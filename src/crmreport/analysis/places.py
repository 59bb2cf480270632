"""Stores, regions and channels ranked by what a buyer spends there: shrunk, with the rank's uncertainty.

``places`` has one row per ``place`` and ``span`` with ``buyers``, ``orders``, ``revenue``, ``spent`` and
``squares`` of the buyers' spending; see ``features.places``.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.shrinkage import ranks, shrink

CLEAR = 0.9
"""Probability of being the best from which a place is called so."""
_COLUMNS = ["place", "buyers", "raw", "shrunk", "low", "high", "rank_low", "rank_high", "best", "kept"]


def ranking(places: pd.DataFrame, *, minimum: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row per place with ``minimum`` buyers in the period, the largest shrunk mean first.

    ``raw``: what its buyers spent there on average; ``shrunk`` towards all places, with the 95% interval
    ``low`` to ``high``; ``rank_low`` to ``rank_high``, which holds its rank with 95%; ``best``, the
    probability of being first; ``kept``, how much of its own mean is kept. The spread between customers is
    taken from all places together: a few large orders would else make a small place look sure of itself.
    Empty with fewer than three places.
    """
    now = places[(places["span"] == "period") & places["place"].notna() & (places["buyers"] >= minimum)]
    if len(now) < 3:
        return pd.DataFrame(columns=_COLUMNS)
    now = now.sort_values("place")
    buyers, spent = now["buyers"].to_numpy(dtype=float), now["spent"].to_numpy(dtype=float)
    within = float((now["squares"].to_numpy(dtype=float) - spent**2 / buyers).sum() / (buyers - 1).sum())
    means = spent / buyers
    found = shrink(means, np.maximum(within, 1e-12) / buyers)
    drawn = ranks(found, rng=rng)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0, method="nearest")
    table = pd.DataFrame(
        {
            "place": now["place"].to_numpy(),
            "buyers": now["buyers"].to_numpy(),
            "raw": means,
            "shrunk": found.means,
            "low": found.means - 1.96 * found.spreads,
            "high": found.means + 1.96 * found.spreads,
            "rank_low": low,
            "rank_high": high,
            "best": (drawn == 1).mean(axis=0),
            "kept": found.weights,
        }
    )
    return table.sort_values(["shrunk", "place"], ascending=[False, True], ignore_index=True)


def first_of(table: pd.DataFrame) -> tuple[Estimate, Estimate]:
    """Of the place ranked first: what a buyer spends there, shrunk, and its probability of being the best.

    The probability is a census of the draws: it has no interval of its own.
    """
    if table.empty:
        return Estimate(math.nan, 0), Estimate(math.nan, 0)
    row = table.iloc[0]
    n = int(row["buyers"])
    spends = Estimate(float(row["shrunk"]), n, float(row["low"]), float(row["high"]), 0.95)
    return spends, Estimate(float(row["best"]), n)


def both_spans(places: pd.DataFrame) -> pd.DataFrame:
    """Orders and revenue by place now and before, as ``mix.rate_and_mix`` reads them; places without orders
    in one of the two are one row, as are those that the data does not name."""
    named = places.assign(place=places["place"].astype("object").where(places["place"].notna(), ""))
    wide = named.pivot_table(index="place", columns="span", values=["orders", "revenue"], aggfunc="sum")
    columns = pd.MultiIndex.from_product([["orders", "revenue"], ["period", "previous"]])
    wide = wide.reindex(columns=columns).fillna(0.0)
    steady = (pd.DataFrame(wide["orders"]) > 0).all(axis=1) & (wide.index != "")
    table = wide[steady]
    if not steady.all():
        table = pd.concat([table, wide[~steady].sum().to_frame("").T])
    flat = {
        "orders": table["orders"]["period"],
        "revenue": table["revenue"]["period"],
        "orders_before": table["orders"]["previous"],
        "revenue_before": table["revenue"]["previous"],
    }
    return pd.DataFrame(flat)
