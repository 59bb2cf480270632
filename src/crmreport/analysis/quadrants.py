"""Past value against expected value: four kinds of customers, and what each of them is given.

Both are parted at their means, so that a kind says who stands above the average customer.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

QUADRANTS = ("keep", "falling", "rising", "low")
PLACES = ("falling", "keep", "low", "rising")
"""On the page: expected value grows to the right, past value upwards."""


def quadrants(table: pd.DataFrame) -> tuple[pd.Series, float, float]:
    """Each customer's quadrant, and the two cuts: the mean past and the mean expected value.

    ``keep``: both above the mean; ``falling``: much in the past, little expected; ``rising``: the reverse;
    ``low``: neither.
    """
    past, ahead = float(table["past_12"].mean()), float(table["expected_12"].mean())
    high, rises = table["past_12"] > past, table["expected_12"] > ahead
    kind = np.select([high & rises, high, rises], QUADRANTS[:3], QUADRANTS[3])
    return pd.Series(pd.Categorical(kind, categories=list(QUADRANTS)), index=table.index), past, ahead


def by_quadrant(table: pd.DataFrame, kinds: pd.Series, resources: pd.DataFrame) -> pd.DataFrame:
    """One row a quadrant: ``customers``, the ``past`` and the ``ahead`` value, both per customer
    (``past_each``, ``ahead_each``); and the share of each, and of each column of ``resources`` (by
    customer_id), that the quadrant has, such as ``past_share``."""
    held = resources.reindex(table.index).fillna(0)
    sums = pd.DataFrame({"customers": 1, "past": table["past_12"], "ahead": table["expected_12"]}).join(held)
    found = sums.groupby(kinds, observed=False).sum()
    whole = found.sum()
    for name in sums.columns:
        found[f"{name}_share"] = found[name] / whole[name] if whole[name] > 0 else math.nan
    for name in ("past", "ahead"):
        found[f"{name}_each"] = found[name] / found["customers"].where(found["customers"] > 0)
    return found


def resources(touches: pd.DataFrame, customers: pd.DataFrame, cases: pd.DataFrame | None) -> pd.DataFrame:
    """What each customer was given in the window, by customer_id: ``contacts`` by campaigns, ``coupons``
    (their value) and ``cases`` (complaints and enquiries, a row each, of any customer); 0 where not supplied.
    """
    ids = customers["customer_id"].rename("customer_id")
    given = touches.set_index("customer_id")["contacts"]
    told = pd.Series(dtype=float) if cases is None else cases.groupby("customer_id").size()
    return pd.DataFrame(
        {
            "contacts": given.reindex(ids).fillna(0).to_numpy(dtype=float),
            "coupons": customers["coupon_discount"].fillna(0).to_numpy(dtype=float),
            "cases": told.reindex(ids).fillna(0).to_numpy(dtype=float),
        },
        index=pd.Index(ids),
    )
