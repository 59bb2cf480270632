"""The report's numbers as an Excel workbook: findings, the tables behind figures, and definitions.

Its labels are in one language, the first that was asked for. Numbers are numbers, unrounded, with the
format of their unit; text stays text, whatever it begins with, so that no cell of a client's data can
become a formula or a link. The same report gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from crmreport.display.blocks import Figure, Table
from crmreport.display.cells import cells, headers
from crmreport.display.palette import palette_of
from crmreport.display.prose import plain
from crmreport.findings import Finding
from crmreport.params import Language
from crmreport.report.model import Numbered, Report
from crmreport.text import Words
from crmreport.text.glyphs import visible

# Nothing that looks like a formula, a link or a number in a text becomes one.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDEST = 60
_HEADER_ROW = 3
_FORMATS: dict[str, str] = {
    "count": "#,##0",
    "share": "0.0%",
    "points": "+0.0;-0.0;0.0",
    "days": "#,##0.0",
    "ratio": "#,##0.00",
    "number": "#,##0.00",
    "multiple": "#,##0.00",
    "money": "#,##0.00",
}


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title, a note under it, headers, and rows of (value, unit) or (text, None)."""

    name: str
    title: str
    note: str
    headers: tuple[str, ...]
    rows: tuple[tuple[tuple[Any, str | None], ...], ...]


def render_workbook(report: Report, language: Language, *, catalogues: tuple[Path, ...] = ()) -> bytes:
    """The workbook with labels in ``language``; ``catalogues`` are folders of a consultant's own messages."""
    context = report.context
    words = Words.of(language, currency=context.currency, traditional=context.traditional, more=catalogues)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    brand = context.scope_name.in_language(language)
    period = words.period(context.period)
    book.set_properties(
        {
            "title": words.label("print.title", brand=brand, title=words.label("page.title"), period=period),
            "created": datetime.combine(context.period.end, time()),
        }
    )
    writer = _Writer(book, palette_of(context.accent, context.contrast).light["accent"], words)
    sheets = [_findings(report, words), *_exhibits(report, words), _definitions(report, words)]
    subtitle = [brand, period, *_marks(report, words)]
    writer.contents(words.label("page.title"), " · ".join(subtitle), sheets)
    for sheet in sheets:
        writer.sheet(sheet)
    book.close()
    return stream.getvalue()


def _marks(report: Report, words: Words) -> list[str]:
    marks = [words.label(f"page.{mark}") for mark in report.context.mark]
    return [*marks, *([words.label("page.simulated")] if report.context.simulated else [])]


# ---------------------------------------------------------------- what stands on the sheets


def _findings(report: Report, words: Words) -> Sheet:
    rows = tuple(_finding(report.findings[key], words) for key in sorted(report.findings))
    names = ("key", "label", "value", "unit", "n", "n_of", "low", "high", "confidence", "status", "method")
    return Sheet(
        words.label("workbook.findings"),
        words.label("workbook.findings_title"),
        words.label("workbook.findings_note"),
        tuple(words.label(f"workbook.{name}") for name in names),
        rows,
    )


def _finding(finding: Finding, words: Words) -> tuple[tuple[Any, str | None], ...]:
    confidence = finding.confidence if finding.known else None
    status = "census" if finding.census else finding.status
    return (
        (finding.key, None),
        (_known(f"finding.{finding.id}", words) or finding.id, None),
        (finding.value, finding.unit),
        (words.unit_note(finding.unit) or words.label(f"workbook.unit_{finding.unit}"), None),
        (finding.n, "count"),
        (words.label(f"workbook.of_{finding.n_of}"), None),
        (finding.low, finding.unit),
        (finding.high, finding.unit),
        (confidence, "share"),
        (words.label(f"workbook.status_{status}"), None),
        (_known(finding.method, words), None),
    )


def _known(message: str, words: Words) -> str:
    """A message that a consultant's own chapter may not have given."""
    return words.label(message) if message in words.catalogue else ""


def _exhibits(report: Report, words: Words) -> Iterator[Sheet]:
    for numbered in report.blocks:
        if isinstance(numbered.block, Figure | Table):
            yield _exhibit(numbered, numbered.block, words)


