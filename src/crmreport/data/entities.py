"""Ingest of every table but the sale lines: by one path, whatever the table declares.

Where its rows have a key, a key has one row; where they have none (events that nobody numbered), rows
may be alike. A row that lacks what its table cannot do without is set aside; a value that cannot be
read and is not needed becomes a blank, and is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from crmreport.data.brands import BRAND, branded, check_one_brand, with_product
from crmreport.data.contract import (
    CAMPAIGN_ARMS,
    CAMPAIGNS,
    CONTACTS,
    COUPONS,
    PRODUCTS,
    REDEMPTIONS,
    TABLES,
    Column,
)
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
from crmreport.data.ledger import Rule, RuleId, TableLedger, Tally
from crmreport.data.mapping import FILE, OURS, Plan
from crmreport.data.mending import mended
from crmreport.data.numbers import Numbers, narrow, read_number
from crmreport.errors import InputDataError
from crmreport.params import Engagement

REFERENCES: Mapping[str, tuple[str, RuleId]] = {
    "customer_id": ("customers", "unknown_customer"),
    "product_id": ("products", "unknown_product"),
    "store_id": ("stores", "unknown_store"),
    "staff_id": ("staff", "unknown_staff"),
    "campaign_id": ("campaigns", "unknown_campaign"),
    "lead_id": ("leads", "unknown_lead"),
}
"""A column that names a row of another table: which table, and the rule that counts those it lacks."""

_OF_CAMPAIGNS = (CAMPAIGN_ARMS.name, CONTACTS.name, COUPONS.name, REDEMPTIONS.name)
"""Their rows mean nothing without the campaign: it dates them."""

_BROKEN = OURS + "rule that the row alone breaks"
_PLACE = OURS + "place among the rows of the key"
_CONTENT = OURS + "place among the contents of the key"
_NO_MONEY = ibis.literal("0").cast("decimal(18, 2)")

Tests = dict[RuleId, ir.BooleanValue]


def ingest_order(named: Mapping[str, Plan]) -> list[str]:
    """The tables in an order in which each comes after those that its rows refer to."""
    referred_to = dict.fromkeys(table for table, _ in REFERENCES.values())
    return [name for name in dict.fromkeys((*referred_to, *TABLES)) if name in named]


def ingest_entities(
    backend: Backend, engagement: Engagement, plan: Plan, made: Mapping[str, Ingested]
) -> Ingested:
    """The table's rows, each with its brand; ``made`` are the tables that its rows refer to.

    Where a key comes again with other content, the first in order of content stays, whatever the
    order of the file. Raises InputDataError where no row can be used, ParamsError where a row belongs to
    two brands.
    """
    raw = plan.read(backend)
    work = working_table(raw, plan, engagement.params.timezone)
    with reading(plan.where):
        work = backend.create_table(f"{plan.table.name}_read", work, temp=True)
        tests = _row_rules(work, plan, made)
        alone = ibis.cases(*((test, rule) for rule, test in tests.items()), else_=USED) if tests else USED
        ranked, repeats = _ranked(work.mutate(**{_BROKEN: alone}), plan)
        stored = backend.create_table(f"{plan.table.name}_checked", ranked, temp=True)
    counted = tallies(stored.group_by([FILE, RULE]).agg(rows=stored.count(), money=_NO_MONEY))
    used = stored.filter(stored[RULE] == USED)
    ledger = _ledger(plan, counted, (*tests, *repeats), used, _noted(used, plan, made) | mended(used, plan))
    _check_any_used(plan, ledger)
    used = _with_derived(used, engagement, plan, made)
    columns = output_columns(plan)
    first = [column.name for column in plan.table.keys]
    rows = used.select(columns).order_by([*first, *(name for name in columns if name not in first)])
    return Ingested(rows, quarantined(stored), ledger)


# ---------------------------------------------------------------- what a row must hold


def _row_rules(work: ir.Table, plan: Plan, made: Mapping[str, Ingested]) -> Tests:
    """What a row must hold by itself, in the order in which it is asked."""
    item_value = plan.table.wide[1] if plan.table.wide else None
    columns = [column for column in plan.table.mappable if column.name in plan.columns]
    needed = [column for column in columns if column.required]
    dates = [column for column in columns if _is_date(column) and (column.required or column.key)]
    texts = [column for column in needed if column.type == "string" and column.name != item_value]
    amounts = [column for column in needed if column.type != "string" and not _is_date(column)]
    tests: dict[RuleId, list[ir.BooleanValue]] = {
        "missing_key": [work[column.name].isnull() for column in texts if column.key],
        "missing_date": [_blank(work, plan, column.name) for column in dates if column.required],
        "unreadable_date": [_unread(work, plan, column.name) for column in dates],
        "missing_value": [
            *(work[column.name].isnull() for column in texts if not column.key),
            *(_blank(work, plan, column.name) for column in amounts),
        ],
        "unreadable_amount": [_unread(work, plan, column.name) for column in amounts],
    }
    if plan.table.name in _OF_CAMPAIGNS and CAMPAIGNS.name in made and "campaign_id" in plan.columns:
        tests["unknown_campaign"] = [_unknown(work, "campaign_id", made[CAMPAIGNS.name])]
    return {rule: ibis.or_(*asked) for rule, asked in tests.items() if asked}


def _is_date(column: Column) -> bool:
    return column.type in ("date", "timestamp")


def _blank(work: ir.Table, plan: Plan, name: str) -> ir.BooleanValue:
    return work[name].isnull() & as_supplied(work, plan, name).isnull()


def _unread(work: ir.Table, plan: Plan, name: str) -> ir.BooleanValue:
    return work[name].isnull() & as_supplied(work, plan, name).notnull()


def _unknown(work: ir.Table, name: str, table: Ingested) -> ir.BooleanValue:
    return work[name].notnull() & work[name].notin(table.rows[name])


# ---------------------------------------------------------------- one row a key


def _ranked(work: ir.Table, plan: Plan) -> tuple[ir.Table, tuple[RuleId, ...]]:
    """The rows, each with the ``RULE`` it breaks, and which rules tell of keys that come again."""
    keys = [column.name for column in plan.table.keys]
    if not keys or keys[0] not in plan.columns:
        return work.mutate(**{RULE: work[_BROKEN]}), ()
    # A row that breaks a rule of its own never takes the place of one that breaks none.
    content = [name for name in plan.columns if name not in keys]
    same_key = ibis.window(group_by=keys, order_by=[work[_BROKEN] != USED, *(content or keys[:1])])
    ranked = work.mutate(
        **{_PLACE: ibis.row_number().over(same_key), _CONTENT: ibis.dense_rank().over(same_key)}
    )
    rule = ibis.cases(
        (ranked[_BROKEN] != USED, ranked[_BROKEN]),
        # A blank number of a case is not the number of another case.
        ((ranked[_PLACE] == 0) | ranked[keys[0]].isnull(), USED),
        (ranked[_CONTENT] == 0, "duplicate"),
        else_="repeated_key",
    )
    return ranked.mutate(**{RULE: rule}), ("duplicate", "repeated_key")


# ---------------------------------------------------------------- what is computed


def _with_derived(
    used: ir.Table, engagement: Engagement, plan: Plan, made: Mapping[str, Ingested]
) -> ir.Table:
    blank: dict[str, ir.Value] = {c.name: ibis.null(c.type) for c in plan.table.columns if c.derived}
    if "opt_out" in plan.columns:
        # Whatever stands there that is no plain yes or no: somebody objected.
        blank["opt_out"] = ibis.ifelse(_unread(used, plan, "opt_out"), True, used.opt_out)
    if "score" in blank:
        text = narrow(used.answer).strip()
        number = ibis.ifelse(
            text.re_search(r"^[+-]?\d+([.,]\d+)?$"), text.replace(",", "."), ibis.null("string")
        )
        blank["score"] = read_number(number, Numbers(), "float64")
    if "brand_id" in blank:
        if PRODUCTS.name in made and "product_id" in plan.columns:
            used = with_product(used, used.product_id, made[PRODUCTS.name].rows)
        used = branded(used, engagement, {name: used[name] for name in plan.texts})
        check_one_brand(engagement, used, f"rows of {plan.table.name}")
        blank["brand_id"] = used[BRAND]
    return used.mutate(**blank)


# ---------------------------------------------------------------- the account


def _noted(used: ir.Table, plan: Plan, made: Mapping[str, Ingested]) -> Tests:
    """What is counted of the rows that are used."""
    columns = [column for column in plan.table.mappable if column.name in plan.columns]
    optional = [column.name for column in columns if column.type != "string" and not column.required]
    noted: Tests = {}
    if unread := [_unread(used, plan, name) for name in optional]:
        noted["unreadable_value"] = reduce(or_, unread)
    if plan.table.wide and plan.table[plan.table.wide[1]].key:
        noted["no_answer"] = used[plan.table.wide[1]].isnull()
    for column in columns:
        if column.name == "customer_id" and not column.required:
            noted["no_customer"] = used.customer_id.isnull()
        if column.name not in REFERENCES:
            continue
        table, rule = REFERENCES[column.name]
        if table in made and table != plan.table.name and plan.table.name not in _refused(rule):
            noted[rule] = _unknown(used, column.name, made[table])
    return noted


def _refused(rule: RuleId) -> Sequence[str]:
    return _OF_CAMPAIGNS if rule == "unknown_campaign" else ()


def _ledger(
    plan: Plan, counted: Counted, rules: Sequence[RuleId], used: ir.Table, noted: Tests
) -> TableLedger:
    facts: dict[str, ir.Scalar] = {f"rows {rule}": test.sum() for rule, test in noted.items()}
    if plan.table.dated in plan.columns:
        day = used[plan.table.dated].cast("date")
        facts |= {"first": day.min(), "last": day.max()}
    if "customer_id" in plan.columns:
        facts["customers"] = used.customer_id.nunique()
    found = used.agg(**facts).to_pyarrow().to_pylist()[0] if facts else {}
    kept = [Rule(id=rule, effect="kept", found=Tally(rows=found[f"rows {rule}"] or 0)) for rule in noted]
    return TableLedger(
        table=plan.table.name,
        files=source_files(plan, counted),
        columns=tuple(name for name in plan.columns if name in plan.table),
        attributes=plan.source.attributes,
        items=len(plan.items),
        supplied=total(counted.values()),
        set_aside=total(tally for (_, rule), tally in counted.items() if rule != USED),
        used=total(tally for (_, rule), tally in counted.items() if rule == USED),
        rules=(*(broken(rule, counted) for rule in rules), *kept),
        first_day=found.get("first"),
        last_day=found.get("last"),
        customers=found.get("customers"),
    )


def _check_any_used(plan: Plan, ledger: TableLedger) -> None:
    if ledger.used.rows or (plan.table.events and not ledger.supplied.rows):
        return
    where, source = ledger.files[0].name, f"sources.{plan.table.name}.columns"
    if not ledger.supplied.rows:
        raise InputDataError("the file holds no rows.", where=where, remedy="Export it again.")
    aside = [rule for rule in ledger.rules if rule.effect == "set_aside"]
    worst = max(aside, key=lambda rule: rule.found.rows).id
    needed = ", ".join(column.name for column in plan.table.mappable if column.required)
    problem = (
        "no row has a key."
        if worst == "missing_key"
        else f"no row can be used; most break the rule “{worst}”."
    )
    raise InputDataError(problem, where=where, remedy=f"Check what {needed} is mapped to under {source}.")
