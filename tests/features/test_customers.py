"""The customer table of a few hand-worked lines, and what must hold of any."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.config import Config

from crmreport.data.marks import marked
from crmreport.features.customers import customer_table, with_products
from crmreport.simulate import simulate, stored_lines
from tests.features.lines import SCHEMA, Row, raw_lines, sale_lines, values


class PySparkOptions(Config):
    """As Ibis has them where Spark is installed."""

    treat_nan_as_null: bool = False


AS_OF = date(2023, 12, 31)
LINES: list[Row] = [
    # anna: first bought before the window of three months, then one order of two brands on one day ...
    ("anna", "1", "soap/1", "north", "2023-01-10", 1, "10.00", "0", "0"),
    ("anna", "2", "soap/1", "north", "2023-10-01", 2, "20.00", "2.00", "0"),
    ("anna", "2", "balm/1", "south", "2023-10-01", 1, "5.50", "0", "0.50"),
    # ... a second order that day, of the same article, and one of no brand of ours
    ("anna", "3", "soap/1", "north", "2023-10-01", 1, "10.00", "0", "0"),
    ("anna", "4", "soap/2", None, "2023-11-30", 1, "4.00", "0", "0"),
    # ... of which she brings one back, later than she last bought
    ("anna", "5", "soap/2", None, "2023-12-05", -1, "-4.00", "0", "0"),
    # bob: orders without a number are one a day
    ("bob", None, "soap/1", "north", "2023-12-30", 1, "9.00", "1.00", "0.25"),
    ("bob", None, "soap/3", "north", "2023-12-30", 1, "1.00", "0", "0"),
    ("bob", None, "soap/1", "north", "2023-12-31", 1, "9.00", "1.00", "0"),
    # carl only brings something back; dora bought too early, eve too late
    ("carl", "6", "soap/1", "north", "2023-10-02", -1, "-10.00", "0", "0"),
    ("dora", "7", "soap/1", "north", "2023-09-30", 1, "10.00", "0", "0"),
    ("eve", "8", "soap/1", "north", "2024-01-01", 1, "10.00", "0", "0"),
    # nobody known
    (None, "9", "soap/1", "north", "2023-10-03", 1, "10.00", "0", "0"),
]


def table(lines: ibis.Table) -> ibis.Table:
    return customer_table(lines, as_of=AS_OF, window_months=3)


def test_rhythm_by_scope_and_customer() -> None:
    columns = ("scope", "customer_id", "first_purchase_on", "last_purchase_on")
    counts = ("recency_days", "orders", "purchase_days", "categories")
    day = date
    assert values(table(sale_lines(LINES)), *columns, *counts) == [
        ("_group", "anna", day(2023, 1, 10), day(2023, 11, 30), 31, 3, 2, 2),
        ("_group", "bob", day(2023, 12, 30), day(2023, 12, 31), 0, 2, 2, 1),
        ("north", "anna", day(2023, 1, 10), day(2023, 10, 1), 91, 2, 1, 1),
        ("north", "bob", day(2023, 12, 30), day(2023, 12, 31), 0, 2, 2, 1),
        ("south", "anna", day(2023, 10, 1), day(2023, 10, 1), 91, 1, 1, 1),
    ]


def test_amounts_by_scope_and_customer() -> None:
    amounts = ("revenue", "units", "discount", "coupon_discount", "deal_revenue")
    assert values(table(sale_lines(LINES)), "scope", "customer_id", *amounts) == [
        ("_group", "anna", 35.5, 4, 2, 0.5, 25.5),
        ("_group", "bob", 19, 3, 2, 0.25, 18),
        ("north", "anna", 30, 3, 2, 0, 20),
        ("north", "bob", 19, 3, 2, 0.25, 18),
        ("south", "anna", 5.5, 1, 0, 0.5, 5.5),
    ]


def test_what_was_not_supplied_is_null_and_not_zero() -> None:
    nothing = {
        name: ibis.null(SCHEMA[name])
        for name in ("product_id", "category", "quantity", "revenue", "discount", "coupon_discount")
    }
    amounts = ("revenue", "units", "discount", "coupon_discount", "deal_revenue", "margin", "deal_share")
    lines = marked(raw_lines(LINES[:3]).mutate(**nothing))
    assert values(table(lines), "scope", "orders", *amounts, "categories", "channels") == [
        ("_group", 1, *[None] * 9),
        ("north", 1, *[None] * 9),
        ("south", 1, *[None] * 9),
    ]


def test_the_share_on_deal_and_the_margin() -> None:
    lines = sale_lines(LINES)
    cost = ibis.cases((lines.order_id == "2", lines.revenue / 2), (lines.order_id == "5", -1), else_=None)
    priced = lines.mutate(cost=cost.cast("decimal(18, 2)"))
    # anna: order 2 earned 10.00 and 2.75; order 5, the return, takes 4.00 - 1.00 off; of the rest no cost is
    # known. On deals she bought for 25.50 of 35.50.
    assert values(table(priced), "scope", "customer_id", "margin", "deal_share") == [
        ("_group", "anna", 9.75, 25.5 / 35.5),
        ("_group", "bob", None, 18 / 19),
        ("north", "anna", 10, 20 / 30),
        ("north", "bob", None, 18 / 19),
        ("south", "anna", 2.75, 1),
    ]


def test_the_gaps_between_purchase_days() -> None:
    """Purchases of the window on days 1, 5, 15 and 31 of October: gaps of 4, 10 and 16 days, mean 10,
    spread 6. One before the window counts in none; nor does a return, or a second order of a day."""
    days = ("2023-09-29", "2023-10-01", "2023-10-05", "2023-10-05", "2023-10-15", "2023-10-31")
    anna = [("anna", str(n), "soap/1", "north", day, 1, "1.00", "0", "0") for n, day in enumerate(days)]
    anna.append(("anna", "9", "soap/1", "north", "2023-10-20", -1, "-1.00", "0", "0"))
    bob = [("bob", day, "soap/1", "north", day, 1, "1.00", "0", "0") for day in ("2023-10-02", "2023-10-09")]
    once = [("carl", "8", "soap/1", "north", "2023-10-02", 1, "1.00", "0", "0")]
    found = table(sale_lines([*anna, *bob, *once]))
    assert values(found.filter(found.scope == "north"), "customer_id", "gap_mean", "gap_spread") == [
        ("anna", 10, 6),
        ("bob", 7, None),
        ("carl", None, None),
    ]


def test_channels_are_counted_once_a_customer_and_scope() -> None:
    lines = raw_lines(LINES)
    channel = ibis.cases((lines.order_id == "2", "shop"), (lines.order_id == "4", "app"), else_=None)
    assert values(table(marked(lines.mutate(channel=channel))), "scope", "customer_id", "channels") == [
        ("_group", "anna", 2),
        ("_group", "bob", None),
        ("north", "anna", 1),
        ("north", "bob", None),
        ("south", "anna", 1),
    ]


def test_products_are_counted_once_a_customer_and_scope() -> None:
    lines = sale_lines(LINES)
    breadth = with_products(table(lines), lines, as_of=AS_OF, window_months=3)
    assert values(breadth, "scope", "customer_id", "products") == [
        ("_group", "anna", 3),
        ("_group", "bob", 2),
        ("north", "anna", 1),
        ("north", "bob", 2),
        ("south", "anna", 1),
    ]


def test_more_categories_than_a_word_has_bits() -> None:
    """Anna buys in 150 categories, in some of them twice, bob in the 100th and the 140th."""
    of = [("anna", number % 150) for number in range(160)] + [("bob", 100), ("bob", 140), ("bob", 100)]
    rows = [
        (who, str(at), f"c{category:03}/1", "north", "2023-10-02", 1, "1.00", "0", "0")
        for at, (who, category) in enumerate(of)
    ]
    found = values(table(sale_lines(rows)), "scope", "customer_id", "categories")
    assert found == [
        (scope, who, n) for scope in ("_group", "north") for who, n in (("anna", 150), ("bob", 2))
    ]


def test_a_window_with_no_customer_gives_no_row() -> None:
    early = customer_table(sale_lines(LINES), as_of=date(2022, 12, 31), window_months=3)
    assert early.to_pandas().empty


@settings(max_examples=5, deadline=None)
@given(st.permutations(LINES))
def test_the_order_of_the_lines_changes_nothing(lines: list[Row]) -> None:
    columns = table(sale_lines(LINES)).columns
    assert values(table(sale_lines(lines)), *columns) == values(table(sale_lines(LINES)), *columns)


def test_neither_threads_nor_the_order_of_rows_change_a_digit() -> None:
    stored = stored_lines(simulate("pareto-nbd", customers=400, seed=2))
    shuffled = stored.take(np.random.default_rng(1).permutation(stored.num_rows))
    found = []
    for threads, rows in ((1, stored), (2, stored), (1, shuffled), (2, shuffled)):
        backend = ibis.duckdb.connect(threads=threads)
        made = customer_table(marked(ibis.memtable(rows)), as_of=date(2024, 12, 31), window_months=12)
        found.append(backend.to_pyarrow(made.order_by(["scope", "customer_id"])))
        backend.disconnect()
    assert found[0].num_rows > 400
    assert all(one.equals(found[0]) for one in found)


@pytest.mark.parametrize("dialect", ["pyspark", "bigquery"])
def test_other_engines_can_compute_it(dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only that they know every function that the table asks for; DuckDB alone runs here."""
    # Ibis makes the options of an engine when it connects to one.
    monkeypatch.setattr(ibis.options, "pyspark", PySparkOptions())
    lines = marked(ibis.table(SCHEMA, name="sale_lines"))
    made = customer_table(lines, as_of=AS_OF, window_months=3, kinds={"category": 70, "channel": 3})
    assert "GROUP BY" in ibis.to_sql(made, dialect=dialect)
