"""Who moved between two windows of one length, what money moved with them, and what chance alone would move.

Whoever is in the best class was partly lucky to be there, and falls back on average though nothing about
them has changed. So each movement stands beside what the negative binomial model of repeat buying gives when
nobody's rate changes (see ``stats.nbd``), fitted to the purchases of both windows. The two windows follow
each other: no purchase is in both. Orders are counted, as in RFM.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from crmreport.period import trailing_window
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share
from crmreport.stats.nbd import NBD, fit_truncated, misfit, splits

KINDS = ("gone", "less", "same", "more", "came")
"""Of the customers of the window before: who bought nothing in this one, or were in a lower class of
frequency, the same, a higher one; and who ``came``, having bought nothing in the window before."""

TOLERATED = 0.05
"""The share of buyers that a model may put into the wrong class and still serve as a yardstick."""

_CONFIDENCE = 0.95
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Windows:
    """The reported window and the one before it, first and last day of each.

    ``whole``: whether the data reaches back to the first day of both; ``possible``: of how many months two
    windows may be for that.
    """

    before: tuple[date, date]
    now: tuple[date, date]
    whole: bool
    possible: int


def windows(as_of: date, *, window_months: int, data_begins: date) -> Windows:
    """The two windows of ``window_months`` that end with ``as_of``, in data that begins on a day."""
    now = trailing_window(as_of, window_months)
    before = trailing_window(now[0] - timedelta(days=1), window_months)
    months = (as_of.year - data_begins.year) * 12 + as_of.month - data_begins.month
    months += data_begins.day == 1  # a month whose first days are missing is none
    return Windows(before, now, before[0] >= data_begins, max(months // 2, 0))


def pairs(before: pd.DataFrame, now: pd.DataFrame, cuts: Sequence[float]) -> pd.DataFrame:
    """One row a customer of either window, by ``customer_id``: ``orders_before``, ``orders_now``,
    ``revenue_before``, ``revenue_now`` (0 in a window without a purchase), ``class_before``, ``class_now``.

    Both tables have ``customer_id``, ``orders`` and ``revenue``. Class 0 is no purchase; the others are
    those that the rising ``cuts`` of orders make, from 1. ``kind`` is one of ``KINDS``.
    """
    columns = ["orders", "revenue"]
    one, other = (
        table.set_index("customer_id")[columns].add_suffix(f"_{when}")
        for table, when in ((before, "before"), (now, "now"))
    )
    table = one.join(other, how="outer").fillna(0.0).sort_index()
    for when in ("before", "now"):
        table[f"class_{when}"] = classes_of(table[f"orders_{when}"].to_numpy(), cuts)
    was, is_now = table["class_before"], table["class_now"]
    kinds = [was == 0, is_now == 0, is_now < was, is_now == was]
    table["kind"] = np.select(kinds, ["came", "gone", "less", "same"], default="more")
    return table.astype({"orders_before": "int64", "orders_now": "int64"})


def classes_of(orders: NDArray[np.float64], cuts: Sequence[float]) -> NDArray[np.int64]:
    """The class of each number of orders: 0 for none, else from 1; a value equal to a cut is below it."""
    rank = np.searchsorted(np.asarray(cuts, dtype=float), orders, side="left") + 1
    return np.where(orders > 0, rank, 0).astype("int64")


def matrix(table: pd.DataFrame, classes: int) -> pd.DataFrame:
    """How many customers of ``pairs`` went from each class (rows, 0 to ``classes``) to each (columns)."""
    counts = table.groupby(["class_before", "class_now"]).size().unstack(fill_value=0)
    every = range(classes + 1)
    return counts.reindex(index=every, columns=every, fill_value=0).astype("int64")


def movements(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each of ``KINDS``: ``customers``, ``revenue_before``, ``revenue_now`` and what ``moved``.

    What moved adds up to the change in revenue of the customers of either window.
    """
    grouped = table.groupby("kind")
    sums = grouped[["revenue_before", "revenue_now"]].sum()
    sums.insert(0, "customers", grouped.size())
    sums = sums.reindex(list(KINDS), fill_value=0)
    sums["moved"] = sums["revenue_now"] - sums["revenue_before"]
    return sums


