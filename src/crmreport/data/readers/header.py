"""Which row of a table names its columns, and what the columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from crmreport.data.working import OURS

Row = Sequence[str]

_VALUE = re.compile(r"[\s¥￥$€£]*[-+(]?[\d０-９][\d０-９.,:/\s年月日T%-]*\)?[Z元]?")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\0"))
_NEARLY_ALL, _HALF = 0.8, 0.5


def find_header(rows: Sequence[Row]) -> int:
    """The place of the header among the first rows of a table, from 0.

    It is the first row that fills nearly as many cells as the lower rows do by their median, or more than
    half as many without a number or date among them: titles and print dates above a table fill few cells.
    A row of nothing but numbers and dates names no columns where a row of names stands above it.
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    valued = [sum(1 for cell in row if _VALUE.fullmatch(cell.strip())) for row in rows]
    counts = [count for count in filled if count] or [0]
    typical = median(counts[len(counts) // 2 :])
    names: int | None = None
    for place, (count, values) in enumerate(zip(filled, valued, strict=True)):
        if count and (count >= _NEARLY_ALL * typical or (count > _HALF * typical and not values)):
            return place if names is None or values < count else names
        if count > 1 and not values:
            names = place
    return 0


def name_columns(header: Row, rows: Sequence[Row]) -> tuple[str, ...]:
    """The columns' names, each once whatever its case.

    The second column of a name is called ``name_2``; one without a name by its place, ``column_3``.
    Nameless columns at the end in which ``rows`` hold nothing are none: a delimiter ended the line.
    """
    widths = [_width(header)]
    if not header or widths[0] < len(header):
        widths += map(_width, rows)
    width = max(widths)
    named: list[str] = []
    taken: set[str] = set()
    for place in range(width):
        written = _clean(header[place]) if place < len(header) else ""
        base = name = written or f"column_{place + 1}"
        times = 1
        while name.casefold() in taken:
            times += 1
            name = f"{base}_{times}"
        taken.add(name.casefold())
        named.append(name)
    return tuple(named)


def _width(row: Row) -> int:
    """How many cells there are up to the last that is filled."""
    return max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)


def _clean(name: str) -> str:
    """On one line, without the invisible marks that exports put around names, and no working name of ours."""
    plain = " ".join(name.translate(_INVISIBLE).split())
    return plain.replace(OURS, OURS.replace(":", ""))
