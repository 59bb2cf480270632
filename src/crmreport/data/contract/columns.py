"""What a canonical table and its columns are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crmreport.findings import Unit

ColumnType = Literal[
    "string", "timestamp", "date", "boolean", "int64", "float64", "decimal(18, 2)", "decimal(18, 3)"
]
MONEY: ColumnType = "decimal(18, 2)"
AMOUNT: ColumnType = "decimal(18, 3)"


@dataclass(frozen=True)
class Column:
    """One canonical column.

    ``derived`` columns are computed and never mapped; ``required`` ones must be mapped, the others are
    NULL throughout where they were not supplied. ``identity`` marks what names or reaches a person
    (names, phones, addresses, birth dates, and the platforms' ids that serve for matching): it lies apart
    from every other table. ``personal`` marks pseudonymous ids and free text, which never enter a report.
    """

    name: str
    type: ColumnType = "string"
    unit: Unit | None = None
    key: bool = False
    required: bool = False
    derived: bool = False
    personal: bool = False
    identity: bool = False

    @property
    def publishable(self) -> bool:
        """Whether its values may stand in a report, in groups that are large enough."""
        return not (self.personal or self.identity)


@dataclass(frozen=True)
class Table:
    """One canonical table. Params may add to it attributes of the client's own, kept as text.

    ``dated`` names the column that says when a row happened, where its rows are dated. A file of
    ``events`` may be empty: none need have happened. ``wide`` names the two columns into which the
    columns of a file with one column an item are turned: the item's name, and its value.
    """

    name: str
    columns: tuple[Column, ...]
    events: bool = False
    dated: str | None = None
    wide: tuple[str, str] | None = None

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
        """The columns that together tell rows apart; none where rows may be alike, as sale lines may.

        A key that is not required may be left unmapped; where none is mapped, rows may be alike as well.
        """
        return tuple(column for column in self.columns if column.key)

    def meaning(self, column: str) -> str:
        """The message that says what a column means; a client's attribute has none."""
        return f"data.{self.name}.{self[column].name}"


# Columns that mean the same wherever they stand.
CUSTOMER = Column("customer_id", personal=True)
PRODUCT = Column("product_id")
STORE = Column("store_id")
STAFF = Column("staff_id", personal=True)
ORDER = Column("order_id", personal=True)
CHANNEL = Column("channel")
UNIT = Column("unit")
REGION = Column("region")
BRAND = Column("brand_id", derived=True)
