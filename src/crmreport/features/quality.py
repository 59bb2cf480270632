"""What the tables hold of what they could: filled columns, weeks of sales, attributes of customers."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped


def column_fill(table: ir.Table) -> ir.Table:
    """One row: ``rows``, and of each column how many of them hold a value."""
    return table.agg(rows=table.count(), **{f"filled {name}": table[name].count() for name in table.columns})


def week_totals(lines: ir.Table, *, as_of: date) -> ir.Table:
    """One row per ``scope`` and ``week`` (its Monday) with sales up to ``as_of``: ``lines``, ``days`` with
    sales, ``customers``, ``revenue``; all lines, with a customer or without."""
    sold = scoped(
        lines.filter(lines.sold_on <= as_of).select("brand_id", "customer_id", "sold_on", "revenue")
    )
    sold = sold.mutate(week=sold.sold_on.truncate("W"))
    return sold.group_by(["scope", "week"]).agg(
        lines=sold.count(),
        days=sold.sold_on.nunique(),
        customers=sold.customer_id.nunique(),
        revenue=sold.revenue.sum(),
    )


def active_months(lines: ir.Table, *, start: date, end: date) -> ir.Table:
    """One row per ``scope`` and customer who bought from ``start`` to ``end``: in how many ``months``."""
    bought = lines.filter(lines.customer_id.notnull(), ~lines.is_return, lines.sold_on.between(start, end))
    months = scoped(
        bought.select("brand_id", "customer_id", month=bought.sold_on.truncate("M")).distinct()
    ).distinct()
    customers = months.group_by(["scope", "customer_id"]).agg(months=months.count())
    return customers.group_by(["scope", "months"]).agg(customers=ibis._.count())
