"""The customer table: who bought in the trailing window, and how."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import MEASURES, day_table, scoped
from crmreport.period import trailing_window

_KEY = ["scope", "customer_id"]
_SUMS = tuple(name for name in MEASURES if name != "lines")


def customer_table(lines: ir.Table, *, as_of: date, window_months: int) -> ir.Table:
    """One row per ``scope`` and ``customer_id`` with a purchase in the window of whole months to ``as_of``.

    - ``first_purchase_on``, ``last_purchase_on``: over the whole history up to ``as_of``; the first one
      in the data, which need not be the customer's first ever
    - ``recency_days``: from the last purchase to ``as_of``
    - ``orders``, ``purchase_days`` in the window; ``revenue``, ``units``, ``discount``,
      ``coupon_discount`` and ``deal_revenue`` (of lines bought on any deal) in the window, net of returns
    - ``products``, ``categories``: how many different ones in the window, NULL where
      no product is known

    Sale lines without a customer are in none of it; those after ``as_of`` are not looked at.
    """
    start, end = trailing_window(as_of, window_months)
    known = lines.filter(lines.customer_id.notnull(), lines.sold_on <= end)
    days = day_table(known)
    bought, inside = days.orders > 0, days.sold_on >= start
    table = days.group_by(_KEY).agg(
        first_purchase_on=days.sold_on.min(where=bought),
        last_purchase_on=days.sold_on.max(where=bought),
        orders=days.orders.sum(where=inside),
        purchase_days=days.count(where=bought & inside),
        **{name: days[name].sum(where=inside) for name in _SUMS},
    )
    table = table.filter(table.purchase_days > 0)
    table = table.mutate(recency_days=ibis.literal(end).delta(table.last_purchase_on, unit="day"))
    variety = _breadth(known.filter(known.sold_on >= start))
    joined = table.left_join(variety, _KEY)
    return joined.select(
        "scope",
        "customer_id",
        "first_purchase_on",
        "last_purchase_on",
        "recency_days",
        "orders",
        "purchase_days",
        **{
            name: joined[name].cast("decimal(18, 3)" if name == "units" else "decimal(18, 2)")
            for name in _SUMS
        },
        products=joined.products,
        categories=joined.categories,
    )


def customer_categories(lines: ir.Table, *, as_of: date, window_months: int) -> ir.Table:
    """One row per ``scope``, ``customer_id`` and ``category`` bought in the window: net ``revenue``.

    Without rows where the client named no categories.
    """
    start, end = trailing_window(as_of, window_months)
    bought = lines.filter(
        lines.customer_id.notnull(),
        lines.category.notnull(),
        lines.sold_on.between(start, end),
        lines.is_purchase,
    )
    parts = bought.group_by(["brand_id", "customer_id", "category"]).agg(revenue=bought.revenue.sum())
    rows = scoped(parts)
    return rows.group_by(["scope", "customer_id", "category"]).agg(
        revenue=rows.revenue.sum().cast("decimal(18, 2)")
    )


def _breadth(lines: ir.Table) -> ir.Table:
    """How many different ``products`` and ``categories`` each customer bought, in each scope."""
    bought = lines.filter(lines.is_purchase, lines.product_id.notnull())
    pairs = scoped(bought.select("brand_id", "customer_id", "category", "product_id").distinct()).distinct()
    by_category = pairs.group_by([*_KEY, "category"]).agg(products=pairs.count())
    return by_category.group_by(_KEY).agg(
        products=by_category.products.sum(), categories=by_category.category.count()
    )
