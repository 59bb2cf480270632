"""A shop's lines, each with its fate; the expected tables are worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.data.ledger import Ledger, Rule, SourceFile, TableLedger, Tally
from crmreport.data.store import Store
from crmreport.errors import InputDataError, ParamsError
from tests.data.shop import rows, sales, shop, store_of

LINES = [
    "c1,r1,001,2023-03-01 10:00,2,5.00,1.00,0",
    "c1,r1,002,2023-03-01 10:00,1,3.00,0,0.50",
    "c1,r1,002,2023-03-01 10:00,1,3.00,0,0.50",  # the same line again: delivered twice
    "c2,r2,003,2023-03-02 12:00,0,0,0,2.00",  # carries a coupon, but nothing was bought
    "c2,r2,003,2023-03-02 12:00,0,0.77,0,0",  # money without a quantity
    "c2,r3,001,2023-03-05 09:00,-1,-2.50,0,0",  # a return
    ",r4,001,2023-03-06 09:00,1,2.50,0,0",  # nobody known
    "c3,r5,001,,1,2.50,0,0",  # no date
    "c3,r6,001,05.03.2023,1,2.50,0,0",  # a date that can only be guessed at
    "c3,r7,001,2023-03-07 09:00,1,2;50,0,0",  # no number
    "c3,r8,001,2023-03-07 09:00,1,,0,0",  # no amount
    "c3,r9,999,2023-03-08 09:00,1,4.00,0,0",  # a product that nobody knows
    "c3,r9,004,2023-03-08 09:00,1,1.50,0,0",  # of neither brand
]


def number(place: int) -> str:
    """What the store calls the customer or order whose id is at that place."""
    return f"{place:010}"


def tally(rows: int, money: str) -> Tally:
    return Tally(rows=rows, money=Decimal(money))


def set_aside(id: Any, rows: int = 0, money: str = "0") -> Rule:
    return Rule(id=id, effect="set_aside", found=tally(rows, money))


def kept(id: Any, rows: int = 0, money: str = "0") -> Rule:
    return Rule(id=id, effect="kept", found=tally(rows, money))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(shop(tmp_path_factory.mktemp("shop"), LINES))


def test_used_lines_are_typed_and_in_order(store: Store) -> None:
    columns = ("customer_id", "order_id", "product_id", "sold_at", "quantity", "revenue", "discount")
    no, d = Decimal("0.00"), Decimal
    c1, c2, c3 = (number(place) for place in (1, 2, 3))
    r1, r2, r3, r4, r9 = (number(place) for place in (1, 2, 3, 4, 5))
    assert rows(store, "sale_lines", *columns) == [
        (c1, r1, "001", datetime(2023, 3, 1, 10), d("2.000"), d("5.00"), d("1.00")),
        (c1, r1, "002", datetime(2023, 3, 1, 10), d("1.000"), d("3.00"), no),
        (c2, r2, "003", datetime(2023, 3, 2, 12), d("0.000"), d("0.77"), no),
        (c2, r3, "001", datetime(2023, 3, 5, 9), d("-1.000"), d("-2.50"), no),
        (c3, r9, "004", datetime(2023, 3, 8, 9), d("1.000"), d("1.50"), no),
        (c3, r9, "999", datetime(2023, 3, 8, 9), d("1.000"), d("4.00"), no),
        (None, r4, "001", datetime(2023, 3, 6, 9), d("1.000"), d("2.50"), no),
    ]


def test_each_line_has_its_day_brand_category_and_direction(store: Store) -> None:
    assert rows(store, "sale_lines", "sold_on", "brand_id", "category", "is_return") == [
        (date(2023, 3, 1), "north", "soap", False),
        (date(2023, 3, 1), "south", "soap", False),
        (date(2023, 3, 2), "north", "balm", False),
        (date(2023, 3, 5), "north", "soap", True),
        (date(2023, 3, 8), None, "balm", False),
        (date(2023, 3, 8), None, None, False),
        (date(2023, 3, 6), "north", "soap", False),
    ]


def test_the_ledger_accounts_for_every_line(store: Store) -> None:
    (file,) = store.ledger.sale_lines.files
    assert store.ledger.sale_lines == TableLedger(
        table="sale_lines",
        files=(SourceFile(name="sales.csv", sha256=file.sha256, rows=13, read_as="csv, utf-8, delimiter ,"),),
        columns=(
            *("customer_id", "order_id", "product_id", "sold_at"),
            *("quantity", "revenue", "discount", "coupon_discount"),
        ),
        attributes=(),
        supplied=tally(13, "22.27"),
        set_aside=tally(6, "8.00"),
        used=tally(7, "14.27"),
        rules=(
            set_aside("missing_date", 1, "2.50"),
            set_aside("unreadable_date", 1, "2.50"),
            set_aside("impossible_date"),
            set_aside("other_currency"),
            set_aside("unreadable_amount", 2),
            set_aside("nothing_bought", 1),
            set_aside("duplicate", 1, "3.00"),
            kept("zero_price"),
            kept("absurd_price"),
            kept("no_customer", 1, "2.50"),
            kept("unknown_product", 1, "4.00"),
            kept("return", 1, "-2.50"),
            kept("money_without_quantity", 1, "0.77"),
            kept("return_unmatched", 1, "-2.50"),
        ),
        first_day=date(2023, 3, 1),
        last_day=date(2023, 3, 8),
        customers=3,
    )


def test_the_quarantine_hands_back_the_lines_as_they_came(store: Store) -> None:
    frame = store.quarantine("sale_lines").select(
        "file", "row", "rule", "supplied_receipt", "supplied_time", "supplied_paid"
    )
    assert [tuple(row.values()) for row in frame.to_pyarrow().to_pylist()] == [
        ("sales.csv", 4, "duplicate", "r1", "2023-03-01 10:00", "3.00"),
        ("sales.csv", 5, "nothing_bought", "r2", "2023-03-02 12:00", "0"),
        ("sales.csv", 9, "missing_date", "r5", None, "2.50"),
        ("sales.csv", 10, "unreadable_date", "r6", "05.03.2023", "2.50"),
        ("sales.csv", 11, "unreadable_amount", "r7", "2023-03-07 09:00", "2;50"),
        ("sales.csv", 12, "unreadable_amount", "r8", "2023-03-07 09:00", None),
    ]


def test_rules_look_only_at_the_clients_own_lines(tmp_path: Path) -> None:
    ledger = store_of(shop(tmp_path, LINES, include={"category": "balm"})).ledger.sale_lines
    assert (ledger.supplied, ledger.outside) == (tally(13, "22.27"), tally(10, "20.00"))
    assert (ledger.set_aside, ledger.used) == (tally(1, "0"), tally(2, "2.27"))
    assert ledger.rule("nothing_bought").found.rows == 1


def test_the_same_line_in_two_files_is_delivered_twice(tmp_path: Path) -> None:
    engagement = shop(tmp_path, LINES[:2], sources=sales(path="sales*.csv"))
    (tmp_path / "sales-old.csv").write_bytes((tmp_path / "sales.csv").read_bytes())
    ledger = store_of(engagement).ledger.sale_lines
    assert [(file.name, file.rows) for file in ledger.files] == [("sales-old.csv", 2), ("sales.csv", 2)]
    assert (ledger.rule("duplicate").found, ledger.used) == (tally(2, "8.00"), tally(2, "8.00"))


def test_equal_lines_without_an_order_number_are_two_purchases(tmp_path: Path) -> None:
    columns = {"customer_id": "card", "product_id": "article", "sold_at": "time", "revenue": "paid"}
    ledger = store_of(shop(tmp_path, LINES[1:3], sources=sales(columns=columns))).ledger.sale_lines
    assert "duplicate" not in {rule.id for rule in ledger.rules}
    assert (ledger.set_aside, ledger.used) == (tally(0, "0"), tally(2, "6.00"))


def test_customer_and_date_are_enough(tmp_path: Path) -> None:
    minimum = {"sale_lines": sales(columns={"customer_id": "card", "sold_at": "time"})["sale_lines"]}
    brands = [{"id": "c1", "name": "C1", "where": {"customer_id": "c1"}}]
    store = store_of(shop(tmp_path, LINES[:2], sources=minimum, brands=brands))
    assert rows(store, "sale_lines", "customer_id", "order_id", "quantity", "revenue", "brand_id") == [
        (number(1), None, None, None, "c1"),
        (number(1), None, None, None, "c1"),
    ]
    assert store.ledger.supplied("sale_lines", "sold_at")
    assert not store.ledger.supplied("sale_lines", "revenue")
    assert not store.ledger.supplied("customers", "customer_id")


@pytest.mark.parametrize(
    ("lines", "changes", "message"),
    [
        ([""], {}, "sales.csv: the file holds no rows. Export it again."),
        (
            LINES[:2],
            {"include": {"category": "tea"}},
            "sales.csv: no sale line is inside the client's scope. "
            "Compare the values under “include” in the params with those in the file.",
        ),
        (
            LINES[8:9],
            {},
            "sales.csv: no sale line can be used; most break the rule “unreadable_date”. Column “time” holds "
            "texts such as “99.99.9999”. Where dates are not year first, or numbers not written 1234.50, "
            "declare day_first, date_format or decimal under sources.sale_lines.",
        ),
        (
            LINES[7:8],
            {},
            "sales.csv: no sale line can be used; most break the rule “missing_date”. Column “time” holds "
            "only blanks. Where dates are not year first, or numbers not written 1234.50, declare "
            "day_first, date_format or decimal under sources.sale_lines.",
        ),
    ],
)
def test_what_leaves_no_line_is_an_input_error(
    tmp_path: Path, lines: list[str], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputDataError) as raised:
        store_of(shop(tmp_path, lines, **changes))
    assert str(raised.value) == message


def test_a_line_of_two_brands_is_refused(tmp_path: Path) -> None:
    brands = [
        {"id": "north", "name": "North", "where": {"manufacturer": "N"}},
        {"id": "soap", "name": "Soap", "where": {"category": "soap"}},
    ]
    with pytest.raises(ParamsError) as raised:
        store_of(shop(tmp_path, LINES[:2], brands=brands))
    assert str(raised.value) == (
        "shop.yml, brands: 1 sale lines belong to two brands, north and soap. "
        "Narrow their filters until each row has one brand."
    )


def _aside(store: Store) -> list[tuple[Any, ...]]:
    """The rows set aside, but for where they stand in the file."""
    found = store.quarantine("sale_lines").drop("row").to_pyarrow().to_pylist()
    return sorted((tuple(row.values()) for row in found), key=repr)


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(lines=st.permutations(LINES))
def test_the_order_of_the_file_changes_nothing(
    store: Store, tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    """And the account balances in any order: the ledger itself refuses one that does not."""
    other = store_of(shop(tmp_path_factory.mktemp("shop"), lines))
    assert other.table("sale_lines").to_pandas().equals(store.table("sale_lines").to_pandas())
    assert _aside(other) == _aside(store)
    accounts = [one.ledger.sale_lines.model_dump(exclude={"files"}) for one in (other, store)]
    assert accounts[0] == accounts[1]


@settings(max_examples=4, deadline=None)
@given(
    lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=30),
    category=st.sampled_from(["soap", "balm"]),
)
def test_what_is_supplied_is_used_set_aside_or_outside(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], category: str
) -> None:
    """Counted from the stored tables, not from the ledger's own sums."""
    usable = LINES[-1] if category == "balm" else LINES[0]
    include = {"category": category}
    store = store_of(shop(tmp_path_factory.mktemp("shop"), [usable, *lines], include=include))
    ledger = store.ledger.sale_lines
    used, aside = store.table("sale_lines"), store.quarantine("sale_lines")
    assert ledger.supplied.rows == len(lines) + 1
    assert ledger.used.rows == used.count().to_pyarrow().as_py()
    assert ledger.used.money == used.revenue.sum().to_pyarrow().as_py()
    assert ledger.set_aside.rows == aside.count().to_pyarrow().as_py()
    outside = {"soap": ("003", "004", "999"), "balm": ("001", "002", "999")}[category]
    assert ledger.outside.rows == sum(line.split(",")[2] in outside for line in lines)


def test_an_account_that_does_not_balance_is_refused(store: Store) -> None:
    content = store.ledger.model_dump(mode="json")
    content["tables"][0]["used"]["money"] = "14.28"
    with pytest.raises(ValueError, match="supplied is not used, set aside and outside together"):
        Ledger.model_validate(content)
