"""Do more of the frequent buyers fall silent than usual? A control chart, week by week."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from crmreport.stats.control import Ewma, ewma, overdispersion
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

FEWEST_WEEKS = 8
"""Weeks before the period from which it can be said what is usual."""


def weekly(silence: pd.DataFrame, *, begins: date, as_of: date, run_in: int) -> pd.DataFrame:
    """Frequent buyers under watch at the beginning of each week, and how many fell silent in it.

    ``silence`` as ``silence_days`` makes it. ``week`` (a Monday), ``watched``, ``silent``, ``silent_share``.
    Whole weeks only, the first of them ``run_in`` days after the data ``begins``: before, those whose habits
    began earlier are not yet known as frequent buyers, and the share would rise by that alone.
    """
    first = pd.Timestamp(begins) + pd.Timedelta(days=run_in)
    first += pd.Timedelta(days=(7 - first.weekday()) % 7)
    mondays = pd.date_range(first, pd.Timestamp(as_of) - pd.Timedelta(days=6), freq="7D")
    days = silence.set_index("day").sort_index()
    net = (days["starts"] - days["ends"]).cumsum()
    silent = days["silent"].cumsum()
    before, last = mondays - pd.Timedelta(days=1), mondays + pd.Timedelta(days=6)
    table = pd.DataFrame(
        {
            "week": mondays,
            "watched": _at(net, before),
            "silent": _at(silent, last) - _at(silent, before),
        }
    )
    table["silent_share"] = table["silent"] / table["watched"].where(table["watched"] > 0)
    return table.astype({"watched": "int64", "silent": "int64"})


def _at(total: pd.Series, days: pd.DatetimeIndex) -> np.ndarray:
    """A running total as of the end of each of the ``days``."""
    place = np.searchsorted(
        total.index.to_numpy(dtype="datetime64[s]"), days.to_numpy(dtype="datetime64[s]"), "right"
    )
    return np.concatenate([[0], total.to_numpy()])[place]


@dataclass(frozen=True)
class Watch:
    """The weeks with their control chart.

    ``weeks``: ``week``, ``silent_share``, ``ewma``, ``low``, ``high``; ``usual`` and ``lately`` are the
    shares a week before the period and in it, with Wilson's interval over customer-weeks; their n is the
    buyers watched in a mean week.
    """

    weeks: pd.DataFrame
    usual: Estimate
    lately: Estimate
    alarm: Literal["more", "less", "none"]
    alarm_week: date | None


def control(weeks: pd.DataFrame, *, since: date, minimum: int) -> Watch | None:
    """An EWMA chart of the weekly share (Roberts 1959); centre and spread come from before ``since``.

    The limits are three standard deviations of a share of that week's buyers, widened where the shares vary
    more than counting alone would make them (Laney 2002). An alarm is a week from ``since`` on outside them.
    None where fewer than eight weeks lie before, none after, or fewer than ``minimum`` are watched in one.
    """
    known = weeks[weeks["watched"] >= minimum]
    before = known["week"] < pd.Timestamp(since)
    base, now = known[before], known[~before]
    if len(base) < FEWEST_WEEKS or now.empty or base["silent"].sum() == 0:
        return None
    usual = _a_week(base)
    deviation = np.sqrt(usual.value * (1 - usual.value) / known["watched"].to_numpy(dtype=float))
    z = (base["silent_share"].to_numpy() - usual.value) / deviation[before.to_numpy()]
    chart = ewma(known["silent_share"].to_numpy(), centre=usual.value, sigma=deviation * overdispersion(z))
    table = known.assign(ewma=chart.value, low=np.maximum(chart.low, 0.0), high=chart.high)
    alarm, week = _alarm(chart, known["week"], ~before.to_numpy())
    lately = _a_week(now)
    return Watch(table.reset_index(drop=True), usual, lately, alarm, week)


def _a_week(weeks: pd.DataFrame) -> Estimate:
    found = share(int(weeks["silent"].sum()), int(weeks["watched"].sum()))
    return replace(found, n=round(float(weeks["watched"].mean())))


def _alarm(
    chart: Ewma, weeks: pd.Series, since: np.ndarray
) -> tuple[Literal["more", "less", "none"], date | None]:
    """Which way the series last left its limits in the period, and in which week it first did so that way."""
    for way, outside in (("more", chart.above & since), ("less", chart.below & since)):
        if outside.any():
            first = weeks.iloc[int(outside.argmax())]
            return ("more" if way == "more" else "less"), first.date()
    return "none", None
