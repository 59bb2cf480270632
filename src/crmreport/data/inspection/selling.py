"""What a sale is, as far as names of columns and the amounts in them tell: its date, its money, its deposits.

A revenue read in the wrong sense would look right, so whatever is declared here is said to be a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from crmreport.data.inspection.contents import number_in
from crmreport.data.inspection.headers import spelling
from crmreport.data.inspection.matching import Field
from crmreport.data.inspection.vocabulary import vocabulary

_DATES = (("paid", "paid"), ("shipped", "shipped"), ("ordered", "ordered"), ("created", "ordered"))
_DEPOSITS = ("定金", "订金", "预付", "deposit", "down payment")
_BEFORE = frozenset({"gross"})


def sale_date(columns: Mapping[str, str]) -> str | None:
    """What happened at ``sold_at``, by its header."""
    words = vocabulary().lexicon.read(columns.get("sold_at", ""))
    return next((meaning for word, meaning in _DATES if word in words), None)


def revenue_before_coupons(columns: Mapping[str, str]) -> Literal["paid", "before_coupons"] | None:
    """What the revenue column holds, where coupons stand beside it; None where none do."""
    if not {"shop_coupon", "platform_coupon"} & columns.keys() or "revenue" not in columns:
        return None
    words = vocabulary().lexicon.read(columns["revenue"])
    return "before_coupons" if _BEFORE & set(words) else "paid"


def refunds_in_revenue(
    fields: Sequence[Field], columns: Mapping[str, str]
) -> Literal["deducted", "separate"] | None:
    """Whether the revenue column has refunds deducted already; None where no refunds are told.

    It has where a refund is larger than what is left of its sale; else a refund in full would leave
    nothing to be seen.
    """
    if not {"refund", "revenue"} <= columns.keys():
        return None
    cells = {field.name: field.cells for field in fields}
    pairs = [
        (refund, revenue)
        for back, sold in zip(cells[columns["refund"]], cells[columns["revenue"]], strict=True)
        if (refund := number_in(back)) and (revenue := number_in(sold)) is not None
    ]
    return "deducted" if any(abs(refund) > abs(revenue) for refund, revenue in pairs) else "separate"


def deposits(fields: Sequence[Field], columns: Mapping[str, str]) -> list[str]:
    """The kinds of payment that are a presale's deposit."""
    kind = next((field for field in fields if field.name == columns.get("payment_kind")), None)
    values = {cell.strip() for cell in kind.cells if cell} if kind else set()
    return sorted(value for value in values if any(word in spelling(value) for word in _DEPOSITS))
