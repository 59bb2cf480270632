"""How much of the customers' attention is asked for: contacts in a week, by whom, and what goes with them.

Those who buy most are contacted most, so that customers with many contacts buy more whatever the contacts
do. The same shares of the period before, when these contacts had not yet been made, show how much of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

GROUPS = ("none", "some", "many")
"""Customers by their contacts in the period: none; up to the median of those with any; more."""


@dataclass(frozen=True)
class Load:
    """``weeks``: the share of contacted customers' weeks with more contacts than the limit; ``customers``:
    how many had such a week; ``several``: the share of weeks in which two
    units or more wrote to one customer. Censuses: nothing is estimated."""

    weeks: Estimate
    customers: Estimate
    several: Estimate


def load(weeks: pd.DataFrame, pressure: pd.DataFrame, *, limit: int) -> Load:
    """How often the ``limit`` of contacts in one week is passed.

    ``weeks`` has ``contacts``, ``units`` and ``weeks``; ``pressure`` is a customer a row with the
    ``contacts`` of the period and those of the ``busiest`` week.
    """
    total, contacted = int(weeks["weeks"].sum()), int((pressure["contacts"] > 0).sum())
    over, several = weeks[weeks["contacts"] > limit], weeks[weeks["units"] > 1]
    who = int((pressure["busiest"] > limit).sum())
    parts = [int(one["weeks"].sum()) / total if total else math.nan for one in (over, several)]
    return Load(Estimate(parts[0], contacted), Estimate(who, who), Estimate(parts[1], contacted))


def reached(pressure: pd.DataFrame) -> Estimate:
    """The share of the scope's customers who were contacted in the period (Wilson)."""
    return share(int((pressure["contacts"] > 0).sum()), len(pressure))


def week_table(weeks: pd.DataFrame, *, minimum: int, most: int = 8) -> pd.DataFrame:
    """``contacts`` in one week (as text; the largest numbers joined, such as ``5+``), ``weeks_share`` of all
    weeks with a contact. Numbers that fewer than ``minimum`` customers' weeks held are joined downwards."""
    counts = weeks.groupby("contacts")["weeks"].sum().sort_index()
    total = int(counts.sum())
    last = len(counts)
    while last > 1 and (int(counts.iloc[last - 1 :].sum()) < minimum or last > most):
        last -= 1
    names = [f"{int(name)}" for name in counts.index]
    rows = list(zip(names[: last - 1], counts.iloc[: last - 1].tolist(), strict=True))
    if last:
        more = "+" if last < len(counts) else ""
        rows.append((f"{names[last - 1]}{more}", int(counts.iloc[last - 1 :].sum())))
    shares = [count / total for _, count in rows]
    return pd.DataFrame({"contacts": [name for name, _ in rows], "weeks_share": shares})


def senders(
    by_sender: pd.DataFrame,
    sender_weeks: pd.DataFrame,
    over: int,
    *,
    weeks: float,
    limit: int,
    minimum: int,
) -> pd.DataFrame:
    """Channels and units that reached at least ``minimum`` customers: units first, each kind by contacts.

    ``kind``, ``sender``, ``contacts``, ``customers``, ``per_week``: contacts for each customer reached and
    each of the ``weeks`` of the period; ``over_share``: of the customers' weeks with more than ``limit``
    contacts, of which there are ``over``, those in which the sender had a part; NaN where there are fewer
    than ``minimum``. Several senders have a part in one week, so the shares sum to more than one.
    """
    table = by_sender[by_sender["customers"] >= minimum].copy()
    table["per_week"] = table["contacts"] / table["customers"] / weeks
    too_many = sender_weeks[sender_weeks["contacts"] > limit].groupby(["kind", "sender"])["weeks"].sum()
    keys = pd.MultiIndex.from_frame(table[["kind", "sender"]])
    part = too_many.reindex(keys, fill_value=0).to_numpy(dtype=float)
    table["over_share"] = part / over if over >= minimum else math.nan
    order = ["kind", "contacts", "sender"]
    return table.sort_values(order, ascending=[False, False, True], ignore_index=True)


