"""Files of every kind that is read, each made here, and what is said of those that cannot be."""

from __future__ import annotations

import gzip
import itertools
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from crmreport.data.readers import FileFacts, ReadOptions, inspect_file
from crmreport.errors import InputDataError

ROWS = [("001", "Ann, née B", "1.50"), ("002", 'He said "no"', "2"), ("003", "two\nlines", "-3")]
HEADER = ("id", "name", "amount")


def facts(folder: Path, name: str, content: bytes | str, **options: Any) -> FileFacts:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    (found,) = inspect_file(file, ReadOptions(**options))
    return found


def quoted(delimiter: str, quote: str = '"', end: str = "\n") -> str:
    def field(text: str) -> str:
        return quote + text.replace(quote, quote * 2) + quote

    return "".join(delimiter.join(map(field, row)) + end for row in [HEADER, *ROWS])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x01"])
@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_delimiter_and_quote(tmp_path: Path, delimiter: str, quote: str, end: str) -> None:
    found = facts(tmp_path, "a.txt", quoted(delimiter, quote, end))
    assert (found.format, found.delimiter, found.quote, found.columns) == ("csv", delimiter, quote, HEADER)
    assert found.sample(9) == ROWS


def test_columns_set_out_with_spaces(tmp_path: Path) -> None:
    """A run of spaces is one delimiter, also before the first column; nothing shifts where numbers widen."""
    text = " 00004 0001 19970101  2   29.33\r\n 00021 0002 19970101 13  163.34\r\n"
    found = facts(tmp_path, "a.txt", text, delimiter=" ", header_row=0)
    assert found.columns == tuple(f"column_{place}" for place in range(1, 6))
    assert found.sample(9) == [
        ("00004", "0001", "19970101", "2", "29.33"),
        ("00021", "0002", "19970101", "13", "163.34"),
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.xls", "noname"])
def test_the_content_says_what_a_text_is(tmp_path: Path, name: str) -> None:
    assert facts(tmp_path, name, quoted("\t")).sample(1) == ROWS[:1]


@pytest.mark.parametrize(
    ("content", "columns", "rows"),
    [
        ("a;b\n1;2,5\n2;3,5\n3;4,5\n", ("a", "b"), [("1", "2,5"), ("2", "3,5"), ("3", "4,5")]),
        ("only\nx\ny\n", ("only",), [("x",), ("y",)]),
        ("a,b\n1,x\n\n\n", ("a", "b"), [("1", "x")]),
        ("a,b\n1,x\n,\n2\n", ("a", "b"), [("1", "x"), ("2", None)]),
        ("a,b,\n1,x,\n2,y,\n", ("a", "b"), [("1", "x"), ("2", "y")]),
        ("a,b,\n1,x,p\n2,y,q\n", ("a", "b", "column_3"), [("1", "x", "p"), ("2", "y", "q")]),
        (",b,B,b\n1,x,y,z\n", ("column_1", "b", "B_2", "b_3"), [("1", "x", "y", "z")]),
        ('sep=;\na;b\n1;"x;y"\n', ("a", "b"), [("1", "x;y")]),
        (
            "Sales 2023\n\nPrinted:,2023-02-01\nid,name,paid\n1,x,2\n",
            ("id", "name", "paid"),
            [("1", "x", "2")],
        ),
        ("id,name\n1,O'Hara\n2,D'Arcy\n", ("id", "name"), [("1", "O'Hara"), ("2", "D'Arcy")]),
        ('id,name\n1,"say \\"no\\", he"\n2,b\n', ("id", "name"), [("1", 'say "no", he'), ("2", "b")]),
        ('id,name\n1,6" pipe\n2,b\n', ("id", "name"), [("1", '6" pipe'), ("2", "b")]),
        ("id,name\n1,a\0b\n2,c\n", ("id", "name"), [("1", "a\0b"), ("2", "c")]),
        ("id,crmreport: row\n1,2\n", ("id", "crmreport row"), [("1", "2")]),
    ],
)
def test_what_real_exports_do(
    tmp_path: Path, content: str, columns: tuple[str, ...], rows: list[tuple[str | None, ...]]
) -> None:
    found = facts(tmp_path, "a.csv", content)
    assert found.columns == columns
    assert found.sample(9) == rows


def test_what_is_declared_wins(tmp_path: Path) -> None:
    content = "x;1,2\ny;3,4\n"
    found = facts(tmp_path, "a.csv", content, delimiter=",", header_row=0)
    assert (found.columns, found.header_row) == (("column_1", "column_2"), 0)
    assert found.sample(9) == [("x;1", "2"), ("y;3", "4")]
    assert facts(tmp_path, "a.csv", '"a",b\n"1",2\n', quote="none").columns == ('"a"', "b")
    assert facts(tmp_path, "a.csv", "a,b\nc,d\n1,2\n", header_row=2).sample(1) == [("1", "2")]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=6)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_whatever_is_quoted_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: Any, mark: str
) -> None:
    lines = [HEADER, *rows]
    text = "".join(mark.join('"' + c.replace('"', '""') + '"' for c in row) + "\n" for row in lines)
    found = facts(tmp_path_factory.mktemp("a"), "a.csv", text, delimiter=mark, quote='"', header_row=1)
    assert found.sample(9) == [tuple(c or None for c in row) for row in rows if any(row)]


