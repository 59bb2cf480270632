"""How wide a table's columns are on paper, measured from what they hold.

Numbers, and short texts beside longer ones, get the room they need; the longer ones share the rest and
wrap. Only where that would leave them too little do all share, none getting less than its longest word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crmreport.display.theme import COLUMN_WIDTH, Weight, text_width

SIZE = 8.5
"""Of a table's text, in points; the theme has the same."""

_INSET = 13.0  # the theme's insets at both sides, and a little air
_SHORT = 105.0
_WIDEST = 230.0
_MOST_FIXED = 0.7 * COLUMN_WIDTH
_WHOLE = 5  # characters of a Chinese header that stay on one line; a longer one may break anywhere
_LATIN = re.compile("[A-Za-z]")


def column_widths(
    titles: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]
) -> list[tuple[float, bool]]:
    """For each column its width, and whether it is points rather than a share of what is left."""
    asked = [_asked(column) for column in zip(titles, *rows, strict=True)]
    short = [number or width <= _SHORT for width, number in zip(asked, numeric, strict=True)]
    for fixed in (short, list(numeric)):
        room = sum(width for width, held in zip(asked, fixed, strict=True) if held)
        if not all(fixed) and room <= _MOST_FIXED:
            return list(zip(asked, fixed, strict=True))
    least = [
        _least(column, number)
        for column, number in zip(zip(titles, *rows, strict=True), numeric, strict=True)
    ]
    return [(width, False) for width in _shared(asked, least)]


def _shared(asked: Sequence[float], least: Sequence[float]) -> list[float]:
    """The width of the page in the proportions asked for, where that gives each column its least."""
    widths, held = list(asked), [False] * len(asked)
    while sum(least) < COLUMN_WIDTH:
        free = sum(width for width, stays in zip(asked, held, strict=True) if not stays)
        room = COLUMN_WIDTH - sum(low for low, stays in zip(least, held, strict=True) if stays)
        widths = [
            low if stays else width * room / free
            for width, low, stays in zip(asked, least, held, strict=True)
        ]
        short = [not stays and width < low for width, low, stays in zip(widths, least, held, strict=True)]
        if not any(short):
            break
        held = [stays or new for stays, new in zip(held, short, strict=True)]
    return widths


def _least(texts: Sequence[str], number: bool) -> float:
    """The points without which a column breaks a word, or a number: its header may take several lines."""
    title, *body = texts
    words = (
        [_measured(word, "bold") for word in title.split()]
        if _LATIN.search(title)
        else [_in_two_lines(title)]
    )
    parts = body if number else [word for text in body for word in text.split() if _LATIN.search(word)]
    widest = max((_measured(text, "regular") for text in parts), default=0.0)
    return min(_INSET + max(*words, widest), _asked(texts))


def _asked(texts: Sequence[str]) -> float:
    """The points that a column asks for: wide texts wrap, and a header may take two lines."""
    title, *body = texts
    widest = max((_measured(text, "regular") for text in body), default=0.0)
    return _INSET + min(max(_in_two_lines(title), widest), _WIDEST)


def _in_two_lines(title: str) -> float:
    words = title.split()
    if len(words) < 2:
        breaks = _LATIN.search(title) is None and len(title) > _WHOLE
        return _measured(title[: (len(title) + 1) // 2] if breaks else title, "bold")
    lines = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words)))
    return min(max(_measured(line, "bold") for line in pair) for pair in lines)


def _measured(text: str, weight: Weight) -> float:
    return text_width(text, SIZE, weight)
