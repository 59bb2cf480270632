"""Ranked bars: what each item amounts to, alone or against a second measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.reading import Items, Options, Values, bounds, items, required, shown, values
from crmreport.display.charts.sheet import Align, Sheet, spread, unbroken, wrap
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT, TEXT_SMALL, Role, Weight, text_width
from crmreport.findings import Unit
from crmreport.text import Words

LABELS = 132.0  # the column of labels: figures that stand under each other share this left edge
_WIDEST = 168.0  # it may be so wide where a word would break otherwise
_NARROW = 360.0  # under this width labels stand above their bars
_THICK = 11.0
_THIN = 9.0
_SEAM = 1.6  # between the two bars of a pair
_GAP = 4.0  # between a label, a bar and its value
_ABOVE = 2.0  # between a label and the bar under it
_PITCH = 7.0  # between two rows
_VANISHING = 1e-300  # a span that no scale can stretch to anything
_BESIDE: dict[bool, Align] = {True: "left", False: "right"}  # where a text begins, by side
_HEAD = TEXT_SMALL * LINE + 5
# A line on a rim of the page's colour, wide enough to be seen on every bar at every size.
_INTERVAL: tuple[tuple[Role, float], ...] = (("paper", 3.2), ("ink", 1.1))


@dataclass(frozen=True)
class Rows:
    """Where rows of bars stand: their labels in lines, their tops, the plot's left edge, the height."""

    labels: tuple[tuple[str, ...], ...]
    weights: tuple[Weight, ...]
    tops: tuple[float, ...]
    left: float
    bar: float
    height: float

    @classmethod
    def of(cls, names: Items, bold: list[bool], width: float, *, bar: float, head: float) -> Rows:
        """Rows under a head; ``bar`` is the height of what each shows beside its label."""
        stacked = width < _NARROW
        weights: tuple[Weight, ...] = tuple("bold" if one else "regular" for one in bold)
        left = 0.0 if stacked else label_room(names.texts, weights)
        room = width if stacked else left - 2 * _GAP
        labels = tuple(
            tuple(wrap(text, room, weight=weight)) for text, weight in zip(names.texts, weights, strict=True)
        )
        tops, y = [], head
        for lines in labels:
            tops.append(y)
            block = len(lines) * TEXT * LINE
            y += (block + _ABOVE + bar if stacked else max(block, bar)) + _PITCH
        return cls(labels, weights, tuple(tops), left, bar, y - _PITCH + 2)

    def draw(self, sheet: Sheet) -> None:
        for number, (lines, weight) in enumerate(zip(self.labels, self.weights, strict=True)):
            middle = self.bar_top(number) + self.bar / 2
            if not self.left:
                middle = self.tops[number] + len(lines) * TEXT * LINE / 2
            sheet.lines(0, middle, lines, weight=weight)

    def draw_upright(
        self, sheet: Sheet, x: float, colour: Role, *, width: float = 0.6, dashed: bool = False
    ) -> None:
        """A line through all rows; where labels stand above the bars, it leaves them out."""
        spans = [
            (self.bar_top(number) - 1, self.bar_top(number) + self.bar + 1)
            for number in range(len(self.tops))
        ]
        if self.left and self.tops:
            spans = [(self.tops[0], self.height)]
        for top, bottom in spans:
            sheet.line([(x, top), (x, bottom)], colour, width=width, dashed=dashed)

    def bar_top(self, number: int) -> float:
        block = len(self.labels[number]) * TEXT * LINE
        return self.tops[number] + (max(0.0, (block - self.bar) / 2) if self.left else block + _ABOVE)


def label_room(texts: Sequence[str], weights: Sequence[Weight]) -> float:
    """How wide the column of labels is: wider than usual where that keeps a word whole."""
    words = (unbroken(text, weight=weight) for text, weight in zip(texts, weights, strict=True))
    return min(max(LABELS, max(words, default=0.0) + 2 * _GAP), _WIDEST)


End = tuple[float, float, float]
"""A value that a bar reaches, and the room that text takes before and after it, in points."""


@dataclass(frozen=True)
class Scale:
    """From values to points along a line on which zero always lies."""

    zero: float
    unit: float

    def __call__(self, value: float) -> float:
        return self.zero + value * self.unit

    @classmethod
    def fitting(cls, ends: Sequence[End], left: float, right: float) -> Scale:
        """The largest scale on which every bar with the text at its end stays inside."""
        every = [(0.0, 0.0, 0.0), *ends]
        units = [
            (right - left - before - after) / (high - low)
            for low, before, _ in every
            for high, _, after in every
            if high - low > _VANISHING
        ]
        unit = max(min(units, default=0.0), 0.0)
        return cls(left + max(before - value * unit for value, before, _ in every), unit)


