"""A simulated client's sale lines as the store would hold them, without any file."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from crmreport.simulate.simulated import Simulated

_MONEY, _AMOUNT = pa.decimal128(18, 2), pa.decimal128(18, 3)


def stored_lines(made: Simulated) -> pa.Table:
    """The lines with the columns that features are counted from: ids and texts as text, money as decimals,
    ``brand_id``, ``sold_on``, ``is_return`` and ``is_purchase``; ``coupon_discount`` is NULL (not supplied).

    What a run of the written files gives, but that customers keep their ids.
    """
    lines = made.lines
    ids = {brand.name: brand.id for brand in made.world.brands}
    texts = ("customer_id", "product_id", "category", "store_id", "channel")
    n = len(lines)
    columns = {name: pa.array(lines[name].astype("str")) for name in texts} | {
        "order_id": pa.array(lines["order_id"].astype("str")),
        "brand_id": pa.array(lines["brand"].cat.rename_categories(ids).astype("str")),
        "sold_at": pa.array(lines["sold_at"].astype("datetime64[us]")),
        "sold_on": pa.array(lines["sold_at"].dt.date),
        "quantity": pa.array(lines["quantity"].astype("float64")).cast(_AMOUNT),
        **{name: _money(lines[name]) for name in ("revenue", "discount", "cost")},
        "coupon_discount": pa.nulls(n, _MONEY),
        "is_return": pa.repeat(False, n),
        "is_purchase": pa.repeat(True, n),
    }
    return pa.table(columns)


def _money(amounts: pd.Series) -> pa.Array:
    return pa.array(amounts).cast(_MONEY)
