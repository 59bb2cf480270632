"""A points programme as its ledger tells it: earned, used, lapsed and outstanding, by member."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped

SOON_DAYS = 90
"""Points that expire within so many days are about to."""

_KEY = ["scope", "customer_id"]


def member_points(
    ledger: ir.Table, *, start: date, end: date, lapsed: Collection[str], as_of: date
) -> ir.Table:
    """One row per ``scope`` and member with an entry up to ``as_of``.

    - ``earned``, ``used``, ``lapsed``: points from ``start`` to ``end``, all as positive numbers. An entry of
      one of the kinds ``lapsed`` that takes points off is lapsed points, any other is used ones
    - ``balance`` on ``as_of``
    - ``expiring``: points that expire within 90 days after ``as_of`` if the oldest are used first; NULL where
      no entry has a day of expiry
    """
    words = [word.strip().lower() for word in lapsed]
    day = ledger.booked_at.cast("date")
    entries = ledger.mutate(day=day, points=ledger.points.cast("float64"))
    entries = entries.filter(entries.day <= as_of, entries.points != 0)
    kind = entries.kind.fill_null("").strip().lower()
    gone = kind.isin(words) & (entries.points < 0)
    soon = as_of + timedelta(days=SOON_DAYS)
    zero = ibis.literal(0.0)
    parts = scoped(
        entries.select(
            "brand_id",
            "customer_id",
            points=entries.points,
            inside=entries.day.between(start, end),
            gone=gone,
            dated=entries.expires_on.notnull(),
            due=(entries.points > 0) & (entries.expires_on <= soon).fill_null(False),
        )
    )
    credited, taken = parts.points > 0, parts.points < 0
    table = parts.group_by(_KEY).agg(
        earned=parts.points.sum(where=parts.inside & credited).fill_null(zero),
        used=-parts.points.sum(where=parts.inside & taken & ~parts.gone).fill_null(zero),
        lapsed=-parts.points.sum(where=parts.inside & parts.gone).fill_null(zero),
        balance=parts.points.sum(),
        due=parts.points.sum(where=parts.due).fill_null(zero),
        taken=-parts.points.sum(where=taken).fill_null(zero),
        dated=parts.dated.any(),
    )
    left = ibis.greatest(zero, ibis.least(table.due - table.taken, table.balance))
    expiring = ibis.ifelse(table.dated, left, ibis.null("float64"))
    return table.mutate(expiring=expiring).drop("due", "taken", "dated")


def with_revenue(points: ir.Table, days: ir.Table, *, start: date, end: date) -> ir.Table:
    """``points`` with the ``revenue`` of each member from ``start`` to ``end``, 0 where none."""
    inside = days.filter(days.customer_id.notnull(), days.sold_on.between(start, end))
    spent = inside.group_by(_KEY).agg(revenue=inside.revenue.sum().cast("float64"))
    joined = points.left_join(spent, _KEY)
    return joined.select(*points.columns, revenue=joined.revenue.fill_null(0.0))
