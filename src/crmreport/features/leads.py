"""Leads that are still open: those that nobody works on, and those that somebody does."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped
from crmreport.params import GROUP

CLOSED = (
    *("closed", "lost", "won", "converted", "disqualified", "rejected", "cancelled"),
    *("已关闭", "关闭", "已成交", "成交", "赢单", "输单", "已转化", "已流失", "无效", "放弃", "战败"),
    *("已關閉", "關閉", "贏單", "輸單", "已轉化", "無效", "放棄", "戰敗"),
)
"""What a status says of a lead or an opportunity that is over, where no day of closing is told."""


def open_leads(leads: ir.Table, opportunities: ir.Table | None, days: ir.Table, *, as_of: date) -> ir.Table:
    """One row per ``scope``: open leads nobody works on (``public``), those somebody does (``in_work``),
    and the ``staff`` who do.

    Open is what was created by ``as_of``, and neither closed by then nor said to be over by its status.
    Somebody works on a lead that has a member of staff or an open opportunity; an open opportunity without
    a lead is in work as well. A lead of a person who has bought from the client (``days``) is in neither
    list: that person is a customer.
    """
    buyers = days.filter(days.scope == GROUP, days.orders > 0).select("customer_id").distinct()
    kept = ("lead_id", "customer_id", "staff_id", "brand_id")
    rows = _open(leads, as_of).select(*kept)
    if opportunities is None:
        deals = rows.filter(ibis.literal(False))
    else:
        deals = _open(opportunities, as_of).select(*kept)
    worked = deals.filter(deals.lead_id.notnull()).select("lead_id").distinct()
    rows = rows.mutate(worked=rows.staff_id.notnull() | rows.lead_id.isin(worked.lead_id))
    loose = deals.filter(deals.lead_id.isnull()).mutate(worked=ibis.literal(True))
    every = ibis.union(rows, loose)
    every = scoped(every.filter(every.customer_id.isnull() | ~every.customer_id.isin(buyers.customer_id)))
    at_work = scoped(deals.select("staff_id", "brand_id"))
    staff = ibis.union(every.select("scope", "staff_id"), at_work.select("scope", "staff_id"))
    staff = staff.filter(staff.staff_id.notnull()).distinct()
    staff = staff.group_by("scope").agg(staff=staff.count())
    counts = every.group_by("scope").agg(public=(~every.worked).sum(), in_work=every.worked.sum())
    joined = counts.left_join(staff, "scope")
    return joined.select("scope", "public", "in_work", staff=joined.staff.fill_null(0))


def _open(table: ir.Table, as_of: date) -> ir.Table:
    """What was made by a day and was not over on it."""
    said = table.status.strip().lower().isin(CLOSED).fill_null(False)
    over = (table.closed_on <= as_of).fill_null(said)
    return table.filter(table.created_at.cast("date") <= as_of, ~over)
