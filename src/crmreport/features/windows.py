"""Who bought in trailing windows of several lengths: what a report's figures owe to its own window."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import known_days
from crmreport.period import trailing_window

LENGTHS = (6, 9, 12)
"""Months of the windows that every report is compared over; the engagement's own is added."""


def window_customers(
    lines: ir.Table, *, as_of: date, lengths: tuple[int, ...], days: ir.Table | None = None
) -> ir.Table:
    """One row per ``scope``, ``months`` (the window's length) and ``customer_id`` with a purchase in it.

    - ``orders``, ``purchase_days`` in the window
    - ``revenue`` in the window, net of returns

    Each window is of whole months and ends on ``as_of``. Sale lines without a customer are in none.
    ``days``, where they have been summed before, are the lines' ``known_days``.
    """
    starts = {months: trailing_window(as_of, months)[0] for months in sorted(set(lengths))}
    if days is None:
        days = known_days(lines, as_of=as_of)
    windows = ibis.memtable(
        [{"months": months, "start": start} for months, start in starts.items()],
        schema=ibis.schema({"months": "int64", "start": "date"}),
    )
    inside = days.join(windows, days.sold_on >= windows.start)
    table = inside.group_by(["scope", "months", "customer_id"]).agg(
        orders=inside.orders.sum(),
        purchase_days=inside.count(where=inside.orders > 0),
        revenue=inside.revenue.sum().cast("decimal(18, 2)"),
    )
    return table.filter(table.purchase_days > 0)
