"""A points programme: what was earned, what was used of it, by whom, and what is still owed.

Whoever buys more earns more and has more to use, so that those who use points bring more revenue whatever the
points do. What the programme changes only members with other terms, drawn by lot, would show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share, share_difference

SOON_DAYS = 90
"""Points that expire within so many days are about to; those of ``member_points``."""
_ROUNDING = 0.005
GROUPS = ("little", "middle", "much")
"""Members by the points that they earned in the period, in thirds."""


@dataclass(frozen=True)
class Programme:
    """``rate``: points used for each one earned; ``redeemers``: the share of members who earned or used
    points that used them (Wilson); ``revenue``: their part of these members' revenue, NaN without sales;
    ``expiring``: NaN where no expiry is known. ``balance`` and ``expiring`` are NaN where a member has less
    than nothing: the ledger then begins after the programme did. All but ``redeemers`` are censuses."""

    members: Estimate
    earned: Estimate
    used: Estimate
    lapsed: Estimate
    rate: Estimate
    redeemers: Estimate
    revenue: Estimate
    balance: Estimate
    expiring: Estimate


def programme(members: pd.DataFrame) -> Programme:
    """The programme of a period, from ``member_points``; n is the number of members who earned or used
    points in it, and of all with an entry ever for what is outstanding."""
    active = _active(members)
    n, ever = len(active), len(members)
    earned, used, lapsed = (float(members[name].sum()) for name in ("earned", "used", "lapsed"))
    users = active["used"] > 0
    expiring = members["expiring"].dropna()
    whole = bool((members["balance"] >= -_ROUNDING).all())
    return Programme(
        members=Estimate(n, n),
        earned=Estimate(earned, n),
        used=Estimate(used, n),
        lapsed=Estimate(lapsed, n),
        rate=Estimate(used / earned if earned else math.nan, n),
        redeemers=share(int(users.sum()), n),
        revenue=Estimate(_part(active, users), n),
        balance=Estimate(float(members["balance"].sum()) if whole else math.nan, ever),
        expiring=Estimate(float(expiring.sum()) if whole and len(expiring) else math.nan, len(expiring)),
    )


def _active(members: pd.DataFrame) -> pd.DataFrame:
    """Who earned or used points in the period; whose points only lapsed was not there."""
    return members[(members["earned"] > 0) | (members["used"] > 0)]


def _part(active: pd.DataFrame, users: pd.Series) -> float:
    total = float(active["revenue"].sum()) if "revenue" in active else 0.0
    return float(active.loc[users, "revenue"].sum()) / total if total > 0 else math.nan


def worth(points: Estimate, value: float | None) -> Estimate:
    """Points as money, at the ``value`` of one; NaN where it is not known."""
    return Estimate(points.value * value if value else math.nan, points.n)


def who_redeems(members: pd.DataFrame, *, minimum: int) -> pd.DataFrame:
    """Members who earned or used points, in thirds by points earned: ``group``, ``members``, ``earned``
    (their mean), the share ``redeemed`` with ``low`` and ``high`` (Wilson). Members who earned alike are in
    one group; groups under ``minimum`` members are left out."""
    active = _active(members)
    if active.empty:
        return pd.DataFrame(columns=["group", "members", "earned", "redeemed", "low", "high"])
    cuts = np.quantile(active["earned"], [1 / 3, 2 / 3])
    place = np.searchsorted(cuts, active["earned"].to_numpy(dtype=float), side="left")
    rows = []
    for number, name in enumerate(GROUPS):
        chosen = active[place == number]
        if len(chosen) < minimum:
            continue
        part = share(int((chosen["used"] > 0).sum()), len(chosen))
        rows.append((name, len(chosen), chosen["earned"].mean(), part.value, part.low, part.high))
    return pd.DataFrame(rows, columns=["group", "members", "earned", "redeemed", "low", "high"])


def shares(table: pd.DataFrame) -> dict[str, Estimate]:
    """The share who redeemed of each group of ``who_redeems``."""
    return {
        row["group"]: Estimate(
            float(row["redeemed"]), int(row["members"]), float(row["low"]), float(row["high"]), 0.95
        )
        for _, row in table.iterrows()
    }


def apart(table: pd.DataFrame) -> bool:
    """Whether the shares of the last and the first group differ beyond chance: the interval of their
    difference (Newcombe) leaves nought out."""
    ends = [(round(row["redeemed"] * row["members"]), int(row["members"])) for _, row in table.iterrows()]
    found = share_difference(*ends[-1], *ends[0])
    assert found.low is not None
    assert found.high is not None
    return found.low > 0 or found.high < 0