@dataclass(frozen=True)
class Bar:
    """One bar: its row, how far under the row's top it begins, and what it shows.

    It begins at zero, but for a step of a bridge, which begins at ``base``. ``tag`` names its measure
    beside the value, once a chart.
    """

    row: int
    down: float
    thick: float
    value: float | None
    text: str
    colour: Role
    bold: bool
    interval: tuple[float, float] | None = None
    tag: str = ""
    base: float = 0.0

    @property
    def weight(self) -> Weight:
        return "bold" if self.bold else "regular"

    @property
    def rises(self) -> bool:
        return (self.value or 0.0) >= 0

    @property
    def reach(self) -> float:
        """How far the bar or its interval goes on the side where its text stands."""
        outer = max if self.rises else min
        return outer(self.base, self.base + (self.value or 0.0), *(self.interval or ()))

    def ends(self) -> list[End]:
        """What the bar needs of the scale: see ``Scale.fitting``."""
        room = _GAP + text_width(self.text, TEXT, self.weight)
        room += _GAP + text_width(self.tag, TEXT_SMALL) if self.tag else 0
        inner = (self.base, self.base + (self.value or 0.0), *(self.interval or ()))
        text = (self.reach, 0.0, room) if self.rises else (self.reach, room, 0.0)
        return [text, *((value, 0.0, 0.0) for value in inner)]

    def draw(self, sheet: Sheet, scale: Scale, top: float) -> None:
        if self.value is not None:
            start, end = scale(self.base), scale(self.base + self.value)
            sheet.box(start, top + self.down, end, top + self.down + self.thick, self.colour)

    def draw_interval(self, sheet: Sheet, scale: Scale, top: float, colour: Role, *, width: float) -> None:
        if self.interval:
            y = top + self.down + self.thick / 2
            sheet.line([(scale(bound), y) for bound in self.interval], colour, width=width)

    def write(self, sheet: Sheet, scale: Scale, top: float) -> None:
        y = top + self.down + self.thick / 2
        step = _GAP if self.rises else -_GAP
        x, align = scale(self.reach) + step, _BESIDE[self.rises]
        colour: Role = "muted" if self.value is None else "ink"
        sheet.text(x, y, self.text, colour=colour, weight=self.weight, align=align)
        if self.tag:
            written = text_width(self.text, TEXT, self.weight)
            beyond = x + step + (written if self.rises else -written)
            sheet.text(beyond, y, self.tag, colour="muted", size=TEXT_SMALL, align=align)


