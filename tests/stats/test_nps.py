from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.stats.nps import net_promoter_score

PUBLISHED = Path(__file__).parents[1] / "published"


@pytest.fixture(scope="module")
def airport() -> tuple[np.ndarray, np.ndarray]:
    with (PUBLISHED / "sfo_2017.csv").open(newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    answers = np.array([float(row["NETPRO"] or "nan") for row in rows])
    return np.where(answers == 11, np.nan, answers), np.array([float(row["WEIGHT"]) for row in rows])


def test_the_airport_survey(airport) -> None:
    answers, weights = airport
    plain = net_promoter_score(answers)
    assert (plain.n, round(plain.value, 1)) == (2746, 39.8)
    assert plain.promoters + plain.passives + plain.detractors == 2746
    weighted = net_promoter_score(answers, weights)
    assert (weighted.n, round(weighted.value, 1)) == (2746, 40.4)
    # Unequal weights tell less: Kish's effective n, and with it a wider interval.
    assert 2200 < weighted.n_effective < 2300
    assert weighted.high - weighted.low > plain.high - plain.low


def test_the_adjusted_wald_interval() -> None:
    """Sauro & Lewis's example: 36 answers, 15 promoters, 13 detractors, 90%."""
    score = net_promoter_score([9] * 15 + [7] * 8 + [6] * 13, confidence=0.9)
    assert (round(score.value, 1), round(score.low, 1), round(score.high, 1)) == (5.6, -17.7, 28.0)
    assert (score.promoters, score.passives, score.detractors) == (15, 8, 13)


@pytest.mark.parametrize(
    ("scale", "promoters", "detractors"),
    [
        ((0, 10), {9, 10}, range(7)),
        ((1, 10), {9, 10}, range(1, 7)),
        ((1, 5), {5}, {1, 2, 3}),
        ((1, 7), {7}, range(1, 5)),
    ],
)
def test_who_is_a_promoter_on_which_scale(scale, promoters, detractors) -> None:
    answers = list(range(scale[0], scale[1] + 1))
    score = net_promoter_score(answers, scale=scale)
    assert (score.promoters, score.detractors) == (len(promoters), len(detractors))
    assert score.comparable == (scale == (0, 10))


def test_a_weight_is_worth_as_many_answers_to_the_value() -> None:
    once = net_promoter_score([10, 8, 3], [4, 1, 2])
    assert once.value == pytest.approx(net_promoter_score([10] * 4 + [8] + [3] * 2).value)
    # … but not to the interval: seven answers tell more than three.
    assert once.high - once.low > net_promoter_score([10] * 4 + [8] + [3] * 2).high - once.low


def test_a_small_sample_says_little() -> None:
    """About 28 points to each side at n = 30, 15 at n = 100."""
    for n, points in ((30, 28), (100, 15)):
        score = net_promoter_score(([10] * 5 + [8] * 3 + [2] * 2) * (n // 10))
        assert (score.high - score.low) / 2 == pytest.approx(points, abs=1.5)


def test_the_interval_of_one_answer_reaches_out_to_it() -> None:
    """By hand: (1 + 3/4) of 4 less 3/4 of 4 is 1/4; its error the root of (5/8 - 1/16) / 4, .375; 1.96 of
    them reach up to .985, which leaves out the one answer there is."""
    one = net_promoter_score([10])
    assert one.low == pytest.approx(100 * (0.25 - 1.959964 * 0.375), abs=1e-4)
    assert one.high == one.value == 100
    assert net_promoter_score([0]).low == -100


ANSWERS = st.lists(st.integers(0, 10), min_size=1, max_size=60)


@given(ANSWERS, st.randoms(), st.sampled_from([0.5, 0.8, 0.95, 0.99]))
def test_order_does_not_matter_and_the_interval_holds_the_value(answers, random, confidence) -> None:
    score = net_promoter_score(answers, confidence=confidence)
    shuffled = answers.copy()
    random.shuffle(shuffled)
    assert net_promoter_score(shuffled, confidence=confidence) == score
    assert -100 <= score.low <= score.value <= score.high <= 100
    assert score.promoters + score.passives + score.detractors == score.n == len(answers)


@given(ANSWERS, st.integers(0, 1000), st.sampled_from([1e-300, 1e-9, 7.0, 1e9, 1e300]))
def test_weights_are_known_up_to_a_factor(answers, seed, factor) -> None:
    weights = np.random.default_rng(seed).uniform(0.2, 5, len(answers))
    one, other = (net_promoter_score(answers, weights * times) for times in (1, factor))
    for name in ("value", "low", "high", "n_effective"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), abs=1e-9)
    even = net_promoter_score(answers, [factor] * len(answers))
    assert even.low == pytest.approx(net_promoter_score(answers).low, abs=1e-9)
    assert -100 <= one.low <= one.value <= one.high <= 100
    assert 1 <= one.n_effective <= len(answers) + 1e-9


def test_lists_arrays_and_the_columns_of_pandas_give_the_same() -> None:
    score = net_promoter_score([10, 9, 7, 3])
    gaps = pd.DataFrame({"q": [10, None, 9, 7, 3], "weight": [2, None, 2, 2, 2]})
    for answers, weights in (
        (gaps["q"], None),
        (gaps["q"].astype("Int64"), gaps["weight"].astype("Float64")),
        (gaps["q"].astype("object").where(gaps["q"].notna(), pd.NA), gaps["weight"]),
        ([10, None, 9, 7, 3], [2, None, 2, 2, 2]),
        (np.array([10.0, np.nan, 9, 7, 3]), None),
    ):
        assert net_promoter_score(answers, weights) == score


@pytest.mark.parametrize(
    ("answers", "weights", "problem"),
    [
        ([], None, "no answer"),
        ([np.nan], None, "no answer among the 1"),
        ([5, 11], None, "11 is off the scale from 0 to 10 .answer 2.: make it NaN"),
        ([5, np.inf], None, "off the scale"),
        ([5, "n/a"], None, "“n/a” .row 2., which is no number"),
        ([5, 6], [1, 0], "positive.* answer 2 is 0: leave out"),
        ([5, 6], [1, -1], "positive.* answer 2 is -1"),
        ([5, 6], [1, np.nan], "positive.* answer 2 is nan"),
        ([5, 6], [1], "one weight"),
        ([[5, 6]], None, "one-dimensional"),
    ],
)
def test_bad_answers_are_named(answers, weights, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        net_promoter_score(answers, weights)


def test_weights_in_another_order_than_the_answers_are_refused() -> None:
    answers = pd.Series([9, 3], index=["ann", "bob"])
    with pytest.raises(ValueError, match="another order"):
        net_promoter_score(answers, pd.Series([1, 3], index=["bob", "ann"]))


@pytest.mark.parametrize("scale", [(10, 0), (5, 5)])
def test_a_scale_names_its_lowest_answer_first(scale) -> None:
    with pytest.raises(ValueError, match="lowest, then its highest"):
        net_promoter_score([5], scale=scale)
