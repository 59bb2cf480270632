"""The marks on sale lines: of hand-worked lines, and against a slow count of any."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.data.marks import MARKS, marked
from tests.features.lines import Row, raw_lines, values

LINES: list[Row] = [
    ("anna", "1", "soap/1", "north", "2023-10-01", 1, "1.00", "0", "0"),
    # one order of two brands, two lines of the first; a second order on that day
    ("anna", "2", "soap/1", "north", "2023-10-04", 1, "2.00", "0", "0"),
    ("anna", "2", "soap/2", "north", "2023-10-04", 1, "3.00", "0", "0"),
    ("anna", "2", "balm/1", "south", "2023-10-04", 1, "4.00", "0", "0"),
    ("anna", "3", "balm/2", "south", "2023-10-04", 1, "5.00", "0", "0"),
    # a return between two purchases opens nothing, and no gap ends on it
    ("anna", "4", "soap/1", "north", "2023-10-06", -1, "-2.00", "0", "0"),
    ("anna", "5", "soap/1", "north", "2023-10-11", 1, "6.00", "0", "0"),
    # orders without a number are one a day
    ("bob", None, "soap/1", "north", "2023-10-02", 1, "7.00", "0", "0"),
    ("bob", None, "soap/1", "south", "2023-10-02", 1, "8.00", "0", "0"),
    # of nobody known: two orders
    (None, "6", "soap/1", "north", "2023-10-02", 1, "9.00", "0", "0"),
    (None, "7", "soap/1", "north", "2023-10-02", 1, "9.50", "0", "0"),
]


def test_the_marks_of_each_line() -> None:
    first, second = date(2023, 10, 1), date(2023, 10, 4)
    names = ("opens_order", "opens_day", "day_gap", "first_on")
    lines = marked(raw_lines(LINES)).filter(ibis._.customer_id == "anna").order_by("revenue")
    own, of_brand = (
        [tuple(row.values()) for row in lines.select(*marks).to_pyarrow().to_pylist()]
        for marks in (names, [f"brand_{name}" for name in names])
    )
    # Of an order the line with the first product in the alphabet opens it: here the balm.
    assert own == [
        (False, False, None, None),
        (True, True, None, first),
        (False, False, None, first),
        (False, False, None, first),
        (True, True, 3, first),
        (True, False, None, first),
        (True, True, 7, first),
    ]
    assert of_brand == [
        (False, False, None, None),
        (True, True, None, first),
        (True, True, 3, first),
        (False, False, None, first),
        (True, True, None, second),
        (True, False, None, second),
        (True, True, 7, first),
    ]


def test_orders_without_a_number_and_of_nobody_known() -> None:
    lines = marked(raw_lines(LINES))
    found = lines.group_by("customer_id").agg(
        orders=lines.opens_order.sum(), of_brand=lines.brand_opens_order.sum()
    )
    assert values(found.filter(found.customer_id != "anna"), "customer_id", "orders", "of_brand") == [
        ("bob", 1, 2)
    ]
    assert values(found.filter(found.customer_id.isnull()), "orders", "of_brand") == [(2, 2)]


def test_categories_are_numbered_in_the_order_of_the_alphabet() -> None:
    lines = marked(raw_lines(LINES))
    numbered = lines.select("category", "category_no", "channel_no").distinct()
    assert values(numbered, "category", "category_no", "channel_no") == [("balm", 0, None), ("soap", 1, None)]


def test_the_lines_of_a_customer_lie_together_in_order_of_time() -> None:
    lines = marked(raw_lines(LINES)).select("customer_id", "sold_at").to_pyarrow().to_pylist()
    known = [tuple(line.values()) for line in lines if line["customer_id"]]
    assert known == sorted(known)
    assert len(lines) == len(LINES)


DAYS = [f"2023-10-0{day}" for day in range(1, 7)]
PURCHASES = st.tuples(
    st.sampled_from(["anna", "bob", None]),
    st.sampled_from(["1", "2", None]),
    st.sampled_from(["soap/1", "balm/1"]),
    st.sampled_from(["north", "south", None]),
    st.sampled_from(DAYS),
    st.sampled_from([1, 1, -1]),
    st.just("1.00"),
    st.just("0"),
    st.just("0"),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(PURCHASES, min_size=1, max_size=14))
def test_sums_of_the_marks_are_what_counting_gives(rows: list[Row]) -> None:
    lines = marked(raw_lines(rows)).to_pandas()
    assert list(lines.columns[-len(MARKS) :]) == list(MARKS)
    bought = [row for row in rows if row[5] > 0]
    assert lines["opens_order"].sum() == len({(who, order, day) for who, order, _, _, day, *_ in bought})
    assert lines["brand_opens_order"].sum() == len(
        {(who, order, brand, day) for who, order, _, brand, day, *_ in bought}
    )
    for who in ("anna", "bob"):
        days = sorted({date.fromisoformat(day) for name, _, _, _, day, *_ in bought if name == who})
        own = lines[(lines["customer_id"] == who)]
        assert own["opens_day"].sum() == len(days)
        gaps = [(late - soon).days for soon, late in pairwise(days)]
        assert sorted(own["day_gap"].dropna().astype(int)) == sorted(gaps)
