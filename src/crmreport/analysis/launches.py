"""New products: how many tried them, and how many came back, against what is usual.

``products`` has one row per ``product_id`` with ``category``, ``launched``, ``tried``, ``firsts`` and
``again``; see ``features.launches``. Trial without repeat is curiosity, or a sample; repeat is what keeps a
product (Parfitt & Collins 1968).
"""

from __future__ import annotations

import math

import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share, share_difference


def repeat_share(products: pd.DataFrame, *, launched: bool) -> Estimate:
    """The share of first buyers of a product who bought it again: of new products, or of all others.

    Wilson interval; a customer counts once for each product tried.
    """
    rows = products[products["launched"].astype(bool) == launched]
    return share(int(rows["again"].sum()), int(rows["firsts"].sum()))


def repeat_gap(products: pd.DataFrame) -> Estimate:
    """How much more often first buyers come back to new products than to others, in the same categories.

    The others' repeat shares are weighted by the new products' first buyers in each category (direct
    standardisation): new products lie in other categories than old ones, and a category's rhythm is not a
    product's merit. Newcombe's interval.
    """
    known = products[products["category"].notna()]
    sums = known.assign(launched=known["launched"].astype(bool)).groupby(["category", "launched"])[
        ["firsts", "again"]
    ]
    wide = sums.sum().unstack("launched", fill_value=0)
    columns = pd.MultiIndex.from_product([["firsts", "again"], [True, False]])
    wide = pd.DataFrame(wide).reindex(columns=columns, fill_value=0)
    both = wide[(wide["firsts"][True] > 0) & (wide["firsts"][False] > 0)]
    new = int(both["firsts"][True].sum())
    if not new:
        return Estimate(math.nan, 0)
    usual = (both["again"][False] / both["firsts"][False] * both["firsts"][True]).sum() / new
    old = int(both["firsts"][False].sum())
    return share_difference(int(both["again"][True].sum()), new, round(usual * old), old)


def launches(products: pd.DataFrame, sizes: pd.Series, *, minimum: int) -> pd.DataFrame:
    """Each new product that ``minimum`` customers tried, most tried first.

    ``tried``, ``trial`` (their part of the category's customers, ``sizes`` by category), ``firsts`` followed,
    ``repeat`` with ``low`` and ``high``; ``usual`` is the repeat share of the category's other products.
    """
    new = products[products["launched"].astype(bool) & (products["tried"] >= minimum)]
    new = new[(new["firsts"] >= minimum) & new["category"].notna()]
    old = products[~products["launched"].astype(bool)].groupby("category")[["firsts", "again"]].sum()
    rows = []
    for _, row in new.iterrows():
        repeat = share(int(row["again"]), int(row["firsts"]))
        before = old.reindex([row["category"]]).iloc[0]
        usual = float(before["again"] / before["firsts"]) if before["firsts"] > 0 else math.nan
        trial = float(row["tried"]) / float(sizes.get(row["category"], math.nan))
        head = (row["product_id"], row["category"], int(row["tried"]), trial, int(row["firsts"]))
        rows.append((*head, repeat.value, repeat.low, repeat.high, usual))
    columns = ["product_id", "category", "tried", "trial", "firsts", "repeat", "low", "high", "usual"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["tried", "product_id"], ascending=[False, True], ignore_index=True)
