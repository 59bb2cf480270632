"""The grain that every feature is counted from: what one customer did on one day, in each scope.

Lines are summed to orders, orders to days: counting rows of a smaller table at each step is several
times faster than counting distinct values over all lines.

An order is what one customer bought under one order number on one day; where orders have no number,
all that a customer bought on one day. A return lowers revenue and units, but is itself neither an
order nor a purchase day; nor is a gift, a presale's deposit or what was refunded in full.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.params import GROUP

MEASURES = ("revenue", "units", "lines", "discount", "coupon_discount", "deal_revenue", "margin")
"""What adds up. NULL where the client did not supply the column; ``margin``, the revenue less the cost of
the goods, is that of the lines whose cost is known."""


def scoped(table: ir.Table) -> ir.Table:
    """Every row once for the group and, where it has a brand, once for that brand, as ``scope``."""
    group = table.mutate(scope=ibis.literal(GROUP))
    brands = table.filter(table.brand_id.notnull()).mutate(scope=table.brand_id)
    return ibis.union(group, brands).drop("brand_id")


def known_days(lines: ir.Table, *, as_of: date) -> ir.Table:
    """The ``day_table`` of known customers up to ``as_of``."""
    return day_table(lines.filter(lines.customer_id.notnull(), lines.sold_on <= as_of))


def day_table(lines: ir.Table) -> ir.Table:
    """One row per ``scope``, ``customer_id`` (NULL: nobody known) and ``sold_on``.

    ``orders`` made that day, the ``MEASURES``; a day with only returns has no orders.
    """
    on_deal = (lines.discount.fill_null(0) > 0) | (lines.coupon_discount.fill_null(0) > 0)
    told = lines.discount.notnull() | lines.coupon_discount.notnull()
    zero = ibis.literal(0).cast("decimal(18, 2)")
    deal_revenue = ibis.cases((on_deal, lines.revenue), (told, zero))
    parts = lines.group_by(["brand_id", "customer_id", "order_id", "sold_on"]).agg(
        revenue=lines.revenue.sum(),
        units=lines.quantity.sum(),
        lines=lines.count(),
        discount=lines.discount.sum(),
        coupon_discount=lines.coupon_discount.sum(),
        deal_revenue=deal_revenue.sum(),
        margin=(lines.revenue - lines.cost).sum(),
        bought=lines.is_purchase.cast("int64").max(),
    )
    days = parts.group_by(["brand_id", "customer_id", "sold_on"]).agg(
        **{name: parts[name].sum() for name in MEASURES}, orders=parts.bought.sum()
    )
    brands = days.filter(days.brand_id.notnull()).rename(scope="brand_id")
    return ibis.union(brands, _of_group(parts, days).select(brands.columns))


def _of_group(parts: ir.Table, days: ir.Table) -> ir.Table:
    """The group's days: money adds up over the brands, but an order of several brands is one order."""
    sums = days.group_by(["customer_id", "sold_on"]).agg(**{name: days[name].sum() for name in MEASURES})
    orders = parts.group_by(["customer_id", "order_id", "sold_on"]).agg(bought=parts.bought.max())
    orders = orders.group_by(["customer_id", "sold_on"]).agg(orders=orders.bought.sum())
    same = [sums.customer_id.identical_to(orders.customer_id), sums.sold_on == orders.sold_on]
    return sums.join(orders, same).mutate(scope=ibis.literal(GROUP))
