"""Customers and products: one row a key, whatever the file holds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.data.contract import TABLES
from crmreport.data.ledger import Tally
from crmreport.errors import InputDataError, ParamsError
from tests.data.clinic import found, ingest
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
    assert rows(store, "customers", "town", "age") == [("Bonn", "30"), ("Ulm", "40"), (None, "50")]
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


# ---------------------------------------------------------------- tables of every kind

CASES: dict[str, Any] = {
    "columns": {
        "case_id": "no",
        "customer_id": "card",
        "opened_at": "opened",
        "resolved_at": "closed",
        "product_id": "article",
        "in_time": "timely",
        "compensation": "paid",
    },
    "attributes": ["company"],
}
OF_CASES = """\
no,card,opened,closed,article,timely,paid,company
1,c1,2024-05-01 10:00,2024-05-03 09:00,001,Yes,12.50,N
2,c9,2024-05-01,soon,004,No,,X
2,c9,2024-05-02,,004,No,,X
3,,2024-05-02,,,maybe,much,N
,c1,2024-05-04,,002,,,
,c1,2024-05-04,,002,,,
4,c1,,,001,,,N
5,c1,when,,001,,,N
"""
OF_CUSTOMERS = "card,asked,no_more\nc1,yes,\nc2,perhaps,please\nc3,no,0\n"
CARDS = {"columns": {"customer_id": "card", "consent_marketing": "asked", "opt_out": "no_more"}}
OF_PRODUCTS = "article,maker\n001,N\n002,S\n"
PRODUCTS = {"columns": {"product_id": "article", "manufacturer": "maker"}}
BRANDS = [
    {"id": "north", "name": "North", "where": [{"company": "N"}]},
    {"id": "south", "name": "South", "where": [{"manufacturer": "S"}]},
]


def test_cases_come_in_with_their_brands_and_nothing_is_lost(tmp_path: Path) -> None:
    files = {"cases": OF_CASES, "customers": OF_CUSTOMERS, "products": OF_PRODUCTS}
    sources = {"cases": CASES, "customers": CARDS, "products": PRODUCTS}
    store = ingest(tmp_path, files, sources, brands=BRANDS)
    columns = ("opened_at", "resolved_at", "in_time", "compensation", "brand_id")
    stored = sorted(rows(store, "cases", *columns), key=lambda row: (str(row[0]), str(row[4])))
    assert [
        (f"{at:%d %H}", closed and f"{closed:%d}", *map(_plain, rest)) for at, closed, *rest in stored
    ] == [
        ("01 00", None, False, None, None),
        ("01 10", "03", True, 12.5, "north"),
        ("02 00", None, None, None, "north"),
        ("04 00", None, None, None, "south"),
        ("04 00", None, None, None, "south"),
    ]
    assert found(store, "cases") == {
        "missing_date": 1,
        "unreadable_date": 1,
        "repeated_key": 1,
        "unreadable_value": 2,
        "no_customer": 1,
        "unknown_customer": 1,
        "unknown_product": 1,
    }
    ledger = store.ledger.of("cases")
    assert (ledger.supplied.rows, ledger.set_aside.rows, ledger.used.rows) == (8, 3, 5)
    assert (str(ledger.first_day), str(ledger.last_day), ledger.customers) == ("2024-05-01", "2024-05-04", 2)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def test_what_is_neither_yes_nor_no_is_no_consent_and_a_refusal(tmp_path: Path) -> None:
    brands = [{"id": "north", "name": "North", "where": {"city": "Ulm"}}]
    cards = CARDS | {"constants": {"city": "Ulm"}}
    store = ingest(tmp_path, {"customers": OF_CUSTOMERS}, {"customers": cards}, brands=brands)
    assert rows(store, "customers", "consent_marketing", "opt_out") == [
        (True, None),
        (None, True),
        (False, False),
    ]
    assert found(store, "customers") == {"unreadable_value": 1}


def test_events_without_a_number_may_be_alike(tmp_path: Path) -> None:
    visits = "day,what\n2024-05-01,class\n2024-05-01,class\n2024-05-01,\n"
    source = {"columns": {"occurred_at": "day", "kind": "what"}}
    brands = [{"id": "north", "name": "North", "where": {"kind": "class"}}]
    store = ingest(tmp_path, {"interactions": visits}, {"interactions": source}, brands=brands)
    assert rows(store, "interactions", "kind", "brand_id") == [("class", "north")] * 2
    assert found(store, "interactions") == {"missing_value": 1}


def test_a_row_of_two_brands_is_told(tmp_path: Path) -> None:
    both = [BRANDS[0], {"id": "other", "name": "Other", "where": {"timely": ["Yes", "No"]}}]
    source = CASES | {"attributes": ["company", "timely"]}
    with pytest.raises(ParamsError) as raised:
        ingest(tmp_path, {"cases": OF_CASES}, {"cases": source}, brands=both)
    assert str(raised.value).startswith(
        "clinic.yml, brands: 1 rows of cases belong to two brands, north and other."
    )


@pytest.mark.slow
@given(st.permutations(OF_CASES.splitlines()[1:]))
@settings(max_examples=5, deadline=None)
def test_the_order_of_rows_does_not_matter(lines: list[str]) -> None:
    with TemporaryDirectory() as folder:
        text = "\n".join([OF_CASES.splitlines()[0], *lines]) + "\n"
        store = ingest(Path(folder), {"cases": text}, {"cases": CASES}, brands=BRANDS[:1])
        stored = rows(store, "cases", "opened_at", "resolved_at", "product_id", "brand_id")
        account = found(store, "cases")
    with TemporaryDirectory() as folder:
        store = ingest(Path(folder), {"cases": OF_CASES}, {"cases": CASES}, brands=BRANDS[:1])
        assert rows(store, "cases", "opened_at", "resolved_at", "product_id", "brand_id") == stored
        assert found(store, "cases") == account


# ---------------------------------------------------------------- every table there is

OTHERS = [name for name in TABLES if name != "sale_lines"]
_TEXTS = {"string": "t", "timestamp": "2024-05-01 10:00", "date": "2024-05-01", "boolean": "yes"}


@pytest.mark.slow
@pytest.mark.parametrize("only_needed", [False, True])
def test_every_table_takes_a_row(tmp_path: Path, only_needed: bool) -> None:
    """With all of its columns, and with none but those that it needs."""
    files, sources = {}, {}
    for name in OTHERS:
        columns = [c.name for c in TABLES[name].mappable if c.required or not only_needed]
        row = [_TEXTS.get(TABLES[name][column].type, "3") for column in columns]
        files[name] = ",".join(["town", *columns]) + "\n" + ",".join(["Ulm", *row]) + "\n"
        sources[name] = {"columns": {column: column for column in columns}, "attributes": ["town"]}
    brands = [{"id": "north", "name": "North", "where": {"town": "Ulm"}}]
    store = ingest(tmp_path, files, sources, brands=brands)
    for name in OTHERS:
        assert store.table(name).count().to_pyarrow().as_py() == 1, name
        assert found(store, name) == {}, name
        if "brand_id" in TABLES[name]:
            assert rows(store, name, "brand_id") == [("north",)], name
