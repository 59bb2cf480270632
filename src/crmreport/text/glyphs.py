"""What the package's fonts can show, and what stands in for a character that they cannot.

A client's data may hold any character. One without a glyph is shown by its number, ``[U+1F600]``, in
HTML, PDF and charts alike: never as a hollow box, never in a font of the reader's machine, never left
out in silence.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import uharfbuzz

from crmreport.params import Language

FONTS = Path(__file__).parents[1] / "fonts"

FAMILIES: dict[Language, tuple[str, ...]] = {
    "en": ("Noto Sans SC",),
    "zh-Hans": ("Noto Sans SC",),
    "zh-Hant": ("Noto Sans TC", "Noto Sans SC"),
}
"""First choice first. The Traditional face lacks many Simplified characters, which data may hold."""

# Hints to a shaping engine, which have no shape of their own: joiners, byte order mark, soft hyphen.
_SHAPELESS = frozenset((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)))


def typeface(family: str, weight: str) -> Path:
    """The file of a family in a weight: ``Regular`` or ``Bold``."""
    return FONTS / f"{family.replace(' ', '')}-{weight}.ttf"


@cache
def coverage(family: str) -> frozenset[int]:
    """The code points that a family has glyphs for; its Bold has the same as its Regular."""
    blob = uharfbuzz.Blob.from_file_path(str(typeface(family, "Regular")))
    return frozenset(uharfbuzz.Face(blob).unicodes)


class _Shown(dict[int, str]):
    """How each character is shown, decided when it is first met."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._covered = frozenset[int]().union(*map(coverage, FAMILIES[language]))

    def __missing__(self, code: int) -> str:
        self[code] = shown = self._decide(code)
        return shown

    def _decide(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if code in _SHAPELESS:
            return ""
        if character in "\t\n\r" or category in ("Zs", "Zl", "Zp"):
            return character if code in (0x20, 0xA0, 0x3000) else " "
        # Controls, and the marks that turn the direction of what stands around them, are shown even
        # where a font has an (empty) glyph: they would change a text without being seen.
        if category in ("Cc", "Cf") or code not in self._covered:
            return _notation(code)
        return character


def _notation(code: int) -> str:
    return f"[U+{code:04X}]"


@cache
def _table(language: Language) -> _Shown:
    return _Shown(language)


def visible(text: str, language: Language) -> str:
    """``text`` with each character that has no glyph replaced by its notation, such as ``[U+1F600]``.

    Tabs, line ends and unusual spaces become a space. Accents are composed with their letters, since a
    typeface draws é better than e and an accent.
    """
    if text.isascii() and text.isprintable():
        return text
    return _composed(text).translate(_table(language))


def unshown(text: str, language: Language) -> Counter[str]:
    """How often ``text`` holds each character that is shown by its notation."""
    table = _table(language)
    return Counter(_notation(ord(one)) for one in _composed(text) if table[ord(one)] == _notation(ord(one)))


def _composed(text: str) -> str:
    # Without accents there is nothing to compose, and composing would change some Chinese characters.
    return unicodedata.normalize("NFC", text) if any(map(unicodedata.combining, text)) else text
