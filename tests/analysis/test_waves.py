"""Changes between waves and differences between groups."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.responses import Responses
from crmreport.analysis.satisfaction import mean
from crmreport.analysis.waves import (
    Grouping,
    by_group_measures,
    by_groups,
    by_wave,
    changes,
    difference,
    judged,
    measure_table,
    trend,
)
from crmreport.params import Questionnaire
from crmreport.stats.estimate import Estimate


def test_a_change_by_hand() -> None:
    # Standard errors of .1 and .1 add up to .1414; a gap of .3 is 2.12 of them.
    one, other = (Estimate(v, 100, v - 0.196, v + 0.196, 0.95) for v in (0.2, 0.5))
    gap, p = difference(one, other)
    assert gap.value == pytest.approx(0.3)
    assert (gap.low, gap.high) == pytest.approx((0.3 - 0.2772, 0.3 + 0.2772), abs=1e-3)
    assert p == pytest.approx(0.0339, abs=1e-3)


def test_waves_are_compared_with_the_last_known_one() -> None:
    waves = {
        "w1": Estimate(1, 9, 0, 2, 0.95),
        "w2": Estimate(float("nan"), 3),
        "w3": Estimate(2, 9, 1, 3, 0.95),
    }
    found = changes(waves)
    assert [(one.before, one.after) for one in found] == [("w1", "w3")]


def test_the_interval_of_no_change_covers_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(3), 0
    for _ in range(300):
        samples = (mean(pd.Series(rng.integers(1, 6, 60).astype(float))) for _ in range(2))
        gap, _ = difference(*samples)
        held += gap.low <= 0 <= gap.high
    assert 0.92 <= held / 300 <= 0.98


def test_groups_that_differ_and_groups_that_do_not() -> None:
    rng = np.random.default_rng(4)
    values = pd.Series(np.clip(np.round(rng.normal(3, 1, 400)), 1, 5))
    apart = pd.Series(np.where(values + rng.normal(0, 0.5, 400) > 3, "high", "low"))
    chance = pd.Series(rng.choice(["a", "b", "few"], 400, p=[0.5, 0.48, 0.02]))
    found = {one.kind: one for one in by_groups(values, {"apart": apart, "chance": chance}, minimum=30)}
    assert found["apart"].real
    assert not found["chance"].real
    assert set(found["chance"].groups) == {"a", "b"}
    assert found["apart"].groups["high"].value > found["apart"].groups["low"].value


def test_groups_that_all_answer_alike_beside_one_too_small_to_count() -> None:
    values = pd.Series([5.0] * 60 + [1.0])
    found = by_groups(values, {"sex": pd.Series(["f", "m"] * 30 + ["d"])}, minimum=30)
    assert (found[0].p, found[0].real, list(found[0].groups)) == (1.0, False, ["f", "m"])


def test_the_mean_of_a_group_has_no_bound_off_the_scale() -> None:
    values = pd.Series([5.0] * 29 + [1.0] + [1.0] * 29 + [5.0])
    groups = pd.Series(["content"] * 30 + ["cross"] * 30)
    found = by_groups(values, {"mood": groups}, minimum=30, scale=(1, 5))[0].groups
    assert (found["content"].high, found["cross"].low) == (5, 1)
    assert by_groups(values, {"mood": groups}, minimum=30)[0].groups["content"].high > 5


def waves_of(*waves: tuple[str, str, list[tuple[str, float]]]) -> pd.DataFrame:
    """Rows of a wave and its day, and of each of its respondents the sex and the answer."""
    rows = [
        {"respondent": f"{wave}{n}", "wave": wave, "answered_on": pd.Timestamp(day), "item": item}
        | {"value": value, "choice": choice}
        for wave, day, people in waves
        for n, (sex, answer) in enumerate(people)
        for item, value, choice in (("all", answer, None), ("sex", np.nan, sex))
    ]
    return pd.DataFrame(rows).assign(customer_id=None, mode=None, weight=np.nan, kind="answered")


ONCE, AGAIN = [("f", 5.0)] * 30 + [("m", 1.0)] * 10, [("f", 5.0)] * 10 + [("m", 1.0)] * 30


def test_waves_are_raked_as_the_survey_is() -> None:
    """All women and no man are satisfied: the waves differ by who answered alone."""
    items = {"all": {"role": "overall"}, "sex": {"role": "profile"}}
    plain = Questionnaire.model_validate({"items": items, "widest": 0.99})
    raked = Questionnaire.model_validate(
        {"items": items, "widest": 0.99, "rake": {"sex": {"f": 0.5, "m": 0.5}}}
    )
    answers = waves_of(("spring", "2024-03-01", ONCE), ("autumn", "2024-09-01", AGAIN))
    measured = {"csat": Estimate(0.5, 80)}
    found = by_wave(answers, plain, measured, minimum=30)
    assert [(name, one.value) for name, one in found.items()] == [("spring", 0.75), ("autumn", 0.25)]
    found = by_wave(answers, raked, measured, minimum=30)
    assert [one.value for one in found.values()] == pytest.approx([0.5, 0.5])
    # A wave that cannot be raked would differ from one that is by that alone: then none is.
    answers = waves_of(("spring", "2024-03-01", ONCE), ("autumn", "2024-09-01", [("f", 5.0)] * 40))
    assert [one.value for one in by_wave(answers, raked, measured, minimum=30).values()] == [0.75, 1]


def test_one_wave_is_no_change_and_one_of_few_answers_is_passed_over() -> None:
    asked = Questionnaire.model_validate({"items": {"all": {"role": "overall"}}, "widest": 0.99})
    measured = {"csat": Estimate(0.5, 80)}
    answers = waves_of(
        ("w1", "2024-03-01", ONCE), ("w2", "2024-06-01", AGAIN[:9]), ("w3", "2024-09-01", AGAIN)
    )
    found = by_wave(answers, asked, measured, minimum=30)
    assert [(one.before, one.after) for one in changes(found)] == [("w1", "w3")]
    assert changes(by_wave(answers[answers["wave"] == "w1"], asked, measured, minimum=30)) == []
    assert by_wave(answers.assign(wave=None), asked, measured, minimum=30) == {}
    assert by_wave(answers, asked, {}, minimum=30) == {}


def test_one_group_is_no_comparison() -> None:
    values = pd.Series([1.0] * 40)
    assert by_groups(values, {"all": pd.Series(["x"] * 40)}, minimum=30) == []


def test_a_family_is_judged_as_one() -> None:
    # Alone .04 would pass; of four, only .01 does: the second would have to be under .025.
    family = [Grouping(str(p), {}, p) for p in (0.04, 0.01, 0.3, 0.5)]
    assert [one.real for one in judged(family)] == [False, True, False, False]
    assert judged(family[:1])[0].real
    assert judged([]) == []


def test_the_measures_of_each_kind_of_customer() -> None:
    asked = Questionnaire.model_validate(
        {
            "widest": 0.99,
            "items": {"all": {"role": "overall"}, "nps": {"role": "recommend", "scale": [0, 10]}},
        }
    )
    values = pd.DataFrame({"all": [5.0, 4, 1, 2, 5, 3], "nps": [10.0, 9, 9, 0, 5, 7]})
    people = pd.DataFrame({"weight": [np.nan] * 6})
    kind = pd.CategoricalDtype(["gold", "silver", "tin"], ordered=True)
    groups = pd.Series(["silver", "silver", "gold", "gold", "gold", None], dtype=kind)

    found = by_group_measures(Responses(values, people), asked, groups, minimum=2)
    assert list(found) == ["gold", "silver"]  # in their own order, the empty one left out
    table = measure_table(found)
    assert table["satisfied"].tolist() == pytest.approx([1 / 3, 1])
    # Of gold one promoter and two detractors; both of silver promote.
    assert table["nps"].tolist() == pytest.approx([-100 / 3, 100])
    assert table["answered"].tolist() == [3, 2]
    assert by_group_measures(Responses(values, people), asked, groups, minimum=3).keys() == {"gold"}


def test_a_line_through_waves_counts_each_by_how_sure_it_is() -> None:
    equal = {
        str(at): Estimate(value, 100, value - 0.1, value + 0.1, 0.95) for at, value in enumerate([3, 5, 4])
    }
    found = trend(equal)
    assert found is not None
    # Equal weights: an ordinary line, slope (4 − 3) / 2, whose error is that of one wave over √2.
    assert (found.value, found.n) == (pytest.approx(0.5), 300)
    assert (found.low, found.high) == pytest.approx((0.5 - 0.1 / math.sqrt(2), 0.5 + 0.1 / math.sqrt(2)))
    # By hand: weights 1, 1 and 4 about the mean place 1.5; 4·0.5·6 − 1.5·0 − 0.5·3 over 2.25 + 0.25 + 1.
    uneven = [Estimate(0.0, 9, -2.0, 2.0), Estimate(3.0, 9, 1.0, 5.0), Estimate(6.0, 9, 5.0, 7.0)]
    slope = trend(dict(zip("abc", uneven, strict=True)))
    assert slope is not None
    assert slope.value == pytest.approx((4 * 0.5 * 6 - 0.5 * 3) / 3.5)
    assert trend(dict(list(equal.items())[:2])) is None


def test_a_line_covers_a_true_slope_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    sizes, held = [200, 400, 300, 900], 0
    for _ in range(400):
        drawn = [rng.binomial(n, 0.6 + 0.03 * at) / n for at, n in enumerate(sizes)]
        errors = [1.96 * math.sqrt(p * (1 - p) / n) for p, n in zip(drawn, sizes, strict=True)]
        each = zip(drawn, sizes, errors, strict=True)
        found = trend({str(at): Estimate(p, n, p - e, p + e, 0.95) for at, (p, n, e) in enumerate(each)})
        assert found is not None
        held += found.low <= 0.03 <= found.high
    assert 0.925 <= held / 400 <= 0.975
