"""Ranked bars: what each item amounts to, alone or against a second measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.reading import Items, Options, Values, bounds, items, shown, values
from crmreport.display.charts.sheet import Align, Sheet, wrap
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT, TEXT_SMALL, Role, Weight, text_width
from crmreport.text import Words

LABELS = 132.0  # the column of labels: figures that stand under each other share this left edge
_NARROW = 360.0  # under this width labels stand above their bars
_THICK = 11.0
_THIN = 8.0
_GAP = 4.0  # between a label, a bar and its value
_PITCH = 7.0  # between two rows
_BESIDE: dict[bool, Align] = {True: "left", False: "right"}  # where a text begins, by side
_HEAD = TEXT_SMALL * LINE + 5


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
        room = width if stacked else LABELS - 2 * _GAP
        weights: tuple[Weight, ...] = tuple("bold" if one else "regular" for one in bold)
        labels = tuple(
            tuple(wrap(text, room, weight=weight)) for text, weight in zip(names.texts, weights, strict=True)
        )
        tops, y = [], head
        for lines in labels:
            tops.append(y)
            block = len(lines) * TEXT * LINE
            y += (block + bar if stacked else max(block, bar)) + _PITCH
        return cls(labels, weights, tuple(tops), 0.0 if stacked else LABELS, bar, y - _PITCH + 2)

    def draw(self, sheet: Sheet) -> None:
        for number, (lines, weight) in enumerate(zip(self.labels, self.weights, strict=True)):
            middle = self.bar_top(number) + self.bar / 2
            if not self.left:
                middle = self.tops[number] + len(lines) * TEXT * LINE / 2
            sheet.lines(0, middle, lines, weight=weight)

    def bar_top(self, number: int) -> float:
        block = len(self.labels[number]) * TEXT * LINE
        return self.tops[number] + (max(0.0, (block - self.bar) / 2) if self.left else block)


@dataclass(frozen=True)
class Scale:
    """From values to points along a line on which zero always lies."""

    zero: float
    unit: float

    def __call__(self, value: float) -> float:
        return self.zero + value * self.unit

    @classmethod
    def fitting(cls, ends: list[tuple[float, float]], left: float, right: float) -> Scale:
        """The largest scale on which every bar with the text at its end stays inside.

        ``ends`` holds the value that a bar reaches and the room that the text beyond it takes.
        """
        before = [(-value, room) for value, room in ends if value < 0]
        after = [(value, room) for value, room in ends if value >= 0]
        units = [
            (right - left - room_after - room_before) / (value + other)
            for value, room_after in after or [(0.0, 0.0)]
            for other, room_before in before or [(0.0, 0.0)]
            if value + other > 0
        ]
        unit = max(min(units, default=0.0), 0.0)
        return cls(left + max((value * unit + room for value, room in before), default=0.0), unit)


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
    def reach(self) -> float:
        """How far from zero the bar or its interval goes on the side where its text stands."""
        value = self.value or 0.0
        low, high = self.interval or (self.base, self.base)
        end = self.base + value
        return max(self.base, end, high) if end >= 0 and self.base >= 0 else min(self.base, end, low)

    def ends(self) -> list[tuple[float, float]]:
        """What the bar needs of the scale: see ``Scale.fitting``."""
        room = _GAP + text_width(self.text, TEXT, self.weight)
        room += 2 * _GAP + text_width(self.tag, TEXT_SMALL) if self.tag else 0
        return [
            (self.reach, room),
            *((bound, 0.0) for bound in (*(self.interval or ()), self.base + (self.value or 0.0))),
        ]

    def draw(self, sheet: Sheet, scale: Scale, top: float) -> None:
        y = top + self.down + self.thick / 2
        right = self.reach >= 0
        if self.value is not None:
            start, end = scale(self.base), scale(self.base + self.value)
            sheet.box(start, y - self.thick / 2, end, y + self.thick / 2, self.colour)
        if self.interval:
            sheet.line([(scale(self.interval[0]), y), (scale(self.interval[1]), y)], "ink", width=0.9)
        step = _GAP if right else -_GAP
        x, align = scale(self.reach) + step, _BESIDE[right]
        colour: Role = "muted" if self.value is None else "ink"
        sheet.text(x, y, self.text, colour=colour, weight=self.weight, align=align)
        if self.tag:
            beyond = x + (1 if right else -1) * (text_width(self.text, TEXT, self.weight) + abs(step))
            sheet.text(beyond, y, self.tag, colour="muted", size=TEXT_SMALL, align=align)


def bars(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """A bar for each item with its value at the end, and its interval where there is one.

    Data: names, numbers, and if there are intervals ``low`` and ``high``. Options: ``highlight``, the
    cell (or cells) of the items to set off; ``reference``, the ``value`` of a line across all bars and
    its ``label`` (a message id).
    """
    names, measured, intervals = items(data, words), values(data, words), bounds(data)
    chosen = names.chosen(options)
    colours: list[Role] = ["accent" if bold or not any(chosen) else "grey" for bold in chosen]
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
        strong: Role = "accent" if bold or not any(chosen) else "grey"
        pair: tuple[tuple[Values, Role], ...] = ((first, "pale"), (second, strong))
        for place, (measured, colour) in enumerate(pair):
            tag = measured.name if row == named else ""
            down, emphasis = place * (_THIN + 2), bold and measured is second
            value, text = measured.numbers[row], measured.texts[row]
            drawn.append(Bar(row, down, _THIN, value, text, colour, emphasis, tag=tag))
    rows = Rows.of(names, chosen, width, bar=2 * _THIN + 2, head=0)
    return _draw(drawn, rows, words, width)


def bridge(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """How one total became another: each step begins where the one before it ended.

    Data: names and signed numbers. Options: ``start`` and ``end``, each with the ``label`` (a message
    id) and the ``value`` of a total; ``highlight``, as for ``bars``.
    """
    names, measured = items(data, words), values(data, words)
    start, end = (_total(options, key, words) for key in ("start", "end"))
    chosen = names.chosen(options)
    drawn = [Bar(0, 0, _THICK, start[1], words.axis(start[1], measured.unit), "grey", bold=False)]
    at = start[1]
    for row, (value, bold) in enumerate(zip(measured.numbers, chosen, strict=True), start=1):
        strong: Role = "accent" if (value or 0.0) >= 0 else "contrast"
        text = (
            shown(value, measured.unit, words)
            if value is None
            else words.number(value, measured.unit, "signed")
        )
        drawn.append(Bar(row, 0, _THICK, value, text, strong if bold else "pale", bold, base=at))
        at += value or 0.0
    last = len(drawn)
    drawn.append(Bar(last, 0, _THICK, end[1], words.axis(end[1], measured.unit), "grey", bold=False))
    every = Items(names.name, ("", *names.keys, ""), (start[0], *names.texts, end[0]))
    rows = Rows.of(every, [False, *chosen, False], width, bar=_THICK, head=_HEAD)
    return _draw(drawn, rows, words, width, head=measured.name)


def _total(options: Options, key: str, words: Words) -> tuple[str, float]:
    given = cast(dict[str, Any], options[key])
    return words.label(given["label"]), float(given["value"])


def _draw(
    drawn: list[Bar],
    rows: Rows,
    words: Words,
    width: float,
    *,
    head: str = "",
    reference: tuple[float, str] | None = None,
) -> Figure:
    sheet = Sheet(words.language, width, rows.height + (TEXT_SMALL * LINE + 2 if reference else 0))
    ends = [end for bar in drawn for end in bar.ends()]
    scale = Scale.fitting([*ends, *([(reference[0], 0.0)] if reference else [])], rows.left, width)
    if head:
        sheet.text(rows.left, TEXT_SMALL * LINE / 2, head, colour="muted", size=TEXT_SMALL)
    top = rows.tops[0] if rows.tops else 0.0
    rows.draw(sheet)
    for bar in drawn:
        bar.draw(sheet, scale, rows.bar_top(bar.row))
        if bar.base:
            x, above = scale(bar.base), rows.bar_top(bar.row - 1) + bar.thick
            sheet.line([(x, above), (x, rows.bar_top(bar.row))], "rule")
    sheet.line([(scale.zero, top), (scale.zero, rows.height)], "rule")
    if reference:
        x, name = scale(reference[0]), reference[1]
        half = text_width(name, TEXT_SMALL) / 2
        centre = min(max(x, half), width - half)
        sheet.line([(x, top), (x, rows.height)], "contrast", width=0.9, dashed=True)
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