def bars(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """A bar for each item with its value at the end, and its interval where there is one.

    Data: names, numbers, and if there are intervals ``low`` and ``high``. Options: ``highlight``, the
    cell (or cells) of the items to set off, or none, where nothing stands out and all are in grey;
    ``reference``, the ``value`` of a line across all bars and its ``label`` (a message id).
    """
    names, measured, intervals = items(data, words), values(data, words), bounds(data)
    chosen = names.chosen(options)
    colours: list[Role] = ["accent" if bold or "highlight" not in options else "grey" for bold in chosen]
    drawn = [
        Bar(
            row,
            0,
            _THICK,
            measured.numbers[row],
            measured.texts[row],
            colours[row],
            chosen[row],
            intervals[row],
        )
        for row in range(len(chosen))
    ]
    name = words.label("chart.with_interval", measure=measured.name) if any(intervals) else measured.name
    rows = Rows.of(names, chosen, width, bar=_THICK, head=_HEAD)
    return _draw(drawn, rows, words, width, head=name, reference=_reference(options, measured, words))


def paired_bars(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """Two measures of each item under each other, such as its share of customers and of revenue.

    Data: names and two columns of numbers of one unit. Options: ``highlight``, as for ``bars``.
    """
    names = items(data, words)
    first, second = values(data, words), values(data, words, number=1)
    chosen = names.chosen(options)
    # The measures are named beside the bars of the item that the headline speaks of.
    named = chosen.index(True) if any(chosen) else 0
    drawn = []
    for row, bold in enumerate(chosen):
        strong: Role = "accent" if bold or "highlight" not in options else "grey"
        pair: tuple[tuple[Values, Role], ...] = ((first, "pale"), (second, strong))
        for place, (measured, colour) in enumerate(pair):
            tag = measured.name if row == named else ""
            down, emphasis = place * (_THIN + _SEAM), bold and measured is second
            value, text = measured.numbers[row], measured.texts[row]
            drawn.append(Bar(row, down, _THIN, value, text, colour, emphasis, tag=tag))
    rows = Rows.of(names, chosen, width, bar=2 * _THIN + _SEAM, head=0)
    return _draw(drawn, rows, words, width)


def bridge(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """How one total became another: each step begins where the one before it ended.

    What is drawn is the change, from zero: beside the whole totals its steps could hardly be seen.

    Data: names and signed numbers. Options: ``start`` and ``end``, each with the ``label`` (a message
    id) and the ``value`` of a total; ``highlight``, as for ``bars``.
    """
    names, measured = items(data, words), values(data, words)
    (first, start), (last, end) = (_total(options, key, words) for key in ("start", "end"))
    chosen = names.chosen(options)
    drawn = [Bar(0, 0, _THICK, 0.0, words.axis(start, measured.unit), "grey", bold=False)]
    at = 0.0
    for row, (value, bold) in enumerate(zip(measured.numbers, chosen, strict=True), start=1):
        strong: Role = "accent" if (value or 0.0) >= 0 else "contrast"
        text = _signed(value, measured.unit, words)
        drawn.append(Bar(row, 0, _THICK, value, text, strong if bold else "pale", bold, base=at))
        at += value or 0.0
    reached = words.label(
        "chart.reached",
        value=words.axis(end, measured.unit),
        change=_signed(end - start, measured.unit, words),
    )
    drawn.append(Bar(len(drawn), 0, _THICK, end - start, reached, "grey", bold=False))
    every = Items(names.name, ("", *names.keys, ""), (first, *names.texts, last))
    rows = Rows.of(every, [False, *chosen, False], width, bar=_THICK, head=_HEAD)
    return _draw(drawn, rows, words, width, head=words.label("chart.change"), linked=True)


def _signed(value: float | None, unit: Unit, words: Words) -> str:
    return shown(None, unit, words) if value is None else words.number(value, unit, "signed", measured=True)


def _total(options: Options, key: str, words: Words) -> tuple[str, float]:
    given = cast(dict[str, Any], required(options, key))
    return words.label(given["label"]), float(given["value"])


def _draw(
    drawn: list[Bar],
    rows: Rows,
    words: Words,
    width: float,
    *,
    head: str = "",
    reference: tuple[float, str] | None = None,
    linked: bool = False,
) -> Figure:
    sheet = Sheet(words.language, width, rows.height + (TEXT_SMALL * LINE + 2 if reference else 0))
    ends = [end for bar in drawn for end in bar.ends()]
    scale = Scale.fitting([*ends, *([(reference[0], 0.0, 0.0)] if reference else [])], rows.left, width)
    if head:
        sheet.text(rows.left, TEXT_SMALL * LINE / 2, head, colour="muted", size=TEXT_SMALL)
    rows.draw(sheet)
    # What is alike is drawn together, and then written as one mark.
    tops = [rows.bar_top(bar.row) for bar in drawn]
    for bar, top in sorted(zip(drawn, tops, strict=True), key=lambda one: one[0].colour):
        bar.draw(sheet, scale, top)
    for colour, thick in _INTERVAL:
        for bar, top in zip(drawn, tops, strict=True):
            bar.draw_interval(sheet, scale, top, colour, width=thick)
    for bar, top in zip(drawn, tops, strict=True):
        bar.write(sheet, scale, top)
        if linked and bar.base and rows.left:
            x, above = scale(bar.base), rows.bar_top(bar.row - 1) + bar.thick
            sheet.line([(x, above), (x, top)], "rule", width=0.8)
    rows.draw_upright(sheet, scale.zero, "rule")
    if reference:
        x, name = scale(reference[0]), reference[1]
        rows.draw_upright(sheet, x, "contrast", width=0.9, dashed=True)
        centre = spread([x], [text_width(name, TEXT_SMALL)], 0, width)[0]
        y = rows.height + TEXT_SMALL * LINE / 2
        sheet.text(centre, y, name, colour="contrast", size=TEXT_SMALL, align="center")
    return sheet.figure


def _reference(options: Options, measured: Values, words: Words) -> tuple[float, str] | None:
    """The value of the reference line and what is written on it."""
    given = options.get("reference")
    if not isinstance(given, dict):
        return None
    value = float(cast(float, given["value"]))
    name = words.label(
        "chart.reference", name=words.label(str(given["label"])), value=shown(value, measured.unit, words)
    )
    return value, name
