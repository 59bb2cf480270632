"""Complaints and enquiries: how many, about what, how fast they are answered, and what becomes of them.

A case that is still open counts as waiting until the day of the report. To leave it out would make every
team look faster, and the more so the more it leaves undone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from crmreport.stats.estimate import Estimate, scaled
from crmreport.stats.intervals import share, share_difference, share_test
from crmreport.stats.multiple import benjamini_hochberg
from crmreport.stats.rates import poisson_rate
from crmreport.stats.survival import Survival

PER = 1000
"""Complaints are told for so many orders."""
MOST = 0.8
"""How many causes it takes for this part of the cases is told."""
SEVERAL = 4
"""Of fewer values nobody asks how many make most of the cases."""
AT_RISK = 10
"""A curve is followed as long as this many cases are left in it."""
AGAIN_DAYS = 90
"""Whoever buys within so many days of a complaint came back."""


def within(cases: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    """The cases opened from ``start`` to ``end``."""
    return cases[cases["opened_on"].between(pd.Timestamp(start), pd.Timestamp(end))]


def census(cases: pd.DataFrame) -> Estimate:
    """How many cases there are: a count, no estimate."""
    return Estimate(len(cases), len(cases))


def change(now: pd.DataFrame, before: pd.DataFrame) -> Estimate:
    """The relative change in the number of cases: of two counts."""
    value = len(now) / len(before) - 1 if len(before) else math.nan
    return Estimate(value, min(len(now), len(before)))


def covered(cases: pd.DataFrame, start: date) -> bool:
    """Whether cases were already taken down on the day ``start``, so that those after it can be counted."""
    return bool((cases["opened_on"] <= pd.Timestamp(start)).any())


def rate(cases: int, orders: float) -> Estimate:
    """Cases for every 1,000 orders, with the exact Poisson interval."""
    return poisson_rate(cases, orders, per=PER)


def tally(cases: pd.DataFrame, by: str, *, minimum: int, most: int = 10) -> pd.DataFrame:
    """How often each value of ``by`` is named, most frequent first.

    ``name``, ``cases``, and ``part`` of all that name one, with ``low`` and ``high`` (Wilson).
    Values under ``minimum`` cases, and those after the ``most`` largest, are joined to a last row ``None``;
    it is left out where it would hold fewer than ``minimum``, and then so is the smallest that is shown.
    """
    named = cases[by].dropna()
    counts = named.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    kept = counts[counts >= minimum].head(most)
    rest = int(counts.sum() - kept.sum())
    while 0 < rest < minimum and len(kept):
        rest += int(kept.iloc[-1])
        kept = kept.iloc[:-1]
    rows: list[tuple[str | None, int]] = [(str(name), int(count)) for name, count in kept.items()]
    rows += [(None, rest)] if rest >= minimum else []
    parts = [share(count, len(named)) for _, count in rows]
    return pd.DataFrame(
        {
            "name": pd.Series([name for name, _ in rows], dtype="object"),
            "cases": [count for _, count in rows],
            "part": [part.value for part in parts],
            "low": [part.low for part in parts],
            "high": [part.high for part in parts],
        }
    )


@dataclass(frozen=True)
class Reach:
    """How many of the most frequent values it takes for a part of the cases: ``few`` ``of`` all that are
    named, and ``even``, how many it would take if all came up alike."""

    few: int
    of: int
    even: int

    @property
    def shape(self) -> Literal["few", "some", "many"]:
        """``few`` where a quarter of the values is enough, ``many`` where it takes more than half as many as
        it would if all came up alike."""
        return "few" if 4 * self.few <= self.of else "some" if 2 * self.few <= self.even else "many"


def reach(cases: pd.DataFrame, by: str, part: float) -> Reach | None:
    """How many of the most frequent values of ``by`` make ``part`` of the cases that name one; None where
    fewer than ``SEVERAL`` are named, of which any are few."""
    counts = cases[by].value_counts().to_numpy()
    if len(counts) < SEVERAL:
        return None
    wanted = part * counts.sum() - 1e-9
    few = int((counts.cumsum() >= wanted).argmax()) + 1
    return Reach(few, len(counts), math.ceil(part * len(counts) - 1e-9))


def by_kind(
    tallies: Mapping[str, pd.DataFrame], kinds: Sequence[str], *, orders: float, most: int
) -> pd.DataFrame:
    """The first rows of each ``tally`` of ``kinds``, about ``most`` in all: ``kind``, ``name``, ``cases``,
    ``cases_share``, and ``per_thousand`` orders with ``low`` and ``high`` (exact Poisson; NaN without
    orders)."""
    each = max(2, most // max(1, len(kinds)))
    rows = []
    for kind in kinds:
        table = tallies[kind]
        for _, row in table[table["name"].notna()].head(each).iterrows():
            per = rate(int(row["cases"]), orders)
            rows.append((kind, row["name"], int(row["cases"]), row["part"], per.value, per.low, per.high))
    names = ["kind", "name", "cases", "cases_share", "per_thousand", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def by_brand(cases: pd.DataFrame, *, minimum: int) -> pd.DataFrame:
    """``name``, ``cases``, and the shares ``in_time``, ``disputed`` and ``reopened`` of each ``brand`` with
    ``minimum`` cases, most first; a share is NaN where it is known of fewer."""
    rows = []
    for name, mine in cases.groupby("brand", sort=True):
        if len(mine) < minimum:
            continue
        shares = {flag: share_of(mine, flag) for flag in ("in_time", "disputed", "reopened")}
        told = {flag: one.value if one.n >= minimum else math.nan for flag, one in shares.items()}
        rows.append({"name": str(name), "cases": len(mine)} | told)
    table = pd.DataFrame(rows, columns=["name", "cases", "in_time", "disputed", "reopened"])
    return table.sort_values(["cases", "name"], ascending=[False, True], ignore_index=True)


def parts(table: pd.DataFrame) -> dict[str, Estimate]:
    """The part of each named value of a ``tally``; each rests on all cases of the table."""
    n = int(table["cases"].sum())
    named = table[table["name"].notna()]
    return {
        row["name"]: Estimate(float(row["part"]), n, float(row["low"]), float(row["high"]), 0.95)
        for _, row in named.iterrows()
    }


# ---------------------------------------------------------------- how fast


def targets(respond_within_hours: int | None, resolve_within_days: int | None) -> dict[str, int]:
    """What is promised of the ``response`` and the ``resolution``, in hours; only what is."""
    hours = {
        "response": respond_within_hours,
        "resolution": None if resolve_within_days is None else 24 * resolve_within_days,
    }
    return {kind: limit for kind, limit in hours.items() if limit is not None}


def waits(cases: pd.DataFrame, kind: str, *, rng: np.random.Generator, at_least: int = 1) -> Survival:
    """The hours from the opening to the first ``response``, or to the ``resolution``; open cases censored.

    Hours are counted in whole ones, begun ones as full.
    """
    happened = "responded" if kind == "response" else "resolved"
    known = cases[cases[f"{kind}_hours"].notna()]
    hours = np.ceil(known[f"{kind}_hours"].to_numpy(dtype=float)).astype(np.int64)
    ended = known[happened].to_numpy(dtype=bool)
    return Survival.of_cases(hours, ended, rng=rng, at_least=at_least)


def in_days(estimate: Estimate) -> Estimate:
    """Hours as days."""
    return scaled(estimate, 1 / 24)


def curve_table(curve: Survival, *, target: int | None = None, points: int = 60) -> pd.DataFrame:
    """``wait_days``, the share ``ended`` by then with ``low`` and ``high``; at most about ``points`` rows.

    It ends at four times the median, or twice the ``target`` in hours if that is later: what comes after
    tells of a few old cases.
    """
    middle = curve.day_when(0.5)
    wanted = max(4 * middle.value, 2 * (target or 0)) if middle.known else curve.reach
    last = min(curve.reach, max(1, math.ceil(wanted)))
    step = max(1, math.ceil(last / points))
    hours = np.unique([*range(0, last + 1, step), last])
    low, high = curve.band()
    ended = {"ended": 1 - curve.value[hours], "low": 1 - high[hours], "high": 1 - low[hours]}
    return pd.DataFrame({"wait_days": hours / 24} | ended)


def backlog(cases: pd.DataFrame) -> Estimate:
    """The share of the cases that are not resolved yet (Wilson)."""
    return share(int((~cases["resolved"]).sum()), len(cases))


def share_of(cases: pd.DataFrame, flag: str) -> Estimate:
    """The share of the cases of which it is known that are ``in_time``, ``reopened`` or ``disputed``."""
    known = cases[flag].dropna().astype(bool)
    return share(int(known.sum()), len(known))


def by_group(cases: pd.DataFrame, flag: str, by: str, *, minimum: int) -> pd.DataFrame:
    """The share of cases with a ``flag`` in each group of ``by`` that has ``minimum`` cases, highest first.

    ``name``, ``cases``, ``value``, ``low``, ``high`` (Wilson), and ``real`` where the group differs from all
    others together at a false discovery rate of 5% over the groups.
    """
    known = cases[[flag, by]].dropna()
    known = known.assign(**{flag: known[flag].astype(bool)})
    total, all_ = int(known[flag].sum()), len(known)
    rows, p_values = [], []
    for name, group in known.groupby(by, sort=True):
        n, count = len(group), int(group[flag].sum())
        if n < minimum or all_ - n < minimum:
            continue
        part = share(count, n)
        rows.append((str(name), n, part.value, part.low, part.high))
        p_values.append(share_test(count, n, total - count, all_ - n))
    table = pd.DataFrame(rows, columns=["name", "cases", "value", "low", "high"])
    table["real"] = benjamini_hochberg(p_values)
    return table.sort_values(["value", "name"], ascending=[False, True], ignore_index=True)


def group_shares(table: pd.DataFrame) -> dict[str, Estimate]:
    """The share in each row of ``by_group``."""
    return {
        row["name"]: Estimate(
            float(row["value"]), int(row["cases"]), float(row["low"]), float(row["high"]), 0.95
        )
        for _, row in table.iterrows()
    }


# ---------------------------------------------------------------- who came back


@dataclass(frozen=True)
class Recovery:
    """Of the customers with a case, the share who bought again within 90 days: ``resolved`` in that time or
    ``unresolved``, and the ``difference`` (Newcombe)."""

    resolved: Estimate
    unresolved: Estimate
    difference: Estimate


def recovery(cases: pd.DataFrame, *, as_of: date) -> Recovery:
    """Who bought again after a case, by whether it was resolved within 90 days.

    Only cases that can be followed for 90 days, one a customer (the first). Nobody was resolved by lot: easy
    cases are resolved more often, and good customers may be served better. Of a case that ended before it
    began it is not known when it was resolved: it is left out.
    """
    last = pd.Timestamp(as_of) - pd.Timedelta(days=AGAIN_DAYS)
    possible = ~cases["resolved"] | cases["resolution_hours"].notna()
    told = cases[cases["customer_id"].notna() & (cases["opened_on"] <= last) & possible]
    told = told.sort_values(["opened_on", "resolution_hours"]).drop_duplicates("customer_id")
    solved = told["resolved"] & (told["resolution_hours"] <= AGAIN_DAYS * 24)
    again = (told["bought_on"] - told["opened_on"]).dt.days <= AGAIN_DAYS
    one, other = ((int(again[of].sum()), int(of.sum())) for of in (solved, ~solved))
    return Recovery(share(*one), share(*other), share_difference(*one, *other))
