"""Gaps by hand, and the reliability of a difference."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.servqual import difference_reliability, gaps


def test_gaps_of_the_same_respondents() -> None:
    values = pd.DataFrame(
        {
            "e_staff": [5, 5, 4, 4],
            "p_staff": [3, 4, 4, math.nan],
            "e_price": [3, 3, 3, 3],
            "p_price": [4, 4, 5, 3],
            "e_only": [1, 1, 1, 1],
        },
        dtype=float,
    )
    expected = {"staff": "e_staff", "price": "e_price", "only": "e_only"}
    found = gaps(values, expected, {"staff": "p_staff", "price": "p_price"})
    assert found["attribute"].tolist() == ["staff", "price"]
    assert found["gap"].tolist() == pytest.approx([-1, 1])
    assert found["n"].tolist() == [3, 4]
    assert found.loc[0, "expected"] == pytest.approx(14 / 3)
    assert (found["low"] <= found["gap"]).all()


def test_a_difference_is_less_reliable_than_its_parts() -> None:
    # Variances 1, covariance .6, alphas .9: (1.8 - 1.2) / (2 - 1.2) = .75.
    drawn = np.random.default_rng(1).normal(size=(50, 2))
    drawn -= drawn.mean(axis=0)
    drawn = drawn @ np.linalg.inv(np.linalg.cholesky(np.cov(drawn, rowvar=False))).T
    both = drawn @ np.linalg.cholesky([[1, 0.6], [0.6, 1]]).T
    assert difference_reliability(both[:, 0], both[:, 1], [0.9, 0.9]) == pytest.approx(0.75)
    assert math.isnan(difference_reliability(both[:, 0], both[:, 0], [0.9, 0.9]))


def test_one_respondent_is_no_gap() -> None:
    values = pd.DataFrame(
        {"e": [5, 4, math.nan], "p": [3, math.nan, 2], "e2": [5.0, 4, 3], "p2": [4.0, 4, 4]}
    )
    found = gaps(values, {"staff": "e", "price": "e2"}, {"staff": "p", "price": "p2"})
    assert found["attribute"].tolist() == ["price"]
    assert gaps(values, {"staff": "e"}, {"staff": "p"}).empty
    assert gaps(values, {"staff": "e"}, {}).empty
