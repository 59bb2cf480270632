"""The rules of cleaning for sale lines: one table, in the order in which they are asked.

Each rule has a name, a test and an effect; the params may change the effects (``cleaning.rules``). A line
is set aside by the first rule that it breaks; a rule that only counts looks at the lines that are used.
The messages ``data.rule.<id>`` and ``data.rule.<id>.reason`` say what each finds and why it matters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import get_args

import ibis
import ibis.expr.types as ir

from crmreport.data.commerce import is_deposit, is_free, is_refunded
from crmreport.data.ingest import as_supplied, supplied_columns
from crmreport.data.ledger import RuleId
from crmreport.data.mapping import FILE, OURS, ROW, Plan
from crmreport.data.mending import mended
from crmreport.data.numbers import currency_pattern
from crmreport.params import Params
from crmreport.params_data import Effect, Switchable

USUAL_PRICE = OURS + "usual price of the product"
_PRICED = OURS + "priced product"
KNOWN_PRODUCT = OURS + "the product is known"

_END_OF_DAYS = date(2100, 1, 1)
"""Systems write 9999-12-31 where they mean never."""

_ENOUGH = 5
"""Fewer sales of a product tell no usual price."""


@dataclass(frozen=True)
class Lines:
    """Sale lines as a working table, and what the params say of them."""

    table: ir.Table
    plan: Plan
    params: Params

    @cached_property
    def mended(self) -> dict[RuleId, ir.BooleanValue]:
        return mended(self.table, self.plan)

    def mapped(self, *columns: str) -> bool:
        return all(name in self.plan.columns for name in columns)

    def supplied(self, column: str) -> ir.StringValue:
        """A mapped column's text as it came, NULL where blank."""
        return as_supplied(self.table, self.plan, column)


Test = Callable[[Lines], ir.BooleanValue | None]
"""Whether a line is one that the rule finds; None where the rule has nothing to ask."""


def _missing_date(lines: Lines) -> ir.BooleanValue:
    return lines.table.sold_at.isnull() & lines.supplied("sold_at").isnull()


def _unreadable_date(lines: Lines) -> ir.BooleanValue:
    return lines.table.sold_at.isnull() & lines.supplied("sold_at").notnull()


def _impossible_date(lines: Lines) -> ir.BooleanValue:
    day = lines.table.sold_at.date()
    return (day < lines.params.cleaning.first_day) | (day >= _END_OF_DAYS)


def _future_date(lines: Lines) -> ir.BooleanValue | None:
    extracted_on = lines.plan.source.extracted_on
    return None if extracted_on is None else lines.table.sold_at.date() > extracted_on


def _unread(lines: Lines) -> dict[str, ir.BooleanValue]:
    """By mapped amount, where it holds something that is no amount."""
    return {
        column.name: lines.table[column.name].isnull() & lines.supplied(column.name).notnull()
        for column in lines.plan.table.mappable
        if column.type.startswith("decimal") and lines.mapped(column.name)
    }


def _other_currency(lines: Lines) -> ir.BooleanValue | None:
    tests = [
        unread & lines.supplied(name).re_search(currency_pattern())
        for name, unread in _unread(lines).items()
        if lines.plan.table[name].unit == "money"
    ]
    return ibis.or_(*tests) if tests else None


def _unreadable_amount(lines: Lines) -> ir.BooleanValue:
    tests = list(_unread(lines).values())
    if lines.mapped("revenue"):
        tests.append(lines.table.revenue.isnull())
    return ibis.or_(*tests)


def _test_order(lines: Lines) -> ir.BooleanValue | None:
    cleaning = lines.params.cleaning
    named = {"order_id": cleaning.test_orders, "customer_id": cleaning.test_customers}
    tests = [_like(lines, name, patterns) for name, patterns in named.items() if patterns]
    return ibis.or_(*tests) if tests else None


def _ignored_product(lines: Lines) -> ir.BooleanValue | None:
    patterns = lines.params.cleaning.ignore_products
    return _like(lines, "product_id", patterns) if patterns else None


def _like(lines: Lines, column: str, patterns: tuple[str, ...]) -> ir.BooleanValue:
    if not lines.mapped(column):
        return ibis.literal(False)
    each = (".*".join(re.escape(part) for part in pattern.split("*")) for pattern in patterns)
    return lines.supplied(column).re_search(f"(?i)^(?:{'|'.join(each)})$")


def _cancelled(lines: Lines) -> ir.BooleanValue | None:
    """Credit notes are not cancelled orders, though some systems number them alike: they are returns."""
    cleaning, tests = lines.params.cleaning, []
    if cleaning.cancelled_prefix and lines.mapped("order_id"):
        credit = (lines.table.quantity.fill_null(0) < 0) | (lines.table.revenue.fill_null(0) < 0)
        tests.append(lines.supplied("order_id").startswith(cleaning.cancelled_prefix) & ~credit)
    if cleaning.cancelled_status:
        tests.append(lines.table.order_status.isin(cleaning.cancelled_status))
    return ibis.or_(*tests) if tests else None


