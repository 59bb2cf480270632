"""Drivers of answers whose drivers are known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as drawn_from
from hypothesis import settings
from hypothesis import strategies as st

from crmreport.analysis.drivers import (
    Complete,
    agreement,
    complete,
    explained,
    ordered_logit,
    penalty_reward,
    quadrants,
    weights_of,
)
from crmreport.stats.drivers import johnson_weights, lmg
from crmreport.stats.estimate import Estimate


def answered(n: int = 600, seed: int = 1) -> pd.DataFrame:
    """Marks of three attributes, the second of which tells twice as much as the first, the third nothing."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 3))
    marks = np.clip(np.round(3.5 + latent), 1, 5)
    overall = 0.5 * latent[:, 0] + 1.0 * latent[:, 1] + rng.normal(0, 0.6, n)
    table = pd.DataFrame(marks, columns=["q1", "q2", "q3"])
    table["all"] = np.clip(np.round(3.5 + overall), 1, 5)
    return table


DRIVERS = {"price": "q1", "staff": "q2", "art": "q3"}


def test_gaps_and_rare_items_are_left_out_and_named() -> None:
    table = answered(100).assign(q4=3.0)
    table.loc[:59, "q3"] = math.nan
    table.loc[60:64, "q1"] = math.nan
    table.loc[0, "all"] = math.nan
    found = complete(table, "all", DRIVERS | {"light": "q4"})
    assert found.dropped == ("art", "light")
    assert list(found.drivers.columns) == ["price", "staff"]
    assert (found.n, found.of) == (94, 99)
    assert found.enough
    assert not complete(table[:20], "all", DRIVERS).enough


@pytest.mark.parametrize("method", [lmg, johnson_weights])
def test_the_heavier_driver_comes_first_and_shares_sum_to_one(method) -> None:
    given = complete(answered(), "all", DRIVERS)
    found = weights_of(given, rng=np.random.default_rng(2), method=method)
    assert list(found) == ["staff", "price", "art"]
    assert sum(one.value for one in found.values()) == pytest.approx(1)
    assert found["staff"].low > found["price"].high
    assert found["art"].high < 0.05
    assert all(one.low <= one.value <= one.high for one in found.values())


def test_both_ways_of_sharing_agree_and_explain_what_the_model_does() -> None:
    given = complete(answered(), "all", DRIVERS)
    assert agreement(given) == pytest.approx(1)
    assert 0.4 < explained(given) < 0.8


def test_the_ordered_model_finds_who_matters() -> None:
    found = ordered_logit(complete(answered(), "all", DRIVERS))
    assert found is not None
    assert found.odds["staff"].low > found.odds["price"].high > 1
    assert found.odds["art"].low < 1 < found.odds["art"].high
    assert 0.1 < found.improvement < 0.7


@pytest.mark.slow
def test_the_ordered_models_intervals_cover_the_truth() -> None:
    rng, held = np.random.default_rng(3), 0
    for _ in range(40):
        x = rng.normal(size=(250, 2))
        x = (x - x.mean(axis=0)) / x.std(axis=0)
        latent = 0.8 * x[:, 0] + rng.logistic(size=250)
        table = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "all": np.digitize(latent, [-1, 0, 1.5])})
        found = ordered_logit(complete(table, "all", {"a": "a", "b": "b"}))
        held += found.odds["a"].low <= math.exp(0.8) <= found.odds["a"].high
    assert held >= 34


@pytest.mark.slow
def test_the_shares_intervals_cover_the_truth() -> None:
    """Two drivers that do not go together, one of twice the slope: four fifths of what they explain."""
    rng, held, draws = np.random.default_rng(6), 0, 60
    for _ in range(draws):
        x = rng.normal(size=(100, 2))
        table = pd.DataFrame(x, columns=["a", "b"]).assign(
            all=2 * x[:, 0] + x[:, 1] + 2 * rng.normal(size=100)
        )
        found = weights_of(complete(table, "all", {"a": "a", "b": "b"}), rng=rng)
        held += found["a"].low <= 0.8 <= found["a"].high
    # Half of the width would hold it in some two thirds of them.
    assert 52 <= held <= 60


def test_a_class_that_a_driver_separates_gives_no_model() -> None:
    x = np.repeat([0.0, 1.0], 30)
    table = pd.DataFrame({"a": x, "b": np.tile([0.0, 1.0], 30), "all": x})
    found = ordered_logit(complete(table, "all", {"a": "a", "b": "b"}))
    assert found is None or not math.isfinite(found.odds["a"].high) or found.odds["a"].high > 1e6


