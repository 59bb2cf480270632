from __future__ import annotations

import base64
import io
import re

from fontTools.ttLib import TTFont

from crmreport.report.webfonts import subset_css


def fonts(css: str) -> list[tuple[str, str, TTFont]]:
    """Family, weight and the font of each rule, read by another reader than our writer."""
    rules = re.findall(r'font-family:"([^"]+)";font-weight:(\d+);.*?base64,([^)]+)\)', css)
    return [(family, weight, TTFont(io.BytesIO(base64.b64decode(data)))) for family, weight, data in rules]


def characters(font: TTFont) -> str:
    return "".join(sorted(map(chr, font.getBestCmap())))


def test_two_weights_hold_the_characters_and_no_more() -> None:
    found = fonts(subset_css("客户18%", "zh-Hans"))
    assert [(family, weight) for family, weight, _ in found] == [
        ("Noto Sans SC", "400"),
        ("Noto Sans SC", "700"),
    ]
    assert [characters(font) for _, _, font in found] == ["%18客户", "%18客户"]


def test_bold_holds_what_is_shown_bold() -> None:
    found = fonts(subset_css("謝谢客户", "zh-Hant", bold="谢"))
    assert {(family, weight, characters(font)) for family, weight, font in found} == {
        ("Noto Sans TC", "400", "客户謝"),
        ("Noto Sans SC", "400", "谢"),
        ("Noto Sans SC", "700", "谢"),
    }


def test_outlines_survive_the_packing() -> None:
    (_, _, regular), (_, _, bold) = fonts(subset_css("客", "zh-Hans"))
    name = regular.getBestCmap()[ord("客")]
    assert regular["glyf"][name].numberOfContours > 0
    assert regular["glyf"][name].getCoordinates(regular["glyf"]) != bold["glyf"][name].getCoordinates(
        bold["glyf"]
    )


def test_traditional_takes_from_the_mainland_face_only_what_it_lacks() -> None:
    # 讠-simplified 谢 is in no Traditional face; a client's name may hold it.
    found = fonts(subset_css("謝谢", "zh-Hant"))
    assert {(family, characters(font)) for family, _, font in found} == {
        ("Noto Sans TC", "謝"),
        ("Noto Sans SC", "谢"),
    }


def test_a_character_without_a_glyph_is_left_out() -> None:
    assert subset_css("\N{GRINNING FACE}", "en") == ""


def test_english_quotation_marks_have_a_narrow_form() -> None:
    _, _, font = fonts(subset_css("’", "en"))[0]
    assert "pwid" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}


def test_the_same_characters_give_the_same_bytes_in_any_order() -> None:
    assert subset_css("客户关系", "zh-Hans") == subset_css(reversed("客户关系系"), "zh-Hans")
