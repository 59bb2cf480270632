"""Products by complaints, by hand, and against a published test of two rates."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.analysis.disputed_products import product_rates, rate_test, rates
from tests.analysis.test_complaints import cases

ORDERS = pd.Series({"cream": 1000, "mask": 1000, "soap": 8000}, name="orders")


def test_przyborowski_and_wilenskis_seeds() -> None:
    # 0 seeds of dodder in one sample against 3 in another of the same size: 2 · (1/2)³.
    assert rate_test(0, 100, 3, 100) == pytest.approx(0.25)
    assert rate_test(0, 100, 0, 100) == 1.0
    assert rate_test(3, 0, 1, 100) == 1.0


def test_rates_of_products_and_which_stand_out() -> None:
    table = product_rates(
        cases(product_id=["cream"] * 60 + ["mask"] * 31 + ["soap"] * 240 + ["gone"] * 40 + [None] * 9),
        ORDERS,
        minimum=30,
    )
    # 60 of 1,000; 31 of 1,000; 240 of 8,000 is the same rate as the mask's; nobody ordered what is gone.
    assert table["name"].tolist() == ["cream", "mask", "soap"]
    assert table["rate"].tolist() == pytest.approx([60, 31, 30])
    assert table["apart"].tolist()[:2] == [1, 0]
    # Garwood's limits for 60 events: 45.786 and 77.232.
    assert table["low"][0] == pytest.approx(45.786, abs=0.001)
    assert table["high"][0] == pytest.approx(77.232, abs=0.001)
    assert rates(table)["mask"].n == 31


def test_a_product_with_fewer_complaints_than_the_others_is_told_as_such() -> None:
    table = product_rates(
        cases(product_id=["cream"] * 90 + ["soap"] * 100), ORDERS[["cream", "soap"]], minimum=30
    )
    assert table.set_index("name")["apart"].to_dict() == {"cream": 1, "soap": -1}


def test_small_numbers_are_in_no_row_but_the_others_sum() -> None:
    few = pd.Series({"cream": 1000, "mask": 20}, name="orders")
    table = product_rates(cases(product_id=["cream"] * 40 + ["mask"] * 10), few, minimum=30)
    assert table["name"].tolist() == ["cream"]
    assert product_rates(cases(product_id=[None]), few, minimum=30).empty
    assert product_rates(cases(product_id=["cream"] * 40), few.head(0), minimum=30).empty


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(["cream", "mask", "soap"]), min_size=1, max_size=60), st.randoms())
def test_the_order_of_the_cases_does_not_matter(named: list[str], dice: object) -> None:
    turned = list(named)
    dice.shuffle(turned)  # type: ignore[attr-defined]
    one, other = (product_rates(cases(product_id=order), ORDERS, minimum=2) for order in (named, turned))
    pd.testing.assert_frame_equal(one, other)
