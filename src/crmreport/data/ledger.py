"""The ledger: of what the client supplied, how much is used, and what became of the rest.

For each table: supplied = used + set aside + outside the client's scope, in rows and in money. Rules
look at the rows inside the scope only, and each row is set aside by the first rule that it breaks.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from crmreport.data.people import PeopleAccount

RuleId = Literal[
    "unreadable_row",
    "missing_date",
    "unreadable_date",
    "impossible_date",
    "future_date",
    "other_currency",
    "unreadable_amount",
    "test_order",
    "ignored_product",
    "cancelled",
    "nothing_bought",
    "zero_price",
    "absurd_price",
    "duplicate",
    "unpaid_balance",
    "no_customer",
    "unknown_product",
    "return",
    "return_unmatched",
    "refunded",
    "gift",
    "deposit",
    "money_without_quantity",
    "scientific_id",
    "lost_zeros",
    "two_cases",
    "impossible_age",
    "missing_key",
    "repeated_key",
    "unknown_campaign",
    "missing_value",
    "unreadable_value",
    "no_answer",
    "unknown_customer",
    "unknown_store",
    "unknown_staff",
    "unknown_lead",
]
"""The message ``data.rule.<id>`` names what each finds, ``data.rule.<id>.reason`` says why it matters."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_NOTHING = Decimal("0.00")


def _to_cents(money: Decimal) -> Decimal:
    return money.quantize(_NOTHING)


class Tally(_Model):
    """Rows and the money in them; a table without money has none."""

    rows: int = Field(0, ge=0)
    money: Annotated[Decimal, AfterValidator(_to_cents)] = _NOTHING

    def __add__(self, other: Tally) -> Tally:
        return Tally(rows=self.rows + other.rows, money=self.money + other.money)

    def __sub__(self, other: Tally) -> Tally:
        return Tally(rows=self.rows - other.rows, money=self.money - other.money)


class SourceFile(_Model):
    """A file that was read. ``name`` is as the params write it, never a path of some machine; ``read_as``
    is how: format, encoding, delimiter, as declared or found out."""

    name: str
    sha256: str
    rows: int
    read_as: str = ""


class Rule(_Model):
    """What one rule found. Rows ``kept`` are used all the same; the rule only counts them."""

    id: RuleId
    effect: Literal["set_aside", "kept"]
    found: Tally

    @property
    def message(self) -> str:
        return f"data.rule.{self.id}"


class TableLedger(_Model):
    """One table's account. ``columns`` are the canonical ones that were supplied; ``items`` the columns of
    each row of the files that were turned into rows of the table (0: none were).

    Sales from ``provisional_from`` on could still be returned when the table was exported; None: no
    return window is declared, or it had closed for all of them.
    """

    table: str
    files: tuple[SourceFile, ...]
    columns: tuple[str, ...]
    attributes: tuple[str, ...]
    items: int = Field(0, ge=0)
    supplied: Tally
    outside: Tally = Tally()
    set_aside: Tally
    used: Tally
    rules: tuple[Rule, ...]
    first_day: date | None = None
    last_day: date | None = None
    provisional_from: date | None = None
    customers: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _balances(self) -> Self:
        if self.supplied != self.used + self.set_aside + self.outside:
            raise ValueError(f"{self.table}: supplied is not used, set aside and outside together")
        if self.set_aside != sum((r.found for r in self.rules if r.effect == "set_aside"), Tally()):
            raise ValueError(f"{self.table}: what is set aside is not what the rules found")
        if self.supplied.rows != sum(file.rows for file in self.files):
            raise ValueError(f"{self.table}: the files do not hold what was supplied")
        return self

    @property
    def rows_of_files(self) -> int:
        """The rows of the files, as a spreadsheet shows them; those that were not read held no items."""
        unread = sum(rule.found.rows for rule in self.rules if rule.id == "unreadable_row")
        return unread + (self.supplied.rows - unread) // max(self.items, 1)

    def rule(self, id: RuleId) -> Rule:
        return next(rule for rule in self.rules if rule.id == id)


class Ledger(_Model):
    """All tables' accounts, that of the people in them, and the fingerprint of the inputs and settings
    behind them."""

    fingerprint: str
    tables: tuple[TableLedger, ...]
    people: PeopleAccount | None = None

    def of(self, table: str) -> TableLedger:
        """One table's account. Raises KeyError where it was not supplied."""
        for found in self.tables:
            if found.table == table:
                return found
        raise KeyError(table)

    def __contains__(self, table: object) -> bool:
        return any(found.table == table for found in self.tables)

    @property
    def sale_lines(self) -> TableLedger:
        return self.of("sale_lines")

    @property
    def provisional_from(self) -> date | None:
        """The first day whose sales could still be returned; None where there is none, or no sale lines."""
        return self.sale_lines.provisional_from if "sale_lines" in self else None

    def supplied(self, table: str, column: str) -> bool:
        """Whether the client supplied a column (or attribute) of a table."""
        return table in self and column in (*self.of(table).columns, *self.of(table).attributes)
