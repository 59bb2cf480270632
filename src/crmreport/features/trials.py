"""Campaigns whose arms were drawn by lot: what each arm bought during the campaign, and before it.

Everybody who was assigned counts in the arm of the lot, whether reached or not (intention to treat): who
could be reached is no matter of chance.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.campaigns import with_days_before

COLUMNS = (
    *("campaign_id", "arm", "campaign_name", "ends_on", "customers", "reached", "buyers"),
    *("before", "during", "before_squares", "during_squares", "products"),
)

_KEYS = ["scope", "campaign_id", "arm"]


def trial_arms(
    arms: ir.Table, contacts: ir.Table, spans: ir.Table, days: ir.Table, scopes: list[str]
) -> ir.Table:
    """One row per ``scope``, ``campaign_id`` and ``arm`` of the campaigns of ``spans`` that ``arms`` calls
    ``drawn_by_lot``.

    - ``customers`` assigned, the same in each scope; ``reached``: those with a contact of the campaign
    - ``buyers``: who bought of the scope during the campaign
    - ``before``, ``during``: revenue of the scope in as many days before the campaign and in it, summed
      over the arm; ``before_squares``, ``during_squares`` and ``products``: the sums of each customer's
      squares and of before times during

    Whoever stands in two arms of one campaign is in neither. ``spans`` as of ``campaign_spans``; ``days``
    as of ``known_days``.
    """
    drawn = arms.filter(arms.drawn_by_lot).semi_join(spans, "campaign_id")
    placed = drawn.group_by(["campaign_id", "customer_id"]).agg(arm=drawn.arm.min(), arms=drawn.arm.nunique())
    placed = placed.filter(placed.arms == 1).drop("arms")
    touched = contacts.select("campaign_id", "customer_id").distinct().mutate(touched=True)
    placed = placed.left_join(touched, ["campaign_id", "customer_id"])
    placed = placed.drop("campaign_id_right", "customer_id_right")
    everyone = placed.cross_join(ibis.memtable({"scope": scopes}))
    bought = _bought(days, spans)
    joined = everyone.left_join(bought, ["scope", "campaign_id", "customer_id"])
    joined = joined.drop("scope_right", "campaign_id_right", "customer_id_right")
    before, during = (joined[name].fill_null(0).cast("float64") for name in ("before", "during"))
    sums = joined.group_by(_KEYS).agg(
        customers=joined.count(),
        reached=joined.count(where=joined.touched.fill_null(False)),
        buyers=joined.count(where=joined.orders.fill_null(0) > 0),
        before=joined.before.fill_null(0).sum(),
        during=joined.during.fill_null(0).sum(),
        # To the cent and no finer, so that the order of the sum leaves no trace.
        before_squares=(before * before).round(2).cast("decimal(18, 2)").sum(),
        during_squares=(during * during).round(2).cast("decimal(18, 2)").sum(),
        products=(before * during).round(2).cast("decimal(18, 2)").sum(),
    )
    named = spans.select("campaign_id", "campaign_name", "ends_on")
    return sums.left_join(named, "campaign_id").drop("campaign_id_right")


def _bought(days: ir.Table, spans: ir.Table) -> ir.Table:
    """What each customer spent in each scope, before and during each campaign, and the orders during it."""
    inside = days.join(spans, [days.sold_on >= spans.before_from, days.sold_on <= spans.ends_on])
    later = inside.sold_on >= inside.starts_on
    return inside.group_by(["scope", "campaign_id", "customer_id"]).agg(
        orders=inside.orders.sum(where=later),
        before=inside.revenue.sum(where=~later),
        during=inside.revenue.sum(where=later),
    )


def campaign_spans(campaigns: ir.Table, *, window: tuple[date, date], first_day: date) -> ir.Table:
    """The campaigns that ended in the window and have as many days before them in the data: their
    ``campaign_name``, ``starts_on``, ``ends_on``, and ``before_from``, the first of those days."""
    start, end = window
    ended = with_days_before(campaigns.filter(campaigns.ends_on.between(start, end)), (first_day, end))
    return ended.select("campaign_id", "campaign_name", "starts_on", "ends_on", "before_from")