# ---------------------------------------------------------------- archives


def test_gzip_and_zip(tmp_path: Path) -> None:
    text = quoted(",").encode()
    found = facts(tmp_path, "a.csv.gz", gzip.compress(text))
    assert (found.compression, found.sample(9)) == ("gzip", ROWS)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/evil.csv", text)
        archive.writestr("__MACOSX/._evil.csv", b"\0\0")
        archive.writestr("readme.pdf", b"%PDF")
    (one,) = inspect_file(tmp_path / "a.zip")
    assert (one.name, one.compression, one.sample(9)) == ("a.zip", "zip", ROWS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv.gz", "a.zip"]


def test_every_table_of_a_zip_archive_is_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        for month in ("2023/feb.csv", "2023/jan.csv", "../up.csv"):
            archive.writestr(month, f"month\n{month}\n")
    found = inspect_file(tmp_path / "y.zip")
    assert {one.name: one.sample(1) for one in found} == {
        "y.zip/2023/feb.csv": [("2023/feb.csv",)],
        "y.zip/2023/jan.csv": [("2023/jan.csv",)],
        "y.zip/up.csv": [("../up.csv",)],
    }


# ---------------------------------------------------------------- workbooks


def workbook(file: Path) -> Path:
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Sales")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write("B2", "Sales of January")
        sheet.write_row("B4", ["customer", "day", "time", "paid", "big", "yes"])
        for row, paid in enumerate([1.1, 2, 3e-7], start=4):
            sheet.write_datetime(row, 2, datetime(2023, 1, 30), day)
            sheet.write_datetime(row, 3, datetime(2023, 1, 30, 9, 5), minute)
            sheet.write_row(row, 4, [paid, 123456789012345, True])
        sheet.merge_range("B5:B6", "Ann")
        sheet.write("B7", "Bob")
        book.add_worksheet("Empty")
        book.add_worksheet("Hidden").write("A1", "x")
        book.get_worksheet_by_name("Hidden").hide()
    return file


def test_a_workbook_with_a_title_merged_cells_and_dates(tmp_path: Path) -> None:
    (found,) = inspect_file(workbook(tmp_path / "a.xlsx"))
    assert (found.format, found.sheet, found.sheets, found.header_row) == ("excel", "Sales", ("Sales",), 4)
    assert found.columns == ("customer", "day", "time", "paid", "big", "yes")
    assert found.sample(9) == [
        ("Ann", "2023-01-30", "2023-01-30 09:05:00", "1.1", "123456789012345", "true"),
        ("Ann", "2023-01-30", "2023-01-30 09:05:00", "2", "123456789012345", "true"),
        ("Bob", "2023-01-30", "2023-01-30 09:05:00", "0.0000003", "123456789012345", "true"),
    ]


def test_a_merged_amount_is_counted_once(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["order", "item", "paid"])
        sheet.merge_range("A2:A3", "o1")
        sheet.merge_range("C2:C3", 9)
        sheet.write("B2", "x")
        sheet.write("B3", "y")
    (found,) = inspect_file(tmp_path / "a.xlsx")
    assert found.sample(9) == [("o1", "x", "9"), ("o1", "y", None)]


def test_each_sheet_is_a_table(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name in ("2023-01", "2023-02", "Notes"):
            book.add_worksheet(name).write_column("A1", ["id", name])
    assert [one.name for one in inspect_file(tmp_path / "a.xlsx")] == [
        "a.xlsx/2023-01", "a.xlsx/2023-02", "a.xlsx/Notes"
    ]  # fmt: skip
    asked = inspect_file(tmp_path / "a.xlsx", ReadOptions(sheet="2023-*"))
    assert [one.sample(1) for one in asked] == [[("2023-01",)], [("2023-02",)]]


def test_a_workbook_of_the_old_kind(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sales")
    for row, cells in enumerate([["id", "day", "paid"], ["01", datetime(2023, 1, 30), 2.5]]):
        for column, cell in enumerate(cells):
            style = xlwt.easyxf(num_format_str="YYYY-MM-DD") if isinstance(cell, datetime) else None
            sheet.write(row, column, cell, *([style] if style else []))
    book.save(tmp_path / "a.xls")
    (found,) = inspect_file(tmp_path / "a.xls")
    assert (found.format, found.columns) == ("excel", ("id", "day", "paid"))
    assert found.sample(9) == [("01", "2023-01-30", "2.5")]


def test_a_workbook_with_a_password_is_told(tmp_path: Path) -> None:
    workbook(tmp_path / "open.xlsx")
    with (tmp_path / "open.xlsx").open("rb") as plain, (tmp_path / "a.xlsx").open("wb") as closed:
        OOXMLFile(plain).encrypt("hunter2", closed)
    with pytest.raises(InputDataError) as raised:
        inspect_file(tmp_path / "a.xlsx")
    assert str(raised.value) == (
        "“a.xlsx” is protected by a password. Open it with the password, and save a copy without one."
    )


def test_a_cell_at_the_end_of_the_world_is_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["id", "paid"])
        sheet.write("XFD1048576", "x")
    with pytest.raises(InputDataError, match=r"reaches over 1,048,576 rows and 16,384 columns\."):
        inspect_file(tmp_path / "a.xlsx")


# ---------------------------------------------------------------- JSON lines, Parquet


def test_json_lines_keep_numbers_as_they_are_written(tmp_path: Path) -> None:
    lines = ['{"id": 12345678901234567890, "at": {"day": "2023-01-02"}}', "", '{"id": 1.10, "tags": ["a"]}']
    found = facts(tmp_path, "a.jsonl", "\n".join(lines))
    assert (found.format, found.columns) == ("json lines", ("id", "at.day", "tags"))
    assert found.sample(9) == [("12345678901234567890", "2023-01-02", None), ("1.10", None, '["a"]')]


def test_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["1"], "day": [date(2023, 1, 2)]}), tmp_path / "a.parquet")
    (found,) = inspect_file(tmp_path / "a.parquet")
    assert (found.format, found.columns, found.sample(5)) == ("parquet", ("id", "day"), [("1", "2023-01-02")])


