"""Dates as clients write them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.data.dates import Dates, read_time


def read(values: list[str], style: Dates, *, source_zone: str | None = None) -> list[Any]:
    column = ibis.memtable(pa.table({"value": pa.array(values, pa.string())})).value
    found = read_time(column, style, source_zone=source_zone, client_zone="Asia/Shanghai")
    return list(found.to_pyarrow().to_pylist())


def test_a_year_of_two_digits_is_never_guessed() -> None:
    values = ["31/12/17", "12/31/17", "1/7/23", "17-12-31", "0017-12-31"]
    for day_first in (None, True, False):
        assert read(values, Dates(day_first=day_first)) == [None] * len(values)
    assert read(["31.12.17"], Dates(declared=("%d.%m.%y",))) == [datetime(2017, 12, 31)]


def test_day_and_month_stand_as_declared_or_shown() -> None:
    values = ["03/04/2017", "3.4.2017 18:30", "03-04-2017 06:05:04 PM", "2017-04-03", "13/13/2017"]
    day_first = [
        datetime(2017, 4, 3),
        datetime(2017, 4, 3, 18, 30),
        datetime(2017, 4, 3, 18, 5, 4),
        datetime(2017, 4, 3),
        None,
    ]
    month_first = [datetime(2017, 3, 4), datetime(2017, 3, 4, 18, 30), datetime(2017, 3, 4, 18, 5, 4)]
    assert read(values, Dates(day_first=True)) == day_first
    assert read(values, Dates(day_first=False)) == [*month_first, *day_first[3:]]
    assert read(values, Dates()) == [None, None, None, *day_first[3:]]


def test_a_months_name_leaves_no_doubt() -> None:
    values = ["3 Apr 2017", "03-Apr-2017", "Apr 3, 2017", "3 April 2017 18:30", "April 3, 2017", "3 Avr 2017"]
    day = datetime(2017, 4, 3)
    assert read(values, Dates()) == [day, day, day, datetime(2017, 4, 3, 18, 30), day, None]


def test_chinese_and_wide_digits() -> None:
    values = [
        "２０１７年４月３日",
        "2017年4月3日 18:30",
        "２０１７－０４－０３　１８：３０",
        "20170403183000",
    ]
    evening = datetime(2017, 4, 3, 18, 30)
    assert read(values, Dates()) == [datetime(2017, 4, 3), evening, evening, evening]


def test_a_spreadsheets_day_numbers_are_read_where_declared() -> None:
    values = ["43100", "43100.75", "1", "-5", "99999999", "2018-01-01", "text"]
    declared = [
        datetime(2017, 12, 31),
        datetime(2017, 12, 31, 18),
        datetime(1899, 12, 31),
        None,
        None,
        datetime(2018, 1, 1),
        None,
    ]
    assert read(values, Dates(declared=("excel",))) == declared
    assert read(values[:2], Dates()) == [None, None]


def test_years_of_the_republic_are_read_where_declared() -> None:
    values = [
        "112/05/03",
        "112/5/3 10:20",
        "民國112年5月3日",
        "中華民國 99年12月31日 18:30:05",
        "1120503",
        "750312",
        "2023-05-03",
        "112/13/03",
        "76.2.29",
        "soon",
    ]
    may = datetime(2023, 5, 3)
    declared = [
        may,
        datetime(2023, 5, 3, 10, 20),
        may,
        datetime(2010, 12, 31, 18, 30, 5),
        may,
        datetime(1986, 3, 12),
        may,
        None,
        None,
        None,
    ]
    assert read(values, Dates(declared=("minguo",))) == declared
    assert read(values[:6], Dates()) == [None] * 6


def test_what_is_declared_wins() -> None:
    assert read(["2017-04-03"], Dates(declared=("%Y-%d-%m",))) == [datetime(2017, 3, 4)]


def test_plain_columns_are_read_alike_the_fast_way() -> None:
    values = ["2017-04-03 18:30:00", "2017-04-03", "2017/4/3"]
    for zone in (None, "UTC"):
        fast = read(values, Dates(plain=True, offsets=False), source_zone=zone)
        assert fast == read(values, Dates(), source_zone=zone)
    assert fast == [datetime(2017, 4, 4, 2, 30), datetime(2017, 4, 3), datetime(2017, 4, 3)]


@settings(max_examples=40, deadline=None)
@given(
    times=st.lists(
        st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)).map(lambda at: at.replace(microsecond=0)),
        min_size=1,
        max_size=20,
    ),
    pattern=st.sampled_from(["%d/%m/%Y %H:%M:%S", "%d.%m.%Y %I:%M:%S %p", "%d-%m-%Y %H:%M:%S"]),
)
def test_what_is_written_is_read(times: list[datetime], pattern: str) -> None:
    assert read([at.strftime(pattern) for at in times], Dates(day_first=True)) == times


@pytest.mark.parametrize("text", ["now", "today", "tomorrow", "yesterday"])
def test_no_word_reads_the_clock(text: str) -> None:
    assert read([text], Dates(plain=True)) == [None]
