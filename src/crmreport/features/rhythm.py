"""When customers come back: the rhythm of each, the gaps between purchases, and cohorts by month."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import known_days, scoped
from crmreport.params import GROUP
from crmreport.period import trailing_window

PARTS = 100
"""Into how many parts customers are dealt, so that an interval can respect who the gaps belong to."""

WHOLE = 1_000_000_000
"""One customer, in the whole numbers in which parts of customers are counted: sums of them are exact."""
MILLION = 1_000_000

_KEY = ["scope", "customer_id"]


def purchases(lines: ir.Table, *, as_of: date, days: ir.Table | None = None) -> ir.Table:
    """Purchase days of known customers up to ``as_of``, in each scope, with the one that follows.

    ``next_on`` is NULL where none followed; ``number`` counts a customer's days from 0.
    ``days``, where they have been summed before, are the lines' ``known_days``.
    """
    if days is None:
        days = known_days(lines, as_of=as_of)
    days = days.filter(days.orders > 0)
    own = ibis.window(group_by=_KEY, order_by="sold_on")
    return days.mutate(next_on=days.sold_on.lead().over(own), number=ibis.row_number().over(own))


def rhythm_table(
    lines: ir.Table, *, as_of: date, window_months: int, landmark: date, days: ir.Table | None = None
) -> ir.Table:
    """One row per ``scope`` and ``customer_id`` with a purchase in the window.

    - ``first_on``, ``second_on``: the first two purchase days in all the data; the second may be absent
    - ``first_category``: where most was spent on the first day; NULL where no category is known
    - ``last_on`` in the scope, ``client_last_on`` anywhere in the client's business
    - ``active_months``: calendar months of the window with a purchase
    - ``days``: purchase days in the window; ``gap_median``, ``gap_high``: median and 90th percentile of
      the gaps between them, in days; ``gap_total``, ``gap_logs``: the sum of the gaps, and of their natural
      logarithms in millionths: whole numbers, so that sums do not depend on their order
    - ``before_days``, ``before_revenue``, ``before_deal_revenue``: in the window before ``landmark``;
      ``after_on``: the first purchase on or after it
    """
    start, end = trailing_window(as_of, window_months)
    bought = purchases(lines, as_of=end, days=days)
    inside, before = bought.sold_on >= start, bought.sold_on < landmark
    gap = bought.next_on.delta(bought.sold_on, unit="day")
    table = bought.group_by(_KEY).agg(
        first_on=bought.sold_on.min(),
        second_on=bought.sold_on.min(where=bought.number == 1),
        last_on=bought.sold_on.max(),
        active_months=bought.sold_on.truncate("M").nunique(where=inside),
        days=bought.count(where=inside),
        gap_median=gap.quantile(0.5, where=inside),
        gap_high=gap.quantile(0.9, where=inside),
        gap_total=gap.sum(where=inside).fill_null(0).cast("int64"),
        gap_logs=(gap.ln() * MILLION).round().cast("int64").sum(where=inside).fill_null(0).cast("int64"),
        before_days=bought.count(where=inside & before),
        before_revenue=bought.revenue.sum(where=inside & before),
        before_deal_revenue=bought.deal_revenue.sum(where=inside & before),
        after_on=bought.sold_on.min(where=~before),
    )
    table = table.filter(table.days > 0)
    client = table.filter(table.scope == GROUP).select("customer_id", client_last_on="last_on")
    return (
        table.left_join(client, "customer_id")
        .drop("customer_id_right")
        .left_join(_first_categories(lines, bought), _KEY)
        .drop("scope_right", "customer_id_right")
    )


def _first_categories(lines: ir.Table, bought: ir.Table) -> ir.Table:
    firsts = bought.filter(bought.number == 0).select(*_KEY, "sold_on")
    known = lines.filter(lines.customer_id.notnull(), lines.category.notnull(), lines.is_purchase)
    spent = scoped(known.select("brand_id", "customer_id", "sold_on", "category", "revenue"))
    spent = spent.semi_join(firsts, [*_KEY, "sold_on"])
    spent = spent.group_by([*_KEY, "category"]).agg(revenue=spent.revenue.sum())
    most = ibis.window(group_by=_KEY, order_by=[ibis.desc("revenue"), "category"])
    ranked = spent.mutate(place=ibis.row_number().over(most))
    return ranked.filter(ranked.place == 0).select(*_KEY, first_category="category")


def gap_counts(lines: ir.Table, *, as_of: date, window_months: int, days: ir.Table | None = None) -> ir.Table:
    """How many gaps between purchase days are how long: ``closed`` by a next purchase, or still ``open``.

    One row per ``scope``, ``part`` (of the customers, 0 to 99) and ``gap_days``; gaps that begin in the
    window. A customer's last gap is open until ``as_of``.

    ``closed_weight`` and ``open_weight`` count each customer once, as ``WHOLE``: the closed gaps of one share
    it evenly, and an open gap has it where there is no closed one (Wang & Chang 1999).
    """
    start, end = trailing_window(as_of, window_months)
    bought = purchases(lines, as_of=end, days=days)
    bought = bought.filter(bought.sold_on >= start)
    ends = bought.next_on.fill_null(ibis.literal(end))
    place = ibis.dense_rank().over(ibis.window(group_by="scope", order_by="customer_id"))
    gaps = bought.select(
        *_KEY,
        part=place % PARTS,
        gap_days=ends.delta(bought.sold_on, unit="day"),
        ended=bought.next_on.notnull(),
    )
    gaps = gaps.filter(gaps.gap_days > 0)
    ended = gaps.ended.cast("int64")
    gaps = gaps.mutate(of_customer=ended.sum().over(ibis.window(group_by=_KEY)))
    closed = gaps.ended.cast("int64")
    part = (ibis.literal(WHOLE) / gaps.of_customer.nullif(0)).round().cast("int64")
    return gaps.group_by(["scope", "part", "gap_days"]).agg(
        closed=closed.sum(),
        open=(1 - closed).sum(),
        closed_weight=part.sum(where=gaps.ended).fill_null(0),
        open_weight=ibis.ifelse(gaps.of_customer == 0, WHOLE, 0).sum(),
    )


def cohort_counts(lines: ir.Table, *, as_of: date, days: ir.Table | None = None) -> ir.Table:
    """Customers by ``cohort`` (month of the first purchase in all the data) and ``since``, the months
    after it in which they bought; ``since`` 0 is the whole cohort."""
    bought = purchases(lines, as_of=as_of, days=days)
    firsts = bought.filter(bought.number == 0).select(*_KEY, cohort=bought.sold_on.truncate("M"))
    months = bought.select(*_KEY, month=bought.sold_on.truncate("M")).distinct()
    joined = months.join(firsts, _KEY)
    years = joined.month.year() - joined.cohort.year()
    joined = joined.mutate(since=12 * years + joined.month.month() - joined.cohort.month())
    return joined.group_by(["scope", "cohort", "since"]).agg(customers=joined.count())
