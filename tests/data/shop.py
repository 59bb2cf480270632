"""A small shop's files and params, to be changed by each test where it matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from crmreport.data.store import Store, open_store
from crmreport.params import Engagement, load_params

COLUMNS = {
    "customer_id": "card",
    "order_id": "receipt",
    "product_id": "article",
    "sold_at": "time",
    "quantity": "units",
    "revenue": "paid",
    "discount": "off",
    "coupon_discount": "coupon",
}
PARAMS: dict[str, Any] = {
    "client": {"id": "shop", "name": "Shop"},
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "tax": "included",
    "sources": {
        "sale_lines": {"path": "sales.csv", "columns": COLUMNS},
        "products": {
            "path": "articles.csv",
            "columns": {"product_id": "article", "category": "group", "manufacturer": "maker"},
        },
    },
    "brands": [
        {"id": "north", "name": "North", "where": {"manufacturer": "N"}},
        {"id": "south", "name": "South", "where": {"manufacturer": "S"}},
    ],
}
ARTICLES = """\
article,group,maker
001,soap,N
002,soap,S
003,balm,N
004,balm,X
"""
HEADER = "card,receipt,article,time,units,paid,off,coupon"


def shop(folder: Path, lines: Sequence[str] = (), *, articles: str = ARTICLES, **changes: Any) -> Engagement:
    """An engagement in ``folder``: ``lines`` are those of sales.csv, ``changes`` replace params."""
    folder.mkdir(parents=True, exist_ok=True)
    if lines:
        (folder / "sales.csv").write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    (folder / "articles.csv").write_text(articles, "utf-8")
    file = folder / "shop.yml"
    file.write_text(yaml.safe_dump(PARAMS | changes, allow_unicode=True), "utf-8")
    return load_params(file)


def sales(**changes: Any) -> dict[str, Any]:
    """The sources, with ``changes`` to that of the sale lines."""
    sources: Mapping[str, Any] = PARAMS["sources"]
    return {**sources, "sale_lines": {**sources["sale_lines"], **changes}}


def store_of(engagement: Engagement) -> Store:
    return open_store(engagement, engagement.path.parent / "work")


def rows(store: Store, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """A stored table's rows as plain values, in the order in which they are stored."""
    frame = store.table(table).select(*columns).to_pyarrow()
    return [tuple(row.values()) for row in frame.to_pylist()]


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)
