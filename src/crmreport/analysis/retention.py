"""Do they come back, and when: purchase intervals, run-in, second purchases, overdue regulars, lapse.

A customer's last gap is still open when the data ends. It is kept as censored throughout (Kaplan &
Meier 1958); the mean of closed gaps makes everyone look faster than they are. Customers are followed
from their first purchase only where the data before it is long enough to have shown an earlier one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.features.rhythm import MILLION
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share
from crmreport.stats.multiple import benjamini_hochberg
from crmreport.stats.renewal import chance_of_alarm, regularity
from crmreport.stats.survival import Survival, log_rank

REPEAT_DAYS = 90
RUN_IN_SHARE = 0.9
CONTACT_SHARE = 0.75
AT_RISK = 10
"""A curve is followed as long as this many customers are left in it."""
AT_RISK_IN_GROUP = 5
"""The same for the curve of one of several groups of at least the minimum size, shown with its interval."""
REGULAR_DAYS = 4
"""Purchase days in the window from which a customer has a rhythm of his own."""
TIMES_MEDIAN = 2
OVERDUE_SHARE = 0.9
"""Overdue is longer than ``TIMES_MEDIAN`` times the own median gap, and than this share of the own gaps."""

_WORLDS = 2000


@dataclass(frozen=True)
class RunIn:
    """How many days of data must lie before a first purchase; ``wanted`` where the data allows it."""

    days: int
    wanted: int
    begin: date
    """The first day on which a customer without an earlier purchase is followed."""

    @property
    def enough(self) -> bool:
        return self.days >= self.wanted


def interval_curve(gaps: pd.DataFrame, *, rng: np.random.Generator, at_least: int = 1) -> Survival:
    """The time from one purchase day to the next.

    ``gaps`` has ``part``, ``gap_days``, and the counts ``closed`` and ``open``; customers are resampled by
    parts, since one customer's gaps are alike.
    """
    counted = (gaps[name].to_numpy() for name in ("part", "gap_days", "closed", "open"))
    return Survival.of_gaps(*counted, rng=rng, at_least=at_least)


def run_in(curve: Survival, *, data_begins: date, as_of: date) -> RunIn:
    """The run-in: by when 90% of those who come back are back, by a ``curve`` of customers.

    At most half of the data's days, so that somebody is left to be followed.
    """
    span = (as_of - data_begins).days + 1
    returned = 1 - curve.value
    wanted = int(np.argmax(returned >= RUN_IN_SHARE * returned[-1] - 1e-12)) if returned[-1] > 0 else span
    days = min(wanted, span // 2)
    return RunIn(days, wanted, (pd.Timestamp(data_begins) + pd.Timedelta(days=days)).date())


def followed(rhythm: pd.DataFrame, begin: date) -> pd.DataFrame:
    """The customers first observed on or after ``begin``."""
    return rhythm[rhythm["first_on"] >= pd.Timestamp(begin)]


def second_purchase(
    rhythm: pd.DataFrame, *, as_of: date, rng: np.random.Generator, at_least: int = 1
) -> Survival:
    """The time from the first purchase day to the second; open at ``as_of`` where there was none."""
    days, ended = _waited(rhythm["first_on"], rhythm["second_on"], as_of)
    return Survival.of_cases(days, ended, rng=rng, at_least=at_least)


def _waited(begins: pd.Series, ends: pd.Series, as_of: date) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    until = ends.fillna(pd.Timestamp(as_of))
    days = (until - begins).dt.days.to_numpy().astype(np.int64)
    return days, ends.notna().to_numpy().astype(np.bool_)


def contact_day(curve: Survival) -> Estimate:
    """The day by which three quarters of those who return within 90 days have returned.

    Who has not come back by then is unlikely to without a word; before it, most would have come anyway.
    """
    return curve.day_when(CONTACT_SHARE, of_ended_by=REPEAT_DAYS)


def majority(repeat: Estimate) -> Literal["most", "half", "few", "unknown"]:
    """Whether more than half come back, fewer, or about half, as far as the interval tells."""
    if not repeat.known or repeat.low is None or repeat.high is None:
        return "unknown"
    return "most" if repeat.low > 0.5 else "few" if repeat.high < 0.5 else "half"


def larger(left: Estimate, gone: Estimate) -> Literal["left", "gone", "even"]:
    """Which of two shares is surely the larger: their intervals do not overlap."""
    bounds = (left.low, left.high, gone.low, gone.high)
    if None in bounds:
        return "even"
    low, high, other_low, other_high = (float(bound) for bound in bounds if bound is not None)
    return "left" if low > other_high else "gone" if high < other_low else "even"


def curve_table(curve: Survival, *, points: int = 60) -> pd.DataFrame:
    """``days``, the ``returned`` share by then with ``low`` and ``high``; at most about ``points`` rows."""
    step = max(1, math.ceil(curve.reach / points))
    days = np.unique([*range(0, curve.reach + 1, step), curve.reach])
    low, high = curve.band()
    columns = {"days": days, "returned": 1 - curve.value[days], "low": 1 - high[days], "high": 1 - low[days]}
    return pd.DataFrame(columns)


def by_first_category(
    customers: pd.DataFrame,
    *,
    as_of: date,
    rng: np.random.Generator,
    minimum: int,
    at_least: int = 1,
    most: int = 8,
) -> pd.DataFrame:
    """One row for each of the ``most`` largest first categories with ``minimum`` customers.

    ``category``, ``customers`` and the share ``returned`` within 90 days with ``low`` and ``high``, best
    first; ``return_day`` and ``contact_day``, by which half and three quarters of those who return within
    90 days have, each with ``_low`` and ``_high``, NaN where not known. Categories of which the share is
    not known are left out.
    """
    rows = []
    for category, group in customers.groupby("first_category"):
        curve = second_purchase(group, as_of=as_of, rng=rng, at_least=at_least)
        back = curve.ended_by(REPEAT_DAYS)
        if back.known and back.n >= minimum:
            half, late = (curve.day_when(part, of_ended_by=REPEAT_DAYS) for part in (0.5, CONTACT_SHARE))
            days = [value for one in (half, late) for value in (one.value, one.low, one.high)]
            rows.append((category, back.n, back.value, back.low, back.high, *days))
    ends = [f"{name}{end}" for name in ("return_day", "contact_day") for end in ("", "_low", "_high")]
    table = pd.DataFrame(rows, columns=["category", "customers", "returned", "low", "high", *ends])
    table = table.astype(dict.fromkeys(ends, "float64"))
    table = table.sort_values(["customers", "category"], ascending=[False, True]).head(most)
    return table.sort_values(["returned", "category"], ascending=[False, True], ignore_index=True)


def first_category_p(customers: pd.DataFrame, categories: pd.Series, *, as_of: date) -> float | None:
    """The log-rank test that those who began with one of ``categories`` come back alike; None where fewer
    than two are compared.

    The groups are made on the first purchase day, and followed from it.
    """
    compared = customers[customers["first_category"].isin(categories)]
    if categories.nunique() < 2:
        return None
    days, ended = _waited(compared["first_on"], compared["second_on"], as_of)
    return log_rank(days, ended, list(compared["first_category"]))[1]


def day_estimate(row: pd.Series, name: str) -> Estimate:
    """The day ``name`` of a row of ``by_first_category``, with its interval."""
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if math.isnan(value):
        return Estimate(value, 0)
    return Estimate(value, int(row["customers"]), low, high, 0.95)


def order_of(best: Estimate, worst: Estimate, *, real: bool) -> Literal["apart", "differ", "close"]:
    """What may be said of the best and the worst of several groups: ``close`` where the test found no
    ``real`` difference, ``differ`` where it did, but not clearly between these two."""
    if not real or best.low is None or worst.high is None:
        return "close"
    return "apart" if best.low > worst.high else "differ"


def row_estimate(row: pd.Series) -> Estimate:
    """The estimate in a row with ``returned``, ``customers``, ``low`` and ``high``."""
    return Estimate(
        float(row["returned"]), int(row["customers"]), float(row["low"]), float(row["high"]), 0.95
    )


def estimates_table(estimates: Mapping[str, Estimate]) -> pd.DataFrame:
    """One row an estimate: ``item``, ``customers_share``, ``low``, ``high``."""
    rows = [(name, one.value, one.low, one.high) for name, one in estimates.items()]
    return pd.DataFrame(rows, columns=["item", "customers_share", "low", "high"])


def count(which: pd.Series) -> Estimate:
    """How many customers it is true of: a census."""
    return Estimate(int(which.sum()), int(which.sum()))


def regular(rhythm: pd.DataFrame) -> pd.Series:
    """Which customers have four purchase days or more in the window, and so a rhythm of their own."""
    return rhythm["days"].ge(REGULAR_DAYS)


def regulars_told(which: pd.Series, late: pd.Series, minimum: int) -> Estimate:
    """How many customers are regular; not known where the few who are not ``late`` would follow from it."""
    told = count(which)
    return Estimate(math.nan, 0) if 0 < told.value - int(late.sum()) < minimum else told


def overdue(rhythm: pd.DataFrame, *, as_of: date) -> pd.Series:
    """Which regular buyers have stayed away for longer than is usual for them.

    A regular buyer has four purchase days or more in the window. Overdue is an open gap longer than
    twice the customer's own median gap, and longer than the customer's own 90th percentile.
    """
    away = (pd.Timestamp(as_of) - rhythm["last_on"]).dt.days
    late: pd.Series = (away > TIMES_MEDIAN * rhythm["gap_median"]) & (away > rhythm["gap_high"])
    return late & regular(rhythm)


def steady_overdue(rhythm: pd.DataFrame, *, rng: np.random.Generator) -> Estimate:
    """How many regular buyers would look overdue on the as-of date if the rhythm of none had changed.

    A steady buyer's gaps are gamma distributed with the buyer's own mean and a shape that all share,
    estimated from the gaps (see ``crmreport.stats.renewal``). The interval holds 95% of what chance makes
    of so many steady buyers. Its n is the regular buyers. The simulation of full windows in the tests is
    met within two percentage points.
    """
    steady = rhythm[regular(rhythm)]
    gaps = steady["days"].to_numpy().astype(np.int64) - 1
    total, logs = (steady[name].to_numpy(dtype=float) for name in ("gap_total", "gap_logs"))
    shape = regularity(gaps, total, logs / MILLION)
    if math.isnan(shape):
        return Estimate(math.nan, len(steady))
    chance = chance_of_alarm(gaps, shape, times_median=TIMES_MEDIAN, quantile=OVERDUE_SHARE, rng=rng)
    kinds, of = np.unique(chance, return_counts=True)
    drawn = rng.binomial(of, kinds, size=(_WORLDS, len(kinds))).sum(axis=1)
    value = round(float(chance.sum()))
    low, high = np.quantile(drawn, [0.025, 0.975], method="inverted_cdf")
    return Estimate(value, len(steady), min(float(low), value), max(float(high), value), 0.95)


def against_chance(late: int, steady: Estimate) -> Literal["more", "as", "fewer", "unknown"]:
    """Whether more regular buyers are overdue than chance alone would put on the list."""
    if not steady.known or steady.low is None or steady.high is None:
        return "unknown"
    return "more" if late > steady.high else "fewer" if late < steady.low else "as"


def overdue_estimates(customers: pd.DataFrame, late: pd.Series) -> tuple[Estimate, Estimate]:
    """How many customers are overdue, and their share of the window's revenue: censuses.

    ``customers`` is the customer table, ``late`` says of each ``customer_id`` (its index) whether it is so.
    """
    chosen = customers["customer_id"].map(late).fillna(False).astype(bool)
    count, revenue = int(chosen.sum()), customers["revenue"].sum()
    part = float(customers.loc[chosen, "revenue"].sum() / revenue) if revenue > 0 else math.nan
    return Estimate(count, count), Estimate(part, count)


def cohort_table(cohorts: pd.DataFrame, *, begin: date, as_of: date, minimum: int) -> pd.DataFrame:
    """Share of each monthly cohort that bought again in the months after its first purchase.

    ``cohort`` (a month, as text), ``since`` (months since, as text), ``customers``, ``share``. Only cohorts
    of whole months from ``begin`` on; the share of one under the minimum is NaN. A month in which nobody
    bought is 0.
    """
    sizes = cohorts[cohorts["since"] == 0].set_index("cohort")["customers"].sort_index()
    sizes = sizes[sizes.index >= pd.Timestamp(begin)]
    bought = cohorts.set_index(["cohort", "since"])["customers"]
    rows = []
    for cohort, size in zip(pd.DatetimeIndex(sizes.index), sizes, strict=True):
        until = 12 * (as_of.year - cohort.year) + as_of.month - cohort.month
        for since in range(1, until + 1):
            again = bought.get((cohort, since), 0) / size if size >= minimum else math.nan
            rows.append((f"{cohort:%Y-%m}", f"{since}", int(size), again))
    return pd.DataFrame(rows, columns=["cohort", "since", "customers", "share"])


def cohort_share(cohorts: pd.DataFrame, since: int) -> Estimate:
    """The share of all shown cohorts' customers who bought ``since`` months after (Wilson interval)."""
    known = cohorts[(cohorts["since"] == str(since)) & cohorts["share"].notna()]
    bought = round(float((known["share"] * known["customers"]).sum()))
    return share(bought, int(known["customers"].sum()))


