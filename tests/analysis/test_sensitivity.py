"""The same figures over windows of several lengths, worked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.sensitivity import windows

AS_OF = date(2023, 12, 31)
# Over 6 months four buyers, over 12 five; revenue of the best, of all; who bought on two days or more.
CUSTOMERS = pd.DataFrame(
    [
        (6, 3, 70.0),
        (6, 1, 20.0),
        (6, 1, 10.0),
        (6, 2, -5.0),  # returned more than bought: a buyer, but no net spender
        (12, 5, 100.0),
        (12, 2, 60.0),
        (12, 2, 30.0),
        (12, 1, 10.0),
        (12, 3, 0.0),
    ],
    columns=["months", "purchase_days", "revenue"],
)


def found(begins=date(2023, 1, 1), customers=CUSTOMERS, minimum=1):
    asked = {"as_of": AS_OF, "data_begins": begins, "top": 0.25, "cuts": (0.7, 0.95), "minimum": minimum}
    return windows(customers, **asked, rng=np.random.default_rng(1))


def test_figures_by_hand() -> None:
    half, year = found()

    assert (half.months, half.begins, half.whole) == (6, date(2023, 7, 1), True)
    assert (year.months, year.begins, year.whole) == (12, date(2023, 1, 1), True)
    assert (half.buyers.value, year.buyers.value) == (4, 5)
    assert (half.repeat.value, year.repeat.value) == (2 / 4, 4 / 5)
    # A quarter of three net spenders is three quarters of the best one; of four, the best one.
    assert half.top.value == pytest.approx(0.75 * 70 / 100)
    assert year.top.value == pytest.approx(100 / 200)
    assert {name: part.value for name, part in half.classes.items()} == pytest.approx(
        {"A": 1 / 3, "B": 2 / 3, "C": 0}
    )
    assert {name: part.value for name, part in year.classes.items()} == pytest.approx(
        {"A": 2 / 4, "B": 1 / 4, "C": 1 / 4}
    )
    assert {part.n for part in year.classes.values()} == {4}
    assert half.repeat.low < half.repeat.value < half.repeat.high


def test_a_window_that_begins_before_the_data_is_not_whole() -> None:
    assert [one.whole for one in found(begins=date(2023, 1, 2))] == [True, False]
    assert [one.whole for one in found(begins=date(2023, 7, 1))] == [True, False]


def test_a_class_too_small_to_show_takes_another_with_it() -> None:
    half, year = found(minimum=2)

    # Over 6 months A has one, B two, C nobody: B would give A away. Over 12 months B and C have one each.
    assert {name: part.known for name, part in half.classes.items()} == {"A": False, "B": False, "C": True}
    assert {name: part.known for name, part in year.classes.items()} == {"A": True, "B": False, "C": False}


def test_nobody_spends_more_than_they_return() -> None:
    (one,) = found(customers=CUSTOMERS[CUSTOMERS["revenue"] < 0])

    assert one.buyers.value == 1
    assert not any(estimate.known for estimate in (one.top, *one.classes.values()))
    assert found(customers=CUSTOMERS.head(0)) == []


def test_the_window_of_the_report() -> None:
    assert [one.row(12) for one in found()] == ["other", "asked"]


def test_the_order_of_rows_does_not_matter() -> None:
    shuffled = CUSTOMERS.sample(frac=1, random_state=3)
    assert found() == found(customers=shuffled)
