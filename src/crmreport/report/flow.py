"""Where text may flow past a figure or table that does not fit on its page.

Set in their place, those that do not fit leave the rest of the page empty. The theme marks where each
block ends and each figure and table begins; from one layout's marks follows which of them should float
to the top of the next page, so that the text after it fills the page before, that of the next section too.
No exhibit floats out of its chapter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crmreport.report.paper import BOTTOM, MILLIMETRE

TOO_EMPTY = 42 * MILLIMETRE
"""The gap, about a sixth of the page, from which on text is moved up to fill it."""


@dataclass(frozen=True)
class Mark:
    """A place in a layout: ``top`` of an exhibit, ``end`` of a block, or the start of a chapter.

    ``anchor`` names the exhibit that the mark belongs to, if any, or is the chapter's number; ``loose`` is
    an exhibit that text follows.
    """

    kind: Literal["chapter", "top", "end"]
    anchor: str
    loose: bool
    page: int
    y: float


def to_float(marks: Sequence[Mark], floating: Collection[str], kept: Collection[str] = ()) -> list[str]:
    """Which exhibits should float beside those that do: at most one a chapter, the first.

    Each changes the layout of what follows it, so that the next is found in the next layout. Those
    ``kept`` stay in their place.
    """
    found = []
    before: Mark | None = None
    settled = False
    for mark in marks:
        if mark.kind == "chapter":
            before, settled = None, False
        elif mark.anchor in floating:
            continue
        elif mark.kind == "end":
            before = mark
        elif (
            mark.loose and mark.anchor not in kept and before and not settled and _leaves_a_gap(before, mark)
        ):
            found.append(mark.anchor)
            settled = True
    return found


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
