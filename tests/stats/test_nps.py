from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
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


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60), st.randoms())
def test_order_does_not_matter_and_the_interval_holds_the_value_or_the_edge(answers, random) -> None:
    score = net_promoter_score(answers)
    shuffled = answers.copy()
    random.shuffle(shuffled)
    assert net_promoter_score(shuffled) == score
    assert -100 <= score.low <= score.high <= 100
    assert score.low - 1e-9 <= score.value * score.n / (score.n + 3) <= score.high + 1e-9


@pytest.mark.parametrize(
    ("answers", "weights", "problem"),
    [
        ([], None, "no answer"),
        ([np.nan], None, "no answer"),
        ([11], None, "11 is off the scale"),
        ([5, 6], [1, 0], "positive"),
        ([5, 6], [1], "one weight"),
    ],
)
def test_bad_answers_are_named(answers, weights, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        net_promoter_score(answers, weights)
