"""Complaints, enquiries and what became of them, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from crmreport.analysis.case_kinds import advice, of_kind, unsolvable, unsolvable_share, why_unsolvable
from crmreport.params import COMPLAINT_WORDS, ENQUIRY_WORDS, UNSOLVABLE_WORDS


def table(**columns: list) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    names = ("kind", "outcome", "status", "unsolved_reason", "cause", "advised")
    blank = {name: pd.Series([None] * n, dtype="object") for name in names}
    return pd.DataFrame(blank | {"resolved": [True] * n, "followed_up": [False] * n} | columns)


def test_kinds_are_read_as_the_client_writes_them() -> None:
    cases = table(kind=["Complaint", " 投诉 ", "咨询", "Question", "praise", None])
    assert of_kind(cases, COMPLAINT_WORDS).index.tolist() == [0, 1]
    assert of_kind(cases, ENQUIRY_WORDS).index.tolist() == [2, 3]


def test_beyond_solving_by_a_reason_an_outcome_or_a_state() -> None:
    cases = table(
        unsolved_reason=["no spare part", None, None, None, None],
        outcome=[None, "Unsolvable", "refund", None, None],
        status=[None, None, "closed", "无法解决", "open"],
        resolved=[False, True, True, False, False],
    )
    assert unsolvable(cases, UNSOLVABLE_WORDS).tolist() == [True, True, False, True, False]
    # The last is open: nobody knows yet.
    found = unsolvable_share(cases, UNSOLVABLE_WORDS)
    assert (found.value, found.n) == (0.75, 4)


def test_why_is_the_reason_else_the_cause() -> None:
    cases = table(outcome=["unsolved", "unsolved"], cause=["late", None])
    assert why_unsolvable(cases, UNSOLVABLE_WORDS)[1] == "cause"
    noted = cases.assign(unsolved_reason=["no stock", None])
    assert why_unsolvable(noted, UNSOLVABLE_WORDS)[1] == "unsolved_reason"
    by_state = table(
        status=["unsolvable", "closed"], outcome=["no spare part", "refund"], cause=["late", "late"]
    )
    lost, why = why_unsolvable(by_state, UNSOLVABLE_WORDS)
    assert (lost["outcome"].tolist(), why) == (["no spare part"], "outcome")
    assert why_unsolvable(table(outcome=["unsolved"]), UNSOLVABLE_WORDS)[1] is None
    assert why_unsolvable(table(outcome=["refund"], cause=["late"]), UNSOLVABLE_WORDS)[1] is None


def test_advice_given_and_followed_up() -> None:
    cases = table(advised=[True, True, True, False, None], followed_up=[True, False, False, True, True])
    given, followed = advice(cases)
    assert (given.value, given.n) == (0.75, 4)
    assert (followed.value, followed.n) == (pytest.approx(1 / 3), 3)
