"""Traditional catalogues: conversion, its exceptions, and that the committed files are current."""

from pathlib import Path

import pytest

from crmreport.errors import ParamsError
from crmreport.text import traditional
from crmreport.text.traditional import Converter, Exceptions, conversions, stale

TAIWAN = Converter("tw", Exceptions.read("tw"))
HONG_KONG = Converter("hk", Exceptions.read("hk"))


@pytest.mark.parametrize(
    ("simplified", "taiwan", "hong_kong"),
    [
        ("客户关系管理", "客戶關係管理", "客戶關係管理"),
        ("会员复购率", "會員回購率", "會員回購率"),
        ("销售渠道", "銷售通路", "銷售渠道"),
        ("营销活动", "行銷活動", "營銷活動"),
        ("所提供的数据", "所提供的資料", "所提供的數據"),
        ("数据质量", "資料品質", "數據質素"),
        ("客单价、品类与优惠券", "客單價、品類與優惠券", "客單價、品類與優惠券"),
        ("置信区间", "信賴區間", "置信區間"),
        ("威尔逊得分区间", "威爾遜得分區間", "威爾遜得分區間"),
        ("均值与方差", "平均數與變異數", "平均值與方差"),
        ("第四季度", "第四季", "第四季"),
        ("会员积分", "會員點數", "會員積分"),
        ("通过短信与邮件", "透過簡訊與郵件", "透過短訊與電郵"),
        ("统计窗口", "觀察期間", "觀察期間"),
        ("支持这一结论", "支持這一結論", "支持這一結論"),
        ("统计口径说明", "統計基準說明", "統計基準說明"),
        ("只称“首次出现”", "只稱「首次出現」", "只稱「首次出現」"),
        ("占比提高1.2个百分点", "占比提高1.2個百分點", "佔比提高1.2個百分點"),
        ("", "", ""),
    ],
)
def test_trade_words(simplified: str, taiwan: str, hong_kong: str) -> None:
    assert (TAIWAN.text(simplified), HONG_KONG.text(simplified)) == (taiwan, hong_kong)


def test_slots_are_never_converted() -> None:
    # A slot named in Chinese would be converted by OpenCC like any other text.
    assert TAIWAN.text("{数据}的数据：{n:exact}") == "{数据}的資料：{n:exact}"


def test_the_longest_term_wins() -> None:
    made = Converter("tw", Exceptions({"质量": "品質", "数据质量": "資料品質"}, {}, {}))
    assert made.text("数据质量和质量") == "資料品質和品質"


def _catalogue(folder: Path, text: str) -> Path:
    file = folder / "zh-Hans" / "area.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'msgid ""\nmsgstr "Language: zh_Hans\\n"\n\n{text}', "utf-8")
    return file


def _exceptions(folder: Path, corrections: str) -> Path:
    file = folder / "exceptions.yml"
    file.write_text(f"terms: []\ncharacters: {{tw: {{}}, hk: {{}}}}\ncorrections: {corrections}\n", "utf-8")
    return file


def test_a_catalogue_keeps_ids_plurals_and_order(tmp_path: Path) -> None:
    _catalogue(
        tmp_path,
        'msgid "b.one"\nmsgstr "门店\\"{name}\\""\n\n'
        'msgid "a.two"\nmsgid_plural "n"\nmsgstr[0] "{n:exact}位顾客"\n',
    )
    made = conversions(tmp_path)
    assert made[tmp_path / "zh-Hant-HK" / "area.po"] == (
        "# Converted from zh-Hans/area.po by `python -m crmreport.text.traditional`: "
        "correct it in traditional.yml.\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Language: zh_Hant_HK\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n'
        "\n"
        'msgid "b.one"\n'
        'msgstr "分店\\"{name}\\""\n'
        "\n"
        'msgid "a.two"\n'
        'msgid_plural "n"\n'
        'msgstr[0] "{n:exact}位顧客"\n'
    )


def test_writing_brings_files_up_to_date(tmp_path: Path) -> None:
    _catalogue(tmp_path, 'msgid "a.one"\nmsgstr "门店"\n')
    orphan = tmp_path / "zh-Hant-TW" / "gone.po"
    orphan.parent.mkdir()
    orphan.write_text("", "utf-8")
    taiwan, hong_kong = tmp_path / "zh-Hant-TW" / "area.po", tmp_path / "zh-Hant-HK" / "area.po"
    assert stale(tmp_path) == sorted([orphan, taiwan, hong_kong])
    traditional.write(tmp_path)
    assert stale(tmp_path) == []
    assert not orphan.exists()
    taiwan.write_text(taiwan.read_text("utf-8").replace("門市", "店面"), "utf-8")
    assert stale(tmp_path) == [taiwan]


def test_a_readers_correction_survives_conversion(tmp_path: Path) -> None:
    _catalogue(tmp_path, 'msgid "a.one"\nmsgstr "门店"\n')
    exceptions = _exceptions(tmp_path, "{a.one: {simplified: 门店, tw: 店面}}")
    traditional.write(tmp_path, exceptions)
    assert 'msgstr "店面"' in (tmp_path / "zh-Hant-TW" / "area.po").read_text("utf-8")
    assert 'msgstr "門店"' in (tmp_path / "zh-Hant-HK" / "area.po").read_text("utf-8")


def test_a_correction_of_a_text_that_changed_is_refused(tmp_path: Path) -> None:
    _catalogue(tmp_path, 'msgid "a.one"\nmsgstr "新门店"\n')
    exceptions = _exceptions(tmp_path, "{a.one: {simplified: 门店, tw: 店面}}")
    with pytest.raises(ParamsError) as refused:
        conversions(tmp_path, exceptions)
    assert str(refused.value) == (
        "traditional.yml: The correction of “a.one” was made for another Simplified text. "
        "Read it again beside “新门店”, or delete it."
    )


def test_the_committed_catalogues_are_what_conversion_gives() -> None:
    assert traditional.main(["--check"]) == "", "run python -m crmreport.text.traditional"


def test_an_unknown_argument_is_not_a_conversion() -> None:
    assert traditional.main(["--chek"]) == "usage: python -m crmreport.text.traditional [--check]"
