"""Staged files: whole, in order, each once; and what a reader could not take beside them."""

from __future__ import annotations

import stat
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.data.engine import connect
from crmreport.data.mapping import FILE, ROW, TEXT, check_inputs, plans
from crmreport.data.readers import ReadOptions, delimited
from crmreport.data.readers.parts import Part
from crmreport.data.readers.staging import stage, unread_beside
from crmreport.errors import InputDataError
from tests.data.shop import COLUMNS, HEADER, sales, shop

Rows = list[tuple[Any, ...]]


def staged(folder: Path, content: bytes | str, **options: Any) -> tuple[Rows, Rows]:
    """What is kept and what is not, of a file of that content."""
    file = folder / "a.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    part = Part("a.csv", file, "csv")
    found = stage(part, ReadOptions(**options), sha256="0", folder=folder / "staged")
    return _rows(found), _rows(unread_beside(found))


def _rows(file: Path) -> Rows:
    return [tuple(row.values()) for row in pq.read_table(file).to_pylist()]


def test_rows_keep_their_place_in_the_file(tmp_path: Path) -> None:
    content = 'Title\nid,name\n1,a\n\n2,"two\nlines"\n,\n3\n4,d,\n5,e,too,many\n6,"open\n7,g\n'
    kept, unread = staged(tmp_path, content, header_row=2)
    assert kept == [("1", "a", 3), ("2", "two\nlines", 5), ("3", None, 7), ("4", "d", 8), ("7", "g", 11)]
    assert unread == [(9, "5,e,too,many"), (10, '6,"open')]


def test_bytes_that_the_encoding_lacks_set_a_row_aside(tmp_path: Path) -> None:
    content = "id,name\n1,张伟\n2,".encode() + b"\xff\xfe" + "\n3,王芳\n".encode()
    kept, unread = staged(tmp_path, content)
    assert kept == [("1", "张伟", 2), ("3", "王芳", 4)]
    assert unread == [(3, "2,\\udcff\\udcfe")]


def test_nul_is_shown(tmp_path: Path) -> None:
    assert staged(tmp_path, "id,name\n1,a\0b\n")[0] == [("1", "a␀b", 2)]


def test_an_open_quote_swallows_no_more_than_its_line(tmp_path: Path) -> None:
    good = [f"{n},name {n}" for n in range(30_000)]
    kept, unread = staged(tmp_path, "\n".join(["id,name", '0,"open', *good]) + "\n")
    assert (len(kept), unread) == (30_000, [(2, '0,"open')])
    assert [row[-1] for row in kept] == list(range(3, 30_003))


@pytest.mark.parametrize("content", ["id,name\n" + "1,2,3,4\n" * 9, "id,name\n" + "1,\xff\n" * 9])
def test_a_file_of_which_most_cannot_be_read_is_an_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputDataError, match=r"^“a\.csv”: 9 of 9 rows do not fit its 2 columns \(csv, utf-8"):
        staged(tmp_path, content.encode("latin-1"), encoding="utf-8")
    assert not list((tmp_path / "staged").iterdir())


FIELD = st.text(st.sampled_from("ab,\"\n'; 张"), max_size=4)
RECORD = st.lists(FIELD, min_size=1, max_size=4)


@given(st.lists(RECORD, max_size=12))
def test_each_row_is_kept_or_set_aside(
    tmp_path_factory: pytest.TempPathFactory, records: list[list[str]]
) -> None:
    """The counts are those of the generator: rows of three or fewer fields are kept, of four set aside."""
    lines = [",".join('"' + field.replace('"', '""') + '"' for field in record) for record in records]
    good = ['"1","2","3"'] * (2 + 12 * len(lines))
    text = "\n".join(["a,b,c", *lines, *good]) + "\n"
    kept, unread = staged(
        tmp_path_factory.mktemp("a"), text, delimiter=",", quote='"', encoding="utf-8", header_row=1
    )
    blank = [record for record in records if not any(record[:3]) and not "".join(record[3:]).strip()]
    wide = [record for record in records if "".join(record[3:]).strip()]
    short = [record for record in records if len(record) < 3 and any("\n" in field for field in record)]
    # A row of several lines that is too short or too long is given up line by line.
    if not short and not any("\n" in field for record in wide for field in record):
        assert len(unread) == len(wide)
        assert len(kept) == len(records) - len(wide) - len(blank) + len(good)


