"""Regions step by step, and categories by month, of a few hand-worked lines."""

from __future__ import annotations

from datetime import date

import ibis
import pytest

from crmreport.features.regions import category_months, region_mix, steps_of
from crmreport.period import parse_period
from tests.features.lines import Row, sale_lines, values

LINES: list[Row] = [
    ("anna", "1", "soap/1", "north", "2023-12-01", 1, "10.00", "0", "0"),
    ("anna", "2", "balm/1", "south", "2023-12-02", 1, "6.00", "0", "0"),
    ("anna", "3", "soap/1", "north", "2023-12-09", 1, "4.00", "0", "0"),
    ("bob", "4", "soap/1", "north", "2023-12-04", 1, "10.00", "0", "0"),
    ("bob", "5", "soap/1", "north", "2023-12-05", -1, "-10.00", "0", "0"),
    ("bob", "6", "soap/1", "north", "2023-11-05", 1, "10.00", "0", "0"),
    ("carl", "7", "soap/1", None, "2023-12-31", 1, "1.00", "0", "0"),
    (None, "8", "soap/1", "north", "2023-12-03", 1, "7.00", "0", "0"),
]
STORES = ibis.memtable(
    {"store_id": ["s1", "s2"], "region": [None, None], "city": ["Lyon", None]},
    schema={"store_id": "string", "region": "string", "city": "string"},
)
CUSTOMERS = ibis.memtable({"customer_id": ["anna", "bob"], "region": ["West", "East"]})
STEPS = {"step_0": (date(2023, 12, 1), date(2023, 12, 31)), "step_1": (date(2023, 11, 1), date(2023, 11, 30))}
COLUMNS = ("scope", "region", "span", "category", "buyers")


def lines(stores: dict[str, str]) -> ibis.Table:
    table = sale_lines(LINES)
    of_order = ibis.memtable({"order_id": list(stores), "store_id": list(stores.values())})
    return table.left_join(of_order, "order_id").drop("order_id_right")


def test_a_sale_is_where_its_store_is_else_where_its_buyer_lives() -> None:
    found = region_mix(lines({"1": "s1", "4": "s2"}), STORES, CUSTOMERS, STEPS)

    # Order 1 was made in Lyon. A store without a place says no more than none; carl lives nowhere known.
    assert [row for row in values(found, *COLUMNS) if row[0] == "_group"] == [
        ("_group", "East", "step_0", "soap", 1),
        ("_group", "East", "step_0", None, 1),
        ("_group", "East", "step_1", "soap", 1),
        ("_group", "East", "step_1", None, 1),
        ("_group", "Lyon", "step_0", "soap", 1),
        ("_group", "Lyon", "step_0", None, 1),
        ("_group", "West", "step_0", "balm", 1),
        ("_group", "West", "step_0", "soap", 1),
        ("_group", "West", "step_0", None, 1),
    ]
    assert ("south", "West", "step_0", None, 1) in values(found, *COLUMNS)


@pytest.mark.parametrize("stores", [STORES.filter(STORES.store_id == "s2"), None])
def test_without_regions_there_are_no_rows(stores: ibis.Table | None) -> None:
    assert values(region_mix(lines({"4": "s2"}), stores, None, STEPS), *COLUMNS) == []


def test_months_of_a_category() -> None:
    found = category_months(sale_lines(LINES), as_of=date(2023, 12, 30))

    assert values(found, "scope", "category", "buyers", "revenue") == [
        ("_group", "balm", 1, 6),
        ("_group", "soap", 1, 10),
        ("_group", "soap", 2, 14),
        ("north", "soap", 1, 10),
        ("north", "soap", 2, 14),
        ("south", "balm", 1, 6),
    ]


def test_steps_go_back_by_whole_periods() -> None:
    assert steps_of(parse_period("2024-Q1")) == {
        "step_0": (date(2024, 1, 1), date(2024, 3, 31)),
        "step_1": (date(2023, 10, 1), date(2023, 12, 31)),
        "step_2": (date(2023, 7, 1), date(2023, 9, 30)),
        "step_3": (date(2023, 4, 1), date(2023, 6, 30)),
    }
