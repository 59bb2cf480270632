"""How wide a table's columns are on paper, measured from what they hold, and where their headers break.

Numbers, and short texts beside longer ones, get the room they need; the longer ones share the rest and
wrap. What is left over keeps headers on one line, the ones that lack least first, then goes to texts that
wrap, and at last to the first column of texts. Only where that would leave the texts too little do all
share, none getting less than its longest word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise

from crmreport.display.theme import COLUMN_WIDTH, Weight, text_width
from crmreport.text.splitting import phrases

SIZE = 8.5
"""Of a table's text, in points; the theme has the same."""

_INSET = 13.0  # the theme's insets at both sides, and a little air
_SHORT = 105.0
_WIDEST = 230.0
_AIR = 40.0  # what a column of texts gets beyond its need, where it is not the first
_MOST_FIXED = 0.7 * COLUMN_WIDTH
_WHOLE = 5  # characters of a Chinese header that stay on one line
_MOST_LINES = 4
_SHORT_TEXT = 6  # characters
_INSIDE = 2  # how bad a break inside a bracket is; one between Chinese words is half as bad
_LATIN = re.compile("[A-Za-z]")


def column_widths(
    titles: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]
) -> list[tuple[float, bool]]:
    """For each column its width in points, and whether it is fixed rather than a share of what is left."""
    columns = [
        _Column.of(texts, number)
        for texts, number in zip(zip(titles, *rows, strict=True), numeric, strict=True)
    ]
    short = [one.number or one.asked <= _SHORT for one in columns]
    for fixed in (short, list(numeric)):
        room = sum(one.asked for one, held in zip(columns, fixed, strict=True) if held)
        if not all(fixed) and room <= _MOST_FIXED:
            return list(zip(_with_texts(columns, fixed), fixed, strict=True))
    least = [one.least for one in columns]
    if sum(least) >= COLUMN_WIDTH:
        least = [one.tightest for one in columns]
    return [(width, False) for width in _shared([one.asked for one in columns], least)]


def header_lines(title: str, width: float) -> list[str]:
    """A header in the fewest lines that its column of ``width`` holds, each broken where it is read best.

    That is between words or before a bracket; no line is of one character. Where no such lines fit, it
    stays one, for the page to wrap.
    """
    room = width - _INSET + 0.5
    fitting = [one for one in _broken(title) if one.widest <= room]
    return list(min(fitting, key=lambda one: one.cost).lines) if fitting else [title]


@dataclass(frozen=True)
class _Column:
    """What a column needs, in points.

    ``asked`` holds its header in two lines and its texts in the widest lines that are read well, ``whole``
    its header in one line too, ``natural`` its texts unwrapped, ``least`` its longest word, and
    ``tightest`` that where its header may also break inside a bracket.
    """

    number: bool
    asked: float
    whole: float
    natural: float
    least: float
    tightest: float

    @classmethod
    def of(cls, texts: Sequence[str], number: bool) -> _Column:
        title, *body = texts
        widest = max((_measured(text, "regular") for text in body), default=0.0)
        words = body if number else [word for text in body for word in _words(text)]
        longest = max((_measured(text, "regular") for text in words), default=0.0)
        one, two, more = (_in_lines(title, most) for most in (1, 2, _MOST_LINES))
        inside = _in_lines(title, _MOST_LINES, worst=_INSIDE)
        asked = _INSET + min(max(two, widest), _WIDEST)
        whole = max(asked, _INSET + one)
        least, tightest = (min(_INSET + max(header, longest), asked) for header in (more, inside))
        return cls(number, asked, whole, max(_INSET + widest, whole), least, tightest)


def _with_texts(columns: Sequence[_Column], fixed: Sequence[bool]) -> list[float]:
    """The widths where columns of texts share what those that are ``fixed`` leave."""
    widths = [one.asked for one in columns]
    texts = [place for place, held in enumerate(fixed) if not held]
    spare = COLUMN_WIDTH - sum(widths)
    if spare < 0:
        room = COLUMN_WIDTH - sum(width for width, held in zip(widths, fixed, strict=True) if held)
        wished = sum(widths[place] for place in texts)
        return [width if held else width * room / wished for width, held in zip(widths, fixed, strict=True)]
    for place in sorted(range(len(columns)), key=lambda place: columns[place].whole - widths[place]):
        more = columns[place].whole - widths[place]
        if more <= spare:
            widths[place] += more
            spare -= more
    wanted = sum(max(0.0, columns[place].natural - widths[place]) for place in texts)
    part = min(1.0, spare / wanted) if wanted else 0.0
    for place in texts:
        more = part * max(0.0, columns[place].natural - widths[place])
        widths[place] += more
        spare -= more
    each = min(_AIR, spare / len(texts))
    for place in texts[1:]:
        widths[place] += each
        spare -= each
    widths[texts[0]] += spare
    return widths


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


@dataclass(frozen=True)
class _Broken:
    """A header in lines; ``cost`` orders ways to break it: fewer lines first, then better breaks."""

    lines: tuple[str, ...]
    widest: float
    worst: int
    cost: tuple[int, int, float, float]


@cache
def _broken(title: str) -> tuple[_Broken, ...]:
    """Every way to break a header into a few lines between its phrases."""
    return tuple(_ways(title))


def _ways(title: str) -> Iterator[_Broken]:
    pieces = list(phrases(title))
    whole = _LATIN.search(title) is None and len(title) <= _WHOLE
    most = 1 if whole else min(len(pieces), _MOST_LINES)
    for count in range(1, most + 1):
        for cuts in combinations(range(1, len(pieces)), count - 1):
            lines = tuple(
                "".join(pieces[start:end]).strip() for start, end in pairwise((0, *cuts, len(pieces)))
            )
            if count > 1 and min(map(len, lines)) < 2:
                continue
            widest = max(_measured(line, "bold") for line in lines)
            breaks = [_worse(pieces, cut) for cut in cuts]
            cost = (count, sum(breaks), widest, -_measured(lines[0], "bold"))
            yield _Broken(lines, widest, max(breaks, default=0), cost)


def _worse(pieces: Sequence[str], cut: int) -> int:
    """How much a break is to be avoided: inside a bracket most, between Chinese words a little."""
    before = "".join(pieces[:cut])
    if max(before.rfind("("), before.rfind("（")) > max(before.rfind(")"), before.rfind("）")):
        return _INSIDE
    good = pieces[cut][0] in "(（" or pieces[cut - 1][-1] in " ，、：；"
    return 0 if good else 1


def _in_lines(title: str, most: int, *, worst: int = _INSIDE - 1) -> float:
    """The width that a header needs to stand in at most so many lines, without a break as bad as inside a
    bracket unless ``worst`` allows it."""
    ways = (one for one in _broken(title) if len(one.lines) <= most and one.worst <= worst)
    return min((one.widest for one in ways), default=0.0)


def _words(text: str) -> list[str]:
    """What of a text must not break: words, and a short Chinese text as a whole."""
    if len(text) <= _SHORT_TEXT:
        return [text]
    return [word for word in text.split() if _LATIN.search(word)]


def _measured(text: str, weight: Weight) -> float:
    return text_width(text, SIZE, weight)