# ---------------------------------------------------------------- what chance would give


@dataclass(frozen=True)
class Yardstick:
    """The stationary model of both windows. ``fits``: whether it puts buyers into the right numbers of
    orders; where it does not, what it says of chance is not worth telling."""

    model: NBD
    misfit: float
    fits: bool
    largest: int

    def orders(self, cuts: Sequence[float]) -> Floats:
        """The chance of each pair of classes, rows before and columns now, 0 being no purchase."""
        return self.over(_indicator(self.largest, cuts))

    def over(self, states: Floats) -> Floats:
        """The same over other states: ``states`` holds the chance of each, by the number of orders."""
        return _pairs(self.model, splits(states))


def yardstick(table: pd.DataFrame) -> Yardstick | None:
    """The model of customers whose rates stay as they are; None where their orders are all alike.

    It is fitted to each window's orders, not to how they go together: that is what it is held against.
    """
    counts, weights = _buyers(*_cells(table))
    model = fit_truncated(counts, weights)
    if model is None:
        return None
    largest = model.largest(int(counts.max()))
    groups, sizes = _groups(model, counts, weights)
    off = misfit(model, groups, sizes)
    fits = off <= TOLERATED or _chance_of(model, groups, sizes) >= 0.01
    return Yardstick(model, off, fits, largest)


