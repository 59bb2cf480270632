"""Every file alike: which tables are in it, how each is read, and its rows as texts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

import pyarrow.parquet as pq
from pyarrow import ArrowException

from crmreport.data.readers import delimited, json_lines
from crmreport.data.readers.delimited import Block
from crmreport.data.readers.encodings import detect_encoding
from crmreport.data.readers.header import name_columns
from crmreport.data.readers.options import ReadOptions
from crmreport.data.readers.parts import Format, Part, opened, parts_of
from crmreport.data.readers.workbooks import sheet_rows, sheets_of
from crmreport.errors import InputDataError

_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\f\x1a\x1b\x01\x1f")
_LOOKED_AT, _STRAY = 1 << 16, 20


@dataclass(frozen=True)
class FileFacts:
    """How one table of a file is read, and its columns.

    ``header_row`` counts from 1; 0 where there is none. What does not apply to the format is None.
    """

    part: Part
    format: Format
    columns: tuple[str, ...]
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheets: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.part.name

    @property
    def compression(self) -> str | None:
        return self.part.compression

    @property
    def sheet(self) -> str | None:
        return self.part.sheet

    @property
    def read_as(self) -> str:
        """The same in a few words, such as “csv, gb18030, delimiter tab, header in row 3, gzip”."""
        delimiter = {"\t": "tab", " ": "space"}.get(self.delimiter or "", self.delimiter)
        said = [
            self.format,
            self.sheet and f"sheet {self.sheet}",
            self.encoding,
            delimiter and f"delimiter {delimiter if delimiter.isprintable() else ascii(delimiter)}",
            self.quote and self.quote != '"' and f"quote {self.quote}",
            self.header_row is not None and self.header_row != 1 and f"header in row {self.header_row}",
            self.compression,
        ]
        return ", ".join(word for word in said if word)

    def sample(self, rows: int) -> list[tuple[str | None, ...]]:
        """The first rows as texts in the order of ``columns``, None where blank. Reads no further."""
        if self.part.format == "parquet":
            with _parquet(self.part) as file:
                batch = next(file.iter_batches(batch_size=max(rows, 1)), None)
                found = batch.to_pylist()[:rows] if batch is not None else []
            return [tuple(None if cell is None else str(cell) for cell in row.values()) for row in found]
        options = ReadOptions(self.encoding, self.delimiter, self.quote, self.sheet, self.header_row)
        with table_rows(self.part, options) as (_, blocks):
            flat = itertools.islice((row for block in blocks for row in block.rows), rows)
            return [tuple(cell or None for cell in row) for row in flat]


def inspect_file(
    path: Path, options: ReadOptions | None = None, *, name: str | None = None
) -> tuple[FileFacts, ...]:
    """What is in a file: one entry a table, that is a sheet with content, or a member of a zip archive.

    Raises InputDataError that says why where a file cannot be read.
    """
    options = options or ReadOptions()
    facts = []
    for part in tables_of(path, name or path.name, replace(options, sheet=options.sheet or "*")):
        with table_rows(part, options) as (found, _):
            facts.append(found)
    return tuple(facts)


def tables_of(path: Path, name: str, options: ReadOptions) -> tuple[Part, ...]:
    """The tables in a file: itself, the members of a zip archive, or the sheets that are asked for.

    Raises InputDataError, also where a workbook has several sheets and none is declared.
    """
    parts = parts_of(path, name)
    if parts[0].format != "excel":
        return parts
    (book,) = parts
    sheets = sheets_of(book)
    wanted = [sheet for sheet in sheets if fnmatchcase(sheet, options.sheet or "*") or sheet == options.sheet]
    if not wanted or (len(wanted) > 1 and options.sheet is None):
        listed = ", ".join(f"“{sheet}”" for sheet in sheets) or "none"
        raise InputDataError(
            f"“{name}” has no sheet with content."
            if not sheets
            else f"“{name}” has no sheet “{options.sheet}” (found: {listed})."
            if not wanted
            else f"“{name}” has several sheets: {listed}.",
            remedy="Declare “sheet” in the source, one of them or a pattern such as 2024*.",
        )
    several = len(wanted) > 1
    return tuple(replace(book, sheet=one, name=f"{name}/{one}" if several else name) for one in wanted)


@contextmanager
def table_rows(part: Part, options: ReadOptions) -> Iterator[tuple[FileFacts, Iterator[Block]]]:
    """How a table is read, and its rows in blocks. Raises InputDataError where it cannot be."""
    match part.format:
        case "parquet":
            with _parquet(part) as file:
                yield FileFacts(part, "parquet", tuple(file.schema_arrow.names)), iter(())
        case "excel":
            sheets = sheets_of(part)
            with sheet_rows(part, options.header_row) as (header, columns, blocks):
                _check_columns(part, columns)
                yield FileFacts(part, "excel", columns, header + 1, sheets=sheets), blocks
        case "json lines":
            with _text(part, options) as (encoding, first), opened(part) as stream:
                keys = json_lines.keys_of(first)
                _check_array(part, keys)
                rows = json_lines.blocks(delimited.lines_of(stream, encoding), keys)
                columns = name_columns(keys, ())
                yield FileFacts(part, "json lines", columns, encoding=encoding), rows
        case _:
            with _text(part, options) as (encoding, first), opened(part) as stream:
                shape = delimited.shape_of(
                    first, delimiter=options.delimiter, quote=options.quote, header_row=options.header_row
                )
                _check_columns(part, shape.columns)
                facts = FileFacts(
                    part,
                    "csv",
                    shape.columns,
                    shape.header + 1,
                    encoding,
                    shape.dialect.delimiter,
                    shape.dialect.quote or "none",
                )
                yield facts, delimited.blocks(delimited.lines_of(stream, encoding), shape)


@contextmanager
def _text(part: Part, options: ReadOptions) -> Iterator[tuple[str, Iterator[str]]]:
    """A text's encoding, and its lines to look at."""
    with opened(part) as stream:
        encoding = options.encoding or detect_encoding(stream)
    try:
        with opened(part) as stream:
            _check_text(part, stream, encoding)
        with opened(part) as stream:
            yield encoding, delimited.lines_of(stream, encoding)
    except UnicodeError as error:
        raise InputDataError(
            f"“{part.name}” is not a text in {encoding} throughout ({_said(error)}).",
            remedy="Declare the right “encoding” in the source, or save the file as UTF-8.",
        ) from None


