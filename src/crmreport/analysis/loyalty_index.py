"""A loyalty index of three sides, time, behaviour and emotion: each from 0 to 100 against stated anchors.

A side that the client has no data on is not guessed, and the index of the sides that there are is called
by their names. Time and behaviour are known of every customer, emotion of those who answered: an index of
a group weighs the means of its sides, each over those of whom it is known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import t

from crmreport.analysis.composite import anchors as usual_anchors
from crmreport.analysis.composite import scores, shared_out
from crmreport.stats.estimate import Estimate, within

SIDES = ("time", "behaviour", "emotion")
PARTS = {"time": ("length", "regularity"), "behaviour": ("frequency", "share", "breadth")}
LONG = 730
"""Days as a customer that earn the full mark, where the data reaches back so far."""
DAYS_A_MONTH = 365.25 / 12

Source = Literal["stated", "data", "rhythm", "usual", "whole"]


def parts(
    customers: pd.DataFrame, rhythm: pd.DataFrame, buyers: pd.DataFrame, *, as_of: date
) -> pd.DataFrame:
    """What each customer's sides are made of, in the order of ``customers``; a column for each that is known.

    ``length``: days since the first purchase in the data. ``regularity``: months of the window with a
    purchase. ``frequency``: purchase days in it. ``share``: of what is spent in the brand's categories, the
    part that it gets, for ``buyers`` with a market. ``breadth``: categories bought from.
    """
    active = rhythm.set_index("customer_id")["active_months"]
    market = buyers.set_index("customer_id") if len(buyers) else None
    ids = customers["customer_id"]
    raw = {
        "length": (pd.Timestamp(as_of) - customers["first_purchase_on"]).dt.days,
        "regularity": ids.map(active),
        "frequency": customers["purchase_days"],
        "share": math.nan
        if market is None
        else ids.map((market["own"] / market["market"].where(market["market"] > 0)).clip(0, 1)),
        "breadth": customers["categories"],
    }
    table = pd.DataFrame(raw, index=customers.index).astype(float)
    return table.loc[:, table.notna().any()]


@dataclass(frozen=True)
class Anchor:
    """What earns a part its full 100. ``source``: ``stated`` in the params; the ``data``'s own length; the
    client's purchase ``rhythm``; what one customer in twenty reaches (``usual``); or the ``whole`` need."""

    value: float
    source: Source


def anchors(
    table: pd.DataFrame,
    asked: Mapping[str, float],
    *,
    data_days: int,
    window_days: int,
    dormant_days: float | None,
) -> dict[str, Anchor]:
    """The anchor of each column of ``parts``.

    ``length``: two years, or the ``data_days`` where these are fewer. ``regularity``: the months in which
    one buys who never pauses for longer than ``dormant_days``, by when three quarters of those who come back
    are back; without that limit, every month of the ``window_days`` that the data covers.
    """
    months = max(1.0, round(window_days / DAYS_A_MONTH))
    found = {
        "length": Anchor(float(max(1, min(LONG, data_days))), "data" if data_days < LONG else "stated"),
        "regularity": Anchor(months, "data"),
        "share": Anchor(1.0, "whole"),
    }
    if dormant_days:
        paced = round(window_days / dormant_days)
        found["regularity"] = Anchor(float(min(max(paced, 1), months)), "rhythm")
    counted = [name for name in ("frequency", "breadth") if name in table]
    usual = usual_anchors(table[counted].fillna(0), {})
    found |= {name: Anchor(max(value, 1.0), "usual") for name, value in usual.items()}
    found |= {name: Anchor(float(value), "stated") for name, value in asked.items()}
    return {str(name): found[str(name)] for name in table}


@dataclass(frozen=True)
class Loyalty:
    """``sides`` of each customer, 0 to 100, NaN where it is not known; the ``weights`` as used, which add up
    to one; the sides ``missing``; and each customer's ``heft`` in the side of emotion (of a weighted survey).
    """

    parts: pd.DataFrame
    anchors: dict[str, Anchor]
    sides: pd.DataFrame
    weights: dict[str, float]
    missing: tuple[str, ...]
    heft: pd.Series

    @property
    def name(self) -> str:
        """What the index is an index of, such as ``time_behaviour``."""
        return "_".join(self.weights)

    def index(self, rows: pd.Series | None = None) -> Estimate:
        """The index of the customers in ``rows``, or of all."""
        return self._estimate(self.weights, rows)

    def side(self, name: str, rows: pd.Series | None = None) -> Estimate:
        """The mean of one side."""
        return self._estimate({name: 1.0}, rows)

    def _estimate(self, weights: Mapping[str, float], rows: pd.Series | None) -> Estimate:
        inside = self.sides if rows is None else self.sides[rows]
        heft = self.heft if rows is None else self.heft[rows]
        return weighed(inside[list(weights)], weights, heft)


