"""The sheet that charts are drawn on: measured in points from its upper left corner, y downwards.

Everything is placed by rule from measured text, so that nothing overlaps or is cut whatever the data
says. Nothing here uses pyplot or matplotlib's global settings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, cast

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from crmreport.display.theme import COLOURS, LINE, TEXT, Role, Weight, register_fonts, spaced, text_width
from crmreport.params import Language
from crmreport.text.glyphs import FAMILIES

Align = Literal["left", "center", "right"]
_POINTS = 72
# From the middle of a line of text to its baseline, in its size: half the height of capitals and
# of Chinese characters, between which the eye centres both.
_TO_BASELINE = 0.35
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_OPENING = "（《「『【〈"
_CLOSING = "，。、；：！？）》」』】〉％"
_WORDS = re.compile(rf"[{_OPENING}]*[{_CJK}][{_CLOSING}]*|[^\s{_CJK}]+[{_CLOSING}]*|\s+")
# Where a word wider than a line may part: after a mark inside it, before a letter.
_PART = re.compile(r"(?<=\w[,;/|_\-–])(?=[^\W\d_])")


class Sheet:
    """A figure of ``width`` by ``height`` points and the marks that charts are made of."""

    def __init__(self, language: Language, width: float, height: float) -> None:
        register_fonts()
        self.width = width
        self.height = height
        self.figure = Figure(figsize=(width / _POINTS, height / _POINTS), dpi=_POINTS)
        self.figure.patch.set_visible(False)
        self._families = list(FAMILIES[language])
        scale = Affine2D().scale(1 / _POINTS, -1 / _POINTS).translate(0, height / _POINTS)
        self._points = scale + self.figure.dpi_scale_trans

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        colour: Role | str = "ink",
        size: float = TEXT,
        weight: Weight = "regular",
        align: Align = "left",
    ) -> None:
        """One line of text whose middle is at height ``y``."""
        font = FontProperties(family=self._families, size=size, weight=weight)
        drawn = Text(
            x,
            y + _TO_BASELINE * size,
            spaced(text),
            color=_hex(colour),
            fontproperties=font,
            horizontalalignment=align,
            verticalalignment="baseline",
            parse_math=False,
            usetex=False,
        )
        self._add(drawn)

    def lines(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        colour: Role | str = "ink",
        size: float = TEXT,
        weight: Weight = "regular",
        align: Align = "left",
    ) -> None:
        """Lines of text, the middle of the block at height ``y``."""
        top = y - (len(lines) - 1) / 2 * size * LINE
        for number, line in enumerate(lines):
            place = top + number * size * LINE
            self.text(x, place, line, colour=colour, size=size, weight=weight, align=align)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Role | str) -> None:
        """A filled rectangle between two corners, given in any order."""
        corner = (min(left, right), min(top, bottom))
        self._add(
            Rectangle(corner, abs(right - left), abs(bottom - top), facecolor=_hex(colour), linewidth=0)
        )

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: Role,
        *,
        width: float = 0.6,
        dashed: bool = False,
    ) -> None:
        """A line through ``points``."""
        xs, ys = zip(*points, strict=True)
        self._add(
            Line2D(
                xs,
                ys,
                color=_hex(colour),
                linewidth=width,
                linestyle=(0.0, (3.0, 2.5)) if dashed else "-",
                solid_capstyle="butt",
            )
        )

    def dot(self, x: float, y: float, colour: Role, *, size: float = 5.0) -> None:
        """A filled circle with a rim of the page's colour, so that it stands out from its line."""
        rim = {"edgecolor": _hex("paper"), "linewidth": 0.8}
        self._add(Circle((x, y), size / 2, facecolor=_hex(colour), **rim))

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self._points)
        artist.set_zorder(len(self.figure.get_children()))  # what is drawn later lies above
        self.figure.add_artist(artist)


def _hex(colour: Role | str) -> str:
    return colour if colour.startswith("#") else COLOURS[cast(Role, colour)]


def wrap(text: str, width: float, size: float = TEXT, weight: Weight = "regular") -> list[str]:
    """``text`` in lines of at most ``width`` points: Chinese by characters, the rest by words.

    A word wider than a line parts after a comma, slash or hyphen in it, or else anywhere; nothing is cut.
    """
    lines = [""]
    for word in _WORDS.findall(text):
        for piece in _pieces(word, width, size, weight):
            if text_width((lines[-1] + piece).rstrip(), size, weight) <= width or not lines[-1]:
                lines[-1] += " " if piece.isspace() else piece
            else:
                lines[-1] = lines[-1].rstrip()
                lines.append(piece.lstrip())
    return [line.strip() for line in lines if line.strip()] or [""]


def unbroken(text: str, size: float = TEXT, weight: Weight = "regular") -> float:
    """The width of the longest piece of ``text`` that a line must hold whole."""
    parts = (part for word in _WORDS.findall(text) for part in _PART.split(word))
    return max((text_width(part, size, weight) for part in parts), default=0.0)


def _pieces(word: str, width: float, size: float, weight: Weight) -> list[str]:
    if text_width(word, size, weight) <= width:
        return [word]
    pieces: list[str] = []
    for part in _PART.split(word):
        pieces.append("")
        for character in part:
            if pieces[-1] and text_width(pieces[-1] + character, size, weight) > width:
                pieces.append("")
            pieces[-1] += character
    return pieces


def spread(centres: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float]:
    """Centres moved apart as little as a sweep each way allows, so that labels do not overlap.

    They keep their order and stay between ``low`` and ``high``, as long as they fit there at all.
    """
    placed: list[float] = []
    edge = low
    for centre, width in zip(centres, widths, strict=True):
        placed.append(max(centre, edge + width / 2))
        edge = placed[-1] + width / 2
    edge = high
    for number in reversed(range(len(placed))):
        placed[number] = min(placed[number], edge - widths[number] / 2)
        edge = placed[number] - widths[number] / 2
    return placed
