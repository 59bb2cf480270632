"""Dimensions that hold together, and one that does not."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.scales import alpha_estimates, scale_table
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
