"""Curves: how much of the revenue how few of the customers bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.reading import Options, values
from crmreport.display.charts.sheet import Sheet, spread, wrap
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT, TEXT_SMALL, Role, Weight, text_width
from crmreport.text import Words

_PLOT = 190.0
_ROW = TEXT * LINE
_SMALL = TEXT_SMALL * LINE
_TOP = _SMALL + _ROW + 4
_BOTTOM = _TOP + _PLOT
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_CLASSES = ("a", "b", "c")
_AIR = 5.0


@dataclass(frozen=True)
class Box:
    """A rectangle that a text may take."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def at(cls, left: float, top: float, width: float, height: float) -> Box:
        return cls(left, top, left + width, top + height)

    def meets(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, point: tuple[float, float]) -> bool:
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


class Room:
    """The plot's free room: a text takes the first of its places that nothing else takes.

    It never lies on the ``curves``; on one of the thin upright ``lines`` only if there is no other way.
    """

    def __init__(self, bounds: Box, curves: Sequence[tuple[float, float]]) -> None:
        self.lines: list[tuple[float, float]] = []
        self._curves = curves
        self._bounds = bounds
        self._taken: list[Box] = []

    def write(
        self,
        sheet: Sheet,
        lines: Sequence[str],
        places: Iterable[Box],
        *,
        colour: Role = "ink",
        size: float = TEXT,
        weight: Weight = "regular",
        over_lines: bool = False,
    ) -> bool:
        """Write in the first free place; False where there is none."""
        for box in places:
            if self._free(box) and (over_lines or not any(map(box.holds, self.lines))):
                self._taken.append(box)
                middle = (box.top + box.bottom) / 2
                sheet.lines(box.left, middle, lines, colour=colour, size=size, weight=weight)
                return True
        return False

    def _free(self, box: Box) -> bool:
        bounds = self._bounds
        inside = bounds.left <= box.left and box.right <= bounds.right
        inside = inside and bounds.top <= box.top and box.bottom <= bounds.bottom
        return inside and not any(map(box.meets, self._taken)) and not any(map(box.holds, self._curves))


@dataclass(frozen=True)
class Curve:
    """The curve on its plot: shares from 0 to 1 both ways."""

    shares: tuple[tuple[float, float], ...]
    left: float
    right: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * (self.right - self.left), _TOP + (1 - y) * _PLOT

    def x_where(self, y: float) -> float:
        """The share of customers at which the curve reaches the share ``y`` of revenue."""
        xs, ys = zip(*self.shares, strict=True)
        return float(np.interp(y, ys, xs))

    def drawn(self) -> list[tuple[float, float]]:
        """Points along the curve and along the line of equality, close to each other."""
        xs, ys = zip(*self.shares, strict=True)
        steep = [self.at(self.x_where(float(y)), float(y)) for y in np.linspace(0, 1, 201)]
        flat = [self.at(float(x), float(np.interp(x, xs, ys))) for x in np.linspace(0, 1, 201)]
        return [*steep, *flat, *(self.at(float(x), float(x)) for x in np.linspace(0, 1, 201))]


