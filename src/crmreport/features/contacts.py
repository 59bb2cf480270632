"""How often customers were contacted: by week, by sender, and as planned."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.campaigns import made_contacts
from crmreport.features.totals import Spans

_KEY = ["scope", "customer_id"]

PRESSURE = ("customer_id", "contacts", "busiest", "known_before", "bought", "bought_before")
"""The columns of ``contact_pressure`` of one scope."""


def dated_contacts(contacts: ir.Table, campaigns: ir.Table | None, *, start: date, end: date) -> ir.Table:
    """The contacts that took place from ``start`` to ``end``, with the ``day``.

    One of an unknown day counts on the first day of its campaign; where that is not known either, it is
    left out.
    """
    made = made_contacts(contacts)
    day = made.contacted_on
    if campaigns is not None:
        begins = campaigns.select("campaign_id", begins="starts_on")
        made = made.left_join(begins, "campaign_id").drop("campaign_id_right")
        day = ibis.coalesce(made.contacted_on, made.begins)
    made = made.mutate(day=day)
    return made.filter(made.day.between(start, end)).select("customer_id", "channel", "unit", "day")


def contact_weeks(made: ir.Table, customers: ir.Table) -> ir.Table:
    """How many weeks of how many customers held so many contacts.

    One row per ``scope``, ``contacts`` in one week and different ``units`` that made them (0 where no unit is
    named): ``weeks``, a customer's week counting one, and ``customers`` who had such a week. Contacts count
    for every scope the customer belongs to, whoever sent them: the attention is the customer's.
    """
    mine = customers.select(*_KEY).join(made, "customer_id")
    weeks = mine.mutate(week=mine.day.truncate("W")).group_by([*_KEY, "week"])
    each = weeks.agg(contacts=ibis._.count(), units=ibis._.unit.nunique())
    return each.group_by(["scope", "contacts", "units"]).agg(
        weeks=each.count(), customers=each.customer_id.nunique()
    )


def contacts_by_sender(made: ir.Table, customers: ir.Table) -> ir.Table:
    """One row per ``scope``, ``kind`` (``channel`` or ``unit``) and its ``sender``: ``contacts`` made and
    ``customers`` reached."""
    mine = customers.select(*_KEY).join(made, "customer_id")
    parts = []
    for kind in ("channel", "unit"):
        named = mine.filter(mine[kind].notnull()).mutate(kind=ibis.literal(kind), sender=mine[kind])
        grouped = named.group_by(["scope", "kind", "sender"])
        parts.append(grouped.agg(contacts=ibis._.count(), customers=ibis._.customer_id.nunique()))
    return ibis.union(*parts)


def sender_weeks(made: ir.Table, customers: ir.Table) -> ir.Table:
    """In weeks of how many contacts each sender had a part.

    One row per ``scope``, ``kind`` (``channel`` or ``unit``), ``sender`` and ``contacts`` that a customer
    had from all senders in one week: the ``weeks`` in which one of them was the sender's.
    """
    mine = customers.select(*_KEY).join(made, "customer_id")
    mine = mine.mutate(week=mine.day.truncate("W"))
    busy = mine.group_by([*_KEY, "week"]).agg(contacts=ibis._.count())
    parts = []
    for kind in ("channel", "unit"):
        named = mine.filter(mine[kind].notnull()).mutate(kind=ibis.literal(kind), sender=mine[kind])
        weeks = named.select(*_KEY, "week", "kind", "sender").distinct().join(busy, [*_KEY, "week"])
        parts.append(weeks.group_by(["scope", "kind", "sender", "contacts"]).agg(weeks=ibis._.count()))
    return ibis.union(*parts)


def contact_pressure(made: ir.Table, customers: ir.Table, days: ir.Table, spans: Spans) -> ir.Table:
    """One row per ``scope`` and customer of it: ``contacts`` in the period, those of the ``busiest`` week of
    it, whether the customer is ``known_before`` (had bought before the period began), ``bought_before`` (in
    the period before) and ``bought`` (in the period)."""
    weekly = made.group_by(["customer_id", made.day.truncate("W").name("week")]).agg(contacts=made.count())
    per = weekly.group_by("customer_id").agg(contacts=weekly.contacts.sum(), busiest=weekly.contacts.max())
    bought = days.filter(days.orders > 0)
    now, before = spans["period"], spans["previous"]
    when = bought.group_by(_KEY).agg(
        bought=bought.sold_on.between(*now).any(),
        bought_before=bought.sold_on.between(*before).any(),
        known_before=bought.sold_on.min() < now[0],
    )
    table = customers.select(*_KEY).left_join(per, "customer_id").drop("customer_id_right")
    table = table.left_join(when, _KEY)
    return table.select(
        *_KEY,
        contacts=table.contacts.fill_null(0),
        busiest=table.busiest.fill_null(0),
        known_before=table.known_before.fill_null(False),
        bought=table.bought.fill_null(False),
        bought_before=table.bought_before.fill_null(False),
    )


def planned_contacts(contacts: ir.Table, *, start: date, end: date) -> ir.Table:
    """One row per ``unit`` of the contacts planned from ``start`` to ``end``: how many were ``planned``,
    ``kept`` by ``end``, and kept ``in_time``, by the planned day. Without rows where none was planned.

    What is made after ``end`` is not known on that day: a later run of the same period counts the same.
    """
    due = contacts.filter(contacts.planned_on.between(start, end))
    later = (due.contacted_on > end).fill_null(False)
    kept = due.kept.fill_null(due.contacted_on.notnull()) & ~later
    in_time = kept & (due.contacted_on <= due.planned_on)
    return due.group_by("unit").agg(
        planned=due.count(), kept=kept.sum(), in_time=in_time.fill_null(False).sum()
    )
