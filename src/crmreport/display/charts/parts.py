"""Bars of a whole in parts, under each other: who has how much of one thing, and of another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.bars import label_room
from crmreport.display.charts.reading import Options, has_values, items, values
from crmreport.display.charts.sheet import Sheet, spread, wrap
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT, Role, Weight, text_width
from crmreport.text import Words

_NARROW = 360.0  # under this width labels stand above their bars
_ROW = TEXT * LINE
_THICK = 11.0
_PITCH = 9.0  # between two rows
_SEAM = 1.0  # between two parts
_AIR = 6.0  # between two texts
_COLOURS: tuple[Role, ...] = ("accent", "grey", "pale")


@dataclass(frozen=True)
class Whole:
    """One bar: the sizes of its parts and what is written of each, in the room that it has."""

    sizes: tuple[float, ...]
    texts: tuple[str, ...]
    left: float
    right: float

    @property
    def widths(self) -> list[float]:
        return [text_width(text, TEXT, _weight(number)) + _AIR for number, text in enumerate(self.texts)]

    @property
    def lines(self) -> int:
        """All texts stand on one line, each over its part; where they do not fit, each has its own."""
        return 1 if sum(self.widths) - _AIR <= self.right - self.left else len(self.texts)

    def draw(self, sheet: Sheet, top: float) -> None:
        ends = list(accumulate(self.sizes))
        unit = (self.right - self.left) / (ends[-1] or 1.0)
        spans = [
            (self.left + (end - size) * unit, self.left + end * unit)
            for end, size in zip(ends, self.sizes, strict=True)
        ]
        bar = top + self.lines * _ROW + 1
        for number, (begin, end) in enumerate(spans):
            seam = min(_SEAM, (end - begin) / 2) if number else 0.0
            sheet.box(begin + seam, bar, end, bar + _THICK, _COLOURS[number])
        middles = [(begin + end) / 2 for begin, end in spans]
        places = spread(middles, self.widths, self.left - _AIR / 2, self.right + _AIR / 2)
        for number, text in enumerate(self.texts):
            colour: Role = "ink" if number else "accent"
            if self.lines == 1:
                x, y = places[number], top + _ROW / 2
                sheet.text(x, y, text, colour=colour, weight=_weight(number), align="center")
            else:
                y = top + (number + 0.5) * _ROW
                sheet.text(self.left, y, text, colour=colour, weight=_weight(number))


def _weight(number: int) -> Weight:
    return "regular" if number else "bold"


def parts(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """A bar for each row, the whole width long, cut into up to three parts, each named above itself.

    Data: names, and a column of shares for each part, which sum to one in each row. The first part is set
    off.
    """
    names = items(data, words)
    measured = [values(data, words, number=n) for n in range(len(_COLOURS)) if has_values(data, n)]
    stacked = width < _NARROW
    left = 0.0 if stacked else label_room(names.texts, ["regular"] * len(names.texts))
    labels = [wrap(text, width if stacked else left - 8) for text in names.texts]
    bars = [
        Whole(
            tuple(each.numbers[row] or 0.0 for each in measured),
            tuple(f"{each.name} {each.texts[row]}" for each in measured),
            left,
            width,
        )
        for row in range(len(labels))
    ]
    tops, y = [], 0.0
    for lines, bar in zip(labels, bars, strict=True):
        tops.append(y)
        tall, label = bar.lines * _ROW + 1 + _THICK, len(lines) * _ROW
        y += (label + tall if stacked else max(label, tall)) + _PITCH
    sheet = Sheet(words.language, width, y - _PITCH + 2)
    for lines, bar, top in zip(labels, bars, tops, strict=True):
        label = len(lines) * _ROW
        beside = max(label / 2, bar.lines * _ROW + 1 + _THICK / 2)
        sheet.lines(0, top + (label / 2 if stacked else beside), lines)
        bar.draw(sheet, top + (label if stacked else 0.0))
    return sheet.figure
