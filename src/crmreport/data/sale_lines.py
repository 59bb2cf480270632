"""Ingest of the sale lines: the client's own, in local time, each with its brand and category.

A line inside the client's scope is set aside by the first of the rules (``crmreport.data.line_rules``)
that it breaks. The others are used, and some of them counted: without a customer (in no customer
measure), returns (netted, but neither an order nor a purchase day), money without a quantity (the money
is in the client's books: kept), a product that the product file does not know.
"""

from __future__ import annotations

from typing import get_args

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from crmreport.data.brands import (
    BRAND,
    branded,
    check_one_brand,
    columns_of_product,
    product_column,
    with_product,
)
from crmreport.data.commerce import (
    coupons,
    matched_returns,
    net_revenue,
    provisional_from,
    sold,
    with_balances,
)
from crmreport.data.engine import reading
from crmreport.data.ingest import (
    RULE,
    USED,
    Counted,
    Ingested,
    as_supplied,
    broken,
    id_of,
    number_of,
    output_columns,
    quarantined,
    source_files,
    tallies,
    text_of,
    total,
    working_table,
)
from crmreport.data.ledger import Rule, RuleId, TableLedger, Tally
from crmreport.data.line_rules import KNOWN_PRODUCT, Lines, asked, usual_prices, with_usual_prices
from crmreport.data.mapping import FILE, OURS, Plan, passes
from crmreport.errors import InputDataError, shape
from crmreport.params import Engagement, Params

_MONEY = OURS + "money"


def ingest_sale_lines(
    backend: Backend, engagement: Engagement, plan: Plan, products: ir.Table | None
) -> Ingested:
    """Raises InputDataError where no line can be used, ParamsError where a line belongs to two brands."""
    params, raw = engagement.params, plan.read(backend)
    with reading(plan.where):
        supplied = tallies(_tallied(raw.mutate(**{RULE: ibis.literal(USED)}), _money_of(raw, plan, params)))
        # Only of the client's own lines are all values read: the others may be many times as many.
        own = backend.create_table("own_lines", _own_lines(raw, engagement, plan, products), temp=True)
    check_one_brand(engagement, own, "sale lines")
    work = _judged(backend, _working(own, plan, params), plan, params)
    counted = tallies(_tallied(work, work.revenue.fill_null(0)))
    _check_any_used(plan, supplied, counted, work)

    used = work.filter(work[RULE] == USED)
    lines = sold(used, params.commerce)
    lines = lines.mutate(
        sold_on=lines.sold_at.date(),
        coupon_discount=coupons(lines, set(plan.columns)),
        # What comes back takes its cost off again, however the client signs it.
        cost=ibis.ifelse(lines.is_return, -lines.cost.abs(), lines.cost).cast("decimal(18, 2)"),
    )
    names = output_columns(plan)
    order = ["sold_at", "customer_id", "order_id", "product_id"]
    rows = lines.select(names).order_by([*order, *(name for name in names if name not in order)])
    returned = matched_returns(lines, set(plan.columns))
    ledger = _ledger(Lines(used, plan, params), returned, supplied=supplied, counted=counted)
    return Ingested(rows, quarantined(work), ledger)


def _own_lines(raw: ir.Table, engagement: Engagement, plan: Plan, products: ir.Table | None) -> ir.Table:
    """The client's lines as supplied, each with its product and brand."""
    if products is not None:
        raw = with_product(raw, id_of(raw, plan, "product_id"), products)
    texts = {name: text_of(raw, plan, name) for name in plan.texts}
    rows = branded(raw, engagement, texts)
    include = engagement.params.include
    return rows.filter(passes(include, columns_of_product(rows) | texts)) if include else rows


def _money_of(raw: ir.Table, plan: Plan, params: Params) -> ir.DecimalValue:
    """The revenue of each row, zero where there is none that can be read."""

    def amount(name: str) -> ir.DecimalValue | None:
        return number_of(raw, plan, plan.table[name]) if name in plan.columns else None

    return net_revenue(amount, params.commerce).fill_null(0)


def _working(own: ir.Table, plan: Plan, params: Params) -> ir.Table:
    """The working table, with the revenue, the brand, the category and whether the product is known."""
    work = working_table(own, plan, params.timezone)

    def amount(name: str) -> ir.DecimalValue | None:
        return work[name] if name in plan.columns else None

    category = product_column("category")
    has_category, product_id = category in own.columns, product_column("product_id")
    work = work.mutate(
        revenue=net_revenue(amount, params.commerce),
        brand_id=work[BRAND],
        category=work[category] if has_category else ibis.null("string"),
    )
    if product_id in own.columns:
        work = work.mutate(**{KNOWN_PRODUCT: work[product_id].notnull()})
    return work


