"""True, latent, spurious and no loyalty: what customers feel, crossed with how often they come.

Dick and Basu (1994) call loyal who holds a strong attitude *and* buys repeatedly. Who buys without it is
loyal in appearance, and gone with the first better offer; who has it and seldom buys is held back by
something else. Only customers who answered can be placed. How often they come is known of everybody, so
the sizes stand for all customers: each row of patronage counts as much as it does among all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.analysis.disclosure import hidden_cells, small_groups
from crmreport.analysis.loyalty import mean
from crmreport.analysis.satisfaction import part_of
from crmreport.stats.estimate import Estimate, scaled
from crmreport.stats.intervals import bootstrap, share, share_difference

Floats = NDArray[np.float64]

CELLS = ("true", "latent", "spurious", "none")
STEP = 10
"""So many marks the attitude's cut is moved to either side, to show what depends on it."""
_OFTEN = {"true": True, "latent": False, "spurious": True, "none": False}


def patronage_cut(purchase_days: pd.Series, asked: int | None) -> int:
    """From how many purchase days in the window on patronage is high: as ``asked``, else the median of all
    customers, and two at least: one purchase repeats nothing."""
    if asked is not None:
        return asked
    return max(2, math.ceil(float(purchase_days.median()))) if len(purchase_days) else 2


def cells(
    attitude: pd.Series, purchase_days: pd.Series, *, attitude_from: float, days_from: int
) -> pd.Series:
    """Each customer's cell: one of ``CELLS``; both measures at the cut or above are high. Missing for who has
    no attitude that could be told."""
    strong, often = attitude >= attitude_from, purchase_days >= days_from
    sides = np.where(strong, np.where(often, *CELLS[:2]), np.where(often, *CELLS[2:]))
    named = pd.Series(sides, attitude.index, dtype="object")
    return named.where(attitude.notna()).astype(pd.CategoricalDtype(list(CELLS)))


@dataclass(frozen=True)
class Matrix:
    """``cell`` of each customer (missing for who did not answer), in the order of the customer table.

    ``customers``: by cell, the share of all customers. ``revenue``: the share of what all customers spent.
    ``spend``: the mean of a customer in the window. ``answers``: how many of each were asked. Cells
    of too few answers, and as many more as would give them away, have no value.
    """

    cell: pd.Series
    customers: dict[str, Estimate]
    revenue: dict[str, Estimate]
    spend: dict[str, Estimate]
    answers: dict[str, int]


def matrix(
    customers: pd.DataFrame,
    attitude: pd.Series,
    weight: pd.Series,
    *,
    attitude_from: float,
    days_from: int,
    minimum: int,
    rng: np.random.Generator,
) -> Matrix | None:
    """The four kinds of loyalty among ``customers`` (``purchase_days`` and ``revenue`` of the window).

    ``attitude`` and ``weight`` are in their order, NaN and 1 for who did not answer. A size is the share of
    the cell among those who answered and buy as often, times the share of all customers who do
    (post-stratification); its interval is Wilson's of the first, on Kish's effective n where answers are
    weighted; n counts those who answered and buy as often. What a cell brings is a bootstrap over those who
    answered. None where either row of patronage has fewer than ``minimum`` answers.
    """
    often = customers["purchase_days"] >= days_from
    cell = cells(attitude, customers["purchase_days"], attitude_from=attitude_from, days_from=days_from)
    told = cell.notna()
    rows = {high: told & (often == high) for high in (True, False)}
    if min(int(row.sum()) for row in rows.values()) < minimum:
        return None
    part = {True: float(often.mean()), False: float((~often).mean())}
    counts = cell.value_counts().reindex(list(CELLS), fill_value=0)
    sums = [[name for name in CELLS if _OFTEN[name] == high] for high in (True, False)]
    hidden = hidden_cells(counts, [*sums, CELLS], minimum)
    sizes, spend = {}, {}
    for name, high in _OFTEN.items():
        inside = (cell == name)[rows[high]]
        within = part_of(inside, weight[rows[high]].to_numpy(dtype=float))
        sizes[name] = scaled(within, part[high])
        spend[name] = mean(customers.loc[cell == name, "revenue"], rng=rng)
    revenue = _revenue_shares(customers, cell, weight, part, rng)
    return Matrix(
        cell,
        customers={name: _unless(name in hidden, one) for name, one in sizes.items()},
        revenue={name: _unless(name in hidden, one) for name, one in revenue.items()},
        spend={name: _unless(name in hidden, one) for name, one in spend.items()},
        answers={name: int(counts[name]) for name in CELLS},
    )


def _unless(hidden: bool, estimate: Estimate) -> Estimate:
    return Estimate(math.nan, 0) if hidden else estimate


