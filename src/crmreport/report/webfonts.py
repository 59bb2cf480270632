"""The package's typefaces as a page carries them: only the characters it shows, as WOFF2 in its CSS.

HarfBuzz cuts a face to its characters in milliseconds (fontTools takes most of a second). Of WOFF2 only the
transform of the outlines is fontTools': it saves a sixth of a typeface, which is most of a Chinese page.
"""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import brotli
import matplotlib
import uharfbuzz
from fontTools.ttLib import TTFont
from fontTools.ttLib.woff2 import WOFF2GlyfTable

from crmreport.params import Language
from crmreport.text.glyphs import FAMILIES, coverage, typeface

_WEIGHTS = {"Regular": 400, "Bold": 700}
# Kerning; then half-width punctuation where two marks meet, or in English the narrow quotation marks.
_FEATURES = {"en": ("kern", "pwid"), "zh-Hans": ("kern", "halt"), "zh-Hant": ("kern", "halt")}
_UNUSED_TABLES = ("BASE", "DSIG", "STAT", "VORG", "FFTM", "gasp", "kern", "meta", "vhea", "vmtx")
_BROTLI_QUALITY = 9

# The numbers that WOFF2 gives to the tables a cut face can hold (W3C WOFF2, section 4.1).
_TABLE_NUMBERS = {
    "cmap": 0,
    "head": 1,
    "hhea": 2,
    "hmtx": 3,
    "maxp": 4,
    "name": 5,
    "OS/2": 6,
    "post": 7,
    "fpgm": 9,
    "glyf": 10,
    "loca": 11,
    "prep": 12,
    "GDEF": 26,
    "GPOS": 27,
    "GSUB": 28,
}


def subset_css(characters: Iterable[str], language: Language, *, bold: Iterable[str] | None = None) -> str:
    """``@font-face`` rules that hold ``characters`` in Regular, those of them in ``bold`` in Bold too.

    Without ``bold``, both weights hold the same. The same characters give the same bytes. A character
    that no typeface of ours holds is left out.
    """
    regular = _code_points(characters)
    asked = {"Regular": regular, "Bold": regular if bold is None else regular & _code_points(bold)}
    return "".join(
        _rule(family, weight, held, _FEATURES[language])
        for family, missing in _by_family(FAMILIES[language])
        for weight in _WEIGHTS
        if (held := (asked[weight] - missing) & coverage(family))
    )


def _by_family(families: tuple[str, ...]) -> Iterator[tuple[str, frozenset[int]]]:
    """Each family with the characters that those before it hold."""
    before: frozenset[int] = frozenset()
    for family in families:
        yield family, before
        before |= coverage(family)


def code_css(characters: Iterable[str]) -> str:
    """The rule for listings: matplotlib's own monospaced face, cut to ``characters``."""
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSansMono.ttf"
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    font = _woff2(face, frozenset(map(ord, characters)) & frozenset(face.unicodes), ())
    return _font_face("DejaVu Sans Mono", 400, font)


def _rule(family: str, weight: str, held: frozenset[int], features: tuple[str, ...]) -> str:
    return _font_face(family, _WEIGHTS[weight], _woff2(_face(family, weight), held, features))


def _font_face(family: str, weight: int, font: bytes) -> str:
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
        f'src:url(data:font/woff2;base64,{base64.b64encode(font).decode("ascii")}) format("woff2")}}\n'
    )


@cache
def _face(family: str, weight: str) -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(typeface(family, weight))))


def _code_points(characters: Iterable[str]) -> frozenset[int]:
    return frozenset(map(ord, characters))


def _tag(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")


def _woff2(face: uharfbuzz.Face, held: frozenset[int], features: tuple[str, ...]) -> bytes:
    """``face`` cut to the characters ``held``."""
    chosen = uharfbuzz.SubsetInput()
    chosen.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    chosen.unicode_set.update(held)
    chosen.layout_feature_tag_set.clear()
    chosen.layout_feature_tag_set.update(_tag(feature) for feature in features)
    chosen.drop_table_tag_set.update(_tag(table) for table in _UNUSED_TABLES)
    cut = chosen.subset(face)
    # Alphabetical order also puts loca behind glyf, as WOFF2 demands.
    tables = {tag: cut.reference_table(tag).data for tag in sorted(cut.table_tags)}
    return _pack(tables, _outlines(cut.blob.data))


def _outlines(cut: bytes) -> bytes:
    """The glyf table of a font in WOFF2's own form (section 5.1), from which a reader makes loca as well."""
    font = TTFont(io.BytesIO(cut))
    whole, table = font["glyf"], WOFF2GlyfTable()
    table.glyphs, table.glyphOrder = whole.glyphs, font.getGlyphOrder()
    outlines: bytes = table.transform(font)
    return outlines


def _pack(tables: dict[str, bytes], outlines: bytes) -> bytes:
    """A WOFF2 file of the tables (W3C WOFF2, sections 4 and 5): ``outlines`` stand for glyf and loca, the
    others are stored as they are."""
    stored = tables | {"glyf": outlines, "loca": b""}
    directory = b"".join(_entry(tag, len(content), len(stored[tag])) for tag, content in tables.items())
    stream = brotli.compress(b"".join(stored.values()), mode=brotli.MODE_FONT, quality=_BROTLI_QUALITY)
    unpacked = 12 + sum(16 + _padded(len(content)) for content in tables.values())
    used = 48 + len(directory) + len(stream)
    header = struct.pack(
        ">4sIIHHIIHHIIIII",
        b"wOF2",
        0x00010000,  # TrueType outlines
        _padded(used),
        len(tables),
        0,
        unpacked,
        len(stream),
        *(1, 0),  # the font's own version
        *(0, 0, 0),  # no metadata
        *(0, 0),  # no private data
    )
    packed: bytes = header + directory + stream
    return packed.ljust(_padded(used), b"\0")


def _entry(tag: str, length: int, stored: int) -> bytes:
    """A table in the directory: its number, its length, and for outlines how long they are as stored."""
    entry = bytes([_TABLE_NUMBERS[tag]]) + _base128(length)
    return entry + _base128(stored) if tag in ("glyf", "loca") else entry


def _base128(number: int) -> bytes:
    """Seven bits a byte, high bits first; all bytes but the last have their top bit set."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4
