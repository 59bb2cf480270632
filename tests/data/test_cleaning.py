"""Values as files hold them -> values of the contract's types."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest

from crmreport.data.cleaning import as_boolean, as_local_time, as_number, as_text


def column(values: list[Any], type: pa.DataType | None = None) -> ibis.Column:
    return ibis.memtable(pa.table({"value": pa.array(values, type)})).value


def plain(expression: ibis.Column) -> list[Any]:
    """The values in the order of the table."""
    return list(expression.to_pyarrow().to_pylist())


def test_text_is_trimmed_and_blanks_are_null() -> None:
    texts = column(["007", "  b ", "", "   ", "NaN", "n/a", None])
    assert plain(as_text(texts, ("NaN", "n/a"))) == ["007", "b", None, None, None, None, None]
    padded = column(["\u00a0a b\u3000", "\ufeffid\t\r\n", "\u200b", "a\nb"])
    assert plain(as_text(padded, ())) == ["a b", "id", None, "a\nb"]


def test_marks_that_keep_an_id_from_a_spreadsheet_are_no_part_of_it() -> None:
    texts = column(['="0012"', ' ="a""b"', '=""', "'0012 345", "'tis", "=1+1", '=cmd|"x"', "0'12"])
    assert plain(as_text(texts, ())) == [
        "0012",
        '="a""b"',
        None,
        "0012 345",
        "'tis",
        "=1+1",
        '=cmd|"x"',
        "0'12",
    ]


def test_a_whole_float_is_the_same_key_as_the_integer() -> None:
    assert plain(as_text(column([900.0, 1.5, float("nan"), None]), ())) == ["900", "1.5", None, None]
    assert plain(as_text(column([900, None]), ())) == ["900", None]


def test_amounts_are_exact_and_what_is_no_number_is_null() -> None:
    texts = column(["10", " 2.50", "-0.005", "1e2", "1,234.00", "free", "", None])
    expected = [
        Decimal("10.00"),
        Decimal("2.50"),
        Decimal("-0.01"),
        Decimal("100.00"),
        None,
        None,
        None,
        None,
    ]
    assert plain(as_number(texts, (), "decimal(18, 2)")) == expected
    floats = column([0.1, 1.776e-15, float("nan")])
    assert plain(as_number(floats, (), "decimal(18, 2)")) == [Decimal("0.10"), Decimal("0.00"), None]


def test_yes_and_no_in_the_words_of_files() -> None:
    texts = column(["Yes", "是", "1", " TRUE ", "no", "否", "0", "perhaps", "", None])
    assert plain(as_boolean(texts, ())) == [True] * 4 + [False] * 3 + [None] * 3
    assert plain(as_boolean(column([True, False, None]), ())) == [True, False, None]


CLOCKS = [
    ("2023-07-01 23:30:00", datetime(2023, 7, 2, 1, 30)),
    ("2023-07-01T23:30", datetime(2023, 7, 2, 1, 30)),
    ("2023/07/01 23:30", datetime(2023, 7, 2, 1, 30)),
    ("2023-07-01T23:30:00Z", datetime(2023, 7, 2, 1, 30)),
    ("2023-07-01 23:30:00+08:00", datetime(2023, 7, 1, 17, 30)),
    ("2023-07-01 23:30:00.250+0800", datetime(2023, 7, 1, 17, 30, 0, 250000)),
    ("2023-07-01", datetime(2023, 7, 1)),
    ("20230701", datetime(2023, 7, 1)),
    ("2023.7.1", datetime(2023, 7, 1)),
    ("2023年7月1日", datetime(2023, 7, 1)),
    ("01/07/2023", None),
    ("2023-13-01", None),
    ("yesterday", None),
    ("", None),
]


def test_times_become_the_clients_local_time_and_days_stay_days() -> None:
    texts = column([text for text, _ in CLOCKS])
    found = plain(as_local_time(texts, (), source_zone="UTC", client_zone="Europe/Berlin"))
    assert dict(zip([text for text, _ in CLOCKS], found, strict=True)) == dict(CLOCKS)


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [
        (pa.timestamp("us"), datetime(2018, 1, 1, 3, 47), datetime(2017, 12, 31, 22, 47)),
        (pa.timestamp("us", "UTC"), datetime(2018, 1, 1, 3, 47), datetime(2017, 12, 31, 22, 47)),
        (pa.date32(), date(2018, 1, 1), datetime(2018, 1, 1)),
        (pa.int64(), 20180101, datetime(2018, 1, 1)),
    ],
)
def test_typed_times(type: pa.DataType, value: Any, expected: datetime) -> None:
    typed = column([value], type)
    assert plain(as_local_time(typed, (), source_zone="UTC", client_zone="America/New_York")) == [expected]


def test_without_a_source_zone_times_are_local_already() -> None:
    at = datetime(2018, 1, 1, 3, 47)
    assert plain(as_local_time(column([at]), (), source_zone=None, client_zone="America/New_York")) == [at]
