"""Whether the items of a scale hold together: Cronbach's alpha and what goes with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import f

from crmreport.stats.given import column_name, numbers

Floats = NDArray[np.float64]


def cronbach_alpha(items: ArrayLike, *, standardized: bool = False) -> float:
    """Cronbach's alpha (1951) of a table of answers, a respondent a row and an item a column.

    ``standardized`` is the alpha of items brought to one variance, from their mean correlation. It can be
    negative, where items run against each other: turn those round first.

    Raises ValueError where an answer is missing or no number, or there are fewer than two items or
    respondents, or an item (or the sum of all) never varies.
    """
    table = checked_items(items)
    k = table.shape[1]
    shared = np.corrcoef(table, rowvar=False) if standardized else np.cov(table, rowvar=False)
    whole = float(shared.sum())
    if whole <= 1e-12 * np.trace(shared):
        raise ValueError("the sum of the items never varies: turn round those that run against the others")
    return float(k / (k - 1) * (1 - np.trace(shared) / whole))


def alpha_interval(
    alpha: float, *, respondents: int, items: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Feldt's interval of an alpha (1965): exact for parallel items with normal errors."""
    left = (1 - confidence) / 2
    free = (respondents - 1, (respondents - 1) * (items - 1))
    return (
        1 - (1 - alpha) * float(f.ppf(1 - left, *free)),
        1 - (1 - alpha) * float(f.ppf(left, *free)),
    )


def item_rest_correlations(items: ArrayLike) -> Floats:
    """The correlation of each item with the sum of the others: a low one does not belong.

    NaN for an item whose others add up to the same for everybody.

    Raises ValueError as ``cronbach_alpha`` does.
    """
    table = checked_items(items)
    rest = table.sum(axis=1, keepdims=True) - table
    still = np.ptp(rest, axis=0) <= 1e-12 * np.abs(rest).max(axis=0)
    return np.array(
        [
            np.nan if still[at] else np.corrcoef(table[:, at], rest[:, at])[0, 1]
            for at in range(table.shape[1])
        ]
    )


def checked_items(items: ArrayLike) -> Floats:
    """The table, where it can be scored. Raises ValueError as ``cronbach_alpha`` does."""
    table = numbers(items, "items")
    if table.ndim != 2 or table.shape[1] < 2 or table.shape[0] < 2:
        raise ValueError(
            "items must be a table of two respondents (rows) and two items (columns) or more; their shape is "
            f"{table.shape}"
        )
    gaps = np.argwhere(~np.isfinite(table))
    if len(gaps):
        row, at = gaps[0]
        raise ValueError(
            f"an answer is missing (row {row + 1}, item {column_name(items, at)}): leave out incomplete "
            "respondents, and say how many"
        )
    still = np.flatnonzero(table.max(axis=0) == table.min(axis=0))
    if len(still):
        raise ValueError(
            f"everybody gave item {column_name(items, still[0])} the same answer: leave it out, it tells "
            "nobody apart"
        )
    return table
