"""What was sold on a deal: with a coupon, at a store's discount, or at full price.

All are of known customers; ``revenue`` is net of returns. A line with both a coupon and a discount is
one of the coupon.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped
from crmreport.features.totals import Spans, span_limits

KINDS = ("coupon", "discount", "full")
DEEPEST = 5
"""The last class of depth: half the price and more; the classes are tenths of the full price."""

_AMOUNTS = ("revenue", "discount", "coupon_discount")


def deal_mix(lines: ir.Table, spans: Spans) -> ir.Table:
    """One row per ``scope``, ``span`` and ``kind`` of deal: ``buyers``, ``lines`` and the amounts
    ``revenue``, ``discount`` (the store's) and ``coupon_discount``."""
    limits = span_limits(spans)
    sold = _kinds(lines)
    inside = sold.join(limits, [sold.sold_on >= limits.start, sold.sold_on <= limits.end])
    return _counted(inside, "span", "kind")


def deal_months(lines: ir.Table, *, as_of: date) -> ir.Table:
    """One row per ``scope``, ``month`` (its first day) and ``kind``, as ``deal_mix``, up to ``as_of``."""
    sold = _kinds(lines.filter(lines.sold_on <= as_of))
    return _counted(sold.mutate(month=sold.sold_on.truncate("M")), "month", "kind")


def depth_mix(lines: ir.Table, *, start: date, end: date) -> ir.Table:
    """One row per ``scope`` and ``depth`` of the store's discount between the two days, as ``deal_mix``.

    ``depth`` is the discount's tenth of the full price: 0 for under 10%, up to ``DEEPEST``. Lines
    without a discount, and returns, are left out.
    """
    sold = _kinds(lines.filter(lines.sold_on.between(start, end)))
    sold = sold.filter(sold.discount > 0, sold.revenue >= 0)
    tenth = (10 * sold.discount / (sold.revenue + sold.discount)).floor().cast("int64")
    return _counted(sold.mutate(depth=ibis.least(tenth, ibis.literal(DEEPEST).cast("int64"))), "depth")


def spending(lines: ir.Table, *, start: date, end: date) -> ir.Table:
    """One row per ``scope``: ``buyers`` between the two days, their ``revenue``, and the sum of the
    ``squares`` of what each spent, from which the spread of spending follows."""
    known = lines.filter(lines.customer_id.notnull(), lines.sold_on.between(start, end))
    parts = known.group_by(["brand_id", "customer_id"]).agg(revenue=known.revenue.sum())
    parts = scoped(parts)
    spent = parts.group_by(["scope", "customer_id"]).agg(revenue=parts.revenue.sum().cast("decimal(16, 2)"))
    return spent.group_by("scope").agg(
        buyers=spent.count(),
        revenue=spent.revenue.sum(),
        squares=(spent.revenue * spent.revenue).sum(),
    )


def _kinds(lines: ir.Table) -> ir.Table:
    known = lines.filter(lines.customer_id.notnull())
    kind = ibis.cases((known.coupon_discount > 0, "coupon"), (known.discount > 0, "discount"), else_="full")
    return known.mutate(kind=kind)


def _counted(sold: ir.Table, *keys: str) -> ir.Table:
    parts = sold.group_by(["brand_id", "customer_id", *keys]).agg(
        lines=sold.count(), **{name: sold[name].sum() for name in _AMOUNTS}
    )
    parts = scoped(parts)
    return parts.group_by(["scope", *keys]).agg(
        buyers=parts.customer_id.nunique(),
        lines=parts.lines.sum(),
        **{name: parts[name].sum() for name in _AMOUNTS},
    )
