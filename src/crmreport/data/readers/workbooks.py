"""Excel workbooks of all ages, through calamine: their sheets, and the cells of one as texts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import python_calamine as calamine

from crmreport.data.readers.delimited import BLOCK, SAMPLE, Block
from crmreport.data.readers.header import Row, find_header, name_columns
from crmreport.data.readers.parts import Part
from crmreport.errors import InputDataError

Cell = int | float | str | bool | datetime | date | time | timedelta
_DIGITS = ".15g"
"""The digits that Excel itself keeps."""


def sheets_of(part: Part) -> tuple[str, ...]:
    """The visible sheets that hold anything, in the workbook's order. Raises InputDataError."""
    with _workbook(part) as book:
        seen = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == calamine.SheetVisibleEnum.Visible
        ]
        return tuple(name for name in seen if book.get_sheet_by_name(name).start is not None)


@contextmanager
def sheet_rows(part: Part, header_row: int | None) -> Iterator[tuple[int, tuple[str, ...], Iterator[Block]]]:
    """The place of a sheet's header from 0 (-1: none), its columns, and the rows under it.

    What a merged cell shows beside rows of a table belongs to each of them, so texts and dates are
    repeated downwards; numbers are not, since an amount repeated would be counted again.
    """
    with _workbook(part) as book:
        sheet = book.get_sheet_by_name(part.sheet or "")
        first = [[as_text(cell) for cell in row] for row in itertools.islice(sheet.iter_rows(), SAMPLE)]
        header = header_row - 1 if header_row is not None else find_header(first)
        named = first[header] if 0 <= header < len(first) else []
        columns = name_columns(named, first[header + 1 :])
        yield header, columns, _blocks(sheet, header, columns)


def _blocks(sheet: calamine.CalamineSheet, header: int, columns: tuple[str, ...]) -> Iterator[Block]:
    rows = _filled(sheet, header)
    width = len(columns)
    while chunk := list(itertools.islice(rows, BLOCK)):
        texts = [(number, [as_text(cell) for cell in row[:width]]) for number, row in chunk]
        kept: list[tuple[int, Row]] = [
            (number, [*row, *[""] * (width - len(row))]) for number, row in texts if any(row)
        ]
        yield Block([number for number, _ in kept], [row for _, row in kept], ())


def _filled(sheet: calamine.CalamineSheet, header: int) -> Iterator[tuple[int, list[Cell]]]:
    """The rows under the header with their places in the sheet, merged texts repeated downwards."""
    left = sheet.start[1] if sheet.start else 0
    merged: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top > header:
            merged.setdefault(top, []).append((column - left, bottom))
    open_ranges: list[tuple[int, int, Cell]] = []
    for place, row in enumerate(sheet.iter_rows()):
        open_ranges = [range for range in open_ranges if range[1] >= place]
        for column, _, value in open_ranges:
            row[column] = value
        for column, bottom in merged.get(place, ()):
            if isinstance(row[column], str | date):
                open_ranges.append((column, bottom, row[column]))
        if place > header:
            yield place + 1, row


def as_text(cell: Cell) -> str:
    """A cell as a text: numbers without exponent, dates as ISO 8601."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case int():
            return str(cell)
        case float():
            return str(int(cell)) if cell.is_integer() else f"{Decimal(format(cell, _DIGITS)):f}"
        case datetime():
            return cell.isoformat(sep=" ")
        case _:
            return str(cell)


@contextmanager
def _workbook(part: Part) -> Iterator[calamine.CalamineWorkbook]:
    try:
        with calamine.load_workbook(str(part.path)) as book:
            yield book
    except calamine.PasswordError:
        raise InputDataError(
            f"“{part.name}” is protected by a password.",
            remedy="Open it with the password, and save a copy without one.",
        ) from None
    except calamine.WorksheetNotFound:
        raise InputDataError(f"“{part.name}” has no such sheet.", remedy="Correct “sheet”.") from None
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, OSError) as error:
        raise InputDataError(
            f"“{part.name}” is no workbook that can be read ({str(error).splitlines()[0]}).",
            remedy="Open it in a spreadsheet, and save it as .xlsx or .csv.",
        ) from None
