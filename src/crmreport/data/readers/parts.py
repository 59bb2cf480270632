"""The tables in a file: what the file is, the members of an archive, and its bytes, inflated with care."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, cast

from crmreport.errors import InputDataError

Format = Literal["parquet", "csv", "json lines", "excel"]

TEXTS = {".csv", ".tsv", ".txt", ".tab", ".dat", ".psv"}
LINES = {".jsonl", ".ndjson", ".json"}
WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls"}
READABLE = (
    "Formats read are CSV and other delimited texts, JSON lines, Excel, Parquet, and gzip or zip of these."
)

_ZIP, _GZIP, _PARQUET, _OLE = b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK_MEMBER = "xl/workbook."
_PAGES = (
    b"<!doctype",
    b"<html",
    b"<head",
    b"<meta",
    b"<table",
    b"<body",
    b"<?xml",
    b"<!--",
    b"<style",
    b"<div",
)
_HEAD, _CHUNK = 4096, 1 << 20

_SHEETS = "xl/worksheets/sheet"
_CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_LONGEST_CELL = 16
_GRID = 50_000_000
"""Cells of a sheet, filled or not: they take some two gigabytes."""

_LARGE = 100_000_000
"""Bytes that any archive may hold; a larger content must not be smaller than its file by ``_RATIO``."""

_RATIO = 200
"""Sale lines deflate to a tenth, the most repetitive to a hundredth; bombs to a thousandth."""


@dataclass(frozen=True)
class Part:
    """One table's place: a file, a member of a zip archive, a workbook's sheet. Messages call it ``name``."""

    name: str
    path: Path
    format: Format
    member: str | None = None
    compression: Literal["gzip", "zip"] | None = None
    sheet: str | None = None


def parts_of(path: Path, name: str) -> tuple[Part, ...]:
    """What a file holds: itself, or each table in a zip archive, by name.

    The content says what a file is; only where texts of two kinds look alike does its name. Raises
    InputDataError where it is empty, cannot be read, or is of no kind that is read.
    """
    head = _head(path, name)
    if not head:
        raise InputDataError(f"“{name}” is empty.", remedy="Export it again.")
    if head.startswith(_ZIP):
        return _zipped(path, name)
    if head.startswith(_GZIP):
        inner = Part(name, path, "csv", compression="gzip")
        with opened(inner) as stream:
            return (Part(name, path, _format(name.removesuffix(".gz"), stream.read(_HEAD)), None, "gzip"),)
    return (Part(name, path, _format(name, head)),)


@contextmanager
def opened(part: Part) -> Iterator[BinaryIO]:
    """The bytes of a part, inflated as they are read.

    Raises InputDataError where they cannot be read to the end, or grow as no honest content does.
    """
    try:
        with part.path.open("rb") as raw:
            if part.compression == "gzip":
                yield _guarded(gzip.GzipFile(fileobj=raw), part.path.stat().st_size, part.name)
            elif part.member is not None:
                with zipfile.ZipFile(raw) as archive:
                    info = archive.getinfo(part.member)
                    yield _guarded(archive.open(info), info.compress_size, part.name)
            else:
                yield raw
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as error:
        said = str(error).rstrip(".")
        raise InputDataError(
            f"“{part.name}” is damaged or was cut off ({said}).",
            remedy="Copy or export it again, and compare the sizes.",
        ) from None
    except (NotImplementedError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "password" not in str(error) and "encrypted" not in str(error):
            raise
        raise InputDataError(
            f"“{part.name}” cannot be inflated ({error}).", remedy="Unpack it, and name the file inside."
        ) from None
    except OSError as error:
        raise InputDataError(f"“{part.name}” cannot be read ({error.strerror or error}).") from None


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except OSError as error:
        raise InputDataError(f"“{name}” cannot be read ({error.strerror}).") from None


def _format(name: str, head: bytes) -> Format:
    suffix = PurePosixPath(name).suffix.lower()
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(_PARQUET):
        return "parquet"
    if suffix == ".parquet":
        raise InputDataError(
            f"“{name}” is not a Parquet file, though it is named so.", remedy="Export it again."
        )
    if head.startswith(_OLE):
        return "excel"
    if not head:
        raise InputDataError(f"“{name}” is empty.", remedy="Export it again.")
    if start.lower().startswith(_PAGES):
        raise InputDataError(
            f"“{name}” is a web page or XML, though it is named {suffix or 'otherwise'}.",
            remedy="Open it in a spreadsheet and save it as .xlsx or .csv, or export it again.",
        )
    if suffix in LINES or (suffix not in TEXTS and start.startswith(b"{")):
        return "json lines"
    if suffix in TEXTS | WORKBOOKS or not suffix:
        return "csv"
    raise InputDataError(f"“{name}” is of no format that can be read.", remedy=READABLE)


# ---------------------------------------------------------------- archives


def _zipped(path: Path, name: str) -> tuple[Part, ...]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            _check_sizes(members, name)
            if any(info.filename.startswith(_WORKBOOK_MEMBER) for info in members):
                for info in members:
                    _check_grid(archive, info, name)
                return (Part(name, path, "excel"),)
            found = [_member(archive, info, path, name) for info in members if _is_data(info)]
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputDataError(
            f"“{name}” is a damaged zip archive ({str(error).rstrip('.')}).",
            remedy="Copy or export it again, and compare the sizes.",
        ) from None
    except NotImplementedError as error:
        raise InputDataError(
            f"“{name}” cannot be inflated ({error}).", remedy="Unpack it, and name the files inside."
        ) from None
    if not found:
        raise InputDataError(f"“{name}” holds no file that can be read.", remedy=READABLE)
    if len(found) == 1:
        return (Part(name, path, found[0].format, found[0].member, "zip"),)
    names = [part.name for part in found]
    if twice := sorted({one for one in names if names.count(one) > 1}):
        raise InputDataError(f"“{name}” holds two files named “{twice[0]}”.", remedy="Unpack it.")
    return tuple(sorted(found, key=lambda part: part.name))


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, name: str) -> Part:
    if info.flag_bits & 1:
        raise InputDataError(
            f"“{name}” is protected by a password.", remedy="Unpack it, and name the files inside."
        )
    with archive.open(info) as stream:
        head = stream.read(_HEAD)
    # The archive's own names are labels only: nothing is ever written under them.
    steps = [
        step for step in PurePosixPath(info.filename.replace("\\", "/")).parts if step not in ("/", "..")
    ]
    shown = f"{name}/{'/'.join(steps)}"
    format = _format(shown, head)
    if format in ("excel", "parquet"):
        raise InputDataError(f"“{shown}” is packed in a zip archive.", remedy="Unpack it, and name the file.")
    return Part(shown, path, format, info.filename, "zip")


def _is_data(info: zipfile.ZipInfo) -> bool:
    inside = PurePosixPath(info.filename.replace("\\", "/"))
    hidden = any(step.startswith((".", "__MACOSX")) and step != ".." for step in inside.parts)
    return not hidden and inside.suffix.lower() in TEXTS | LINES


def _check_sizes(members: list[zipfile.ZipInfo], name: str) -> None:
    """Refused by what the archive says of itself, before a byte of it is inflated."""
    _check_growth(sum(info.file_size for info in members), sum(info.compress_size for info in members), name)


def _check_grid(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
    """Refuse a sheet with cells so far apart that the grid between them would fill the memory."""
    if not info.filename.startswith(_SHEETS):
        return
    rows = columns = 0
    rest = b""
    with archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            cells = _CELL.findall(rest + chunk)
            rows = max(rows, max((int(row) for _, row in cells), default=0))
            columns = max(columns, *(_column(letters) for letters in {letters for letters, _ in cells}), 0)
            rest = chunk[-_LONGEST_CELL:]
    if rows * columns > _GRID:
        raise InputDataError(
            f"A sheet of “{name}” reaches over {rows:,} rows and {columns:,} columns.",
            remedy="Delete what stands far below or beside the table, or save the sheet as .csv.",
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _check_growth(inflated: int, packed: int, name: str) -> None:
    if inflated > _LARGE and inflated > _RATIO * max(packed, 1):
        raise InputDataError(
            f"“{name}” inflates to more than {_RATIO} times its size.",
            remedy="If it is what it should be, unpack it, and name the file inside.",
        )


def _guarded(stream: object, packed: int, name: str) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Guarded(cast(BinaryIO, stream), packed, name), 1 << 18))


class _Guarded(io.RawIOBase):
    """A stream that stops where it has grown too far: gzip does not say before how large it will be."""

    def __init__(self, inner: BinaryIO, packed: int, name: str) -> None:
        self._inner, self._packed, self._name, self._read = inner, packed, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._inner.read(len(buffer))
        self._read += len(chunk)
        _check_growth(self._read, self._packed, self._name)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._inner.close()
        super().close()