def near(value: float, reach: float = 0.05) -> Estimate:
    return Estimate(value, 100, value - reach, value + reach, 0.95)


def test_importance_and_performance_by_hand() -> None:
    heavy = {"staff": near(0.6), "price": near(0.3), "art": near(0.1)}
    good = {"staff": near(3.0), "price": near(4.0), "art": near(4.4)}
    found = quadrants(heavy, good).set_index("attribute")
    assert found["quadrant"].to_dict() == {"staff": "concentrate", "price": "overkill", "art": "overkill"}
    # The line of importance is at a third: the price's interval, .25 to .35, holds it.
    assert found["sure"].to_dict() == {"staff": True, "price": False, "art": True}


def test_a_bad_mark_may_cost_more_than_a_good_one_brings() -> None:
    rng = np.random.default_rng(5)
    staff, price = rng.integers(1, 6, 800).astype(float), rng.integers(1, 6, 800).astype(float)
    overall = 3 - 1.0 * (staff <= 2) + 0.1 * (staff >= 4) + 0.8 * (price >= 4) + rng.normal(0, 0.3, 800)
    given = complete(
        pd.DataFrame({"s": staff, "p": price, "all": overall}), "all", {"staff": "s", "price": "p"}
    )
    found = penalty_reward(given, low=2, high=4).set_index("attribute")
    assert found.loc["staff", "penalty"] == pytest.approx(-1, abs=0.1)
    assert found.loc["staff", "reward"] == pytest.approx(0.1, abs=0.1)
    assert found.loc["price", "reward"] == pytest.approx(0.8, abs=0.1)
    assert found.loc["price", "penalty_low"] < 0 < found.loc["price", "penalty_high"]


def test_a_mark_that_nobody_gave_is_no_number() -> None:
    table = answered(200)
    table["q1"] = table["q1"].clip(lower=3)
    found = penalty_reward(complete(table, "all", DRIVERS), low=2, high=5).set_index("attribute")
    assert math.isnan(found.loc["price", "penalty"])


def test_a_driver_that_follows_from_others_has_no_share_of_its_own() -> None:
    """Such as a column that is in the file twice, or one that is turned round, or the sum of two."""
    table = answered().assign(twin=lambda one: one["q2"], mirror=lambda one: 6 - one["q1"])
    table["sum"] = table["q1"] + table["q3"]
    several = DRIVERS | {"twin": "twin", "mirror": "mirror", "sum": "sum"}
    given = complete(table, "all", several)
    assert given.dropped == ("twin", "mirror", "sum")
    alone = complete(table, "all", DRIVERS)
    assert weights_of(given, rng=np.random.default_rng(1)) == weights_of(alone, rng=np.random.default_rng(1))
    assert complete(table, "all", {"twin": "twin", "staff": "q2"}).dropped == ("staff",)


def test_an_answer_that_is_the_driver_itself_has_no_odds() -> None:
    table = answered().assign(q1=lambda one: one["all"])
    given = complete(table, "all", DRIVERS)
    assert ordered_logit(given) is None
    assert next(iter(weights_of(given, rng=np.random.default_rng(1)))) == "price"


