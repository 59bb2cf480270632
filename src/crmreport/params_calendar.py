"""The ``calendar`` section of a params file: the dated events that move this client's sales.

Named events come from ``calendar.yml`` beside this module; a client adds its own, such as a member day.
An event has a day and a season around it; two spans are like for like only where the same seasons lie in
both. No number is corrected for an event: the report says where spans differ.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, model_validator

from crmreport.params_base import Identifier, LocalText, Strict
from crmreport.period import Period, add_months

Named = Literal[
    "lunar-new-year",
    "womens-day",
    "may-20",
    "june-18",
    "double-11",
    "thanksgiving",
    "black-friday",
    "christmas",
]
"""The events of ``calendar.yml``."""

LUNAR_NEW_YEAR = "lunar-new-year"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

TOLERANCE = 0.1
"""Two spans hold the same season where they hold its days but for this part of them."""

_LEAP_YEAR = 2024
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")


def _known_day(text: str) -> str:
    try:
        date.fromisoformat(f"{_LEAP_YEAR}-{text}")
    except ValueError:
        raise ValueError(f"“{text}” is no day of a year; write month and day, such as 11-11") from None
    if text == "02-29":
        raise ValueError("“02-29” does not come every year; list its dates under “dates”")
    return text


MonthDay = Annotated[str, StringConstraints(pattern=_MONTH_DAY.pattern), AfterValidator(_known_day)]


class NthWeekday(Strict):
    """The nth weekday of a month, and some days later: Black Friday is the day after a Thursday."""

    month: int = Field(ge=1, le=12)
    weekday: Weekday
    nth: int = Field(ge=1, le=4)
    later: int = Field(0, ge=0, le=7, description="days after that weekday")

    def in_year(self, year: int) -> date:
        first = date(year, self.month, 1)
        ahead = (WEEKDAYS.index(self.weekday) - first.weekday()) % 7
        return first + timedelta(days=ahead + 7 * (self.nth - 1) + self.later)


class Dates(Strict):
    """One time that an event takes place: first and last day, and the day on which its presale began."""

    start: date
    end: date
    presale: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"it ends ({self.end}) before it starts ({self.start})")
        if self.presale and self.presale > self.start:
            raise ValueError(f"its presale ({self.presale}) begins after it starts ({self.start})")
        return self


@dataclass(frozen=True, order=True)
class Occurrence:
    """One time that an event takes place; ``day`` is the one by which years are aligned."""

    day: date
    start: date
    end: date
    id: str
    presale: date | None = None

    def begins(self, *, presale: bool) -> date:
        """The first day of its season, or of its presale where it has one and that counts."""
        return self.presale if presale and self.presale else self.start

    def length(self, *, presale: bool) -> int:
        """Its days, with those of its presale or without."""
        return (self.end - self.begins(presale=presale)).days + 1

    def days_in(self, first: date, last: date, *, presale: bool) -> int:
        """How many of its days lie from ``first`` to ``last``, with those of its presale or without."""
        begins = self.begins(presale=presale)
        return max(0, (min(self.end, last) - max(begins, first)).days + 1)


class Event(Strict):
    """An event and the one rule for when it is; see ``calendar.yml`` for the rules."""

    id: Identifier
    name: LocalText
    yearly: MonthDay | None = Field(None, description="month and day, such as 11-11")
    monthly: int | None = Field(None, ge=1, le=28, description="day of each month, for a member day")
    weekday: NthWeekday | None = Field(None, description="such as the fourth Thursday of November")
    days: tuple[date, ...] = Field((), description="its days, where they follow no rule")
    dates: tuple[Dates, ...] = Field((), description="start, end and presale of each time")
    before: int = Field(0, ge=0, le=60, description="days that its season begins before the day")
    after: int = Field(0, ge=0, le=60, description="days that its season goes on after the day")
    presales: tuple[date, ...] = Field((), description="first day of its presale, by year")

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        rules = {
            "yearly": self.yearly is not None,
            "monthly": self.monthly is not None,
            "weekday": self.weekday is not None,
            "days": bool(self.days),
            "dates": bool(self.dates),
        }
        if sum(rules.values()) != 1:
            raise ValueError(f"event “{self.id}” needs one of {', '.join(rules)}, and not several")
        if self.dates and (self.before or self.after or self.presales):
            raise ValueError(f"event “{self.id}” gives “dates”: put its whole span and presale there")
        for time in self._in_years({day.year for day in self.presales}):
            if time.presale and time.presale > time.start:
                raise ValueError(f"the presale of “{self.id}” ({time.presale}) begins after its season")
        return self

    def occurrences(self, first: date, last: date) -> tuple[Occurrence, ...]:
        """Each time, presale included, that touches the days from ``first`` to ``last``, in order."""
        # A season may reach into the next year, and a presale may begin in the one before.
        found = self._in_years(range(first.year - 1, last.year + 2))
        inside = (one for one in found if one.end >= first and one.begins(presale=True) <= last)
        return tuple(sorted(inside))

    def covers(self, first: date, last: date) -> bool:
        """Whether its days are known in all years from ``first`` to ``last``."""
        return not self.days or {first.year, last.year} <= {day.year for day in self.days}

    def _in_years(self, years: range | set[int]) -> Iterator[Occurrence]:
        for times in self.dates:
            if times.start.year in years:
                yield Occurrence(times.start, times.start, times.end, self.id, times.presale)
        presales = {day.year: day for day in self.presales}
        for day in self._days(years):
            start, end = day - timedelta(days=self.before), day + timedelta(days=self.after)
            yield Occurrence(day, start, end, self.id, presales.get(day.year))

    def _days(self, years: range | set[int]) -> Iterator[date]:
        yield from (day for day in self.days if day.year in years)
        for year in sorted(years):
            if self.yearly:
                yield date.fromisoformat(f"{year}-{self.yearly}")
            if self.weekday:
                yield self.weekday.in_year(year)
            if self.monthly:
                yield from (date(year, month, self.monthly) for month in range(1, 13))


@cache
def named_events() -> dict[str, Event]:
    """The events of ``calendar.yml`` by id."""
    content = yaml.safe_load(Path(__file__).with_name("calendar.yml").read_text("utf-8"))
    events = TypeAdapter(tuple[Event, ...]).validate_python(content)
    return {event.id: event for event in events}


@dataclass(frozen=True)
class Moved:
    """An event of which two spans hold a different number of days.

    ``now`` and ``before`` count its days in the later and the earlier span; ``day`` and ``day_before`` are
    the event's own where the span, or the months next to it, has one.
    """

    event: Event
    now: int
    before: int
    day: date | None
    day_before: date | None


class Calendar(Strict):
    """Which events move this client's sales."""

    events: tuple[Named, ...] = Field((), description="named events that apply to this client")
    own: tuple[Event, ...] = Field((), description="the client's own; one of a named id replaces it")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for kind, ids in (("events", self.events), ("own", [event.id for event in self.own])):
            if twice := sorted(id for id, count in Counter(ids).items() if count > 1):
                raise ValueError(f"“{kind}” names “{twice[0]}” twice")
        return self

    @property
    def all(self) -> tuple[Event, ...]:
        """Every event of this client, the named ones first."""
        own = {event.id for event in self.own}
        return (*(named_events()[id] for id in self.events if id not in own), *self.own)

    def texts(self) -> Iterator[tuple[str, LocalText]]:
        """Every text with its place in the file."""
        for event in self.own:
            yield f"calendar.own.{event.id}.name", event.name

    def occurrences(self, first: date, last: date) -> tuple[Occurrence, ...]:
        """Every time of an event from ``first`` to ``last``, in order of days, as far as days are known."""
        return tuple(sorted(one for event in self.all for one in event.occurrences(first, last)))

    def unknown(self, first: date, last: date) -> tuple[Event, ...]:
        """The events whose days in these years nobody has listed; of them no comparison can speak."""
        return tuple(event for event in self.all if not event.covers(first, last))

    def moved(self, now: tuple[date, date], before: tuple[date, date]) -> tuple[Moved, ...]:
        """The events of which ``before`` holds more or fewer days than ``now``, by over ``TOLERANCE``.

        Days of a presale count where it is known of both times.
        """
        found = (_moved(event, now, before) for event in self.all)
        return tuple(one for one in found if one is not None)

    def apart(self, period: Period) -> Literal["january", "february"] | None:
        """The one of January and February that ``period`` holds without the other, where Lunar New Year
        parts them otherwise than last year; None where the period may be compared with last year."""
        last_year = period.last_year()
        spans = (period.start, period.end), (last_year.start, last_year.end)
        months = {add_months(period.start, number).month for number in range((period.days + 15) // 30)}
        alone = months & {1, 2}
        if len(alone) != 1 or LUNAR_NEW_YEAR not in {one.event.id for one in self.moved(*spans)}:
            return None
        return "january" if 1 in alone else "february"

    def together(self, period: Period) -> dict[str, tuple[date, date]]:
        """First and last day, this year and last, of the period with the January before it.

        Only for a period with February ``apart`` from its January: the year's first two months hold the
        festival's whole season in every year.
        """
        if self.apart(period) != "february":
            return {}
        last_year = period.last_year()
        return {
            "together": (date(period.end.year, 1, 1), period.end),
            "together_last_year": (date(last_year.end.year, 1, 1), last_year.end),
        }


def _moved(event: Event, now: tuple[date, date], before: tuple[date, date]) -> Moved | None:
    times = event.occurrences(*now), event.occurrences(*before)
    both = all(times) and all(one.presale for each in times for one in each)
    for presale in (False, True) if both else (False,):
        season = max((one.length(presale=presale) for each in times for one in each), default=0)
        days, days_before = (
            sum(one.days_in(*span, presale=presale) for one in each)
            for each, span in zip(times, (now, before), strict=True)
        )
        if abs(days - days_before) > TOLERANCE * season:
            return Moved(event, days, days_before, _day_near(event, now), _day_near(event, before))
    return None


def _day_near(event: Event, span: tuple[date, date]) -> date | None:
    """The event's day nearest to the middle of a span, of the times that touch it or its year."""
    middle = span[0] + (span[1] - span[0]) / 2
    found = event.occurrences(date(span[0].year, 1, 1), date(span[1].year, 12, 31))
    return min((one.day for one in found), key=lambda day: abs((day - middle).days), default=None)
