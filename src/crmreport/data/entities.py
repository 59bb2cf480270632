"""Ingest of the tables that have one row a key: customers and products."""

from __future__ import annotations

import ibis
from ibis.backends.duckdb import Backend

from crmreport.data.engine import reading
from crmreport.data.ingest import (
    RULE,
    USED,
    Counted,
    Ingested,
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

RULES: tuple[RuleId, ...] = ("missing_key", "duplicate", "repeated_key")
_PLACE = OURS + "place among the rows of the key"
_CONTENT = OURS + "place among the contents of the key"
_NO_MONEY = ibis.literal("0").cast("decimal(18, 2)")


def ingest_entities(backend: Backend, plan: Plan, client_zone: str) -> Ingested:
    """One row a key, in order of keys.

    Where a key comes again with other content, the first in order of content stays, whatever the
    order of the file. Raises InputDataError where no row has a key.
    """
    key = plan.table.key
    assert key is not None
    work = working_table(plan.read(backend), plan, client_zone)
    content = [name for name in output_columns(plan) if name != key.name] or [key.name]
    same_key = ibis.window(group_by=key.name, order_by=content)
    ranked = work.mutate(
        **{
            _PLACE: ibis.row_number().over(same_key),
            _CONTENT: ibis.dense_rank().over(same_key),
        }
    )
    rule = ibis.cases(
        (ranked[key.name].isnull(), "missing_key"),
        (ranked[_PLACE] == 0, USED),
        (ranked[_CONTENT] == 0, "duplicate"),
        else_="repeated_key",
    )
    with reading(plan.source.path):
        stored = backend.create_table(f"{plan.table.name}_checked", ranked.mutate(**{RULE: rule}), temp=True)
    counted = tallies(stored.group_by([FILE, RULE]).agg(rows=stored.count(), money=_NO_MONEY))
    ledger = _ledger(plan, counted)
    if not ledger.used.rows:
        raise InputDataError(
            "no row has a key." if ledger.supplied.rows else "the file holds no rows.",
            where=ledger.files[0].name,
            remedy=f"Check what {key.name} is mapped to under sources.{plan.table.name}.columns.",
        )
    used = stored.filter(stored[RULE] == USED).select(output_columns(plan)).order_by(key.name)
    return Ingested(used, quarantined(stored), ledger)


def _ledger(plan: Plan, counted: Counted) -> TableLedger:
    return TableLedger(
        table=plan.table.name,
        files=source_files(plan, counted),
        columns=tuple(name for name in plan.columns if name in plan.table),
        attributes=plan.source.attributes,
        supplied=total(counted.values()),
        set_aside=total(tally for (_, rule), tally in counted.items() if rule != USED),
        used=total(tally for (_, rule), tally in counted.items() if rule == USED),
        rules=tuple(broken(rule, counted) for rule in RULES),
    )
