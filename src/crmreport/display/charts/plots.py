"""Plots of one number against another: how many have come back by when, and brands by size and rhythm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import cast

import numpy as np
from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.curves import Box, Room
from crmreport.display.charts.reading import Options, Values, bounds, items, ticks, values
from crmreport.display.charts.sheet import Sheet, wrap
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT, TEXT_SMALL, Role, Weight, text_width
from crmreport.text import Words

_PLOT = 170.0
_ROW = TEXT * LINE
_SMALL = TEXT_SMALL * LINE
_GAP = 4.0
_STEPS = tuple(float(part) for part in np.linspace(0, 1, 7))
Point = tuple[float, float]
Pair = tuple[float, float] | None


@dataclass(frozen=True)
class Axis:
    """A linear scale from ``start`` to ``end``, with its ticks and how they are written."""

    ticks: tuple[float, ...]
    texts: tuple[str, ...]
    start: float
    end: float

    @classmethod
    def fitting(
        cls, largest: float, measured: Values, words: Words, *, most: int, smallest: float = 0.0
    ) -> Axis:
        largest = largest if largest > smallest else smallest + 1.0
        places, texts = zip(*ticks(smallest, largest, measured.unit, words, most=most), strict=True)
        return cls(places, texts, places[0], places[-1])

    def part(self, number: float) -> float:
        """How far along the scale a number lies: 0 to 1."""
        return (number - self.start) / (self.end - self.start)


@dataclass(frozen=True)
class Plane:
    """Where the plot lies on its sheet, and its two scales."""

    left: float
    top: float
    right: float
    across: Axis
    up: Axis

    @property
    def bottom(self) -> float:
        return self.top + _PLOT

    def at(self, x: float, y: float) -> Point:
        across = self.left + self.across.part(x) * (self.right - self.left)
        return across, self.bottom - self.up.part(y) * _PLOT

    def frame(self, sheet: Sheet, xs: Values, ys: Values, *, name: float | None = None) -> None:
        """Grid, ticks and the names of both scales, that of the vertical one at height ``name``."""
        height = self.top - 3 - _SMALL if name is None else name
        sheet.text(0, height, ys.name, colour="muted", size=TEXT_SMALL)
        levels = [self.at(self.across.start, tick)[1] for tick in self.up.ticks]
        for tick, y in zip(self.up.ticks, levels, strict=True):
            sheet.line([(self.left, y), (self.right, y)], "rule" if tick == 0 else "grid")
        for text, y in zip(self.up.texts, levels, strict=True):
            sheet.text(self.left - _GAP, y, text, colour="muted", size=TEXT_SMALL, align="right")
        for tick, text in zip(self.across.ticks, self.across.texts, strict=True):
            x, half = self.at(tick, self.up.start)[0], text_width(text, TEXT_SMALL) / 2
            x = min(x, sheet.width - half)
            middle = self.bottom + 2 + _SMALL / 2
            sheet.text(x, middle, text, colour="muted", size=TEXT_SMALL, align="center")
        sheet.text(self.left, self.bottom + 2 + 1.6 * _SMALL, xs.name, colour="muted", size=TEXT_SMALL)

    @property
    def height(self) -> float:
        """Down to under the name of the horizontal scale."""
        return self.bottom + 4 + 2.2 * _SMALL


def _plane(
    xs: Values,
    ys: Values,
    ends: Point,
    words: Words,
    *,
    width: float,
    head: float,
    starts: Point = (0.0, 0.0),
) -> Plane:
    most = 8 if width == COLUMN_WIDTH else 5
    across = Axis.fitting(ends[0], xs, words, most=most, smallest=starts[0])
    up = Axis.fitting(ends[1], ys, words, most=5, smallest=starts[1])
    left = max(text_width(text, TEXT_SMALL) for text in up.texts) + _GAP
    right = width - max(text_width(text, TEXT_SMALL) for text in across.texts) / 2
    return Plane(left, head + _ROW / 2 + _SMALL, right, across, up)


# ---------------------------------------------------------------- survival


def survival(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """A step curve over time (the first numbers) of a share (the second), with its band.

    Data: rising times, shares, and ``low`` and ``high`` where there is a band. Options: ``marks``, times
    ``{"x": …, "y": …}`` that the text speaks of, each named on its line.
    """
    times, shares = values(data, words), values(data, words, number=1)
    band = bounds(data)
    rows = list(zip(times.known, shares.known, band, strict=True))
    marks = [
        (float(mark["x"]), float(mark["y"]))
        for mark in cast("list[dict[str, float]]", options.get("marks") or [])
    ]
    largest = max([share for _, share, _ in rows] + [pair[1] for *_, pair in rows if pair])
    ends = (rows[-1][0], largest)
    plane = _plane(times, shares, ends, words, width=width, head=len(marks) * _ROW + 4)
    sheet = Sheet(words.language, width, plane.height)
    plane.frame(sheet, times, shares, name=_SMALL / 2)  # above the marks, whose lines would cross it
    for (x, _, pair), (after, _, _) in pairwise([*rows, rows[-1]]):
        if pair and after > x:
            (left, top), (right, bottom) = plane.at(x, pair[1]), plane.at(after, pair[0])
            sheet.box(left, top, right + 0.2, bottom, "grid")
    sheet.line([plane.at(x, y) for x, y in _steps([(x, y) for x, y, _ in rows])], "accent", width=1.8)
    free = 0.0
    for number, point in enumerate(sorted(marks)):
        free = _mark(sheet, plane, point, number, times, words, free=free)
    return sheet.figure


def _steps(points: Sequence[Point]) -> Iterator[Point]:
    yield points[0]
    for (_, before), (x, y) in pairwise(points):
        yield from ((x, before), (x, y))


def _mark(
    sheet: Sheet, plane: Plane, point: Point, row: int, times: Values, words: Words, *, free: float
) -> float:
    """A point with what it says in its row, right of ``free``, where the line of the mark before it runs up.

    Returns what the next mark must keep free.
    """
    x, y = plane.at(*point)
    middle = _SMALL + row * _ROW + _ROW / 2
    sheet.line([(x, plane.bottom), (x, middle + _ROW / 2)], "accent", width=0.8, dashed=True)
    sheet.dot(x, y, "accent")
    shown = {"day": words.axis(point[0], times.unit), "share": words.axis(point[1], "share")}
    text = words.label("chart.by_day", **shown)
    half = text_width(text, weight="bold") / 2
    centre = min(max(x, free + half), sheet.width - half)
    sheet.text(centre, middle, text, colour="accent", weight="bold", align="center")
    return x + _GAP


# ---------------------------------------------------------------- scatter


def scatter(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """A point for each item: the first number across, the second up, named beside it.

    Data: names and two numbers, and ``low`` and ``high`` of the second where it has an interval; the
    option ``across`` names the two columns of the first's. A thin cross is drawn over both.

    Options: ``highlight``, as for ``bars``; ``line``, points ``[x, y]`` of what is to be expected, and
    ``line_label``, the message that names it; ``from_zero``, whether both scales begin at zero, which they do
    unless it is false; ``means``, ``{"x": …, "y": …}`` at which lines cross the plot, each with its value.
    Where points crowd, a name without room is left out.
    """
    names, xs, ys = items(data, words), values(data, words), values(data, words, number=1)
    chosen = names.chosen(options)
    line = [(float(x), float(y)) for x, y in cast("list[list[float]]", options.get("line") or [])]
    means = cast("dict[str, float] | None", options.get("means"))
    shown = [*line, *([(float(means["x"]), float(means["y"]))] if means else [])]
    named = cast("list[str]", options.get("across") or ["", ""])
    spreads = (bounds(data, (named[0], named[1])), bounds(data))
    across, up = (
        [*of.known, *(one[at] for one in shown), *(end for pair in spreads[at] for end in pair or ())]
        for at, of in enumerate((xs, ys))
    )
    starts = (0.0, 0.0) if options.get("from_zero", True) else (min(across), min(up))
    plane = _plane(xs, ys, (max(across), max(up)), words, width=width, head=4, starts=starts)
    sheet = Sheet(words.language, width, plane.height)
    plane.frame(sheet, xs, ys)
    drawn = [plane.at(x, y) for x, y in line]
    if drawn:
        sheet.line(drawn, "grey", dashed=True, width=1.0)
    points = [
        (plane.at(x, y), text, said if strong else "")
        for x, y, text, said, strong in zip(
            xs.numbers, ys.numbers, names.texts, ys.texts, chosen, strict=True
        )
        if x is not None and y is not None
    ]
    inside = Box(plane.left + 2, plane.top - _ROW / 2, width, plane.bottom - 1)
    room = Room(inside, [*_dense(drawn), *_rims([at for at, _, _ in points])])
    for arm in _arms(plane, (xs, ys), spreads):
        sheet.line(arm, "rule", width=1.0)
        room.lines += _dense(arm)
    if means:
        _cross(sheet, plane, room, (float(means["x"]), float(means["y"])), (xs, ys), words)
    for (x, y), _, said in points:
        sheet.dot(x, y, "accent" if said else "grey", size=7 if said else 5)
    for at, text, said in sorted(points, key=lambda point: not point[2]):
        _name(sheet, room, at, text, said)
    if drawn and options.get("line_label"):
        _name_line(sheet, room, drawn, words.label(str(options["line_label"])))
    return sheet.figure


def _arms(
    plane: Plane, measured: tuple[Values, Values], spreads: tuple[list[Pair], list[Pair]]
) -> list[list[Point]]:
    """The interval of each point across, and up."""
    arms = []
    for x, y, wide, tall in zip(measured[0].numbers, measured[1].numbers, *spreads, strict=True):
        if x is None or y is None:
            continue
        arms += [[plane.at(end, y) for end in wide]] if wide else []
        arms += [[plane.at(x, end) for end in tall]] if tall else []
    return arms


def _cross(
    sheet: Sheet, plane: Plane, room: Room, at: Point, measured: tuple[Values, Values], words: Words
) -> None:
    """Lines at the means of both scales, each with its mean at an end where no point is."""
    x, y = plane.at(*at)
    sheet.line([(x, plane.top), (x, plane.bottom)], "grey", width=0.8, dashed=True)
    sheet.line([(plane.left, y), (plane.right, y)], "grey", width=0.8, dashed=True)
    room.lines += [(x, float(high)) for high in np.linspace(plane.top, plane.bottom, 80)]
    room.lines += [(float(along), y) for along in np.linspace(plane.left, plane.right, 160)]
    upright, level = (
        words.label("chart.mean", value=words.axis(mean, of.unit))
        for mean, of in zip(at, measured, strict=True)
    )
    wide, high = text_width(upright, TEXT_SMALL), _SMALL
    tops = np.linspace(plane.top, plane.bottom - high - 2, 12)
    beside = [Box.at(left, float(top), wide, high) for top in tops for left in (x + 4, x - 4 - wide)]
    room.write(sheet, [upright], beside, colour="muted", size=TEXT_SMALL)
    wide = text_width(level, TEXT_SMALL)
    lefts = np.linspace(plane.right - wide, plane.left + 4, 12)
    along_it = [Box.at(float(left), top, wide, high) for left in lefts for top in (y - high - 1, y + 2)]
    room.write(sheet, [level], along_it, colour="muted", size=TEXT_SMALL)


def reliability(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """What was foretold (the first numbers, across) against what was seen (the second, up).

    Data: two shares, and ``low`` and ``high`` of what was seen. Where both are equal a dashed line runs; a
    point whose interval does not reach it is in the contrast.
    """
    foretold, seen, band = values(data, words), values(data, words, number=1), bounds(data)
    rows = [
        (x, y, pair or (y, y))
        for x, y, pair in zip(foretold.numbers, seen.numbers, band, strict=True)
        if x is not None and y is not None
    ]
    most = max(max(x, *pair) for x, _, pair in rows)
    plane = _plane(foretold, seen, (most, most), words, width=width, head=4)
    sheet = Sheet(words.language, width, plane.height)
    plane.frame(sheet, foretold, seen)
    end = min(plane.across.end, plane.up.end)
    line = [plane.at(0, 0), plane.at(end, end)]
    sheet.line(line, "grey", dashed=True, width=1.0)
    for x, y, (low, high) in rows:
        colour: Role = "accent" if low <= x <= high else "contrast"
        sheet.line([plane.at(x, low), plane.at(x, high)], colour, width=1.2)
        sheet.dot(*plane.at(x, y), colour, size=6)
    spots = [plane.at(x, low + part * (high - low)) for x, _, (low, high) in rows for part in _STEPS]
    inside = Box(plane.left + 2, plane.top - _ROW / 2, width, plane.bottom - 1)
    points = _dense(_dense(line))
    room = Room(inside, [*points, *_rims(spots)])
    _name_line(sheet, room, points, words.label("chart.as_foretold"))
    return sheet.figure


def _rims(dots: Sequence[Point]) -> list[Point]:
    """Points round each dot, which no text may cover."""
    around = [(dx, dy) for dx in (-3.0, 0.0, 3.0) for dy in (-3.0, 0.0, 3.0)]
    return [(x + dx, y + dy) for x, y in dots for dx, dy in around]


def _dense(line: Sequence[Point]) -> list[Point]:
    found: list[Point] = []
    for (x, y), (beyond, up) in pairwise(line):
        found += [(x + part * (beyond - x), y + part * (up - y)) for part in np.linspace(0, 1, 12)]
    return found


def _name(sheet: Sheet, room: Room, at: Point, text: str, said: str) -> None:
    """The name of a point beside it; that of the headline in bold, with what it ``said``."""
    weight: Weight = "bold" if said else "regular"
    colour: Role = "accent" if said else "ink"
    x, y = at
    for widest, over in product((130.0, 90.0, 60.0), (False, True)):
        lines = [*wrap(text, widest, TEXT_SMALL, weight), *([said] if said else [])]
        width, height = max(text_width(line, TEXT_SMALL, weight) for line in lines), len(lines) * _SMALL
        lefts = (x + 6, x - 6 - width, x - width / 2)
        tops = (y - height / 2, y - height - 4, y + 4, y - height - 14, y + 14)
        places = [Box.at(left, top, width, height) for left in lefts for top in tops]
        if room.write(sheet, lines, places, colour=colour, size=TEXT_SMALL, weight=weight, over_lines=over):
            return


def _name_line(sheet: Sheet, room: Room, drawn: Sequence[Point], text: str) -> None:
    for widest in (150.0, 90.0, 60.0):
        lines = wrap(text, widest, TEXT_SMALL)
        width, height = max(text_width(line, TEXT_SMALL) for line in lines), len(lines) * _SMALL
        places = []
        for x, y in reversed(drawn):
            places += [
                Box.at(x - width, y + 5, width, height),
                Box.at(x - width, y - height - 5, width, height),
            ]
        if room.write(sheet, lines, places, colour="muted", size=TEXT_SMALL):
            return