def _nothing_bought(lines: Lines) -> ir.BooleanValue:
    return (lines.table.quantity == 0) & (lines.table.revenue.fill_null(0) == 0)


def _zero_price(lines: Lines) -> ir.BooleanValue | None:
    return None if lines.params.commerce.gifts else is_free(lines.table)


def _absurd_price(lines: Lines) -> ir.BooleanValue | None:
    if USUAL_PRICE not in lines.table.columns:
        return None
    times, sold = lines.params.cleaning.absurd_price, (lines.table.quantity > 0) & (lines.table.revenue > 0)
    price = lines.table.revenue.cast("float64") / lines.table.quantity.cast("float64")
    usual = lines.table[USUAL_PRICE]
    return sold & ((price > usual * times) | (price * times < usual))


def _duplicate(lines: Lines) -> ir.BooleanValue | None:
    """Only where orders are numbered: else a second purchase of the same day looks just the same."""
    if not lines.mapped("order_id"):
        return None
    same = ibis.window(group_by=supplied_columns(lines.table), order_by=[FILE, ROW])
    return ibis.row_number().over(same) > 0


def _gift(lines: Lines) -> ir.BooleanValue | None:
    return is_free(lines.table) if lines.params.commerce.gifts else None


def _refunded(lines: Lines) -> ir.BooleanValue | None:
    return is_refunded(lines.table) if lines.mapped("refund") else None


def _deposit(lines: Lines) -> ir.BooleanValue | None:
    return is_deposit(lines.table, lines.params.commerce) if lines.params.commerce.deposits else None


def _return(lines: Lines) -> ir.BooleanValue:
    return (lines.table.quantity.fill_null(0) < 0) | (lines.table.revenue.fill_null(0) < 0)


def _money_without_quantity(lines: Lines) -> ir.BooleanValue:
    return (lines.table.quantity == 0) & (lines.table.revenue != 0)


def _unknown_product(lines: Lines) -> ir.BooleanValue | None:
    return ~lines.table[KNOWN_PRODUCT] if KNOWN_PRODUCT in lines.table.columns else None


ALONE: dict[RuleId, Test] = {
    "missing_date": _missing_date,
    "unreadable_date": _unreadable_date,
    "impossible_date": _impossible_date,
    "future_date": _future_date,
    "other_currency": _other_currency,
    "unreadable_amount": _unreadable_amount,
    "test_order": _test_order,
    "ignored_product": _ignored_product,
    "cancelled": _cancelled,
    "nothing_bought": _nothing_bought,
    "zero_price": _zero_price,
    "absurd_price": _absurd_price,
    "duplicate": _duplicate,
}
"""Rules that a line may break, whatever becomes of the others."""

NOTED: dict[RuleId, Test] = {
    "no_customer": lambda lines: lines.table.customer_id.isnull(),
    "unknown_product": _unknown_product,
    "scientific_id": lambda lines: lines.mended.get("scientific_id"),
    "lost_zeros": lambda lines: lines.mended.get("lost_zeros"),
    "two_cases": lambda lines: lines.mended.get("two_cases"),
    "return": _return,
    "refunded": _refunded,
    "gift": _gift,
    "deposit": _deposit,
    "money_without_quantity": _money_without_quantity,
}
"""What is told of used lines; nothing becomes of it."""


def asked(lines: Lines, effect: Effect) -> dict[RuleId, ir.BooleanValue]:
    """The tests of the rules with that effect, in order. What is noted is kept."""
    rules = {rule: test for rule, test in ALONE.items() if _effect(rule, lines.params) == effect}
    if effect == "kept":
        rules |= {rule: test for rule, test in NOTED.items() if _effect(rule, lines.params) != "off"}
    tests = {rule: test(lines) for rule, test in rules.items()}
    return {rule: test for rule, test in tests.items() if test is not None}


def _effect(rule: RuleId, params: Params) -> Effect:
    if rule in get_args(Switchable):
        return params.cleaning.effect(rule)  # type: ignore[arg-type]  # asked in the line above
    return "set_aside" if rule in ALONE else "kept"


def usual_prices(table: ir.Table) -> ir.Table:
    """Each product's median unit price, but for those that too few sales tell."""
    sales = table.filter(table.product_id.notnull(), table.quantity > 0, table.revenue > 0)
    price = sales.revenue.cast("float64") / sales.quantity.cast("float64")
    usual = sales.group_by("product_id").agg(**{USUAL_PRICE: price.median()}, sales=sales.count())
    return usual.filter(usual.sales >= _ENOUGH).rename({_PRICED: "product_id"}).drop("sales")


def with_usual_prices(table: ir.Table, usual: ir.Table) -> ir.Table:
    """The lines, each with its product's median unit price; NULL where too few sales tell it."""
    return table.left_join(usual, table.product_id == usual[_PRICED]).drop(_PRICED)
