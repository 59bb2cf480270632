"""Encodings are found on generated texts, long and short."""

from __future__ import annotations

import gzip
import io
import random
from pathlib import Path

import pytest

from crmreport.data.readers import ReadOptions, inspect_file
from crmreport.data.readers.encodings import detect_encoding

SIMPLIFIED = "会员号,姓名,城市,金额\n001,张伟,上海,12.50\n002,王芳,北京,3.00\n003,欧阳娜娜,呼和浩特,8\n"
TRADITIONAL = "會員編號,姓名,城市,金額\n001,陳怡君,臺北,12.50\n002,林志豪,高雄,3.00\n003,歐陽菲菲,嘉義,8\n"
FRENCH = "numéro;prénom;ville\n1;Zoë;Besançon\n2;François;Orléans\n3;Hélène;Nîmes\n"
GERMAN = "Nr;Name;Straße;Betrag\n1;Jörg Müller;Königsallee 3;12,50 €\n2;Änne Groß;Grüner Weg 1;3,00 €\n"
SPANISH = "código;nombre;año\n1;Begoña Núñez;2023\n2;José Ibáñez;2024\n"
TEXTS = {"simplified": SIMPLIFIED, "traditional": TRADITIONAL, "french": FRENCH, "german": GERMAN}


@pytest.mark.parametrize("name", sorted(TEXTS))
@pytest.mark.parametrize("times", [1, 500])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_found(name: str, times: int, encoding: str) -> None:
    assert detect_encoding(io.BytesIO((TEXTS[name] * times).encode(encoding))) == encoding


@pytest.mark.parametrize("times", [1, 500])
@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (SIMPLIFIED, "gb2312", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED + "004,㐂䶮,重庆,1\n", "gb18030", "gb18030"),
        (TRADITIONAL, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "cp950"),
        (TRADITIONAL, "cp950", "cp950"),
        (FRENCH, "latin-1", "cp1252"),
        (FRENCH, "cp1252", "cp1252"),
        (GERMAN, "cp1252", "cp1252"),
        (SPANISH, "latin-1", "cp1252"),
        ("miasto;imię\nŁódź;Józef\nKraków;Elżbieta\nGdańsk;Żaneta\n", "cp1250", "cp1250"),
        ("город;имя\nМосква;Иван Петров\nКазань;Мария Иванова\n", "cp1251", "cp1251"),
        ("都市,氏名\n東京都,やまだ たろう\n大阪府,スズキ ハナコ\n", "cp932", "cp932"),
    ],
)
def test_eight_bit_texts_are_told_apart(text: str, written: str, found: str, times: int) -> None:
    data = (text * times).encode(written)
    assert detect_encoding(io.BytesIO(data)) == found
    assert data.decode(found) == text * times


SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_one_short_name_is_enough_for_chinese(encoding: str) -> None:
    names = [surname + given for surname in SURNAMES for given in GIVEN]
    wrong = [
        name
        for name in names
        if detect_encoding(io.BytesIO(f"id,name\n1,{name}\n".encode(encoding))) != "gb18030"
    ]
    assert len(wrong) <= 0.1 * len(names), wrong


def test_one_short_name_is_enough_for_big5() -> None:
    names = [
        surname + given
        for surname in "王李張劉陳楊黃趙吳周林"
        for given in "偉芳娜敏靜麗強磊軍洋勇豔傑娟濤明超"
    ]
    wrong = [n for n in names if detect_encoding(io.BytesIO(f"id,name\n1,{n}\n".encode("big5"))) != "cp950"]
    assert len(wrong) <= 0.1 * len(names), wrong


def test_one_accent_is_enough_for_western_texts() -> None:
    words = [
        "Zoë",
        "Müller",
        "Köln",
        "José",
        "São Paulo",
        "Besançon",
        "naïve",
        "Ångström",
        "Señor",
        "Groß",
        "£5",
        "5 €",
    ]
    for word in words:
        assert detect_encoding(io.BytesIO(f"id,name\n1,{word}\n".encode("cp1252"))) == "cp1252", word


def test_what_windows_lacks_is_latin_1() -> None:
    assert detect_encoding(io.BytesIO("nom\nCaf\xe9 \x81\n".encode("latin-1") * 5)) == "latin-1"


def test_a_name_far_down_a_plain_file_is_seen(tmp_path: Path) -> None:
    rows = "".join(f"{n},plain\n" for n in range(300_000)) + "300000,张伟\n300001,王芳\n"
    file = tmp_path / "late.csv.gz"
    file.write_bytes(gzip.compress(("id,name\n" + rows).encode("gbk"), 1))
    (facts,) = inspect_file(file)
    assert (facts.encoding, facts.compression) == ("gb18030", "gzip")


def test_what_is_declared_wins(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("id,name\n1,陳\n".encode("big5"))
    (facts,) = inspect_file(file, ReadOptions(encoding="cp1252"))
    assert facts.encoding == "cp1252"
    assert facts.sample(1) == [("1", "陳".encode("big5").decode("cp1252"))]


@pytest.mark.parametrize("encoding", ["gbk", "big5"])
@pytest.mark.parametrize("lines", [3, 5, 20])
def test_a_few_names_are_hardly_ever_mistaken(encoding: str, lines: int) -> None:
    """Names in both scripts, drawn with a fixed seed; two in a hundred tables may be mistaken."""
    surnames, given = (
        ("王李张刘陈", GIVEN) if encoding == "gbk" else ("王李張劉陳", "偉芳娜敏靜麗強磊軍洋勇傑娟濤")
    )
    drawn, found = random.Random(1), "gb18030" if encoding == "gbk" else "cp950"
    wrong = 0
    for _ in range(200):
        rows = "".join(f"{n},{drawn.choice(surnames)}{drawn.choice(given)}\n" for n in range(lines))
        wrong += detect_encoding(io.BytesIO(f"id,name\n{rows}".encode(encoding))) != found
    assert wrong <= 4
