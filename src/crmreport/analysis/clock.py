"""When customers order: by weekday and part of the day, in the client's own time."""

from __future__ import annotations

from datetime import date

import pandas as pd
from scipy.stats import kruskal

from crmreport.analysis.disclosure import blank_small

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HAIR = 1e-9
PARTS = ("morning", "midday", "afternoon", "evening", "night")


def orders_a_day(times: pd.DataFrame, *, start: date, end: date) -> pd.DataFrame:
    """Orders and revenue of an average day of each weekday from ``start`` to ``end``; index: ``WEEKDAYS``.

    ``times`` has ``weekday`` (0 is Monday), ``orders`` and ``revenue``. A weekday that the span does not
    hold is NaN.
    """
    held = pd.Series(pd.date_range(start, end).day_of_week).value_counts().reindex(range(7)).to_numpy()
    sums = times.groupby("weekday")[["orders", "revenue"]].sum().reindex(range(7), fill_value=0)
    return sums.div(held, axis=0).set_axis(list(WEEKDAYS))


def differ(daily: pd.DataFrame, *, start: date, end: date, level: float = 0.05) -> bool:
    """Whether the weekdays' orders differ by more than chance moves the days from ``start`` to ``end``.

    ``daily`` has ``sold_on`` and ``orders``; a day that is not in it had none. The days are what varies, not
    the orders: a busy week makes many orders of few days. Kruskal & Wallis's rank test (1952), at ``level``;
    False with fewer than two days of a weekday.
    """
    every = pd.date_range(start, end)
    orders = daily.set_index("sold_on")["orders"].reindex(every.astype("datetime64[s]"), fill_value=0)
    groups = [group.to_numpy() for _, group in orders.groupby(every.day_of_week.to_numpy())]
    if len(groups) < len(WEEKDAYS) or min(len(group) for group in groups) < 2 or orders.nunique() < 2:
        return False
    return bool(kruskal(*groups).pvalue < level)


def leaders(days: pd.Series) -> tuple[list[str], list[str]]:
    """The weekdays with the most and with the fewest orders on average, several where a reader of three
    figures sees no difference."""
    shown = {str(day): f"{value + _HAIR:.3g}" for day, value in days.items()}  # halves are shown rounded up
    most, least = shown[str(days.idxmax())], shown[str(days.idxmin())]
    return [day for day in shown if shown[day] == most], [day for day in shown if shown[day] == least]


def parts(times: pd.DataFrame) -> pd.Series:
    """The share of the orders that falls into each of ``PARTS`` of the day; empty where no hours came."""
    timed = times[times["part"].notna()]
    orders = timed.groupby("part")["orders"].sum().reindex(list(PARTS), fill_value=0)
    return orders / orders.sum() if orders.sum() else orders[:0].astype(float)


def week_grid(times: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """One row per ``weekday`` and ``part`` with the share of all orders, ``orders_share``; NaN where the
    buyers behind it are few (see ``disclosure.small_groups``). Empty where no hours came."""
    timed = times[times["part"].notna()]
    index = pd.MultiIndex.from_product([range(7), PARTS], names=["weekday", "part"])
    cells = timed.set_index(["weekday", "part"])[["buyers", "orders"]].reindex(index, fill_value=0)
    shown = blank_small(cells["buyers"], minimum).notna()
    share = (cells["orders"] / max(cells["orders"].sum(), 1)).where(shown)
    grid = share.rename("orders_share").reset_index()
    grid["weekday"] = grid["weekday"].map(dict(enumerate(WEEKDAYS)))
    return grid if len(timed) else grid[:0]
