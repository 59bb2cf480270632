"""The four lists of a sales team: public leads, leads in work, silent customers, current customers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

import pandas as pd

from crmreport.analysis.disclosure import hidden_cells
from crmreport.stats.estimate import Estimate

LISTS = ("public", "in_work", "silent", "current")


def sizes(
    customers: pd.DataFrame,
    leads: pd.Series | None,
    *,
    silent_days: int,
    as_of: date,
    data_begins: date,
    minimum: int,
) -> dict[str, Estimate]:
    """How many persons stand on each list: censuses.

    ``public`` are open leads that nobody works on, ``in_work`` those that somebody does, ``silent`` are
    customers (``last_on``) without a purchase for more than ``silent_days``, ``current`` the others. The
    last two are not known where the data does not reach back so far, nor where one of them is under the
    ``minimum``, since the other would tell it. Without ``leads`` there are no lists.
    """
    if leads is None:
        return {}
    silent = int(((pd.Timestamp(as_of) - customers["last_on"]).dt.days > silent_days).sum())
    bought = pd.Series({"silent": silent, "current": len(customers) - silent})
    counts = {name: int(leads[name]) for name in ("public", "in_work")}
    if (as_of - data_begins).days >= silent_days and not hidden_cells(bought, [list(bought.index)], minimum):
        counts |= {str(name): int(n) for name, n in bought.items()}
    return {
        name: Estimate(counts[name], counts[name]) if name in counts else Estimate(math.nan, 0)
        for name in LISTS
    }


def weeks_of_work(lists: Mapping[str, Estimate], leads: pd.Series | None, *, ration: int) -> Estimate:
    """In how many weeks all silent customers are handed out, ``ration`` a week to each salesperson; its n is
    the silent. Not known where there is nobody to take them."""
    silent = lists.get("silent", Estimate(math.nan, 0))
    if leads is None or not silent.known or not int(leads["staff"]):
        return Estimate(math.nan, 0)
    return Estimate(math.ceil(silent.value / (int(leads["staff"]) * ration)), silent.n)


def table(lists: Mapping[str, float | None]) -> pd.DataFrame:
    """One row a list: its ``list`` and ``rule`` (message ids), and how many ``persons``; blank where None."""
    rows = [(f"lifecycle.list.{name}", count, f"lifecycle.rule.{name}") for name, count in lists.items()]
    return pd.DataFrame(rows, columns=["list", "persons", "rule"]).astype({"persons": "float64"})
