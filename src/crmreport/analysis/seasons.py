"""The season of months, and years laid side by side by an event's day, not by the calendar's.

Lunar New Year moves by up to a month: week 5 of one year is the festival, that of the next an ordinary
week. Counted in days from the event's own day, years are like for like.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import f, t
from statsmodels.tsa.seasonal import STL

from crmreport.stats.estimate import Estimate
from crmreport.stats.multiple import benjamini_hochberg


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
LEVEL = 0.01
"""A season is told where months differ so much by chance at most so often. A hundredth, not a twentieth,
since a trend that wanders makes some months look like a season."""
_PERIODIC = 35  # of STL: far longer than the years there are, so that each month has one season


@dataclass(frozen=True)
class Season:
    """``factors`` has ``month`` (1 to 12), ``factor``, 1.2 where it sells a fifth more than an average month,
    and its 95% interval ``low`` to ``high``. Empty, and the rest NaN, with less than two full years.

    ``strength`` is the part of a month's variance, its trend removed, that is the calendar's: the intraclass
    correlation of months (Fisher 1925), 0 where months differ no more than years do. ``p``: how often chance
    alone makes months differ as much.
    """

    factors: pd.DataFrame
    strength: float
    p: float

    @property
    def told(self) -> bool:
        return self.p < LEVEL


NO_SEASON = Season(pd.DataFrame(columns=["month", "factor", "low", "high"]), math.nan, math.nan)


def season(months: pd.DataFrame, moved: Collection[pd.Timestamp] = ()) -> Season:
    """The season of ``months``, which has ``month`` (its first day) and ``revenue``.

    The months' logarithms per day lose their trend by STL (Cleveland et al. 1990), which takes two full
    cycles: 24 positive months without a gap. What is left is parted by calendar month, and the months held
    against each other by an analysis of variance, the test of stable seasonality (Shiskin, Young & Musgrave
    1967). *The wrong way* looks at how much of the rest STL's season explains: half, in two years of pure
    chance. Months in ``moved``, into which an event without a fixed date fell, are left out, so that no
    event is taken for season; a calendar month without another year has no factor.
    """
    series = months.set_index("month")["revenue"].astype(float).sort_index().asfreq("MS")
    if len(series) < 2 * CYCLE or not (series > 0).all():
        return NO_SEASON
    days = pd.DatetimeIndex(series.index)
    logs = np.log(series / np.asarray(days.days_in_month))
    left_out = days.isin(list(moved))
    smooth = logs.mask(left_out).interpolate(limit_direction="both")
    parts = STL(smooth, period=CYCLE, seasonal=_PERIODIC, robust=True).fit()
    rest = (logs - parts.trend)[~left_out]
    of_month = rest.groupby(pd.DatetimeIndex(rest.index).month)
    sizes, means = of_month.size(), of_month.mean()
    within, free = float(((rest - of_month.transform("mean")) ** 2).sum()), len(rest) - len(sizes)
    if free < CYCLE // 2 or len(sizes) < CYCLE - 1:
        return NO_SEASON
    spread = within / free
    between = float((sizes * (means - rest.mean()) ** 2).sum()) / (len(sizes) - 1)
    p = float(f.sf(between / spread, len(sizes) - 1, free)) if spread > 0 else 0.0
    each = float(sizes.mean())
    strength = max(0.0, between - spread) / (between + (each - 1) * spread) if between > 0 else 0.0
    factors = np.exp(means)
    factors = factors / factors.mean()
    reach = np.exp(t.ppf(0.975, free) * np.sqrt(spread * (1 - 1 / len(sizes)) / sizes))
    columns = {"factor": factors, "low": factors / reach, "high": factors * reach}
    return Season(pd.DataFrame(columns).rename_axis("month").reset_index(), strength, p)


def factor(row: pd.Series, n: int) -> Estimate:
    """The factor of a month, a row of ``factors``; it rests on ``n`` buyers."""
    return Estimate(float(row["factor"]), n, float(row["low"]), float(row["high"]), 0.95)


def of_each(
    months: pd.DataFrame, begins: date, moved: Collection[pd.Timestamp] = (), *, minimum: int, most: int
) -> dict[str, Season]:
    """The season of each of the ``most`` largest categories whose months all have ``minimum`` buyers.

    ``months`` has ``category``, ``month``, ``buyers`` and ``revenue``; months that began before the data does
    (on ``begins``) are left out. Empty with less than two full years.
    """
    whole = months[months["month"] >= pd.Timestamp(begins)]
    sizes = whole.groupby("category").agg(buyers=("buyers", "min"), revenue=("revenue", "sum"))
    named = (
        sizes[sizes["buyers"] >= minimum].sort_values("revenue", ascending=False, kind="stable").index[:most]
    )
    found = {str(name): season(whole[whole["category"] == name], moved) for name in named}
    return {name: one for name, one in found.items() if len(one.factors)}


def told(found: Mapping[str, Season]) -> list[str]:
    """Those whose season chance does not explain, the clearest first (Benjamini and Hochberg over all)."""
    passed = benjamini_hochberg([one.p for one in found.values()], level=LEVEL)
    names = [name for name, passes in zip(found, passed, strict=True) if passes]
    return sorted(names, key=lambda name: found[name].p)


def ends(found: Season) -> tuple[pd.Series, pd.Series]:
    """The rows of ``factors`` of the strongest and of the weakest month; NaN where there is none."""
    rows = found.factors.reindex([0]) if found.factors.empty else found.factors
    ranked = rows.sort_values("factor", ascending=False, kind="stable")
    return ranked.iloc[0], ranked.iloc[-1]
