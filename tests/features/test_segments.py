"""Customers of other windows and what items bring, of a few hand-worked lines."""

from __future__ import annotations

from datetime import date

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.features.customers import customer_table
from crmreport.features.days import day_table
from crmreport.features.segments import customers_in, item_revenue, named_items, segment_spans
from tests.features.lines import Row, sale_lines, values

AS_OF = date(2023, 12, 31)
SPANS = segment_spans(AS_OF, window_months=3, baseline=date(2023, 6, 30))
LINES: list[Row] = [
    # anna: in the window before (July to September) twice, and in the baseline's (April to June)
    ("anna", "1", "soap/1", "north", "2023-09-30", 1, "10.00", "0", "0"),
    ("anna", "2", "soap/1", "south", "2023-07-01", 1, "5.00", "0", "0"),
    ("anna", "3", "cream/1", "north", "2023-06-30", 1, "2.00", "0", "0"),
    # bob only returned something in the window before
    ("bob", "4", "soap/1", "north", "2023-04-01", 1, "8.00", "0", "0"),
    ("bob", "5", "soap/1", "north", "2023-08-02", -1, "-8.00", "0", "0"),
    # in neither: too early, this window's, nobody known
    ("carl", "6", "soap/1", "north", "2023-03-31", 1, "9.00", "0", "0"),
    ("dora", "7", "soap/1", "north", "2023-10-01", 1, "9.00", "0", "0"),
    (None, "8", "soap/1", "north", "2023-08-01", 1, "9.00", "0", "0"),
]
COLUMNS = ("scope", "span", "customer_id", "recency_days", "orders", "revenue")


def days(lines):
    return day_table(lines.filter(lines.customer_id.notnull()))


def test_windows_are_of_one_length_and_follow_each_other() -> None:
    assert {
        "before": (date(2023, 7, 1), date(2023, 9, 30)),
        "baseline": (date(2023, 4, 1), date(2023, 6, 30)),
    } == SPANS
    assert set(segment_spans(AS_OF, window_months=3, baseline=None)) == {"before"}


def test_customers_of_other_windows_by_hand() -> None:
    assert values(customers_in(days(sale_lines(LINES)), SPANS), *COLUMNS) == [
        ("_group", "baseline", "anna", 0, 1, 2),
        ("_group", "baseline", "bob", 90, 1, 8),
        ("_group", "before", "anna", 0, 2, 15),
        ("north", "baseline", "anna", 0, 1, 2),
        ("north", "baseline", "bob", 90, 1, 8),
        ("north", "before", "anna", 0, 1, 10),
        ("south", "before", "anna", 91, 1, 5),
    ]


purchases = st.lists(
    st.tuples(
        st.sampled_from(["anna", "bob", None]),
        st.sampled_from(["1", "2", None]),
        st.sampled_from(["north", None]),
        st.dates(date(2023, 8, 1), date(2024, 1, 31)),
        st.sampled_from([1, -1]),
        st.integers(1, 900),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=12, deadline=None)
@given(purchases)
def test_a_window_holds_the_customers_that_its_own_table_would(rows) -> None:
    lines = sale_lines(
        [(who, number, "soap/1", brand, str(day), q, f"{q * cents / 100:.2f}", "0", "0")
         for who, number, brand, day, q, cents in rows]
    )  # fmt: skip
    span = {"now": (date(2023, 10, 1), AS_OF)}
    columns = ("scope", "customer_id", "recency_days", "orders", "revenue")

    own = values(customer_table(lines, as_of=AS_OF, window_months=3), *columns)

    assert values(customers_in(days(lines), span), *columns) == own


def test_items_by_hand() -> None:
    lines = sale_lines(LINES).mutate(
        store_id=ibis.cases((ibis._.order_id == "7", "s2"), (ibis._.order_id == "6", None), else_="s1")
    )
    stores = ibis.memtable({"store_id": ["s1", "s2"], "region": ["East", None]})
    found = item_revenue(lines, start=date(2023, 4, 1), end=AS_OF, stores=stores)

    columns = ("scope", "kind", "item", "buyers", "revenue")
    group = [row for row in values(found, *columns) if row[0] == "_group"]
    assert group == [
        ("_group", "brand", "north", 3, 21),  # anna 12, bob 0 net, dora 9
        ("_group", "brand", "south", 1, 5),
        ("_group", "product", "cream/1", 1, 2),
        ("_group", "product", "soap/1", 3, 24),
        ("_group", "region", "East", 2, 17),
        ("_group", "store", "s1", 2, 17),
        ("_group", "store", "s2", 1, 9),
    ]
    assert not [row for row in values(found, *columns) if row[0] != "_group" and row[1] == "brand"]


def test_items_have_the_names_that_the_client_gives() -> None:
    items = ibis.memtable({"kind": ["product", "store", "store"], "item": ["1", "1", "2"]})
    names = {
        "product": ibis.memtable({"item": ["1"], "name": ["Soap"]}),
        "store": ibis.memtable({"item": ["1"], "name": ["Harbour"]}),
    }
    told = {
        (kind, item): name for kind, item, name in values(named_items(items, names), "kind", "item", "name")
    }
    assert told == {("product", "1"): "Soap", ("store", "1"): "Harbour", ("store", "2"): None}
    assert values(named_items(items, {}), "name") == [(None,)] * 3
