"""What a report's main figures would be over a shorter or a longer window.

Customers are counted over a trailing window, and its length is a choice. The same figures over other
lengths, side by side, show which of them depend on it. Windows are nested, so that their figures are not
independent: the table describes, and nothing is tested.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from crmreport.analysis import disclosure, pareto
from crmreport.period import trailing_window
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share


@dataclass(frozen=True)
class Window:
    """The figures of one window.

    ``whole`` says whether the data covers all of its days; without that, its figures are those of some
    shorter window and say nothing about this one.
    """

    months: int
    begins: date
    whole: bool
    buyers: Estimate
    repeat: Estimate
    """Share of the buyers with two purchase days or more, with Wilson's interval."""
    top: Estimate
    """Share of revenue that the best customers bring; bootstrap interval."""
    classes: dict[str, Estimate]
    """Share of the net spenders in each ABC class; censuses, NaN where a class is too small to show."""

    @property
    def class_a(self) -> Estimate:
        return self.classes["A"]

    def row(self, asked: int) -> Literal["asked", "other"]:
        """Whether it is the window of ``asked`` months that the rest of the report counts over."""
        return "asked" if self.months == asked else "other"


def windows(
    customers: pd.DataFrame,
    *,
    as_of: date,
    data_begins: date,
    top: float,
    cuts: tuple[float, ...],
    minimum: int,
    rng: np.random.Generator,
) -> list[Window]:
    """One ``Window`` a length in months, from the shortest.

    ``customers`` has ``months``, ``purchase_days`` and ``revenue``, a row for each window and each customer
    who bought in it. ``top`` is the share of best customers, ``cuts`` are those of the ABC classes, of
    which none under ``minimum`` customers is told.
    """
    found = []
    for months in sorted(customers["months"].unique().tolist()):
        bought = customers[customers["months"] == months]
        begins = trailing_window(as_of, months)[0]
        n = len(bought)
        found.append(
            Window(
                months,
                begins,
                begins >= data_begins,
                Estimate(n, n),
                share(int((bought["purchase_days"] > 1).sum()), n),
                pareto.top_share(bought["revenue"], top, rng=rng),
                _classes(bought["revenue"], cuts, minimum),
            )
        )
    return found


def _classes(revenue: pd.Series, cuts: tuple[float, ...], minimum: int) -> dict[str, Estimate]:
    sizes = pareto.class_table(revenue, cuts)["customers"]
    spenders = int(sizes.sum())
    shown = disclosure.blank_small(sizes, minimum)
    return {
        str(name): Estimate(float(size) / spenders if spenders else math.nan, spenders)
        for name, size in shown.items()
    }
