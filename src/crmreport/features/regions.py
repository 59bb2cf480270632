"""What is bought in which region, step by step back in time; and by month, of each category."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped
from crmreport.features.totals import Spans, span_limits
from crmreport.period import Period

STEPS = 4
"""How many periods in a row: the period itself and those before it."""


def steps_of(period: Period) -> dict[str, tuple[date, date]]:
    """The first and last day of the period, ``step_0``, and of those before it, ``step_1`` and so on."""
    found = {}
    for step in range(STEPS):
        found[f"step_{step}"] = (period.start, period.end)
        period = period.previous()
    return found


def region_mix(
    lines: ir.Table, stores: ir.Table | None, customers: ir.Table | None, steps: Spans
) -> ir.Table:
    """One row per ``scope``, ``region``, ``span`` (of ``steps``) and ``category``: ``buyers`` of known name.

    A sale's region is that of its store (else the store's city), and without a store's the customer's own. A
    category of NULL stands for all: who bought anything there, categories that nobody knows included. A sale
    whose region is unknown is left out; there are no rows where no region is known at all.
    """
    sold = lines.filter(lines.customer_id.notnull(), lines.is_purchase)
    limits = span_limits(steps)
    sold = sold.join(limits, [sold.sold_on >= limits.start, sold.sold_on <= limits.end])
    unknown = ibis.null("string")
    if customers is not None:
        homes = customers.select("customer_id", home=customers.region)
        sold = sold.left_join(homes, "customer_id").drop("customer_id_right")
    else:
        sold = sold.mutate(home=unknown)
    if stores is not None:
        places = stores.select("store_id", place=ibis.coalesce(stores.region, stores.city))
        sold = sold.left_join(places, "store_id").drop("store_id_right")
    else:
        sold = sold.mutate(place=unknown)
    sold = sold.mutate(region=ibis.coalesce(sold.place, sold.home))
    bought = sold.filter(sold.region.notnull())
    keys = ["region", "span", "category", "customer_id"]
    held = scoped(bought.select("brand_id", *keys).distinct())
    held = held.select("scope", *keys).distinct()
    by_category = held.filter(held.category.notnull())
    every = held.select("scope", "region", "span", "customer_id").distinct()
    anything = every.mutate(category=ibis.null("string"))
    parts = ibis.union(by_category, anything.select(*by_category.columns))
    return parts.group_by(["scope", "region", "span", "category"]).agg(buyers=parts.count())


def category_months(lines: ir.Table, *, as_of: date) -> ir.Table:
    """One row per ``scope``, ``category`` and ``month`` (its first day) up to ``as_of``: ``revenue`` of known
    customers and how many ``buyers`` there were. Lines whose category is not known are left out."""
    known = lines.filter(
        lines.customer_id.notnull(), lines.category.notnull(), lines.sold_on <= ibis.literal(as_of)
    )
    known = known.mutate(month=known.sold_on.truncate("M"))
    keys = ["category", "month", "customer_id"]
    held = known.group_by(["brand_id", *keys]).agg(
        revenue=known.revenue.sum(), bought=known.is_purchase.cast("int64").max()
    )
    held = scoped(held)
    customers = held.group_by(["scope", *keys]).agg(revenue=held.revenue.sum(), bought=held.bought.max())
    return customers.group_by(["scope", "category", "month"]).agg(
        buyers=customers.bought.sum(), revenue=customers.revenue.sum()
    )
