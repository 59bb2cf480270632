"""Small groups are not shown: they are merged, and nothing left can be worked back to them."""

from __future__ import annotations

import pandas as pd


def small_groups(sizes: pd.Series, minimum: int) -> list[str]:
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