@dataclass(frozen=True)
class Lapse:
    """Of a brand's buyers before ``since``: those who bought it since, only others, or nothing at all."""

    stayed: Estimate
    left: Estimate
    gone: Estimate


def lapse(rhythm: pd.DataFrame, *, days: int, as_of: date) -> Lapse:
    """Where a brand's buyers are who had not bought it by ``days`` ago for the last time only.

    ``left`` still buys in the client's business, but not this brand; ``gone`` buys nothing there. Only
    those who first bought before the last ``days`` can have lapsed. Wilson intervals.
    """
    since = pd.Timestamp(as_of) - pd.Timedelta(days=days)
    before = rhythm[rhythm["first_on"] <= since]
    here, there = before["last_on"] > since, before["client_last_on"] > since
    n = len(before)
    return Lapse(*(share(int(which.sum()), n) for which in (here, ~here & there, ~here & ~there)))


# ---------------------------------------------------------------- groups, frozen at a landmark

GROUPS = ("frequency", "deal")


def landmark_groups(rhythm: pd.DataFrame) -> pd.DataFrame:
    """Each customer who bought before the landmark, in groups by what was known then.

    ``frequency``: purchase days before it (``one``, ``few`` for two or three, ``many``); ``deal``: whether
    at least half of the money went to goods on deal (``mostly``, ``seldom``; missing where unknown).
    Groups made of the whole window would hold the outcome itself.
    """
    known = rhythm[rhythm["before_days"] > 0]
    days, revenue = known["before_days"], known["before_revenue"].astype(float)
    frequency = np.select([days == 1, days < REGULAR_DAYS], ["one", "few"], "many")
    part = known["before_deal_revenue"].astype(float) / revenue.where(revenue > 0)
    deal = pd.Series(np.where(part >= 0.5, "mostly", "seldom"), known.index, dtype="object")
    return known.assign(frequency=frequency, deal=deal.where(part.notna(), None))


