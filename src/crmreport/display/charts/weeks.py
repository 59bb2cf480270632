"""Weeks in their order: whether sales came in evenly, and where a gap is."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.bars import Scale
from crmreport.display.charts.reading import Options, items, values
from crmreport.display.charts.sheet import Sheet
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT_SMALL, text_width
from crmreport.text import Words

_PLOT = 90.0
_SMALL = TEXT_SMALL * LINE
_FILLED = 0.75  # of a week's place


def weeks(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """A column a week, a dashed line for what is usual, and the weeks of a gap in the contrast.

    Data: a column of dates (each week's Monday) and one of numbers. Options: ``gaps``, the cells of
    the weeks to set off; ``usual``, the value of the line.
    """
    names, measured = items(data, words), values(data, words)
    gaps = names.chosen({"highlight": options.get("gaps")})
    days = [date.fromisoformat(key) for key in names.keys]
    usual = float(str(options.get("usual", 0.0)))
    note = words.label("chart.usual", value=words.axis(usual, measured.unit))
    top = _SMALL + 4
    scale = Scale.fitting([(value, 0.0, 2.0) for value in (*measured.known, usual)], 0, _PLOT)
    sheet = Sheet(words.language, width, top + _PLOT + 2 * _SMALL + 4)
    bottom, pitch = top + _PLOT, width / max(len(days), 1)
    sheet.text(0, _SMALL / 2, measured.name, colour="muted", size=TEXT_SMALL)
    sheet.text(width, _SMALL / 2, note, colour="muted", size=TEXT_SMALL, align="right")
    for number, (value, gap) in enumerate(zip(measured.numbers, gaps, strict=True)):
        left = number * pitch
        end = left + pitch * _FILLED
        sheet.box(left, bottom, end, bottom - scale(value or 0.0), "contrast" if gap else "grey")
    sheet.line([(0, bottom - scale(usual)), (width, bottom - scale(usual))], "ink", dashed=True)
    sheet.line([(0, bottom), (width, bottom)], "rule")
    _calendar(sheet, days, pitch, bottom, words)
    return sheet.figure


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
