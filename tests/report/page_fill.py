"""How full the pages of a PDF are: the gate against pages that gape.

A page is as full as its lowest line of text is low; captions, sources and the rules of tables all have
text beneath or beside them. The running header and footer do not count.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import Destination

from crmreport.report.paper import BOTTOM, MILLIMETRE, TOP

_ROUNDING = 1.0
_CHAPTER_AT_TOP = 20 * MILLIMETRE
_LEAST = 1 / 3


@dataclass(frozen=True)
class PageFill:
    """``filled`` is the share of the page's height used; ``chapter_end``: what follows starts a page."""

    page: int
    filled: float
    chapter_end: bool


def page_fill(pdf: bytes) -> list[PageFill]:
    """The pages from the first chapter on."""
    reader = PdfReader(io.BytesIO(pdf))
    starts = list(_chapter_starts(reader))
    last = len(reader.pages)
    at_top = {page for page, from_top in starts if from_top < TOP + _CHAPTER_AT_TOP}
    first = min(page for page, _ in starts)
    return [
        PageFill(number, _filled(reader.pages[number - 1]), number == last or number + 1 in at_top)
        for number in range(first, last + 1)
    ]


def gaping(pdf: bytes) -> list[PageFill]:
    """The pages filled under a third that are not the end of a chapter."""
    return [page for page in page_fill(pdf) if page.filled < _LEAST and not page.chapter_end]


def _chapter_starts(reader: PdfReader) -> Iterator[tuple[int, float]]:
    for entry in reader.outline:
        if isinstance(entry, Destination):
            page = reader.get_destination_page_number(entry)
            assert page is not None
            yield page + 1, float(reader.pages[page].mediabox.height) - float(entry.top or 0)


def _filled(page: Any) -> float:
    height = float(page.mediabox.height)
    lines: list[float] = []

    def note(text: str, matrix: list[float], position: list[float], *_: Any) -> None:
        from_top = height - (matrix[5] + matrix[3] * position[5])
        if text.strip() and TOP <= from_top <= BOTTOM + _ROUNDING:
            lines.append(from_top)

    page.extract_text(visitor_text=note)
    return (max(lines, default=TOP) - TOP) / (BOTTOM - TOP)
