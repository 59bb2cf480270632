"""Reported periods: worked examples, fiscal years, and what holds for all of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.errors import UsageError
from crmreport.period import Period, add_months, parse_period, trailing_window


@pytest.mark.parametrize(
    ("text", "start", "end", "kind", "days"),
    [
        ("2017-11", date(2017, 11, 1), date(2017, 11, 30), "month", 30),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29), "month", 29),
        ("2017-12", date(2017, 12, 1), date(2017, 12, 31), "month", 31),
        ("2017-Q1", date(2017, 1, 1), date(2017, 3, 31), "quarter", 90),
        ("2017-Q4", date(2017, 10, 1), date(2017, 12, 31), "quarter", 92),
        ("2017", date(2017, 1, 1), date(2017, 12, 31), "year", 365),
        (" 2016 ", date(2016, 1, 1), date(2016, 12, 31), "year", 366),
    ],
)
def test_a_calendar_period(text: str, start: date, end: date, kind: str, days: int) -> None:
    period = parse_period(text)
    assert (period.start, period.end, period.kind, period.days) == (start, end, kind, days)
    assert period.as_of == end
    assert period.label == text.strip()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        # The fiscal year 2017 begins in April 2017.
        ("2017-Q1", date(2017, 4, 1), date(2017, 6, 30)),
        ("2017-Q4", date(2018, 1, 1), date(2018, 3, 31)),
        ("2017", date(2017, 4, 1), date(2018, 3, 31)),
        # A month is a month of the calendar in any case.
        ("2018-01", date(2018, 1, 1), date(2018, 1, 31)),
    ],
)
def test_a_fiscal_period(text: str, start: date, end: date) -> None:
    assert parse_period(text, fiscal_year_start=4) == Period(
        start, end, parse_period(text).kind, text, fiscal_year_start=4
    )


@pytest.mark.parametrize(
    ("text", "fiscal_year_start", "previous", "last_year"),
    [
        ("2017-01", 1, "2016-12", "2016-01"),
        ("2017-Q1", 1, "2016-Q4", "2016-Q1"),
        ("2017", 1, "2016", "2016"),
        ("2017-Q1", 4, "2016-Q4", "2016-Q1"),
        ("2017", 7, "2016", "2016"),
        ("2016-02", 1, "2016-01", "2015-02"),
    ],
)
def test_what_a_period_is_compared_with(
    text: str, fiscal_year_start: int, previous: str, last_year: str
) -> None:
    period = parse_period(text, fiscal_year_start=fiscal_year_start)
    assert period.previous() == parse_period(previous, fiscal_year_start=fiscal_year_start)
    assert period.last_year() == parse_period(last_year, fiscal_year_start=fiscal_year_start)


@pytest.mark.parametrize(
    "text",
    [
        *("", "last month", "17", "1899", "2201", "2017-13", "2017-00", "2017-1", "2017-11-01"),
        *("2017-Q5", "2017-q4", "2017Q4", "2017-11; rm", "../2017"),
    ],
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_period(text)
    assert str(refused.value) == (
        f"“{text}” is not a period. Write a month (2017-11), a quarter (2017-Q4) or a year (2017)."
    )


def test_months_are_added_to_the_first_of_a_month() -> None:
    assert add_months(date(2017, 11, 1), 3) == date(2018, 2, 1)
    assert add_months(date(2017, 1, 1), -1) == date(2016, 12, 1)
    with pytest.raises(ValueError, match="2017-01-31 is not the first of a month"):
        add_months(date(2017, 1, 31), 1)


def test_a_trailing_window_ends_with_the_month() -> None:
    assert trailing_window(date(2017, 12, 31), 12) == (date(2017, 1, 1), date(2017, 12, 31))
    assert trailing_window(date(2017, 2, 28), 1) == (date(2017, 2, 1), date(2017, 2, 28))


YEARS = st.integers(1950, 2150).map(str)
PERIODS = st.builds(
    lambda year, part, first: parse_period(year + part, fiscal_year_start=first),
    YEARS,
    st.sampled_from(["", *(f"-Q{n}" for n in range(1, 5)), *(f"-{n:02}" for n in range(1, 13))]),
    st.integers(1, 12),
)


@given(PERIODS)
def test_the_previous_period_ends_the_day_before(period: Period) -> None:
    before = period.previous()
    assert before.end == period.start - timedelta(days=1)
    assert (before.kind, before.fiscal_year_start) == (period.kind, period.fiscal_year_start)


@given(PERIODS)
def test_a_label_reads_back_as_its_period(period: Period) -> None:
    assert parse_period(period.label, fiscal_year_start=period.fiscal_year_start) == period


@given(PERIODS)
def test_four_quarters_back_is_last_year(period: Period) -> None:
    steps = {"month": 12, "quarter": 4, "year": 1}[period.kind]
    earlier = period
    for _ in range(steps):
        earlier = earlier.previous()
    assert earlier == period.last_year()
