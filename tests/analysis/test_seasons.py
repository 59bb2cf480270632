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
    found = seasons.season(monthly(4, {12: 1.5, 2: 0.7}))

    factors = found.factors.set_index("month")["factor"]
    assert factors.index.tolist() == list(range(1, 13))
    assert factors.mean() == pytest.approx(1)
    assert factors[12] / factors.median() == pytest.approx(1.5, rel=0.05)
    assert factors[2] / factors.median() == pytest.approx(0.7, rel=0.05)
    assert found.told
    assert found.strength > 0.9
    assert [int(row["month"]) for row in seasons.ends(found)] == [12, 2]


def test_growth_is_no_season():
    found = seasons.season(monthly(4, {}, growth=0.05))

    assert found.factors["factor"].between(0.95, 1.05).all()
    assert not found.told
    assert found.strength < 0.3


@pytest.mark.slow
@pytest.mark.parametrize("years", [2, 4])
def test_chance_alone_is_called_a_season_one_time_in_a_hundred(years):
    found = [seasons.season(monthly(years, {}, seed=seed)) for seed in range(200)]

    # 200 worlds, 2 expected: 7 or more come once in two hundred such tests.
    assert sum(one.told for one in found) <= 6
    # STL's own measure of strength would be over a half in two years of nothing.
    assert np.median([one.strength for one in found]) < 0.2


@pytest.mark.slow
def test_the_interval_of_a_month_holds_its_season():
    season = {12: 1.2, 2: 0.85}
    true = np.array([season.get(month, 1.0) for month in range(1, 13)])
    true = true / true.mean()
    inside = []
    for seed in range(60):
        rows = seasons.season(monthly(3, season, seed=seed)).factors
        inside += ((rows["low"] <= true) & (true <= rows["high"])).tolist()

    assert 0.92 < np.mean(inside) < 0.98


def test_customers_who_come_in_one_year_and_go_in_the_next_are_no_season():
    days = pd.date_range("2023-01-01", periods=24, freq="MS")
    age = np.arange(1, 25)
    noise = np.random.default_rng(1).normal(0, 0.03, 24)
    revenue = 1000 * np.minimum(age, 12) * np.exp(-0.06 * np.maximum(age - 12, 0) + noise)

    assert not seasons.season(pd.DataFrame({"month": days, "revenue": revenue})).told


def test_a_moving_event_is_not_taken_for_season():
    months = monthly(3, {})
    feasts = [pd.Timestamp("2020-01-01"), pd.Timestamp("2021-02-01"), pd.Timestamp("2022-02-01")]
    months.loc[months["month"].isin(feasts), "revenue"] *= 2

    wrong, right = seasons.season(months), seasons.season(months, feasts)
    assert wrong.factors["factor"].max() > 1.3
    assert right.factors["factor"].between(0.93, 1.07).all()
    assert not right.told


def test_a_month_that_always_held_the_event_has_no_factor():
    feasts = [pd.Timestamp(f"{year}-02-01") for year in (2020, 2021)]

    found = seasons.season(monthly(2, {12: 2.0}), feasts)

    assert found.told
    assert 2 not in found.factors["month"].tolist()


@pytest.mark.parametrize(
    "months", [monthly(2, {})[:23], monthly(3, {}).assign(revenue=0.0), monthly(1, {})[:0]]
)
def test_less_than_two_full_years_have_no_season(months):
    found = seasons.season(months)

    assert found.factors.empty
    assert np.isnan(found.strength)
    assert not found.told
    assert all(np.isnan(row["factor"]) for row in seasons.ends(found))


def test_each_category_has_a_season_of_its_own():
    parts = {
        "sun care": monthly(3, {7: 2.0, 1: 0.5}, seed=3),
        "soap": monthly(3, {}, seed=4).assign(revenue=lambda table: table["revenue"] * 9),
        "candles": monthly(3, {12: 3.0}, seed=5),  # few buyers
        "balm": monthly(1, {12: 3.0}, seed=6),  # one year only
    }
    months = pd.concat(
        [part.assign(category=name, buyers=20 if name == "candles" else 50) for name, part in parts.items()]
    )

    found = seasons.of_each(months, date(2020, 1, 1), minimum=30, most=8)

    assert list(found) == ["soap", "sun care"]  # the larger first
    assert seasons.told(found) == ["sun care"]
    assert [int(row["month"]) for row in seasons.ends(found["sun care"])] == [7, 1]
    # The data begins in the middle of the first month, which is then left out: 35 months are enough.
    assert list(seasons.of_each(months, date(2020, 1, 2), minimum=30, most=1)) == ["soap"]
