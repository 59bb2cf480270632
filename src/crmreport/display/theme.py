"""The look of everything drawn: colours by role, sizes, and the typeface.

Charts, HTML and PDF take their colours from here. A chart holds no other colour than these, and no two
roles share one, so that a page can exchange each for a variable (the dark style does).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font, LoadFlags

from crmreport.text.glyphs import FONTS

Role = Literal[
    "ink",
    "muted",
    "paper",
    "surface",
    "grid",
    "rule",
    "accent",
    "contrast",
    "grey",
    "pale",
    "on_light",
    "on_dark",
]

COLOURS: dict[Role, str] = {
    "ink": "#22292f",  # text
    "muted": "#5c6770",  # second text: sources, axis labels
    "paper": "#ffffff",
    "surface": "#f3f6f8",  # behind callouts and table headers
    "grid": "#dfe4e8",  # lines that should hardly be seen
    "rule": "#b8c2ca",  # lines that should be seen
    "accent": "#0f4c5c",  # what the headline speaks of
    "contrast": "#b8480c",  # the one thing set against it
    "grey": "#8a96a0",  # all the rest
    "pale": "#c5ced5",  # a second rest: what was, beside what is
    "on_light": "#0c1114",  # text in light cells of a heat map, in both styles of the page
    "on_dark": "#fdfdfd",  # text in dark cells of a heat map
}

# The same roles on a dark page. The cells of heat maps and their text keep their colours.
DARK: dict[Role, str] = COLOURS | {
    "ink": "#e6ebee",
    "muted": "#a3afb8",
    "paper": "#14191d",
    "surface": "#1d242a",
    "grid": "#2c353c",
    "rule": "#4a555e",
    "accent": "#6fc3d6",
    "contrast": "#f0935a",
    "grey": "#7d8993",
    "pale": "#4b5761",
}

# From little to much: even steps in Oklab from near paper to the accent. The last is one digit off it:
# the dark style changes the accent, not the cells of a heat map.
SEQUENTIAL = ("#eef4f5", "#c1d0d5", "#95adb5", "#6a8c96", "#406b79", "#0f4c5d")

# In points. A chart is drawn at its physical size, so its text keeps these on paper.
COLUMN_WIDTH = 482.0  # the text column of the PDF: 170 mm
PHONE_WIDTH = 270.0  # a phone's width at which the text is as large as the page's notes
TEXT = 8.0
TEXT_SMALL = 7.0
LINE = 1.32  # height of a line of text, in its size

_GAP = 0.25  # of a character, between Chinese and Latin: as Typst and browsers set it in running text
_HAN = "\u3041-\u30fa\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LATIN = "0-9A-Za-z\u00c0-\u024f\u0370-\u04ff"  # and Greek, as in α係数, and Cyrillic
_MEETING = re.compile(rf"(?<=[{_HAN}])(?=[{_LATIN}])|(?<=[{_LATIN}])(?=[{_HAN}])")

Weight = Literal["regular", "bold"]
_FACES: dict[Weight, str] = {"regular": "NotoSansSC-Regular.ttf", "bold": "NotoSansSC-Bold.ttf"}


@cache
def register_fonts() -> None:
    """Make the package's fonts known to matplotlib, once a process."""
    for file in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(file)


def sequential(share: float) -> tuple[str, str]:
    """The colour of a cell ``share`` (0 to 1) of the way up the map, and that of text in it."""
    step = min(int(share * len(SEQUENTIAL)), len(SEQUENTIAL) - 1)
    return SEQUENTIAL[step], COLOURS["on_dark" if step >= len(SEQUENTIAL) - 2 else "on_light"]


def text_width(text: str, size: float = TEXT, weight: Weight = "regular") -> float:
    """The width of one line of text in points, with a gap wherever Chinese and Latin meet.

    Kerning may make it a little narrower.
    """
    gaps = _GAP * len(_MEETING.findall(text))
    return (sum(_advance(character, weight) for character in text) + gaps) * size


def spaced(text: str) -> str:
    """``text`` with a space wherever Chinese and Latin meet: a drawing sets no gap there by itself.

    The typeface's space is a little narrower than the gap.
    """
    return _MEETING.sub(" ", text)


@cache
def _face(weight: Weight) -> FT2Font:
    return FT2Font(FONTS / _FACES[weight])


@cache
def _advance(character: str, weight: Weight) -> float:
    """The advance of a character, in ems."""
    face = _face(weight)
    face.set_size(100, 72)
    glyph = face.load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / 100
