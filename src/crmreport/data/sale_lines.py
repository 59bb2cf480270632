"""Ingest of the sale lines: the client's own, in local time, each with its brand and category.

The rules, in the order in which they are asked of a line inside the client's scope:

- no date, or one that cannot be read: set aside, it belongs to no period;
- an amount that cannot be read, or no revenue where revenue is supplied: set aside, it cannot be summed;
- quantity 0 and revenue 0: set aside, nothing was bought (a voided line, or one that only carries a
  coupon; to keep it would count an order and a purchase day that were none);
- equal in every column of the file to an earlier line: set aside as delivered twice. Asked only where
  orders are numbered: without a number, a second purchase of the same day looks just the same.

The others are used, and some of them counted: without a customer (in no customer measure), returns
(netted, but neither an order nor a purchase day), money without a quantity (the money is in the
client's books: kept), a product that the product file does not know.
"""

from __future__ import annotations

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
    money_of,
    output_columns,
    quarantined,
    source_files,
    supplied_columns,
    tallies,
    text_of,
    total,
    working_table,
)
from crmreport.data.ledger import Rule, RuleId, TableLedger, Tally
from crmreport.data.mapping import FILE, OURS, Plan, passes
from crmreport.errors import InputDataError, ParamsError
from crmreport.params import Engagement

SET_ASIDE: tuple[RuleId, ...] = (
    "missing_date",
    "unreadable_date",
    "unreadable_amount",
    "nothing_bought",
    "duplicate",
)
_BRAND = OURS + "brand"
_LAST_BRAND = OURS + "last brand that claims the line"
_MONEY = OURS + "money"
_PRODUCT = OURS + "product "


def ingest_sale_lines(
    backend: Backend, engagement: Engagement, plan: Plan, products: ir.Table | None
) -> Ingested:
    """Raises InputDataError where no line can be used, ParamsError where a line belongs to two brands."""
    raw = plan.read(backend)
    with reading(plan.source.path):
        supplied = tallies(_tallied(raw.mutate(**{RULE: ibis.literal(USED)}), money_of(raw, plan)))
        # Only of the client's own lines are all values read: the others may be many times as many.
        own = backend.create_table("own_lines", _own_lines(raw, engagement, plan, products), temp=True)
    _check_one_brand(engagement, own)
    work = working_table(own, plan, engagement.params.timezone)
    work = backend.create_table("own_lines_read", work.mutate(**{RULE: _first_broken(work, plan)}), temp=True)
    counted = tallies(_tallied(work, work.revenue.fill_null(0)))
    _check_any_used(plan, supplied, counted, work)

    lines = work.filter(work[RULE] == USED)
    of_product = f"{_PRODUCT}category"
    lines = lines.mutate(
        sold_on=lines.sold_at.date(),
        brand_id=lines[_BRAND],
        category=lines[of_product] if of_product in lines.columns else ibis.null("string"),
        is_return=(lines.quantity.fill_null(0) < 0) | (lines.revenue.fill_null(0) < 0),
    )
    names = output_columns(plan)
    order = ["sold_at", "customer_id", "order_id", "product_id"]
    rows = lines.select(names).order_by([*order, *(name for name in names if name not in order)])
    return Ingested(rows, quarantined(work), _ledger(plan, lines, supplied=supplied, counted=counted))


def _own_lines(raw: ir.Table, engagement: Engagement, plan: Plan, products: ir.Table | None) -> ir.Table:
    """The client's lines as supplied, each with its product and brand."""
    params = engagement.params
    if products is not None:
        known = products.rename(lambda name: _PRODUCT + name)
        raw = raw.left_join(known, text_of(raw, plan, "product_id") == known[f"{_PRODUCT}product_id"])
    columns = {name.removeprefix(_PRODUCT): raw[name] for name in raw.columns if name.startswith(_PRODUCT)}
    columns |= {name: text_of(raw, plan, name) for name in plan.texts}
    claims = [(passes(brand.where, columns), brand.id) for brand in params.brands]
    branded = raw.mutate(**{_BRAND: ibis.cases(*claims), _LAST_BRAND: ibis.cases(*reversed(claims))})
    return branded.filter(passes(params.include, columns)) if params.include else branded


def _tallied(lines: ir.Table, money: ir.DecimalValue) -> ir.Table:
    lines = lines.mutate(**{_MONEY: money})
    return lines.group_by([FILE, RULE]).agg(rows=lines.count(), money=lines[_MONEY].sum())


