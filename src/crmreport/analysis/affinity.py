"""What a group of customers buys more than others do."""

from __future__ import annotations

import pandas as pd


def typical_category(
    purchases: pd.DataFrame,
    groups: pd.Series,
    *,
    minimum: int,
    least_share: float = 0.02,
    least_index: float = 1.2,
) -> pd.DataFrame:
    """For each group the category with the highest index: its share of the group's spending against its
    share of everybody's.

    ``purchases`` has ``customer_id``, ``category`` and ``revenue``; ``groups`` holds each customer's group,
    indexed by ``customer_id``. Only categories count that at least ``minimum`` of the group's customers
    bought, that take ``least_share`` of everybody's spending, lest a rarity lead, and whose index reaches
    ``least_index``. Index: the group;
    columns ``category``, ``share``, ``index`` (1.3: a share thirty percent above everybody's), ``buyers``.
    Groups without such a category have no row.
    """
    bought = purchases[purchases["revenue"] > 0]
    bought = bought.assign(group=bought["customer_id"].map(groups)).dropna(subset="group")
    everybody = bought.groupby("category")["revenue"].sum() / (bought["revenue"].sum() or 1.0)
    cells = bought.groupby(["group", "category"], observed=True).agg(
        revenue=("revenue", "sum"), buyers=("customer_id", "nunique")
    )
    cells["share"] = cells["revenue"] / cells.groupby("group", observed=True)["revenue"].transform("sum")
    usual = everybody.reindex(cells.index.get_level_values("category")).to_numpy()
    cells["index"] = cells["share"] / usual
    seen = cells[
        (cells["buyers"] >= minimum) & (usual >= least_share) & (cells["index"] >= least_index)
    ].reset_index()
    # Ties go to the category first in the alphabet, whatever the order of the rows.
    best = seen.sort_values(["index", "category"], ascending=[False, True], kind="stable")
    return (
        best.drop_duplicates("group")
        .set_index("group")[["category", "share", "index", "buyers"]]
        .sort_index()
    )
