"""What is bought, in what baskets and when, of a few hand-worked lines."""

from __future__ import annotations

from datetime import date, datetime

import ibis

from crmreport.features.days import known_days
from crmreport.features.mix import basket_mix, category_mix, day_orders, time_mix
from crmreport.features.quality import active_months, column_fill, week_totals
from tests.features.lines import Row, sale_lines, values

SPANS = {"period": (date(2023, 12, 1), date(2023, 12, 31))}
LINES: list[Row] = [
    # anna: one product of each of two categories, of two brands, in one order; then one product
    ("anna", "1", "soap/1", "north", "2023-12-01", 1, "10.00", "0", "0"),
    ("anna", "1", "balm/1", "south", "2023-12-01", 2, "6.00", "0", "0"),
    ("anna", "2", "soap/1", "north", "2023-12-04", 1, "10.00", "0", "0"),
    # bob: two soaps, one of which he brings back
    ("bob", "3", "soap/1", "north", "2023-12-04", 1, "10.00", "0", "0"),
    ("bob", "3", "soap/2", "north", "2023-12-04", 1, "8.00", "0", "0"),
    ("bob", "4", "soap/2", "north", "2023-12-05", -1, "-8.00", "0", "0"),
    # carl: three categories
    ("carl", "5", "soap/1", None, "2023-12-31", 1, "1.00", "0", "0"),
    ("carl", "5", "balm/1", None, "2023-12-31", 1, "1.00", "0", "0"),
    ("carl", "5", "wax/1", None, "2023-12-31", 1, "1.00", "0", "0"),
    # nobody known, and another month
    (None, "6", "soap/1", "north", "2023-12-03", 1, "7.00", "0", "0"),
    ("anna", "7", "wax/1", "north", "2023-11-30", 1, "3.00", "0", "0"),
]
MONTH = {"start": date(2023, 12, 1), "end": date(2023, 12, 31)}


def test_categories() -> None:
    found = category_mix(sale_lines(LINES), SPANS)

    assert values(found, "scope", "category", "buyers", "orders", "revenue") == [
        ("_group", "balm", 2, 2, 7),
        ("_group", "soap", 3, 4, 31),
        ("_group", "wax", 1, 1, 1),
        ("north", "soap", 2, 3, 30),
        ("south", "balm", 1, 1, 6),
    ]


def test_baskets_are_those_of_the_scope() -> None:
    found = basket_mix(sale_lines(LINES), SPANS)

    assert values(found, "scope", "kind", "buyers", "orders", "revenue") == [
        ("_group", "broad", 1, 1, 3),
        ("_group", "same", 1, 1, 18),
        ("_group", "single", 1, 1, 10),
        ("_group", "two", 1, 1, 16),
        ("north", "same", 1, 1, 18),
        ("north", "single", 1, 2, 20),
        ("south", "single", 1, 1, 6),
    ]


def test_an_order_with_an_unknown_product_has_no_kind() -> None:
    lines = sale_lines(LINES[:3]).mutate(product_id=ibis.null("string"))

    assert values(basket_mix(lines, SPANS), "scope", "kind", "orders")[0] == ("_group", None, 2)


def test_times_are_counted_by_order() -> None:
    lines = sale_lines(LINES[:5])
    noon = lines.mutate(
        sold_at=ibis.ifelse(lines.order_id == "3", datetime(2023, 12, 4, 13, 59), datetime(2023, 12, 4, 6))
    )

    # 1 December 2023 was a Friday, the 4th a Monday.
    found = values(time_mix(noon, **MONTH), "scope", "weekday", "part", "buyers", "orders")
    assert [row[1:] for row in found if row[0] == "_group"] == [
        (0, "midday", 1, 1),
        (0, "morning", 1, 1),
        (4, "morning", 1, 1),
    ]


def test_orders_of_each_day() -> None:
    days = known_days(sale_lines(LINES), as_of=date(2024, 1, 31))

    # What bob brings back on the 5th is no order, nor is anna's of November one of the month.
    assert values(day_orders(days, **MONTH), "scope", "sold_on", "orders") == [
        ("_group", date(2023, 12, 1), 1),
        ("_group", date(2023, 12, 31), 1),
        ("_group", date(2023, 12, 4), 2),
        ("north", date(2023, 12, 1), 1),
        ("north", date(2023, 12, 4), 2),
        ("south", date(2023, 12, 1), 1),
    ]


def test_dates_have_no_part_of_the_day() -> None:
    found = values(time_mix(sale_lines(LINES), **MONTH), "scope", "weekday", "part", "orders")

    assert {row[2] for row in found} == {None}


def test_weeks_count_all_lines() -> None:
    found = week_totals(sale_lines(LINES), as_of=date(2023, 12, 5))

    assert values(found, "scope", "week", "lines", "days", "customers", "revenue") == [
        ("_group", date(2023, 11, 27), 4, 3, 1, 26),
        ("_group", date(2023, 12, 4), 4, 2, 2, 20),
        ("north", date(2023, 11, 27), 3, 3, 1, 20),
        ("north", date(2023, 12, 4), 4, 2, 2, 20),
        ("south", date(2023, 11, 27), 1, 1, 1, 6),
    ]


def test_months_in_which_customers_bought() -> None:
    found = active_months(sale_lines(LINES), start=date(2023, 11, 1), end=date(2023, 12, 31))

    assert values(found, "scope", "months", "customers") == [
        ("_group", 1, 2),
        ("_group", 2, 1),
        ("north", 1, 1),
        ("north", 2, 1),
        ("south", 1, 1),
    ]


def test_filled_cells_are_counted() -> None:
    (row,) = column_fill(sale_lines(LINES).select("customer_id", "brand_id")).to_pyarrow().to_pylist()

    assert row == {"rows": 11, "filled customer_id": 10, "filled brand_id": 8}
