"""What buyers of a brand give to others: requirements, rivals' buyers and occasions, shared buyers.

All of it lies in a scope's market (see ``market``) and in the trailing window. An occasion is a day on
which a customer bought a rival in it; returns are none.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from crmreport.features.market import ALL, Span
from crmreport.params import GROUP


def requirements(placed: ir.Table, *, window: Span) -> ir.Table:
    """One row per brand's ``scope`` and ``customer_id`` who bought the brand in its market.

    ``own`` and ``market`` revenue, ``occasions`` with the brand, and ``rivals``, how many others in the
    market the customer bought as well (those that the data does not name count as one).
    """
    inside = placed.filter(placed.sold_on.between(*window), placed.scope != GROUP)
    own = (inside.rival == inside.scope).fill_null(False)
    bought = inside.is_purchase
    table = inside.group_by(["scope", "customer_id"]).agg(
        own=inside.revenue.sum(where=own),
        market=inside.revenue.sum(),
        occasions=inside.sold_on.nunique(where=own & bought),
        rivals=inside.rival.fill_null("").nunique(where=~own & bought),
    )
    return table.filter(table.occasions > 0)


def rival_counts(placed: ir.Table, *, window: Span) -> ir.Table:
    """One row per ``scope`` and ``rival``, and one of ALL together: ``buyers`` and ``occasions``."""
    inside = placed.filter(placed.sold_on.between(*window), placed.is_purchase)
    grains = inside.filter(inside.rival.notnull()), inside.mutate(rival=ibis.literal(ALL))
    columns = ["scope", "rival", "customer_id", "sold_on"]
    days = ibis.union(*(grain.select(*columns).distinct() for grain in grains))
    return days.group_by(["scope", "rival"]).agg(buyers=days.customer_id.nunique(), occasions=days.count())


def shared_buyers(placed: ir.Table, *, window: Span) -> ir.Table:
    """How many customers bought ``rival``, the brand of the scope, and ``other``: ``both``.

    None for the group, whose brands are compared in the portfolio.
    """
    inside = placed.filter(placed.sold_on.between(*window), placed.is_purchase, placed.rival.notnull())
    pairs = inside.filter(inside.scope != GROUP).select("scope", "customer_id", "rival").distinct()
    own = pairs.filter(pairs.rival == pairs.scope)
    others = pairs.view().rename(other="rival")
    both = own.join(others, ["scope", "customer_id"])
    both = both.filter(both.rival != both.other)
    return both.group_by(["scope", "rival", "other"]).agg(both=both.count())
