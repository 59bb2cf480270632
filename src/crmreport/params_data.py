"""How a client's values are to be read, which rows are sales, and what a sale is: declared, never guessed.

``Formats`` belongs to one source; the sections ``cleaning`` and ``commerce`` to the whole engagement.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from crmreport.params_base import Strict

SERIAL = "excel"
"""Stands for a pattern of dates: days since 1899-12-30, as a spreadsheet counts them."""

MINGUO = "minguo"
"""Stands for a pattern of dates: years of the Republic of China, as in Taiwan; 112/05/03 is in 2023."""

Effect = Literal["set_aside", "kept", "off"]
"""What becomes of the rows that a rule finds: set aside; used and counted; used and not looked for."""

Switchable = Literal[
    "impossible_date",
    "future_date",
    "nothing_bought",
    "duplicate",
    "zero_price",
    "absurd_price",
    "return_unmatched",
    "scientific_id",
    "lost_zeros",
    "two_cases",
]
NeverAside = Literal["return_unmatched", "scientific_id", "lost_zeros", "two_cases"]
"""A return without its sale is netted all the same; the others mend or blank one value of a row."""

_BY_DEFAULT: Mapping[Switchable, Effect] = {
    "impossible_date": "set_aside",
    "future_date": "set_aside",
    "nothing_bought": "set_aside",
    "duplicate": "set_aside",
}


def _strptime(pattern: str) -> str:
    if pattern in (SERIAL, MINGUO):
        return pattern
    codes = re.findall(r"%-?(.)", pattern)
    if unknown := [code for code in codes if code not in "YymdbBHIMSfpzTjAa%"]:
        raise ValueError(
            f"“%{unknown[0]}” is not read in a date; write such as %d.%m.%Y, {SERIAL} or {MINGUO}"
        )
    has_day = {"m", "d"} <= set(codes) or ({"b", "B"} & set(codes) and "d" in codes) or "j" in codes
    if not ({"Y", "y"} & set(codes) and has_day):
        raise ValueError(
            f"“{pattern}” names no year, month and day; write such as %d.%m.%Y, {SERIAL} or {MINGUO}"
        )
    return pattern


def _as_several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


DatePattern = Annotated[str, AfterValidator(_strptime)]
Text = Annotated[str, StringConstraints(min_length=1)]


class Formats(Strict):
    """How one source writes numbers and dates. What is left out is settled by each column as a whole."""

    decimal: Literal[".", ","] | None = Field(None, description="the mark before a number's decimals")
    day_first: bool | None = Field(None, description="03/04/2017 is 3 April (true) or 4 March (false)")
    date_format: Annotated[tuple[DatePattern, ...], BeforeValidator(_as_several)] = Field(
        (),
        description="strptime patterns such as %d.%m.%y, excel for a spreadsheet's day numbers, or minguo "
        "for Taiwan's years such as 112/05/03",
    )
    extracted_on: date | None = Field(None, description="the day on which the source was exported")


class Cleaning(Strict):
    """Which rows are no sales of the client, and what becomes of those that a rule finds."""

    first_day: date = Field(date(1990, 1, 1), description="no sale is older; an earlier date is an error")
    test_orders: tuple[Text, ...] = Field((), description="order numbers of tests; * stands for anything")
    test_customers: tuple[Text, ...] = Field((), description="customer numbers of tests; * for anything")
    ignore_products: tuple[Text, ...] = Field(
        (), description="product codes that are no product, such as postage; * stands for anything"
    )
    cancelled_prefix: Text | None = Field(None, description="begins the number of a cancelled order")
    cancelled_status: tuple[Text, ...] = Field((), description="values of order_status of a cancelled order")
    absurd_price: float = Field(
        50, gt=1, description="a unit price so many times above or below the product's median is absurd"
    )
    rules: dict[Switchable, Effect] = Field({}, description="what becomes of the rows that a rule finds")

    @model_validator(mode="after")
    def _possible_effects(self) -> Self:
        for rule in get_args(NeverAside):
            if self.rules.get(rule) == "set_aside":
                raise ValueError(f"“{rule}” sets no row aside; write kept or off")
        return self

    def effect(self, rule: Switchable) -> Effect:
        return self.rules.get(rule, _BY_DEFAULT.get(rule, "kept"))


class Commerce(Strict):
    """What the client calls a sale, its date and its revenue."""

    sale_date: Literal["ordered", "paid", "shipped", "received"] | None = Field(
        None, description="what happened at sold_at; none: not known"
    )
    revenue: Literal["received", "paid", "before_coupons"] | None = Field(
        None,
        description="what the revenue column holds: received by the client; paid by the customer (coupons "
        "of the platform are added); before coupons (those of the shop are deducted)",
    )
    refunds: Literal["deducted", "separate"] | None = Field(
        None, description="whether the revenue column has the refund column's amounts deducted already"
    )
    deposits: tuple[Text, ...] = Field((), description="values of payment_kind that mark a presale deposit")
    gifts: bool = Field(False, description="lines with a quantity and no money are gifts")
    return_window_days: int | None = Field(
        None, ge=0, le=3650, description="so long a sale may be returned; until then figures are provisional"
    )


def undeclared(columns: Collection[str], cleaning: Cleaning, commerce: Commerce) -> str | None:
    """What the mapped ``columns`` of the sale lines leave open, or what is declared of one that is not
    mapped; None where all is said. A revenue read in the wrong sense would look right."""
    if commerce.revenue is None and {"shop_coupon", "platform_coupon"} & set(columns):
        return "coupons are mapped; say under commerce what “revenue” holds: received, paid or before_coupons"
    if commerce.refunds is None and "refund" in columns:
        return "refund is mapped; say under commerce whether “refunds” are deducted from revenue or separate"
    if "payment_kind" in columns and not commerce.deposits:
        return "payment_kind is mapped; say under commerce which of its values are “deposits”"
    needs = {
        "commerce.deposits": (commerce.deposits, ("payment_kind", "order_id")),
        "commerce.gifts": (commerce.gifts, ("quantity", "revenue")),
        "cleaning.cancelled_status": (cleaning.cancelled_status, ("order_status",)),
        "cleaning.cancelled_prefix": (cleaning.cancelled_prefix, ("order_id",)),
        "cleaning.test_orders": (cleaning.test_orders, ("order_id",)),
        "cleaning.ignore_products": (cleaning.ignore_products, ("product_id",)),
    }
    for key, (value, wanted) in needs.items():
        if value and (lacking := [name for name in wanted if name not in columns]):
            return f"“{key}” needs {lacking[0]}, which sources.sale_lines.columns does not map"
    return None
