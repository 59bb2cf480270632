"""Buyers of two spans in a row: who stayed, who came back, who is seen first, who stayed away."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd

from crmreport.analysis.disclosure import blank_small
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

KINDS = ("stayed", "came_back", "first_observed", "stayed_away")


def flows(
    customers: pd.DataFrame, now: pd.Series, before: pd.Series, *, start: date, before_start: date
) -> pd.Series:
    """How many buyers there are of each of ``KINDS``, from the customer table and the totals of two spans.

    A buyer of the span before whose last purchase lies in it stayed away. The table must reach back to
    ``before_start``. Those who stayed bought in both spans; those who came back bought earlier than the
    span before, and not in it; ``first_observed`` are in no earlier sale of the data.
    """
    last = customers["last_purchase_on"]
    away = int(((last >= pd.Timestamp(before_start)) & (last < pd.Timestamp(start))).sum())
    stayed = int(before["buyers"]) - away
    first = int(now["first_observed"])
    back = int(now["buyers"]) - stayed - first
    return pd.Series({"stayed": stayed, "came_back": back, "first_observed": first, "stayed_away": away})


def shown(counts: pd.Series, minimum: int) -> dict[str, Estimate]:
    """The counts, each resting on itself; NaN where few, and where a few could be worked back from it.

    The kinds of this span's buyers sum to a number that is shown, as do those of the span before. Nobody is
    no person to be protected: a zero is shown, and rests on all buyers.
    """
    now = blank_small(counts.drop("stayed_away"), minimum)
    before = blank_small(counts[["stayed", "stayed_away"]], minimum)
    hidden = {*now.index[now.isna()], *before.index[before.isna()]}
    return {
        str(kind): Estimate(math.nan if kind in hidden else int(count), int(count) or int(counts.sum()))
        for kind, count in counts.items()
    }


def kept(counts: pd.Series) -> Estimate:
    """The share of the buyers of the span before who bought again (Wilson interval)."""
    return share(int(counts["stayed"]), int(counts["stayed"] + counts["stayed_away"]))


def dormant(customers: pd.DataFrame, *, start: date) -> Estimate:
    """The share of the window's customers whose last purchase lies before ``start`` (Wilson interval)."""
    return share(int((customers["last_purchase_on"] < pd.Timestamp(start)).sum()), len(customers))
