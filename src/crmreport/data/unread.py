"""Rows that a file's reader could not take: part of what was supplied, and set aside."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from crmreport.data.ingest import Ingested, reasons
from crmreport.data.ledger import Rule, RuleId, Tally
from crmreport.data.mapping import FILE, ROW, TEXT, Plan

_RULE: RuleId = "unreadable_row"
UNREAD_TEXT = "unread"
"""The quarantine's column that holds such a row's text, since it has no fields."""


def with_unread(backend: Backend, plan: Plan, ingested: Ingested) -> Ingested:
    """The same with the rows that were not read in its quarantine and its account; their money is unknown."""
    rejected = plan.rejected(backend)
    by_file = rejected.group_by(FILE).agg(rows=rejected.count()).to_pyarrow().to_pylist()
    if not by_file:
        return ingested
    rows = {row[FILE]: row["rows"] for row in by_file}
    found, ledger = Tally(rows=sum(rows.values())), ingested.ledger
    files = tuple(
        file.model_copy(update={"rows": file.rows + rows.get(file.name, 0)}) for file in ledger.files
    )
    account = ledger.model_dump() | {
        "files": files,
        "supplied": ledger.supplied + found,
        "set_aside": ledger.set_aside + found,
        "rules": (Rule(id=_RULE, effect="set_aside", found=found), *ledger.rules),
    }
    quarantine = _together(ingested.quarantine, rejected)
    return Ingested(ingested.rows, quarantine, type(ledger).model_validate(account))


def _together(quarantine: ir.Table, rejected: ir.Table) -> ir.Table:
    unread = rejected.select(
        file=rejected[FILE],
        row=rejected[ROW].cast(quarantine.row.type()),
        rule=ibis.literal(_RULE),
        reason=ibis.literal(reasons()[_RULE]),
        **{name: ibis.null("string") for name in quarantine.columns[4:]},
        **{UNREAD_TEXT: rejected[TEXT]},
    )
    both = quarantine.mutate(**{UNREAD_TEXT: ibis.null("string")}).union(unread)
    return both.order_by(["file", "row"])
