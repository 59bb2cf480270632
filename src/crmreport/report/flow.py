"""How a layout's gaps are filled, where a figure or table does not fit on its page.

Set in their place, those that do not fit leave the rest of the page empty. The theme marks where each
block ends and each figure and table begins; from one layout's marks follows what the next one does better:
a chart that is a little too tall is drawn smaller; an exhibit that text follows floats to the top of the
next page, so that the text after it fills the page before, that of the next section too; and a table of
more than a few rows breaks where it would leave much of a page empty. No exhibit floats out of its chapter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crmreport.report.paper import BOTTOM, MILLIMETRE, TOP

TOO_EMPTY = 42 * MILLIMETRE
"""The gap, about a sixth of the page, from which on something is done about it."""

VERY_EMPTY = 80 * MILLIMETRE
"""The gap from which on a table that could stand whole is broken."""

SMALLEST = 0.88
"""Of a chart's size: smaller, its text could not be read well."""

_BEFORE = 24.0  # points above a heading or an exhibit that does not begin a page, and a little air


@dataclass(frozen=True)
class Mark:
    """A place in a layout: ``top`` of an exhibit, ``end`` of a block, or the start of a chapter.

    ``anchor`` names the exhibit that the mark belongs to, if any, or is the chapter's number; ``loose`` is
    an exhibit that text follows, ``breaks`` a table that stands whole but has rows enough to be broken.
    """

    kind: Literal["chapter", "top", "end"]
    anchor: str
    loose: bool
    page: int
    y: float
    breaks: bool = False


@dataclass(frozen=True)
class Gap:
    """What an exhibit leaves empty on the page before its own: ``room`` there, and the room it ``needs``,
    with the headings that it takes along."""

    exhibit: Mark
    room: float
    needs: float


def to_float(marks: Sequence[Mark], floating: Collection[str], kept: Collection[str] = ()) -> list[str]:
    """Which exhibits should float beside those that do: at most one a chapter, the first.

    Each changes the layout of what follows it, so that the next is found in the next layout. Those
    ``kept`` stay in their place.
    """
    found: list[str] = []
    for gaps in _gaps(marks, floating):
        loose = (gap.exhibit for gap in gaps if gap.exhibit.loose and gap.exhibit.anchor not in kept)
        found += [one.anchor for one in loose][:1]
    return found


def to_shrink(
    marks: Sequence[Mark], floating: Collection[str], charts: Mapping[str, float]
) -> dict[str, float]:
    """Which charts would fit in their place if they were a little smaller, and their scales.

    ``charts`` gives the height of each chart that is drawn in full size; at most the first gap of a chapter
    is looked at.
    """
    found = {}
    for gaps in _gaps(marks, floating):
        for gap in gaps[:1]:
            height = charts.get(gap.exhibit.anchor, 0.0)
            scale = 1 - (gap.needs - gap.room) / height if height else 0.0
            if SMALLEST <= scale < 1:
                found[gap.exhibit.anchor] = scale
    return found


def moved(marks: Sequence[Mark], floating: Collection[str]) -> frozenset[str]:
    """The exhibits in their place that leave a gap on the page before."""
    return frozenset(gap.exhibit.anchor for gaps in _gaps(marks, floating) for gap in gaps)


def to_break(marks: Sequence[Mark], floating: Collection[str]) -> list[str]:
    """Which tables should break at the end of the page rather than leave much of it empty."""
    found: list[str] = []
    for gaps in _gaps(marks, floating):
        broken = (gap.exhibit for gap in gaps if gap.exhibit.breaks and gap.room > VERY_EMPTY)
        found += [one.anchor for one in broken][:1]
    return found


def _gaps(marks: Sequence[Mark], floating: Collection[str]) -> Iterator[list[Gap]]:
    """Chapter by chapter, the gaps that exhibits in their place leave before them."""
    ends = {mark.anchor: mark for mark in marks if mark.kind == "end" and mark.anchor}
    gaps: list[Gap] = []
    before: Mark | None = None
    for mark in marks:
        if mark.kind == "chapter":
            yield gaps
            gaps, before = [], None
        elif mark.anchor in floating:
            continue
        elif mark.kind == "end":
            before = mark
        elif before and _leaves_a_gap(before, mark):
            end = ends.get(mark.anchor, mark)
            bottom = end.y if end.page == mark.page else BOTTOM
            gaps.append(Gap(mark, BOTTOM - before.y, bottom - TOP + _BEFORE))
    yield gaps


def strayed(marks: Sequence[Mark], floating: Collection[str], chapters: Mapping[str, str]) -> list[str]:
    """Which of the floating exhibits came to stand before their chapter begins.

    Where a chapter begins low on a page, the top that its first exhibit floats to may lie above it, or on
    the page before. ``chapters`` gives the number of each exhibit's chapter.
    """
    begins = {mark.anchor: (mark.page, mark.y) for mark in marks if mark.kind == "chapter"}
    tops = [mark for mark in marks if mark.kind == "top" and mark.anchor in floating]
    return [mark.anchor for mark in tops if (mark.page, mark.y) < begins[chapters[mark.anchor]]]


def _leaves_a_gap(before: Mark, exhibit: Mark) -> bool:
    return exhibit.page == before.page + 1 and BOTTOM - before.y > TOO_EMPTY
