"""The market as the client's own sales show it: each scope's categories, and all who sell in them.

A brand's categories are those that bring at least a given share of its revenue in the trailing window;
the group's market is all of the client's business. A rival is a brand of the params file or, outside
these, a maker (``maker:<manufacturer>``); NULL where the data names none. Sale lines without a customer
are in none of it, as in the other chapters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.params import GROUP

MAKER = "maker:"
ALL = "_all"
"""In the columns ``category`` and ``rival``: all of them together."""

Span = tuple[date, date]


def with_rivals(lines: ir.Table, products: ir.Table | None) -> ir.Table:
    """The lines of known customers with their ``rival``."""
    known = lines.filter(lines.customer_id.notnull())
    if products is None:
        return known.mutate(rival=known.brand_id)
    makers = products.select("product_id", "manufacturer")
    joined = known.left_join(makers, "product_id")
    return joined.select(
        *lines.columns, rival=ibis.coalesce(joined.brand_id, ibis.literal(MAKER) + joined.manufacturer)
    )


def own_categories(lines: ir.Table, *, window: Span, least: float) -> ir.Table:
    """One row per ``scope`` (a brand) and ``category`` that brings ``least`` of its revenue or more."""
    inside = lines.filter(lines.sold_on.between(*window), lines.brand_id.notnull())
    by_category = inside.group_by(["brand_id", "category"]).agg(revenue=inside.revenue.sum())
    whole = ibis.window(group_by="brand_id")
    shared = by_category.mutate(total=by_category.revenue.sum().over(whole))
    enough = shared.filter(
        shared.category.notnull(), shared.total > 0, shared.revenue >= shared.total * least
    )
    return enough.select(scope=enough.brand_id, category=enough.category)


def in_markets(lines: ir.Table, categories: ir.Table) -> ir.Table:
    """Every line once for the group and once for each brand in whose categories it lies, as ``scope``."""
    group = lines.mutate(scope=ibis.literal(GROUP))
    brands = lines.inner_join(categories, "category").select(*lines.columns, "scope")
    return ibis.union(group.select(*brands.columns), brands)


def market_cells(placed: ir.Table, spans: Mapping[str, Span]) -> ir.Table:
    """One row per ``scope``, ``span``, ``category`` and ``rival``: ``revenue``, ``units``, ``buyers``.

    Beside each pair also every category with ``rival`` ALL, every rival with ``category`` ALL, and both
    ALL: buyers of two rivals may be one person, so that they do not add up.
    """
    limits = ibis.memtable(
        [{"span": name, "start": start, "end": end} for name, (start, end) in spans.items()],
        schema=ibis.schema({"span": "string", "start": "date", "end": "date"}),
    )
    inside = placed.join(limits, [placed.sold_on >= limits.start, placed.sold_on <= limits.end])
    every = ibis.literal(ALL)
    grains = (
        inside,
        inside.mutate(rival=every),
        inside.mutate(category=every),
        inside.mutate(category=every, rival=every),
    )
    keys = ["scope", "span", "category", "rival"]
    cells = [
        grain.group_by(keys).agg(
            revenue=grain.revenue.sum(),
            units=grain.quantity.sum(),
            buyers=grain.customer_id.nunique(where=grain.is_purchase),
        )
        for grain in grains
    ]
    return ibis.union(*cells)


def market_months(placed: ir.Table, *, as_of: date) -> ir.Table:
    """One row per brand's ``scope`` and ``month``: ``own`` revenue and ``buyers``, ``market`` revenue."""
    until = placed.filter(placed.sold_on <= as_of, placed.scope != GROUP)
    until = until.mutate(month=until.sold_on.truncate("M"))
    own = (until.rival == until.scope).fill_null(False)
    return until.group_by(["scope", "month"]).agg(
        own=until.revenue.sum(where=own),
        market=until.revenue.sum(),
        buyers=until.customer_id.nunique(where=own & until.is_purchase),
    )


def market_customers(placed: ir.Table, *, period: Span, previous: Span) -> ir.Table:
    """One row per ``scope``, ``customer_id`` and ``rival``: revenue ``now`` and ``before``.

    Rivals are kept apart where a share of theirs is followed: every brand in the group's market, in a
    brand's own market the brand itself. All others are one, as NULL.
    """
    inside = placed.filter(placed.sold_on.between(*period) | placed.sold_on.between(*previous))
    followed = (inside.scope == GROUP) | (inside.brand_id == inside.scope).fill_null(False)
    inside = inside.mutate(
        rival=ibis.ifelse(followed, inside.brand_id, ibis.null("string")),
        current=inside.sold_on.between(*period),
    )
    return inside.group_by(["scope", "customer_id", "rival"]).agg(
        now=inside.revenue.sum(where=inside.current),
        before=inside.revenue.sum(where=~inside.current),
    )
