"""Planted personal data is covered; what customers complain of is not."""

from __future__ import annotations

import pytest

from crmreport.text.masking import COVER, is_shouted, masked

PLANTED = [
    ("我叫李明华，电话13812345678。", ["李明华", "13812345678"]),
    ("身份证号31010119900101123X，请查收。", ["31010119900101123"]),
    ("张小姐说可以退，后来王丽经理说不行。", ["张小姐", "王丽"]),
    ("客服陈静态度不好，小王也一样。", ["陈静", "小王"]),
    ("住在上海市静安区南京西路1266号3单元502室。", ["南京西路", "1266", "502"]),
    ("微信号：lotus_fan88，支付宝 13900001111", ["lotus_fan88", "13900001111"]),
    ("姓名：歐陽修文 聯絡人：陳大文", ["歐陽修文", "陳大文"]),
    ("My name is jonathan quimby and I want a refund.", ["jonathan", "quimby"]),
    ("I spoke with Linda Lee, then Mr. Fitzgerald called.", ["Linda", "Lee", "Fitzgerald"]),
    ("Dear Mrs O’Hara, the manager Tom Baker was rude.", ["Hara", "Baker"]),
    ("Call (555) 123-4567 or +44 20 7946 0958.", ["123-4567", "7946", "0958"]),
    ("Card 4111 1111 1111 1111, mail jon.q+shop@mail.example.", ["4111", "1111", "jon.q"]),
    ("I live at 12 Old Mill Road, Apt 4B.", ["Mill", "4B"]),
    ("Order AB-1234567 from www.shop.example/u/jon", ["1234567", "/u/jon"]),
    ("MY NAME IS JANE DOE AND I AM ANGRY", ["JANE", "DOE", "jane", "doe"]),
]


@pytest.mark.parametrize(("text", "planted"), PLANTED)
def test_planted_personal_data_is_covered(text: str, planted: list[str]) -> None:
    found = masked(text)
    assert COVER in found
    assert [one for one in planted if one in found] == []


@pytest.mark.parametrize(
    "text",
    [
        "The parcel was late and the bottle was broken; I want a refund of 30 dollars within 14 days.",
        "I am very angry. The manager was rude and the agent hung up.",
        "客服态度很差，退款一直没有到账，等了15天，赔了200元。",
        "物流太慢，包裹破损，店员不肯换货。",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert masked(text) == text


def test_a_text_is_shouted_by_its_latin_letters_alone() -> None:
    assert is_shouted("WHERE IS MY PARCEL?")
    assert not is_shouted("Where is my PARCEL?")
    assert not is_shouted("包裹在哪里")
