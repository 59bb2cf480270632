"""Who of a period's buyers bought again in the next, by how often they had bought: two pairs in a row."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from crmreport.features.totals import Spans

GROUPS = {"once": 1, "few": 3}
"""Purchase days in the base period up to which a buyer is in a group; more of them are ``often``."""
OFTEN = "often"


def repeat_groups(days: ir.Table, spans: Spans) -> ir.Table:
    """One row per ``scope``, ``base`` (``previous`` or ``earlier``) and ``group``: ``customers``, ``again``.

    The buyers of a base, grouped by their purchase days in it alone (``once``, ``few``: two or three,
    ``often``), and how many of them bought ``again`` in the period after it. ``spans`` has ``period``,
    ``previous`` and ``earlier``, which follow each other. A group is known before its outcome, and is of one
    length in both pairs, so that a longer history puts nobody in another.
    """
    bought = days.filter(days.orders > 0)
    counts = bought.group_by(["scope", "customer_id"]).agg(
        **{name: bought.count(where=bought.sold_on.between(*span)) for name, span in spans.items()}
    )
    pairs = [
        counts.select("scope", base=ibis.literal(base), held=counts[base], again=counts[after] > 0)
        for base, after in (("earlier", "previous"), ("previous", "period"))
    ]
    both = ibis.union(*pairs)
    both = both.filter(both.held > 0)
    group = ibis.cases(*((both.held <= most, name) for name, most in GROUPS.items()), else_=OFTEN)
    both = both.mutate(group=group)
    return both.group_by(["scope", "base", "group"]).agg(
        customers=both.count(), again=both.again.cast("int64").sum()
    )
