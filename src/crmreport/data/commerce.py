"""What a sale is: its revenue, presales, refunds, gifts, and how long it may still be returned.

- Revenue is what the client receives for a line. Where the file tells another amount (what the customer
  paid, or the price before coupons), coupons and refunds are added or deducted as the params declare: a
  platform's coupon is paid by the platform, a shop's by the client. A refund lowers its sale's own line.
- A presale's deposit is money of its order, which becomes a sale on the day of its balance; where no
  balance has come, there is no sale yet.
- A gift is a line with a quantity and no money: its units are counted apart, and it is no purchase.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from crmreport.data.contract import AMOUNT, MONEY
from crmreport.data.ingest import RULE, USED
from crmreport.data.ledger import Tally
from crmreport.data.mapping import OURS
from crmreport.params_data import Commerce

_SIZE = OURS + "size of the purchase or return"
_BACK = OURS + "is a return"
_OPEN = OURS + "sales less returns so far"
_LEAST = OURS + "the least of these so far"


def net_revenue(amount: Callable[[str], ir.DecimalValue | None], commerce: Commerce) -> ir.DecimalValue:
    """What the client receives; ``amount`` gives a column's amounts, or None where it is not mapped.

    NULL where the revenue is. Coupons and refunds count without their sign, since some files write what
    is deducted as a negative amount.
    """
    net = amount("revenue")
    if net is None:
        return ibis.null(MONEY)
    if commerce.revenue == "paid":
        net = net + _size(amount("platform_coupon"))
    if commerce.revenue == "before_coupons":
        net = net - _size(amount("shop_coupon"))
    if commerce.refunds == "separate":
        net = net - _size(amount("refund"))
    return net.cast(MONEY)


def _size(amount: ir.DecimalValue | None) -> ir.DecimalValue:
    return ibis.literal(0).cast(MONEY) if amount is None else amount.abs().fill_null(0)


def is_deposit(lines: ir.Table, commerce: Commerce) -> ir.BooleanValue:
    return lines.payment_kind.isin(commerce.deposits).fill_null(False)


def is_refunded(lines: ir.Table) -> ir.BooleanValue:
    """Whether all of a line's money went back."""
    return (_size(lines.refund) > 0) & (lines.revenue <= 0) & (lines.quantity.fill_null(1) > 0)


def is_free(lines: ir.Table) -> ir.BooleanValue:
    """A quantity and no money, none of which was refunded."""
    return (lines.quantity > 0) & (lines.revenue == 0) & (_size(lines.refund) == 0)


def with_balances(lines: ir.Table, commerce: Commerce) -> ir.Table:
    """The lines with ``RULE``, in which the deposits of an order are sold when its balance is: at the
    time of the first of its usable lines that is no deposit. Deposits of no such order are set aside."""
    deposit = is_deposit(lines, commerce)
    order = ibis.window(group_by=["customer_id", "order_id"])
    usable = (lines[RULE] == USED) & ~deposit
    paid_at = ibis.ifelse(usable, lines.sold_at, ibis.null("timestamp")).min().over(order)
    paid_at = ibis.ifelse(lines.order_id.notnull(), paid_at, ibis.null("timestamp"))
    waiting = deposit & (lines[RULE] == USED)
    return lines.mutate(
        **{RULE: ibis.ifelse(waiting & paid_at.isnull(), "unpaid_balance", lines[RULE])},
        sold_at=ibis.ifelse(waiting, ibis.coalesce(paid_at, lines.sold_at), lines.sold_at),
    )


def sold(lines: ir.Table, commerce: Commerce) -> ir.Table:
    """Used lines with ``is_return``, ``is_gift``, ``is_purchase``, and the units that belong to each.

    What is a gift, refunded or a deposit keeps its money and loses its ``quantity``: its units are given,
    back, or those of the balance's line.
    """
    free = is_free(lines) if commerce.gifts else ibis.literal(False)
    returned = (lines.quantity.fill_null(0) < 0) | (lines.revenue.fill_null(0) < 0)
    no_sale = (free | is_refunded(lines) | is_deposit(lines, commerce)).fill_null(False)
    none = ibis.literal(0).cast(AMOUNT)
    given = ibis.ifelse(free.fill_null(False), lines.quantity, none) if commerce.gifts else ibis.null(AMOUNT)
    return lines.mutate(
        is_return=returned,
        is_gift=free.fill_null(False),
        is_purchase=~returned & ~no_sale,
        gift_quantity=given,
        quantity=ibis.ifelse(no_sale & lines.quantity.notnull(), none, lines.quantity),
    )


def coupons(lines: ir.Table, supplied: set[str]) -> ir.DecimalValue:
    """The value of the coupons on a line: as supplied, else those of shop and platform together."""
    parts = [_size(lines[name]) for name in ("shop_coupon", "platform_coupon") if name in supplied]
    if "coupon_discount" in supplied or not parts:
        return lines.coupon_discount
    return sum(parts[1:], parts[0]).cast(MONEY)


def matched_returns(lines: ir.Table, supplied: set[str]) -> Tally:
    """The returns, all told, that take back an earlier sale of the data.

    A return belongs to an earlier line of the same customer and product (where products are supplied)
    with the opposite quantity, or the opposite revenue where no quantity is supplied; each sale is taken
    back once. Which of several like sales it was makes no difference to the count.
    """
    signed = lines.quantity if "quantity" in supplied else lines.revenue
    keys = ["customer_id", _SIZE, *(["product_id"] if "product_id" in supplied else [])]
    known = lines.mutate(**{_SIZE: signed.abs(), _BACK: signed < 0})
    known = known.filter(known.customer_id.notnull(), known[_SIZE] > 0)
    known = known.mutate(product_id=known.product_id.fill_null(""))
    known = known.semi_join(known.filter(known[_BACK]).select(*keys).distinct(), keys)
    # At one time, sales come before returns.
    until = ibis.window(group_by=keys, order_by=[known.sold_at, known[_BACK]], rows=(None, 0))
    known = known.mutate(**{_OPEN: ibis.ifelse(known[_BACK], -1, 1).sum().over(until)})
    # A return that finds no open sale takes the count below all that it has been.
    before = ibis.window(group_by=keys, order_by=[known.sold_at, known[_BACK]], rows=(None, -1))
    known = known.mutate(**{_LEAST: ibis.least(known[_OPEN].min().over(before).fill_null(0), 0)})
    matched = known[_BACK] & (known[_OPEN] >= known[_LEAST])
    found = known.agg(rows=known.count(where=matched), money=known.revenue.sum(where=matched))
    one = found.to_pyarrow().to_pylist()[0]
    return Tally(rows=one["rows"], money=one["money"] or 0)


def provisional_from(commerce: Commerce, *, known_until: date | None, last_day: date | None) -> date | None:
    """The first day whose sales could still be returned after ``known_until``; None where there is none.

    A sale may be returned up to ``return_window_days`` days later.
    """
    if commerce.return_window_days is None or known_until is None or last_day is None:
        return None
    first = known_until - timedelta(days=commerce.return_window_days - 1)
    return first if first <= last_day else None
