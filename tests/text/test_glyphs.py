from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.params import LANGUAGES
from crmreport.text.glyphs import FAMILIES, coverage, unshown, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Day cream (50 ml) – ≥ 3 × ▲ 10%", "Day cream (50 ml) – ≥ 3 × ▲ 10%"),
        ("澜汐护肤，“新品”", "澜汐护肤，“新品”"),
        ("\N{GRINNING FACE}", "[U+1F600]"),
        ("ก", "[U+0E01]"),
        ("a\0b\x1b[0m", "a[U+0000]b[U+001B][0m"),
        ("\u202eevil\u202c", "[U+202E]evil[U+202C]"),
        ("one\r\n\ttwo", "one   two"),
        ("1\u202f000\u2009m\u00a0", "1 000 m\u00a0"),
        ("\ufeffzero\u200bwidth\ufe0f", "zerowidth"),
        ("Cafe\u0301", "Café"),
        ("\ue000", "[U+E000]"),
    ],
)
def test_what_cannot_be_seen_is_shown_by_its_number(text: str, shown: str) -> None:
    assert visible(text, "en") == shown


def test_a_character_of_the_traditional_face_alone_is_shown_in_traditional_only() -> None:
    only = chr(min(coverage("Noto Sans TC") - coverage("Noto Sans SC")))
    assert visible(only, "zh-Hant") == only
    assert visible(only, "zh-Hans") == f"[U+{ord(only):04X}]"


def test_simplified_characters_are_shown_in_traditional_reports() -> None:
    assert visible("客户关系", "zh-Hant") == "客户关系"


def test_bold_covers_what_regular_covers() -> None:
    import uharfbuzz

    from crmreport.text.glyphs import FONTS

    for family in FAMILIES["zh-Hant"]:
        bold = FONTS / f"{family.replace(' ', '')}-Bold.ttf"
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(bold)))
        assert coverage(family) == set(face.unicodes)


def test_each_character_without_a_glyph_is_counted() -> None:
    assert unshown("\N{GRINNING FACE}a\N{GRINNING FACE}\0", "en") == Counter({"[U+1F600]": 2, "[U+0000]": 1})
    assert unshown("nothing amiss", "en") == Counter()


@given(st.text())
def test_whatever_the_text_every_character_shown_has_a_glyph(text: str) -> None:
    for language in LANGUAGES:
        covered = frozenset[int]().union(*(coverage(family) for family in FAMILIES[language]))
        assert {ord(one) for one in visible(text, language)} <= covered
