"""Who buys what, and who spends more: categories by their typical buyers, attributes by what buyers spend."""

from __future__ import annotations

import math
import re

import pandas as pd
from scipy.stats import kruskal
from scipy.stats import t as student

from crmreport.analysis.demographics import profile_table
from crmreport.analysis.disclosure import OTHERS, small_groups
from crmreport.stats.estimate import Estimate
from crmreport.stats.multiple import benjamini_hochberg

_SPEND_COLUMNS = ["attribute", "value", "buyers", "mean", "low", "high", "p"]


def typical_buyers(
    held: pd.DataFrame, profiles: pd.DataFrame, *, minimum: int, most: int = 10, level: float = 0.05
) -> pd.DataFrame:
    """The ``profile_table`` of the buyers of each of the ``most`` largest categories, with ``category``.

    ``held`` has ``customer_id``, ``category`` and ``revenue``; ``profiles``, by ``customer_id``, is the base:
    all of the scope's customers whose attributes are known. A group ``tells`` where it passes Benjamini and
    Hochberg's procedure over all categories and groups. The groups that tell first, the highest index first.
    """
    known = held[held["customer_id"].isin(profiles.index)]
    sizes = known.groupby("category")["revenue"].sum().sort_values(ascending=False, kind="stable")
    tables = []
    for category in sizes.index[:most]:
        buys = pd.Series(
            profiles.index.isin(known.loc[known["category"] == category, "customer_id"]), profiles.index
        )
        if minimum <= buys.sum() <= len(buys) - minimum:
            tables.append(profile_table(profiles, buys, minimum=minimum).assign(category=category))
    if not tables:
        return profile_table(profiles[:0], pd.Series(dtype=bool), minimum=minimum).assign(category=None)
    table = pd.concat(tables, ignore_index=True)
    table = table[table["value"] != OTHERS]
    table["tells"] = benjamini_hochberg(table["p"].to_numpy(dtype=float), level=level)
    order = ["tells", "index", "category", "attribute", "value"]
    return table.sort_values(order, ascending=[False, False, True, True, True], ignore_index=True)


def spend_by(
    revenue: pd.Series, profiles: pd.DataFrame, *, minimum: int, level: float = 0.05
) -> pd.DataFrame:
    """What a buyer of each group spends on average: ``attribute``, ``value``, ``buyers``, ``mean``, its
    Student interval ``low`` to ``high``, and ``p``.

    ``revenue`` is by ``customer_id``, as ``profiles`` is. Groups under ``minimum``, and as many as it takes
    not to give them away, are one; missing values are left out. ``p`` is Kruskal and Wallis's test of
    whether the groups of an attribute spend alike, which a few large spenders do not sway; ``tells`` by
    Benjamini and Hochberg over the attributes.
    """
    rows = []
    for name in profiles.columns:
        known = profiles.loc[profiles.index.isin(revenue.index), name].dropna().astype("object")
        sizes = known.value_counts().sort_index()
        small = small_groups(sizes, minimum)
        groups = known.where(~known.isin(small), OTHERS)
        spent = {
            str(value): revenue[groups.index[groups == value]] for value in sorted(set(groups), key=_in_order)
        }
        spent = {value: one for value, one in spent.items() if len(one) >= minimum}
        if len(spent) < 2 or pd.concat(list(spent.values())).nunique() < 2:
            continue
        p = float(kruskal(*spent.values()).pvalue)
        for value, one in spent.items():
            half = float(student.ppf(0.975, len(one) - 1) * one.std() / math.sqrt(len(one)))
            rows.append((name, value, len(one), float(one.mean()), one.mean() - half, one.mean() + half, p))
    table = pd.DataFrame(rows, columns=_SPEND_COLUMNS)
    tests = table.drop_duplicates("attribute")
    passed = tests["attribute"][benjamini_hochberg(tests["p"].to_numpy(dtype=float), level=level)]
    return table.assign(tells=table["attribute"].isin(passed))


def _in_order(value: object) -> tuple[bool, float, str]:
    """Bands by number (“under 15K”, “15-24K”, “100-124K”), others by name, the merged last."""
    text = str(value)
    number = re.search(r"\d+", text)
    below = 0.5 if number and number.start() > 0 else 0.0
    return text == OTHERS, float(number.group()) - below if number else math.inf, text


def clearest(spending: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``spend_by`` of the attribute that tells most; none where no attribute tells."""
    told = spending[spending["tells"].astype(bool)]
    if told.empty:
        return told
    best = told.sort_values(["p", "attribute"], kind="stable")["attribute"].iloc[0]
    rows: pd.DataFrame = told[(told["attribute"] == best) & (told["value"] != OTHERS)]
    return rows.reset_index(drop=True)


def spends(row: pd.Series) -> Estimate:
    """The mean of a row of ``spend_by`` with its interval."""
    return Estimate(float(row["mean"]), int(row["buyers"]), float(row["low"]), float(row["high"]), 0.95)
