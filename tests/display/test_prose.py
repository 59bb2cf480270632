"""Sentences: every kind of slot in each language, and what a missing number is said as."""

from datetime import date
from pathlib import Path

import pytest

from crmreport.display.blocks import (
    LabelSlot,
    SlotValue,
    label,
    sentence,
    setting,
    text,
)
from crmreport.display.prose import Run, finding_text, plain, runs
from crmreport.errors import RenderError
from crmreport.findings import Finding, Scope
from crmreport.params import LocalText
from crmreport.period import parse_period
from crmreport.text import Words

SHARE = Finding(
    id="segmentation.top_revenue",
    scope=Scope(kind="brand", id="one"),
    value=0.6214,
    unit="share",
    n=1234,
    low=0.6,
    high=0.645,
    confidence=0.95,
    method="method.top_share",
    period="2017-Q4",
)
TOTAL = SHARE.model_copy(
    update={"value": 12, "unit": "count", "low": None, "high": None, "confidence": None, "census": True}
)
MESSAGES = {
    "en": {
        "own.says": "[{slot}]",
        "own.signed": "{slot:signed}",
        "own.all": "{slot} of {slot:n} ({slot:interval})",
        "own.after": "It moved {slot}",
        "own.bracketed": "({slot})",
        "own.apart": "It is {slot:apart} ({slot:span})",
        "own.between": "It lies {slot:interval}",
        "own.unspoken": "nothing",
        "own.loyal": "Loyal",
        "core.withheld": "Not shown: {what}, too few.",
        "core.not_supplied": "Not known: {what}.",
        "finding.segmentation.top_revenue": "best customers",
    },
    "zh-Hans": {
        "own.says": "【{slot}】",
        "own.signed": "{slot:signed}",
        "own.all": "{slot:n}位中的{slot}（{slot:interval}）",
        "own.after": "变动为{slot}",
        "own.bracketed": "（{slot}）",
        "own.apart": "{slot:apart}（{slot:span}）",
        "own.between": "区间为{slot:interval}",
        "own.unspoken": "无",
        "own.loyal": "忠诚",
        "core.withheld": "未列示：{what}，样本过少。",
        "core.not_supplied": "未知：{what}。",
        "finding.segmentation.top_revenue": "头部顾客",
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("catalogues")
    for language, messages in MESSAGES.items():
        (root / language).mkdir()
        entries = [f'msgid "{message}"\nmsgstr "{said}"\n' for message, said in messages.items()]
        counted = ["day", "days"] if language == "en" else ["天"]
        forms = "".join(f'msgstr[{n}] "{{slot}} {form}"\n' for n, form in enumerate(counted))
        entries.append(f'msgid "own.counted"\nmsgid_plural "slot"\n{forms}')
        (root / language / "own.po").write_text("\n".join(entries), "utf-8")
    return root


@pytest.fixture(scope="module")
def english(folder: Path) -> Words:
    return Words.of("en", currency="USD", more=(folder,))


@pytest.fixture(scope="module")
def chinese(folder: Path) -> Words:
    return Words.of("zh-Hans", currency="CNY", more=(folder,))


@pytest.mark.parametrize(
    ("slot", "in_english", "in_chinese"),
    [
        (SHARE, Run("62.1%", finding=SHARE), Run("62.1%", finding=SHARE)),
        (setting(30, "days"), Run("30 days"), Run("30天")),
        (label("own.loyal"), Run("Loyal"), Run("忠诚")),
        (LocalText({"en": "One", "zh-Hans": "一"}), Run("One", data=True), Run("一", data=True)),
        (LocalText("Uno"), Run("Uno", data=True), Run("Uno", data=True)),
        (text("<b>{slot}</b>"), Run("<b>{slot}</b>", data=True), Run("<b>{slot}</b>", data=True)),
        (date(2017, 12, 31), Run("December 31, 2017"), Run("2017年12月31日")),
        (parse_period("2017-Q4"), Run("Q4 2017"), Run("2017年第四季度")),
    ],
    ids=["finding", "setting", "label", "name", "one name", "text", "date", "period"],
)
def test_each_kind_of_slot(
    slot: SlotValue, in_english: Run, in_chinese: Run, english: Words, chinese: Words
) -> None:
    said = sentence("own.says", slot=slot)
    assert runs(said, english) == [Run("["), in_english, Run("]")]
    assert runs(said, chinese) == [Run("【"), in_chinese, Run("】")]


def test_a_sign_stands_apart_from_the_chinese_before_it(english: Words, chinese: Words) -> None:
    fell = SHARE.model_copy(update={"value": -0.05, "low": -0.07, "high": -0.03, "unit": "points"})
    assert plain(sentence("own.after", slot=fell), chinese) == "变动为 −5.0个百分点"
    assert plain(sentence("own.bracketed", slot=fell), chinese) == "（−5.0个百分点）"
    assert plain(sentence("own.after", slot=fell), english) == "It moved −5.0 percentage points"
    assert plain(sentence("own.between", slot=fell), chinese) == "区间为 −7.0至 −3.0个百分点"


def test_what_is_said_without_its_sign_has_its_interval_in_that_direction(
    english: Words, chinese: Words
) -> None:
    fell = SHARE.model_copy(update={"value": -0.05, "low": -0.07, "high": 0.01, "unit": "points"})
    assert plain(sentence("own.apart", slot=fell), english) == (
        "It is 5.0 percentage points lower (between −1.0 and 7.0 percentage points)"
    )
    rose = SHARE.model_copy(update={"value": 0.05, "low": 0.03, "high": 0.07, "unit": "points"})
    assert plain(sentence("own.apart", slot=rose), chinese) == "高5.0个百分点（3.0至7.0个百分点）"


def test_the_forms_of_a_finding(english: Words, chinese: Words) -> None:
    said = sentence("own.all", slot=SHARE)
    assert plain(said, english) == "62.1% of 1,234 (between 60.0% and 64.5%)"
    assert plain(said, chinese).startswith("1,234位中的62.1%（60.0%至64.5%")
    # Each piece that shows the finding is marked with it, so that a page can explain the number.
    assert [run.finding is SHARE for run in runs(said, english)] == [True, False, True, False, True, False]
    assert plain(sentence("own.signed", slot=SHARE), english) == "+62.1%"


def test_a_setting_is_no_finding(english: Words) -> None:
    assert all(run.finding is None for run in runs(sentence("own.says", slot=setting(3, "count")), english))


@pytest.mark.parametrize(("value", "shown"), [(1, "1 day"), (0, "0 days"), (2, "2 days")])
def test_a_sentence_counts(value: int, shown: str, english: Words) -> None:
    assert plain(sentence("own.counted", slot=setting(value, "count")), english) == shown
    counted = TOTAL.model_copy(update={"value": value})
    assert plain(sentence("own.counted", slot=counted), english) == shown


def test_a_withheld_finding_is_said_so(english: Words, chinese: Words) -> None:
    said = sentence("own.all", slot=SHARE.model_copy(update={"n": 12}).withheld())
    assert plain(said, english) == "Not shown: best customers, too few."
    assert plain(said, chinese) == "未列示：头部顾客，样本过少。"
    assert all(run.finding is None for run in runs(said, english))


def test_what_was_not_supplied_is_said_so(english: Words) -> None:
    absent = SHARE.withheld().model_copy(update={"status": "not_supplied"})
    assert plain(sentence("own.says", slot=absent), english) == "Not known: best customers."


def test_a_withheld_finding_that_is_not_spoken_of_does_not_matter(english: Words) -> None:
    assert plain(sentence("own.unspoken", slot=SHARE.withheld()), english) == "nothing"


def test_a_slot_that_nothing_fills(english: Words) -> None:
    with pytest.raises(RenderError) as refused:
        runs(sentence("own.says", other=SHARE, more=label("own.loyal")), english)
    assert str(refused.value) == (
        "en: The message “own.says” has a slot “slot” that nothing fills. The notebook fills: more, other."
    )
    with pytest.raises(RenderError, match=r"The notebook fills: none\."):
        runs(sentence("own.says"), english)


def test_a_message_that_is_not_there(english: Words) -> None:
    with pytest.raises(RenderError, match=r"no message “own\.none”"):
        runs(sentence("own.says", slot=LabelSlot(message="own.none")), english)


def test_a_census_has_no_interval_to_tell(english: Words) -> None:
    assert finding_text(TOTAL, "value", english) == "12"
    with pytest.raises(RenderError, match=r"segmentation\.top_revenue is a census and has no interval"):
        finding_text(TOTAL, "interval", english)
