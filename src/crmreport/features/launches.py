"""Products by when they were first sold: who tried them, and who bought them again."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped

DAYS = 90
"""For as long a product is new, and as long a buyer has to come back to it; also the run-in, before whose end
no product can be called new."""


def launch_table(lines: ir.Table, *, first_day: date, as_of: date) -> ir.Table:
    """One row per ``scope`` and ``product_id`` sold after the run-in of ``DAYS`` from the data's first day.

    ``category``; ``launched``: first sold anywhere after the run-in and at least ``DAYS`` before ``as_of``;
    ``tried``: customers who bought it in its first ``DAYS`` (of a launched product). ``firsts``: customers
    whose first purchase of it lies between the run-in and ``DAYS`` before ``as_of``; ``again``: those of
    them who bought it on another day within ``DAYS``.
    """
    known = lines.filter(
        lines.customer_id.notnull(), lines.product_id.notnull(), lines.is_purchase, lines.sold_on <= as_of
    )
    days = scoped(known.select("brand_id", "customer_id", "product_id", "category", "sold_on").distinct())
    days = days.distinct()
    keys = ["scope", "customer_id", "product_id"]
    firsts = days.group_by([*keys, "category"]).agg(first=days.sold_on.min())
    later = days.join(firsts, keys).filter(
        lambda row: (row.sold_on > row.first) & (row.sold_on <= row.first + ibis.interval(days=DAYS))
    )
    back = later.select(*keys).distinct().mutate(back=ibis.literal(1))
    products = firsts.group_by("product_id").agg(launched_on=firsts["first"].min())
    table = firsts.left_join(back, keys).select(*keys, "category", "first", "back")
    table = table.inner_join(products, "product_id")
    run_in, latest = first_day + timedelta(days=DAYS), as_of - timedelta(days=DAYS)
    launched = table.launched_on.between(run_in, latest)
    followed = table["first"].between(run_in, latest)
    tried = launched & (table["first"] < table.launched_on + ibis.interval(days=DAYS))
    found = table.group_by(["scope", "product_id", "category"]).agg(
        launched=launched.max(),
        tried=table.count(where=tried),
        firsts=table.count(where=followed),
        again=table.count(where=followed & table.back.notnull()),
    )
    return found.filter(found.firsts > 0)
