"""Where customers stand, and who moved: states by the brand's own purchase rhythm, and flows between them.

Two limits come from the purchases themselves (see ``crmreport.features.lifecycle``): who has been away for
longer than three quarters of those who come back is dormant, for longer than nine tenths lost. At a day d,
with the dormant limit D and the lost limit L, a customer is

- ``prospect``: known to the client, but nothing bought so far
- ``lost`` or ``dormant``: away for more than L, or for more than D days
- otherwise in touch. Purchases of the last D days are never further apart than D, so they are one stretch,
  and the gap before its first purchase tells: ``active`` where it is at most D, ``returning`` where it is
  longer than D, ``regained`` where it is longer than L, ``new`` where there was no purchase before.

So everybody is in exactly one state, and keeps the name of an arrival for D days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.analysis.disclosure import blank_cells
from crmreport.features.lifecycle import SCENARIOS, scenario
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import bootstrap, share
from crmreport.stats.survival import Survival

Floats = NDArray[np.float64]

STATES = ("prospect", "new", "active", "returning", "regained", "dormant", "lost")
BOUGHT = STATES[1:]
IN_TOUCH = ("new", "active", "returning", "regained")
AWAY = ("dormant", "lost")
ORIGINS = ("unseen", *STATES)
"""Where someone may have been at the end of the period before; ``unseen``: not known to the client then."""

GROUPS = {"none": ("unseen", "prospect"), "in_touch": IN_TOUCH, "dormant": ("dormant",), "lost": ("lost",)}
"""The states of those who have bought, and where they came from, in few groups."""


@dataclass(frozen=True)
class Limits:
    """After how many days away a customer is dormant, and lost."""

    dormant: int
    lost: int


def cases(row: pd.Series | None) -> dict[str, Limits]:
    """The limits by scenario (``usual`` first), from a row of the features; without one, where nobody has a
    state, limits of no days."""
    return {name: Limits(*(scenario(row, name) if row is not None else (0, 0))) for name in SCENARIOS}


def limit_of(row: pd.Series | None, name: str) -> Estimate:
    """The limit ``name`` (``dormant``, ``lost``) in days, with its interval; fixed ones are a census."""
    if row is None:
        return Estimate(math.nan, 0)
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if math.isnan(low):
        return Estimate(value, int(row["customers"]))
    return Estimate(value, int(row["customers"]), low, high, 0.95)


def return_curve(curve: Survival, *, points: int = 60) -> pd.DataFrame:
    """``gap_days`` and the ``back_share``: of the customers who come back within the curve's reach, those
    who are back by then, with ``low`` and ``high`` (percentile bootstrap). Empty where nobody came back."""
    if not curve.n or curve.value[-1] == 1:
        return pd.DataFrame(columns=["gap_days", "back_share", "low", "high"])
    ended, drawn = 1 - curve.value, 1 - curve.replicates
    days = np.unique([*range(0, curve.reach + 1, max(1, math.ceil(curve.reach / points))), curve.reach])
    back, many = ended[days] / ended[-1], drawn[:, days] / drawn[:, -1:]
    low, high = np.quantile(many, [0.025, 0.975], axis=0)
    columns = {"gap_days": days, "back_share": back}
    return pd.DataFrame(columns | {"low": np.minimum(low, back), "high": np.maximum(high, back)})


def marks(curve: Survival, limits: Limits) -> list[dict[str, float]]:
    """Where the limits lie on ``return_curve``, as far as it reaches."""
    ended = 1 - curve.value
    days = [of for of in (limits.dormant, limits.lost) if 0 < of <= curve.reach]
    return [{"x": float(of), "y": float(ended[of] / ended[-1])} for of in days if ended[-1] > 0]


def states(customers: pd.DataFrame, limits: Limits, *, on: date, at: str) -> pd.Series:
    """The state of each customer on the day ``on``: one of ``STATES``.

    ``<at>_before`` is the last purchase day before the stretch of ``limits.dormant`` days that ends on
    that day, ``<at>_since`` the first one inside it; both missing: nothing bought so far.
    """
    before, since = customers[f"{at}_before"], customers[f"{at}_since"]
    gap = (since - before).dt.days
    away = (pd.Timestamp(on) - before).dt.days
    found = np.select(
        [
            since.isna() & before.isna(),
            since.isna() & (away > limits.lost),
            since.isna(),
            before.isna(),
            gap > limits.lost,
            gap > limits.dormant,
        ],
        ["prospect", "lost", "dormant", "new", "regained", "returning"],
        "active",
    )
    return pd.Series(found, customers.index, dtype=pd.CategoricalDtype(list(STATES)))


def first_name(limits: Limits, *, data_begins: date, until: date) -> Literal["new", "first_observed"]:
    """Whether who is first seen within the dormant limit of ``until`` may be called new.

    The data before that stretch must be longer than the lost limit: then a purchase before it would have
    been a lapse that nine in ten do not come back from so late.
    """
    run_in = (until - data_begins).days - limits.dormant
    return "new" if run_in >= limits.lost else "first_observed"


def tells(days: int, *, begins: date, on: date) -> bool:
    """Whether the data reaches back so far that an absence of more than ``days`` can be seen on a day."""
    return (on - begins).days > days


def origins(customers: pd.DataFrame, then: pd.Series, *, on: date) -> pd.Series:
    """The states ``then``, those not yet known to the client on that day as ``unseen``."""
    unknown = customers["known_on"] > pd.Timestamp(on)
    found = then.astype("object").mask((then == "prospect") & unknown, "unseen")
    return found.astype(pd.CategoricalDtype(list(ORIGINS)))


# ---------------------------------------------------------------- states and how they end


def counts(table: pd.DataFrame, column: str) -> dict[str, Estimate]:
    """A column of ``state_table`` by state, each count resting on itself; blank ones are not known."""
    return {
        str(state): Estimate(math.nan, 0) if math.isnan(n) else Estimate(int(n), int(n))
        for state, n in zip(table["state"], table[column], strict=True)
    }


def in_touch(found: pd.Series) -> Estimate:
    """How many customers are in touch: a census."""
    n = int(found.isin(IN_TOUCH).sum())
    return Estimate(n, n)


def back_shares(customers: pd.DataFrame, then: pd.Series, minimum: int) -> dict[str, Estimate]:
    """Of those who were in touch, dormant or lost at the end of the period before: the share who bought in
    this one (Wilson interval). It tells whether the limits mean what they say."""
    bought = customers["back_on"].notna()
    return {
        name: _share(bought & then.isin(of), then.isin(of), minimum)
        for name, of in GROUPS.items()
        if name != "none"
    }


def _share(which: pd.Series, of: pd.Series, minimum: int) -> Estimate:
    """A share; not known where it, or what is left of the whole, speaks of a few."""
    count, n = int(which.sum()), int(of.sum())
    few = 0 < count < minimum or 0 < n - count < minimum
    return Estimate(math.nan, 0) if few else share(count, n)


@dataclass(frozen=True)
class Regained:
    """Who had been lost and bought in the period.

    ``customers`` and what they spent (censuses), their ``part`` of the revenue of all customers, what one
    spent on average (bootstrap), the median days ``away`` before they came back (bootstrap), and the share
    who bought on a second day of the period (Wilson).
    """

    customers: Estimate
    revenue: Estimate
    part: Estimate
    each: Estimate
    away: Estimate
    again: Estimate


def regained(customers: pd.DataFrame, then: pd.Series, *, rng: np.random.Generator) -> Regained:
    """Those who were lost at the end of the period before and bought in this one."""
    back = customers[(then == "lost").to_numpy() & customers["back_on"].notna().to_numpy()]
    n, spent = len(back), back["revenue"].to_numpy(dtype=float)
    total, whole = float(spent.sum()), float(customers["revenue"].sum())
    away = (back["back_on"] - back["then_last_on"]).dt.days.to_numpy().astype(np.float64)
    known = np.isfinite(spent).all()
    return Regained(
        Estimate(n, n),
        Estimate(round(total, 2) if known else math.nan, n),
        Estimate(total / whole if known and whole > 0 else math.nan, n),
        bootstrap(lambda weights: weights @ spent / n, n, rng=rng),
        bootstrap(lambda weights: _weighted_median(away, weights), n, rng=rng),
        share(int((back["days"] > 1).sum()), n),
    )


def _weighted_median(values: Floats, weights: Floats) -> Floats:
    order = np.argsort(values, kind="stable")
    reached = weights[:, order].cumsum(axis=1)
    return np.asarray(values[order][(reached >= reached[:, -1:] / 2).argmax(axis=1)])


def sensitivity(
    customers: pd.DataFrame, limits: dict[str, Limits], *, on: date, minimum: int
) -> pd.DataFrame:
    """What other limits would make of the same customers: by ``limits``' name, the two limits and the
    shares of all who have bought that are ``in_touch``, ``dormant`` and ``lost``.

    Two of the three are blank, the smallest and the next, where one counts fewer than ``minimum``.
    """
    rows = []
    for name, of in limits.items():
        found = states(customers, of, on=on, at=name)
        kinds = found.astype("object").where(~found.isin(IN_TOUCH), "in_touch")
        sizes = kinds.value_counts().reindex(["in_touch", *AWAY], fill_value=0)
        parts = blank_cells(sizes, [list(sizes.index)], minimum) / max(len(customers), 1)
        rows.append({"case": name, "dormant_days": of.dormant, "lost_days": of.lost, **parts})
    return pd.DataFrame(rows)
