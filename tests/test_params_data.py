"""What may be declared of a client's values, rows and sales."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from crmreport.params_data import Cleaning, Commerce, Formats, undeclared


@pytest.mark.parametrize("pattern", ["%d.%m.%y", "%d %b %Y %I:%M %p", "%Y-%j", "excel", "%-d/%-m/%Y"])
def test_patterns_of_dates(pattern: str) -> None:
    assert Formats(date_format=pattern).date_format == (pattern,)  # type: ignore[arg-type]  # as YAML has it


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("DD.MM.YYYY", "names no year, month and day"),
        ("%d.%m", "names no year, month and day"),
        ("%m/%Y", "names no year, month and day"),
        ("%d.%m.%Q", "“%Q” is not read in a date"),
    ],
)
def test_a_pattern_that_gives_no_day_is_refused(pattern: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Formats(date_format=(pattern,))


def test_rules_have_their_effects() -> None:
    cleaning = Cleaning(rules={"duplicate": "off", "absurd_price": "set_aside"})
    assert cleaning.effect("duplicate") == "off"
    assert cleaning.effect("absurd_price") == "set_aside"
    assert cleaning.effect("future_date") == "set_aside"
    assert cleaning.effect("zero_price") == "kept"
    assert Cleaning().first_day == date(1990, 1, 1)


def test_a_rule_that_concerns_no_row_sets_none_aside() -> None:
    with pytest.raises(ValidationError, match="“return_unmatched” sets no row aside; write kept or off"):
        Cleaning(rules={"return_unmatched": "set_aside"})


@pytest.mark.parametrize(
    ("columns", "cleaning", "commerce", "problem"),
    [
        ("shop_coupon", {}, {}, "coupons are mapped; say under commerce what “revenue” holds"),
        ("platform_coupon", {}, {"revenue": "paid"}, None),
        ("refund", {}, {}, "whether “refunds” are deducted from revenue or separate"),
        ("refund", {}, {"refunds": "deducted"}, None),
        ("payment_kind order_id", {}, {}, "which of its values are “deposits”"),
        ("payment_kind", {}, {"deposits": ["deposit"]}, "“commerce.deposits” needs order_id"),
        ("payment_kind order_id", {}, {"deposits": ["deposit"]}, None),
        ("revenue", {}, {"gifts": True}, "“commerce.gifts” needs quantity"),
        ("", {"cancelled_status": ["closed"]}, {}, "“cleaning.cancelled_status” needs order_status"),
        ("", {"ignore_products": ["POST"]}, {}, "“cleaning.ignore_products” needs product_id"),
        ("", {}, {}, None),
    ],
)
def test_what_the_columns_leave_open(
    columns: str, cleaning: dict[str, Any], commerce: dict[str, Any], problem: str | None
) -> None:
    found = undeclared(columns.split(), Cleaning(**cleaning), Commerce(**commerce))
    assert (found is None) if problem is None else (problem in str(found))
