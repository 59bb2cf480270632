"""What was known of each customer on past days, and whether the customer then fell silent.

A snapshot is a day, ``t0``. Features count what happened up to it and nothing after; then comes a gap, in
which a list would be made and sent; then the label: no purchase in the horizon that follows. Snapshots to
learn from end, horizon and all, before the first one that is judged by, so that what is judged could have
been known on that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from crmreport.features.days import scoped
from crmreport.stats.survival import kaplan_meier

Role = Literal["train", "validate", "now"]

WEEK = 7
LOOKBACKS = (182, 91)
"""Days that features look back over: half a year, or where the data is short a quarter."""
STEP_DAYS = 28
"""From one snapshot to the next; four weeks, so that each ends on the same day of the week."""
MOST_TRAIN, MOST_VALIDATE = 6, 3
SHORTEST_HORIZON = 28
RETURNED = 0.9
FREQUENT_DAYS, FREQUENT_WITHIN = 3, 91
"""Who buys on three days or more within thirteen weeks is a frequent buyer, whose silence is watched."""

_KEY = ["scope", "customer_id"]
COLUMNS = {
    "snapshots": (
        *("customer_id", "t0", "role", "recency_days", "gap_mean_days", "days", "late_days", "month_days"),
        *("revenue", "late_revenue", "deal_revenue", "tenure_days", "categories", "contacts", "lost"),
    ),
    "silence": ("day", "starts", "ends", "silent"),
}
"""What is in the tables of scopes with a plan, for an empty one where none has."""


@dataclass(frozen=True)
class Plan:
    """Which snapshots a scope's data allows. All lengths are in days.

    ``horizon``: the silence that counts as lost, in whole weeks; ``wanted``: what the scope's own rhythm
    asks for, which the data may be too short to watch. ``lookback``: what features count over.
    """

    horizon: int
    wanted: int
    gap: int
    lookback: int
    train: tuple[date, ...]
    validate: tuple[date, ...]
    now: date

    def roles(self) -> list[tuple[date, Role]]:
        """Each snapshot with what it serves for, in order of time."""
        train: list[tuple[date, Role]] = [(day, "train") for day in self.train]
        return [*train, *((day, "validate") for day in self.validate), (self.now, "now")]


def plan(*, begins: date, as_of: date, wanted: int, gap: int) -> Plan | None:
    """The snapshots that data from ``begins`` to ``as_of`` allows for a horizon of ``wanted`` days.

    The horizon is rounded up to whole weeks, and shortened where two of them, their gaps and the shorter
    lookback do not fit into the data. None where less than half of it, or under four weeks, is left.
    """
    days = (as_of - begins).days + 1
    weeks = max(-(-wanted // WEEK) * WEEK, SHORTEST_HORIZON)
    longest = ((days - min(LOOKBACKS)) // 2 - gap) // WEEK * WEEK
    horizon = min(weeks, longest)
    if horizon < max(SHORTEST_HORIZON, weeks / 2):
        return None
    lookback = next(length for length in LOOKBACKS if days >= length + 2 * (gap + horizon))
    more = (days - lookback - 2 * (gap + horizon)) // STEP_DAYS
    judged = 1 + min(MOST_VALIDATE - 1, more // 4)
    learnt = 1 + min(MOST_TRAIN - 1, more - (judged - 1))
    known, step = timedelta(days=gap + horizon), timedelta(days=STEP_DAYS)
    validate = [as_of - known - step * number for number in range(judged)]
    train = [validate[-1] - known - step * number for number in range(learnt)]
    return Plan(horizon, weeks, gap, lookback, tuple(train[::-1]), tuple(validate[::-1]), as_of)


def wanted_days(gaps: pd.DataFrame) -> dict[str, int]:
    """By scope, the days within which 90% of the purchases that are followed by another one have been.

    ``gaps`` as ``gap_counts`` makes it: open gaps count as censored (Kaplan & Meier 1958). A scope in
    which nobody came back has no entry.
    """
    found = {}
    for scope, rows in gaps.groupby("scope"):
        size = int(rows["gap_days"].max()) + 1
        counted = (
            np.bincount(rows["gap_days"].to_numpy(dtype=int), rows[kind].to_numpy(dtype=float), size).astype(
                float
            )
            for kind in ("closed", "open")
        )
        returned = 1 - kaplan_meier(*counted)
        if returned[-1] > 0:
            found[str(scope)] = int(np.argmax(returned >= RETURNED * returned[-1] - 1e-12))
    return found


def plan_rows(plans: Mapping[str, Plan]) -> pd.DataFrame:
    """One row per ``scope`` and snapshot: ``t0``, ``role`` and the plan's lengths in days."""
    rows = [
        (scope, t0, role, one.horizon, one.wanted, one.gap, one.lookback)
        for scope, one in sorted(plans.items())
        for t0, role in one.roles()
    ]
    columns = ["scope", "t0", "role", "horizon_days", "wanted_days", "gap_days", "lookback_days"]
    return pd.DataFrame(rows, columns=columns).astype({"scope": "str", "role": "str"})


