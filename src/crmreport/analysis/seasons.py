"""Years laid side by side by an event's day, not by the calendar's.

Lunar New Year moves by up to a month: week 5 of one year is the festival, that of the next an ordinary
week. Counted in days from the event's own day, years are like for like.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd


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
