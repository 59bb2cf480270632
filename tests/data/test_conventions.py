"""How columns are written, settled over the whole column and over all tables that share an id."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from crmreport.data.cleaning import Conventions, Ids
from crmreport.data.conventions import settled
from crmreport.data.dates import Dates
from crmreport.data.engine import connect
from crmreport.data.mapping import plans
from crmreport.data.numbers import Numbers
from crmreport.errors import InputDataError
from crmreport.params import load_params
from tests.data.shop import PARAMS, rows, store_of

UNDECIDED = "to be read in two ways, and no other tells which"
SALES = {"customer_id": "card", "product_id": "article", "sold_at": "time", "revenue": "paid"}


def conventions(
    folder: Path, lines: list[str], *, articles: list[str] | None = None, cleaning: Any = None, **source: Any
) -> Mapping[str, Conventions]:
    """By table. ``lines`` are card, article, time and amount, parted by semicolons."""
    engagement = _engagement(folder, lines, articles=articles, cleaning=cleaning, **source)
    named = plans(engagement)
    return {name: plan.conventions for name, plan in settled(connect(), engagement, named).items()}


def _engagement(
    folder: Path, lines: list[str], *, articles: list[str] | None = None, cleaning: Any = None, **source: Any
) -> Any:
    sources: dict[str, Any] = {"sale_lines": {"path": "sales.parquet", "columns": SALES, **source}}
    _write(folder / "sales.parquet", ["card;article;time;paid", *lines])
    if articles:
        _write(folder / "articles.parquet", ["article;group", *articles])
        columns = {"product_id": "article", "category": "group"}
        sources["products"] = {"path": "articles.parquet", "columns": columns}
    brands = [{"id": "soap", "name": "Soap", "where": {"product_id": "soap"}}]
    changes = {"sources": sources, "brands": brands, "cleaning": cleaning or {}}
    (folder / "shop.yml").write_text(yaml.safe_dump(PARAMS | changes), "utf-8")
    return load_params(folder / "shop.yml")


def _write(path: Path, texts: list[str]) -> None:
    header, *lines = (text.split(";") for text in texts)
    columns = zip(*lines, strict=True)
    pq.write_table(
        pa.table({name: pa.array(c, pa.string()) for name, c in zip(header, columns, strict=True)}), path
    )


def amounts(*values: str) -> list[str]:
    return [f"c1;soap;2023-03-01;{value}" for value in values]


def days(*values: str) -> list[str]:
    return [f"c1;soap;{value};1.50" for value in values]


@pytest.mark.parametrize(
    ("values", "plain", "decimal"),
    [
        (["12.50", "3", "-0.005", "", "1e2"], True, "."),
        (["0.500", "1.234"], True, "."),  # nobody groups thousands behind a zero
        (["1.234", "12.5"], True, "."),
        (["1.234,50", "1.234"], False, ","),
        (["12,5", "1.234", "1,234"], False, ","),
        (["1,234.50", "1,234"], False, "."),
        (["1.234.567", "1.234"], False, ","),
        (["€ 1,234,567"], False, "."),
        (["1234", "free"], False, "."),
    ],
)
def test_a_column_shows_its_decimal_mark(
    tmp_path: Path, values: list[str], plain: bool, decimal: Any
) -> None:
    found = conventions(tmp_path, amounts(*values))["sale_lines"].numbers["revenue"]
    assert found == Numbers(plain=plain, decimal=decimal, currency="EUR")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (
            ["1.234", "5", "12.000"],
            "holds texts such as “9.999”, to be read in two ways, and no other tells which",
        ),
        (["1,234", "5"], "holds texts such as “9,999”, to be read in two ways, and no other tells which"),
        (["1.50", "1,50"], "holds texts such as both “9.99” and “9,99”, with different decimal marks"),
    ],
)
def test_an_ambiguous_column_is_asked_for_and_what_is_declared_wins(
    tmp_path: Path, values: list[str], problem: str
) -> None:
    with pytest.raises(InputDataError) as raised:
        conventions(tmp_path, amounts(*values))
    assert str(raised.value) == (
        f'sales.parquet: Column “paid” {problem}. Write decimal: "." or decimal: "," under '
        "sources.sale_lines in shop.yml; values with the other mark are then set aside."
    )
    for mark in (".", ","):
        found = conventions(tmp_path, amounts(*values), decimal=mark)["sale_lines"].numbers["revenue"]
        assert found.decimal == mark


@pytest.mark.parametrize(
    ("values", "day_first"),
    [
        (["03/04/2017", "13/04/2017", "2017-04-03"], True),
        (["03/04/2017", "04/13/2017"], False),
        (["03/04/2017", "05/06/2017"], None),
        (["13/04/2017", "04/13/2017"], None),
        (["13/13/2017", "soon"], None),
    ],
)
def test_a_column_shows_the_order_of_day_and_month(
    tmp_path: Path, values: list[str], day_first: bool | None
) -> None:
    assert conventions(tmp_path, days(*values))["sale_lines"].dates["sold_at"] == Dates(
        plain=False, offsets=False, day_first=day_first
    )
    declared = conventions(tmp_path, days(*values), day_first=True)
    assert declared["sale_lines"].dates["sold_at"].day_first is True


def test_plain_dates_take_the_fast_way(tmp_path: Path) -> None:
    found = conventions(tmp_path, days("2017-04-03", "2017-04-03 18:30:00", ""))["sale_lines"].dates
    assert found["sold_at"] == Dates(plain=True, offsets=False)
    found = conventions(tmp_path, days("2017-04-03T18:30:00Z"))["sale_lines"].dates
    assert found["sold_at"] == Dates(plain=True, offsets=True)


LINES = ["C1;7;2023-03-01;1.50", "c1;12;2023-03-01;1.50", "1.2E+11;1234;2023-03-01;1.50"]


def test_ids_are_mended_where_they_meet(tmp_path: Path) -> None:
    found = conventions(tmp_path, LINES, articles=["0007;soap", "0012;soap", "1234;balm"])
    assert found["sale_lines"].ids == {
        "customer_id": Ids(fold=True, scientific=True),
        "product_id": Ids(width=4),
    }
    assert found["products"].ids == {"product_id": Ids()}


def test_ids_that_need_no_mending_are_left_alone(tmp_path: Path) -> None:
    lines = ["C1;7;2023-03-01;1.50", "c2;12;2023-03-01;1.50"]
    for articles in (["7;soap", "12;soap"], ["007;soap", "0012;soap"], ["07;soap", "1;soap"]):
        found = conventions(tmp_path, lines, articles=articles)
        assert set(found["sale_lines"].ids.values()) == {Ids()}
    off = {"rules": dict.fromkeys(("lost_zeros", "two_cases", "scientific_id"), "off")}
    found = conventions(tmp_path, LINES, articles=["0007;soap", "1234;balm"], cleaning=off)
    assert set(found["sale_lines"].ids.values()) == {Ids()}


def test_mended_ids_meet_and_are_counted(tmp_path: Path) -> None:
    engagement = _engagement(tmp_path, LINES, articles=["0007;soap", "0012;soap", "1234;balm"])
    store = store_of(engagement)
    assert sorted(rows(store, "sale_lines", "product_id", "category")) == [
        ("0007", "soap"),
        ("0012", "soap"),
        ("1234", "balm"),
    ]
    ledger = store.ledger.sale_lines
    found = {rule.id: rule.found.rows for rule in ledger.rules if rule.found.rows}
    assert found == {"no_customer": 1, "scientific_id": 1, "lost_zeros": 2, "two_cases": 1}
    assert ledger.customers == 1


def test_ids_are_counted_in_the_table_where_they_were_mended(tmp_path: Path) -> None:
    lines = ["c1;0007;2023-03-01;1.50", "c1;0012;2023-03-01;1.50"]
    store = store_of(_engagement(tmp_path, lines, articles=["7;soap", "12;soap", "1234;balm"]))
    assert [row[0] for row in rows(store, "products", "product_id")] == ["0007", "0012", "1234"]
    assert store.ledger.of("products").rule("lost_zeros").found.rows == 2
    assert {rule.id for rule in store.ledger.sale_lines.rules if rule.found.rows} == set()


def test_a_decimal_comma_is_read_in_the_store(tmp_path: Path) -> None:
    store = store_of(_engagement(tmp_path, amounts("1.234,50 €", "(0,50)")))
    assert [float(value) for (value,) in rows(store, "sale_lines", "revenue")] == [-0.5, 1234.5]
