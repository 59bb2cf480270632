"""Whose window the cut points of segments are taken from.

A segment keeps its meaning from month to month only if its limits do. They are taken from the window that
ends on the engagement's baseline date, as long as the reported one; where there is none, or its data is not
there, from the reported window itself, and the report says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from crmreport.period import trailing_window


@dataclass(frozen=True)
class Basis:
    """The customers whose values are cut, and the last day of their window.

    ``kind``: ``baseline``; or ``own``, where no baseline is set; ``uncovered``, where the data does not
    cover the baseline's window; ``few``, where fewer than the minimum group bought in it.
    """

    kind: Literal["own", "baseline", "uncovered", "few"]
    as_of: date
    customers: pd.DataFrame


def basis(
    now: pd.DataFrame,
    then: pd.DataFrame,
    *,
    as_of: date,
    baseline: date | None,
    window_months: int,
    data: tuple[date, date],
    minimum: int,
) -> Basis:
    """Which customers the cut points come from: those ``then``, in the baseline's window, or those ``now``.

    ``data`` is the first and the last day of all sales.
    """
    if baseline is None:
        return Basis("own", as_of, now)
    first, _ = trailing_window(baseline, window_months)
    if first < data[0] or baseline > data[1]:
        return Basis("uncovered", as_of, now)
    if len(then) < minimum:
        return Basis("few", as_of, now)
    return Basis("baseline", baseline, then)
