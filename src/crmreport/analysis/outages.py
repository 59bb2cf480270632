"""Where data stopped coming: a till that fell silent, a month with half its lines, a column left blank.

Each test asks how likely what is seen would be if nothing were wrong, given the sender's or column's own
past, and divides the ``alarm`` (the chance of one false alarm in the whole table) by the number of things
that it looks at (Bonferroni). A size under which nobody would act is stated beside it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln
from scipy.stats import t as student

ALARM = 0.01
FEWEST_DAYS = 10
"""A sender with fewer days of sales has shown no rhythm that could be broken."""

PAUSES = 3.0
"""A silence is longer than this many times the longest pause the sender has made before."""

SHORT = 2 / 3
"""A month is short that holds less than this part of what the months around it let expect."""

FEWEST_LINES = 30
"""What a month is expected to hold before it can be called short."""

MOVED = 0.1
"""The filled part of a column has moved where it differs by this much."""

_NORMAL = 1.4826  # of a normal distribution, the standard deviation in median absolute deviations
_NEAR = 2  # months on either side
_FEWEST_MONTHS = 6


def chance_of_silence(days: int, span: int, silence: int) -> float:
    """The chance that a sender with sales on ``days`` of ``span`` days then has none on ``silence`` ones.

    The posterior predictive of a Bernoulli process under Jeffreys' prior; the first of its days says
    nothing, since its span begins with it.
    """
    hits, misses = days - 1 + 0.5, span - days + 0.5
    return float(np.exp(betaln(hits, misses + silence) - betaln(hits, misses)))


def silences(senders: pd.DataFrame, *, alarm: float = ALARM) -> pd.DataFrame:
    """The senders that fell silent: ``by``, ``sender``, ``since`` and ``until`` (NaT: to the end), ``pause``
    in the business's own days, the longest ``usual`` one, the lines ``missing`` at the sender's own rate,
    and the ``lines`` that it ever sent.

    ``senders`` are rows of ``crmreport.features.quality.sender_days``. A pause is told where it is both
    improbable for the sender's own rhythm and over ``PAUSES`` times any other that it has made.
    """
    tested = senders[senders["days"] >= FEWEST_DAYS].to_dict("records")
    level = alarm / max(2 * len(tested), 1)
    found = []
    for row in tested:
        who, rate = (row["by"], row["sender"]), row["lines"] / row["span"]
        if row["after"] > PAUSES * row["longest"] and _ended(row) < level:
            ended = (row["last_on"], pd.NaT, row["after"], row["longest"], rate * row["after"])
            found.append((*who, *ended, row["lines"]))
        if row["longest"] - 1 > PAUSES * row["second"] and _paused(row) < level:
            empty = row["longest"] - 1
            paused = (row["gap_from"], row["gap_to"], empty, row["second"], rate * empty)
            found.append((*who, *paused, row["lines"]))
    columns = ["by", "sender", "since", "until", "pause", "usual", "missing", "lines"]
    table = pd.DataFrame(found, columns=columns)
    return table.sort_values(
        ["pause", "by", "sender"], ascending=[False, True, True], kind="stable", ignore_index=True
    )


def _ended(row: Mapping[Hashable, Any]) -> float:
    return chance_of_silence(row["days"], row["span"], row["after"])


def _paused(row: Mapping[Hashable, Any]) -> float:
    """The chance that any of the sender's pauses is as long as its longest, by its rhythm without it."""
    pauses = row["days"] - 1
    return float(pauses * chance_of_silence(pauses, row["span"] - row["longest"], row["longest"] - 1))


def short_months(
    months: pd.Series, *, tests: int = 1, dispersion: float = 1.0, alarm: float = ALARM
) -> pd.DataFrame:
    """The months that hold far less than those around them: ``month``, ``lines``, ``expected``.

    ``months`` are counts by month, full months only, none left out. What is expected of a month is the
    median of the two before and the two after it; how far months usually stray from that is the median
    absolute deviation over all, on a logarithmic scale, and at least what counting alone lets expect,
    whose variance is ``dispersion`` times that of a Poisson count. ``tests`` is how many such series are
    looked at together.
    """
    if len(months) < _FEWEST_MONTHS:
        return pd.DataFrame(columns=["month", "lines", "expected"])
    expected, stray = _strays(months)
    spread = np.sqrt(np.maximum(_usual(stray) ** 2, dispersion / expected))
    bound = student.isf(alarm / (tests * len(stray)), len(stray) - 1)
    short = (stray < -bound * spread) & (stray < math.log(SHORT)) & (expected >= FEWEST_LINES)
    found = pd.DataFrame({"month": months.index, "lines": months.to_numpy(), "expected": expected})
    chosen: pd.DataFrame = found.loc[short].reset_index(drop=True)
    return chosen


