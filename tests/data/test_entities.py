"""Customers and products: one row a key, whatever the file holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmreport.data.ledger import Tally
from crmreport.errors import InputDataError
from tests.data.shop import rows, sales, shop, store_of

LINE = ["c1,r1,001,2023-03-01 10:00,2,5.00,1.00,0"]
CUSTOMERS = {
    "path": "cards.csv",
    "columns": {"customer_id": "card", "town": "place"},
    "attributes": ["town", "age"],
}


def test_one_row_a_key_and_the_rest_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "cards.csv").write_text(
        "card,place,age\nc2,Ulm,40\nc1,Bonn,\nc2,Ulm,40\nc1,Bonn,30\n,Kiel,20\n c3 ,-,50\n", "utf-8"
    )
    sources = sales() | {"customers": CUSTOMERS | {"missing": ["-"]}}
    store = store_of(shop(tmp_path, LINE, sources=sources))
    assert rows(store, "customers", "customer_id", "town", "age") == [
        ("c1", "Bonn", "30"),
        ("c2", "Ulm", "40"),
        ("c3", None, "50"),
    ]
    ledger = store.ledger.of("customers")
    assert (ledger.supplied.rows, ledger.set_aside.rows, ledger.used.rows) == (6, 3, 3)
    assert {rule.id: rule.found for rule in ledger.rules} == {
        "missing_key": Tally(rows=1),
        "duplicate": Tally(rows=1),
        "repeated_key": Tally(rows=1),
    }
    assert store.ledger.supplied("customers", "town")


def test_the_row_that_stays_does_not_depend_on_the_order_of_the_file(tmp_path: Path) -> None:
    articles = ["001,soap,N", "001,balm,N", "002,soap,S", "002,soap,S"]
    stored = []
    for number, order in enumerate((articles, articles[::-1])):
        text = "\n".join(["article,group,maker", *order]) + "\n"
        store = store_of(shop(tmp_path / str(number), LINE, articles=text))
        stored.append(rows(store, "products", "product_id", "category", "manufacturer"))
    assert stored[0] == stored[1] == [("001", "balm", "N"), ("002", "soap", "S")]


def test_a_table_without_a_key_in_it_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputDataError) as raised:
        store_of(shop(tmp_path, LINE, articles="article,group,maker\n,soap,N\n"))
    assert str(raised.value) == (
        "articles.csv: no row has a key. Check what product_id is mapped to under sources.products.columns."
    )