@dataclass(frozen=True)
class Comparison:
    """The groups of one kind with their share who bought within 90 days after the landmark."""

    kind: str
    table: pd.DataFrame
    p: float


def compare(
    customers: pd.DataFrame, kind: str, *, landmark: date, as_of: date, minimum: int
) -> Comparison | None:
    """The groups ``kind`` of ``landmark_groups`` after the landmark, and the log-rank test between them.

    Columns ``group``, ``customers``, ``returned``, ``low``, ``high`` (Wilson). None where fewer than two
    groups have ``minimum`` customers, or 90 days after the landmark are not yet past.
    """
    sizes = customers[kind].value_counts()
    kept = customers[customers[kind].isin(sizes.index[sizes >= minimum])]
    if kept[kind].nunique() < 2 or (as_of - landmark).days < REPEAT_DAYS:
        return None
    begins = pd.Series(pd.Timestamp(landmark), kept.index)
    days, ended = _waited(begins, kept["after_on"], as_of)
    rows = []
    for name in sorted(kept[kind].unique()):
        of = (kept[kind] == name).to_numpy()
        back = share(int((ended[of] & (days[of] <= REPEAT_DAYS)).sum()), int(of.sum()))
        rows.append((f"{kind}_{name}", back.n, back.value, back.low, back.high))
    table = pd.DataFrame(rows, columns=["group", "customers", "returned", "low", "high"])
    _, p = log_rank(days, ended, list(kept[kind]))
    return Comparison(kind, table.sort_values("returned", ascending=False, ignore_index=True), p)


def pattern(comparison: Comparison, *, real: bool) -> Literal["real", "other", "chance"]:
    """What a headline may say of a comparison: ``chance`` where the test found no ``real`` difference.

    ``other`` where purchase frequency tells, but the most frequent buyers are not those who return
    most, or the least frequent not those who return least.
    """
    if not real:
        return "chance"
    groups = list(comparison.table["group"])
    falling = [name for name in ("frequency_many", "frequency_few", "frequency_one") if name in groups]
    told = not falling or (groups[0], groups[-1]) == (falling[0], falling[-1])
    return "real" if told else "other"


def different(tests: Mapping[str, float | None]) -> list[str]:
    """Which of a chapter's tests find a difference, at a false discovery rate of 5% over all of them.

    ``tests`` are p-values by name; None is a test that was not made.
    """
    made = {name: p for name, p in tests.items() if p is not None}
    holds = benjamini_hochberg(list(made.values()))
    return [name for name, real in zip(made, holds, strict=True) if real]
