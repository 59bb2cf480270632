from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import seasons

# Lunar New Year of 2017 and 2018; the day's number since the first of the series is what was sold.
NEW_YEAR = {2017: date(2017, 1, 28), 2018: date(2018, 2, 16)}
SOLD = pd.Series(range(800), index=pd.date_range("2017-01-01", periods=800), dtype="float64")


def test_days_around_the_event_by_hand():
    found = seasons.aligned(SOLD, NEW_YEAR, before=1, after=2)

    # 28 January 2017 is day 27 of the series, 16 February 2018 day 365 + 46.
    assert found.to_dict() == {2017: {-1: 26, 0: 27, 1: 28}, 2018: {-1: 410, 0: 411, 1: 412}}


def test_weeks_begin_with_the_events_day():
    found = seasons.aligned(SOLD, NEW_YEAR, before=1, after=1, step=7)

    assert found[2017].to_dict() == {-1: sum(range(20, 27)), 0: sum(range(27, 34))}


def test_a_day_without_sales_is_zero_and_one_beyond_the_data_unknown():
    sold = SOLD.drop(pd.Timestamp("2017-01-29"))

    found = seasons.aligned(sold, NEW_YEAR, before=28, after=2)

    assert found.loc[1, 2017] == 0
    assert np.isnan(found.loc[-28, 2017]), "31 December 2016 is before the first day of the series"
    assert found.loc[-27, 2017] == 0.0, "the first day itself"


def test_an_effect_of_the_event_stands_in_one_row_for_all_years():
    peak = pd.Series(1.0, index=SOLD.index)
    for day in NEW_YEAR.values():
        peak[pd.Timestamp(day)] = 5.0

    found = seasons.aligned(peak.sample(frac=1, random_state=1), NEW_YEAR, before=3, after=3)

    assert (found.loc[0] == 5).all()
    assert (found.drop(index=0) == 1).all(axis=None)


def test_a_day_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="duplicate"):
        seasons.aligned(pd.concat([SOLD, SOLD]), NEW_YEAR, before=1, after=1)


def monthly(years, season, *, growth=0.01, seed=1):
    """Months of revenue: a trend, a season by calendar month, a little noise, and each month's days."""
    days = pd.date_range("2020-01-01", periods=12 * years, freq="MS")
    noise = np.random.default_rng(seed).normal(0, 0.02, len(days))
    level = np.exp(np.arange(len(days)) * growth + noise)
    factors = np.array([season.get(day.month, 1.0) for day in days])
    return pd.DataFrame({"month": days, "revenue": 100 * level * factors * days.days_in_month})


def test_a_season_that_was_built_in_is_found():
    found, strength = seasons.season(monthly(4, {12: 1.5, 2: 0.7}))

    assert found["month"].tolist() == list(range(1, 13))
    level = found["factor"].median()
    assert found["factor"][11] / level == pytest.approx(1.5, rel=0.05)
    assert found["factor"][1] / level == pytest.approx(0.7, rel=0.05)
    assert strength > 0.9


def test_growth_is_no_season():
    found, strength = seasons.season(monthly(4, {}, growth=0.05))

    assert found["factor"].between(0.95, 1.05).all()
    assert strength < 0.6


def test_a_moving_event_is_not_taken_for_season():
    months = monthly(3, {})
    feasts = [pd.Timestamp("2020-01-01"), pd.Timestamp("2021-02-01"), pd.Timestamp("2022-02-01")]
    months.loc[months["month"].isin(feasts), "revenue"] *= 2

    wrong, _ = seasons.season(months)
    right, _ = seasons.season(months, feasts)
    assert wrong["factor"].max() > 1.3
    assert right["factor"].between(0.95, 1.05).all()


@pytest.mark.parametrize(
    "months", [monthly(2, {})[:23], monthly(3, {}).assign(revenue=0.0), monthly(1, {})[:0]]
)
def test_less_than_two_full_years_have_no_season(months):
    found, strength = seasons.season(months)

    assert found.empty
    assert np.isnan(strength)
