"""The weekly share of frequent buyers who fall silent, counted by hand and with a planted change."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import silence


def day(text):
    return pd.Timestamp(text)


def test_weeks_by_hand():
    days = pd.DataFrame(
        {
            "day": pd.to_datetime(["2023-01-02", "2023-01-10", "2023-01-16", "2023-01-22", "2023-02-20"]),
            "starts": [10, 4, 0, 2, 0],
            "ends": [0, 1, 3, 1, 9],
            "silent": [0, 1, 2, 1, 9],
        }
    )

    weeks = silence.weekly(days, begins=date(2023, 1, 1), as_of=date(2023, 1, 29), run_in=8)

    # The run-in ends on Monday 9 January; the last whole week on 29 January.
    assert list(weeks["week"]) == [day("2023-01-09"), day("2023-01-16"), day("2023-01-23")]
    assert list(weeks["watched"]) == [10, 13, 11]
    assert list(weeks["silent"]) == [1, 3, 0]
    assert weeks["silent_share"].tolist() == pytest.approx([1 / 10, 3 / 13, 0])


def series(*, change=1.0, seed=0, watched=1000, weeks=30):
    rng = np.random.default_rng(seed)
    mondays = pd.date_range("2023-01-02", periods=weeks, freq="7D")
    rate = np.where(mondays < day("2023-06-05"), 0.03, 0.03 * change)
    silent = rng.binomial(watched, rate)
    return pd.DataFrame(
        {"week": mondays, "watched": watched, "silent": silent, "silent_share": silent / watched}
    )


def control(table, **options):
    return silence.control(table, since=date(2023, 6, 5), **{"minimum": 30} | options)


def test_a_planted_rise_raises_the_alarm():
    found = control(series(change=1.8))

    assert found is not None
    assert found.alarm == "more"
    assert found.alarm_week >= date(2023, 6, 5)
    assert found.lately.low > found.usual.value
    assert found.lately.n == found.usual.n == 1000


def test_a_planted_fall_is_told_as_one():
    assert control(series(change=0.3)).alarm == "less"


def test_false_alarms_are_rare():
    alarms = [control(series(seed=seed)).alarm != "none" for seed in range(60)]

    assert np.mean(alarms) < 0.1


def test_a_rise_before_the_period_is_no_alarm_of_it():
    table = series()
    table.loc[3, ["silent", "silent_share"]] = [150, 0.15]

    found = control(table)

    assert found.alarm == "none"
    assert found.weeks["ewma"].iloc[3] > found.usual.value


def test_too_few_weeks_or_customers():
    assert control(series(weeks=25).tail(8)) is None
    assert control(series(watched=20)) is None
    assert control(series(weeks=10)) is None  # none in the period
