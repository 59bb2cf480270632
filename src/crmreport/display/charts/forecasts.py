"""Forecasts beside what came, by class of customer and over time; and four kinds of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.plots import Axis
from crmreport.display.charts.reading import Items, Options, Values, items, required, values
from crmreport.display.charts.sheet import Sheet, spread, wrap
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT, TEXT_SMALL, Role, Weight, text_width
from crmreport.errors import RenderError
from crmreport.text import Words

_PLOT = 150.0
_ROW = TEXT * LINE
_SMALL = TEXT_SMALL * LINE
_GAP = 4.0
_NAMES = 118.0  # beside the plot, for the names of its lines
_NARROW = 360.0
_LEAST = 1.0  # an axis of counts is never finer

Point = tuple[float, float]
Style = tuple[Role, float, bool]
_ACTUAL: Style = ("ink", 1.8, False)
_CHOSEN: Style = ("accent", 1.8, False)
_OTHER: Style = ("grey", 1.0, True)


@dataclass(frozen=True)
class Line:
    """One line of a plot: its name, its style, and its points, without those that are withheld."""

    name: str
    style: Style
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Plot:
    """Where the plot lies on its sheet, and its vertical scale; names of lines stand right of it, or in
    rows above it where the sheet is narrow."""

    left: float
    top: float
    right: float
    up: Axis

    @property
    def bottom(self) -> float:
        return self.top + _PLOT

    def height_of(self, value: float) -> float:
        return self.bottom - value / self.up.end * _PLOT

    def grid(self, sheet: Sheet, name: str) -> None:
        sheet.text(0, self.top - 5 - _SMALL / 2, name, colour="muted", size=TEXT_SMALL)
        levels = [self.height_of(tick) for tick in self.up.ticks]
        for tick, y in zip(self.up.ticks, levels, strict=True):
            sheet.line([(self.left, y), (self.right, y)], "rule" if tick == 0 else "grid")
        for text, y in zip(self.up.texts, levels, strict=True):
            sheet.text(self.left - _GAP, y, text, colour="muted", size=TEXT_SMALL, align="right")


def _plot(names: Sequence[str], measured: Values, largest: float, words: Words, width: float) -> Plot:
    largest = max(largest, _LEAST) if measured.unit == "count" else largest
    up = Axis.fitting(largest, measured, words, most=5)
    left = max(text_width(text, TEXT_SMALL) for text in up.texts) + _GAP
    narrow = width < _NARROW
    head = sum(len(wrap(name, width - 24, TEXT_SMALL)) for name in names) * _SMALL if narrow else 0.0
    return Plot(left, head + _SMALL + 8, width - 8 if narrow else width - _NAMES, up)


def _columns(data: Data, words: Words) -> list[Values]:
    count = sum(column.numeric for column in data.columns)
    return [values(data, words, number=number) for number in range(count)]


# ---------------------------------------------------------------- by class


def calibration(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """What came in each class of customers, and what was foretold of it, a line each.

    Data: names of classes in their order, then numbers of one unit: first what came, then the forecasts.
    Options: ``chosen``, the key of the forecast that the report goes by (the others are grey), and
    ``measure``, the message that names the vertical scale.
    """
    names, columns = items(data, words), _columns(data, words)
    keys = [column.key for column in data.columns if column.numeric]
    chosen = options.get("chosen")
    lines = []
    styles = [_ACTUAL, *(_CHOSEN if key == chosen else _OTHER for key in keys[1:])]
    plot = _plot([one.name for one in columns], columns[0], _largest(columns), words, width)
    step = (plot.right - plot.left) / max(len(names.texts), 1)
    for measured, style in zip(columns, styles, strict=True):
        points = [
            (plot.left + (place + 0.5) * step, plot.height_of(number))
            for place, number in enumerate(measured.numbers)
            if number is not None
        ]
        lines.append(Line(measured.name, style, tuple(points)))
    sheet = Sheet(words.language, width, plot.bottom + 6 + 2 * _SMALL)
    plot.grid(sheet, words.label(str(required(options, "measure"))))
    _draw_lines(sheet, plot, lines, dots=True)
    _draw_classes(sheet, plot, names, step)
    return sheet.figure


def _largest(columns: Sequence[Values]) -> float:
    return max((number for one in columns for number in one.known), default=0.0)


def _draw_classes(sheet: Sheet, plot: Plot, names: Items, step: float) -> None:
    """The classes' names under the plot, as many as there is room for."""
    free = 0.0
    for place, text in enumerate(names.texts):
        half = text_width(text, TEXT_SMALL) / 2
        x = min(plot.left + (place + 0.5) * step, sheet.width - half)
        if x - half >= free:
            sheet.text(x, plot.bottom + 3 + _SMALL / 2, text, colour="muted", size=TEXT_SMALL, align="center")
            free = x + half + 3
    lines = wrap(names.name, sheet.width - plot.left, TEXT_SMALL)[:1]
    sheet.lines(plot.left, plot.bottom + 4 + 1.5 * _SMALL, lines, colour="muted", size=TEXT_SMALL)


