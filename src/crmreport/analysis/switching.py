"""Between which brands customers' habits moved from one period to the next of equal length.

A habit is one customer's buying of one category in both periods. Each counts once, divided by the shares of
its money that the brands got; what left the brands that lost share passes to those that won, in proportion
to what these won. Everybody's buying varies, so habits flow between all brands and in both directions: what
counts is a flow beyond what the brands' losses and gains alone explain (quasi-independence, Goodman 1968).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.analysis.disclosure import OTHERS
from crmreport.analysis.portfolio import chance_of_one
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import bounded
from crmreport.stats.multiple import benjamini_hochberg

Array = NDArray[np.float64]
SPANS = ("before", "now")
_ROUNDS = 200
_CELLS = 4_000_000  # of the matrix of resampled weights held at once: about 32 MB


@dataclass(frozen=True)
class Flows:
    """Habits that moved from each brand (second axis) to each (third), first as they are, then in replicates.

    What stayed stands on the diagonal: rows sum to the habits ``before``, columns to those now. ``usual`` is
    what losses and gains alone explain, reckoned in each category and summed; zero on the diagonal.
    ``movers`` counts the customers behind each flow. ``brands`` are sorted, ``OTHERS`` last.
    """

    brands: tuple[str, ...]
    habits: Array
    usual: Array
    movers: NDArray[np.int64]

    @property
    def own(self) -> list[int]:
        """The places of the group's own brands."""
        return [place for place, brand in enumerate(self.brands) if brand != OTHERS]


def moved(before: Array, now: Array) -> Array:
    """The flows of habits whose shares (rows) went from ``before`` to ``now``: from, to.

    Rows sum to one. What both have stays; the rest goes from the losers to the winners in proportion.
    """
    stayed = np.minimum(before, now)
    lost, won = before - stayed, now - stayed
    total = lost.sum(axis=1)
    rate = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    flow = lost[:, :, None] * won[:, None, :] * rate[:, None, None]
    width = before.shape[1]
    flow[:, np.arange(width), np.arange(width)] = stayed
    return np.asarray(flow)


def flows(buyers: pd.DataFrame, *, rng: np.random.Generator, minimum: int, replicates: int = 400) -> Flows:
    """The flows of all habits of ``buyers`` (see ``features.portfolio``): revenue ``before`` and ``now``.

    A brand with fewer than ``minimum`` customers in either period is one of the others; returns are nothing
    spent. Replicates are a bootstrap over customers.
    """
    brands, spans = _habits(buyers, minimum)
    width, index = len(brands), spans["now"].index
    codes, customers = pd.factorize(index.get_level_values("customer_id"), sort=True)
    names = index.get_level_values("category")
    before, now = (np.asarray(spans[span], dtype=float) for span in SPANS)
    categories, movers = [], np.zeros((len(customers), width, width), dtype=bool)
    for name in sorted(set(names)):
        inside = np.flatnonzero(names == name)
        sold = np.flatnonzero((before[inside] + now[inside]).sum(axis=0) > 0)
        each = moved(before[np.ix_(inside, sold)], now[np.ix_(inside, sold)])
        rows, origins, targets = np.nonzero(each)
        movers[codes[inside[rows]], sold[origins], sold[targets]] = True
        categories.append((sold, codes[inside], each.reshape(len(inside), -1)))
    found, usual = [], []
    for weights in _weights(len(customers), rng, replicates):
        total, by_chance = np.zeros((2, len(weights), width, width))
        for sold, whose, each in categories:
            sums = (weights[:, whose] @ each).reshape(-1, len(sold), len(sold))
            total[:, sold[:, None], sold] += sums
            by_chance[:, sold[:, None], sold] += expected(sums)
        found.append(total)
        usual.append(by_chance)
    return Flows(brands, np.concatenate(found), np.concatenate(usual), movers.sum(axis=0))


def _habits(buyers: pd.DataFrame, minimum: int) -> tuple[tuple[str, ...], dict[str, pd.DataFrame]]:
    """The brands, and by span the shares of each habit's money that they got (rows sum to one)."""
    spent = buyers.assign(**{span: buyers[span].clip(lower=0).fillna(0.0) for span in SPANS})
    sizes = [spent[spent[span] > 0].groupby("brand_id")["customer_id"].nunique() for span in SPANS]
    kept = sorted(name for name in sizes[0].index if min(size.get(name, 0) for size in sizes) >= minimum)
    brand = spent["brand_id"].where(spent["brand_id"].isin(kept), OTHERS)
    category = spent["category"].astype("object").fillna("")
    brands = (*kept, *([OTHERS] if (brand == OTHERS).any() else []))
    keyed = spent.assign(brand=brand, category=category).set_index(["customer_id", "category", "brand"])
    spans = {}
    for span in SPANS:
        wide = keyed[span].groupby(level=[0, 1, 2]).sum().unstack("brand", fill_value=0)
        spans[span] = pd.DataFrame(wide).reindex(columns=list(brands), fill_value=0.0)
    both = (spans["before"].sum(axis=1) > 0) & (spans["now"].sum(axis=1) > 0)
    spans = {span: one[both] for span, one in spans.items()}
    return brands, {span: one.div(one.sum(axis=1), axis=0) for span, one in spans.items()}


