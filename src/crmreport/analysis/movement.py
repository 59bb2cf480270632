"""The tables of a movement: classes of frequency, kinds of movement, and segments, small groups withheld."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from crmreport.analysis.disclosure import blank_cells, small_groups
from crmreport.analysis.migration import (
    KINDS,
    Floats,
    Movement,
    Yardstick,
    classes_of,
    expected,
    matrix,
    movements,
)
from crmreport.analysis.rfm import GRID, Cuts, position
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share


def class_moves(
    table: pd.DataFrame, cuts: Sequence[float], model: Yardstick | None, minimum: int
) -> pd.DataFrame:
    """One row for each pair of classes of ``pairs``, ``before`` and ``now`` from 0 for no purchase:
    ``customers``, NaN where few, and how many chance gives, ``chance_count``; no purchase before comes
    last.

    Who bought in neither window is not known: that pair has no row.
    """
    counts = matrix(table, len(cuts) + 1)
    every = range(len(counts))
    cells = [(before, now) for before in [*every[1:], 0] for now in every if before or now]
    sizes = pd.Series([int(counts.loc[cell]) for cell in cells], index=pd.Index(cells, tupleize_cols=False))
    # The sums that a report shows: how many were in each class, and how many moved which way.
    sums = [[cell for cell in cells if cell[side] == one] for side in (0, 1) for one in every]
    sums += [[cell for cell in cells if _kind(*cell) == kind] for kind in KINDS]
    chance = np.full(counts.shape, math.nan)
    if model is not None:
        chance = expected(model.orders(cuts), counts.to_numpy(dtype=float)).round()
    found = pd.DataFrame(cells, columns=["before", "now"])
    found["customers"] = blank_cells(sizes, sums, minimum).to_numpy()
    found["chance_count"] = [chance[cell] for cell in cells]
    return found


def _kind(before: int, now: int) -> str:
    if not before or not now:
        return "gone" if before else "came"
    return "same" if before == now else "more" if now > before else "less"


def kind_moves(
    table: pd.DataFrame, shares: Mapping[str, Estimate], against: Mapping[str, Movement], minimum: int
) -> pd.DataFrame:
    """``movements`` with each kind's ``moved_share``, and ``by_chance`` by chance alone; few are blank."""
    flows = movements(table).astype("float64")
    flows["moved_share"] = [shares[kind].value if kind in shares else math.nan for kind in KINDS]
    flows["by_chance"] = [against[kind].chance.value if kind in against else math.nan for kind in KINDS]
    flows.loc[flows.index.isin(small_groups(flows["customers"], minimum))] = math.nan
    return flows


def money_moved(flows: pd.DataFrame) -> dict[str, Estimate]:
    """What each kind of ``kind_moves`` brought more or less than in the window before; censuses.

    A kind that nobody is of moved nothing, which rests on all customers.
    """
    everybody = int(flows["customers"].sum())
    return {
        str(kind): Estimate(
            float(row["moved"]),
            0 if math.isnan(row["customers"]) else int(row["customers"]) or everybody,
        )
        for kind, row in flows.iterrows()
    }


def segment_states(cuts: Cuts, segments: Sequence[str], largest: int, *, window_days: int) -> Floats:
    """The chance of each of ``en11``'s ``segments``, by the number of orders; the first column is no order.

    Given x orders at a steady rate, each falls on any day of the window alike: the last lies within its
    last d days with chance 1 - (1 - d / days) ** x.
    """
    orders = np.arange(largest + 1)
    days = np.array([0.0, *(cut + 1 for cut in cuts.recency_days), window_days])
    within = 1 - (1 - np.minimum(days / window_days, 1))[None, :] ** orders[:, None]
    recency = np.diff(within, axis=1)  # the most recent class first
    r = position(pd.Series(range(len(cuts.recency_days) + 1, 0, -1)), len(cuts.recency_days) + 1)
    frequency = pd.Series(np.maximum(classes_of(orders.astype(float), cuts.orders), 1))
    f = position(frequency, len(cuts.orders) + 1)
    states = np.zeros((largest + 1, len(segments) + 1))
    states[0, 0] = 1.0
    for count in orders[1:]:
        for place, chance in zip(r, recency[count], strict=True):
            states[count, 1 + segments.index(GRID[place][f[count] - 1])] += chance
    return states


def segment_moves(
    table: pd.DataFrame, before: pd.Series, now: pd.Series, joint: Floats | None, minimum: int
) -> pd.DataFrame:
    """One row a segment that is large enough in both windows, in the order of the category.

    ``before`` and ``now`` hold the segment of each customer of a window, by ``customer_id``; ``table`` is
    that of ``pairs``, ``joint`` the chance of each pair of segments, the first being no purchase. Columns:
    ``customers_before``, ``customers_now``; ``stayed_in`` of those before, who are in it now, and what
    chance gives it, ``stayed_by_chance``; ``moved``, what those before bring more or less in this window.
    """
    names = list(before.cat.categories)
    sizes = [one.value_counts().reindex(names) for one in (before, now)]
    hidden = {name for one in sizes for name in small_groups(one, minimum)}
    change = table["revenue_now"] - table["revenue_before"]
    found = {}
    for place, name in enumerate(names, start=1):
        if name in hidden or not sizes[0][name]:
            continue
        was = before.index[before == name]
        chance = joint[place, place] / joint[place].sum() if joint is not None else math.nan
        stayed = share(int((now.reindex(was) == name).sum()), len(was))
        found[name] = (len(was), int(sizes[1][name]), stayed.value, chance, change.reindex(was).sum())
    columns = ["customers_before", "customers_now", "stayed_in", "stayed_by_chance", "moved"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("segment")