def _limits(plans: Mapping[str, Plan], begins: date) -> ir.Table:
    """The plan of each snapshot, with the days that its features and its label lie between."""
    rows = [
        {
            "scope": scope,
            "t0": t0,
            "role": role,
            "start": t0 - timedelta(days=one.lookback - 1),
            "late": t0 - timedelta(days=one.lookback // 2 - 1),
            "month": t0 - timedelta(days=STEP_DAYS - 1),
            "label_from": t0 + timedelta(days=one.gap + 1),
            "label_to": t0 + timedelta(days=one.gap + one.horizon),
            "history": (one.train[0] - begins).days,
        }
        for scope, one in sorted(plans.items())
        for t0, role in one.roles()
    ]
    days = dict.fromkeys(("t0", "start", "late", "month", "label_from", "label_to"), "date")
    schema = ibis.schema({"scope": "string", "role": "string", "history": "int64", **days})
    return ibis.memtable(rows, schema=schema)


def snapshot_table(
    days: ir.Table, lines: ir.Table, contacts: ir.Table | None, plans: Mapping[str, Plan], *, begins: date
) -> ir.Table:
    """One row per ``scope``, ``t0`` and customer with two purchase days or more in the lookback.

    - ``recency_days``: from the last purchase to ``t0``; ``gap_mean_days``: the mean of the customer's own
      gaps in the lookback
    - ``days``, ``late_days``, ``month_days``: purchase days in the lookback, its later half, four weeks
    - ``revenue``, ``late_revenue``, ``deal_revenue`` in the lookback and its later half, net of returns
    - ``tenure_days`` since the first purchase in the data, cut at what all snapshots look back on
    - ``categories`` bought, NULL where none is known; ``contacts`` of the client's in the lookback, NULL
      where none are recorded
    - ``lost``: no purchase in the horizon after the gap; NULL for the snapshot of the as-of date

    ``days`` as ``day_table`` makes it, of known customers; ``contacts`` has ``customer_id`` and
    ``day``. Nothing after ``t0`` enters but ``lost``.
    """
    limits = _limits(plans, begins)
    inside = [days.scope == limits.scope, days.sold_on >= limits.start, days.sold_on <= limits.label_to]
    rows = days.join(limits, inside)
    before = rows.sold_on <= rows.t0
    bought = (rows.orders > 0) & before
    table = rows.group_by([*_KEY, "t0", "start", "role", "history"]).agg(
        first=rows.sold_on.min(where=bought),
        last=rows.sold_on.max(where=bought),
        days=rows.count(where=bought),
        late_days=rows.count(where=bought & (rows.sold_on >= rows.late)),
        month_days=rows.count(where=bought & (rows.sold_on >= rows.month)),
        revenue=rows.revenue.sum(where=before),
        late_revenue=rows.revenue.sum(where=before & (rows.sold_on >= rows.late)),
        deal_revenue=rows.deal_revenue.sum(where=before),
        after=rows.count(where=(rows.orders > 0) & (rows.sold_on >= rows.label_from)),
    )
    table = table.filter(table.days > 1)
    firsts = days.filter(days.orders > 0).group_by(_KEY).agg(first_ever=days.sold_on.min())
    table = table.left_join(firsts, _KEY).drop("scope_right", "customer_id_right")
    tenure = ibis.least(table.t0.delta(table.first_ever, unit="day"), table.history)
    table = table.mutate(
        recency_days=table.t0.delta(table["last"], unit="day"),
        gap_mean_days=table["last"].delta(table["first"], unit="day") / (table.days - 1),
        tenure_days=tenure,
        late_revenue=ibis.ifelse(table.revenue.notnull(), table.late_revenue.fill_null(0), table.revenue),
        lost=ibis.ifelse(table.role == "now", ibis.null("boolean"), table.after == 0),
    ).drop("first", "last", "after", "first_ever", "history")
    variety = _categories(lines, limits)
    table = table.left_join(variety, [*_KEY, "t0"]).drop("scope_right", "customer_id_right", "t0_right")
    if contacts is None:
        return table.drop("start").mutate(contacts=ibis.null("int64"))
    reached = _contacts(contacts, limits)
    keys = ["customer_id", "t0", "start"]
    table = table.left_join(reached, keys).drop(*(f"{key}_right" for key in keys), "start")
    return table.mutate(contacts=table.contacts.fill_null(0))


def _categories(lines: ir.Table, limits: ir.Table) -> ir.Table:
    """How many ``categories`` each customer bought in the lookback of each snapshot of each scope."""
    bought = lines.filter(lines.customer_id.notnull(), lines.category.notnull(), lines.is_purchase)
    held = scoped(bought.select("brand_id", "customer_id", "category", "sold_on").distinct()).distinct()
    held = held.join(
        limits, [held.scope == limits.scope, held.sold_on >= limits.start, held.sold_on <= limits.t0]
    )
    return held.group_by([*_KEY, "t0"]).agg(categories=held.category.nunique())


def _contacts(contacts: ir.Table, limits: ir.Table) -> ir.Table:
    """How many ``contacts`` each customer had from ``start`` to ``t0`` of each pair of these."""
    spans = limits.select("t0", "start").distinct()
    rows = contacts.join(spans, [contacts.day >= spans.start, contacts.day <= spans.t0])
    return rows.group_by(["customer_id", "t0", "start"]).agg(contacts=rows.count())


def silence_days(days: ir.Table, horizons: Mapping[str, int]) -> ir.Table:
    """One row per ``scope`` and ``day``: how many frequent buyers came under watch (``starts``) and left it
    (``ends``) on it, and how many of those who left had bought nothing for the horizon (``silent``).

    Under watch is who has bought on three days within thirteen weeks, from the last of these until the
    next purchase or until the horizon has passed, whichever is first; so nobody is watched twice at once.
    Days after the data's last one may be among them.
    """
    limits = ibis.memtable(
        [{"scope": scope, "horizon": horizon} for scope, horizon in sorted(horizons.items())],
        schema=ibis.schema({"scope": "string", "horizon": "int64"}),
    )
    bought = days.filter(days.orders > 0).select(*_KEY, "sold_on")
    own = ibis.window(group_by=_KEY, order_by="sold_on")
    bought = bought.mutate(
        next_on=bought.sold_on.lead().over(own),
        before_on=bought.sold_on.lag(FREQUENT_DAYS - 1).over(own),
    )
    bought = bought.filter(bought.sold_on.delta(bought.before_on, unit="day") < FREQUENT_WITHIN)
    bought = bought.join(limits, "scope")
    late = (bought.sold_on + bought.horizon.as_interval("D")).cast("date")
    bought = bought.mutate(silent=bought.next_on.isnull() | (bought.next_on > late), late=late)
    parts = [
        bought.select(
            "scope", day="sold_on", starts=ibis.literal(1), ends=ibis.literal(0), silent=ibis.literal(0)
        ),
        bought.select(
            "scope",
            day=ibis.ifelse(bought.silent, bought.late, bought.next_on),
            starts=ibis.literal(0),
            ends=ibis.literal(1),
            silent=bought.silent.cast("int8"),
        ),
    ]
    rows = ibis.union(*parts)
    return rows.group_by(["scope", "day"]).agg(
        **{name: rows[name].sum() for name in ("starts", "ends", "silent")}
    )
