"""Customers by window length, of a few hand-worked lines, and against the customer table of any."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.features.customers import customer_table
from crmreport.features.windows import window_customers
from tests.features.lines import Row, sale_lines, values

AS_OF = date(2023, 12, 31)
COLUMNS = ("scope", "months", "customer_id", "orders", "purchase_days", "revenue")
LINES: list[Row] = [
    # anna: on the first day of the window of six months, and in the last three
    ("anna", "1", "soap/1", "north", "2023-07-01", 1, "10.00", "0", "0"),
    ("anna", "2", "soap/1", "north", "2023-12-31", 1, "5.00", "0", "0"),
    ("anna", "3", "soap/1", "north", "2023-12-31", 1, "2.00", "0", "0"),
    # bob bought a day before the six months begin, and returned it inside them
    ("bob", "4", "soap/1", None, "2023-06-30", 1, "8.00", "0", "0"),
    ("bob", "5", "soap/1", None, "2023-10-02", -1, "-8.00", "0", "0"),
    # too early, too late, nobody known
    ("carl", "6", "soap/1", "north", "2022-12-31", 1, "9.00", "0", "0"),
    ("dora", "7", "soap/1", "north", "2024-01-01", 1, "9.00", "0", "0"),
    (None, "8", "soap/1", "north", "2023-12-01", 1, "9.00", "0", "0"),
]


def test_each_window_counts_its_own_customers() -> None:
    found = window_customers(sale_lines(LINES), as_of=AS_OF, lengths=(12, 6, 3, 6))

    assert values(found, *COLUMNS) == [
        ("_group", 12, "anna", 3, 2, 17),
        ("_group", 12, "bob", 1, 1, 0),
        ("_group", 3, "anna", 2, 1, 7),
        ("_group", 6, "anna", 3, 2, 17),
        ("north", 12, "anna", 3, 2, 17),
        ("north", 3, "anna", 2, 1, 7),
        ("north", 6, "anna", 3, 2, 17),
    ]


purchases = st.lists(
    st.tuples(
        st.sampled_from(["anna", "bob", "carl", None]),
        st.sampled_from(["1", "2", None]),
        st.sampled_from(["north", "south", None]),
        st.dates(date(2023, 6, 1), date(2024, 1, 31)),
        st.sampled_from([1, 2, -1]),
        st.integers(1, 900),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(purchases, st.sampled_from([1, 3, 6]))
def test_a_window_agrees_with_the_customer_table(drawn: list[tuple], months: int) -> None:
    lines = sale_lines(
        [
            (who, order, "soap/1", brand, str(day), n, f"{cents * (1 if n > 0 else -1) / 100:.2f}", "0", "0")
            for who, order, brand, day, n, cents in drawn
        ]
    )
    of_all = window_customers(lines, as_of=AS_OF, lengths=(1, 3, 6))
    of_one = customer_table(lines, as_of=AS_OF, window_months=months)

    same = ("scope", "customer_id", "orders", "purchase_days", "revenue")
    assert values(of_all.filter(of_all.months == months), *same) == values(of_one, *same)
