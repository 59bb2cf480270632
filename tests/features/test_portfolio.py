"""Who buys which brand in which category, and at which prices, on a few hand-worked lines."""

from __future__ import annotations

from datetime import date

from crmreport.features.portfolio import portfolio_buyers, price_quarters
from tests.features.lines import Row, sale_lines, values

WINDOW = (date(2023, 1, 1), date(2023, 12, 31))
PERIOD = (date(2023, 12, 1), date(2023, 12, 31))
PREVIOUS = (date(2023, 11, 1), date(2023, 11, 30))
LINES: list[Row] = [
    ("anna", "1", "soap/1", "north", "2023-11-05", 1, "10.00", "0", "0"),
    # two orders of one day are one purchase
    ("anna", "2", "soap/1", "north", "2023-12-05", 2, "20.00", "0", "0"),
    ("anna", "3", "soap/1", "north", "2023-12-05", 1, "10.00", "0", "0"),
    # a return is none, but lowers what was spent
    ("anna", "4", "soap/1", "north", "2023-12-08", -1, "-10.00", "0", "0"),
    ("bob", "5", "soap/2", None, "2023-12-06", 1, "4.00", "0", "0"),
    ("bob", "6", "balm/1", "north", "2022-12-06", 1, "8.00", "0", "0"),  # before the window
]


def test_purchases_are_days_on_which_a_brand_was_bought_in_a_category() -> None:
    found = portfolio_buyers(sale_lines(LINES), window=WINDOW, period=PERIOD, previous=PREVIOUS)

    columns = ("scope", "customer_id", "category", "brand_id", "purchases", "now", "before")
    assert values(found, *columns) == [
        ("_group", "anna", "soap", "north", 2, 20, 10),
        ("_group", "bob", "soap", None, 1, 4, None),
    ]


PRICED: list[Row] = [
    # Four units at 1, two at 2 (in two products), one at 3 and one at 9: quarters end at 2, 4, 6 and 8 units.
    ("anna", "1", "soap/1", "north", "2023-03-01", 4, "4.00", "0", "0"),
    ("anna", "2", "soap/2", "north", "2023-03-02", 1, "2.00", "0", "0"),
    ("bob", "3", "soap/3", "south", "2023-03-02", 1, "2.00", "0", "0"),
    ("bob", "4", "soap/4", "south", "2023-03-03", 1, "3.00", "0", "0"),
    ("carl", "5", "soap/5", None, "2023-03-03", 1, "9.00", "0", "0"),
    # what was wholly returned has no price
    ("carl", "6", "soap/6", None, "2023-03-04", 1, "50.00", "0", "0"),
    ("carl", "7", "soap/6", None, "2023-03-05", -1, "-50.00", "0", "0"),
]


def test_quarters_cut_units_by_price_and_keep_equal_prices_together() -> None:
    found = price_quarters(sale_lines(PRICED), window=WINDOW)

    # The middle of the units at 1 is 2 of 8, at 2 it is 5, at 3 6.5, at 9 7.5.
    assert values(found, "category", "brand_id", "quarter", "revenue", "units") == [
        ("soap", "north", 2, 4, 4),
        ("soap", "north", 3, 2, 1),
        ("soap", "south", 3, 2, 1),
        ("soap", "south", 4, 3, 1),
        ("soap", None, 4, 9, 1),
    ]
