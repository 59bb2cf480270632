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