def _judged(backend: Backend, work: ir.Table, plan: Plan, params: Params) -> ir.Table:
    """The working table, each line with the rule that sets it aside, or ``USED``."""
    priced = {"product_id", "quantity", "revenue"} <= plan.columns.keys()
    if priced and params.cleaning.effect("absurd_price") != "off":
        work = with_usual_prices(work, backend.create_table("prices", usual_prices(work), temp=True))
    tests = asked(Lines(work, plan, params), "set_aside")
    first = ibis.cases(*((test, rule) for rule, test in tests.items()), else_=USED)
    work = backend.create_table("own_lines_read", work.mutate(**{RULE: first}), temp=True)
    if params.commerce.deposits:
        work = backend.create_table("own_lines_paid", with_balances(work, params.commerce), temp=True)
    return work


def _tallied(lines: ir.Table, money: ir.DecimalValue) -> ir.Table:
    lines = lines.mutate(**{_MONEY: money})
    return lines.group_by([FILE, RULE]).agg(rows=lines.count(), money=lines[_MONEY].sum())


# ---------------------------------------------------------------- the account


def _ledger(lines: Lines, returned: Tally, *, supplied: Counted, counted: Counted) -> TableLedger:
    """The account of the ``lines`` used; ``returned`` are the returns that found their sale."""
    table, plan, params = lines.table, lines.plan, lines.params
    noted = asked(lines, "kept")
    table = table.mutate(**{OURS + rule: test for rule, test in noted.items()})
    facts = {f"rows {rule}": table.count(where=table[OURS + rule]) for rule in noted}
    facts |= {f"money {rule}": table.revenue.sum(where=table[OURS + rule]) for rule in noted}
    found = table.agg(
        first=table.sold_at.min().date(),
        last=table.sold_at.max().date(),
        customers=table.customer_id.nunique(),
        **facts,
    )
    fact = found.to_pyarrow().to_pylist()[0]
    kept = {rule: Tally(rows=fact[f"rows {rule}"], money=fact[f"money {rule}"] or 0) for rule in noted}
    if kept["return"].rows and params.cleaning.effect("return_unmatched") != "off":
        kept["return_unmatched"] = kept["return"] - returned
    aside: list[RuleId] = [*asked(lines, "set_aside")]
    if params.commerce.deposits:
        aside.append("unpaid_balance")
    return TableLedger(
        table=plan.table.name,
        files=source_files(plan, supplied),
        columns=tuple(name for name in plan.columns if name in plan.table),
        attributes=plan.source.attributes,
        supplied=total(supplied.values()),
        outside=total(supplied.values()) - total(counted.values()),
        set_aside=total(tally for (_, rule), tally in counted.items() if rule != USED),
        used=total(tally for (_, rule), tally in counted.items() if rule == USED),
        rules=(
            *(broken(rule, counted) for rule in aside),
            *(Rule(id=rule, effect="kept", found=tally) for rule, tally in kept.items()),
        ),
        first_day=fact["first"],
        last_day=fact["last"],
        provisional_from=provisional_from(
            params.commerce, known_until=plan.source.extracted_on or fact["last"], last_day=fact["last"]
        ),
        customers=fact["customers"],
    )


# ---------------------------------------------------------------- what stops a run


def _check_any_used(plan: Plan, supplied: Counted, counted: Counted, work: ir.Table) -> None:
    if not supplied:
        raise InputDataError("the file holds no rows.", where=plan.where, remedy="Export it again.")
    if not counted:
        raise InputDataError(
            "no sale line is inside the client's scope.",
            where=plan.where,
            remedy="Compare the values under “include” in the params with those in the file.",
        )
    if any(rule == USED for _, rule in counted):
        return
    rules = [rule for rule in get_args(RuleId) if any(found == rule for _, found in counted)]
    worst = max(rules, key=lambda rule: broken(rule, counted).found.rows)
    column = "sold_at" if "date" in worst else "revenue" if worst == "unreadable_amount" else None
    found = ""
    if column in plan.columns:
        example = as_supplied(work, plan, column).min().to_pyarrow().as_py()
        held = f"texts such as “{shape(example)}”." if example else "only blanks."
        found = f" Column “{plan.columns[column]}” holds {held}"
    raise InputDataError(
        f"no sale line can be used; most break the rule “{worst}”.{found}",
        where=plan.where,
        remedy="Where dates are not year first, or numbers not written 1234.50, declare day_first, "
        "date_format or decimal under sources.sale_lines.",
    )