# ---------------------------------------------------------------- what cannot be read


def bomb(file: Path, megabytes: int) -> None:
    packed = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9)
    with packed as archive, archive.open("a.csv", "w") as member:
        for _ in range(megabytes):
            member.write(b"0" * 1_000_000)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "“a.csv” is empty. Export it again."),
        ("a.csv.gz", gzip.compress(b""), "“a.csv” is empty. Export it again."),
        ("a.csv", b"<!DOCTYPE html><html><body>Log in</body></html>", "“a.csv” is a web page or XML"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "“a.xls” is a web page or XML"),
        ("a.csv", bytes(range(256)) * 20, "“a.csv” is not a text, though it is named so."),
        ("a.csv", b"\0" * 5000, "“a.csv” is not a text, though it is named so."),
        ("a.csv", b"\n\n\n", "“a.csv” holds no table: no row names any column."),
        ("a.parquet", b"PAR1 and then nothing", "“a.parquet” cannot be read: it is damaged or was cut off"),
        ("a.parquet", b"id,name\n1,2\n", "“a.parquet” is not a Parquet file, though it is named so."),
        ("a.csv.gz", gzip.compress(b"id,name\n1,x\n" * 9999)[:-20], "“a.csv.gz” is damaged or was cut off"),
        ("a.zip", b"PK\x03\x04 and then nothing", "“a.zip” is a damaged zip archive"),
        ("a.xls", OLE, "“a.xls” is no workbook that can be read"),
        ("a.jsonl", b'[{"id": 1}]\n', "“a.jsonl” has no line that is a JSON object. JSON lines hold"),
        ("a.pdf", b"%PDF-1.7", "“a.pdf” is of no format that can be read. Formats read are CSV"),
        ("a.csv", "id\n1\n".encode("utf-16") + b"\x00\xd8\x00", "“a.csv” is not a text in utf-16 throughout"),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(InputDataError) as raised:
        facts(tmp_path, name, content).sample(100_000)
    assert str(raised.value).startswith(message)
    assert raised.value.remedy


