"""What callers hand over, read as numbers: lists, arrays and the columns of pandas, with their gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def numbers(values: ArrayLike, name: str) -> Floats:
    """``values`` as floats; None and what pandas takes for missing are NaN.

    Raises ValueError for what is no number, with its place in the values called ``name``.
    """
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        given = np.asarray(values, dtype=object)
    found = np.empty(given.shape)
    for place, one in np.ndenumerate(given):
        try:
            found[place] = np.nan if pd.api.types.is_scalar(one) and pd.isna(one) else float(one)
        except (TypeError, ValueError):
            at = " ".join(
                f"{kind} {number + 1}" for kind, number in zip(("row", "column"), place, strict=False)
            )
            raise ValueError(
                f"{name} hold “{one}”{f' ({at})' if at else ''}, which is no number: "
                "turn it into one, or leave it out"
            ) from None
    return found


def check_same_order(first: object, second: object, names: tuple[str, str]) -> None:
    """Raises ValueError where two tables of pandas have the same labels in another order: rows are matched
    by their place, so that each would get what belongs to another."""
    indexes = [one.index for one in (first, second) if isinstance(one, pd.Series | pd.DataFrame)]
    if len(indexes) < 2 or indexes[0].equals(indexes[1]) or len(indexes[0]) != len(indexes[1]):
        return
    if not indexes[0].has_duplicates and indexes[0].isin(indexes[1]).all():
        raise ValueError(
            f"{names[1]} have the labels of {names[0]} in another order: put them in one, as with reindex"
        )


def column_name(values: object, at: int) -> str:
    """What a column is called: by its label where pandas gives one, else by its number from 1."""
    if isinstance(values, pd.DataFrame) and not isinstance(values.columns, pd.RangeIndex):
        return f"“{values.columns[at]}”"
    return str(at + 1)


def check_positive(weights: Floats, one: str) -> None:
    """Raises ValueError where a weight is missing, infinite, zero or less; ``one`` is what it belongs to."""
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))
    if len(wrong):
        raise ValueError(
            f"weights must be positive numbers, and that of {one} {wrong[0] + 1} is {weights[wrong[0]]:g}: "
            f"leave out each {one} that stands for nobody, or give it a weight"
        )