def _draw_lines(sheet: Sheet, plot: Plot, lines: Sequence[Line], *, dots: bool = False) -> None:
    """The greys first; then what was chosen and what came, so that these lie above."""
    for line in sorted(lines, key=lambda one: (one.style != _OTHER, one.style == _ACTUAL)):
        colour, thick, dashed = line.style
        if len(line.points) > 1:
            sheet.line(line.points, colour, width=thick, dashed=dashed)
        for x, y in line.points if dots and not dashed else ():
            sheet.dot(x, y, colour)
    shown = [line for line in lines if line.points]
    if sheet.width < _NARROW:
        _draw_key(sheet, shown)
    else:
        _name_ends(sheet, plot, shown)


def _weight(line: Line) -> Weight:
    return "regular" if line.style == _OTHER else "bold"


def _name_ends(sheet: Sheet, plot: Plot, lines: Sequence[Line]) -> None:
    """Each line's name beside its last point."""
    ordered = sorted(lines, key=lambda line: line.points[-1][1])
    texts = [wrap(line.name, _NAMES - 12, TEXT_SMALL, _weight(line)) for line in ordered]
    heights = [len(text) * _SMALL + 2 for text in texts]
    middles = spread([line.points[-1][1] for line in ordered], heights, plot.top - _SMALL, sheet.height)
    for line, text, middle in zip(ordered, texts, middles, strict=True):
        x, y = line.points[-1]
        if abs(middle - y) > 2 or plot.right - x > 8:
            sheet.line([(x + 4, y), (plot.right + 4, middle)], "rule", width=0.5)
        colour: Role = "muted" if line.style == _OTHER else line.style[0]
        sheet.lines(plot.right + 8, middle, text, colour=colour, size=TEXT_SMALL, weight=_weight(line))


def _draw_key(sheet: Sheet, lines: Sequence[Line]) -> None:
    """The lines' names above the plot, each after a piece of its line."""
    y = 0.0
    for line in lines:
        text = wrap(line.name, sheet.width - 24, TEXT_SMALL)
        colour, thick, dashed = line.style
        sheet.line([(0, y + _SMALL / 2), (18, y + _SMALL / 2)], colour, width=thick, dashed=dashed)
        sheet.lines(22, y + len(text) * _SMALL / 2, text, colour="muted", size=TEXT_SMALL)
        y += len(text) * _SMALL


# ---------------------------------------------------------------- over time