def _first_broken(lines: ir.Table, plan: Plan) -> ir.StringValue:
    dated = as_supplied(lines, plan, "sold_at").notnull()
    tests: dict[RuleId, ir.BooleanValue] = {
        "missing_date": lines.sold_at.isnull() & ~dated,
        "unreadable_date": lines.sold_at.isnull() & dated,
        "unreadable_amount": _unreadable_amount(lines, plan),
        "nothing_bought": (lines.quantity == 0) & (lines.revenue.fill_null(0) == 0),
        "duplicate": _duplicate(lines, plan),
    }
    return ibis.cases(*((tests[rule], rule) for rule in SET_ASIDE), else_=USED)


def _unreadable_amount(lines: ir.Table, plan: Plan) -> ir.BooleanValue:
    amounts = [c.name for c in plan.table.mappable if c.type.startswith("decimal") and c.name in plan.columns]
    tests = [lines[name].isnull() & as_supplied(lines, plan, name).notnull() for name in amounts]
    if "revenue" in amounts:
        tests.append(lines.revenue.isnull())
    return ibis.or_(*tests)


def _duplicate(lines: ir.Table, plan: Plan) -> ir.BooleanValue:
    if "order_id" not in plan.columns:
        return ibis.literal(False)
    same = ibis.window(group_by=supplied_columns(lines), order_by=FILE)
    return ibis.row_number().over(same) > 0


# ---------------------------------------------------------------- the account


def _ledger(plan: Plan, lines: ir.Table, *, supplied: Counted, counted: Counted) -> TableLedger:
    noted: dict[RuleId, ir.BooleanValue] = {
        "no_customer": lines.customer_id.isnull(),
        "return": lines.is_return,
        "money_without_quantity": (lines.quantity == 0) & (lines.revenue != 0),
    }
    if f"{_PRODUCT}product_id" in lines.columns:
        noted["unknown_product"] = lines[f"{_PRODUCT}product_id"].isnull()
    facts = {f"rows {rule}": lines.count(where=test) for rule, test in noted.items()}
    facts |= {f"money {rule}": lines.revenue.sum(where=test) for rule, test in noted.items()}
    found = lines.agg(
        first=lines.sold_on.min(), last=lines.sold_on.max(), customers=lines.customer_id.nunique(), **facts
    )
    fact = found.to_pyarrow().to_pylist()[0]
    kept = [
        Rule(id=rule, effect="kept", found=Tally(rows=fact[f"rows {rule}"], money=fact[f"money {rule}"] or 0))
        for rule in noted
    ]
    return TableLedger(
        table=plan.table.name,
        files=source_files(plan, supplied),
        columns=tuple(name for name in plan.columns if name in plan.table),
        attributes=plan.source.attributes,
        supplied=total(supplied.values()),
        outside=total(supplied.values()) - total(counted.values()),
        set_aside=total(tally for (_, rule), tally in counted.items() if rule != USED),
        used=total(tally for (_, rule), tally in counted.items() if rule == USED),
        rules=(*(broken(rule, counted) for rule in SET_ASIDE), *kept),
        first_day=fact["first"],
        last_day=fact["last"],
        customers=fact["customers"],
    )


# ---------------------------------------------------------------- what stops a run


def _check_any_used(plan: Plan, supplied: Counted, counted: Counted, work: ir.Table) -> None:
    where = plan.files[0].name if len(plan.files) == 1 else plan.source.path
    if not supplied:
        raise InputDataError("the file holds no rows.", where=where, remedy="Export it again.")
    if not counted:
        raise InputDataError(
            "no sale line is inside the client's scope.",
            where=where,
            remedy="Compare the values under “include” in the params with those in the file.",
        )
    if any(rule == USED for _, rule in counted):
        return
    worst = max(SET_ASIDE, key=lambda rule: broken(rule, counted).found.rows)
    column = "sold_at" if "date" in worst else "revenue" if worst == "unreadable_amount" else None
    found = ""
    if column in plan.columns:
        example = as_supplied(work, plan, column).min().to_pyarrow().as_py()
        found = f" Column “{plan.columns[column]}” holds " + (f"“{example}”." if example else "only blanks.")
    raise InputDataError(
        f"no sale line can be used; most break the rule “{worst}”.{found}",
        where=where,
        remedy="Dates are read year first (2017-12-31), amounts with a decimal point (1234.50).",
    )


def _check_one_brand(engagement: Engagement, own: ir.Table) -> None:
    """A line counted for two brands would be in the group's revenue once and in theirs twice."""
    shared = own.filter(own[_BRAND] != own[_LAST_BRAND])
    pairs = shared.group_by([_BRAND, _LAST_BRAND]).agg(rows=shared.count())
    for pair in pairs.order_by([_BRAND, _LAST_BRAND]).to_pyarrow().to_pylist():
        raise ParamsError(
            f"{pair['rows']} sale lines belong to two brands, {pair[_BRAND]} and {pair[_LAST_BRAND]}.",
            where=f"{engagement.path.name}, brands",
            remedy="Narrow their filters until each line has one brand.",
        )
