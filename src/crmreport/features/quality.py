"""What the tables hold of what they could: filled columns, days and months of sales, keys that meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped

SENDERS = ("store_id", "channel")
"""The columns of sale lines that name who sends them: a till falls silent, or a channel does."""

BACKWARDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "staff": (("joined_on", "left_on"),),
    "stores": (("opened_on", "closed_on"),),
    "campaigns": (("starts_on", "ends_on"),),
    "member_tiers": (("starts_on", "ends_on"),),
    "channel_costs": (("starts_on", "ends_on"),),
    "leads": (("created_at", "closed_on"),),
    "opportunities": (("created_at", "closed_on"),),
    "cases": (("opened_at", "responded_at"), ("opened_at", "resolved_at")),
    "reviews": (("reviewed_at", "replied_at"),),
    "referrals": (("referred_on", "converted_on"),),
}
"""By table, what cannot end before it begins."""

COMES_LATER: Mapping[str, tuple[str, ...]] = {
    "sale_lines": ("refund", "refunded_on"),
    "staff": ("left_on",),
    "stores": ("closed_on",),
    "contacts": ("kept",),
    "member_tiers": ("ends_on",),
    "leads": ("status", "closed_on"),
    "opportunities": ("status", "closed_on"),
    "cases": (
        *("responded_at", "resolved_at", "followed_up_at"),
        *("status", "outcome", "unsolved_reason", "reopened"),
    ),
    "reviews": ("replied_at",),
    "referrals": ("converted_on",),
}
"""By table, what is filled in after the row was made: of late rows less, without anything being wrong."""

NEVER_NEGATIVE = ("coupon_discount", "cost", "floor_area", "weight", "minutes", "compensation")
"""Amounts of which a negative one is an error, in whatever table."""


def column_fill(table: ir.Table) -> ir.Table:
    """One row: ``rows``, and of each column how many of them hold a value."""
    return table.agg(rows=table.count(), **{f"filled {name}": table[name].count() for name in table.columns})


def month_fill(table: ir.Table, *, on: str, as_of: date) -> ir.Table:
    """As ``column_fill`` for each ``month`` of the date column ``on`` up to ``as_of``."""
    dated = table.filter(table[on].date() <= as_of) if _timed(table, on) else table.filter(table[on] <= as_of)
    dated = dated.mutate(month=_day(dated, on).truncate("M"))
    filled = {f"filled {name}": dated[name].count() for name in table.columns if name != on}
    return dated.group_by("month").agg(rows=dated.count(), **filled)


def _timed(table: ir.Table, column: str) -> bool:
    return bool(table[column].type().is_timestamp())


def _day(table: ir.Table, column: str) -> ir.DateValue:
    return table[column].date() if _timed(table, column) else table[column]


def unmatched(table: ir.Table, key: str, known: ir.Table) -> ir.Table:
    """One row: of the ``rows`` that hold a ``key``, how many ``lack`` it in ``known``."""
    values = known.select(found=known[key]).distinct()
    held = table.filter(table[key].notnull()).group_by(key).agg(rows=ibis._.count())
    joined = held.left_join(values, held[key] == values.found)
    return joined.agg(rows=joined.rows.sum(), lack=joined.rows.sum(where=joined.found.isnull()))


def out_of_range(table: ir.Table, name: str) -> dict[str, ir.Table]:
    """By column, one row: of its ``rows``, how many are ``wrong``: negative, or earlier than what began."""
    # The cost of what came back is below zero by our own hand.
    counts = ~table.is_return if "is_return" in table.columns else ibis.literal(True)
    wrong = {
        column: (table[column] < 0) & counts
        for column in NEVER_NEGATIVE
        if column in table.columns and table[column].type().is_numeric()
    }
    for begins, ends in BACKWARDS.get(name, ()):
        if begins in table.columns and ends in table.columns:
            wrong[ends] = _day(table, ends) < _day(table, begins)
    return {
        column: table.agg(rows=table[column].count(), wrong=table.count(where=test))
        for column, test in wrong.items()
    }


def sender_days(lines: ir.Table, *, by: str, as_of: date) -> ir.Table:
    """One row per value of ``by`` (a store, a channel): how regularly it sent sales up to ``as_of``.

    Time is counted in the business's own days, those on which anyone sold: what all were closed for is
    no silence. ``days`` with sales, ``first_on``, ``last_on``, ``span`` from the first to the last,
    ``after`` the last; the ``longest`` time between two days with sales, ``second`` the next longest, and
    the days ``gap_from`` and ``gap_to`` around the longest.
    """
    sold = lines.filter(lines.sold_on <= as_of)
    open_days = sold.select("sold_on").distinct()
    open_days = open_days.mutate(place=ibis.row_number().over(order_by=open_days.sold_on))
    daily = sold.filter(sold[by].notnull()).group_by([by, "sold_on"]).agg(lines=ibis._.count())
    daily = daily.join(open_days, "sold_on")
    before = ibis.window(group_by=by, order_by="sold_on")
    daily = daily.mutate(
        gap=daily.place - daily.place.lag().over(before), gap_from=daily.sold_on.lag().over(before)
    )
    order = [daily.gap.fill_null(0).desc(), daily.sold_on]
    daily = daily.mutate(rank=ibis.row_number().over(ibis.window(group_by=by, order_by=order)))
    known = daily.gap.notnull()
    last_place = open_days.agg(last_place=open_days.place.max())
    each = daily.group_by(by).agg(
        lines=daily.lines.sum(),
        days=daily.count(),
        first_on=daily.sold_on.min(),
        last_on=daily.sold_on.max(),
        first_place=daily.place.min(),
        end_place=daily.place.max(),
        longest=daily.gap.max(where=known & (daily["rank"] == 0)),
        second=daily.gap.max(where=known & (daily["rank"] == 1)),
        gap_from=daily.gap_from.max(where=known & (daily["rank"] == 0)),
        gap_to=daily.sold_on.max(where=known & (daily["rank"] == 0)),
    )
    each = each.cross_join(last_place)
    return each.select(
        by=ibis.literal(by),
        sender=each[by],
        lines=each.lines,
        days=each.days,
        first_on=each.first_on,
        last_on=each.last_on,
        span=each.end_place - each.first_place + 1,
        after=each.last_place - each.end_place,
        longest=each.longest.fill_null(0),
        second=each.second.fill_null(0),
        gap_from=each.gap_from,
        gap_to=each.gap_to,
    )


def sender_months(lines: ir.Table, *, by: str, as_of: date) -> ir.Table:
    """``lines`` by value of ``by`` and ``month`` up to ``as_of``; months without a line are not in it."""
    sold = lines.filter(lines.sold_on <= as_of, lines[by].notnull())
    sold = sold.select(sender=sold[by], month=sold.sold_on.truncate("M"))
    counted = sold.group_by(["sender", "month"]).agg(lines=sold.count())
    return counted.select(by=ibis.literal(by), sender="sender", month="month", lines="lines")


def week_totals(lines: ir.Table, *, as_of: date) -> ir.Table:
    """One row per ``scope`` and ``week`` (its Monday) with sales up to ``as_of``: ``lines``, ``days`` with
    sales, ``customers``, ``revenue``; all lines, with a customer or without."""
    sold = scoped(
        lines.filter(lines.sold_on <= as_of).select("brand_id", "customer_id", "sold_on", "revenue")
    )
    sold = sold.mutate(week=sold.sold_on.truncate("W"))
    return sold.group_by(["scope", "week"]).agg(
        lines=sold.count(),
        days=sold.sold_on.nunique(),
        customers=sold.customer_id.nunique(),
        revenue=sold.revenue.sum(),
    )


def active_months(lines: ir.Table, *, start: date, end: date) -> ir.Table:
    """One row per ``scope`` and customer who bought from ``start`` to ``end``: in how many ``months``."""
    bought = lines.filter(lines.customer_id.notnull(), lines.is_purchase, lines.sold_on.between(start, end))
    months = scoped(
        bought.select("brand_id", "customer_id", month=bought.sold_on.truncate("M")).distinct()
    ).distinct()
    customers = months.group_by(["scope", "customer_id"]).agg(months=months.count())
    return customers.group_by(["scope", "months"]).agg(customers=ibis._.count())


def foreign_keys(
    tables: Mapping[str, Sequence[str]], keys: Mapping[str, Sequence[str]]
) -> list[tuple[str, str, str]]:
    """Which columns refer to which table: ``(table, key, other)`` wherever a table has, as an ordinary
    column, what is the whole key of another. ``tables`` and ``keys`` list columns by table."""
    owners = {columns[0]: name for name, columns in keys.items() if len(columns) == 1 and name in tables}
    return [
        (name, column, owners[column])
        for name, columns in tables.items()
        for column in columns
        if column in owners and owners[column] != name
    ]
