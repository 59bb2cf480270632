"""A file's column as it stands -> a value of the contract's type, or NULL where it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

import ibis
import ibis.expr.types as ir

from crmreport.data.dates import Dates, local_clock, read_time, shifted
from crmreport.data.numbers import Numbers, read_number

_YES = ("true", "t", "yes", "y", "1", "是", "有", "on")
_NO = ("false", "f", "no", "n", "0", "否", "无", "無", "off")
SCIENTIFIC = r"^\d(?:[.,]\d+)?[eE]\+\d{2,}$"
"""An id that a spreadsheet has rounded, such as 1.23457E+11: the lost digits are in no file."""


@dataclass(frozen=True)
class Ids:
    """How an id column is mended, so that the ids of one thing are one text.

    ``width`` pads ids of digits with the leading zeros that they had elsewhere; ``fold`` makes ids that
    differ in case only the same; ``scientific`` ids are blanked. Each is asked only where it is needed.
    """

    width: int | None = None
    fold: bool = False
    scientific: bool = False


@dataclass(frozen=True)
class Conventions:
    """How the columns of one source are written; see ``crmreport.data.conventions.settled``."""

    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    dates: Mapping[str, Dates] = field(default_factory=dict)
    ids: Mapping[str, Ids] = field(default_factory=dict)


def as_text(column: ir.Column, missing: tuple[str, ...]) -> ir.StringValue:
    """Trimmed text; the blank ones, NaN, and the texts that mean blank are NULL.

    A whole number that a file stores as a float (900.0) is written without the point, so that keys of
    two files meet.
    """
    kind = column.type()
    if kind.is_floating():
        whole = column.try_cast("int64")
        plain = ibis.ifelse(whole.cast("float64") == column, whole.cast("string"), column.cast("string"))
        text = ibis.ifelse(column.isnan(), ibis.null("string"), plain)
    elif kind.is_string():
        text = _trimmed(column).nullif("")
    else:
        text = column.cast("string")
    return reduce(lambda kept, blank: kept.nullif(blank), missing, text)


_BLANK = r"[\s\p{Z}\x{200b}\x{feff}]"
"""Also the blanks that a sheet or a web page pads with, and those of no width."""


_AS_TEXT = r"""^=\s*"([^"]*)"$|^'([0-9][0-9 -]*)$"""
"""="0012" and '0012, by which platforms keep spreadsheets from taking an id for a number."""


def _trimmed(text: ir.StringValue) -> ir.StringValue:
    """Asked first, since most texts need no trimming: six times as fast as trimming all of them."""
    trimmed = text.re_replace(f"^{_BLANK}+|{_BLANK}+$", "")
    unmarked = trimmed.re_replace(_AS_TEXT, r"\1\2")
    return ibis.ifelse(text.re_search(f"""^(?:{_BLANK}|[='])|{_BLANK}$"""), unmarked, text)


def as_id(text: ir.StringValue, style: Ids) -> ir.StringValue:
    """A mended id; see ``Ids``."""
    if style.scientific:
        text = ibis.ifelse(text.re_search(SCIENTIFIC), ibis.null("string"), text)
    if style.width is not None:
        short = text.re_search(r"^[0-9]+$") & (text.length() < style.width)
        text = ibis.ifelse(short, text.lpad(style.width, "0"), text)
    return text.lower() if style.fold else text


def as_number(
    column: ir.Column, missing: tuple[str, ...], type: str, style: Numbers | None = None
) -> ir.NumericValue:
    """The number, rounded to the type's places; NULL where it is blank or no number."""
    if column.type().is_numeric() and type != "int64":
        return column.try_cast(type)
    typed = not column.type().is_string()
    return read_number(as_text(column, missing), Numbers() if typed or style is None else style, type)


def as_boolean(column: ir.Column, missing: tuple[str, ...]) -> ir.BooleanValue:
    """Yes or no in the words of clients' files; NULL where it is blank or neither."""
    if column.type().is_boolean():
        return column
    text = as_text(column, missing).lower()
    return ibis.cases((text.isin(_YES), True), (text.isin(_NO), False), else_=ibis.null("boolean"))


def as_local_time(
    column: ir.Column,
    missing: tuple[str, ...],
    *,
    source_zone: str | None,
    client_zone: str,
    style: Dates | None = None,
) -> ir.TimestampValue:
    """The client's local time; NULL where it is blank or no date. See ``crmreport.data.dates``."""
    kind = column.type()
    if kind.is_timestamp():
        return (
            local_clock(column, client_zone) if kind.timezone else shifted(column, source_zone, client_zone)
        )
    if kind.is_date():
        return column.cast("timestamp")
    text = as_text(column, missing)
    return read_time(text, style or Dates(), source_zone=source_zone, client_zone=client_zone)
