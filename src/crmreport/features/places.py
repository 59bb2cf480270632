"""Where sales are made: stores, their regions, and channels."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped
from crmreport.features.totals import Spans, span_limits

KINDS = ("store", "region", "channel")


def place_mix(lines: ir.Table, stores: ir.Table | None, spans: Spans) -> ir.Table:
    """One row per ``scope``, ``kind`` (of ``KINDS``), ``place`` (NULL: unknown) and ``span``.

    ``buyers``, ``orders`` and net ``revenue`` of known customers, and ``squares``, the sum over them of what
    each spent there squared: what the spread between customers is reckoned from. A store's region is that of
    the table of stores, else its city. A kind of which nothing is known has no rows.
    """
    known = lines.filter(lines.customer_id.notnull())
    limits = span_limits(spans)
    inside = known.join(limits, [known.sold_on >= limits.start, known.sold_on <= limits.end])
    keys = ["span", "brand_id", "customer_id", "order_id", "sold_on", "store_id", "channel"]
    orders = inside.group_by(keys).agg(
        revenue=inside.revenue.sum(), bought=inside.is_purchase.cast("int64").max()
    )
    if stores is not None:
        regions = stores.select("store_id", region=ibis.coalesce(stores.region, stores.city))
        orders = orders.left_join(regions, "store_id").drop("store_id_right")
    else:
        orders = orders.mutate(region=ibis.null("string"))
    columns = {"store": orders.store_id, "region": orders.region, "channel": orders.channel}
    kinds = [
        scoped(
            orders.mutate(kind=ibis.literal(kind), place=columns[kind]).drop("store_id", "region", "channel")
        )
        for kind in KINDS
    ]
    table = _counted(ibis.union(*kinds))
    told = table.group_by(["scope", "kind"]).agg(told=table.place.count())
    found = table.inner_join(told.filter(told.told > 0), ["scope", "kind"])
    return found.select(*table.columns)


def _counted(parts: ir.Table) -> ir.Table:
    keys = ["scope", "kind", "place", "span"]
    orders = parts.group_by([*keys, "customer_id", "order_id", "sold_on"]).agg(
        revenue=parts.revenue.sum(), bought=parts.bought.max()
    )
    customers = orders.group_by([*keys, "customer_id"]).agg(
        revenue=orders.revenue.sum(), orders=orders.bought.sum()
    )
    spent = customers.revenue.cast("float64")
    bought = customers.orders > 0
    return customers.group_by(keys).agg(
        buyers=customers.count(where=bought),
        orders=customers.orders.sum(),
        revenue=customers.revenue.sum(),
        spent=spent.sum(where=bought).round(2),
        squares=(spent * spent).sum(where=bought).round(2),
    )
