"""Deals, by a table one can check by hand."""

from __future__ import annotations

from datetime import date

from crmreport.features.deals import deal_mix, deal_months, depth_mix, spending
from tests.features.lines import Row, sale_lines, values

SPANS = {"period": (date(2023, 2, 1), date(2023, 2, 28)), "window": (date(2023, 1, 1), date(2023, 2, 28))}
ROWS: list[Row] = [
    # full price 10, a tenth off: of the depth 10 to 20%; and c1's second line with a coupon as well
    ("c1", "r1", "soap/1", "north", "2023-02-03", 1, "9.00", "1.00", "0"),
    ("c1", "r1", "soap/2", "north", "2023-02-03", 1, "3.00", "1.00", "0.50"),
    # without a brand: in the group only; half off and more are one class
    ("c2", "r2", "balm/3", None, "2023-02-04", 1, "2.00", "8.00", "0"),
    ("c2", "r3", "balm/3", None, "2023-01-04", 1, "5.00", "0", "0"),
    # a return of a discounted article is neither deep nor shallow
    ("c2", "r4", "balm/3", None, "2023-02-05", -1, "-2.00", "8.00", "0"),
    # nobody known, and after the period
    (None, "r5", "soap/1", "north", "2023-02-05", 1, "7.00", "2.00", "0"),
    ("c3", "r6", "soap/1", "north", "2023-03-01", 1, "7.00", "2.00", "0"),
]


def test_a_line_with_a_coupon_is_of_the_coupon_whatever_its_discount() -> None:
    found = deal_mix(sale_lines(ROWS), SPANS)
    assert values(
        found, "scope", "span", "kind", "buyers", "lines", "revenue", "discount", "coupon_discount"
    ) == [
        ("_group", "period", "coupon", 1, 1, 3, 1, 0.5),
        ("_group", "period", "discount", 2, 3, 9, 17, 0),
        ("_group", "window", "coupon", 1, 1, 3, 1, 0.5),
        ("_group", "window", "discount", 2, 3, 9, 17, 0),
        ("_group", "window", "full", 1, 1, 5, 0, 0),
        ("north", "period", "coupon", 1, 1, 3, 1, 0.5),
        ("north", "period", "discount", 1, 1, 9, 1, 0),
        ("north", "window", "coupon", 1, 1, 3, 1, 0.5),
        ("north", "window", "discount", 1, 1, 9, 1, 0),
    ]


def test_months_end_with_the_as_of_date() -> None:
    found = deal_months(sale_lines(ROWS), as_of=date(2023, 2, 28))
    assert values(found, "scope", "month", "kind", "revenue") == [
        ("_group", date(2023, 1, 1), "full", 5),
        ("_group", date(2023, 2, 1), "coupon", 3),
        ("_group", date(2023, 2, 1), "discount", 9),
        ("north", date(2023, 2, 1), "coupon", 3),
        ("north", date(2023, 2, 1), "discount", 9),
    ]


def test_depth_is_the_tenth_of_the_full_price() -> None:
    found = depth_mix(sale_lines(ROWS), start=date(2023, 2, 1), end=date(2023, 2, 28))
    assert values(found, "scope", "depth", "buyers", "revenue") == [
        ("_group", 1, 1, 9),
        ("_group", 2, 1, 3),
        ("_group", 5, 1, 2),
        ("north", 1, 1, 9),
        ("north", 2, 1, 3),
    ]


def test_the_squares_are_of_what_each_customer_spent() -> None:
    found = spending(sale_lines(ROWS), start=date(2023, 2, 1), end=date(2023, 2, 28))
    # c1 spent 12 in all, c2 nothing net.
    assert values(found, "scope", "buyers", "revenue", "squares") == [
        ("_group", 2, 12, 144),
        ("north", 1, 12, 144),
    ]