def over_shares(table: pd.DataFrame, over: int) -> dict[str, Estimate]:
    """The part in the ``over`` weeks with too many contacts of each unit of ``senders``, or of each channel
    where no unit is named; a census. None where it is not told."""
    kind = "unit" if (table["kind"] == "unit").any() else "channel"
    told = table[(table["kind"] == kind) & table["over_share"].notna()]
    return {row["sender"]: Estimate(float(row["over_share"]), over) for _, row in told.iterrows()}


def per_customer(pressure: pd.DataFrame) -> Estimate:
    """The mean number of contacts of those who had any; a census."""
    reached = pressure["contacts"][pressure["contacts"] > 0]
    return Estimate(float(reached.mean()) if len(reached) else math.nan, len(reached))


def pressure_groups(pressure: pd.DataFrame) -> pd.Series:
    """The group of each customer, of ``GROUPS``."""
    contacts = pressure["contacts"]
    middle = contacts[contacts > 0].median()
    groups = pd.Series("none", index=contacts.index, dtype="object")
    groups[contacts > 0] = "some"
    groups[contacts > middle] = "many"
    return groups


def response(pressure: pd.DataFrame, *, minimum: int) -> pd.DataFrame:
    """One row a group of at least ``minimum`` customers: who bought in the period, and who had before.

    Of customers who had bought before the period began: whoever first bought in it did buy, and could not be
    contacted before.

    ``group``, ``customers``, ``contacts`` (their mean), ``bought`` with ``low`` and ``high``, and
    ``bought_before`` (Wilson). The column before is the one that tells of confounding.
    """
    known = pressure[pressure["known_before"].astype(bool)]
    groups = pressure_groups(known)
    rows = []
    for name in GROUPS:
        chosen = known[groups == name]
        if len(chosen) < minimum:
            continue
        now, before = (
            share(int(chosen[column].sum()), len(chosen)) for column in ("bought", "bought_before")
        )
        rows.append(
            (name, len(chosen), chosen["contacts"].mean(), now.value, now.low, now.high, before.value)
        )
    columns = ["group", "customers", "contacts", "bought", "low", "high", "bought_before"]
    return pd.DataFrame(rows, columns=columns)


def shares(table: pd.DataFrame, column: str) -> dict[str, Estimate]:
    """``bought`` or ``bought_before`` of each group of ``response``."""
    found = {}
    for _, row in table.iterrows():
        n = int(row["customers"])
        found[row["group"]] = share(round(float(row[column]) * n), n)
    return found


def confounded(table: pd.DataFrame) -> bool:
    """Whether those with the most contacts already bought more than those with the fewest before any of
    these contacts: their intervals then do not meet."""
    before = shares(table, "bought_before")
    if len(before) < 2:
        return False
    first, last = before[str(table["group"].iloc[0])], before[str(table["group"].iloc[-1])]
    assert first.high is not None
    assert last.low is not None
    return last.low > first.high


def kept(planned: pd.DataFrame) -> tuple[Estimate, Estimate]:
    """The share of planned contacts that were kept, and that were kept in time (Wilson)."""
    n = int(planned["planned"].sum())
    return share(int(planned["kept"].sum()), n), share(int(planned["in_time"].sum()), n)


def kept_by_unit(planned: pd.DataFrame, *, minimum: int) -> pd.DataFrame:
    """``unit``, ``planned``, the share ``kept`` with ``low`` and ``high`` (Wilson), and ``in_time``, of the
    units with at least ``minimum`` planned contacts, the worst first."""
    rows = []
    for _, row in planned[planned["unit"].notna() & (planned["planned"] >= minimum)].iterrows():
        done, in_time = kept(pd.DataFrame([row]))
        rows.append((row["unit"], int(row["planned"]), done.value, done.low, done.high, in_time.value))
    table = pd.DataFrame(rows, columns=["unit", "planned", "kept", "low", "high", "in_time"])
    return table.sort_values(["kept", "unit"], ignore_index=True)


def refused(states: pd.Series) -> Estimate:
    """The share of the customers on record who may not be contacted since they said so (Wilson)."""
    return share(int((states == "refused").sum()), len(states))
