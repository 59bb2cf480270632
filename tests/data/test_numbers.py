"""Numbers as clients write them; what each means is known to whoever wrote it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.data.numbers import Mark, Numbers, currency_marks, read_number, shows_either, shows_point, tidy

MONEY, AMOUNT = "decimal(18, 2)", "decimal(18, 3)"


def texts(values: list[str]) -> ibis.expr.types.StringColumn:
    return ibis.memtable(pa.table({"value": pa.array(values, pa.string())})).value


def read(values: list[str], style: Numbers, type: str = MONEY) -> list[Any]:
    return list(read_number(texts(values), style, type).to_pyarrow().to_pylist())


WITH_POINT = [
    ("1,234.50", "1234.50"),
    ("1 234.50", "1234.50"),
    ("1\u00a0234\u202f567.5", "1234567.50"),
    ("1'234.50", "1234.50"),
    ("12,34,567.00", "1234567.00"),
    ("¥1,200", "1200.00"),
    ("￥１，２００．５０", "1200.50"),
    ("1200元", "1200.00"),
    ("CNY 12.50", "12.50"),
    ("12.50 rmb", "12.50"),
    ("-¥5", "-5.00"),
    ("¥-5", "-5.00"),
    ("(5.25)", "-5.25"),
    ("(¥5.25)", "-5.25"),
    ("5.25-", "-5.25"),
    ("−5.25", "-5.25"),
    ("+5", "5.00"),
    ("3.5万", "35000.00"),
    ("-1.2345亿", "-123450000.00"),
    ("2萬元", "20000.00"),
    (".5", "0.50"),
    ("7.", "7.00"),
    ("1e3", "1000.00"),
    ("$5", None),
    ("€5", None),
    ("5 USD", None),
    ("1,23", None),
    ("1.234.567", None),
    ("12,5", None),
    ("1,2,3", None),
    ("--5", None),
    ("(5", None),
    ("5)", None),
    ("12%", None),
    ("free", None),
    ("5 pieces", None),
    ("1.2.3", None),
    ("", None),
]


def test_each_form_of_an_amount() -> None:
    style = Numbers(plain=False, currency="CNY")
    found = read([text for text, _ in WITH_POINT], style)
    expected = {text: None if number is None else Decimal(number) for text, number in WITH_POINT}
    assert dict(zip(expected, found, strict=True)) == expected


def test_with_a_decimal_comma_the_marks_change_places() -> None:
    style = Numbers(plain=False, decimal=",", currency="EUR")
    values = ["1.234,50", "1.234", "12,5 €", "EUR 3", "1,234.50", "1.5"]
    expected = [Decimal("1234.50"), Decimal(1234), Decimal("12.50"), Decimal(3), None, None]
    assert read(values, style) == expected


def test_a_percentage_is_a_part_of_one_but_never_an_amount() -> None:
    assert read(["12.5%", "５０％", "3"], Numbers(plain=False), AMOUNT) == [
        Decimal("0.125"),
        Decimal("0.500"),
        Decimal(3),
    ]


def test_a_count_is_never_rounded() -> None:
    assert read(["3", "3.0", "3.7", "x"], Numbers(), "int64") == [3, 3, None, None]
    assert read(["1,000", "3.7"], Numbers(plain=False), "int64") == [1000, None]


def test_a_dollar_is_that_of_the_client() -> None:
    """The sign alone stands for the client's own dollar; another one's code or prefix does not."""
    values = ["$5", "HK$5", "HKD5", "US$5"]
    assert read(values, Numbers(plain=False, currency="HKD")) == [5, 5, 5, None]
    assert "$" in currency_marks("USD")


GROUPED = st.sampled_from(["", ",", "'", " ", "\u00a0"])


@settings(max_examples=60, deadline=None)
@given(
    cents=st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=20),
    mark=st.sampled_from([".", ","]),
    group=GROUPED,
    negative=st.sampled_from(["-{}", "{}-", "({})", "−{}"]),
    money=st.sampled_from(["{}", "¥{}", "{} 元", "CNY {}"]),
    wide=st.booleans(),
)
def test_what_is_written_is_read(
    cents: list[int], mark: Mark, group: str, negative: str, money: str, wide: bool
) -> None:
    written = []
    for cent in cents:
        text = f"{abs(cent) // 100:,}".replace(",", "." if (group, mark) == (",", ",") else group)
        text = money.format(f"{text}{mark}{abs(cent) % 100:02}")
        text = negative.format(text) if cent < 0 else text
        written.append(text.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if wide else text)
    found = read(written, Numbers(plain=False, decimal=mark, currency="CNY"))
    assert found == [Decimal(cent) / 100 for cent in cents]


@pytest.mark.parametrize(
    ("text", "point", "comma", "either"),
    [
        ("1234.5", True, False, False),
        ("0.500", True, False, False),
        ("1234.500", True, False, False),
        ("1,234.500", True, False, False),
        ("1,234,567", True, False, False),
        ("1.234.567", False, True, False),
        ("12,5", False, True, False),
        ("€ 1.234,50", False, True, False),
        ("1.234", False, False, True),
        ("-1,234", False, False, True),
        ("¥1,234", False, False, True),
        ("1234", False, False, False),
        ("free 1.5", False, False, False),
        ("1,2,3", False, False, False),
    ],
)
def test_what_a_value_shows_of_the_decimal_mark(text: str, point: bool, comma: bool, either: bool) -> None:
    tidied = tidy(tidy(texts([text]), "CNY"), "EUR")
    tests = (shows_point(tidied, "."), shows_point(tidied, ","), shows_either(tidied))
    assert [one.to_pyarrow().to_pylist()[0] for one in tests] == [point, comma, either]
