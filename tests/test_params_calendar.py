from datetime import date, timedelta
from typing import get_args

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.errors import ParamsError
from crmreport.params import LANGUAGES, parse_params
from crmreport.params_calendar import Calendar, Event, Named, named_events
from crmreport.period import parse_period

SPRING = Calendar(events=("lunar-new-year",))
PARAMS = """
client: {{id: shop, name: Shop}}
timezone: Asia/Shanghai
currency: CNY
tax: included
sources: {{sale_lines: {{path: s.csv, columns: {{customer_id: c, sold_at: t}}}}}}
brands: [{{id: all, name: All, where: {{channel: x}}}}]
calendar: {calendar}
"""


def _moved(calendar, now, before):
    now, before = parse_period(now), parse_period(before)
    found = calendar.moved((now.start, now.end), (before.start, before.end))
    return {one.event.id: (one.now, one.before) for one in found}


def test_the_named_events_are_those_of_the_file():
    assert tuple(named_events()) == get_args(Named)
    assert all(not event.name.missing(LANGUAGES) for event in named_events().values())


def test_lunar_new_year_agrees_with_an_independent_calendar():
    other = holidays.country_holidays("CN", years=range(1990, 2051), observed=False, language="en_US")
    first = {}
    for day, name in sorted(other.items()):
        if name.startswith("Chinese New Year (Spring Festival)"):
            first.setdefault(day.year, day)

    assert {day.year: day for day in named_events()["lunar-new-year"].days} == first
    assert sorted(first) == list(range(1990, 2051))


@pytest.mark.parametrize(
    ("id", "days"),
    [
        # The retail trade's own records of the days after the fourth Thursdays of November.
        ("black-friday", ["2016-11-25", "2017-11-24", "2018-11-23", "2019-11-29", "2024-11-29"]),
        ("thanksgiving", ["2016-11-24", "2017-11-23", "2018-11-22", "2019-11-28", "2024-11-28"]),
        ("double-11", ["2016-11-11", "2017-11-11"]),
        ("womens-day", ["2020-03-08"]),
    ],
)
def test_the_day_of_an_event(id, days):
    event = named_events()[id]

    for day in map(date.fromisoformat, days):
        found = event.occurrences(date(day.year, 1, 1), date(day.year, 12, 31))
        assert [one.day for one in found] == [day]


def test_thanksgiving_agrees_with_an_independent_calendar():
    other = holidays.country_holidays("US", years=range(2010, 2036))
    expected = sorted(day for day, name in other.items() if name == "Thanksgiving Day")
    found = named_events()["thanksgiving"].occurrences(date(2010, 1, 1), date(2035, 12, 31))

    assert [one.day for one in found] == expected


def test_a_season_is_found_by_any_of_its_days_and_its_presale():
    event = named_events()["double-11"]
    (only,) = event.occurrences(date(2022, 10, 24), date(2022, 10, 24))

    assert (only.presale, only.start, only.day, only.end) == (
        date(2022, 10, 24),
        date(2022, 11, 1),
        date(2022, 11, 11),
        date(2022, 11, 11),
    )
    assert event.occurrences(date(2022, 10, 23), date(2022, 10, 23)) == ()
    assert event.occurrences(date(2022, 11, 12), date(2022, 11, 12)) == ()


def test_a_season_may_begin_in_the_year_before():
    # 22 days before 22 January 2023 is New Year's Eve.
    assert SPRING.occurrences(date(2022, 12, 31), date(2022, 12, 31))[0].day == date(2023, 1, 22)
    assert SPRING.occurrences(date(2022, 12, 30), date(2022, 12, 30)) == ()


def test_what_moved_between_two_years_by_hand():
    # 2024: 10 February, season 19 January to 24 February. 2023: 22 January, 31 December to 5 February.
    assert _moved(SPRING, "2024-02", "2023-02") == {"lunar-new-year": (24, 5)}
    assert _moved(SPRING, "2024-01", "2023-01") == {"lunar-new-year": (13, 31)}
    assert _moved(SPRING, "2024-Q1", "2023-Q1") == {}, "37 and 36 days: but for one, the same"
    assert _moved(SPRING, "2023", "2022") == {}


def test_fixed_days_do_not_move_between_years_but_between_quarters():
    calendar = Calendar(events=("christmas", "black-friday"))

    assert _moved(calendar, "2017-12", "2016-12") == {}
    assert _moved(calendar, "2017-Q4", "2017-Q3") == {"christmas": (25, 0), "black-friday": (4, 0)}
    # Cyber Monday of 2019 was the 2nd of December.
    assert _moved(calendar, "2019-11", "2018-11") == {"black-friday": (2, 4)}


