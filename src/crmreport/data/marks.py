"""Marks on the stored sale lines: which line opens an order or a purchase day, and when the last one was.

What a customer's lines are to each other takes a sort of all lines to find out. Asked once, when a store
is built, the tables of days and of customers are one pass over the lines, for any window. An order is
what one customer bought under one order number on one day; where orders have no number, all that a
customer bought on one day.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

CODED = ("category", "channel")
"""Columns of few values, which are counted by their number in the alphabet."""

MARKS = (
    *(
        f"{within}{mark}"
        for within in ("", "brand_")
        for mark in ("opens_order", "opens_day", "day_gap", "first_on")
    ),
    *(f"{name}_no" for name in CODED),
)

_ORDER = ["customer_id", "sold_at", "order_id", "product_id"]
_NOBODY = "of nobody"


def marked(lines: ir.Table) -> ir.Table:
    """``lines`` with their marks, the lines of a customer together, in order of time.

    Of the lines with ``is_purchase``, in the whole business and, with ``brand_`` before the name, among
    those of the line's brand:

    - ``opens_order``: true on one line of each order; of orders of nobody known as well
    - ``opens_day``: true on one line of each day on which the customer bought
    - ``day_gap``: on that line the days since the purchase day before; NULL on others and the first day
    - ``first_on``: the customer's first purchase day in the data; NULL where the line is no purchase

    ``category_no`` and ``channel_no`` number the values from 0 in the order of the alphabet; NULL where
    unknown. All marks look back only: those up to a day are what they were on that day.
    """
    names = lines.columns
    lines = lines.mutate(**{_NOBODY: ibis.ifelse(lines.customer_id.isnull(), lines.sold_on, None)})
    lines = lines.mutate(**_looking_back(lines), **_looking_back(lines, "brand_id"))
    for name in CODED:
        lines = _numbered(lines, name)
    lines = lines.drop(_NOBODY)
    return lines.order_by([*_ORDER, *(name for name in names if name not in _ORDER)])


def _looking_back(lines: ir.Table, *within: str) -> dict[str, ir.Value]:
    """The marks among the lines that share ``within``."""
    own = ibis.window(
        group_by=["customer_id", *within, "is_purchase", _NOBODY],
        order_by=["sold_on", "order_id", "sold_at", "product_id"],
    )
    before, order_before = lines.sold_on.lag().over(own), lines.order_id.lag().over(own)
    opens_day = lines.is_purchase & (before.isnull() | (before != lines.sold_on))
    another = ~lines.order_id.identical_to(order_before)
    prefix = "brand_" if within else ""
    marks = {
        "opens_order": opens_day | (lines.is_purchase & another),
        "opens_day": opens_day,
        "day_gap": ibis.ifelse(opens_day, lines.sold_on.delta(before, unit="day"), None).cast("int32"),
        "first_on": ibis.ifelse(lines.is_purchase, lines.sold_on.first().over(own), None),
    }
    return {prefix + name: mark for name, mark in marks.items()}


def _numbered(lines: ir.Table, name: str) -> ir.Table:
    values = lines.filter(lines[name].notnull()).select(name).distinct()
    number = ibis.row_number().over(order_by=name).cast("int32")
    numbers = values.mutate(**{f"{name}_no": number})
    return lines.left_join(numbers, name).drop(f"{name}_right")