def _cells(table: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Orders before, orders now, and how many customers had both."""
    cells = table.groupby(["orders_before", "orders_now"]).size().reset_index(name="n")
    before, now, n = (cells[name].to_numpy(dtype=float) for name in cells)
    return before, now, n


def _buyers(before: Floats, now: Floats, n: Floats) -> tuple[Floats, Floats]:
    """The orders of each window's buyers, and how many customers had them."""
    counts, weights = np.concatenate([before, now]), np.concatenate([n, n])
    return counts[counts > 0], weights[counts > 0]


def _groups(model: NBD, counts: Floats, weights: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Numbers of orders joined, from 1, until the model expects five buyers in each group."""
    expected = model.chances(int(counts.max()) + 1)[1:]
    expected = expected / expected.sum() * weights.sum()
    groups, filled = [], 0.0
    number = 0
    for size in expected:
        groups.append(number)
        filled += size
        if filled >= 5:
            number, filled = number + 1, 0.0
    found = np.minimum(groups, max(number - 1, 0)).astype("int64")
    sizes = np.bincount(found[counts.astype(int) - 1], weights=weights, minlength=found[-1] + 1)
    return found, sizes.astype(float)


def _chance_of(model: NBD, groups: NDArray[np.int64], sizes: Floats) -> float:
    """The chance of a misfit as large: Pearson's test, two parameters fitted."""
    expected = np.bincount(groups, weights=model.chances(len(groups))[1:], minlength=len(sizes))
    expected = expected / expected.sum() * sizes.sum()
    free = len(sizes) - 3
    return float(chi2.sf(((sizes - expected) ** 2 / expected).sum(), free)) if free > 0 else 1.0


def _pairs(model: NBD, shared: Floats) -> Floats:
    return np.asarray(np.tensordot(model.sums(len(shared) - 1), shared, axes=1), dtype=float)


def _indicator(largest: int, cuts: Sequence[float]) -> Floats:
    return np.eye(len(cuts) + 2)[classes_of(np.arange(largest + 1.0), cuts)]


# ---------------------------------------------------------------- movement beyond it


@dataclass(frozen=True)
class Movement:
    """What chance alone gives a share that moved, and how far what was seen is from it: real movement."""

    chance: Estimate
    excess: Estimate


MOVES = ("gone", "less", "same", "more", "fell", "came")
"""``KINDS`` as shares: of the customers of the window before, but ``came`` of those of this one. ``fell`` is
of the highest class: those no longer in it."""


def seen(table: pd.DataFrame, cuts: Sequence[float]) -> dict[str, Estimate]:
    """Each of ``MOVES`` as it was seen, with Wilson's interval."""
    top = len(cuts) + 1
    sizes, found = _sizes(table, top), _shares(matrix(table, top).to_numpy(dtype=float))
    return {
        name: share(round(value * sizes[name]), sizes[name]) if sizes[name] else Estimate(math.nan, 0)
        for name, value in zip(MOVES, found, strict=True)
    }


def beyond_chance(
    table: pd.DataFrame,
    cuts: Sequence[float],
    found: Yardstick,
    *,
    rng: np.random.Generator,
    replicates: int = 200,
) -> dict[str, Movement]:
    """Each of ``MOVES`` held against chance.

    Both numbers have percentile bootstrap intervals over customers (Efron 1979); the model is fitted anew
    to each sample.
    """
    before, now, n = _cells(table)
    classes, top = (classes_of(before, cuts), classes_of(now, cuts)), len(cuts) + 1
    shared = splits(_indicator(found.largest, cuts))

    def moved(weights: Floats, model: NBD) -> tuple[Floats, Floats]:
        counts = np.zeros((top + 1, top + 1))
        np.add.at(counts, classes, weights)
        return _shares(counts), _shares(expected(_pairs(model, shared), counts))

    observed, chance = moved(n, found.model)
    draws = []
    for _ in range(replicates):
        weights = rng.multinomial(int(n.sum()), n / n.sum()).astype(float)
        if model := fit_truncated(*_buyers(before, now, weights), start=found.model):
            draws.append(moved(weights, model))
    by_chance, excess = (np.array(one) for one in zip(*((c, s - c) for s, c in draws), strict=True))
    sizes = _sizes(table, top)
    return {
        name: Movement(
            _between(chance[place], by_chance[:, place], sizes[name]),
            _between(observed[place] - chance[place], excess[:, place], sizes[name]),
        )
        for place, name in enumerate(MOVES)
    }


def expected(joint: Floats, counts: Floats) -> Floats:
    """How many customers chance would take from each class to each, given how many were in each before.

    ``joint`` is the chance of each pair of classes, ``counts`` what was seen. Nobody knows who bought in
    neither window; of those who came, as many are expected as the buyers of the window before imply.
    """
    sizes, chances = counts.sum(axis=1), joint.sum(axis=1)
    sizes[0], chances[0] = counts[1:].sum(), joint[1:].sum()
    found = np.asarray(joint * (sizes / chances)[:, None], dtype=float)
    found[0, 0] = 0.0
    return found


def _shares(counts: Floats) -> Floats:
    """Each of ``MOVES`` in a matrix of customers by class before and now; NaN where nobody could."""
    stayed = counts[1:, 1:]
    of = counts[1:].sum()
    kinds = (counts[1:, 0].sum(), np.tril(stayed, -1).sum(), np.trace(stayed), np.triu(stayed, 1).sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        fell = 1 - counts[-1, -1] / counts[-1].sum()
        came = counts[0].sum() / counts[:, 1:].sum()
        return np.array([*(kind / of for kind in kinds), fell, came], dtype=float)


def _sizes(table: pd.DataFrame, top: int) -> dict[str, int]:
    """Of how many customers each of ``MOVES`` is a share."""
    was, is_now = table["class_before"], table["class_now"]
    of = dict.fromkeys(MOVES, int((was > 0).sum()))
    return of | {"fell": int((was == top).sum()), "came": int((is_now > 0).sum())}


def _between(value: float, draws: Floats, n: int) -> Estimate:
    tail = (1 - _CONFIDENCE) / 2
    draws = draws[np.isfinite(draws)]
    if not np.isfinite(value) or not len(draws):
        return Estimate(float("nan"), n)
    low, high = np.quantile(draws, [tail, 1 - tail])
    return Estimate(float(value), n, min(float(low), value), max(float(high), value), _CONFIDENCE)
