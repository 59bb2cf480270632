"""Measures of satisfaction by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from crmreport.analysis.satisfaction import (
    attribute_means,
    attribute_shares,
    boxed,
    headline_measures,
    mean,
    nps,
    precise,
    promoter_shares,
    stated,
    top_boxes,
    unreversed,
    upright,
)
from crmreport.params import Questionnaire
from crmreport.stats.estimate import Estimate


def series(*answers: float) -> pd.Series:
    return pd.Series(answers, dtype=float)


def test_a_mean_with_students_interval() -> None:
    found = mean(series(1, 2, 3, 4, math.nan))
    reach = t.ppf(0.975, 3) * np.std([1, 2, 3, 4], ddof=1) / 2
    assert (found.value, found.n) == (2.5, 4)
    assert (found.low, found.high) == pytest.approx((2.5 - reach, 2.5 + reach))
    assert not mean(series(3)).known


def test_equal_weights_change_nothing_and_others_widen() -> None:
    values = series(1, 2, 3, 4, 5, 5)
    assert mean(values, np.full(6, 7.0)) == mean(values)
    uneven = mean(values, np.array([5, 1, 1, 1, 1, 1.0]))
    assert uneven.value == pytest.approx((5 + 2 + 3 + 4 + 5 + 5) / 10)
    assert uneven.high - uneven.low > mean(values).high - mean(values).low


def test_the_two_best_boxes() -> None:
    found = top_boxes(series(*[5] * 30, *[4] * 51, *[1] * 182), (1, 5))
    assert (found.value, found.n) == (pytest.approx(81 / 263), 263)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert top_boxes(series(5, 4), (1, 5), boxes=1).value == 0.5


def test_the_score_is_promoters_less_detractors() -> None:
    values, weights = series(10, 9, 8, 6, 0, math.nan), np.array([2, 1, 1, 1, 1, 9.0])
    assert nps(values, (0, 10)).value == pytest.approx(0)
    found, shares = nps(values, (0, 10), weights), promoter_shares(values, (0, 10), weights)
    assert shares == pytest.approx({"promoters": 3 / 6, "passives": 1 / 6, "detractors": 2 / 6})
    assert found.value == pytest.approx(1 / 6)
    assert found.n == 5


def test_thirty_answers_leave_a_score_open() -> None:
    few = nps(series(*[10] * 14, *[8] * 8, *[2] * 8), (0, 10))
    assert few.known
    withheld = precise(few, widest=0.1, range_=2)
    assert not withheld.known
    assert withheld.n == 30
    many = nps(series(*[10] * 140, *[8] * 80, *[2] * 80), (0, 10))
    assert precise(many, widest=0.1, range_=2) == many


def test_a_census_has_no_interval_to_be_too_wide() -> None:
    assert precise(Estimate(0.5, 10), widest=0.01, range_=1).known


def test_nobody_answered() -> None:
    nothing = series(math.nan)
    assert not top_boxes(nothing, (1, 5)).known
    assert not nps(nothing, (0, 10)).known
    assert all(math.isnan(one) for one in promoter_shares(nothing, (0, 10)).values())


def test_a_turned_item_counts_from_the_other_end() -> None:
    assert unreversed(series(1, 4, math.nan), (1, 5), turned=True).tolist()[:2] == [5, 2]
    assert unreversed(series(1), (1, 5), turned=False).tolist() == [1]


def questionnaire(**items: dict) -> Questionnaire:
    return Questionnaire.model_validate({"scale": [1, 5], "widest": 0.99, "items": items})


def test_a_turned_question_is_turned_in_every_measure() -> None:
    turned = questionnaire(
        all={"role": "overall", "reversed": True},
        nps={"role": "recommend", "scale": [0, 10], "reversed": True},
        ease={"role": "effort", "reversed": True},
        staff={"role": "perception", "attribute": "staff", "reversed": True},
    )
    straight = questionnaire(
        all={"role": "overall"},
        nps={"role": "recommend", "scale": [0, 10]},
        ease={"role": "effort"},
        staff={"role": "perception", "attribute": "staff"},
    )
    values = pd.DataFrame(
        {"all": [5, 5, 1, 3], "nps": [10, 9, 8, 0], "ease": [4, 1, 1, 1], "staff": [5, 4, 2, 1]}, dtype=float
    )
    other = pd.DataFrame({"all": 6, "nps": 10, "ease": 6, "staff": 6}, index=values.index) - values
    found = headline_measures(values, straight, None)
    assert headline_measures(other, turned, None) == found
    # Two promoters and one detractor of four.
    assert found["nps"].value == pytest.approx(25)
    assert found["csat"].value == 0.5
    assert found["ces"].value == 0.25
    assert attribute_shares(other, turned, None) == attribute_shares(values, straight, None)
    assert attribute_means(other, turned, None) == attribute_means(values, straight, None)


@pytest.mark.parametrize(("scale", "told"), [((1, 4), True), ((1, 5), True), ((1, 7), True), ((0, 10), True)])
def test_two_best_answers_say_something_on_usual_scales(scale, told) -> None:
    assert boxed(scale) is told


@pytest.mark.parametrize("scale", [(0, 1), (1, 3), (0, 100)])
def test_two_answers_of_three_or_of_a_hundred_and_one_say_nothing(scale) -> None:
    assert not boxed(scale)
    wide = questionnaire(
        all={"role": "overall", "scale": scale},
        ease={"role": "effort", "scale": scale},
        staff={"role": "perception", "attribute": "staff", "scale": scale},
    )
    values = pd.DataFrame({name: [scale[0], scale[1]] * 30 for name in ("all", "ease", "staff")}, dtype=float)
    found = headline_measures(values, wide, None)
    assert set(found) == {"mean"}
    assert found["mean"].value == sum(scale) / 2
    assert attribute_shares(values, wide, None) == {}


def test_attributes_asked_on_scales_of_their_own_are_compared_on_one() -> None:
    asked = questionnaire(
        staff={"role": "perception", "attribute": "staff", "scale": [0, 10]},
        price={"role": "perception", "attribute": "price", "scale": [1, 3], "reversed": True},
        all={"role": "overall", "scale": [1, 7]},
        trust={"role": "trust", "reversed": True},
    )
    values = pd.DataFrame(
        {
            "staff": [0, 5, 10],
            "price": [1, 2, 3],
            "all": [1, 4, 7],
            "trust": [1, 2, math.nan],
            "other": [1, 2, 3],
        },
        dtype=float,
    )
    found = upright(values, asked)
    assert found["staff"].tolist() == [1, 3, 5]
    assert found["price"].tolist() == [5, 3, 1]
    # What is about no attribute keeps its scale, and what nobody declared is left alone.
    assert found["all"].tolist() == [1, 4, 7]
    assert found["trust"].tolist()[:2] == [5, 4]
    assert found["other"].tolist() == [1, 2, 3]
    assert attribute_means(values, asked, None)["staff"].value == 3


def test_a_mean_near_the_end_of_its_scale_has_no_bound_beyond_it() -> None:
    asked = questionnaire(all={"role": "overall"}, staff={"role": "perception", "attribute": "staff"})
    values = pd.DataFrame({"all": [5.0] * 29 + [1.0], "staff": [1.0] * 29 + [5.0]})
    assert mean(values["all"]).high > 5
    assert headline_measures(values, asked, None)["mean"].high == 5
    assert attribute_means(values, asked, None)["staff"].low == 1


def test_who_stands_for_nobody_is_in_no_weighted_number() -> None:
    values, weights = series(5, 1, 5, 4, 10), np.array([2, 1, 1, 1, 0.0])
    kept = slice(0, 4)
    assert mean(values, weights) == mean(values[kept], weights[kept])
    assert mean(values, weights).n == 4
    assert top_boxes(values, (1, 10), weights) == top_boxes(values[kept], (1, 10), weights[kept])
    assert nps(values, (0, 10), weights) == nps(values[kept], (0, 10), weights[kept])
    assert not nps(values, (0, 10), np.zeros(5)).known


def test_weighted_intervals_cover_as_often_as_they_say() -> None:
    """Answers of which .2, .2, .1, .2 and .3 give 1 to 5, each counting for more or fewer people."""
    rng, draws = np.random.default_rng(7), 400
    parts = [0.2, 0.2, 0.1, 0.2, 0.3]
    truth = {"csat": 0.5, "mean": 3.2, "nps": 100 * (0.3 - 0.5)}
    asked = questionnaire(all={"role": "overall"}, nps={"role": "recommend"})
    held = dict.fromkeys(truth, 0)
    for _ in range(draws):
        answers = rng.choice([1.0, 2, 3, 4, 5], 80, p=parts)
        weights = rng.lognormal(0, 0.6, 80)
        found = headline_measures(pd.DataFrame({"all": answers, "nps": answers}), asked, weights)
        for name, of in truth.items():
            held[name] += found[name].low <= of <= found[name].high
    # Half of the width would hold them in two thirds of the samples, the unweighted n in nine tenths.
    assert all(0.925 <= one / draws <= 0.975 for one in held.values()), held


@settings(max_examples=40)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=50), st.integers(0, 1000), st.floats(1e-6, 1e6))
def test_measures_ignore_the_size_of_weights_and_the_order_of_rows(answers, seed, factor) -> None:
    rng = np.random.default_rng(seed)
    asked = questionnaire(all={"role": "overall"}, nps={"role": "recommend", "scale": [1, 5]})
    values = pd.DataFrame({"all": answers, "nps": answers}, dtype=float)
    weights, order = rng.uniform(0.2, 5, len(values)), rng.permutation(len(values))
    one = headline_measures(values, asked, weights)
    other = headline_measures(values.iloc[order], asked, weights[order] * factor)
    ranges = {"csat": (0, 1), "mean": (1, 5), "nps": (-100, 100)}
    for name, (lowest, highest) in ranges.items():
        assert other[name].n == one[name].n
        if one[name].known:
            bounds = one[name].low, one[name].value, one[name].high
            assert (other[name].low, other[name].value, other[name].high) == pytest.approx(bounds, abs=1e-7)
            assert lowest <= bounds[0] <= bounds[1] + 1e-12
            assert bounds[1] - 1e-12 <= bounds[2] <= highest


def test_what_is_said_to_matter_stands_beside_what_goes_with_satisfaction() -> None:
    said = {name: Estimate(value, 50, value - 0.1, value + 0.1) for name, value in SAID.items()}
    found = {name: Estimate(value, 40, value - 0.05, value + 0.05) for name, value in FOUND.items()}
    table = stated(said | {"few": Estimate(5.0, 3)}, found, minimum=10)
    assert table["attribute"].tolist() == ["safety", "price", "staff"]  # of shops no weight, of few too few
    assert table["stated_rank"].tolist() == [1, 2, 2]
    assert table["weight_rank"].tolist() == [3, 2, 1]
    assert table.loc[0, ["stated", "low", "high", "weight"]].tolist() == pytest.approx([4.8, 4.7, 4.9, 0.1])


SAID = {"staff": 4.0, "safety": 4.8, "price": 4.0, "shops": 3.0}
FOUND = {"staff": 0.6, "safety": 0.1, "price": 0.3}
