"""The season of months, and years laid side by side by an event's day, not by the calendar's.

Lunar New Year moves by up to a month: week 5 of one year is the festival, that of the next an ordinary
week. Counted in days from the event's own day, years are like for like.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date

import numpy as np
import pandas as pd
from statsmodels.tsa.seasonal import STL


def aligned(
    series: pd.Series, days: Mapping[int, date], *, before: int, after: int, step: int = 1
) -> pd.DataFrame:
    """``series`` around an event: a row for each ``step`` days from its day, a column for each year.

    ``series`` holds sums by day (its index), none twice; ``days`` is the event's day by year. Row 0 begins
    with the event's day, row -1 is the ``step`` days before it; there are ``before`` rows before it and
    ``after`` from it on. A day inside the series' first and last that it lacks counts as zero; a cell
    that reaches beyond them is NaN.
    """
    daily = series.set_axis(pd.DatetimeIndex(series.index)).sort_index().asfreq("D", fill_value=0)
    rows = range(-before, after)
    table = pd.DataFrame(index=pd.Index(rows, name="step"), columns=sorted(days), dtype="float64")
    for year, day in days.items():
        for row in rows:
            first = pd.Timestamp(day) + pd.Timedelta(days=row * step)
            inside = daily.loc[first : first + pd.Timedelta(days=step - 1)]
            if len(inside) == step:
                table.loc[row, year] = float(inside.sum())
    return table


CYCLE = 12
FAINT = 0.3
"""A season of less strength than this is hardly to be told from chance."""


def season(months: pd.DataFrame, moved: Collection[pd.Timestamp] = ()) -> tuple[pd.DataFrame, float]:
    """The season of each calendar ``month`` (1 to 12), ``factor`` 1.2 where it sells a fifth more; and how
    strong the season is.

    ``months`` has ``month`` (its first day) and ``revenue``. The months' logarithms per day are parted by STL
    (Cleveland et al. 1990), which takes two full cycles: with fewer than 24 positive months without a gap
    the table is empty. Months in ``moved``, into which an event without a fixed date fell, are first put
    between the two beside them, so that no event is taken for season. Strength is 1 less the variance of the
    remainder over that of season and remainder, 0 to 1 (Wang, Smith & Hyndman 2006).
    """
    series = months.set_index("month")["revenue"].astype(float).sort_index().asfreq("MS")
    if len(series) < 2 * CYCLE or not (series > 0).all():
        return pd.DataFrame(columns=["month", "factor"]), math.nan
    days = pd.DatetimeIndex(series.index)
    logs = np.log(series / np.asarray(days.days_in_month))
    logs = logs.mask(days.isin(list(moved))).interpolate(limit_direction="both")
    parts = STL(logs, period=CYCLE, robust=True).fit()
    factors = np.exp(parts.seasonal).groupby(days.month).mean()
    whole = float((parts.seasonal + parts.resid).var())
    strength = max(0.0, 1 - float(parts.resid.var()) / whole) if whole > 0 else 0.0
    return pd.DataFrame({"month": factors.index, "factor": factors.to_numpy()}), strength
