"""Totals of each scope: by span (the period and those it is compared with), and by month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import MEASURES, day_table, known_days

Spans = Mapping[str, tuple[date, date]]


def span_limits(spans: Spans) -> ir.Table:
    """The spans as a table: ``span``, ``start``, ``end``."""
    return ibis.memtable(
        [{"span": name, "start": start, "end": end} for name, (start, end) in spans.items()],
        schema=ibis.schema({"span": "string", "start": "date", "end": "date"}),
    )


def scope_totals(lines: ir.Table, spans: Spans, *, days: ir.Table | None = None) -> ir.Table:
    """One row per ``scope`` and ``span`` in which something was sold.

    ``buyers``, ``orders``, ``purchase_days`` and the ``MEASURES`` are those of known customers, so that
    buyers x orders per buyer x revenue per order is the revenue; ``revenue_without_customer`` is what
    comes on top. ``first_observed`` counts the buyers whose first purchase in all the data, whatever
    the span, lies in the span: not the new ones, where the data does not reach back far enough.
    ``days`` may be the lines' ``known_days`` up to the end of the last span, summed before.
    """
    if days is None:
        days = known_days(lines, as_of=max(end for _, end in spans.values()))
    nobody = day_table(lines.filter(lines.customer_id.isnull()))
    days = ibis.union(days, nobody.select(days.columns).cast(days.schema()))
    firsts = days.filter(days.orders > 0).group_by(["scope", "customer_id"]).agg(first=days.sold_on.min())
    limits = span_limits(spans)
    inside = days.join(limits, [days.sold_on >= limits.start, days.sold_on <= limits.end])
    customers = inside.group_by(["scope", "span", "start", "end", "customer_id"]).agg(
        orders=inside.orders.sum(),
        purchase_days=inside.count(where=inside.orders > 0),
        **{name: inside[name].sum() for name in MEASURES},
    )
    customers = customers.left_join(firsts, ["scope", "customer_id"])
    known = customers.customer_id.notnull()
    buyer = known & (customers.orders > 0)
    observed = buyer & customers.first.between(customers.start, customers.end)
    return customers.group_by(["scope", "span"]).agg(
        buyers=customers.count(where=buyer),
        first_observed=customers.count(where=observed),
        orders=customers.orders.sum(where=known),
        purchase_days=customers.purchase_days.sum(where=known),
        **{name: customers[name].sum(where=known) for name in MEASURES},
        revenue_without_customer=ibis.ifelse(known, 0, customers.revenue).sum(),
    )


def month_totals(lines: ir.Table, *, as_of: date, days: ir.Table | None = None) -> ir.Table:
    """One row per ``scope`` and ``month`` (its first day) up to ``as_of``: ``buyers``, ``orders``,
    ``revenue``, all of known customers. ``days`` may be their ``known_days``, summed before."""
    if days is None:
        days = known_days(lines, as_of=as_of)
    days = days.mutate(month=days.sold_on.truncate("M"))
    customers = days.group_by(["scope", "month", "customer_id"]).agg(
        orders=days.orders.sum(), revenue=days.revenue.sum()
    )
    return customers.group_by(["scope", "month"]).agg(
        buyers=customers.count(where=customers.orders > 0),
        orders=customers.orders.sum(),
        revenue=customers.revenue.sum(),
    )
