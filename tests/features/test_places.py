"""Where sales are made, on a few hand-worked lines."""

from __future__ import annotations

from datetime import date

import ibis

from crmreport.features.places import place_mix
from tests.features.lines import Row, sale_lines, values

SPANS = {
    "period": (date(2023, 12, 1), date(2023, 12, 31)),
    "previous": (date(2023, 11, 1), date(2023, 11, 30)),
}
LINES: list[Row] = [
    # anna: two brands in one order; then one product
    ("anna", "1", "soap/1", "north", "2023-12-01", 1, "10.00", "0", "0"),
    ("anna", "1", "balm/1", "south", "2023-12-01", 2, "6.00", "0", "0"),
    ("anna", "2", "soap/1", "north", "2023-12-04", 1, "10.00", "0", "0"),
    # bob brings back what he bought before
    ("bob", "3", "soap/1", "north", "2023-11-04", 1, "8.00", "0", "0"),
    ("bob", "4", "soap/1", "north", "2023-12-05", -1, "-8.00", "0", "0"),
]
STORES = ibis.memtable(
    [{"store_id": "a", "city": "Lyon", "region": None}, {"store_id": "b", "city": "Nice", "region": "South"}],
    schema=ibis.schema({"store_id": "string", "city": "string", "region": "string"}),
)
COLUMNS = ("scope", "kind", "place", "span", "buyers", "orders", "revenue", "squares")


def lines():
    table = sale_lines(LINES)
    store = ibis.ifelse(table.customer_id == "anna", "a", "b")
    return table.mutate(store_id=store, channel=ibis.null("string"))


def test_stores_and_their_regions() -> None:
    found = values(place_mix(lines(), STORES, SPANS), *COLUMNS)

    assert [row[1:] for row in found if row[0] == "_group"] == [
        ("region", "Lyon", "period", 1, 2, 26, 676),
        ("region", "South", "period", 0, 0, -8, None),
        ("region", "South", "previous", 1, 1, 8, 64),
        ("store", "a", "period", 1, 2, 26, 676),
        ("store", "b", "period", 0, 0, -8, None),
        ("store", "b", "previous", 1, 1, 8, 64),
    ]
    assert ("north", "store", "a", "period", 1, 2, 20, 400) in found
    assert ("south", "store", "a", "period", 1, 1, 6, 36) in found


def test_without_a_table_of_stores_there_are_no_regions() -> None:
    found = values(place_mix(lines(), None, SPANS), *COLUMNS)

    assert {row[1] for row in found} == {"store"}