def test_odds_hold_however_finely_the_outcome_was_asked() -> None:
    """To join classes that lie side by side leaves the model as it is (McCullagh 1980)."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(1500, 2))
    latent = 0.8 * x[:, 0] + rng.logistic(size=1500)
    table = pd.DataFrame(x, columns=["a", "b"]).assign(all=np.clip(np.round(50 + 12 * latent), 0, 100))
    assert table["all"].nunique() > 60
    found = ordered_logit(complete(table, "all", {"a": "a", "b": "b"}))
    assert found is not None
    true = math.exp(0.8 * table["a"].std(ddof=0))
    assert found.odds["a"].low < true < found.odds["a"].high
    assert found.odds["a"].high / found.odds["a"].low < 1.25


def marked(counts: dict[float, int]) -> np.ndarray:
    return np.repeat(list(counts), list(counts.values())).astype(float)


def test_a_penalty_is_a_difference_of_means_where_there_is_one_driver() -> None:
    """Ten bad marks with an outcome of 1 and 2 in turn, ten middling ones of 3 and 4, ten good ones of 5."""
    marks = pd.DataFrame({"staff": marked({1: 10, 3: 10, 5: 10})})
    outcome = pd.Series([1.0, 2.0] * 5 + [3.0, 4.0] * 5 + [5.0] * 10)
    found = penalty_reward(Complete(outcome, marks, (), 30), low=2, high=4).iloc[0]
    assert (found["penalty"], found["reward"]) == pytest.approx((-2, 1.5))
    # HC3: a residual of a half over 1 - 1/10, squared, ten times over a hundred, of each of the two groups.
    error = math.sqrt(2 * 10 * (0.5 / 0.9) ** 2 / 100)
    assert (found["penalty_low"], found["penalty_high"]) == pytest.approx(
        (-2 - 1.959964 * error, -2 + 1.959964 * error), abs=1e-6
    )


@pytest.mark.parametrize(
    "counts", [{1: 9, 3: 40, 5: 40}, {1: 40, 3: 9, 5: 40}, {1: 40, 5: 40}, {3: 80}, {1: 80}]
)
def test_a_mark_that_few_gave_or_with_few_to_set_it_against_is_no_number(counts) -> None:
    staff = marked(counts)
    price = np.random.default_rng(2).integers(1, 6, len(staff)).astype(float)
    outcome = pd.Series(np.random.default_rng(1).integers(1, 6, len(staff)).astype(float))
    given = Complete(outcome, pd.DataFrame({"staff": staff, "price": price}), (), len(staff))
    found = penalty_reward(given, low=2, high=4).set_index("attribute")
    assert math.isnan(found.loc["staff", "penalty"])
    assert found.loc["price", ["penalty", "penalty_low", "reward_high"]].notna().all()


def test_marks_that_always_come_together_are_told_of_neither() -> None:
    """Whoever finds fault with the staff does so with the price, but for one, who alone tells them apart."""
    staff, rng = marked({1: 20, 3: 20, 5: 20}), np.random.default_rng(4)
    price, art = staff.copy(), rng.integers(1, 6, 60).astype(float)
    price[0] = 3.0
    outcome = pd.Series(staff + rng.normal(0, 0.5, 60))
    given = Complete(outcome, pd.DataFrame({"staff": staff, "price": price, "art": art}), (), 60)
    found = penalty_reward(given, low=2, high=4).set_index("attribute")
    assert found.loc[["staff", "price"], ["penalty", "reward"]].isna().all(axis=None)
    assert np.isfinite(found.loc["art"].to_numpy(dtype=float)).all()


@settings(max_examples=25)
@drawn_from(seed=st.integers(0, 10_000))
def test_whatever_the_marks_no_number_is_without_bounds(seed) -> None:
    rng = np.random.default_rng(seed)
    n, drivers = int(rng.integers(30, 80)), int(rng.integers(2, 5))
    marks = rng.integers(1, rng.integers(3, 6), (n, drivers)).astype(float)
    table = pd.DataFrame(marks, columns=[f"q{at}" for at in range(drivers)]).assign(all=rng.integers(1, 6, n))
    given = complete(table, "all", {name: name for name in table if name != "all"})
    found = penalty_reward(given, low=2, high=4)
    for kind in ("penalty", "reward"):
        there = found[[kind, f"{kind}_low", f"{kind}_high"]]
        assert (there.notna().all(axis=1) | there.isna().all(axis=1)).all()
        known = there.dropna()
        assert np.isfinite(known).all(axis=None)
        assert (known[f"{kind}_low"] <= known[kind]).all()
        assert (known[kind] <= known[f"{kind}_high"]).all()


def test_the_largest_of_many_penalties_is_judged_among_all_of_them() -> None:
    """Of ten drivers that go with nothing, the largest penalty often has an interval beyond zero."""
    rng = np.random.default_rng(11)
    one_sided, real = 0, 0
    for _ in range(60):
        marks = pd.DataFrame(rng.integers(1, 6, size=(300, 10)).astype(float)).add_prefix("q")
        found = penalty_reward(Complete(pd.Series(rng.normal(size=300)), marks, (), 300), low=2, high=4)
        bounds = [(found[f"{kind}_low"], found[f"{kind}_high"]) for kind in ("penalty", "reward")]
        one_sided += any(((low > 0) | (high < 0)).any() for low, high in bounds)
        real += bool((found["penalty_real"] | found["reward_real"]).any())
    assert one_sided > 20
    assert real < 8