def _weights(customers: int, rng: np.random.Generator, replicates: int) -> Iterator[Array]:
    """How often each customer counts: once, and then as often as each replicate drew him or her."""
    yield np.ones((1, customers))
    at_once = max(1, _CELLS // max(customers, 1))
    for start in range(0, replicates if customers else 0, at_once):
        even = np.full(customers, 1 / customers)
        yield rng.multinomial(customers, even, size=min(at_once, replicates - start)).astype(float)


def balance(found: Flows) -> pd.DataFrame:
    """One row per brand of the group, the largest first; in habits, and the parts add up exactly.

    ``before`` − ``lost_inside`` − ``lost_outside`` + ``won_inside`` + ``won_outside`` = ``now``; inside is to
    and from the group's other brands. ``kept`` is the share that stayed, ``low`` and ``high``.
    """
    rows, own = [], found.own
    for place in own:
        habits = found.habits
        kept = bounded(
            habits[:, place, place] / habits[:, place].sum(axis=1), int(found.movers[place, place])
        )
        sisters = [one for one in own if one != place]
        outside = [one for one in range(len(found.brands)) if one not in own]
        rows.append(
            {
                "brand": found.brands[place],
                "before": habits[0, place].sum(),
                "kept": kept.value,
                "low": kept.low,
                "high": kept.high,
                "customers": kept.n,
                "lost_inside": habits[0, place, sisters].sum(),
                "lost_outside": habits[0, place, outside].sum(),
                "won_inside": habits[0, sisters, place].sum(),
                "won_outside": habits[0, outside, place].sum(),
                "now": habits[0, :, place].sum(),
            }
        )
    table = pd.DataFrame(rows)
    return (
        table
        if table.empty
        else table.sort_values(["before", "brand"], ascending=[False, True], ignore_index=True)
    )


def expected(habits: Array) -> Array:
    """What flows between brands if who wins has nothing to do with who loses: quasi-independence.

    Off the diagonal ``habits`` keeps its row and column sums (iterative proportional fitting); on it, zero.
    """
    width = habits.shape[-1]
    apart = 1 - np.eye(width)
    actual = habits * apart
    lost, won = actual.sum(axis=-1, keepdims=True), actual.sum(axis=-2, keepdims=True)
    fitted = np.broadcast_to(apart, habits.shape).astype(float)
    for _ in range(_ROUNDS):
        for target, axis in ((lost, -1), (won, -2)):
            reached = fitted.sum(axis=axis, keepdims=True)
            fitted = fitted * np.divide(target, reached, out=np.zeros_like(target), where=reached > 0)
        if np.allclose(fitted.sum(axis=-1, keepdims=True), lost, rtol=1e-4):
            break
    return np.asarray(fitted)


def pair_flows(found: Flows, *, minimum: int, level: float = 0.05) -> pd.DataFrame:
    """Every flow between two of the group's brands with at least ``minimum`` customers behind it.

    ``source``, ``target``, ``customers``, ``habits`` that moved, what is ``expected``, their ``ratio`` with
    ``low`` and ``high``; ``tells`` where it differs from 1 by Benjamini and Hochberg's procedure over all of
    them. Largest ratio first.
    """
    columns = ["source", "target", "customers", "habits", "expected", "ratio", "low", "high", "p"]
    rows = []
    for one, other in permutations(found.own, 2):
        flow, usual = found.habits[:, one, other], found.usual[:, one, other]
        if found.movers[one, other] < minimum or not usual[0] > 0:
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = flow / usual
        ratio = bounded(ratios, int(found.movers[one, other]))
        row = (found.brands[one], found.brands[other], ratio.n, flow[0], usual[0])
        rows.append((*row, ratio.value, ratio.low, ratio.high, chance_of_one(ratios)))
    table = pd.DataFrame(rows, columns=columns)
    table["tells"] = benjamini_hochberg(table["p"].to_numpy(dtype=float), level=level)
    return table.sort_values(["ratio", "source", "target"], ascending=[False, True, True], ignore_index=True)


def estimate(row: pd.Series, value: str) -> Estimate:
    """The ``ratio`` of a row of ``pair_flows``, or ``kept`` of one of ``balance``, with its interval."""
    known = not pd.isna(row[value])
    bounds = (float(row["low"]), float(row["high"]), 0.95) if known else (None, None, None)
    return Estimate(float(row[value]), int(row["customers"]), *bounds)
