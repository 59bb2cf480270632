"""Small groups are not shown: they are merged, and nothing left can be worked back to them."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.linalg import null_space

from crmreport.stats.estimate import Estimate

OTHERS = "others"
_HAIR = 1e-9


def small_groups(sizes: pd.Series, minimum: int) -> list[Hashable]:
    """The groups to merge into one so that no shown group, nor the merged one, is under ``minimum``.

    Takes every group under the minimum; while those together are still too few, the smallest of the
    others joins them, since the total less what is shown would give them away. Empty where no group
    is small. The order is that of ``sizes``.
    """
    sizes = sizes[sizes > 0]
    small = set(sizes.index[sizes < minimum])
    if not small:
        return []
    for group in sizes.drop(list(small)).sort_values(kind="stable").index:
        if sizes[list(small)].sum() >= minimum and len(small) > 1:
            break
        small.add(group)
    return [group for group in sizes.index if group in small]


def merge_small(groups: pd.Series, minimum: int) -> pd.Series:
    """Each customer's group, the small ones (see ``small_groups``) merged into ``others``, put last.

    ``groups`` is categorical; so is the result.
    """
    sizes = groups.value_counts().reindex(groups.cat.categories)
    small = small_groups(sizes, minimum)
    if not small:
        return groups
    kept = [group for group in groups.cat.categories if group not in small]
    merged = groups.astype("object").where(~groups.isin(small), OTHERS)
    return merged.astype(pd.CategoricalDtype([*kept, OTHERS], ordered=True))


def named(groups: Iterable[Hashable]) -> list[Hashable]:
    """The groups that have a name of their own: all but the merged ``others``. To be told apart takes two."""
    return [group for group in groups if group != OTHERS]


def blank_small(counts: pd.Series, minimum: int) -> pd.Series:
    """The counts with the small ones (see ``small_groups``) blanked; a zero says no person and stays."""
    return counts.astype("float64").mask(counts.index.isin(small_groups(counts, minimum)))


def guarded(estimate: Estimate, sizes: pd.Series, group: Hashable, minimum: int) -> Estimate:
    """What is said of one of the groups of a partition; not known where the group is small, or would give
    a small one away (see ``small_groups``). Its n is then 0: the true one is what must not be told."""
    return Estimate(math.nan, 0) if group in small_groups(sizes, minimum) else estimate


def hidden_cells(sizes: pd.Series, sums: Sequence[Collection[Hashable]], minimum: int) -> set[Hashable]:
    """Which cells of a table to hide so that the ``sums`` shown beside it give no small one away.

    ``sizes`` counts the customers of each cell; ``sums`` are the cells of every total that is shown: rows,
    columns, groups of both. Hidden is every cell under the minimum (zero says no person and stays), and
    some larger ones: so many that of each sum the hidden cells are several and hold ``minimum`` customers
    together, and that no small cell follows from all sums by subtraction (where the null space of the sums
    has no part in a hidden cell, its value is known: complementary suppression, Cox 1980). Sums under the
    minimum are taken as hidden themselves.
    """
    counts: dict[Hashable, int] = {cell: int(size) for cell, size in sizes.items()}
    small = {cell for cell, size in counts.items() if 0 < size < minimum}
    shown = [list(cells) for cells in sums if sum(counts[cell] for cell in cells) >= minimum]
    alone = {one[0] for cells in shown if len(one := [cell for cell in cells if counts[cell] > 0]) == 1}
    hidden = set(small)
    while near := _open(counts, shown, hidden, minimum) or _given(counts, shown, hidden, small):
        left = [cell for cell in near[0] if cell not in hidden and counts[cell] > 0]
        # What is a sum of its own would be told by it, so hiding it helps least.
        open_after = {one: len(_open(counts, shown, hidden | {one}, minimum)) for one in left}
        hidden.add(min(left, key=lambda one: (one in alone, open_after[one], counts[one])))
    for cell in sorted(hidden - small, key=lambda one: -counts[one]):
        fewer = hidden - {cell}
        if not (_open(counts, shown, fewer, minimum) or _given(counts, shown, fewer, small)):
            hidden = fewer  # it was needed only on the way
    return hidden


def blank_cells(sizes: pd.Series, sums: Sequence[Collection[Hashable]], minimum: int) -> pd.Series:
    """The sizes, those of ``hidden_cells`` blanked."""
    hidden = hidden_cells(sizes, sums, minimum)
    return sizes.astype("float64").mask(np.array([cell in hidden for cell in sizes.index], dtype=bool))


def _open(
    counts: dict[Hashable, int], sums: list[list[Hashable]], hidden: set[Hashable], minimum: int
) -> list[list[Hashable]]:
    """The sums of which one cell alone is hidden, or too few customers; those without more to hide aside."""
    found = []
    for cells in sums:
        inside = [counts[cell] for cell in cells if cell in hidden]
        more = any(cell not in hidden and counts[cell] > 0 for cell in cells)
        if more and inside and (len(inside) == 1 or sum(inside) < minimum):
            found.append(cells)
    return found


def _given(
    counts: dict[Hashable, int], sums: list[list[Hashable]], hidden: set[Hashable], small: set[Hashable]
) -> list[list[Hashable]]:
    """Where to hide more, since the sums together tell a small cell: its own sums, else all cells."""
    order = [cell for cell in counts if cell in hidden]
    if not order or not sums:
        return []
    free = null_space(np.array([[float(cell in cells) for cell in order] for cells in sums]))
    told = {cell for cell, row in zip(order, free, strict=True) if not (np.abs(row) > _HAIR).any()} & small
    near = [cells for cells in (*sums, list(counts)) if told & set(cells)]
    return [cells for cells in near if any(cell not in hidden and counts[cell] > 0 for cell in cells)]