def _revenue_shares(
    customers: pd.DataFrame,
    cell: pd.Series,
    weight: pd.Series,
    part: Mapping[bool, float],
    rng: np.random.Generator,
) -> dict[str, Estimate]:
    """What each cell's customers spent, of all: its mean spend times its size, over the sum of the four."""
    told = cell.notna()
    heavy, spent = weight[told].to_numpy(dtype=float), customers.loc[told, "revenue"].to_numpy(dtype=float)
    member = np.array([(cell[told] == name).to_numpy() for name in CELLS], dtype=float)
    high = np.array([_OFTEN[name] for name in CELLS])
    often = member[high].sum(axis=0)

    def brought(drawn: Floats) -> Floats:
        counted = drawn * heavy
        rows = np.column_stack([counted @ often, counted @ (1 - often)])
        each = np.array([part[True], part[False]]) / np.where(rows > 0, rows, np.nan)
        return np.asarray((counted * spent) @ member.T * np.where(high, each[:, [0]], each[:, [1]]))

    def of(place: int) -> Estimate:
        def statistic(drawn: Floats) -> Floats:
            sums = brought(drawn)
            total = sums.sum(axis=1)
            return np.asarray(np.divide(sums[:, place], total, out=np.zeros(len(sums)), where=total > 0))

        return bootstrap(statistic, int(told.sum()), rng=rng)

    return {name: of(place) for place, name in enumerate(CELLS)}


def at_cuts(
    customers: pd.DataFrame, attitude: pd.Series, weight: pd.Series, *, attitude_from: float, days_from: int
) -> pd.DataFrame:
    """The sizes of ``matrix`` with the attitude's cut ``STEP`` marks lower, as it is, and higher: a row each,
    ``attitude_from`` and a column a cell; values without intervals, which are those of the matrix."""
    rows = []
    often = customers["purchase_days"] >= days_from
    for cut in (attitude_from - STEP, attitude_from, attitude_from + STEP):
        cell = cells(attitude, customers["purchase_days"], attitude_from=cut, days_from=days_from)
        sizes = {
            name: float((often == high).mean())
            * float(np.average((cell == name)[told], weights=weight[told]))
            for name, high in _OFTEN.items()
            for told in [attitude.notna() & (often == high)]
        }
        rows.append({"attitude_from": cut} | {name: sizes[name] for name in CELLS})
    return pd.DataFrame(rows)


def profile(customers: pd.DataFrame, found: Matrix, columns: Mapping[str, str]) -> pd.DataFrame:
    """Who is in each cell that may be told: ``cell`` and the median of each of ``columns`` over its customers
    who answered. ``columns`` gives the column of the customer table by its name in the result."""
    rows = [
        {"cell": name}
        | {
            result: float(customers.loc[found.cell == name, column].astype(float).median())
            for result, column in columns.items()
        }
        for name in CELLS
        if found.customers[name].known
    ]
    return pd.DataFrame(rows, columns=["cell", *columns])


# ---------------------------------------------------------------- content and gone, cross and still there


@dataclass(frozen=True)
class Counted:
    """Customers of whom two things are true: how many (``count``), which ``share`` of those of whom the
    first is (Wilson), the same share of the ``others``, the ``difference`` (Newcombe), and what one of them
    spent in the window (``spend``) beside what any customer did (``usual``, a census)."""

    count: Estimate
    share: Estimate
    others: Estimate
    difference: Estimate
    spend: Estimate
    usual: Estimate


def counted(
    first: pd.Series, second: pd.Series, spent: pd.Series, *, rng: np.random.Generator, minimum: int
) -> Counted:
    """How many of those of whom ``first`` is true are also ``second``, and what they spent.

    All three have a row for each customer; ``first`` may be missing. Told is nothing where the two together
    would give a group under ``minimum`` away.
    """
    known = first.notna()
    one, other = known & (first == 1), known & (first == 0)
    both, either = int((one & second).sum()), int((other & second).sum())
    few = small_groups(pd.Series({"both": both, "one": int(one.sum()) - both}), minimum)
    usual = Estimate(float(spent.mean()) if len(spent) else math.nan, len(spent))
    nothing = Estimate(math.nan, 0)
    if few:
        return Counted(nothing, nothing, nothing, nothing, nothing, usual)
    return Counted(
        Estimate(both, both),
        share(both, int(one.sum())),
        share(either, int(other.sum())),
        share_difference(both, int(one.sum()), either, int(other.sum())),
        mean(spent[one & second], rng=rng),
        usual,
    )


def described(
    customers: pd.DataFrame, groups: Mapping[str, pd.Series], *, as_of: date, minimum: int
) -> pd.DataFrame:
    """Who is in each of ``groups`` (masks of the customers): ``group``, ``customers``, the mean
    ``revenue_per_customer`` and the medians of ``bought_days`` and of the days ``since_last`` and
    ``since_first`` purchase. Groups under ``minimum`` are left out.

    ``customers`` has ``revenue_per_customer``, ``bought_days``, ``first_on`` and ``last_on``.
    """
    rows = []
    for name, inside in groups.items():
        of = customers[inside]
        if len(of) < minimum:
            continue
        since = {end: (pd.Timestamp(as_of) - of[f"{end}_on"]).dt.days.median() for end in ("last", "first")}
        middle = of["revenue_per_customer"].mean(), of["bought_days"].median()
        rows.append((name, len(of), *middle, since["last"], since["first"]))
    columns = ["group", "customers", "revenue_per_customer", "bought_days", "since_last", "since_first"]
    return pd.DataFrame(rows, columns=columns)