def tracking(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """What came, cumulated over time, and what was foretold of it.

    Data: rising times, then what came and the forecast. Options: ``since``, the time from which on the
    forecast had not seen what came; ``measure``, as for ``calibration``.
    """
    times, *columns = _columns(data, words)
    if len(columns) < 2:
        raise RenderError("The chart “tracking” needs times, what came and a forecast.", where="data")
    since = float(cast(float, required(options, "since")))
    plot = _plot([one.name for one in columns], columns[0], _largest(columns), words, width)
    across = Axis.fitting(max(times.known), times, words, most=8 if width >= _NARROW else 5)
    last = max(times.known)

    def x_of(time: float) -> float:
        return plot.left + time / last * (plot.right - plot.left)

    sheet = Sheet(words.language, width, plot.bottom + 6 + 2 * _SMALL)
    sheet.box(x_of(since), plot.top, plot.right, plot.bottom, "surface")
    plot.grid(sheet, words.label(str(required(options, "measure"))))
    lines = [
        Line(
            measured.name,
            style,
            tuple(
                (x_of(time), plot.height_of(number))
                for time, number in zip(times.numbers, measured.numbers, strict=True)
                if time is not None and number is not None
            ),
        )
        for measured, style in zip(columns, (_ACTUAL, _CHOSEN, _OTHER), strict=False)
    ]
    _draw_lines(sheet, plot, lines)
    for tick, text in zip(across.ticks, across.texts, strict=True):
        if tick <= last:
            sheet.text(
                x_of(tick),
                plot.bottom + 3 + _SMALL / 2,
                text,
                colour="muted",
                size=TEXT_SMALL,
                align="center",
            )
    sheet.text(plot.left, plot.bottom + 4 + 1.5 * _SMALL, times.name, colour="muted", size=TEXT_SMALL)
    _name_since(sheet, plot, x_of(since), words.label("chart.holdout"))
    return sheet.figure


def _name_since(sheet: Sheet, plot: Plot, x: float, text: str) -> None:
    sheet.line([(x, plot.top), (x, plot.bottom)], "contrast", width=0.9, dashed=True)
    width = text_width(text, TEXT_SMALL)
    place = plot.bottom - 3 - _SMALL / 2
    left = x + 3 if x + 3 + width <= plot.right else max(x - 3 - width, plot.left)
    sheet.text(left, place, text, colour="contrast", size=TEXT_SMALL)


# ---------------------------------------------------------------- four quarters


def quadrant(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """Four kinds of customers by two measures: high or low of the one across, of the other upwards.

    Data: the names of the kinds and their numbers, each written with its column's name, in the order upper
    left, upper right, lower left, lower right. Options: ``highlight``, as for ``bars``; ``across`` and
    ``up``, the messages that name the two measures.
    """
    names, columns = items(data, words), _columns(data, words)
    if len(names.texts) != 4:
        raise RenderError("The chart “quadrant” needs four rows.", where="data")
    side = (width - _GAP) / 2
    cells = [_Cell.of(text, place, columns, words, side - 16) for place, text in enumerate(names.texts)]
    up, across = (
        wrap(words.label(str(required(options, key))), width, TEXT_SMALL) for key in ("up", "across")
    )
    tall = [max(cell.height for cell in cells[row : row + 2]) for row in (0, 2)]
    top = len(up) * _SMALL + 4
    bottom = top + sum(tall) + _GAP + 4
    sheet = Sheet(words.language, width, bottom + len(across) * _SMALL)
    sheet.lines(0, (top - 4) / 2, up, colour="muted", size=TEXT_SMALL)
    for place, (cell, strong) in enumerate(zip(cells, names.chosen(options), strict=True)):
        left, start = (place % 2) * (side + _GAP), top + (place // 2) * (tall[0] + _GAP)
        cell.draw(sheet, left, start, left + side, start + tall[place // 2], strong=strong)
    aligned = width - max(text_width(line, TEXT_SMALL) for line in across)
    middle = bottom + len(across) * _SMALL / 2
    sheet.lines(aligned, middle, across, colour="muted", size=TEXT_SMALL)
    return sheet.figure


@dataclass(frozen=True)
class _Cell:
    """One quarter: its name and what is said of it, in lines that fit."""

    title: Sequence[str]
    said: Sequence[str]

    @classmethod
    def of(cls, name: str, place: int, columns: Sequence[Values], words: Words, room: float) -> _Cell:
        texts = [words.label("chart.named", name=one.name, value=one.texts[place]) for one in columns]
        said = [line for text in texts for line in wrap(text, room, TEXT_SMALL, "bold")]
        return cls(wrap(name, room, weight="bold"), said)

    @property
    def height(self) -> float:
        return len(self.title) * _ROW + len(self.said) * _SMALL + 16

    def draw(
        self, sheet: Sheet, left: float, top: float, right: float, bottom: float, *, strong: bool
    ) -> None:
        sheet.box(left, top, right, bottom, "surface")
        if strong:
            sheet.box(left, top, left + 3, bottom, "accent")
        under = top + 8 + len(self.title) * _ROW
        weight: Weight = "bold" if strong else "regular"
        colour: Role = "accent" if strong else "ink"
        sheet.lines(left + 10, (top + 8 + under) / 2, self.title, weight=weight, colour=colour)
        for number, line in enumerate(self.said):
            first: Weight = "regular" if number else weight
            sheet.text(left + 10, under + (number + 0.5) * _SMALL, line, size=TEXT_SMALL, weight=first)
