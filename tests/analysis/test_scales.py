"""Dimensions that hold together, and one that does not."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.scales import alpha_estimates, scale_table, structure
from crmreport.stats.reliability import cronbach_alpha
from tests.stats.test_reliability import COVARIANCES, with_covariance


def test_the_published_scales_by_dimension() -> None:
    parts = {
        name: pd.DataFrame(with_covariance(COVARIANCES[name])).add_prefix(name)
        for name in ("satisfaction", "expectation", "value")
    }
    values = pd.concat(parts.values(), axis=1)
    dimensions = {name: list(part.columns) for name, part in parts.items()}
    found = scale_table(values, dimensions, minimum=30).set_index("dimension")
    assert found.loc["satisfaction", "alpha"] == pytest.approx(0.770113, abs=1e-6)
    assert found["holds"].to_dict() == {"satisfaction": True, "expectation": False, "value": True}
    assert math.isnan(found.loc["value", "omega"])
    assert ((found["low"] < found["alpha"]) & (found["alpha"] < found["high"])).all()


def test_the_item_that_does_not_belong_is_named() -> None:
    rng = np.random.default_rng(2)
    common = rng.normal(size=(200, 1))
    values = pd.DataFrame(np.hstack([common + rng.normal(size=(200, 2)), rng.normal(size=(200, 1))]))
    values.columns = ["a", "b", "odd"]
    found = scale_table(values, {"one": ["a", "b", "odd"]}, minimum=30)
    assert found.loc[0, "weakest_item"] == "odd"
    assert alpha_estimates(found)["one"].value == cronbach_alpha(values)


def test_few_complete_answers_or_one_item_are_no_scale() -> None:
    values = pd.DataFrame({"a": [1.0, 2, 3] * 20, "b": [1.0, 2, math.nan] * 20, "c": [1.0] * 60})
    assert scale_table(values, {"x": ["a", "b"], "y": ["a"], "z": ["a", "c"]}, minimum=50).empty


def planted(n: int = 400, *, loading: float = 0.85) -> pd.DataFrame:
    """Six questions: the first three of one factor, the others of another."""
    rng = np.random.default_rng(5)
    factors = rng.normal(size=(n, 2))
    of = [0, 0, 0, 1, 1, 1]
    noise = rng.normal(size=(n, 6)) * math.sqrt(1 - loading**2)
    return pd.DataFrame(factors[:, of] * loading + noise, columns=list("abcdef"))


def test_planted_factors_are_found_with_their_questions() -> None:
    declared = dict.fromkeys("abc", "empathy") | dict.fromkeys("def", "assurance")
    found = structure(planted(), declared, minimum=30, rng=np.random.default_rng(1))
    assert found is not None
    assert (found.count, found.n, found.scattered) == (2, 400, ())
    sets = found.table.groupby("factor")["item"].agg(set).tolist()
    assert sets in ([set("abc"), set("def")], [set("def"), set("abc")])
    # What a question does not load on is blank.
    assert found.table[["factor_1", "factor_2"]].notna().sum(axis=1).tolist() == [1] * 6


def test_a_dimension_in_two_factors_is_said_to_be_so() -> None:
    declared = {"a": "empathy", "b": "empathy", "c": "assurance", "d": "assurance", "e": None, "f": None}
    found = structure(planted(), declared, minimum=30, rng=np.random.default_rng(1))
    assert found is not None
    assert found.scattered == ("assurance",)


def test_too_few_answers_or_questions_have_no_structure() -> None:
    rng = np.random.default_rng(1)
    assert structure(planted(59), dict.fromkeys("abcdef"), minimum=30, rng=rng) is None  # ten a question
    assert structure(planted(60), dict.fromkeys("abcdef"), minimum=61, rng=rng) is None
    assert structure(planted(), dict.fromkeys("abc"), minimum=30, rng=rng) is None


def test_questions_that_cancel_each_other_out_or_repeat_each_other() -> None:
    rng = np.random.default_rng(3)
    one = pd.Series(rng.integers(1, 6, 60).astype(float))
    values = pd.DataFrame({"a": one, "mirror": 6 - one, "twin": one, "b": rng.integers(1, 6, 60)})
    found = scale_table(values, {"x": ["a", "mirror"], "y": ["a", "twin", "b"]}, minimum=30)
    # Together the first two always make six: there is no scale of them.
    assert found["dimension"].tolist() == ["y"]
    assert math.isnan(found.loc[0, "omega"])
    assert found.loc[0, "low"] <= found.loc[0, "alpha"] <= found.loc[0, "high"] <= 1
    assert structure(values, dict.fromkeys(values), minimum=30, rng=rng) is None


def test_a_scale_whose_others_add_up_to_one_number_still_has_its_weakest() -> None:
    answers = pd.DataFrame({"a": [1, 2, 3, 1, 5] * 8, "b": [1, 2, 3, 2, 1] * 8, "c": [3, 2, 1, 2, 3] * 8})
    found = scale_table(answers.astype(float), {"x": ["a", "b", "c"]}, minimum=30)
    assert found.loc[0, "weakest_item"] in ("b", "c")
    assert math.isfinite(found.loc[0, "weakest"])


def test_more_questions_than_respondents_have_an_alpha_and_no_omega() -> None:
    rng = np.random.default_rng(4)
    few = pd.DataFrame(rng.normal(size=(5, 1)) + rng.normal(size=(5, 8)), columns=list("abcdefgh"))
    found = scale_table(few, {"x": list(few)}, minimum=5)
    assert found.loc[0, "alpha"] == cronbach_alpha(few)
    assert math.isnan(found.loc[0, "omega"])
