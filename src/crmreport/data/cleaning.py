"""A file's column as it stands -> a value of the contract's type, or NULL where it cannot be read."""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

FORMATS = (
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
)
"""Read beside ISO 8601. Only year-first forms: 03/04/2017 is a guess, and a wrong month is not seen."""

_WITH_OFFSET = r":\d\d(\.\d+)?\s*(Z|[+-]\d\d(:?\d\d)?)$"


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
        text = column.strip().nullif("")
    else:
        text = column.cast("string")
    return reduce(lambda kept, blank: kept.nullif(blank), missing, text)


def as_decimal(column: ir.Column, missing: tuple[str, ...], type: str) -> ir.DecimalValue:
    """The number, rounded to the type's places; NULL where it is blank or no number."""
    return (column if column.type().is_numeric() else as_text(column, missing)).try_cast(type)


def as_local_time(
    column: ir.Column, missing: tuple[str, ...], *, source_zone: str | None, client_zone: str
) -> ir.TimestampValue:
    """The client's local time; NULL where it is blank or no date.

    A date without a time is a day of the client's calendar and is not shifted between zones; a time
    with its own offset ignores the source's zone.
    """
    kind = column.type()
    if kind.is_timestamp():
        return _local(client_zone, column) if kind.timezone else _shifted(column, source_zone, client_zone)
    if kind.is_date():
        return column.cast("timestamp")
    text = as_text(column, missing)
    clock = ibis.coalesce(text.try_cast("timestamp"), try_strptime(text, list(FORMATS)))
    return ibis.cases(
        (text.re_search(_WITH_OFFSET), _local(client_zone, text.try_cast("timestamp('UTC')"))),
        (text.contains(":"), _shifted(clock, source_zone, client_zone)),
        else_=clock,
    )


def _shifted(clock: ir.TimestampValue, source_zone: str | None, client_zone: str) -> ir.TimestampValue:
    if source_zone is None or source_zone == client_zone:
        return clock
    return _local(client_zone, _instant(source_zone, clock))
