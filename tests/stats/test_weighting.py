"""What weights cost, and whether raked ones meet their margins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.stats.weighting import design_effect, effective_n, rake


def test_kish_by_hand() -> None:
    # (1 + 1 + 2)^2 / (1 + 1 + 4) = 16/6; three answers, 3 / (16/6) = 1.125.
    assert effective_n([1, 1, 2]) == pytest.approx(16 / 6)
    assert design_effect([1, 1, 2]) == pytest.approx(1.125)
    assert effective_n([3, 3, 3, 3]) == pytest.approx(4)
    assert effective_n([]) == 0


def test_one_margin_by_hand() -> None:
    # Three women, one man; half of the customers are men: 2/3 for each woman, 2 for the man.
    found = rake({"sex": ["f", "f", "f", "m"]}, {"sex": {"f": 0.5, "m": 0.5}})
    assert found.weights == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])
    assert found.reached


def test_two_margins_by_deming_and_stephan() -> None:
    # A table of 10, 20 / 30, 40 raked to rows 40, 60 and columns 50, 50; odds ratio 2/3 is kept.
    sex, age = ["f"] * 30 + ["m"] * 70, ["y"] * 10 + ["o"] * 20 + ["y"] * 30 + ["o"] * 40
    found = rake({"sex": sex, "age": age}, {"sex": {"f": 0.4, "m": 0.6}, "age": {"y": 0.5, "o": 0.5}})
    w = found.weights
    cells = np.array([[w[:10].sum(), w[10:30].sum()], [w[30:60].sum(), w[60:].sum()]])
    assert cells.sum(axis=1) == pytest.approx([40, 60], abs=1e-4)
    assert cells.sum(axis=0) == pytest.approx([50, 50], abs=1e-4)
    assert cells[0, 0] * cells[1, 1] / (cells[0, 1] * cells[1, 0]) == pytest.approx(2 / 3, abs=1e-6)


def test_weights_have_bounds_and_say_where_they_keep_a_margin_from_being_met() -> None:
    found = rake({"sex": ["f"] * 99 + ["m"]}, {"sex": {"f": 0.5, "m": 0.5}}, bound=5)
    assert found.weights.max() == pytest.approx(5)
    assert not found.reached
    assert found.worst > 0.3


def test_a_value_without_a_target_keeps_its_share() -> None:
    found = rake({"sex": ["f", "f", "m", "?"]}, {"sex": {"f": 0.5, "m": 0.5}})
    assert found.weights[3] == pytest.approx(1)
    assert found.weights[:2].sum() == pytest.approx(found.weights[2])


@pytest.mark.parametrize(
    ("targets", "problem"), [({"x": 1.0}, "nobody answered “x”"), ({"f": 0.0, "m": 1.0}, "must be positive")]
)
def test_what_cannot_be_raked(targets, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        rake({"sex": ["f", "m"]}, {"sex": targets})


@pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf")])
def test_who_stands_for_nobody_cannot_be_raked(weight) -> None:
    with pytest.raises(ValueError, match="respondent 2"):
        rake({"sex": ["f", "m"]}, {"sex": {"f": 0.5, "m": 0.5}}, weights=[1, weight])


@pytest.mark.parametrize("factor", [1e-300, 1e-9, 1e9, 1e300])
def test_weights_are_known_up_to_a_factor(factor) -> None:
    weights, sex = np.array([1.0, 2, 3, 4]), ["f", "f", "m", "m"]
    assert effective_n(weights * factor) == pytest.approx(100 / 30)
    targets = {"sex": {"f": 0.5, "m": 0.5}}
    one, other = (rake({"sex": sex}, targets, weights=weights * times).weights for times in (1, factor))
    assert other == pytest.approx(one)
    # Two halves: 1 and 2 share one of them, 3 and 4 the other.
    assert one == pytest.approx([2 / 3, 4 / 3, 6 / 7, 8 / 7])


@given(seed=st.integers(0, 10_000))
def test_the_order_of_respondents_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sex, age = rng.choice(["f", "m"], 80), rng.choice(["a", "b", "c"], 80)
    targets = {"sex": {"f": 0.55, "m": 0.45}, "age": {"a": 0.3, "b": 0.3, "c": 0.4}}
    order = rng.permutation(80)
    straight = rake({"sex": list(sex), "age": list(age)}, targets).weights
    turned = rake({"sex": list(sex[order]), "age": list(age[order])}, targets).weights
    assert turned == pytest.approx(straight[order])
    assert straight.mean() == pytest.approx(1)
