"""The canonical tables: what each holds, declared once.

A table is declared here and nowhere else; mapping, checks, ingest and the report's data dictionary
all read the declaration. What a column means is the catalogue's message ``data.<table>.<column>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crmreport.findings import Unit

ColumnType = Literal["string", "timestamp", "date", "boolean", "decimal(18, 2)", "decimal(18, 3)"]
MONEY: ColumnType = "decimal(18, 2)"
AMOUNT: ColumnType = "decimal(18, 3)"


@dataclass(frozen=True)
class Column:
    """One canonical column.

    ``derived`` columns are computed and never mapped; ``personal`` ones never enter a report;
    ``required`` ones must be mapped, the others are NULL throughout where they were not supplied.
    """

    name: str
    type: ColumnType = "string"
    unit: Unit | None = None
    key: bool = False
    required: bool = False
    derived: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table. Params may add to it attributes of the client's own, kept as text.

    A file of ``events`` may be empty: none need have happened.
    """

    name: str
    columns: tuple[Column, ...]
    events: bool = False

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    def __contains__(self, name: object) -> bool:
        return name in self.names

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def mappable(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if not column.derived)

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns that together tell rows apart; none where rows may be alike, as sale lines may."""
        return tuple(column for column in self.columns if column.key)

    def meaning(self, column: str) -> str:
        """The message that says what a column means; a client's attribute has none."""
        return f"data.{self.name}.{self[column].name}"


SALE_LINES = Table(
    "sale_lines",
    (
        Column("customer_id", required=True, personal=True),
        Column("order_id", personal=True),
        Column("product_id"),
        Column("store_id"),
        Column("channel"),
        Column("sold_at", "timestamp", required=True),
        Column("quantity", AMOUNT, unit="number"),
        Column("revenue", MONEY, unit="money"),
        Column("discount", MONEY, unit="money"),
        Column("coupon_discount", MONEY, unit="money"),
        Column("sold_on", "date", derived=True),
        Column("brand_id", derived=True),
        Column("category", derived=True),
        Column("is_return", "boolean", derived=True),
    ),
)

CUSTOMERS = Table("customers", (Column("customer_id", key=True, required=True, personal=True),))

PRODUCTS = Table(
    "products",
    (
        Column("product_id", key=True, required=True),
        Column("product_name"),
        Column("product_type"),
        Column("category"),
        Column("department"),
        Column("manufacturer"),
        Column("package_size"),
    ),
)

CAMPAIGNS = Table(
    "campaigns",
    (
        Column("campaign_id", key=True, required=True),
        Column("campaign_name"),
        Column("campaign_type"),
        Column("starts_on", "date", required=True),
        Column("ends_on", "date", required=True),
    ),
)

CONTACTS = Table(
    "contacts",
    (
        Column("customer_id", key=True, required=True, personal=True),
        Column("campaign_id", key=True, required=True),
        Column("contacted_on", "date", key=True),
        Column("channel", key=True),
    ),
    events=True,
)

COUPONS = Table(
    "coupons",
    (
        Column("coupon_id", key=True, required=True),
        Column("product_id", key=True, required=True),
        Column("campaign_id", key=True),
    ),
)

REDEMPTIONS = Table(
    "redemptions",
    (
        Column("customer_id", key=True, required=True, personal=True),
        Column("campaign_id", key=True, required=True),
        Column("redeemed_on", "date", key=True, required=True),
        Column("coupon_id", key=True),
    ),
    events=True,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (SALE_LINES, CUSTOMERS, PRODUCTS, CAMPAIGNS, CONTACTS, COUPONS, REDEMPTIONS)
}