def _exhibit(numbered: Numbered, block: Figure | Table, words: Words) -> Sheet:
    name = words.label(f"page.{block.kind}", number=numbered.number)
    source = block.source if isinstance(block, Figure) else block.note
    data = block.data
    titles = (
        words.label("print.unit", label=label, unit=unit) if unit else label
        for label, unit in headers(data, words)
    )
    rows = (
        tuple(
            (value, str(column.kind)) if column.numeric else (None if value is None else text, None)
            for value, text, column in zip(row, texts, data.columns, strict=True)
        )
        for row, texts in zip(data.rows, cells(data, words), strict=True)
    )
    note = plain(source, words) if source else ""
    return Sheet(name, plain(block.headline, words), note, tuple(titles), tuple(rows))


def _definitions(report: Report, words: Words) -> Sheet:
    ids = sorted({finding.id for finding in report.findings.values()})
    rows = (
        (
            (_known(f"finding.{id}", words) or id, None),
            (_known(f"definition.{id}", words), None),
            (id, None),
        )
        for id in ids
    )
    return Sheet(
        words.label("workbook.definitions"),
        words.label("workbook.definitions_title"),
        "",
        tuple(words.label(f"workbook.{name}") for name in ("label", "definition", "key")),
        tuple(rows),
    )


# ---------------------------------------------------------------- writing


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, accent: str, words: Words) -> None:
        self._book = book
        self._words = words
        self._title = book.add_format({"bold": True, "font_size": 14, "font_color": accent})
        self._note = book.add_format({"font_color": "#5c6770"})
        self._header = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "bg_color": "#f3f6f8"}
        )
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._link = book.add_format({"font_color": accent, "underline": 1})
        self._units: dict[str, Format] = {}

    def contents(self, title: str, subtitle: str, sheets: Sequence[Sheet]) -> None:
        page = self._book.add_worksheet(self._words.label("page.contents"))
        page.hide_gridlines(2)
        page.set_column(0, 0, 16)
        page.set_column(1, 1, 100)
        page.write_string(0, 0, self._shown(title), self._title)
        page.write_string(1, 0, self._shown(subtitle), self._note)
        for row, sheet in enumerate(sheets, start=_HEADER_ROW):
            page.write_url(row, 0, f"internal:'{sheet.name}'!A1", self._link, sheet.name)
            page.write_string(row, 1, self._shown(sheet.title))

    def sheet(self, sheet: Sheet) -> None:
        page = self._book.add_worksheet(sheet.name)
        page.write_string(0, 0, self._shown(sheet.title), self._title)
        page.write_string(1, 0, self._shown(sheet.note), self._note)
        for column, header in enumerate(sheet.headers):
            page.write_string(_HEADER_ROW, column, self._shown(header), self._header)
            page.set_column(column, column, self._width(sheet, column))
        for number, row in enumerate(sheet.rows, start=_HEADER_ROW + 1):
            for column, (value, unit) in enumerate(row):
                self._cell(page, number, column, value, unit)
        page.freeze_panes(_HEADER_ROW + 1, 1)
        last = _HEADER_ROW + max(len(sheet.rows), 1)
        page.autofilter(_HEADER_ROW, 0, last, len(sheet.headers) - 1)

    def _cell(self, page: Worksheet, row: int, column: int, value: Any, unit: str | None) -> None:
        if value is None:
            page.write_blank(row, column, None, self._text)
        elif unit is None:
            page.write_string(row, column, self._shown(str(value)), self._text)
        else:
            # A difference of shares is read in percentage points, as in the report.
            page.write_number(row, column, value * 100 if unit == "points" else value, self._unit(unit))

    def _unit(self, unit: str) -> Format:
        if unit not in self._units:
            self._units[unit] = self._book.add_format({"num_format": _FORMATS[unit], "valign": "top"})
        return self._units[unit]

    def _width(self, sheet: Sheet, column: int) -> float:
        texts = [str(row[column][0]) for row in sheet.rows if row[column][1] is None]
        widest = max([_measure(sheet.headers[column]) * 0.7, *map(_measure, texts), 10])
        return min(widest, _WIDEST) + 2

    def _shown(self, text: str) -> str:
        return visible(text, self._words.language)


def _measure(text: str) -> float:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
