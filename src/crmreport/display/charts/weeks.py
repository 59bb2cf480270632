"""Weeks in their order: whether sales came in evenly, where a gap is, and whether a share has moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from babel.dates import format_date
from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.bars import Scale
from crmreport.display.charts.reading import Options, bounds, items, required, values
from crmreport.display.charts.sheet import Sheet
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT_SMALL, text_width
from crmreport.params import LocalText
from crmreport.text import Words
from crmreport.text.glyphs import visible

_PLOT = 90.0
_SMALL = TEXT_SMALL * LINE
_FILLED = 0.75  # of a week's place
_WEEK = 7  # days
_APART = 6.0  # between two events' names


def weeks(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """A column a week, a dashed line for what is usual, and the weeks of a gap in the contrast.

    Data: a column of dates (each week's Monday) and one of numbers. Options: ``gaps``, the cells of
    the weeks to set off; ``usual``, the value of the line; ``events``, pairs of a day and what the event
    on it is called, which are named under the calendar.
    """
    names, measured = items(data, words), values(data, words)
    gaps = names.chosen({"highlight": options.get("gaps")})
    days = [date.fromisoformat(key) for key in names.keys]
    usual = float(str(options.get("usual", 0.0)))
    note = words.label("chart.usual", value=words.axis(usual, measured.unit))
    top = _SMALL + 4
    scale = Scale.fitting([(value, 0.0, 2.0) for value in (*measured.known, usual)], 0, _PLOT)
    bottom, pitch = top + _PLOT, width / max(len(days), 1)
    marks = _marks(options, days, pitch, width, words)
    rows = 1 + max((mark.row for mark in marks), default=-1)
    sheet = Sheet(words.language, width, bottom + (2 + rows) * _SMALL + 4)
    sheet.text(0, _SMALL / 2, measured.name, colour="muted", size=TEXT_SMALL)
    sheet.text(width, _SMALL / 2, note, colour="muted", size=TEXT_SMALL, align="right")
    for number, (value, gap) in enumerate(zip(measured.numbers, gaps, strict=True)):
        left = number * pitch
        end = left + pitch * _FILLED
        sheet.box(left, bottom, end, bottom - scale(value or 0.0), "contrast" if gap else "grey")
    sheet.line([(0, bottom - scale(usual)), (width, bottom - scale(usual))], "ink", dashed=True)
    sheet.line([(0, bottom), (width, bottom)], "rule")
    _calendar(sheet, days, pitch, bottom, words)
    for mark in marks:
        _draw_mark(sheet, mark, bottom)
    return sheet.figure


def control(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """A control chart: each week's value as a dot, their weighted mean as a line, its limits as a band.

    Data: a column of dates (each week's Monday), two of numbers (the value, the mean), ``low`` and ``high``.
    Options: ``usual``, the value of the line in the middle; ``since``, the first of the weeks that are
    looked at, where an upright line stands. Means outside their limits are in the contrast.
    """
    names, measured, means = items(data, words), values(data, words), values(data, words, number=1)
    days = [date.fromisoformat(key) for key in names.keys]
    usual = float(str(required(options, "usual")))
    rows = list(zip(measured.numbers, means.numbers, bounds(data), strict=True))
    known = [value for one, mean, pair in rows for value in (one, mean, *(pair or ())) if value is not None]
    top = 2 * _SMALL + 4
    scale = Scale.fitting([(value, 0.0, 2.0) for value in (*known, usual)], 0, _PLOT)
    bottom, pitch = top + _PLOT, width / max(len(days), 1)
    sheet = Sheet(words.language, width, bottom + 2 * _SMALL + 4)
    sheet.text(0, _SMALL / 2, measured.name, colour="muted", size=TEXT_SMALL)
    note = words.label("chart.usual", value=words.axis(usual, measured.unit))
    sheet.text(width, _SMALL / 2, note, colour="muted", size=TEXT_SMALL, align="right")
    sheet.text(0, 1.5 * _SMALL, words.label("chart.control"), colour="muted", size=TEXT_SMALL)
    middles = [(number + 0.5) * pitch for number in range(len(days))]
    for number, (_, _, pair) in enumerate(rows):
        if pair:
            left = number * pitch
            sheet.box(left, bottom - scale(pair[0]), left + pitch + 0.2, bottom - scale(pair[1]), "grid")
    sheet.line([(0, bottom - scale(usual)), (width, bottom - scale(usual))], "ink", dashed=True)
    since = next((place for place, day in enumerate(days) if day.isoformat() >= str(options.get("since"))), 0)
    if since:
        sheet.line([(since * pitch, top), (since * pitch, bottom)], "rule")
    for x, (value, _, _) in zip(middles, rows, strict=True):
        if value is not None:
            sheet.dot(x, bottom - scale(value), "grey", size=4)
    line = [
        (x, bottom - scale(mean)) for x, (_, mean, _) in zip(middles, rows, strict=True) if mean is not None
    ]
    sheet.line(line, "accent", width=1.8)
    for x, (_, mean, pair) in zip(middles, rows, strict=True):
        if mean is not None and pair and not pair[0] <= mean <= pair[1]:
            sheet.dot(x, bottom - scale(mean), "contrast", size=6.5)
    sheet.line([(0, bottom), (width, bottom)], "rule")
    _calendar(sheet, days, pitch, bottom, words)
    return sheet.figure


@dataclass(frozen=True)
class Mark:
    """An event under the weeks: where its week is, and its name's middle and row."""

    x: float
    middle: float
    row: int
    name: str


def _marks(options: Options, days: list[date], pitch: float, width: float, words: Words) -> list[Mark]:
    """The events inside the weeks, named in as few rows as hold their names side by side."""
    marks: list[Mark] = []
    taken: list[float] = []
    for day, name in sorted(_events(options, words)):
        week = next((place for place, monday in enumerate(days) if 0 <= (day - monday).days < _WEEK), None)
        if week is None:
            continue
        x, half = (week + _FILLED / 2) * pitch, text_width(name, TEXT_SMALL) / 2
        middle = min(max(x, half), max(width - half, half))
        row = next((row for row, edge in enumerate(taken) if edge <= middle - half), len(taken))
        taken[row : row + 1] = [middle + half + _APART]
        marks.append(Mark(x, middle, row, name))
    return marks


def _events(options: Options, words: Words) -> list[tuple[date, str]]:
    pairs = cast(list[tuple[str, dict[str, str]]], options.get("events", []))
    return [
        (
            date.fromisoformat(day),
            visible(LocalText.model_validate(name).in_language(words.language), words.language),
        )
        for day, name in pairs
    ]


def _draw_mark(sheet: Sheet, mark: Mark, bottom: float) -> None:
    y = bottom + (2.5 + mark.row) * _SMALL + 2
    sheet.dot(mark.x, bottom, "accent", size=4.5)
    sheet.text(mark.middle, y, mark.name, colour="accent", size=TEXT_SMALL, align="center")


def _calendar(sheet: Sheet, days: list[date], pitch: float, bottom: float, words: Words) -> None:
    """The months' names under their first full week, as far as there is room, and the years."""
    free = {"LLL": 0.0, "y": 0.0}
    told: dict[str, int] = {}
    for number, day in enumerate(days):
        for row, (pattern, part) in enumerate((("LLL", day.month), ("y", day.year))):
            x = number * pitch
            if told.get(pattern) == part:
                continue
            text = str(format_date(day, pattern, locale=words.locale))
            text += "年" if pattern == "y" and words.chinese else ""
            room = text_width(text, TEXT_SMALL)
            if x >= free[pattern] and x + room <= sheet.width:
                y = bottom + 2 + (row + 0.5) * _SMALL
                sheet.text(x, y, text, colour="muted", size=TEXT_SMALL)
                free[pattern] = x + room + 3
            told[pattern] = part
