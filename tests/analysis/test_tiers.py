"""What each value tier brings and gets, by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.analysis import pareto, tiers

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": list("abcde"),
        "revenue": [50.0, 30.0, 15.0, 5.0, -2.0],
        "coupon_discount": [6.0, 2.0, 1.0, 1.0, 4.0],
    }
)
CLASSES = pareto.abc_classes(CUSTOMERS["revenue"], (0.8, 0.95))  # A, A, B, C, none
CONTACTS = pd.Series({"a": 24, "b": 12, "d": 6, "e": 3, "unknown": 99})


def test_sums_by_hand() -> None:
    found = tiers.tier_table(CUSTOMERS, CLASSES, CONTACTS)

    assert found["customers"].tolist() == [2, 1, 1]
    assert found["revenue"].tolist() == [80, 15, 5]
    assert found["contacts"].tolist() == [36, 0, 6]
    assert found["coupon_discount"].tolist() == [8, 1, 1]
    assert found["margin"].isna().all()
    assert tiers.tier_table(CUSTOMERS, CLASSES, None)["contacts"].isna().all()


def test_shares_are_not_known_of_what_was_not_supplied() -> None:
    found = tiers.shares(tiers.tier_table(CUSTOMERS, CLASSES, CONTACTS))

    assert found.isna().all(axis=1)[lambda row: row].index.tolist() == ["margin"]
    assert tiers.shares(tiers.tier_table(CUSTOMERS[:0], CLASSES[:0], None)).isna().all(axis=None)
    assert found.loc["coupon_discount"].to_dict() == {"A": 0.8, "B": 0.1, "C": 0.1}


def test_a_margin_has_its_share_where_costs_were_told() -> None:
    margin = CUSTOMERS.assign(margin=[20.0, 15.0, 5.0, None, None])
    assert tiers.shares(tiers.tier_table(margin, CLASSES, None)).loc["margin", "A"] == 35 / 40


def test_service_by_hand() -> None:
    # A year: 36 contacts of two customers are 1.5 a month each; 24 a year are planned, which is 2.
    table = tiers.tier_table(CUSTOMERS, CLASSES, CONTACTS)
    found = tiers.service_table(table, days=365, contacts_a_year=(24, 12, 6))

    assert found["contacts_a_month"].tolist() == pytest.approx([1.5, 0, 0.5], rel=1e-3)
    assert found["contacts_planned"].tolist() == [2, 1, 0.5]
    assert found["contacts_gap"].tolist() == pytest.approx([-0.5, -1, 0], abs=2e-3)
    assert found["coupon_rate"].tolist() == [0.1, 1 / 15, 0.2]


def test_a_class_of_nobody_gets_nothing() -> None:
    found = tiers.service_table(
        tiers.tier_table(CUSTOMERS[:2], CLASSES[:2], CONTACTS), days=365, contacts_a_year=(24, 12, 6)
    )
    assert found.loc["C", ["contacts_a_month", "coupon_rate"]].isna().all()


def test_of_a_class_that_is_small_nothing_is_told() -> None:
    sizes = pd.Series({"A": 40, "B": 35, "C": 4})
    found = tiers.told(pd.Series({"A": 1.5, "B": 0.5, "C": 0.1}), sizes, 30)

    assert (found["a"].value, found["a"].n) == (1.5, 40)
    assert not found["b"].known  # with the total it would tell of C
    assert not found["c"].known


def test_a_gap_is_not_known_where_one_side_is_not() -> None:
    sizes = pd.Series({"A": 40, "B": 35, "C": 33})
    rates = tiers.told(pd.Series({"A": 0.5, "B": 0.25, "C": math.nan}), sizes, 30)

    assert (tiers.gap(rates["a"], rates["b"]).value, tiers.gap(rates["a"], rates["b"]).n) == (0.25, 35)
    assert not tiers.gap(rates["a"], rates["c"]).known


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 999), st.integers(0, 9)), min_size=1, max_size=30))
def test_shares_sum_to_one_whatever_the_order(rows: list[tuple[int, int]]) -> None:
    table = pd.DataFrame(rows, columns=["revenue", "contacts"]).astype(float)
    table["customer_id"] = range(len(table))
    classes = pareto.abc_classes(table["revenue"], (0.8, 0.95))
    contacts = table.set_index("customer_id")["contacts"]

    found = tiers.shares(tiers.tier_table(table, classes, contacts))
    turned = tiers.shares(tiers.tier_table(table[::-1], classes[::-1], contacts))

    assert found.loc["revenue"].sum() == pytest.approx(1)
    assert found["A"].notna().sum() == (3 if table["contacts"].sum() else 2)
    pd.testing.assert_frame_equal(found, turned)
