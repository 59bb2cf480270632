"""A points programme by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.analysis.points import apart, programme, shares, who_redeems, worth

NAMES = ["earned", "used", "lapsed", "balance", "expiring", "revenue"]
ROWS = [
    (100.0, 60.0, 0.0, 40.0, 10.0, 900.0),
    (50.0, 0.0, 20.0, 30.0, 0.0, 300.0),
    (50.0, 40.0, 0.0, 10.0, 5.0, 300.0),
    (0.0, 0.0, 7.0, 500.0, 500.0, 9000.0),  # nothing but lapsed points in the period
]


def members(rows: list[tuple] = ROWS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=NAMES)


def test_a_programme() -> None:
    found = programme(members())
    assert (found.members.value, found.earned.value, found.used.value, found.lapsed.value) == (
        3,
        200,
        100,
        27,
    )
    assert (found.rate.value, found.rate.n) == (0.5, 3)
    assert (found.redeemers.value, found.redeemers.n) == (pytest.approx(2 / 3), 3)
    assert found.revenue.value == pytest.approx(1200 / 1500)
    assert (found.balance.value, found.balance.n) == (580, 4)
    assert found.expiring.value == 515
    assert worth(found.balance, 0.01).value == pytest.approx(5.8)
    assert math.isnan(worth(found.balance, None).value)


def test_without_sales_or_expiry_these_are_not_known() -> None:
    found = programme(members().drop(columns="revenue").assign(expiring=math.nan))
    assert math.isnan(found.revenue.value)
    assert not found.expiring.known
    assert found.balance.known


def test_a_ledger_that_begins_after_the_programme_has_no_balance() -> None:
    found = programme(members([*ROWS, (0.0, 90.0, 0.0, -90.0, 0.0, 0.0)]))
    assert not found.balance.known
    assert not found.expiring.known
    assert found.used.value == 190


def test_nobody_earned_anything() -> None:
    found = programme(members([(0.0, 5.0, 0.0, 0.0, 0.0, 1.0)]))
    assert not found.rate.known
    assert who_redeems(members().head(0), minimum=1).empty


def test_thirds_by_what_was_earned() -> None:
    # Twenty each earn 1, 2 and 3 points; of them 2, 10 and 18 used some.
    rows = [
        (float(earned), float(number < users), 0.0, 0.0, 0.0, 0.0)
        for earned, users in ((1, 2), (2, 10), (3, 18))
        for number in range(20)
    ]
    table = who_redeems(members(rows), minimum=20)
    assert table["group"].tolist() == ["little", "middle", "much"]
    assert table["redeemed"].tolist() == pytest.approx([0.1, 0.5, 0.9])
    assert table["earned"].tolist() == [1, 2, 3]
    assert apart(table)
    assert shares(table)["much"].n == 20
    assert who_redeems(members(rows), minimum=21).empty


def test_members_who_earned_alike_are_in_one_group() -> None:
    rows = [(5.0, float(number % 2), 0.0, 0.0, 0.0, 0.0) for number in range(40)]
    table = who_redeems(members(rows), minimum=1)
    assert table["members"].tolist() == [40]
    assert not apart(table)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(len(ROWS))))
def test_the_order_of_members_does_not_matter(order: list[int]) -> None:
    assert programme(members([ROWS[place] for place in order])) == programme(members())
