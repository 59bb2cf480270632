"""Texts by hand: their words in runs, and where capitals stand."""

from __future__ import annotations

from crmreport.text.splitting import capitals, runs, stop_words


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
