"""Cut by answer, with the shares they really have."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis.fifths import fifths


def test_ties_make_the_shares_what_they_are() -> None:
    # Of 100: 6 answer 1, 8 answer 2, 30 answer 3, 41 answer 4, 15 answer 5.
    values = pd.Series([1.0] * 6 + [2.0] * 8 + [3.0] * 30 + [4.0] * 41 + [5.0] * 15)
    found = fifths(values)
    assert (found.top_from, found.top_share) == (5, pytest.approx(0.15))
    assert (found.bottom_to, found.bottom_share) == (2, pytest.approx(0.14))
    assert found.top.sum() == 15


def test_two_answers_are_two_ends() -> None:
    found = fifths(pd.Series([1.0, 5.0, 5.0, None]))
    assert found.top.tolist() == [False, True, True, False]
    assert found.bottom.tolist() == [True, False, False, False]


def test_all_alike_have_no_ends() -> None:
    assert fifths(pd.Series([4.0] * 9)) is None


@given(st.lists(st.integers(0, 10), min_size=2, max_size=60))
def test_nobody_is_at_both_ends_and_order_does_not_matter(answers: list[int]) -> None:
    values = pd.Series(answers, dtype=float)
    found = fifths(values)
    if found is None:
        assert values.nunique() < 2
        return
    assert not (found.top & found.bottom).any()
    turned = fifths(values[::-1])
    assert (turned.top_from, turned.bottom_to) == (found.top_from, found.bottom_to)
