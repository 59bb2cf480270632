"""What segmentation reads beside the customer table: customers of other windows, and what items bring.

The cut points of segments are taken from a window of their own (``baseline``), so that they stay what they
are from month to month; the window ``before`` the report's is what migration compares with. All windows
are of one length.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from crmreport.features.days import known_days, scoped
from crmreport.features.job import Job
from crmreport.features.totals import Spans, span_limits
from crmreport.params import GROUP
from crmreport.period import trailing_window

_KEY = ["scope", "customer_id"]


def segment_spans(as_of: date, *, window_months: int, baseline: date | None) -> dict[str, tuple[date, date]]:
    """The windows beside the one that ends on ``as_of``: ``before``, which ends the day before it begins,
    and, where the engagement names one, the ``baseline``'s."""
    start, _ = trailing_window(as_of, window_months)
    spans = {"before": trailing_window(start - timedelta(days=1), window_months)}
    if baseline:
        spans["baseline"] = trailing_window(baseline, window_months)
    return spans


def customers_in(days: ir.Table, spans: Spans) -> ir.Table:
    """One row per ``scope``, ``span`` and ``customer_id`` with a purchase in the span.

    ``days`` are those of known customers (see ``day_table``). ``recency_days``: from the last purchase to
    the span's last day; ``orders``; ``revenue``, net of returns.
    """
    limits = span_limits(spans)
    inside = days.join(limits, [days.sold_on >= limits.start, days.sold_on <= limits.end])
    table = inside.group_by([*_KEY, "span", "end"]).agg(
        last_on=inside.sold_on.max(where=inside.orders > 0),
        orders=inside.orders.sum(),
        revenue=inside.revenue.sum().cast("decimal(18, 2)"),
    )
    table = table.filter(table.orders > 0)
    return table.select(
        "scope",
        "span",
        "customer_id",
        recency_days=table.end.delta(table.last_on, unit="day"),
        orders=table.orders,
        revenue=table.revenue,
    )


def item_revenue(lines: ir.Table, *, start: date, end: date, stores: ir.Table | None = None) -> ir.Table:
    """One row per ``scope``, ``kind`` of item and ``item``: ``buyers`` and net ``revenue`` from ``start`` to
    ``end``, of known customers.

    The kinds are ``brand`` (in the group's scope alone), ``product``, ``store``, and ``region`` where
    ``stores`` tells the region of each. An item that is not known is in no row.
    """
    known = lines.filter(lines.customer_id.notnull(), lines.sold_on.between(start, end))
    keys = ["brand_id", "product_id", "store_id", "customer_id"]
    parts = known.group_by(keys).agg(
        revenue=known.revenue.sum(), bought=known.is_purchase.cast("int64").max()
    )
    kept = ("brand_id", "customer_id", "revenue", "bought")
    kinds = {
        "brand": parts.select(*kept[1:], item="brand_id", scope=ibis.literal(GROUP)),
        "product": scoped(parts.select(*kept, item="product_id")),
        "store": scoped(parts.select(*kept, item="store_id")),
    }
    if stores is not None:
        placed = parts.join(stores.select("store_id", "region"), "store_id")
        kinds["region"] = scoped(placed.select(*kept, item="region"))
    return ibis.union(*(_summed(table, kind) for kind, table in kinds.items()))


def _summed(parts: ir.Table, kind: str) -> ir.Table:
    parts = parts.filter(parts.item.notnull())
    by_customer = parts.group_by(["scope", "item", "customer_id"]).agg(
        revenue=parts.revenue.sum(), bought=parts.bought.max()
    )
    table = by_customer.group_by(["scope", "item"]).agg(
        buyers=by_customer.count(where=by_customer.bought > 0),
        revenue=by_customer.revenue.sum().cast("decimal(18, 2)"),
    )
    return table.select("scope", "item", "buyers", "revenue", kind=ibis.literal(kind))


def named_items(items: ir.Table, names: Mapping[str, ir.Table]) -> ir.Table:
    """``items`` with a ``name``, which ``names`` hold by kind: tables of ``item`` and ``name``; else NULL."""
    if not names:
        return items.mutate(name=ibis.null("string"))
    tables = [table.mutate(kind=ibis.literal(kind)) for kind, table in names.items()]
    known = tables[0] if len(tables) == 1 else ibis.union(*tables)
    return items.left_join(known, ["kind", "item"]).drop("kind_right", "item_right")


def build_segments(job: Job) -> None:
    """Write ``segment_customers`` and ``items``."""
    baseline = job.engagement.params.chapters.segmentation.baseline
    spans = segment_spans(job.as_of, window_months=job.window_months, baseline=baseline)
    last = max(end for _, end in spans.values())
    # A report of a period before the baseline looks further than its own days reach.
    days = job.days if last <= job.as_of else known_days(job.lines, as_of=last)
    job.write("segment_customers", customers_in(days, spans), "span", "customer_id")
    store, (start, end) = job.store, job.window
    stores = store.table("stores") if store.ledger.supplied("stores", "region") else None
    items = item_revenue(job.lines, start=start, end=end, stores=stores)
    names = {
        kind: store.table(table).select(item=f"{kind}_id", name=f"{kind}_name")
        for kind, table in (("product", "products"), ("store", "stores"))
        if store.ledger.supplied(table, f"{kind}_name")
    }
    job.write("items", named_items(items, names), "kind", "item")
