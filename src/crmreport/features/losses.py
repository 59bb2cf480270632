"""What customers who have fallen silent had said: causes in their cases, and reasons in a survey."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped

COLUMNS = ("source", "cause", "topic", "customers")
_KEY = ["scope", "customer_id"]


def silent_customers(days: ir.Table, horizons: Mapping[str, int], *, as_of: date) -> ir.Table:
    """``scope`` and ``customer_id`` of those who had bought and have not for the scope's horizon."""
    limits = ibis.memtable(
        [
            {"scope": scope, "since": as_of - timedelta(days=length)}
            for scope, length in sorted(horizons.items())
        ],
        schema=ibis.schema({"scope": "string", "since": "date"}),
    )
    last = days.filter(days.orders > 0).group_by(_KEY).agg(last=days.sold_on.max())
    last = last.join(limits, "scope")
    return last.filter(last["last"] <= last.since).select(*_KEY)


def case_causes(cases: ir.Table, silent: ir.Table, *, since: date, as_of: date) -> ir.Table:
    """``scope``, ``source`` (cases), ``cause``, ``topic`` and how many silent ``customers``.

    Of each customer the last case from ``since`` to ``as_of`` that names a cause. Cases of no brand are the
    group's alone.
    """
    day = cases.opened_at.cast("date")
    told = cases.filter(cases.cause.notnull(), cases.customer_id.notnull(), day.between(since, as_of))
    rows = scoped(told.select("brand_id", "customer_id", "opened_at", "case_id", "cause", "topic"))
    rows = rows.semi_join(silent, _KEY)
    latest = ibis.window(
        group_by=_KEY, order_by=[ibis.desc("opened_at"), ibis.desc("case_id"), "cause", "topic"]
    )
    rows = rows.mutate(place=ibis.row_number().over(latest))
    rows = rows.filter(rows.place == 0)
    counted = rows.group_by(["scope", "cause", "topic"]).agg(customers=rows.count())
    return counted.mutate(source=ibis.literal("cases"))


def survey_causes(answers: ir.Table, item: str, *, since: date, as_of: date) -> ir.Table:
    """As ``case_causes``, from the answers to the survey's ``item``: each respondent's last one.

    Whoever answers why he left has left, by his own account; so nobody's sales are looked at.
    """
    dated = answers.answered_on.isnull() | answers.answered_on.between(since, as_of)
    told = answers.filter(answers.item == item, answers.answer.notnull(), dated)
    rows = scoped(told.select("brand_id", "respondent_id", "answered_on", "answer"))
    latest = ibis.window(group_by=["scope", "respondent_id"], order_by=[ibis.desc("answered_on"), "answer"])
    rows = rows.mutate(place=ibis.row_number().over(latest))
    rows = rows.filter(rows.place == 0)
    counted = rows.group_by(["scope", "answer"]).agg(customers=rows.count())
    return counted.select(
        "scope",
        cause="answer",
        topic=ibis.null("string"),
        customers="customers",
        source=ibis.literal("survey"),
    )
