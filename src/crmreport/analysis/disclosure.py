"""Small groups are not shown: they are merged, and nothing left can be worked back to them."""

from __future__ import annotations

import math
from collections.abc import Hashable

import pandas as pd

from crmreport.stats.estimate import Estimate

OTHERS = "others"


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


def blank_small(counts: pd.Series, minimum: int) -> pd.Series:
    """The counts with the small ones (see ``small_groups``) blanked; a zero says no person and stays."""
    return counts.astype("float64").mask(counts.index.isin(small_groups(counts, minimum)))


def guarded(estimate: Estimate, sizes: pd.Series, group: Hashable, minimum: int) -> Estimate:
    """What is said of one of the groups of a partition; not known where the group is small, or would give
    a small one away (see ``small_groups``). Its n is then 0: the true one is what must not be told."""
    return Estimate(math.nan, 0) if group in small_groups(sizes, minimum) else estimate
