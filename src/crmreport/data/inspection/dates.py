"""How a column of texts writes dates, told from its values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from crmreport.params_data import MINGUO, SERIAL

Order = Literal["day", "month", "either"]

_CLOCK = (
    r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp][Mm])?\s*(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR_FIRST = re.compile(
    rf"{_YEAR}(?:(?P<mark>[-/.])(?P<b>\d{{1,2}})(?P=mark)(?P<c>\d{{1,2}})|年(?P<d>\d{{1,2}})月(?P<e>\d{{1,2}})日?){_CLOCK}$",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{6}| \d{2}:\d{2}(?::\d{2})?)?$", re.ASCII
)
_NUMBERED = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<mark>[-/.])(?P<b>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d{{2}}){_CLOCK}$", re.ASCII
)
_NAMED = re.compile(rf"(?:\d{{1,2}}[ -]{_MONTHS}|{_MONTHS} \d{{1,2}},?)[ -]\d{{2,4}}{_CLOCK}$", re.IGNORECASE)
_MINGUO = re.compile(
    r"(?:中?华?民国|中?華?民國)?\s*(?P<year>\d{2,3})(?:(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<c>\d{1,2})"
    r"|年(?P<d>\d{1,2})月(?P<e>\d{1,2})日?)(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?$",
    re.ASCII,
)
_REPUBLIC, _THIS_CENTURY = 1911, 100
_SERIAL = re.compile(r"[34]\d{4}(?:\.\d+)?$", re.ASCII)
_WHOLE_SERIALS_SPAN = (32_874, 49_674)
"""From 1990 to the end of 2035."""


@dataclass(frozen=True)
class DateStyle:
    """How one column writes its dates.

    ``share`` of its filled cells are dates, ``clock`` of them with a time of day. ``order`` says which
    part comes first where two numbers stand before the year, and is None elsewhere; ``pattern`` is what
    params must declare for it to be read; ``offsets`` are those that its times carry.
    """

    share: float = 0.0
    clock: float = 0.0
    order: Order | None = None
    pattern: str | None = None
    offsets: tuple[str, ...] = ()


def date_style(values: Iterable[str]) -> DateStyle:
    """The style of a column. A share of 0 where hardly anything in it is a date."""
    texts = list(values)
    if not texts:
        return DateStyle()
    named = sum(_NAMED.match(text) is not None for text in texts)
    compact = sum(_COMPACT.match(text) is not None for text in texts)
    first = [found for text in texts if (found := _YEAR_FIRST.match(text)) and _possible(found)]
    numbered = [found for text in texts if (found := _NUMBERED.match(text)) and _either(found)]
    serial = sum(_is_serial(text) for text in texts)
    minguo = [found for text in texts if (found := _MINGUO.match(text)) and _possible(found)]
    # 75/03/12 alone may be of 1975 or of 1986; a year of three digits leaves no doubt.
    of_republic = any(int(found["year"]) >= _THIS_CENTURY for found in minguo)
    counts = {
        "first": len(first),
        "compact": compact,
        "numbered": len(numbered),
        "named": named,
        "serial": serial,
        "minguo": len(minguo) if of_republic else 0,
    }
    family = max(counts, key=lambda name: counts[name])
    clock = sum(":" in text for text in texts) / len(texts)
    offsets = tuple(sorted({found["offset"] for found in (*first, *numbered) if found["offset"]}))
    if family == "serial":
        return DateStyle(serial / len(texts), 0.0, pattern=SERIAL)
    if family == "minguo":
        return DateStyle(len(minguo) / len(texts), clock, pattern=MINGUO)
    share = (len(first) + compact + len(numbered) + named) / len(texts)
    if not numbered or family != "numbered":
        return DateStyle(share, clock, offsets=offsets)
    order = _order(numbered)
    return DateStyle(share, clock, order, _short_pattern(numbered, order, clock > 0), offsets)


def _possible(found: re.Match[str]) -> bool:
    month, day = int(found["b"] or found["d"]), int(found["c"] or found["e"])
    return 1 <= month <= 12 and 1 <= day <= 31


def _either(found: re.Match[str]) -> bool:
    one, two = sorted((int(found["a"]), int(found["b"])))
    return 1 <= one <= 12 and two <= 31


def _order(found: list[re.Match[str]]) -> Order:
    day_first = sum(int(one["a"]) > 12 for one in found)
    month_first = sum(int(one["b"]) > 12 for one in found)
    if day_first == month_first:
        return "either"
    return "day" if day_first > month_first else "month"


def _short_pattern(found: list[re.Match[str]], order: Order, clock: bool) -> str | None:
    """Two-digit years are read only where a pattern declares them."""
    if any(len(one["year"]) == 4 for one in found):
        return None
    parts = ("%m", "%d", "%y") if order == "month" else ("%d", "%m", "%y")
    shortest = min((one.string for one in found), key=len)
    seconds = shortest.count(":") > 1
    hour = " %I" if shortest[-1:] in "mM" else " %H"
    time = f"{hour}:%M{':%S' if seconds else ''}{' %p' if shortest[-1:] in 'mM' else ''}" if clock else ""
    return found[0]["mark"].join(parts) + time


def _is_serial(text: str) -> bool:
    if not _SERIAL.match(text):
        return False
    return _WHOLE_SERIALS_SPAN[0] <= float(text) <= _WHOLE_SERIALS_SPAN[1]


def day_of(text: str, style: DateStyle) -> date | None:
    """The day that a text means in a column of that style; None where it is none, or not plain enough."""
    if found := _YEAR_FIRST.match(text):
        return _day(found["year"], found["b"] or found["d"], found["c"] or found["e"])
    if style.pattern == MINGUO and (found := _MINGUO.match(text)):
        return _day(str(int(found["year"]) + _REPUBLIC), found["b"] or found["d"], found["c"] or found["e"])
    if _COMPACT.match(text):
        return _day(text[:4], text[4:6], text[6:8])
    if (found := _NUMBERED.match(text)) and style.order and len(found["year"]) == 4:
        day_first = style.order == "day"
        return _day(found["year"], found["b" if day_first else "a"], found["a" if day_first else "b"])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
