"""Whether the sales are all there: weeks with far fewer lines than their neighbours, days without any."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

_NEIGHBOURS = 9  # weeks, the week itself in their middle


def full_weeks(weeks: pd.DataFrame, *, first: date, last: date, alarm: float = 0.5) -> pd.DataFrame:
    """Every week of seven days between ``first`` and ``last``, those without a sale included.

    ``weeks`` has ``week`` (its Monday) and ``lines``. ``expected`` is the median of the lines of the nine
    weeks around; ``gap`` is set where there are fewer than ``alarm`` of it.
    """
    monday = first + timedelta(days=(7 - first.weekday()) % 7)
    days = pd.date_range(monday, last - timedelta(days=6), freq="7D").astype("datetime64[s]")
    lines = weeks.set_index("week")["lines"].reindex(days, fill_value=0)
    expected = lines.rolling(_NEIGHBOURS, center=True, min_periods=1).median()
    found = pd.DataFrame({"week": days, "lines": lines.to_numpy(), "expected": expected.to_numpy()})
    found["gap"] = found["lines"] < alarm * found["expected"]
    found.loc[found["lines"] == 0, "gap"] = True
    return found


def days_without_sales(weeks: pd.DataFrame, *, first: date, last: date) -> int:
    """How many days from ``first`` to ``last`` have no sale; ``weeks`` has ``days`` with sales."""
    return (last - first).days + 1 - int(weeks["days"].sum())


def still_active(customers: pd.DataFrame, *, first: date, last: date, days: int) -> Estimate:
    """Of the customers first seen in the first ``days``, the share who bought in the last ``days`` too.

    In a panel chosen for its activity nearly all did; in a business nobody chose, many have gone.
    """
    early = customers["first_purchase_on"] < pd.Timestamp(first + timedelta(days=days))
    late = customers["last_purchase_on"] > pd.Timestamp(last - timedelta(days=days))
    return share(int((early & late).sum()), int(early.sum()))


def seen_early(customers: pd.DataFrame, *, first: date, days: int) -> Estimate:
    """The share of customers who were first seen in the first ``days`` of the data (Wilson interval)."""
    early = customers["first_purchase_on"] < pd.Timestamp(first + timedelta(days=days))
    return share(int(early.sum()), len(customers))


def every_month(active: pd.DataFrame, months: int) -> Estimate:
    """The share of customers who bought in each of ``months`` months; ``active`` counts ``customers`` by
    the number of ``months`` in which they bought (Wilson interval)."""
    every = active.loc[active["months"] >= months, "customers"]
    return share(int(every.sum()), int(active["customers"].sum()))