def test_a_bomb_is_refused_by_what_it_says_of_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb(tmp_path / "a.zip", 110)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("inflated"))
    with pytest.raises(InputDataError, match=r"^“a\.zip” inflates to more than 200 times its size\."):
        inspect_file(tmp_path / "a.zip")


def test_a_gzip_bomb_is_stopped_while_it_inflates(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.csv.gz", "wb", 9) as stream:
        for _ in range(150):
            stream.write(b"0" * 1_000_000)
    with pytest.raises(InputDataError, match=r"^“a\.csv\.gz” inflates to more than 200 times its size\."):
        inspect_file(tmp_path / "a.csv.gz")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputDataError, match=r"cannot be read \(Is a directory\)"):
        inspect_file(tmp_path)


def test_a_zip_with_a_password_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "id\n1\n")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[6] |= 1  # the flag in the local header, and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputDataError, match=r"^“a\.zip” is protected by a password\."):
        facts(tmp_path, "a.zip", bytes(data))


def test_a_very_long_cell_is_read(tmp_path: Path) -> None:
    cell = "长" * 100_000
    assert facts(tmp_path, "a.csv", f"id,note\n1,{cell}\n").sample(1) == [("1", cell)]


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    found = facts(tmp_path, "a.csv", "id,name\n")
    assert (found.columns, found.sample(5)) == (("id", "name"), [])


def test_hostile_markup_is_text(tmp_path: Path) -> None:
    hostile = [
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "../../etc/passwd",
        "\u202egnp.exe",
        "#let x = 1",
        "😀",
    ]
    found = facts(tmp_path, "a.jsonl", "\n".join(json.dumps({"id": text}) for text in hostile))
    assert found.sample(9) == [(text,) for text in hostile]


def test_how_a_file_was_read_is_named(tmp_path: Path) -> None:
    titled = "Umsatz\n\nNr\tName\n1\tJörg\n2\tÄnne\n".encode("cp1252")
    assert facts(tmp_path, "a.csv.gz", gzip.compress(titled)).read_as == (
        "csv, cp1252, delimiter tab, header in row 3, gzip"
    )
    (found,) = inspect_file(workbook(tmp_path / "a.xlsx"))
    assert found.read_as == "excel, sheet Sales, header in row 4"
