"""Campaigns drawn by lot: hand-worked arms, and against the regression that the adjustment stands for."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crmreport.analysis.trials import trials, uneven, verdict
from crmreport.stats.estimate import Estimate


def arm(
    name: str, before: np.ndarray, during: np.ndarray, *, reached: int, campaign: str = "spring"
) -> dict[str, object]:
    return {
        "campaign_id": campaign,
        "arm": name,
        "customers": len(during),
        "reached": reached,
        "buyers": int((during > 0).sum()),
        "before": before.sum(),
        "during": during.sum(),
        "before_squares": (before**2).sum(),
        "during_squares": (during**2).sum(),
        "products": (before * during).sum(),
    }


def drawn(lift: float, *, seed: int = 1, n: int = 400, campaign: str = "spring") -> list[dict[str, object]]:
    """Two arms of ``n`` customers; what they spend goes with what they spent, and the lot adds ``lift``."""
    rng = np.random.default_rng(seed)
    rows = []
    for name, more, reached in (("letter", lift, n - 20), ("none", 0.0, 0)):
        before = rng.gamma(1.0, 50.0, n)
        during = (0.8 * before + rng.normal(20 + more, 10, n)) * (rng.uniform(size=n) < 0.7)
        rows.append(arm(name, before, during.clip(0), reached=reached, campaign=campaign))
    return rows


def test_two_small_arms_by_hand() -> None:
    """Spent 4, 0, 8, 0 against 2, 0, 2, 0 and nobody bought before: a difference of 2; variances 44/3 and 4/3
    to 4 customers each, so that the error is 2."""
    nothing = np.zeros(4)
    rows = [
        arm("letter", nothing, np.array([4.0, 0, 8, 0]), reached=4),
        arm("none", nothing, np.array([2.0, 0, 2, 0]), reached=0),
    ]
    (found,) = trials(pd.DataFrame(rows), minimum=2)
    assert (found.arm, found.control, found.customers, found.left_out) == ("letter", "none", 4, 4)
    assert (found.bought.value, found.control_bought.value, found.more_buyers.value) == (0.5, 0.5, 0)
    assert found.control_spent.value == 1
    more = found.more_spent
    assert more.value == pytest.approx(2)
    # Welch's degrees of freedom are 16 / ((11/3)^2 / 3 + (1/3)^2 / 3), 3.54, where t is 2.924.
    assert more.high == pytest.approx(2 + 2 * 2.9243, abs=0.01)
    assert not found.spent_clearly


def test_a_trial_of_what_nobody_bought_tells_nothing() -> None:
    """As in a brand that few know: two arms without a buyer are no proof that nothing moved."""
    nothing, some = np.zeros(40), np.array([5.0] * 8 + [0.0] * 32)
    idle = [arm("letter", some, nothing, reached=40), arm("none", some, nothing, reached=0)]
    assert trials(pd.DataFrame(idle), minimum=30) == []
    # One arm that bought is a difference like any other.
    one = [arm("letter", nothing, some, reached=40), arm("none", nothing, nothing, reached=0)]
    (found,) = trials(pd.DataFrame(one), minimum=30)
    assert found.more_spent.value == pytest.approx(1)
    assert found.more_spent.low < 1 < found.more_spent.high
    assert not found.gap_before.known


def test_two_arms_in_which_all_spent_the_same_have_no_error_to_judge_by() -> None:
    alike, nothing = np.full(40, 5.0), np.zeros(40)
    rows = [arm("letter", nothing, alike, reached=40), arm("none", nothing, alike, reached=0)]
    rows += drawn(20.0, campaign="autumn")
    first, last = trials(pd.DataFrame(rows), minimum=30)
    assert first.campaign_id == "autumn"
    assert not last.more_spent.known
    assert not last.spent_clearly


def test_the_adjustment_is_that_of_a_regression_on_the_time_before() -> None:
    rng = np.random.default_rng(3)
    before = rng.gamma(1.0, 50.0, 600)
    during = 0.5 * before + rng.normal(30, 5, 600) + np.where(np.arange(600) < 300, 4.0, 0.0)
    rows = [
        arm("letter", before[:300], during[:300], reached=300),
        arm("none", before[300:], during[300:], reached=0),
    ]
    (found,) = trials(pd.DataFrame(rows), minimum=30)
    told = (np.arange(600) < 300).astype(float)
    fitted = sm.OLS(during, sm.add_constant(np.column_stack([told, before]))).fit()
    assert found.more_spent.value == pytest.approx(fitted.params[1], abs=1e-9)
    low, high = fitted.conf_int()[1]
    assert (found.more_spent.low, found.more_spent.high) == pytest.approx((low, high), abs=0.02)
    assert found.spent_clearly
    assert not found.bought_clearly


def test_the_arm_left_out_is_the_one_reached_least() -> None:
    rows = [*drawn(0.0, seed=2), *drawn(0.0, seed=3)[:1]]
    rows[2] |= {"arm": "a message"}
    found = trials(pd.DataFrame(rows), minimum=30)
    assert {(one.arm, one.control) for one in found} == {("letter", "none"), ("a message", "none")}


def test_two_offers_without_an_arm_left_out_are_no_trial_of_the_campaign() -> None:
    rows = drawn(5.0)
    rows[1] |= {"reached": 390}
    assert trials(pd.DataFrame(rows), minimum=30) == []


def test_small_arms_are_left_out() -> None:
    assert trials(pd.DataFrame(drawn(5.0, n=20)), minimum=30) == []
    assert trials(pd.DataFrame(columns=["campaign_id", "customers"]), minimum=30) == []


def test_a_lift_is_found_and_what_passes_comes_first() -> None:
    rows = [*drawn(0.0, seed=5, campaign="a"), *drawn(12.0, seed=6, campaign="b")]
    found = trials(pd.DataFrame(rows), minimum=30)
    assert [(one.campaign_id, one.spent_clearly) for one in found] == [("b", True), ("a", False)]
    assert verdict(found) == "more"
    assert verdict(found[1:]) == "none"
    assert verdict([]) == "none"
    assert verdict(trials(pd.DataFrame(drawn(-15.0, seed=6)), minimum=30)) == "less"


def test_who_buys_may_be_clear_where_what_is_spent_is_not() -> None:
    rows = drawn(0.0)
    for row, buyers in zip(rows, (200, 140), strict=True):
        row["buyers"] = buyers
    found = trials(pd.DataFrame(rows), minimum=30)
    assert not found[0].spent_clearly
    assert verdict(found) == "buyers"
    assert found[0].more_buyers.value == pytest.approx(0.15)


@pytest.mark.slow
def test_without_a_lift_one_interval_in_twenty_misses_nought() -> None:
    missed = 0
    for seed in range(400):
        (found,) = trials(pd.DataFrame(drawn(0.0, seed=seed, n=60)), minimum=30)
        low, high = found.more_spent.low, found.more_spent.high
        assert low is not None
        assert high is not None
        missed += not low <= 0 <= high
    # 20 are expected, with a standard deviation of 4.4.
    assert 8 <= missed <= 33


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = pd.DataFrame([*drawn(0.0, seed=5, campaign="a"), *drawn(12.0, seed=6, campaign="b")])
    assert trials(rows, minimum=30) == trials(rows[::-1], minimum=30)


@pytest.mark.parametrize(
    ("value", "half", "told"), [(3.0, 1.0, True), (1.5, 1.0, False), (-3.0, 1.0, True), (0.0, 1.0, False)]
)
def test_groups_that_no_lot_would_leave(value: float, half: float, told: bool) -> None:
    assert uneven(Estimate(value, 100, value - half, value + half, 0.95)) is told
    assert not uneven(Estimate(math.nan, 100))
