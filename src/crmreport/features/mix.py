"""What is bought, where and when, and in what kind of basket: small tables of each scope.

All are of known customers. ``buyers`` counts those with at least one purchase of the row's kind, so that
a row can be withheld where they are few; ``revenue`` is net of returns.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped
from crmreport.features.totals import Spans, span_limits

_ORDER = ["customer_id", "order_id", "sold_on"]
PARTS_OF_DAY = {"night": 6, "morning": 10, "midday": 14, "afternoon": 18, "evening": 22}
"""Each part with the hour at which it ends; from the last one on it is night again."""


def category_mix(lines: ir.Table, spans: Spans) -> ir.Table:
    """One row per ``scope``, ``span`` and ``category``: ``buyers``, ``orders``, ``revenue``.

    Lines whose category is not known have a row of their own, without a name.
    """
    sold = _in_spans(lines, spans)
    keys = ["brand_id", "span", "category", *_ORDER]
    parts = scoped(sold.group_by(keys).agg(revenue=sold.revenue.sum(), bought=_bought(sold)))
    return _counted(parts, ["scope", "span", "category"])


def basket_mix(lines: ir.Table, spans: Spans) -> ir.Table:
    """One row per ``scope``, ``span`` and ``kind`` of basket: ``buyers``, ``orders``, ``revenue``.

    A basket is what an order holds of the scope. ``single``: one product; ``same``: several products of
    one category; ``two``: products of two categories; ``broad``: of three or more. Orders with a line
    whose product or category is not known have no kind.
    """
    sold = _in_spans(lines, spans).filter(lambda line: line.is_purchase)
    keys = ["span", *_ORDER]
    held = sold.group_by(["brand_id", *keys, "category", "product_id"]).agg(revenue=sold.revenue.sum())
    held = (
        scoped(held)
        .group_by(["scope", *keys, "category", "product_id"])
        .agg(lambda t: t.revenue.sum().name("revenue"))
    )
    by_category = held.group_by(["scope", *keys, "category"]).agg(
        products=held.count(),
        unknown=(held.product_id.isnull() | held.category.isnull()).cast("int64").max(),
        revenue=held.revenue.sum(),
    )
    baskets = by_category.group_by(["scope", *keys]).agg(
        categories=by_category.count(),
        products=by_category.products.sum(),
        unknown=by_category.unknown.max(),
        revenue=by_category.revenue.sum(),
    )
    baskets = baskets.mutate(
        bought=ibis.literal(1).cast("int64"),
        kind=ibis.cases(
            (baskets.unknown == 1, ibis.null("string")),
            (baskets.products == 1, "single"),
            (baskets.categories == 1, "same"),
            (baskets.categories == 2, "two"),
            else_="broad",
        ),
    )
    return _counted(baskets, ["scope", "span", "kind"])


def time_mix(lines: ir.Table, *, start: date, end: date) -> ir.Table:
    """One row per ``scope``, ``weekday`` (0 is Monday) and ``part`` of the day, from ``start`` to ``end``.

    The clock is the client's. The part of the day is NULL where all the lines of those days carry
    midnight: a file of dates has no hours.
    """
    sold = _known(lines).filter(lambda line: line.sold_on.between(start, end))
    seconds = sold.sold_at.hour() * 3600 + sold.sold_at.minute() * 60 + sold.sold_at.second()
    keys = ["brand_id", *_ORDER]
    parts = scoped(
        sold.group_by(keys).agg(
            revenue=sold.revenue.sum(), bought=_bought(sold), second=seconds.cast("int64").max()
        )
    )
    orders = parts.group_by(["scope", *_ORDER]).agg(
        revenue=parts.revenue.sum(), bought=parts.bought.max(), second=parts.second.max()
    )
    timed = orders.agg(timed=orders.second.max() > 0)
    orders = orders.cross_join(timed)
    hour = orders.second / 3600
    part = ibis.cases(*((hour < end_hour, name) for name, end_hour in PARTS_OF_DAY.items()), else_="night")
    orders = orders.mutate(
        weekday=orders.sold_on.day_of_week.index().cast("int64"),
        part=ibis.ifelse(orders.timed, part, ibis.null("string")),
    )
    return _counted(orders, ["scope", "weekday", "part"])


def day_orders(days: ir.Table, *, start: date, end: date) -> ir.Table:
    """The ``orders`` of each day from ``start`` to ``end``, by ``scope`` and ``sold_on``; ``days`` are those
    of known customers (see ``day_table``). A day without an order is not in it."""
    ordered = days.filter(days.orders > 0, days.sold_on.between(start, end))
    return ordered.group_by(["scope", "sold_on"]).agg(orders=ordered.orders.sum())


def _known(lines: ir.Table) -> ir.Table:
    return lines.filter(lines.customer_id.notnull())


def _in_spans(lines: ir.Table, spans: Spans) -> ir.Table:
    limits = span_limits(spans)
    known = _known(lines)
    return known.join(limits, [known.sold_on >= limits.start, known.sold_on <= limits.end])


def _bought(lines: ir.Table) -> ir.IntegerScalar:
    return lines.is_purchase.cast("int64").max()


def _counted(parts: ir.Table, keys: list[str]) -> ir.Table:
    """``buyers``, ``orders`` and ``revenue`` by ``keys``, from what each order brought."""
    orders = parts.group_by([*keys, *_ORDER]).agg(revenue=parts.revenue.sum(), bought=parts.bought.max())
    customers = orders.group_by([*keys, "customer_id"]).agg(
        revenue=orders.revenue.sum(), orders=orders.bought.sum()
    )
    return customers.group_by(keys).agg(
        buyers=customers.count(where=customers.orders > 0),
        orders=customers.orders.sum(),
        revenue=customers.revenue.sum(),
    )
