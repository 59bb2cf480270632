"""The reported period: a month, a quarter or a year.

>>> parse_period("2017-Q4").end
datetime.date(2017, 12, 31)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from crmreport.errors import UsageError

Kind = Literal["month", "quarter", "year"]
MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}
_FORMS = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole calendar months; ``start`` and ``end`` are both inside it."""

    start: date
    end: date
    kind: Kind
    label: str
    fiscal_year_start: int = 1

    @property
    def as_of(self) -> date:
        """The day as of which everything is computed: the period's last day."""
        return self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def previous(self) -> Period:
        """The period of the same kind that ends the day before this one starts."""
        return self._shifted(-MONTHS[self.kind])

    def last_year(self) -> Period:
        """The same months one year earlier."""
        return self._shifted(-12)

    def _shifted(self, months: int) -> Period:
        return _period(self.kind, add_months(self.start, months), self.fiscal_year_start)


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later; ``day`` must be a first of a month.

    Raises ValueError for any other day, whose month may be too short.
    """
    if day.day != 1:
        raise ValueError(f"{day} is not the first of a month")
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def trailing_window(as_of: date, months: int) -> tuple[date, date]:
    """First and last day of the ``months`` whole months that end with the month of ``as_of``."""
    return add_months(as_of.replace(day=1), 1 - months), as_of


def midpoint(start: date, end: date) -> date:
    """The first day of the later half of the days from ``start`` to ``end``."""
    return start + ((end - start) + timedelta(days=1)) / 2


def parse_period(text: str, *, fiscal_year_start: int = 1) -> Period:
    """Read ``2017-11``, ``2017-Q4`` or ``2017``.

    Quarters and years are fiscal: with ``fiscal_year_start=4`` the year 2017 runs from April 2017 to
    March 2018. Raises UsageError for anything else.
    """
    found = _FORMS.fullmatch(text.strip())
    if not found or not 1900 <= int(found["year"]) <= 2200:
        raise UsageError(
            f"“{text}” is not a period.",
            remedy="Write a month (2017-11), a quarter (2017-Q4) or a year (2017).",
        )
    year = int(found["year"])
    if found["month"]:
        return _period("month", date(year, int(found["month"]), 1), fiscal_year_start)
    first = date(year, fiscal_year_start, 1)
    if found["quarter"]:
        return _period("quarter", add_months(first, 3 * (int(found["quarter"]) - 1)), fiscal_year_start)
    return _period("year", first, fiscal_year_start)


def _period(kind: Kind, start: date, fiscal_year_start: int) -> Period:
    end = add_months(start, MONTHS[kind]) - timedelta(days=1)
    months_in = (start.month - fiscal_year_start) % 12
    fiscal_year = add_months(start, -months_in).year
    label = {
        "month": f"{start:%Y-%m}",
        "quarter": f"{fiscal_year}-Q{months_in // 3 + 1}",
        "year": f"{fiscal_year}",
    }[kind]
    return Period(start, end, kind, label, fiscal_year_start)
