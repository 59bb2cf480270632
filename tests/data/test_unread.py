"""Rows that no reader could take are counted as supplied and handed back."""

from __future__ import annotations

from pathlib import Path

from tests.data.shop import shop, store_of

GOOD = "c{n},r{n},001,2023-03-0{n},1,2.00,0,0"


def test_rows_that_cannot_be_read_are_set_aside_with_their_text_and_counted(tmp_path: Path) -> None:
    lines = [GOOD.format(n=n) for n in range(1, 6)]
    lines.insert(1, "c9,r9,001,2023-03-09,1,2.00,0,0,too,many")
    lines.insert(4, 'c8,"r8,001,2023-03-09,1,2.00,0,0')
    store = store_of(shop(tmp_path, lines))

    account = store.ledger.sale_lines
    assert (account.supplied.rows, account.used.rows, account.set_aside.rows) == (7, 5, 2)
    assert (account.rule("unreadable_row").found.rows, account.files[0].rows) == (2, 7)
    aside = store.quarantine("sale_lines").select("file", "row", "rule", "unread").to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in aside] == [
        ("sales.csv", 3, "unreadable_row", lines[1]),
        ("sales.csv", 6, "unreadable_row", lines[4]),
    ]
    assert store.table("sale_lines").count().to_pyarrow().as_py() == 5


def test_an_entitys_unread_rows_are_counted_too(tmp_path: Path) -> None:
    articles = "article,group,maker\n001,soap,N\n002,soap,S,X\n003,balm,N\n"
    store = store_of(shop(tmp_path, [GOOD.format(n=1)], articles=articles))
    account = store.ledger.of("products")
    assert (account.supplied.rows, account.used.rows, account.rule("unreadable_row").found.rows) == (3, 2, 1)