def _said(error: UnicodeError) -> str:
    return error.reason if isinstance(error, UnicodeDecodeError) else str(error)


def _check_text(part: Part, stream: BinaryIO, encoding: str) -> None:
    head = stream.read(_LOOKED_AT)
    controls = 0 if encoding.startswith(("utf-16", "utf-32")) else sum(map(_CONTROLS.__contains__, head))
    if controls > max(len(head) / 50, _STRAY):
        raise InputDataError(
            f"“{part.name}” is not a text, though it is named so.", remedy="Export it again."
        )


def _check_columns(part: Part, columns: tuple[str, ...]) -> None:
    if not columns:
        raise InputDataError(
            f"“{part.name}” holds no table: no row names any column.",
            remedy="Export it again, or declare “header_row” in the source.",
        )


def _check_array(part: Part, keys: tuple[str, ...]) -> None:
    if not keys:
        raise InputDataError(
            f"“{part.name}” has no line that is a JSON object.",
            remedy="JSON lines hold one object a line; an array is turned into them by: jq -c '.[]'",
        )


@contextmanager
def _parquet(part: Part) -> Iterator[pq.ParquetFile]:
    try:
        with pq.ParquetFile(part.path) as file:
            yield file
    except (ArrowException, OSError) as error:
        raise InputDataError(
            f"“{part.name}” cannot be read: it is damaged or was cut off ({str(error).splitlines()[0]}).",
            remedy="Copy or export it again, and compare the sizes.",
        ) from None