def _strays(months: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What is expected of each month, and how far it strays from that on a logarithmic scale."""
    logs = np.log(months.to_numpy(dtype=float) + 0.5)
    expected = np.array([_around(logs, number) for number in range(len(logs))])
    return np.exp(expected), logs - expected


def _usual(stray: NDArray[np.float64]) -> float:
    return float(_NORMAL * np.median(np.abs(stray - np.median(stray))))


def _dispersion(months: pd.Series) -> float:
    """How many times the variance of a Poisson count that of these months is."""
    expected, stray = _strays(months)
    return _usual(stray) ** 2 * float(np.median(expected))


def _around(values: NDArray[np.float64], number: int) -> float:
    near = [*values[max(0, number - _NEAR) : number], *values[number + 1 : number + 1 + _NEAR]]
    return float(np.median(near))


def full_months(first: date, last: date) -> pd.DatetimeIndex:
    """The first days of the calendar months of which every day lies from ``first`` to ``last``."""
    months = pd.date_range(first.replace(day=1), last, freq="MS")
    inside = [
        month for month in months if month.date() >= first and (month + pd.offsets.MonthEnd()).date() <= last
    ]
    return pd.DatetimeIndex(inside)


def short_sender_months(
    lines: pd.DataFrame, totals: pd.Series, *, first: date, last: date, alarm: float = ALARM
) -> pd.DataFrame:
    """The months in which one sender sent far less than usual: ``by``, ``sender``, ``month``, ``lines``,
    ``expected``.

    ``lines`` has counts by ``by``, ``sender`` and ``month``, ``totals`` those of the whole business by
    month. A sender is held against all others, so that a season that all share is no fault of one; one
    without whom hardly anything is left is only tested with the whole.
    """
    months = full_months(first, last)
    senders = lines.groupby(["by", "sender"], sort=True)
    series: dict[tuple[Any, ...], tuple[pd.Series, pd.Series]] = {}
    for name, own in senders:
        counts = own.set_index("month")["lines"].reindex(months, fill_value=0)
        sold = np.flatnonzero(counts.to_numpy())
        others = totals.reindex(months, fill_value=0) - counts
        if not len(sold) or others.min() < FEWEST_LINES:
            continue
        # The month of an opening or a closing is no short month.
        opened, closed = sold[0] > 0, sold[-1] < len(months) - 1
        inside = slice(sold[0] + int(opened), sold[-1] + 1 - int(closed))
        if len(counts.iloc[inside]) >= _FEWEST_MONTHS:
            series[name] = (counts.iloc[inside], (others.median() / others).iloc[inside])
    # Lines come in orders, and orders in waves: what all senders show is the least to expect of each.
    waves = [_dispersion(counts * level) for counts, level in series.values()]
    usual: dict[str, Any] = {"tests": len(senders), "dispersion": max(1.0, float(np.median(waves or [1.0])))}
    found = [
        (*name, month, int(counts[month]), expected / level[month])
        for name, (counts, level) in series.items()
        for month, expected in short_months(counts * level, **usual, alarm=alarm)[
            ["month", "expected"]
        ].itertuples(index=False)
    ]
    return pd.DataFrame(found, columns=["by", "sender", "month", "lines", "expected"])


def drifts(fills: pd.DataFrame, *, alarm: float = ALARM) -> pd.DataFrame:
    """The columns whose filled part changed over time: ``table``, ``column``, ``since``, ``until`` (NaT: to
    the end), the share filled ``outside`` and ``inside`` of these months, and the ``rows`` inside.

    ``fills`` has ``rows`` and ``filled`` by ``table``, ``column`` and ``month``. Each column is cut once,
    at the month, or around the single month, where its parts differ most for their size; months of one
    part may differ by more than chance (the variance is estimated from them).
    """
    columns = ["table", "column", "since", "until", "outside", "inside", "rows"]
    groups = fills[fills["rows"] > 0].groupby(["table", "column"], sort=True)
    found = [
        (table, column, *cut)
        for (table, column), own in groups
        if (cut := _cut(own.sort_values("month"), alarm / max(groups.ngroups, 1)))
    ]
    return pd.DataFrame(found, columns=columns)


def _cut(own: pd.DataFrame, alarm: float) -> tuple[object, ...] | None:
    rows, filled = own["rows"].to_numpy(dtype=float), own["filled"].to_numpy(dtype=float)
    n = len(own)
    if n < _FEWEST_MONTHS or filled.sum() in (0, rows.sum()):
        return None
    places = np.arange(n)
    parts = {(first, n): places >= first for first in range(1, n)}
    parts |= {(one, one + 1): places == one for one in range(n - 1)}
    best = max(parts, key=lambda part: _contrast(rows, filled, parts[part]))
    inside, score = parts[best], _contrast(rows, filled, parts[best])
    shares = [filled[part].sum() / rows[part].sum() for part in (~inside, inside)]
    if 2 * student.sf(score, n - 2) * len(parts) >= alarm or abs(shares[1] - shares[0]) < MOVED:
        return None
    since = own["month"].iloc[best[0]]
    until = own["month"].iloc[best[1]] if best[1] < n else pd.NaT
    return since, until, shares[0], shares[1], int(rows[inside].sum())


def _contrast(rows: NDArray[np.float64], filled: NDArray[np.float64], inside: NDArray[np.bool_]) -> float:
    """How many standard errors the filled shares of two parts lie apart."""
    share = filled.sum() / rows.sum()
    excess, gaps = 0.0, []
    for part in (inside, ~inside):
        own = filled[part].sum() / rows[part].sum()
        gaps.append(own)
        excess += float((rows[part] * (filled[part] / rows[part] - own) ** 2).sum())
    variance = share * (1 - share)
    dispersion = max(1.0, excess / variance / (len(rows) - 2))
    error = math.sqrt(dispersion * variance * (1 / rows[inside].sum() + 1 / rows[~inside].sum()))
    return float(abs(gaps[0] - gaps[1]) / error)


def days_late(open_days: int, *, first: date, last: date, until: date, alarm: float = ALARM) -> int:
    """How many days before ``until`` the data breaks off, or 0 where that is within its usual pauses.

    ``open_days`` is on how many days from ``first`` to ``last`` anything was sold.
    """
    missing = (until - last) // timedelta(days=1)
    if missing <= 0:
        return 0
    span = (last - first).days + 1
    return missing if chance_of_silence(open_days, span, missing) < alarm else 0
