"""What the ingest of every table shares: the working table, and the account of its rows.

A working table holds each row's canonical values beside the row as it was supplied, so that what is
set aside can be handed back to the client as it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

import ibis
import ibis.expr.types as ir

from crmreport.data.cleaning import Ids, as_boolean, as_id, as_local_time, as_number, as_text
from crmreport.data.contract import Column
from crmreport.data.ledger import Rule, RuleId, SourceFile, TableLedger, Tally
from crmreport.data.mapping import FILE, OURS, ROW, Plan
from crmreport.text import load_catalogue

RULE = OURS + "rule"
USED = "none"
_SUPPLIED = "as supplied: "

Counted = Mapping[tuple[str, str], Tally]
"""Rows and money by file and by what became of them."""


@dataclass(frozen=True)
class Ingested:
    """A canonical table still in the database, the rows set aside beside it, and the account of both."""

    rows: ir.Table
    quarantine: ir.Table
    ledger: TableLedger


def working_table(raw: ir.Table, plan: Plan, client_zone: str) -> ir.Table:
    """Our working columns, every column as supplied, and all canonical columns and attributes."""
    ours = [name for name in raw.columns if name.startswith(OURS)]
    supplied = {_SUPPLIED + name: raw[name] for name in raw.columns if name not in ours}
    canonical = {column.name: _canonical(raw, plan, column, client_zone) for column in plan.table.mappable}
    own = {name: text_of(raw, plan, name) for name in plan.source.attributes}
    return raw.select(*ours, **supplied, **canonical, **own)


def text_of(raw: ir.Table, plan: Plan, column: str) -> ir.StringValue:
    """A mapped column's text, NULL where blank."""
    return as_text(raw[plan.columns[column]], plan.source.missing)


def id_of(raw: ir.Table, plan: Plan, column: str) -> ir.StringValue:
    """A mapped column's text; an id mended, so that it meets the ids of other tables."""
    return as_id(text_of(raw, plan, column), plan.conventions.ids.get(column, Ids()))


def _canonical(raw: ir.Table, plan: Plan, column: Column, client_zone: str) -> ir.Value:
    if column.name not in plan.columns:
        return ibis.null(column.type)
    found, missing = raw[plan.columns[column.name]], plan.source.missing
    match column.type:
        case "string":
            return id_of(raw, plan, column.name)
        case "timestamp" | "date":
            time = as_local_time(
                found,
                missing,
                source_zone=plan.source.timezone,
                client_zone=client_zone,
                style=plan.conventions.dates.get(column.name),
            )
            return time.date() if column.type == "date" else time
        case "boolean":
            return as_boolean(found, missing)
        case _:
            return number_of(raw, plan, column)


def number_of(raw: ir.Table, plan: Plan, column: Column) -> ir.NumericValue:
    """A mapped column's number, NULL where it is blank or none."""
    style = plan.conventions.numbers.get(column.name)
    return as_number(raw[plan.columns[column.name]], plan.source.missing, column.type, style)


def as_supplied(work: ir.Table, plan: Plan, column: str) -> ir.StringValue:
    """A canonical column's text as it was supplied, NULL where blank."""
    return as_text(work[_SUPPLIED + plan.columns[column]], plan.source.missing)


def supplied_columns(work: ir.Table) -> list[str]:
    return [name for name in work.columns if name.startswith(_SUPPLIED)]


def output_columns(plan: Plan) -> list[str]:
    """The columns that the store keeps: the contract's, then the client's attributes."""
    return [*plan.table.names, *plan.source.attributes]


def quarantined(work: ir.Table) -> ir.Table:
    """The rows set aside, as supplied, each with its file and row there, the rule that it broke, and the
    reason for the rule in English. The header is row 1."""
    rows = work.filter(work[RULE] != USED)
    supplied = {f"supplied_{name.removeprefix(_SUPPLIED)}": rows[name] for name in supplied_columns(work)}
    texts = {name: column.cast("string") for name, column in supplied.items()}
    reason = rows[RULE].cases(*reasons().items())
    chosen = rows.select(file=rows[FILE], row=rows[ROW], rule=rows[RULE], reason=reason, **texts)
    return chosen.order_by(["file", "row", *texts])


def reasons() -> dict[str, str]:
    """Why each rule matters, in English."""
    english = load_catalogue("en")
    said = {rule: f"data.rule.{rule}.reason" for rule in get_args(RuleId)}
    return {rule: english[message].forms[0] for rule, message in said.items() if message in english}


def tallies(grouped: ir.Table) -> Counted:
    """Read a small table of ``rows`` and ``money`` grouped by ``FILE`` and ``RULE``."""
    return {
        (row[FILE], row[RULE]): Tally(rows=row["rows"], money=row["money"])
        for row in grouped.to_pyarrow().to_pylist()
    }


def total(counted: Iterable[Tally]) -> Tally:
    return sum(counted, Tally())


def broken(rule: RuleId, counted: Counted) -> Rule:
    """What a rule set aside, over all files."""
    found = total(tally for (_, key), tally in counted.items() if key == rule)
    return Rule(id=rule, effect="set_aside", found=found)


def source_files(plan: Plan, counted: Counted) -> tuple[SourceFile, ...]:
    rows = {
        file.name: total(t for (name, _), t in counted.items() if name == file.name) for file in plan.files
    }
    return tuple(
        SourceFile(name=file.name, sha256=file.sha256, rows=rows[file.name].rows, read_as=file.read_as)
        for file in plan.files
    )
