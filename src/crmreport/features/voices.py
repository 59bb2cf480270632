"""What customers bring beside money: whom they referred, and what they said unpaid."""

from __future__ import annotations

from datetime import date
from functools import reduce

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped

COLUMNS = ("customer_id", "referrals", "feedback")
_KEY = ["scope", "customer_id"]


def voices(
    referrals: ir.Table | None,
    reviews: ir.Table | None,
    answers: ir.Table | None,
    *,
    since: date,
    as_of: date,
) -> ir.Table | None:
    """One row per ``scope`` and customer who referred somebody or gave feedback from ``since`` to ``as_of``.

    - ``referrals``: persons referred; NULL where no referrals were supplied
    - ``feedback``: reviews written and surveys answered; NULL where neither was supplied

    None where none of the three tables was supplied. What is of no brand is the group's alone. A survey
    counts once however many of its questions were answered, and not at all where nobody knows by whom.
    """
    parts = []
    if referrals is not None:
        made = referrals.filter(referrals.referred_on.between(since, as_of))
        parts.append(_counted(made.select("brand_id", "customer_id"), "referrals"))
    if reviews is not None:
        made = reviews.filter(reviews.reviewed_at.cast("date").between(since, as_of))
        parts.append(_counted(made.select("brand_id", "customer_id"), "feedback"))
    if answers is not None:
        dated = answers.answered_on.isnull() | answers.answered_on.between(since, as_of)
        each = answers.filter(dated).select("brand_id", "customer_id", "survey_id", "wave").distinct()
        parts.append(_counted(each.select("brand_id", "customer_id"), "feedback"))
    if not parts:
        return None
    rows = reduce(ibis.union, parts)
    table = rows.group_by(_KEY).agg(referrals=rows.referrals.sum(), feedback=rows.feedback.sum())
    known = {"referrals": referrals is not None, "feedback": reviews is not None or answers is not None}
    return table.mutate(
        **{
            name: table[name].fill_null(0) if supplied else ibis.null("int64")
            for name, supplied in known.items()
        }
    )


def _counted(rows: ir.Table, side: str) -> ir.Table:
    rows = scoped(rows.filter(rows.customer_id.notnull()))
    counts = rows.group_by(_KEY).agg(n=rows.count())
    columns = {name: counts.n if name == side else ibis.null("int64") for name in COLUMNS[1:]}
    return counts.select(*_KEY, **columns)
