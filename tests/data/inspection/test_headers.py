"""Headers lose spelling, width, script and language, and keep their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.data.inspection.folding import TABLE, table_from_opencc, to_simplified
from crmreport.data.inspection.headers import Lexicon, bracketed, is_meaningless
from crmreport.data.inspection.vocabulary import names_nothing, vocabulary

LEXICON = Lexicon(
    {
        "person": ["customer", "member", "会员", "客户"],
        "id": ["id", "no", "编号", "号"],
        "time": ["date", "日期"],
        "birth": ["birth"],
        "unitprice": ["unit price", "单价"],
        "unit": ["unit"],
        "quantity": ["qty", "数量"],
    },
    noise=["the"],
)


@pytest.mark.parametrize(
    "header",
    [
        "CustomerID",
        "customer_id",
        "Customer No.",
        "CUSTOMER-ID",
        "customerid",
        "Ｍｅｍｂｅｒ　Ｎｏ",
        "会员编号",
        "會員編號",
        "\ufeff客户号",
        "the members no",
        "Customer ID 2",
    ],
)
def test_spellings_of_one_thing_are_the_same_words(header):
    assert LEXICON.read(header) == ("person", "id")


def test_what_is_of_a_thing_comes_before_it():
    assert LEXICON.read("Date of Birth") == ("birth", "time")


def test_two_written_words_may_be_one_of_ours():
    assert LEXICON.read("Unit Price") == LEXICON.read("UnitPrice") == LEXICON.read("单价") == ("unitprice",)
    assert LEXICON.read("Unit") == ("unit",)


def test_units_in_brackets_are_no_part_of_the_name_but_are_kept():
    assert LEXICON.read("数量（件）") == ("quantity",)
    assert bracketed("金额（元）[含税]") == "元 含税"
    assert LEXICON.read("(qty)") == ("quantity",)


def test_an_unknown_word_stands_for_itself():
    assert LEXICON.read("customer shoe 鞋码") == ("person", "shoe", "鞋码")


@pytest.mark.parametrize(
    "header", ["A", "AB", "col1", "Column 2", "字段3", "列", "", "V12", "column_7", "3", "_c0"]
)
def test_names_that_say_nothing(header):
    assert is_meaningless(header)


@pytest.mark.parametrize("header", ["date", "金额", "columns", "cola", "field name", "列车"])
def test_names_that_say_something(header):
    assert not is_meaningless(header)


def test_a_short_known_word_is_a_name():
    assert not names_nothing(["id", "no", "qty"])
    assert names_nothing(["a", "b", "c", "qty"])


def test_traditional_is_folded():
    assert to_simplified("會員編號、訂單金額") == "会员编号、订单金额"


def test_the_folding_is_the_one_of_opencc():
    pytest.importorskip("opencc")
    assert TABLE.read_text("utf-8") == table_from_opencc()


@given(st.text(max_size=40))
def test_any_text_can_be_read(header):
    assert all(word and word not in ("of", "the") for word in vocabulary().lexicon.read(header))


@given(st.text(alphabet="abcdeimnoprstu _-会员订单编号金额", max_size=40))
def test_case_and_width_do_not_matter(header):
    read = vocabulary().lexicon.read
    wide = "".join(chr(ord(char) + 0xFEE0) if "a" <= char <= "z" else char for char in header)
    assert read(header) == read(header.upper()) == read(wide)
