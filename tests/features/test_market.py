"""The market of a few hand-worked lines: whose categories are which, and who sells in them."""

from __future__ import annotations

from datetime import date

import ibis
import pytest

from crmreport.features.market import (
    in_markets,
    market_cells,
    market_customers,
    market_months,
    own_categories,
    with_rivals,
)
from tests.features.lines import Row, sale_lines, values

PERIOD = (date(2023, 12, 1), date(2023, 12, 31))
PREVIOUS = (date(2023, 11, 1), date(2023, 11, 30))
WINDOW = (date(2023, 1, 1), date(2023, 12, 31))
LINES: list[Row] = [
    ("anna", "1", "soap/1", "north", "2023-11-05", 1, "10.00", "0", "0"),
    ("anna", "2", "soap/1", "north", "2023-12-05", 2, "20.00", "0", "0"),
    ("bob", "3", "soap/2", None, "2023-12-06", 1, "5.00", "0", "0"),
    ("bob", "3", "balm/1", "south", "2023-12-06", 1, "8.00", "0", "0"),
    # a single sample of balm is not enough to make balm a category of north's
    ("carl", "4", "balm/2", "north", "2023-12-07", 1, "1.00", "0", "0"),
    # carl only brings something back
    ("carl", "5", "soap/2", None, "2023-12-08", -1, "-5.00", "0", "0"),
    # nobody known
    (None, "6", "soap/1", "north", "2023-12-09", 1, "10.00", "0", "0"),
]
PRODUCTS = ibis.memtable(
    {
        "product_id": ["soap/1", "soap/2", "balm/1", "balm/2"],
        "manufacturer": ["N", "X", "S", "N"],
    }
)


@pytest.fixture(scope="module")
def lines():
    table = with_rivals(sale_lines(LINES), PRODUCTS)
    return in_markets(table, own_categories(table, window=WINDOW, least=0.05))


def test_a_brands_categories_bring_at_least_the_share_asked_for() -> None:
    table = with_rivals(sale_lines(LINES), PRODUCTS)
    categories = own_categories(table, window=WINDOW, least=0.05)
    # north: soap 30 of 31, balm 1 of 31
    assert values(categories, "scope", "category") == [("north", "soap"), ("south", "balm")]


def test_a_line_of_no_brand_is_its_makers() -> None:
    found = values(with_rivals(sale_lines(LINES), PRODUCTS), "customer_id", "rival", "revenue")
    assert ("bob", "maker:X", 5) in found
    assert ("anna", "north", 20) in found
    assert not [row for row in found if row[0] is None]


def test_without_products_only_brands_are_known() -> None:
    found = values(with_rivals(sale_lines(LINES), None), "customer_id", "rival", "revenue")
    assert ("bob", None, 5) in found


def test_the_cells_of_each_market(lines) -> None:
    cells = market_cells(lines, {"period": PERIOD, "previous": PREVIOUS})
    columns = ("scope", "span", "category", "rival", "revenue", "units", "buyers")
    found = values(cells.filter(cells.span == "period", cells.scope != "south"), *columns)
    assert found == [
        ("_group", "period", "_all", "_all", 29, 4, 3),
        ("_group", "period", "_all", "maker:X", 0, 0, 1),  # carl's return makes no buyer of him
        ("_group", "period", "_all", "north", 21, 3, 2),
        ("_group", "period", "_all", "south", 8, 1, 1),
        ("_group", "period", "balm", "_all", 9, 2, 2),
        ("_group", "period", "balm", "north", 1, 1, 1),
        ("_group", "period", "balm", "south", 8, 1, 1),
        ("_group", "period", "soap", "_all", 20, 2, 2),
        ("_group", "period", "soap", "maker:X", 0, 0, 1),
        ("_group", "period", "soap", "north", 20, 2, 1),
        ("north", "period", "_all", "_all", 20, 2, 2),
        ("north", "period", "_all", "maker:X", 0, 0, 1),
        ("north", "period", "_all", "north", 20, 2, 1),
        ("north", "period", "soap", "_all", 20, 2, 2),
        ("north", "period", "soap", "maker:X", 0, 0, 1),
        ("north", "period", "soap", "north", 20, 2, 1),
    ]


def test_a_brands_months_beside_those_of_its_market(lines) -> None:
    months = market_months(lines, as_of=date(2023, 12, 31))
    assert values(months, "scope", "month", "own", "market", "buyers") == [
        ("north", date(2023, 11, 1), 10, 10, 1),
        ("north", date(2023, 12, 1), 20, 20, 1),
        ("south", date(2023, 12, 1), 8, 9, 1),
    ]


def test_the_group_keeps_brands_apart_and_a_brand_only_itself(lines) -> None:
    found = values(
        market_customers(lines, period=PERIOD, previous=PREVIOUS),
        *("scope", "customer_id", "rival", "now", "before"),
    )
    assert sorted(found, key=repr) == [
        ("_group", "anna", "north", 20, 10),
        ("_group", "bob", "south", 8, None),
        ("_group", "bob", None, 5, None),
        ("_group", "carl", "north", 1, None),
        ("_group", "carl", None, -5, None),
        ("north", "anna", "north", 20, 10),
        ("north", "bob", None, 5, None),
        ("north", "carl", None, -5, None),
        ("south", "bob", "south", 8, None),
        ("south", "carl", None, 1, None),
    ]
