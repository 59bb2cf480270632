"""A sales file with known faults. What each line is, and what becomes of it, is known as it is written;
nothing here reads what the pipeline makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

HEADER = ("card", "receipt", "article", "time", "units", "paid", "back", "kind", "status")
COLUMNS = {
    "customer_id": "card",
    "order_id": "receipt",
    "product_id": "article",
    "sold_at": "time",
    "quantity": "units",
    "revenue": "paid",
    "refund": "back",
    "payment_kind": "kind",
    "order_status": "status",
}
CHANGES: dict[str, Any] = {
    "sources": {
        "sale_lines": {"path": "sales.csv", "columns": COLUMNS, "extracted_on": "2023-06-30"},
    },
    "brands": [{"id": "soap", "name": "Soap", "where": {"product_id": "soap"}}],
    "cleaning": {
        "first_day": "2010-01-01",
        "test_orders": ["TEST*"],
        "test_customers": ["staff-?", "staff"],
        "ignore_products": ["POST"],
        "cancelled_prefix": "X",
        "cancelled_status": ["cancelled"],
    },
    "commerce": {
        "refunds": "separate",
        "deposits": ["deposit"],
        "gifts": True,
        "return_window_days": 30,
    },
}

Line = dict[str, str]
Judged = tuple[Line, str | None]
"""A line, and the rule that sets it aside; None: it is used."""


@dataclass
class BadFile:
    """The lines in the order of the file, and the rows that each rule finds among those used."""

    lines: list[Judged] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)

    def write(self, folder: Path) -> None:
        texts = [HEADER, *([line[name] for name in HEADER] for line, _ in self.lines)]
        (folder / "sales.csv").write_text("\n".join(",".join(row) for row in texts) + "\n", "utf-8")

    def aside(self) -> list[tuple[int, str]]:
        """Row and rule of every line set aside; the header is row 1."""
        return [(place + 2, rule) for place, (_, rule) in enumerate(self.lines) if rule is not None]

    def money(self, rule: str | None) -> Decimal:
        return sum((money_of(line) for line, judged in self.lines if judged == rule), Decimal(0))

    def rows(self, rule: str | None) -> int:
        return sum(judged == rule for _, judged in self.lines)


def money_of(line: Line) -> Decimal:
    """What the client received for the line; nothing where that cannot be read."""
    try:
        return Decimal(line["paid"]) - abs(Decimal(line["back"] or 0))
    except ArithmeticError:
        return Decimal(0)


def sale(place: int, **changes: str) -> Line:
    """A sale of one soap at 10.00, to a customer and under an order number of its own."""
    usual = (f"c{place}", f"r{place}", "soap", "2023-03-01 10:00:00", "1", "10.00", "", "", "paid")
    return dict(zip(HEADER, usual, strict=True)) | changes


def _aside(rule: str, **changes: str) -> Callable[[int], list[Judged]]:
    return lambda place: [(sale(place, **changes), rule)]


def _used(**changes: str) -> Callable[[int], list[Judged]]:
    return lambda place: [(sale(place, **changes), None)]


def _duplicate(place: int) -> list[Judged]:
    return [(sale(place), None), (sale(place), "duplicate")]


def _presale(place: int) -> list[Judged]:
    deposit = sale(place, time="2023-02-01 10:00:00", paid="2.00", kind="deposit")
    return [(deposit, None), (sale(place, paid="8.00", kind="balance"), None)]


def _returned(place: int) -> list[Judged]:
    back = sale(place, receipt=f"X{place}", time="2023-03-09 10:00:00", units="-1", paid="-9.00")
    return [(sale(place), None), (back, None)]


SCENES: Mapping[str, tuple[Callable[[int], list[Judged]], tuple[str, ...]]] = {
    "a sale": (_used(), ()),
    "no date": (_aside("missing_date", time=" "), ()),
    "no such date": (_aside("unreadable_date", time="2023-02-30"), ()),
    "an undecided date": (_aside("unreadable_date", time="03/04/2023"), ()),
    "the beginning of time": (_aside("impossible_date", time="1970-01-01"), ()),
    "the end of time": (_aside("impossible_date", time="9999-12-31 00:00:00"), ()),
    "a date to come": (_aside("future_date", time="2023-07-01 00:00:00"), ()),
    "dollars": (_aside("other_currency", paid="$10.00"), ()),
    "no amount": (_aside("unreadable_amount", paid=""), ()),
    "no number": (_aside("unreadable_amount", units="one"), ()),
    "a test": (lambda place: [(sale(place, receipt=f"TEST-{place}"), "test_order")], ()),
    "staff": (_aside("test_order", card="staff"), ()),
    "postage": (_aside("ignored_product", article="post"), ()),
    "cancelled": (_aside("cancelled", status="cancelled"), ()),
    "cancelled by number": (lambda place: [(sale(place, receipt=f"X{place}"), "cancelled")], ()),
    "nothing": (_aside("nothing_bought", units="0", paid="0"), ()),
    "a gift": (_used(paid="0.00", units="2"), ("gift",)),
    "a slip of the point": (_used(paid="1000.00"), ("absurd_price",)),
    "delivered twice": (_duplicate, ()),
    "a presale": (_presale, ("deposit",)),
    "a presale to be paid": (_aside("unpaid_balance", paid="2.00", kind="deposit"), ()),
    "a return": (_returned, ("return",)),
    "a return from before": (_used(units="-1", paid="-10.00"), ("return", "return_unmatched")),
    "nobody": (_used(card=""), ("no_customer",)),
    "a spreadsheet's number": (_used(card="1.23457E+11"), ("no_customer", "scientific_id")),
    "a refund": (_used(back="10.00"), ("refunded",)),
    "a part refunded": (_used(back="-4.00"), ()),
    "money alone": (_used(units="0", paid="3.00"), ("money_without_quantity",)),
}


def bad_file(counts: Mapping[str, int], rng: Random) -> BadFile:
    """So many of each scene, in an order by chance; of two equal lines the later one is the duplicate."""
    file = BadFile()
    for name, count in counts.items():
        scene, kept = SCENES[name]
        for _ in range(count):
            file.lines += scene(len(file.lines))
            file.kept.update(kept)
    rng.shuffle(file.lines)
    seen: set[tuple[str, ...]] = set()
    for place, (line, rule) in enumerate(file.lines):
        if rule in (None, "duplicate"):
            values = tuple(line.values())
            twice = values in seen
            seen.add(values)
            file.lines[place] = (line, "duplicate" if twice else None)
    return file
