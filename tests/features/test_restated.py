"""Refunds by hand: on time, late, and without a date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis
import pyarrow as pa

from crmreport.features.restated import late_refunds
from tests.features.lines import values

SPANS = {
    "period": (date(2023, 12, 1), date(2023, 12, 31)),
    "previous": (date(2023, 11, 1), date(2023, 11, 30)),
}
SCHEMA = {
    "brand_id": "string",
    "sold_on": "date",
    "refund": "decimal(18, 2)",
    "refunded_on": "date",
}
LINES = [
    ("north", date(2023, 11, 3), "5.00", date(2023, 11, 30)),  # while November was open
    ("north", date(2023, 11, 3), "2.50", date(2023, 12, 1)),  # the day after it closed
    ("south", date(2023, 11, 30), "-4.00", date(2024, 1, 9)),  # written as a deduction
    ("south", date(2023, 11, 30), "9.00", None),  # nobody knows when
    ("north", date(2023, 12, 5), "0", date(2024, 2, 1)),  # nothing went back
    (None, date(2023, 12, 5), "1.25", date(2024, 2, 1)),  # of no brand: the group's only
]


def test_only_refunds_after_the_end_of_the_span_restate_it() -> None:
    rows = [dict(zip(SCHEMA, (a, b, Decimal(c), d), strict=True)) for a, b, c, d in LINES]
    lines = ibis.memtable(pa.Table.from_pylist(rows, schema=ibis.schema(SCHEMA).to_pyarrow()))
    assert values(late_refunds(lines, SPANS), "scope", "span", "lines", "refunded") == [
        ("_group", "period", 1, 1.25),
        ("_group", "previous", 2, 6.5),
        ("north", "previous", 1, 2.5),
        ("south", "previous", 1, 4),
    ]