def test_staging_is_done_once_and_closed_to_others(tmp_path: Path) -> None:
    engagement = shop(tmp_path, sources=sales(path="sales-*.csv"))
    line = "c1,r1,001,2023-01-05,1,2.50,0,0"
    (tmp_path / "sales-1.csv").write_text(f"{HEADER}\n{line}\n", "utf-8")
    first = {file.name: file.staged for file in plans(engagement)["sale_lines"].files}
    made = first["sales-1.csv"].stat().st_mtime_ns
    time.sleep(0.01)
    (tmp_path / "sales-2.csv").write_text(f"{HEADER}\n{line}\n", "utf-8")
    both = {file.name: file.staged for file in plans(engagement)["sale_lines"].files}

    assert both["sales-1.csv"] == first["sales-1.csv"]
    assert both["sales-1.csv"].stat().st_mtime_ns == made
    assert both["sales-2.csv"] != both["sales-1.csv"]
    assert both["sales-1.csv"].parent == tmp_path / ".crmreport" / "staged"
    assert {stat.S_IMODE(path.stat().st_mode) for path in both.values()} == {0o600}
    assert stat.S_IMODE(both["sales-1.csv"].parent.stat().st_mode) == 0o700


def test_months_of_other_shapes_are_one_table(tmp_path: Path) -> None:
    """One file is a semicolon CSV in GBK with its columns in another order and one more."""
    engagement = shop(tmp_path, sources=sales(path="sales-*"))
    names = list(COLUMNS.values())
    (tmp_path / "sales-1.csv").write_text(f"{HEADER}\n张伟,r1,001,2023-01-05,1,2.50,0,0\n", "utf-8")
    turned = ";".join([*reversed(names), "note"]) + "\n0;0;3,5;1;2023-02-05;001;r2;王芳;早上好\n"
    (tmp_path / "sales-2.txt").write_bytes(turned.encode("gbk"))
    plan = plans(engagement)["sale_lines"]
    found = plan.read(connect()).select(FILE, ROW, "card", "receipt", "note").to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("sales-1.csv", 2, "张伟", "r1", None),
        ("sales-2.txt", 2, "王芳", "r2", "早上好"),
    ]
    check_inputs(engagement)
    (tmp_path / "sales-3.csv").write_text("card;time\n1;2\n", "utf-8")
    with pytest.raises(InputDataError, match=r"^sales-3\.csv: no column “receipt” \(found: card, time\)"):
        check_inputs(engagement)


def test_what_was_not_read_is_a_table(tmp_path: Path) -> None:
    engagement = shop(tmp_path, ["c1,r1,001,2023-01-05,1,2.50,0,0", "a,b,c,d,e,f,g,h,i"])
    found = plans(engagement)["sale_lines"].rejected(connect()).select(FILE, ROW, TEXT)
    assert [tuple(row.values()) for row in found.to_pyarrow().to_pylist()] == [
        ("sales.csv", 3, "a,b,c,d,e,f,g,h,i")
    ]


def test_blocks_meet_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BLOCK", 3)
    lines = [f'{n},"a\nb"' if n % 4 == 0 else f"{n},x,y" if n % 5 == 0 else f"{n},x" for n in range(1, 20)]
    kept, unread = staged(tmp_path, "\n".join(["id,name", *lines]))
    assert [int(row[0]) for row in kept] == [n for n in range(1, 20) if n % 4 == 0 or n % 5 != 0]
    assert [row[-1] for row in kept] == [n + 1 for n in range(1, 20) if n % 4 == 0 or n % 5 != 0]
    assert [row[0] for row in unread] == [6, 11, 16]
