"""Ingest of the tables whose rows a key tells apart: customers, products, campaigns and what they did."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from crmreport.data.engine import reading
from crmreport.data.ingest import (
    RULE,
    USED,
    Counted,
    Ingested,
    as_supplied,
    broken,
    output_columns,
    quarantined,
    source_files,
    tallies,
    total,
    working_table,
)
from crmreport.data.ledger import RuleId, TableLedger
from crmreport.data.mapping import FILE, OURS, Plan
from crmreport.errors import InputDataError

_BROKEN = OURS + "rule that the row alone breaks"
_PLACE = OURS + "place among the rows of the key"
_CONTENT = OURS + "place among the contents of the key"
RowTest = Callable[[ir.Table], ir.BooleanValue]
_NO_MONEY = ibis.literal("0").cast("decimal(18, 2)")


def ingest_entities(
    backend: Backend, plan: Plan, client_zone: str, *, campaigns: ir.Table | None = None
) -> Ingested:
    """One row a key, in order of keys.

    Where a key comes again with other content, the first in order of content stays, whatever the
    order of the file. Rows of a campaign that ``campaigns`` lacks are set aside: nothing dates them.
    Raises InputDataError where no row can be used.
    """
    keys = [column.name for column in plan.table.keys]
    tests = _row_rules(plan, campaigns)
    work = working_table(plan.read(backend), plan, client_zone)
    with reading(plan.source.path):
        work = backend.create_table(f"{plan.table.name}_read", work, temp=True)
        alone = ibis.cases(*((test(work), rule) for rule, test in tests.items()), else_=USED)
        work = work.mutate(**{_BROKEN: alone})
        # A row that breaks a rule of its own never takes the place of one that breaks none.
        derived = {column.name: ibis.null(column.type) for column in plan.table.columns if column.derived}
        content = [name for name in output_columns(plan) if name not in keys and name not in derived]
        same_key = ibis.window(group_by=keys, order_by=[work[_BROKEN] != USED, *(content or keys[:1])])
        ranked = work.mutate(
            **{_PLACE: ibis.row_number().over(same_key), _CONTENT: ibis.dense_rank().over(same_key)}
        )
        rule = ibis.cases(
            (ranked[_BROKEN] != USED, ranked[_BROKEN]),
            (ranked[_PLACE] == 0, USED),
            (ranked[_CONTENT] == 0, "duplicate"),
            else_="repeated_key",
        )
        stored = backend.create_table(f"{plan.table.name}_checked", ranked.mutate(**{RULE: rule}), temp=True)
    counted = tallies(stored.group_by([FILE, RULE]).agg(rows=stored.count(), money=_NO_MONEY))
    ledger = _ledger(plan, counted, (*tests, "duplicate", "repeated_key"))
    _check_any_used(plan, ledger)
    used = stored.filter(stored[RULE] == USED).mutate(**derived).select(output_columns(plan)).order_by(keys)
    return Ingested(used, quarantined(stored), ledger)


def _row_rules(plan: Plan, campaigns: ir.Table | None) -> dict[RuleId, RowTest]:
    """What a row must hold by itself, in the order in which it is asked."""
    dates = [
        column for column in plan.table.mappable if column.type == "date" and column.name in plan.columns
    ]
    keys = [column.name for column in plan.table.keys if column.required and column.type != "date"]
    required = [column.name for column in dates if column.required]
    tests: dict[RuleId, RowTest] = {"missing_key": lambda rows: ibis.or_(*(rows[k].isnull() for k in keys))}

    def supplied(rows: ir.Table, name: str) -> ir.BooleanValue:
        return as_supplied(rows, plan, name).notnull()

    if required:
        tests["missing_date"] = lambda rows: ibis.or_(
            *(rows[name].isnull() & ~supplied(rows, name) for name in required)
        )
    if dates:
        tests["unreadable_date"] = lambda rows: ibis.or_(
            *(rows[day.name].isnull() & supplied(rows, day.name) for day in dates)
        )
    if campaigns is not None and "campaign_id" in plan.columns:
        known = campaigns.campaign_id
        tests["unknown_campaign"] = lambda rows: rows.campaign_id.notnull() & rows.campaign_id.notin(known)
    return tests


def _ledger(plan: Plan, counted: Counted, rules: Sequence[RuleId]) -> TableLedger:
    return TableLedger(
        table=plan.table.name,
        files=source_files(plan, counted),
        columns=tuple(name for name in plan.columns if name in plan.table),
        attributes=plan.source.attributes,
        supplied=total(counted.values()),
        set_aside=total(tally for (_, rule), tally in counted.items() if rule != USED),
        used=total(tally for (_, rule), tally in counted.items() if rule == USED),
        rules=tuple(broken(rule, counted) for rule in rules),
    )


def _check_any_used(plan: Plan, ledger: TableLedger) -> None:
    if ledger.used.rows or (plan.table.events and not ledger.supplied.rows):
        return
    worst = max(ledger.rules, key=lambda rule: rule.found.rows).id
    keys = ", ".join(column.name for column in plan.table.keys if column.required)
    problem = (
        "no row has a key."
        if worst == "missing_key"
        else f"no row can be used; most break the rule “{worst}”."
    )
    raise InputDataError(
        problem if ledger.supplied.rows else "the file holds no rows.",
        where=ledger.files[0].name,
        remedy=f"Check what {keys} is mapped to under sources.{plan.table.name}.columns.",
    )
