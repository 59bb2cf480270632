"""The customer table: who bought in the trailing window, and how."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import MEASURES, known_days, scoped
from crmreport.params import GROUP
from crmreport.period import trailing_window

_KEY = ["scope", "customer_id"]
_SUMS = tuple(name for name in MEASURES if name != "lines")


def customer_table(
    lines: ir.Table, *, as_of: date, window_months: int, days: ir.Table | None = None
) -> ir.Table:
    """One row per ``scope`` and ``customer_id`` with a purchase in the window of whole months to ``as_of``.

    - ``first_purchase_on``, ``last_purchase_on``: over the whole history up to ``as_of``; the first one
      in the data, which need not be the customer's first ever
    - ``recency_days``: from the last purchase to ``as_of``
    - ``orders``, ``purchase_days`` in the window; ``revenue``, ``units``, ``discount``,
      ``coupon_discount``, ``deal_revenue`` (of lines bought on any deal) and ``margin`` (revenue less
      cost, of lines whose cost is known) in the window, net of returns
    - ``deal_share``: of the revenue; NULL where no deals are told, or the revenue is not above zero
    - ``gap_mean``, ``gap_spread``: mean and sample standard deviation of the days between purchase days of
      the window; NULL where there are fewer than one gap, or two
    - ``products``, ``categories``, ``channels``: how many different ones in the window, NULL where
      none is known

    Sale lines without a customer are in none of it; those after ``as_of`` are not looked at. ``days``, where
    they have been summed before, are the lines' ``known_days`` up to ``as_of``. Scores and classes of the
    customers are made of this table (``crmreport.analysis.rfm`` and ``pareto``), where their cut points are.
    """
    start, end = trailing_window(as_of, window_months)
    if days is None:
        days = known_days(lines, as_of=end)
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
    inside_lines = lines.filter(lines.customer_id.notnull(), lines.sold_on.between(start, end))
    for more in (_gaps(days.filter(bought & inside)), _breadth(inside_lines), _channels(inside_lines)):
        table = table.left_join(more, _KEY).drop("scope_right", "customer_id_right")
    share = table.deal_revenue.cast("float64") / table.revenue.cast("float64")
    gaps, total, squares = (table[name].cast("float64") for name in ("gaps", "gap_days", "gap_squares"))
    # Whole numbers until the last step: the order of the gaps leaves no trace.
    variance = (gaps * squares - total * total) / (gaps * (gaps - 1))
    return table.select(
        "scope",
        "customer_id",
        "first_purchase_on",
        "last_purchase_on",
        "recency_days",
        "orders",
        "purchase_days",
        **{
            name: table[name].cast("decimal(18, 3)" if name == "units" else "decimal(18, 2)")
            for name in _SUMS
        },
        deal_share=ibis.ifelse(table.revenue > 0, share, None),
        gap_mean=total / gaps,
        gap_spread=ibis.ifelse(table.gaps > 1, variance, None).sqrt(),
        products=table.products,
        categories=table.categories,
        channels=table.channels,
    )


def _gaps(bought: ir.Table) -> ir.Table:
    """The number, sum and sum of squares of the days between the purchase days ``bought``."""
    own = ibis.window(group_by=_KEY, order_by="sold_on")
    days = bought.sold_on.delta(bought.sold_on.lag().over(own), unit="day").cast("int64")
    gaps = bought.select(*_KEY, days=days)
    gaps = gaps.filter(gaps.days.notnull())
    return gaps.group_by(_KEY).agg(
        gaps=gaps.count(), gap_days=gaps.days.sum(), gap_squares=(gaps.days * gaps.days).sum()
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
    pairs = _different(lines.filter(lines.is_purchase, lines.product_id.notnull()), "category", "product_id")
    by_category = pairs.group_by([*_KEY, "category"]).agg(products=pairs.count())
    return by_category.group_by(_KEY).agg(
        products=by_category.products.sum(), categories=by_category.category.count()
    )


def _channels(lines: ir.Table) -> ir.Table:
    """In how many different ``channels`` each customer bought, in each scope."""
    pairs = _different(lines.filter(lines.is_purchase, lines.channel.notnull()), "channel")
    return pairs.group_by(_KEY).agg(channels=pairs.count())


def _different(bought: ir.Table, *columns: str) -> ir.Table:
    """The different values of ``columns`` together, by scope and customer."""
    pairs = bought.select("customer_id", *columns, scope="brand_id").distinct()
    group = pairs.drop("scope").distinct().mutate(scope=ibis.literal(GROUP))
    return ibis.union(pairs.filter(pairs.scope.notnull()), group.select(pairs.columns))
