"""Totals by span and month of a few hand-worked lines."""

from __future__ import annotations

from datetime import date

from crmreport.features.totals import month_totals, scope_totals
from tests.features.lines import Row, sale_lines, values

SPANS = {
    "period": (date(2023, 12, 1), date(2023, 12, 31)),
    "previous": (date(2023, 11, 1), date(2023, 11, 30)),
    "window": (date(2023, 1, 1), date(2023, 12, 31)),
}
LINES: list[Row] = [
    ("anna", "1", "soap/1", "north", "2023-11-01", 1, "10.00", "1.00", "0"),
    ("anna", "2", "soap/1", "north", "2023-12-01", 1, "10.00", "0", "0"),
    ("anna", "2", "balm/1", "south", "2023-12-01", 2, "6.00", "0", "0.50"),
    ("anna", "3", "balm/1", "south", "2023-12-01", 1, "3.00", "0", "0"),
    # bob first bought in December, and in December brought it back
    ("bob", "4", "soap/1", "north", "2023-12-31", 1, "10.00", "0", "0"),
    ("bob", "5", "soap/1", "north", "2023-12-31", -1, "-10.00", "0", "0"),
    # carl brings back what he bought in October
    ("carl", "6", "soap/2", None, "2023-10-15", 1, "4.00", "0", "0"),
    ("carl", "7", "soap/2", None, "2023-12-02", -1, "-4.00", "0", "0"),
    # nobody known
    (None, "8", "soap/1", "north", "2023-12-03", 1, "7.00", "0", "0"),
    # after the period
    ("dora", "9", "soap/1", "north", "2024-01-01", 1, "10.00", "0", "0"),
]


def test_people_and_their_orders_by_scope_and_span() -> None:
    columns = ("scope", "span", "buyers", "first_observed", "orders", "purchase_days", "lines")
    assert values(scope_totals(sale_lines(LINES), SPANS), *columns) == [
        ("_group", "period", 2, 1, 3, 2, 6),
        ("_group", "previous", 1, 1, 1, 1, 1),
        ("_group", "window", 3, 3, 5, 4, 8),
        ("north", "period", 2, 1, 2, 2, 3),
        ("north", "previous", 1, 1, 1, 1, 1),
        ("north", "window", 2, 2, 3, 3, 4),
        ("south", "period", 1, 1, 2, 1, 2),
        ("south", "window", 1, 1, 2, 1, 2),
    ]


def test_amounts_by_scope_and_span() -> None:
    amounts = ("revenue", "units", "discount", "coupon_discount", "deal_revenue", "revenue_without_customer")
    assert values(scope_totals(sale_lines(LINES), SPANS), "scope", "span", *amounts) == [
        ("_group", "period", 15, 3, 0, 0.5, 6, 7),
        ("_group", "previous", 10, 1, 1, 0, 10, 0),
        ("_group", "window", 29, 5, 1, 0.5, 16, 7),
        ("north", "period", 10, 1, 0, 0, 0, 7),
        ("north", "previous", 10, 1, 1, 0, 10, 0),
        ("north", "window", 20, 2, 1, 0, 10, 7),
        ("south", "period", 9, 3, 0, 0.5, 6, 0),
        ("south", "window", 9, 3, 0, 0.5, 6, 0),
    ]


def test_months() -> None:
    months = month_totals(sale_lines(LINES), as_of=date(2023, 12, 31))
    assert values(months, "scope", "month", "buyers", "orders", "revenue") == [
        ("_group", date(2023, 10, 1), 1, 1, 4),
        ("_group", date(2023, 11, 1), 1, 1, 10),
        ("_group", date(2023, 12, 1), 2, 3, 15),
        ("north", date(2023, 11, 1), 1, 1, 10),
        ("north", date(2023, 12, 1), 2, 2, 10),
        ("south", date(2023, 12, 1), 1, 2, 9),
    ]
