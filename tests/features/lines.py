"""Sale lines as the store holds them, written as short rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from crmreport.data.marks import marked

SCHEMA = ibis.schema(
    {
        "customer_id": "string",
        "order_id": "string",
        "product_id": "string",
        "category": "string",
        "channel": "string",
        "brand_id": "string",
        "sold_at": "timestamp",
        "sold_on": "date",
        "quantity": "decimal(18, 3)",
        "revenue": "decimal(18, 2)",
        "cost": "decimal(18, 2)",
        "discount": "decimal(18, 2)",
        "coupon_discount": "decimal(18, 2)",
        "is_return": "boolean",
        "is_purchase": "boolean",
    }
)
Row = tuple[str | None, str | None, str, str | None, str, int, str, str, str]


def raw_lines(rows: Sequence[Row]) -> ir.Table:
    """Rows of customer, order, product (``category/article``), brand, day, quantity, revenue, discount
    and coupon discount."""
    return ibis.memtable(pa.Table.from_pylist([_line(row) for row in rows], schema=SCHEMA.to_pyarrow()))


def sale_lines(rows: Sequence[Row]) -> ir.Table:
    """The same, marked as the store's are; marked once, not with each question asked of them."""
    return ibis.memtable(marked(raw_lines(rows)).to_pyarrow())


def _line(row: Row) -> dict[str, Any]:
    customer, order, product, brand, day, quantity, *amounts = row
    revenue, discount, coupon = (Decimal(amount) for amount in amounts)
    return {
        "customer_id": customer,
        "order_id": order,
        "product_id": product,
        "category": product.partition("/")[0],
        "channel": None,
        "brand_id": brand,
        "sold_at": datetime.fromisoformat(day),
        "sold_on": date.fromisoformat(day),
        "quantity": Decimal(quantity),
        "revenue": revenue,
        "cost": None,
        "discount": discount,
        "coupon_discount": coupon,
        "is_return": quantity < 0,
        "is_purchase": quantity >= 0,
    }


def values(table: ir.Table, *columns: str) -> list[tuple[Any, ...]]:
    """Plain values, in order of ``columns``: whole amounts as int, others as float."""
    found = [tuple(row.values()) for row in table.select(*columns).to_pyarrow().to_pylist()]
    return sorted((tuple(_plain(value) for value in row) for row in found), key=repr)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | float) and value == int(value):
        return int(value)
    return float(value) if isinstance(value, Decimal) else value
