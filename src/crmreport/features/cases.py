"""Complaints and enquiries: one row a case, without whose it is but for a number."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped

DESCRIBED = (
    "kind",
    "topic",
    "cause",
    "product_id",
    "channel",
    "unit",
    "store_id",
    "region",
    "status",
    "outcome",
    "in_time",
    "reopened",
    "disputed",
    "compensation",
    "satisfaction",
)
"""What is told of a case as it was supplied; the narrative is not among it."""

_SECONDS_AN_HOUR = 3600


def case_table(cases: ir.Table, *, as_of: date) -> ir.Table:
    """One row per ``scope`` and case opened up to ``as_of``.

    - ``opened_on``
    - ``responded`` and ``resolved``: whether that happened by the end of ``as_of``; ``response_hours`` and
      ``resolution_hours`` from the opening until then, or until the end of ``as_of`` where it has not
      happened; NULL for a case that ended before it began
    - what ``DESCRIBED`` names, NULL where not supplied
    - ``customer_id`` where it is known
    """
    end = ibis.literal(datetime.combine(as_of + timedelta(days=1), time()))
    seen = cases.filter(cases.opened_at < end)
    columns = {name: seen[name] for name in DESCRIBED}
    for name, at in (("response", seen.responded_at), ("resolution", seen.resolved_at)):
        happened = at.notnull() & (at < end)
        until = ibis.ifelse(happened, at, end)
        hours = (until.epoch_seconds() - seen.opened_at.epoch_seconds()) / _SECONDS_AN_HOUR
        columns[f"{name}_hours"] = ibis.ifelse(hours >= 0, hours, ibis.null("float64"))
        columns["responded" if name == "response" else "resolved"] = happened
    table = seen.select("brand_id", "customer_id", opened_on=seen.opened_at.cast("date"), **columns)
    return scoped(table)


def with_next_purchase(cases: ir.Table, days: ir.Table) -> ir.Table:
    """``cases`` with ``bought_on``: the customer's first purchase day in the scope after the opening."""
    keys = ["scope", "customer_id", "opened_on"]
    opened = cases.filter(cases.customer_id.notnull()).select(keys).distinct()
    bought = days.filter(days.orders > 0).select("scope", "customer_id", "sold_on")
    later = opened.join(bought, ["scope", "customer_id"])
    later = later.filter(later.sold_on > later.opened_on)
    first = later.group_by(keys).agg(bought_on=later.sold_on.min())
    joined = cases.left_join(first, keys)
    return joined.drop(*(name for name in joined.columns if name.endswith("_right")))
