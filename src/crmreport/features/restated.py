"""What was refunded only after a span had closed: a report of that time told more revenue."""

from __future__ import annotations

import ibis.expr.types as ir

from crmreport.features.days import scoped
from crmreport.features.totals import Spans, span_limits


def late_refunds(lines: ir.Table, spans: Spans) -> ir.Table:
    """One row per ``scope`` and ``span`` with a sale that was refunded after the last day of the span.

    ``lines``: how many such sales, ``refunded``: their refunds together, which lowered the revenue of the
    span since. A refund without a date is in none.
    """
    dated = lines.filter(lines.refunded_on.notnull(), lines.refund.fill_null(0) != 0)
    parts = scoped(dated.select("brand_id", "sold_on", "refunded_on", refund=dated.refund.abs()))
    limits = span_limits(spans)
    late = parts.join(
        limits,
        [parts.sold_on >= limits.start, parts.sold_on <= limits.end, parts.refunded_on > limits.end],
    )
    return late.group_by(["scope", "span"]).agg(
        lines=late.count(), refunded=late.refund.sum().cast("decimal(18, 2)")
    )
