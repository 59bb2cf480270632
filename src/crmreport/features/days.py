"""The grain that most features are counted from: what one customer did on one day, in each scope.

The stored lines are marked with what opens an order and a day (``crmreport.data.marks``), so that orders
are counted in the one pass that sums the lines. A return lowers revenue and units, but is itself neither
an order nor a purchase day; nor is a gift, a presale's deposit or what was refunded in full.
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


def measured(lines: ir.Table) -> dict[str, ir.Value]:
    """The ``MEASURES``, summed over lines."""
    on_deal = (lines.discount.fill_null(0) > 0) | (lines.coupon_discount.fill_null(0) > 0)
    told = lines.discount.notnull() | lines.coupon_discount.notnull()
    zero = ibis.literal(0).cast("decimal(18, 2)")
    return {
        "revenue": lines.revenue.sum(),
        "units": lines.quantity.sum(),
        "lines": lines.count(),
        "discount": lines.discount.sum(),
        "coupon_discount": lines.coupon_discount.sum(),
        "deal_revenue": ibis.cases((on_deal, lines.revenue), (told, zero)).sum(),
        "margin": (lines.revenue - lines.cost).sum(),
    }


def known_days(lines: ir.Table, *, as_of: date) -> ir.Table:
    """The ``day_table`` of known customers up to ``as_of``."""
    return day_table(lines.filter(lines.customer_id.notnull(), lines.sold_on <= as_of))


def day_table(lines: ir.Table) -> ir.Table:
    """One row per ``scope``, ``customer_id`` (NULL: nobody known) and ``sold_on``.

    ``orders`` made that day, the ``MEASURES``; a day with only returns has no orders. ``lines`` are marked
    (see ``crmreport.data.marks``) and hold all of a customer's day, or nothing of it. Money adds up over
    the brands, but an order of several brands is one order of the group.
    """
    days = lines.group_by(["brand_id", "customer_id", "sold_on"]).agg(
        **measured(lines), orders=lines.brand_opens_order.sum(), group_orders=lines.opens_order.sum()
    )
    brands = days.filter(days.brand_id.notnull()).drop("group_orders").rename(scope="brand_id")
    group = days.group_by(["customer_id", "sold_on"]).agg(
        **{name: days[name].sum() for name in MEASURES}, orders=days.group_orders.sum()
    )
    return ibis.union(brands, group.mutate(scope=ibis.literal(GROUP)).select(brands.columns))