def lorenz(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """Cumulated share of revenue (the second numbers) over that of customers (the first), best first.

    Options: ``mark``, the point ``{"x": …, "y": …}`` of the curve that the headline speaks of; ``cuts``,
    the two shares of revenue where the ABC classes A and B end.
    """
    customers, revenue = values(data, words), values(data, words, number=1)
    left = max(text_width(words.axis(tick, "share"), TEXT_SMALL) for tick in _TICKS) + 4
    pairs = zip(customers.numbers, revenue.numbers, strict=True)
    curve = Curve(tuple((x, y) for x, y in pairs if x is not None and y is not None), left, width - 8)
    cuts = [float(cut) for cut in cast(list[float], options.get("cuts") or [])]
    height = _BOTTOM + _SMALL + (_ROW + 12 if cuts else 4) + _SMALL
    sheet = Sheet(words.language, width, height)
    _frame(sheet, curve, words)
    sheet.text(0, _SMALL / 2, revenue.name, colour="muted", size=TEXT_SMALL)
    name = words.label("chart.best_first", name=customers.name)
    sheet.text(left, height - _SMALL / 2, name, colour="muted", size=TEXT_SMALL)
    sheet.line([curve.at(0, 0), curve.at(1, 1)], "grey", dashed=True, width=0.8)
    room = Room(Box(left + 2, _TOP - _ROW, width, _BOTTOM), curve.drawn())
    if cuts:
        _draw_cuts(sheet, curve, room, cuts, words)
        _draw_classes(sheet, curve, cuts, words)
    sheet.line([curve.at(x, y) for x, y in curve.shares], "accent", width=1.8)
    mark = cast("dict[str, float] | None", options.get("mark"))
    if mark:
        _draw_mark(sheet, curve, room, (mark["x"], mark["y"]), words)
    _name_equality(sheet, curve, room, words)
    return sheet.figure


def _frame(sheet: Sheet, curve: Curve, words: Words) -> None:
    for tick in _TICKS:
        sheet.line([curve.at(0, tick), curve.at(1, tick)], "grid" if tick else "rule")
    for tick in _TICKS:
        text = words.axis(tick, "share")
        sheet.text(curve.left - 4, curve.at(0, tick)[1], text, colour="muted", size=TEXT_SMALL, align="right")
        x, y = curve.at(tick, 0)
        half = text_width(text, TEXT_SMALL) / 2
        x = min(x, sheet.width - half)
        sheet.text(x, y + 2 + _SMALL / 2, text, colour="muted", size=TEXT_SMALL, align="center")


def _draw_cuts(sheet: Sheet, curve: Curve, room: Room, cuts: list[float], words: Words) -> None:
    """The points of the curve where the classes end, each with its share of revenue."""
    points = [curve.at(curve.x_where(cut), cut) for cut in cuts]
    for x, y in points:
        sheet.line([(x, y), (x, _BOTTOM)], "rule", width=0.8)
        room.lines.extend((x, down) for down in np.arange(y, _BOTTOM, 2.0))
    for cut, (x, y) in zip(cuts, points, strict=True):
        sheet.dot(x, y, "grey", size=4)
        text = words.axis(cut, "share")
        width = text_width(text)
        lefts = (x - width - 2, x + 4, x + 4 + width, x + 4 + 2 * width)
        tops = (y - _ROW - 0.5, *np.arange(y + 4, _BOTTOM - _ROW, 4.0))
        places = [Box.at(left, float(top), width, _ROW) for left in lefts for top in tops]
        if not room.write(sheet, [text], places):
            room.write(sheet, [text], places, over_lines=True)


def _draw_classes(sheet: Sheet, curve: Curve, cuts: list[float], words: Words) -> None:
    """Under the axis, how large a part of the customers each class is."""
    edges = [0.0, *(curve.x_where(cut) for cut in cuts), 1.0]
    spans = [(curve.at(low, 0)[0], curve.at(high, 0)[0]) for low, high in pairwise(edges)]
    texts = [
        words.label(f"chart.class_{name}", share=words.axis(high - low, "share"))
        for name, (low, high) in zip(_CLASSES, pairwise(edges), strict=False)
    ]
    top = _BOTTOM + _SMALL + 4
    for number, (left, right) in enumerate(spans):
        gap = min(0.5, (right - left) / 4)
        sheet.box(left + gap, top, right - gap, top + 4, "pale" if number else "accent")
    widths = [text_width(text) + _AIR for text in texts]
    middles = spread([(left + right) / 2 for left, right in spans], widths, 0, sheet.width)
    for x, text in zip(middles, texts, strict=True):
        sheet.text(x, top + 6 + _ROW / 2, text, align="center")


def _draw_mark(sheet: Sheet, curve: Curve, room: Room, mark: tuple[float, float], words: Words) -> None:
    """The point that the headline speaks of, with what it says in the nearest free place."""
    x, y = curve.at(*mark)
    sheet.line([curve.at(mark[0], 0), (x, y), curve.at(0, mark[1])], "accent", width=0.8, dashed=True)
    room.lines.extend((x, down) for down in np.arange(y, _BOTTOM, 2.0))
    sheet.dot(x, y, "accent")
    shares = {"customers": words.axis(mark[0], "share"), "revenue": words.axis(mark[1], "share")}
    text = words.label("chart.mark", **shares)
    for widest in (150.0, 105.0, 80.0):
        lines = wrap(text, widest, weight="bold")
        width, height = max(text_width(line, weight="bold") for line in lines), len(lines) * _ROW
        beside = (
            Box.at(x + _AIR, y + 2, width, height),
            Box.at(x - width - _AIR, y - height - 2, width, height),
            Box.at(x + _AIR, y + 2 + _ROW, width, height),
        )
        if room.write(sheet, lines, beside, colour="accent", weight="bold"):
            return
    sheet.text(sheet.width, _SMALL / 2, text, colour="accent", weight="bold", align="right")


def _name_equality(sheet: Sheet, curve: Curve, room: Room, words: Words) -> None:
    for widest in (120.0, 60.0, 45.0):
        lines = wrap(words.label("chart.equality"), widest, TEXT_SMALL)
        width, height = max(text_width(line, TEXT_SMALL) for line in lines), len(lines) * _SMALL
        under = [curve.at(share / 20, share / 20) for share in range(17, 3, -1)]
        places = [Box.at(x + _AIR, y + 3, width, height) for x, y in under]
        if room.write(sheet, lines, places, colour="muted", size=TEXT_SMALL):
            return
    corner = Box.at(curve.right - width, _BOTTOM - height - 2, width, height)
    room.write(sheet, lines, [*places, corner], colour="muted", size=TEXT_SMALL, over_lines=True)
