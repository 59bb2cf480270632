"""The group's brands side by side: who buys which of them in which category, and at which prices.

A purchase is a customer's buying of a brand in a category on a day; returns are none. Makers that are no
brand of the params file stand together, as a brand without a name.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from crmreport.features.market import Span
from crmreport.params import GROUP

QUARTERS = 4


def portfolio_buyers(lines: ir.Table, *, window: Span, period: Span, previous: Span) -> ir.Table:
    """One row per ``customer_id``, ``category`` (NULL: unknown) and ``brand_id``, in the scope of the group.

    ``purchases`` in the trailing window; net revenue ``now``, in the period, and ``before``, in the previous
    one. ``lines`` are of known customers.
    """
    keys = ["customer_id", "category", "brand_id"]
    first, last = min(window[0], previous[0]), window[1]
    inside = lines.filter(lines.sold_on.between(first, last))
    days = inside.group_by([*keys, "sold_on"]).agg(
        revenue=inside.revenue.sum(), bought=inside.is_purchase.cast("int64").max()
    )
    in_window = (days.bought == 1) & days.sold_on.between(*window)
    table = days.group_by(keys).agg(
        purchases=days.count(where=in_window),
        now=days.revenue.sum(where=days.sold_on.between(*period)),
        before=days.revenue.sum(where=days.sold_on.between(*previous)),
    )
    return table.mutate(scope=ibis.literal(GROUP))


def price_quarters(lines: ir.Table, *, window: Span) -> ir.Table:
    """One row per ``category``, ``brand_id`` and price ``quarter`` of the window, in the scope of the group.

    A product's price is what was paid for a unit over the window; a unit is a package, whatever it holds.
    The quarters cut each category's units by price, 1 holding the cheapest: a product belongs where the
    middle of all units at its price lies. ``revenue`` and ``units``; without rows where no units are known.
    """
    inside = lines.filter(
        lines.sold_on.between(*window), lines.category.notnull(), lines.product_id.notnull()
    )
    products = inside.group_by(["category", "brand_id", "product_id"]).agg(
        revenue=inside.revenue.sum(), units=inside.quantity.sum()
    )
    products = products.filter(products.units > 0, products.revenue > 0)
    products = products.mutate(price=(products.revenue / products.units).cast("decimal(18, 4)"))
    prices = products.group_by(["category", "price"]).agg(here=products.units.sum())
    whole = ibis.window(group_by="category")
    up_to = ibis.window(group_by="category", order_by="price", preceding=(None, 0))
    prices = prices.mutate(reached=prices.here.sum().over(up_to), total=prices.here.sum().over(whole))
    middle = (prices.reached - prices.here / 2) / prices.total
    prices = prices.mutate(quarter=(middle * QUARTERS).floor().cast("int64") + 1)
    placed = products.inner_join(prices.select("category", "price", "quarter"), ["category", "price"])
    table = placed.group_by(["category", "brand_id", "quarter"]).agg(
        revenue=placed.revenue.sum(), units=placed.units.sum()
    )
    return table.mutate(scope=ibis.literal(GROUP))
