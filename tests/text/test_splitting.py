"""Texts by hand: their words in runs, and where capitals stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.text.splitting import capitals, phrases, runs, stop_words


def test_english_words_in_small_letters_parted_by_what_is_not_counted() -> None:
    # “the”, “was” and “and” are stop words, “2” and the full stop are signs.
    text = "The customer service was slow. Parcel's label torn, 2 bottles and lids broken"
    assert list(runs(text)) == [
        ["customer", "service"],
        ["slow"],
        ["parcel", "label", "torn"],
        ["bottles"],
        ["lids", "broken"],
    ]


def test_chinese_words_of_two_characters_and_more() -> None:
    # 没有 is a stop word; 到 and 账 are single characters.
    assert list(runs("客服态度很差，退款没有到账")) == [["客服", "态度", "很差"], ["退款"]]


def test_both_scripts_in_one_text() -> None:
    assert list(runs("包裹late了")) == [["包裹", "late"]]


def test_a_capital_at_the_head_of_a_sentence_tells_nothing() -> None:
    assert list(capitals("Refund asked of Quimby. Refund refused")) == [
        ("asked", False),
        ("of", False),
        ("quimby", True),
        ("refused", False),
    ]
    assert list(capitals("ALL OF IT SHOUTED")) == []


def test_the_lists_hold_words_and_no_comments() -> None:
    assert {"the", "n't", "我们", "我們"} <= stop_words()
    assert not any(word.startswith("#") for word in stop_words())


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("购买顾客数", ["购买", "顾客数"]),  # 数 alone goes with the word before it
        ("距上次购买天数（天）", ["距上次", "购买", "天数", "（天）"]),
        ("回購天數中位數", ["回購", "天數", "中位數"]),
        ("銷售額占比", ["銷售額", "占比"]),  # two single characters are one piece
        ("SHA-256前段", ["SHA-256", "前段"]),
        ("Revenue per customer (CN¥)", ["Revenue ", "per ", "customer ", "(CN¥)"]),
    ],
)
def test_a_line_breaks_between_phrases(text: str, pieces: list[str]) -> None:
    assert list(phrases(text)) == pieces


@given(text=st.text("金額占比係（） ab-，(1)"))
def test_phrases_are_together_the_text(text: str) -> None:
    assert "".join(phrases(text)) == text