def weighed(sides: pd.DataFrame, weights: Mapping[str, float], heft: pd.Series) -> Estimate:
    """The weighted sum of the sides' means, each over the customers of whom it is known.

    The interval is Student's on the linearised variance (Woodruff, JASA 1971): what each customer adds to
    the sum of means. n is the number of customers of the side that is known of the fewest. NaN where a side
    is known of fewer than two.
    """
    influence, value, n = np.zeros(len(sides)), 0.0, len(sides)
    for side, weight in weights.items():
        marks = sides[side].to_numpy(dtype=float)
        known = ~np.isnan(marks)
        heavy = np.where(known, heft.to_numpy(dtype=float) if side == "emotion" else 1.0, 0.0)
        n = min(n, int(known.sum()))
        if n < 2:
            return Estimate(math.nan, n)
        marks = np.where(known, marks, 0.0)
        middle = float(heavy @ marks / heavy.sum())
        value += weight * middle
        influence += weight * heavy * (marks - middle) / heavy.sum()
    reach = float(t.ppf(0.975, n - 1)) * math.sqrt(n / (n - 1) * float(influence @ influence))
    return within(Estimate(value, n, value - reach, value + reach, 0.95), 0, 100)


def loyalty(
    table: pd.DataFrame,
    anchor: Mapping[str, Anchor],
    emotion: pd.Series,
    heft: pd.Series,
    *,
    weights: Mapping[str, float],
    minimum: int,
) -> Loyalty | None:
    """The index of the customers of ``table`` (see ``parts``).

    ``emotion`` and ``heft`` are in the same order, NaN and 1 for who did not answer; the side is missing
    where fewer than ``minimum`` did. None where fewer than two sides are left: one needs no weights.
    """
    scored = scores(table, {name: one.value for name, one in anchor.items()})
    made = {
        side: scored[[part for part in of if part in scored]].mean(axis=1)
        for side, of in PARTS.items()
        if any(part in scored for part in of)
    }
    if int(emotion.notna().sum()) >= minimum:
        made["emotion"] = emotion
    known = [side for side in SIDES if side in made and weights.get(side, 0) > 0]
    if len(known) < 2:
        return None
    missing = tuple(side for side in SIDES if side not in made)
    sides = pd.DataFrame(made, index=table.index)
    return Loyalty(table, dict(anchor), sides, shared_out(weights, known), missing, heft)


def by_group(found: Loyalty, groups: pd.Series, *, minimum: int) -> dict[str, dict[str, Estimate]]:
    """The ``index`` and every side of each group, those with the highest index first.

    ``groups`` is in the order of the customers. Groups under ``minimum`` customers are left out; a side that
    fewer of a group are known by has no value, nor then has its index.
    """
    rows = {}
    for name in groups.dropna().unique():
        inside = groups == name
        if int(inside.sum()) < minimum:
            continue
        told = {"index": found.index(inside)} | {
            side: found.side(side, inside) for side in map(str, found.sides)
        }
        rows[str(name)] = {of: _enough(one, minimum) for of, one in told.items()}
    return dict(sorted(rows.items(), key=lambda row: _best_first(*row)))


def _enough(one: Estimate, minimum: int) -> Estimate:
    return one if one.n >= minimum else Estimate(math.nan, 0)


def _best_first(name: str, told: Mapping[str, Estimate]) -> tuple[bool, float, str]:
    return (not told["index"].known, -told["index"].value if told["index"].known else 0.0, name)


def means(grouped: Mapping[str, Mapping[str, Estimate]], weights: Mapping[str, float]) -> pd.DataFrame:
    """The sides' means of the groups of ``by_group`` of which all weighed sides are known, a row each."""
    rows = {
        name: {side: told[side].value for side in weights}
        for name, told in grouped.items()
        if told["index"].known
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(weights))


def group_table(grouped: Mapping[str, Mapping[str, Estimate]]) -> pd.DataFrame:
    """``name``, how many ``customers`` the group has, the ``loyalty`` index with ``low`` and ``high``, and a
    column ``side_…`` for each side."""
    rows = [
        {"name": name, "customers": max(one.n for one in told.values())}
        | {"loyalty": told["index"].value, "low": told["index"].low, "high": told["index"].high}
        | {f"side_{side}": one.value for side, one in told.items() if side != "index"}
        for name, told in grouped.items()
    ]
    return pd.DataFrame(rows)
