"""Scales of the European customer satisfaction index for mobile phones, 250 customers (Tenenhaus 2005).

The data are under the GPL: only the covariances of their items are kept.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.stats.reliability import alpha_interval, cronbach_alpha, item_rest_correlations

COVARIANCES = {
    "image": [
        [2.889959839, 1.117269076, 0.951646586, 1.393253012, 1.136064257],
        [1.117269076, 2.846987952, 0.469558233, 0.925060241, 0.776144578],
        [0.951646586, 0.469558233, 4.54464257, 1.625028112, 1.119068273],
        [1.393253012, 0.925060241, 1.625028112, 3.391823293, 1.224883534],
        [1.136064257, 0.776144578, 1.119068273, 1.224883534, 2.425076305],
    ],
    "expectation": [
        [2.630120482, 0.947228916, 0.728995984],
        [0.947228916, 3.213831325, 0.404048193],
        [0.728995984, 0.404048193, 4.421911647],
    ],
    "value": [[4.766730924, 2.816369478], [2.816369478, 3.394522088]],
    "satisfaction": [
        [1.521943775, 1.174232932, 1.056016064],
        [1.174232932, 3.116080321, 1.826859438],
        [1.056016064, 1.826859438, 3.052353414],
    ],
}


def with_covariance(covariance, n: int = 250) -> np.ndarray:
    """Answers of n respondents that have exactly this covariance."""
    target = np.linalg.cholesky(np.array(covariance))
    drawn = np.random.default_rng(1).normal(size=(n, len(target)))
    drawn -= drawn.mean(axis=0)
    return drawn @ np.linalg.inv(np.linalg.cholesky(np.cov(drawn, rowvar=False))).T @ target.T


@pytest.mark.parametrize(
    ("scale", "alpha"),
    [("image", 0.722835), ("expectation", 0.451903), ("value", 0.823632), ("satisfaction", 0.779195)],
)
def test_the_standardized_alphas_of_the_index(scale, alpha) -> None:
    assert cronbach_alpha(with_covariance(COVARIANCES[scale]), standardized=True) == pytest.approx(
        alpha, abs=1e-6
    )


def test_the_raw_alpha_of_satisfaction() -> None:
    assert cronbach_alpha(with_covariance(COVARIANCES["satisfaction"])) == pytest.approx(0.770113, abs=1e-6)


def test_by_hand() -> None:
    # Variances 1, 1 and 4 (n - 1); sums 3, 6, 12 vary with 21: 3/2 (1 - 6/21).
    answers = [[1, 1, 1], [2, 2, 2], [3, 3, 5]]
    variances = np.var(answers, axis=0, ddof=1).sum()
    total = np.var(np.sum(answers, axis=1), ddof=1)
    assert cronbach_alpha(answers) == pytest.approx(1.5 * (1 - variances / total))
    assert cronbach_alpha([[1, 1], [2, 2], [5, 5]]) == pytest.approx(1)


def test_an_item_that_does_not_belong_stands_out() -> None:
    rng = np.random.default_rng(2)
    common = rng.normal(size=(400, 1))
    answers = np.hstack([common + rng.normal(size=(400, 3)), rng.normal(size=(400, 1))])
    found = item_rest_correlations(answers)
    assert found[:3].min() > 0.4
    assert abs(found[3]) < 0.15
    assert cronbach_alpha(answers[:, :3]) > cronbach_alpha(answers)


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(3), 0
    truth = 4 * 0.5 / (1 + 3 * 0.5)  # Spearman and Brown, for four items that correlate at .5
    for _ in range(400):
        answers = rng.normal(size=(60, 1)) + rng.normal(size=(60, 4))
        low, high = alpha_interval(cronbach_alpha(answers), respondents=60, items=4)
        held += low <= truth <= high
    assert 0.92 <= held / 400 <= 0.975


TABLES = st.integers(2, 6).flatmap(
    lambda items: st.lists(
        st.lists(st.integers(1, 7), min_size=items, max_size=items), min_size=5, max_size=40
    )
)


@given(TABLES, st.integers(0, 1000))
def test_shifts_and_the_order_of_items_and_respondents_change_no_alpha(answers, seed) -> None:
    table, rng = np.array(answers, dtype=float), np.random.default_rng(seed)
    if (np.ptp(table, axis=0) == 0).any() or np.ptp(table.sum(axis=1)) == 0:
        return
    alpha, even = cronbach_alpha(table), cronbach_alpha(table, standardized=True)
    assert max(alpha, even) <= 1 + 1e-12
    moved = table[rng.permutation(len(table))][:, rng.permutation(table.shape[1])]
    moved = moved + rng.integers(-50, 50, table.shape[1])
    assert cronbach_alpha(moved) == pytest.approx(alpha, rel=1e-9)
    assert cronbach_alpha(3 * moved) == pytest.approx(alpha, rel=1e-9)
    # Standardised, no item's unit matters.
    units = rng.uniform(0.1, 9, table.shape[1])
    assert cronbach_alpha(table * units, standardized=True) == pytest.approx(even, rel=1e-6)
    low, high = alpha_interval(alpha, respondents=len(table), items=table.shape[1])
    assert low <= alpha + 1e-12
    assert high <= 1 + 1e-12


def test_the_unit_of_the_answers_is_no_reason_to_refuse_them() -> None:
    answers = np.array([[1, 1], [2, 2], [3, 4], [4, 3.0]])
    assert cronbach_alpha(answers * 1e-8) == pytest.approx(cronbach_alpha(answers))


def test_lists_and_pandas_give_the_same_alpha() -> None:
    answers = [[1, 2, 1], [2, 1, 2], [3, 4, 4], [4, 3, 3]]
    table = pd.DataFrame(answers, columns=["a", "b", "c"])
    for each in (table, table.astype("Int64"), table.astype("object"), np.array(answers)):
        assert cronbach_alpha(each) == cronbach_alpha(answers)


def test_an_item_whose_others_add_up_to_one_number_has_no_correlation_with_them() -> None:
    # The second and the third always make 4 together.
    found = item_rest_correlations([[1, 1, 3], [2, 2, 2], [3, 3, 1], [1, 2, 2]])
    assert np.isnan(found[0])
    assert np.isfinite(found[1:]).all()


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ([[1, 2]], "two respondents"),
        ([[1], [2]], "two items"),
        ([], "two respondents"),
        ([[1, 2], [np.nan, 3]], "missing .row 2, item 1.: leave out"),
        (pd.DataFrame({"q1": [1, 2], "q2": [3, None]}, dtype="Int64"), "missing .row 2, item “q2”."),
        (pd.DataFrame({"q1": [1, 2], "q2": [3, 3]}), "item “q2” the same"),
        ([[1, 2], [1, 3]], "item 1 the same"),
        ([[1, 2], [1, "good"]], "“good”"),
        ([[1, 2], [2, 1], [3, 0]], "sum of the items never varies"),
    ],
)
def test_what_cannot_be_scored_is_named(answers, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        cronbach_alpha(answers)
