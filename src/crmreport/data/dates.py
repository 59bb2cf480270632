"""Dates and times as clients write them -> the client's local time.

Year-first forms and those with the month's name are read as they stand. Whether 03/04/2017 is in March or
April is declared, or shown by the whole column; a single value never decides. Two-digit years, Taiwan's years
and a spreadsheet's day numbers are read only where they are declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from crmreport.params_data import MINGUO, SERIAL

_YEAR_FIRST = (
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d",
    "%Y%m%d %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y.%m.%d",
    "%Y.%m.%d %H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y年%m月%d日",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_MONTH_NAMED = tuple(
    day + clock for day in ("%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y") for clock in _CLOCKS
)
UNDECIDED = r"^(\d{1,2})[./-](\d{1,2})[./-]\d{4}(?:\D.*)?$"
"""A date whose first two parts are day and month, or month and day."""

_OF_THE_REPUBLIC = (
    r"^(?:中?[華华]?民[國国])?\s*(\d{2,3})(?:[./年-](\d{1,2})[./月-](\d{1,2})日?|(\d{2})(\d{2}))(\D.*)?$"
)
_BEFORE_THE_REPUBLIC = 1911

_WITH_OFFSET = r":\d\d(\.\d+)?\s*(Z|[+-]\d\d(:?\d\d)?)$"
_WIDE = "０１２３４５６７８９／－．：　\u00a0\u202f"
_NARROW = "0123456789/-.:   "
_FIRST_YEAR = 1000
_LAST_SERIAL = 2_958_465
_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Dates:
    """How a column writes dates.

    ``plain`` ones are ISO 8601, which the database reads at once; ``offsets`` says whether times may
    carry their own offset from UTC. ``declared`` patterns are asked first; ``day_first`` None leaves
    dates such as 03/04/2017 unread.
    """

    plain: bool = False
    offsets: bool = True
    declared: tuple[str, ...] = ()
    day_first: bool | None = None


# Ibis types none of its decorators.
@ibis.udf.scalar.builtin(signature=(("string", "array<string>"), "timestamp"))  # type: ignore[untyped-decorator]
def try_strptime(text: Any, formats: Any) -> Any:
    """NULL where no format fits."""


@ibis.udf.scalar.builtin(name="timezone", signature=(("string", "timestamp('UTC')"), "timestamp"))  # type: ignore[untyped-decorator]
def _local(zone: Any, instant: Any) -> Any:
    """The clock in ``zone`` at an instant."""


@ibis.udf.scalar.builtin(name="timezone", signature=(("string", "timestamp"), "timestamp('UTC')"))  # type: ignore[untyped-decorator]
def _instant(zone: Any, clock: Any) -> Any:
    """The instant at which the clock in ``zone`` shows a time."""


def read_time(
    text: ir.StringValue, style: Dates, *, source_zone: str | None, client_zone: str
) -> ir.TimestampValue:
    """The client's local time; NULL where it is blank or no date.

    A date without a time is a day of the client's calendar and is not shifted between zones; a time
    with its own offset ignores the source's zone.
    """
    tidy = text if style.plain else text.translate(_WIDE, _NARROW).strip()
    clock = iso(tidy) if style.plain else ibis.coalesce(*_readings(tidy, style))
    if source_zone not in (None, client_zone):
        clock = ibis.ifelse(text.contains(":"), shifted(clock, source_zone, client_zone), clock)
    if not style.offsets:
        return clock
    instant = local_clock(tidy.try_cast("timestamp('UTC')"), client_zone)
    return ibis.ifelse(tidy.re_search(_WITH_OFFSET), instant, clock)


def iso(text: ir.StringValue) -> ir.TimestampValue:
    """A date as the database itself reads it, but for one whose year has not four digits."""
    return _four_digit_year(text.try_cast("timestamp"))


def has_offset(text: ir.StringValue) -> ir.BooleanValue:
    """Whether a time may carry an offset: a cheap question for whole columns."""
    return text.endswith("Z") | text.like("%:%+%") | text.like("%:%-%")


def shifted(clock: ir.TimestampValue, source_zone: str | None, client_zone: str) -> ir.TimestampValue:
    """A clock's time in the source's zone, as the client's."""
    if source_zone is None or source_zone == client_zone:
        return clock
    return _local(client_zone, _instant(source_zone, clock))


def local_clock(instant: ir.TimestampValue, client_zone: str) -> ir.TimestampValue:
    return _local(client_zone, instant)


def _readings(text: ir.StringValue, style: Dates) -> Iterable[ir.TimestampValue]:
    for pattern in style.declared:
        special = _SPECIAL.get(pattern)
        yield special(text) if special else _parsed(text, [pattern])
    yield iso(text)
    yield _parsed(text, [*_YEAR_FIRST, *_MONTH_NAMED])
    if style.day_first is not None:
        order = ("%d", "%m") if style.day_first else ("%m", "%d")
        days = [mark.join([*order, "%Y"]) for mark in "/.-"]
        yield _parsed(text, [day + clock for day in days for clock in _CLOCKS])


def _parsed(text: ir.StringValue, patterns: list[str]) -> ir.TimestampValue:
    return _four_digit_year(try_strptime(text, patterns))


def _four_digit_year(clock: ir.TimestampValue) -> ir.TimestampValue:
    """Without it the database takes 31/12/17 for the year 17."""
    return ibis.ifelse(clock.year() >= _FIRST_YEAR, clock, ibis.null("timestamp"))


def _serial(text: ir.StringValue) -> ir.TimestampValue:
    number = text.try_cast("float64")
    known = ibis.ifelse(number.between(1, _LAST_SERIAL + 1), number, ibis.null("float64"))
    seconds = (known * _DAY_SECONDS).round().cast("int64")
    return ibis.literal("1899-12-30 00:00:00").cast("timestamp") + seconds.as_interval("s")


def _minguo(text: ir.StringValue) -> ir.TimestampValue:
    """Year 1 of the Republic of China is 1912. With marks between the parts, or five to seven digits."""

    def part(number: int) -> ir.StringValue:
        return text.re_extract(_OF_THE_REPUBLIC, number)

    year = (part(1).nullif("").cast("int64") + _BEFORE_THE_REPUBLIC).cast("string")
    month, day = (part(apart) + part(together) for apart, together in ((2, 4), (3, 5)))
    return _parsed(year + "/" + month + "/" + day + part(6), [f"%Y/%m/%d{clock}" for clock in _CLOCKS])


_SPECIAL: dict[str, Callable[[ir.StringValue], ir.TimestampValue]] = {SERIAL: _serial, MINGUO: _minguo}
"""What is no pattern of ``strptime``."""
