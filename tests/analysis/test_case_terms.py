"""Texts that hold a word, by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.analysis.case_terms import counted, holding, mostly, parts, tied

CASES = pd.DataFrame(
    {
        "case": ["1", "2", "3", "4", "5", "6"],
        "customer_id": ["a", "a", "b", None, None, "c"],
        "has_text": [True, True, True, True, True, False],
        "topic": ["shipping", "shipping", "bill", "shipping", None, None],
    }
)
TERMS = pd.DataFrame(
    [
        *(("1", "late", 1), ("2", "late", 1), ("3", "late", 1), ("4", "late", 1)),
        *(("1", "refund", 1), ("2", "refund", 1), ("5", "refund", 1)),
        *(("1", "lotus", 1), ("2", "lotus", 1)),
        *(("1", "late parcel", 2), ("3", "late parcel", 2), ("9", "late", 1)),
    ],
    columns=["case", "term", "words"],
)


def test_a_word_needs_the_minimum_group_of_customers() -> None:
    table = counted(TERMS, CASES, words=1, minimum=2)
    # “lotus” is one customer's, in two cases; 4 and 5, of whom is not known, count each; 9 is not ours.
    assert table["term"].tolist() == ["late", "refund"]
    assert table["cases"].tolist() == [4, 3]
    assert table["part"].tolist() == pytest.approx([0.8, 0.6])  # of five with a text
    assert counted(TERMS, CASES, words=1, minimum=3)["term"].tolist() == ["late"]


def test_pairs_and_words_of_the_clients_own_list() -> None:
    assert counted(TERMS, CASES, words=2, minimum=2)["term"].tolist() == ["late parcel"]
    assert counted(TERMS, CASES, words=2, minimum=2, without=["Parcel"]).empty
    assert counted(TERMS.head(0), CASES, words=1, minimum=1).empty


def test_words_of_equally_many_texts_are_tied() -> None:
    # Of the first five texts four hold “late”, three “refund”; without one of the four they are level.
    assert not tied(counted(TERMS, CASES, words=1, minimum=2))
    assert tied(counted(TERMS[TERMS["case"] != "4"], CASES, words=1, minimum=2))
    assert not tied(counted(TERMS, CASES, words=1, minimum=3))


def test_a_count_can_be_looked_at() -> None:
    assert holding(TERMS, CASES, "refund")["case"].tolist() == ["1", "2", "5"]
    assert mostly(TERMS, CASES, "late", "topic", minimum=3) == "shipping"
    assert mostly(TERMS, CASES, "late", "topic", minimum=4) is None


def test_a_share_rests_on_all_texts() -> None:
    found = parts(counted(TERMS, CASES, words=1, minimum=2), 5)["late"]
    assert (found.value, found.n) == (pytest.approx(0.8), 5)
    assert found.low < 0.8 < found.high


@settings(max_examples=12, deadline=None)
@given(st.permutations(list(range(len(TERMS)))), st.permutations(list(range(len(CASES)))))
def test_the_order_of_rows_does_not_matter(terms: list[int], cases: list[int]) -> None:
    turned = counted(TERMS.iloc[terms], CASES.iloc[cases], words=1, minimum=1)
    pd.testing.assert_frame_equal(turned, counted(TERMS, CASES, words=1, minimum=1))