def test_a_presale_counts_where_both_years_have_one():
    calendar = Calendar(events=("double-11",))

    # 21 to 31 October 2020, and 24 to 31 October 2022; none is known of 2021.
    own = Event(id="double-11", name="D", yearly="11-11", before=10, presales=("2021-10-20", "2022-10-24"))
    assert _moved(calendar, "2022-10", "2021-10") == {}
    assert _moved(Calendar(own=(own,)), "2022-10", "2021-10") == {"double-11": (8, 12)}
    assert _moved(Calendar(own=(own,)), "2022-11", "2022-10") == {"double-11": (11, 0)}


@pytest.mark.parametrize(
    ("period", "apart", "together"),
    [
        ("2024-02", "february", (date(2024, 1, 1), date(2024, 2, 29), date(2023, 1, 1), date(2023, 2, 28))),
        ("2024-01", "january", None),
        ("2024-Q1", None, None),
        ("2024", None, None),
        ("2024-03", None, None),
    ],
)
def test_january_and_february_are_taken_together(period, apart, together):
    period = parse_period(period)
    found = SPRING.together(period)

    assert SPRING.apart(period) == apart
    assert (tuple(day for span in found.values() for day in span) or None) == together
    assert Calendar(events=("christmas",)).apart(period) is None


def test_fiscal_quarters_that_part_the_two_months():
    # Fiscal years from February: the first quarter is February to April, the fourth November to January.
    assert SPRING.apart(parse_period("2024-Q1", fiscal_year_start=2)) == "february"
    assert SPRING.apart(parse_period("2023-Q4", fiscal_year_start=2)) == "january"
    # From December: December to February holds both.
    assert SPRING.apart(parse_period("2023-Q1", fiscal_year_start=12)) is None


# Lunar New Year so late that some days before the Lantern festival are in March.
LATE = {1996, 2007, 2015, 2034}


@given(st.integers(1991, 2050))
def test_january_and_february_hold_the_whole_season_but_where_it_is_latest(year):
    now, before = ((date(one, 1, 1), date(one, 3, 1) - timedelta(days=1)) for one in (year, year - 1))

    assert bool(SPRING.moved(now, before)) == bool({year, year - 1} & LATE)


def test_years_that_no_table_covers_are_named():
    assert SPRING.unknown(date(2051, 1, 1), date(2051, 1, 31))[0].id == "lunar-new-year"
    assert SPRING.unknown(date(1990, 1, 1), date(2050, 12, 31)) == ()


def test_a_client_adds_its_own_days_and_replaces_ours():
    calendar = parse_params(
        PARAMS.format(
            calendar="""
  events: [double-11]
  own:
    - {id: member-day, name: Member day, monthly: 8}
    - {id: double-11, name: Our Double 11, dates: [{start: 2023-10-31, end: 2023-11-14, presale: 2023-10-24}]}
"""
        ),
        where="shop.yml",
    ).calendar

    found = calendar.occurrences(date(2023, 11, 1), date(2023, 12, 31))
    assert [(one.id, f"{one.day:%m-%d}") for one in found] == [
        ("double-11", "10-31"),
        ("member-day", "11-08"),
        ("member-day", "12-08"),
    ]


@pytest.mark.parametrize(
    ("calendar", "complaint"),
    [
        ("{events: [lunar-newyear]}", "lunar-new-year"),
        ("{events: [christmas, christmas]}", "names “christmas” twice"),
        ("{own: [{id: day, name: Day}]}", "event “day” needs one of yearly, monthly, weekday, days, dates"),
        ("{own: [{id: day, name: Day, yearly: 13-40}]}", "is no day of a year"),
        ("{own: [{id: day, name: Day, yearly: 02-29}]}", "does not come every year"),
        ("{own: [{id: day, name: Day, dates: [{start: 2024-05-02, end: 2024-05-01}]}]}", "ends"),
        ("{own: [{id: day, name: Day, yearly: 05-01, presales: [2024-05-02]}]}", "begins after its season"),
        ("{own: [{id: day, name: {en: Day}, monthly: 3}]}", "“calendar.own.day.name” has no text in"),
    ],
)
def test_a_mistake_is_named(calendar, complaint):
    with pytest.raises(ParamsError, match="(?s)" + complaint):
        parse_params(PARAMS.format(calendar=calendar), where="shop.yml")
