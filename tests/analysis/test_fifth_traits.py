"""What both ends bought and how they were treated, by hand; and odds that are those of a table of counts."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.fifth_traits import (
    across,
    beyond_chance,
    bought,
    categories_bought,
    complaints,
    ends,
    odds_alone,
    with_odds,
)
from crmreport.analysis.fifths import fifths, profile

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["a", "b"],
        "revenue": [120.0, 30.0],
        "orders": [4, 0],
        "purchase_days": [3, 1],
        "categories": [2, 1],
        "deal_share": [math.nan, math.nan],
        "recency_days": [5, 90],
    }
)


def test_what_was_bought_stands_beside_each_response_and_is_unknown_of_others() -> None:
    ids = pd.Series(["b", None, "a", "z"], index=[7, 8, 9, 10])
    found = bought(ids, CUSTOMERS)
    assert found.index.tolist() == [7, 8, 9, 10]
    assert "deal_share" not in found  # nobody's is known
    assert found.loc[9].to_dict() == {
        "revenue": 120,
        "purchase_days": 3,
        "categories": 2,
        "recency_days": 5,
        "order_revenue": 30,
    }
    assert math.isnan(found.loc[7, "order_revenue"])  # without an order
    assert found.loc[[8, 10]].isna().all(axis=None)


def test_categories_are_the_six_with_most_buyers_and_unknown_of_who_did_not_buy() -> None:
    spent = pd.DataFrame(
        {"customer_id": ["a", "b", "a", *"cdefg"], "category": ["x", "x", "y", *"tuvwz"], "revenue": 1.0}
    )
    found = categories_bought(pd.Series(["a", "b", "q"]), spent, CUSTOMERS)
    assert found.columns.tolist() == ["x", "t", "u", "v", "w", "y"]  # most buyers first, then by name
    assert found["x"].tolist() == [True, True, pd.NA]
    assert found["y"].tolist() == [True, False, pd.NA]


def test_an_open_complaint_is_asked_of_those_who_complained() -> None:
    fates = pd.Series({"a": "open", "b": "resolved"})
    found = complaints(pd.Series(["a", "b", "c", None]), fates)
    assert found["complained"].tolist() == [True, True, False, pd.NA]
    assert found["unresolved"].tolist() == [True, False, pd.NA, pd.NA]


def test_both_ends_and_all_by_hand() -> None:
    values = pd.Series([5.0] * 5 + [3.0] * 5 + [1.0] * 5)
    traits = pd.DataFrame(
        {
            "revenue": [11.0, 10, 9, 8, 7, *[6.0] * 5, 5, 4, 3, 2, 1],
            "contacts": [1.0, 2, 1, 2, 1, *[1.0] * 5, 1, 2, 1, 2, 1],
            "deal_share": [0.5, *[math.nan] * 4, *[0.1] * 10],
        }
    )
    cut = fifths(values, part=1 / 3)
    assert cut is not None
    found = ends(traits, cut, minimum=5)
    assert found["trait"].tolist() == ["revenue", "contacts"]  # of deals too few are known
    first = found.iloc[0]
    assert (first["top"], first["bottom"], first["everyone"]) == (9, 3, 6)
    # Each of the five has more than each of the other five: all 25 pairs, p = 2/252.
    assert (first["size"], first["real"]) == (0.5, True)
    assert (found.loc[1, "size"], found.loc[1, "real"]) == (0.0, False)
    table = across(found)
    assert table["end"].tolist() == ["satisfied", "dissatisfied", "everyone"]
    assert table["end_revenue"].tolist() == [9, 3, 6]


def test_odds_of_yes_against_no_are_those_of_the_table_of_counts() -> None:
    # Of 40 with it 30 are content, of 60 without it 20: odds 3 and 1/2, ratio 6; the interval is Woolf's.
    has = pd.Series([True] * 40 + [False] * 60, dtype="boolean")
    content = pd.Series([1.0] * 30 + [0.0] * 10 + [1.0] * 20 + [0.0] * 40)
    found = odds_alone(pd.DataFrame({"has": has}), content)["has"]
    error = math.sqrt(1 / 30 + 1 / 10 + 1 / 20 + 1 / 40)
    assert found.value == pytest.approx(6, rel=1e-3)
    assert found.low == pytest.approx(6 * math.exp(-1.959964 * error), rel=1e-3)
    assert found.high == pytest.approx(6 * math.exp(1.959964 * error), rel=1e-3)
    assert found.n == 100
    assert beyond_chance({"has": found}) == {"has": True}
    assert odds_alone(pd.DataFrame({"has": has[:40]}), content) == {}  # it never varies


def test_amounts_are_taken_in_logarithms_so_that_one_of_them_does_not_rule() -> None:
    rng = np.random.default_rng(7)
    strength = rng.normal(size=3000)
    values = pd.Series((strength + rng.logistic(size=3000) > 0).astype(float))
    money = pd.Series(np.expm1(strength + 3))
    money.iloc[0] = 1e9
    found = odds_alone(pd.DataFrame({"revenue": money, "categories": money}), values)
    assert found["revenue"].value == pytest.approx(math.e, rel=0.15)
    assert found["categories"].value < 1.5


def test_what_parts_the_answers_wholly_has_no_odds() -> None:
    has = pd.Series([True] * 30 + [False] * 30, dtype="boolean")
    assert odds_alone(pd.DataFrame({"has": has}), has.astype(float)) == {}


def test_a_table_of_who_is_at_either_end_gets_the_odds_of_all_answers() -> None:
    values = pd.Series([5.0] * 30 + [4.0] * 40 + [1.0] * 30)
    ages = ["old"] * 20 + ["young"] * 10 + ["old", "young"] * 20 + ["old"] * 10 + ["young"] * 20
    choices = pd.DataFrame({"age": ages, "told": pd.array([True, False] * 50)})
    cut = fifths(values)
    assert cut is not None
    who = profile(choices, cut, minimum=5)
    assert who[who["item"] == "told"]["answer"].tolist() == [True]  # what is not so needs no row
    found = with_odds(who, choices, values).set_index("answer")
    assert found.loc["old", "odds"] == pytest.approx(1 / found.loc["young", "odds"], rel=1e-3)
    assert found.loc["old", "low"] > 1
    assert found.loc[True, "odds"] == pytest.approx(1, rel=0.05)
