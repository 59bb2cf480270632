"""Heat maps: how many there are in each pair of classes."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure

from crmreport.display.blocks import Data
from crmreport.display.charts.bars import LABELS
from crmreport.display.charts.reading import Options, Values, has_values, items, values
from crmreport.display.charts.sheet import Sheet, wrap
from crmreport.display.theme import COLUMN_WIDTH, LINE, TEXT, TEXT_SMALL, sequential, text_width
from crmreport.text import Words
from crmreport.text.words import ABSENT

_ROW = TEXT * LINE
_SMALL = TEXT_SMALL * LINE
_SEAM = 1.5  # between two cells


@dataclass(frozen=True)
class Grid:
    """Where cells stand: the corner of the first, and how far apart they are."""

    left: float
    top: float
    pitch: float
    tall: float

    def x(self, column: float) -> float:
        return self.left + column * self.pitch

    def y(self, row: float) -> float:
        return self.top + row * self.tall


def rfm_heat(data: Data, options: Options, words: Words, *, width: float = COLUMN_WIDTH) -> Figure:
    """Recency classes (rows) by frequency classes (columns), in the order in which the data has them.

    Data: the recency class, the frequency class, what colours a cell and, if wanted, a second number
    written under it. A cell of None is withheld: left open, and said to be so under the chart.
    """
    down, across = items(data, words), items(data, words, number=1)
    shown = [values(data, words, number=number) for number in range(2) if has_values(data, number)]
    rows, columns = list(dict.fromkeys(down.texts)), list(dict.fromkeys(across.texts))
    left = LABELS * min(1.0, width / COLUMN_WIDTH)
    pitch = (width - left) / max(len(columns), 1)
    heads = [wrap(text, pitch - 2 * _SEAM) for text in columns]
    title = wrap(words.label("chart.across", name=across.name), width - left, TEXT_SMALL)
    side = wrap(words.label("chart.down", name=down.name), left - 6, TEXT_SMALL)
    top = max(len(title) * _SMALL + 2 + max(map(len, heads), default=0) * _ROW, len(side) * _SMALL) + 4
    grid = Grid(left, top, pitch, 2.2 * _ROW + (_SMALL if len(shown) > 1 else 0))
    note = _note(shown, words, width - left)
    sheet = Sheet(words.language, width, grid.y(len(rows)) + 4 + len(note) * _SMALL)
    sheet.lines(0, top - 4 - len(side) * _SMALL / 2, side, colour="muted", size=TEXT_SMALL)
    sheet.lines(left, len(title) * _SMALL / 2, title, colour="muted", size=TEXT_SMALL)
    for number, lines in enumerate(heads):
        sheet.lines(grid.x(number + 0.5), top - 3 - len(lines) * _ROW / 2, lines, align="center")
    for number, text in enumerate(rows):
        sheet.lines(0, grid.y(number + 0.5), wrap(text, left - 6))
    spots = [(columns.index(b), rows.index(a)) for a, b in zip(down.texts, across.texts, strict=True)]
    _cells(sheet, grid, spots, shown)
    sheet.lines(left, sheet.height - len(note) * _SMALL / 2, note, colour="muted", size=TEXT_SMALL)
    return sheet.figure


def _cells(sheet: Sheet, grid: Grid, spots: list[tuple[int, int]], shown: list[Values]) -> None:
    measured = shown[0]
    largest = max([*measured.known, 0.0])
    widest = max(text_width(text) for each in shown for text in (ABSENT, *_known(each)))
    size = TEXT * min(1.0, (grid.pitch - 3 * _SEAM) / widest)
    shades = [sequential(max(value or 0.0, 0.0) / largest if largest else 0.0) for value in measured.numbers]
    for (column, row), value, (cell, _) in zip(spots, measured.numbers, shades, strict=True):
        if value is None:
            _open_cell(sheet, grid, column, row)
        else:
            right, bottom = grid.x(column + 1) - _SEAM, grid.y(row + 1) - _SEAM
            sheet.box(grid.x(column), grid.y(row), right, bottom, cell)
    for index, (column, row) in enumerate(spots):
        x, y = grid.x(column + 0.5), grid.y(row + 0.5)
        if measured.numbers[index] is None:
            sheet.text(x, y, ABSENT, colour="muted", align="center")
            continue
        ink = shades[index][1]
        texts = [each.texts[index] for each in shown if each.numbers[index] is not None]
        for line, text in enumerate(texts):
            down = (line - (len(texts) - 1) / 2) * _ROW
            sheet.text(
                x,
                y + down,
                text,
                colour=ink,
                size=size if line == 0 else size * TEXT_SMALL / TEXT,
                align="center",
            )


def _known(column: Values) -> list[str]:
    return [text for number, text in zip(column.numbers, column.texts, strict=True) if number is not None]


def _open_cell(sheet: Sheet, grid: Grid, column: int, row: int) -> None:
    left, top = grid.x(column) + 0.3, grid.y(row) + 0.3
    right, bottom = grid.x(column + 1) - _SEAM - 0.3, grid.y(row + 1) - _SEAM - 0.3
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    sheet.line(corners, "rule", dashed=True)


def _note(shown: list[Values], words: Words, width: float) -> list[str]:
    """What the numbers in the cells are, and what an open cell means where there is one."""
    names = [each.name for each in shown]
    said = (
        words.label("chart.cells_two", first=names[0], second=names[1])
        if len(names) > 1
        else words.label("chart.cells", measure=names[0])
    )
    if None in shown[0].numbers:
        said += words.label("chart.open_cells")
    return wrap(said, width, TEXT_SMALL)
