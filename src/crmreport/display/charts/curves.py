"""Curves: how much of the revenue how few of the customers bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.reading import Options, values
from crmreport.display.charts.sheet import Sheet, spread, wrap
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT, TEXT_SMALL, text_width
from crmreport.text import Words

_PLOT = 190.0
_ROW = TEXT * LINE
_SMALL = TEXT_SMALL * LINE
_TOP = 2 * _SMALL + 6
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_CLASSES = ("a", "b", "c")
_AIR = 5.0


@dataclass(frozen=True)
class Box:
    """A rectangle that a text may take: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def free_of(self, others: Sequence[Box], curve: Sequence[tuple[float, float]]) -> bool:
        """Whether neither another box nor any point of the curve lies in it."""
        clear = all(
            self.right <= other.left
            or other.right <= self.left
            or self.bottom <= other.top
            or other.bottom <= self.top
            for other in others
        )
        return clear and not any(
            self.left <= x <= self.right and self.top <= y <= self.bottom for x, y in curve
        )


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
        steps = np.linspace(0, 1, 201)
        dense = [self.at(float(x), float(np.interp(x, xs, ys))) for x in steps]
        return [*dense, *(self.at(float(x), float(x)) for x in steps)]


def lorenz(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """Cumulated share of revenue (the second numbers) over that of customers (the first), best first.

    Options: ``mark``, the point ``{"x": …, "y": …}`` of the curve that the headline speaks of; ``cuts``,
    the two shares of revenue where the ABC classes A and B end.
    """
    customers, revenue = values(data, words), values(data, words, number=1)
    left = max(text_width(words.axis(tick, "share"), TEXT_SMALL) for tick in _TICKS) + 4
    shares = [
        (x, y)
        for x, y in zip(customers.numbers, revenue.numbers, strict=True)
        if x is not None and y is not None
    ]
    curve = Curve(tuple(shares), left, width - 8)
    cuts = [float(cut) for cut in cast(list[float], options.get("cuts") or [])]
    under = _TOP + _PLOT + _SMALL + 4
    sheet = Sheet(words.language, width, under + (2 * _ROW + 6 if cuts else 0) + _SMALL + 2)
    _frame(sheet, curve, words)
    sheet.text(0, _SMALL / 2, revenue.name, colour="muted", size=TEXT_SMALL)
    name = words.label("chart.best_first", name=customers.name)
    sheet.text(left, sheet.height - _SMALL / 2, name, colour="muted", size=TEXT_SMALL)
    sheet.line([curve.at(0, 0), curve.at(1, 1)], "grey", dashed=True, width=0.8)
    taken = _draw_cuts(sheet, curve, cuts, under, words)
    sheet.line([curve.at(x, y) for x, y in curve.shares], "accent", width=1.8)
    mark = cast("dict[str, float] | None", options.get("mark"))
    if mark:
        taken.append(_draw_mark(sheet, curve, (mark["x"], mark["y"]), taken, words))
    _name_equality(sheet, curve, taken, words)
    return sheet.figure


def _frame(sheet: Sheet, curve: Curve, words: Words) -> None:
    for tick in _TICKS:
        text = words.axis(tick, "share")
        sheet.line([curve.at(0, tick), curve.at(1, tick)], "grid" if tick else "rule")
        sheet.text(curve.left - 4, curve.at(0, tick)[1], text, colour="muted", size=TEXT_SMALL, align="right")
        x, y = curve.at(tick, 0)
        half = text_width(text, TEXT_SMALL) / 2
        x = min(x, sheet.width - half)
        sheet.text(x, y + 2 + _SMALL / 2, text, colour="muted", size=TEXT_SMALL, align="center")


def _draw_cuts(sheet: Sheet, curve: Curve, cuts: list[float], top: float, words: Words) -> list[Box]:
    """The cut points on the curve, and under the axis how many customers each class takes."""
    if not cuts:
        return []
    edges = [0.0, *(curve.x_where(cut) for cut in cuts), 1.0]
    taken = []
    for cut, edge in zip(cuts, edges[1:], strict=False):
        x, y = curve.at(edge, cut)
        sheet.line([(x, y), curve.at(edge, 0)], "rule", width=0.8)
        text = words.axis(cut, "share")
        wide = text_width(text)
        taken.append(Box(x - wide - 2, y - _ROW, x, y))
        sheet.text(x - 2, y - _ROW / 2 - 1, text, align="right")
        sheet.dot(x, y, "grey", size=4)
    texts = [
        words.label(f"chart.class_{name}", share=words.axis(high - low, "share"))
        for name, low, high in zip(_CLASSES, edges, edges[1:], strict=False)
    ]
    widths = [text_width(text) + _AIR for text in texts]
    middles = [curve.at((low + high) / 2, 0)[0] for low, high in pairwise(edges)]
    for low, high in pairwise(edges):
        sheet.box(
            curve.at(low, 0)[0] + 0.5,
            top,
            curve.at(high, 0)[0] - 0.5,
            top + 4,
            "accent" if low == 0 else "pale",
        )
    for x, text in zip(spread(middles, widths, 0, sheet.width), texts, strict=True):
        sheet.text(x, top + 6 + _ROW / 2, text, align="center")
    return taken


def _draw_mark(sheet: Sheet, curve: Curve, mark: tuple[float, float], taken: list[Box], words: Words) -> Box:
    """The point that the headline speaks of, with what it says in the nearest free place."""
    x, y = curve.at(*mark)
    sheet.line([curve.at(mark[0], 0), (x, y), curve.at(0, mark[1])], "accent", width=0.8, dashed=True)
    shown = {"customers": words.axis(mark[0], "share"), "revenue": words.axis(mark[1], "share")}
    text = words.label("chart.mark", **shown)
    drawn = [*curve.drawn(), *((x, y + step) for step in range(int(curve.at(0, 0)[1] - y)))]
    for wide in (150.0, 110.0, 80.0):
        lines = wrap(text, wide, weight="bold")
        width, height = max(text_width(line, weight="bold") for line in lines), len(lines) * _ROW
        for left, middle in (
            (x + _AIR, y + height / 2 + 2),
            (x - width - _AIR, y - height / 2 - 2),
            (curve.right - width - 4, curve.at(0, 0.25)[1]),
        ):
            box = Box(left, middle - height / 2, left + width, middle + height / 2)
            inside = (
                box.left >= curve.left
                and box.right <= curve.right
                and box.top >= _TOP - 4
                and box.bottom <= _TOP + _PLOT
            )
            if inside and box.free_of(taken, drawn):
                sheet.lines(left, middle, lines, colour="accent", weight="bold")
                sheet.dot(x, y, "accent")
                return box
    sheet.text(sheet.width, _SMALL + _ROW / 2, text, colour="accent", weight="bold", align="right")
    sheet.dot(x, y, "accent")
    return Box(0, 0, 0, 0)


def _name_equality(sheet: Sheet, curve: Curve, taken: list[Box], words: Words) -> None:
    lines = wrap(words.label("chart.equality"), 110, TEXT_SMALL)
    width, height = max(text_width(line, TEXT_SMALL) for line in lines), len(lines) * _SMALL
    for share in (0.8, 0.7, 0.6, 0.5, 0.4):
        right, top = curve.at(share, share)
        left = right + _AIR
        box = Box(left, top + 2, left + width, top + 2 + height)
        if box.right <= curve.right and box.free_of(taken, curve.drawn()):
            sheet.lines(left, top + 2 + height / 2, lines, colour="muted", size=TEXT_SMALL)
            return
