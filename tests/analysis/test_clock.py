from datetime import date

import pandas as pd
import pytest

from crmreport.analysis import clock

TIMES = pd.DataFrame(
    [(0, "morning", 40, 60), (0, "night", 35, 40), (5, "morning", 45, 90), (5, "evening", 3, 10)],
    columns=["weekday", "part", "buyers", "orders"],
).assign(revenue=1.0)


def test_an_average_day_counts_how_often_the_weekday_came():
    # August 2023 has four Mondays and four Saturdays, and five Tuesdays.
    found = clock.orders_a_day(TIMES, start=date(2023, 8, 1), end=date(2023, 8, 31))

    assert found["orders"].loc[["monday", "tuesday", "saturday"]].tolist() == [25, 0, 25]


def _daily(*orders):
    """The orders of so many days from Monday 1 January 2024 on; none is no row."""
    days = pd.date_range("2024-01-01", periods=len(orders)).astype("datetime64[s]")
    table = pd.DataFrame({"sold_on": days, "orders": orders})
    return table[table["orders"] > 0], {"start": date(2024, 1, 1), "end": days[-1].date()}


def test_weekdays_differ_where_their_days_are_alike_and_those_of_others_are_not():
    # Each weekday has one value in both weeks: all variance of the ranks lies between them, so H = 14 - 1
    # with 6 degrees of freedom, p = 0.043. The 0 is a day without a row.
    week = [0, 1, 2, 3, 4, 5, 6]
    daily, span = _daily(*week, *week)
    assert len(daily) == 12
    assert clock.differ(daily, **span)
    assert not clock.differ(daily, **span, level=0.04)


def test_one_great_week_makes_no_weekday_great():
    # Fridays are first in both weeks by the mean alone: 50 and 4, others 40 to 46 and 2 to 8.
    daily, span = _daily(40, 46, 41, 44, 50, 43, 45, 8, 2, 7, 5, 4, 6, 3)
    assert not clock.differ(daily, **span)


def test_a_weekday_that_came_once_is_compared_with_none():
    daily, span = _daily(1, 2, 3, 4, 5, 6, 7, 1, 2, 3)
    assert not clock.differ(daily, **span)
    daily, span = _daily(*[5] * 14)
    assert not clock.differ(daily, **span)


def test_days_that_a_reader_cannot_tell_apart_come_first_together():
    days = pd.Series([7.5, 8.5, 9.0, 10.251, 10.25, 8.0, 7.5], index=list(clock.WEEKDAYS))
    assert clock.leaders(days) == (["thursday", "friday"], ["monday", "sunday"])


def test_parts_of_the_day():
    assert clock.parts(TIMES).to_dict() == {
        "morning": 0.75,
        "midday": 0,
        "afternoon": 0,
        "evening": 0.05,
        "night": 0.2,
    }


def test_cells_of_few_buyers_are_blank_and_cannot_be_worked_back():
    grid = clock.week_grid(TIMES, 30).set_index(["weekday", "part"])["orders_share"]

    assert grid["monday", "morning"] == pytest.approx(0.3)
    assert grid["saturday", "morning"] == pytest.approx(0.45)
    assert grid["tuesday", "morning"] == 0
    assert pd.isna(grid["saturday", "evening"])
    assert pd.isna(grid["monday", "night"])


def test_dates_without_hours_have_no_parts():
    dates = TIMES.assign(part=None)

    assert clock.parts(dates).empty
    assert clock.week_grid(dates, 30).empty
