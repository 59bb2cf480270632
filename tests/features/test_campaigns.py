"""Campaigns of a small shop: whom they reached, who redeemed what, and what was spent around them."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import pytest

from crmreport.features.campaigns import Marketing, campaign_groups, campaign_reach, touch_table
from crmreport.features.customers import customer_table
from tests.features.lines import Row, sale_lines, values

ROWS: list[Row] = [
    # campaign 1 runs 11 to 20 February, so that 1 to 10 February lie before it
    ("c1", "r1", "soap/1", "north", "2023-02-01", 1, "4.00", "0", "0"),
    ("c1", "r2", "soap/1", "north", "2023-02-12", 1, "6.00", "0", "0"),
    ("c2", "r3", "soap/2", "north", "2023-02-12", 1, "3.00", "0", "0"),
    ("c3", "r4", "balm/3", None, "2023-02-10", 1, "5.00", "0", "0"),
    ("c3", "r5", "balm/3", None, "2023-02-25", 1, "9.00", "0", "0"),
    ("c4", "r6", "balm/3", None, "2023-01-15", 1, "1.00", "0", "0"),
]
START, END = date(2023, 1, 15), date(2023, 2, 28)


def table(columns: str, *rows: tuple[str | date | None, ...]) -> ir.Table:
    names = columns.split()
    types = {name: "date" if name.endswith("_on") else "string" for name in names}
    return ibis.memtable([dict(zip(names, row, strict=True)) for row in rows], schema=ibis.schema(types))


CAMPAIGNS = table(
    "campaign_id campaign_name campaign_type starts_on ends_on",
    ("1", "Spring", "mail", date(2023, 2, 11), date(2023, 2, 20)),
    # begins too early for as many days before it, and still runs on the as-of date
    ("2", None, None, date(2023, 2, 1), date(2023, 4, 30)),
    ("0", "Long ago", "mail", date(2022, 1, 1), date(2022, 1, 31)),
)
CONTACTS = table(
    "customer_id campaign_id contacted_on channel",
    ("c1", "1", None, None),
    ("c1", "1", date(2023, 2, 15), None),
    ("c2", "1", date(2023, 3, 15), None),  # after the as-of date
    ("c3", "1", None, None),
    ("c9", "1", None, None),  # bought nothing
    ("c1", "2", None, None),
    ("c1", "0", None, None),
)
REDEMPTIONS = table(
    "customer_id campaign_id redeemed_on coupon_id",
    ("c1", "1", date(2023, 2, 12), "k1"),  # for soap 1, bought that day
    ("c1", "1", date(2023, 2, 13), "k1"),  # for soap 1, not bought that day: bread, say
    ("c2", "1", date(2023, 2, 12), "k2"),  # passed on by somebody contacted; for soap 2, bought
    ("c1", "1", date(2023, 3, 12), "k1"),  # after the as-of date
)
COUPONS = table(
    "coupon_id product_id campaign_id", ("k1", "soap/1", "1"), ("k2", "soap/2", "1"), ("k2", "soap/2", "2")
)


@pytest.fixture(scope="module")
def lines() -> ir.Table:
    return sale_lines(ROWS)


@pytest.fixture(scope="module")
def customers(lines: ir.Table) -> ir.Table:
    return customer_table(lines, as_of=END, window_months=12)


def marketing(redemptions: ir.Table | None = REDEMPTIONS, coupons: ir.Table | None = COUPONS) -> Marketing:
    return Marketing(CAMPAIGNS, CONTACTS, redemptions, coupons).within(date(2022, 3, 1), END)


COLUMNS = ("scope", "campaign_id", "customer_id", "contacts", "contacted", "redemptions", "own_redemptions")


def test_a_redemption_is_the_scopes_own_where_its_product_was_bought_that_day(
    lines: ir.Table, customers: ir.Table
) -> None:
    found = touch_table(customers, lines, marketing())
    assert values(found, *COLUMNS) == [
        ("_group", "1", "c1", 2, True, 2, 1),
        ("_group", "1", "c2", 0, False, 1, 1),
        ("_group", "1", "c3", 1, True, 0, 0),
        ("_group", "2", "c1", 1, True, 0, 0),
        ("north", "1", "c1", 2, True, 2, 1),
        ("north", "1", "c2", 0, False, 1, 1),
        ("north", "2", "c1", 1, True, 0, 0),
    ]


def test_what_was_not_supplied_is_unknown_and_not_zero(lines: ir.Table, customers: ir.Table) -> None:
    without_coupons = touch_table(customers, lines, marketing(coupons=None))
    assert {row[5:] for row in values(without_coupons, *COLUMNS)} == {(2, None), (1, None), (0, None)}
    without = touch_table(customers, lines, marketing(redemptions=None))
    assert values(without.filter(without.scope == "north"), *COLUMNS) == [
        ("north", "1", "c1", 2, True, None, None),
        ("north", "2", "c1", 1, True, None, None),
    ]
    reach = campaign_reach(without, marketing(redemptions=None))
    assert {row[1:] for row in values(reach, "scope", "redeemers", "own_redeemers")} == {(None, None)}


def test_only_the_contacted_count_as_redeemers_of_a_campaign(lines: ir.Table, customers: ir.Table) -> None:
    reach = campaign_reach(touch_table(customers, lines, marketing()), marketing())
    counts = ("contacted", "redeemers", "own_redeemers", "redemptions", "own_redemptions")
    assert values(reach, "scope", "campaign_id", "campaign_name", *counts) == [
        ("_group", "1", "Spring", 2, 1, 1, 3, 2),
        ("_group", "2", None, 1, 0, 0, 0, 0),
        ("north", "1", "Spring", 1, 1, 1, 3, 2),
        ("north", "2", None, 1, 0, 0, 0, 0),
    ]


def test_spending_in_a_campaign_and_in_as_many_days_before(lines: ir.Table, customers: ir.Table) -> None:
    touched = touch_table(customers, lines, marketing())
    groups = campaign_groups(customers, lines, touched, marketing(), data=(START, END))
    columns = ("campaign_id", "contacted", "days", "before", "during", "before_squares", "during_squares")
    assert values(groups.filter(groups.scope == "_group"), *columns) == [
        ("1", False, 10, 0, 3, 0, 9),  # c2
        ("1", True, 10, 9, 6, 41, 36),  # c1: 4 and 6; c3: 5 and nothing
    ]
