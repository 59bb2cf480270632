"""Upright columns: counts by class, and months in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from babel.dates import format_date, format_skeleton
from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.bars import Scale, bars
from crmreport.display.charts.reading import Options, Values, items, ticks, values
from crmreport.display.charts.sheet import Sheet, spread, wrap
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT, TEXT_SMALL, Role, Weight, text_width
from crmreport.period import add_months
from crmreport.text import Words
from crmreport.text.words import ABSENT

_PLOT = 140.0
_ROW = TEXT * LINE
_SMALL = TEXT_SMALL * LINE
_HEAD = _SMALL + 3
_FILLED = 0.72  # of a column's place
_MOST_LINES = 4  # of a label under a column; longer ones read better beside bars
_BETWEEN = 3.0  # between two texts side by side


@dataclass(frozen=True)
class Place:
    """Where columns stand: the middle of each, how far apart they are, and their scale."""

    left: float
    pitch: float
    top: float
    scale: Scale

    def x(self, number: int) -> float:
        return self.left + (number + 0.5) * self.pitch

    def y(self, value: float) -> float:
        return self.top + _PLOT - self.scale(value)

    def column(self, sheet: Sheet, number: int, value: float, colour: Role) -> None:
        half = self.pitch * _FILLED / 2
        sheet.box(self.x(number) - half, self.y(0), self.x(number) + half, self.y(value), colour)

    def value(self, sheet: Sheet, number: int, value: float, text: str, weight: Weight) -> None:
        beyond = -_ROW / 2 if value >= 0 else _ROW / 2
        half = text_width(text, weight=weight) / 2
        x = min(max(self.x(number), half), sheet.width - half)
        sheet.text(x, self.y(value) + beyond, text, weight=weight, align="center")


def columns(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """A column for each class in the order of the rows, its value above it.

    Where a label or a value is too wide to stand under or over its column, bars are drawn instead.
    Options: ``highlight``, as for ``bars``.
    """
    names, measured = items(data, words), values(data, words)
    chosen = names.chosen(options)
    pitch = min(width / max(len(names.keys), 1), 90.0)
    labels = [wrap(text, pitch - _BETWEEN) for text in names.texts]
    if not _fits(names.texts, labels, measured, pitch):
        return bars(data, options, words, width=width)
    most = max(len(lines) for lines in labels)
    named = 1 if names.name else 0
    sheet = Sheet(words.language, width, _HEAD + _PLOT + (most + named) * _ROW + 4)
    place = Place(0, pitch, _HEAD, _scale(measured.known))
    sheet.text(0, _SMALL / 2, measured.name, colour="muted", size=TEXT_SMALL)
    for number, value in enumerate(measured.numbers):
        strong = chosen[number] or "highlight" not in options
        place.column(sheet, number, value or 0.0, "accent" if strong else "grey")
    for number, (value, text, lines) in enumerate(zip(measured.numbers, measured.texts, labels, strict=True)):
        weight: Weight = "bold" if chosen[number] else "regular"
        place.value(sheet, number, value or 0.0, text, weight)
        sheet.lines(place.x(number), _under(lines), lines, align="center", weight=weight)
    if names.name:
        sheet.text(0, sheet.height - _ROW / 2, names.name, colour="muted", size=TEXT_SMALL)
    sheet.line([(0, place.y(0)), (pitch * len(labels), place.y(0))], "rule")
    return sheet.figure


def _under(lines: Sequence[str]) -> float:
    return _HEAD + _PLOT + 3 + len(lines) * _ROW / 2


def _fits(names: Sequence[str], labels: Sequence[Sequence[str]], measured: Values, pitch: float) -> bool:
    broken = any(
        text_width(word, weight="bold") > pitch - _BETWEEN
        for name in names
        for word in name.split()
        if word.isascii()
    )
    wide = max((text_width(text, weight="bold") for text in measured.texts), default=pitch)
    tall = any(len(lines) > _MOST_LINES for lines in labels)
    return bool(names) and not broken and not tall and wide <= pitch - _BETWEEN


def _scale(known: Sequence[float]) -> Scale:
    return Scale.fitting(
        [(value, 0.0, _ROW) if value >= 0 else (value, _ROW, 0.0) for value in known], 0, _PLOT
    )


# ---------------------------------------------------------------- months


@dataclass(frozen=True)
class Span:
    """Some of the months, from place ``first`` to ``last``, and what they are called."""

    first: int
    last: int
    name: str
    colour: Role


def months(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """A column a month; the reported period is set off, and what it is compared with is named.

    Data: a column of dates (each month's first day) and one of numbers. Options: ``from`` and ``to``,
    the reported period's first and last day.
    """
    days = [date.fromisoformat(key) for key in items(data, words).keys]
    measured = values(data, words)
    first = min(days)
    places = [_months_between(first, day) for day in days]
    spans = _spans(options, first, set(places), words)
    reported = range(spans[-1].first, spans[-1].last + 1) if spans else range(0)
    marked = _ticks(measured, words, width / (max(places) + 1))
    left = max((text_width(text, TEXT_SMALL) for _, text in marked), default=-4.0) + 4
    pitch = (width - left) / (max(places) + 1)
    place = Place(left, pitch, _HEAD, _scale([*measured.known, *(value for value, _ in marked)]))
    rows = _rows(spans, place, width)
    under = _HEAD + _PLOT + 3
    sheet = Sheet(words.language, width, under + 2 * _SMALL + (max(rows, default=-1) + 1) * (_SMALL + 4) + 2)
    sheet.text(0, _SMALL / 2, measured.name, colour="muted", size=TEXT_SMALL)
    for value, _ in marked:
        sheet.line([(left, place.y(value)), (width, place.y(value))], "grid")
    for value, text in marked:
        sheet.text(left - 4, place.y(value), text, colour="muted", size=TEXT_SMALL, align="right")
    _draw_months(sheet, place, places, measured, spans, every_value=not marked)
    sheet.line([(left, place.y(0)), (width, place.y(0))], "rule")
    _calendar(sheet, place, first, max(places) + 1, under, reported, words)
    for span, row in zip(spans, rows, strict=True):
        _draw_span(sheet, place, span, under + 2 * _SMALL + row * (_SMALL + 4))
    return sheet.figure


def _months_between(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


def _spans(options: Options, first: date, known: set[int], words: Words) -> list[Span]:
    """The months of last year, of the period before and of the reported one, as far as all are known."""
    if "from" not in options or "to" not in options:
        return []
    start = date.fromisoformat(str(options["from"])).replace(day=1)
    length = _months_between(start, date.fromisoformat(str(options["to"]))) + 1
    wanted: list[tuple[int, str, Role]] = [(-length, "chart.before", "grey"), (0, "chart.reported", "accent")]
    if length < 12:
        wanted.insert(0, (-12, "chart.last_year", "grey"))
    spans = []
    for shift, name, colour in wanted:
        begin = _months_between(first, add_months(start, shift))
        if set(range(begin, begin + length)) <= known:
            spans.append(Span(begin, begin + length - 1, words.label(name), colour))
    return spans


def _ticks(measured: Values, words: Words, pitch: float) -> list[tuple[float, str]]:
    """Values of grid lines, where months are too many for each to carry its own."""
    if all(text_width(text, weight="bold") + _BETWEEN <= pitch for text in measured.texts):
        return []
    low, high = min(0.0, *measured.known), max(0.0, *measured.known)
    return ticks(low, high, measured.unit, words, most=3)


def _draw_months(
    sheet: Sheet, place: Place, places: list[int], measured: Values, spans: list[Span], *, every_value: bool
) -> None:
    colours = [_colour(number, spans) for number in places]
    for number, value, colour in zip(places, measured.numbers, colours, strict=True):
        place.column(sheet, number, value or 0.0, colour)
    if not every_value:
        return
    for number, value, text, colour in zip(places, measured.numbers, measured.texts, colours, strict=True):
        weight: Weight = "bold" if colour == "accent" else "regular"
        place.value(sheet, number, value or 0.0, ABSENT if value is None else text, weight)


def _colour(number: int, spans: Sequence[Span]) -> Role:
    """That of the last of the spans that a month lies in."""
    inside = [span for span in spans if span.first <= number <= span.last]
    return inside[-1].colour if inside else "pale"


def _calendar(
    sheet: Sheet, place: Place, first: date, count: int, top: float, reported: range, words: Words
) -> None:
    """The months' names as far as there is room for them, and the years under their first month."""
    days = [add_months(first.replace(day=1), number) for number in range(count)]
    names = [str(format_date(day, "LLL", locale=words.locale)) for day in days]
    widest = max(text_width(name, TEXT_SMALL, "bold") for name in names) + _BETWEEN
    step = next((step for step in (1, 2, 3, 4, 6, 12) if widest <= step * place.pitch), 12)
    years = []
    for number, day in enumerate(days):
        if (day.month - 1) % step == 0:
            weight: Weight = "bold" if number in reported else "regular"
            half = text_width(names[number], TEXT_SMALL, weight) / 2
            x = min(max(place.x(number), half), sheet.width - half)
            sheet.text(x, top + _SMALL / 2, names[number], size=TEXT_SMALL, align="center", weight=weight)
        if number == 0 or day.month == 1:
            year = str(format_skeleton("y", day, locale=words.locale))
            years.append((place.left + number * place.pitch, year))
    for (x, year), (beyond, _) in pairwise([*years, (sheet.width, "")]):
        indent = place.pitch * (1 - _FILLED) / 2
        if indent + text_width(year, TEXT_SMALL) <= beyond - x:
            sheet.text(x + indent, top + 1.5 * _SMALL, year, colour="muted", size=TEXT_SMALL)


def _rows(spans: Sequence[Span], place: Place, width: float) -> list[int]:
    """The row under the calendar in which each span is named, so that no two names meet."""
    taken: list[float] = []
    rows = []
    for span in spans:
        left, right = _name_edges(span, place, width)
        row = next((row for row, edge in enumerate(taken) if edge + _BETWEEN <= left), len(taken))
        taken[row : row + 1] = [right]
        rows.append(row)
    return rows


def _name_edges(span: Span, place: Place, width: float) -> tuple[float, float]:
    half = text_width(span.name, TEXT_SMALL, "bold") / 2
    centre = spread([(place.x(span.first) + place.x(span.last)) / 2], [2 * half], 0, width)[0]
    return centre - half, centre + half


def _draw_span(sheet: Sheet, place: Place, span: Span, top: float) -> None:
    left, right = _name_edges(span, place, sheet.width)
    half = place.pitch * _FILLED / 2
    sheet.line(
        [(place.x(span.first) - half, top + 2), (place.x(span.last) + half, top + 2)], span.colour, width=1.5
    )
    colour: Role = "accent" if span.colour == "accent" else "muted"
    weight: Weight = "bold" if span.colour == "accent" else "regular"
    y = top + 4 + _SMALL / 2
    sheet.text(
        (left + right) / 2, y, span.name, colour=colour, size=TEXT_SMALL, weight=weight, align="center"
    )
