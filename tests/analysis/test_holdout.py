import math

import pytest
from statsmodels.stats.power import TTestIndPower

from crmreport.analysis import holdout


def test_cohens_medium_effect():
    # Cohen 1988, table 2.4.1: 64 a group by the t test; the normal form asks for 63.
    assert holdout.group_size(100, 20, lift=0.1, customers=500).value == 63


@pytest.mark.parametrize("effect", [0.05, 0.1, 0.3])
def test_the_t_test_asks_for_two_more_at_most(effect):
    exact = TTestIndPower().solve_power(effect_size=effect, alpha=0.05, power=0.8)

    assert 0 <= exact - holdout.group_size(1, 1, lift=effect, customers=500).value + 1 <= 2


def test_size_and_visible_lift_are_two_sides_of_one_thing():
    needed = holdout.group_size(10, 35, lift=0.2, customers=900).value

    assert holdout.visible_lift(10, 35, customers=int(2 * needed)).value == pytest.approx(0.2, rel=1e-3)


def test_spread_counts_those_who_spent_nothing():
    # 0, 0, 3, 9: mean 3, deviations 9 + 9 + 0 + 36 = 54, over 3 is 18
    assert holdout.spread(4, 12.0, 90.0) == (3.0, pytest.approx(math.sqrt(18)))


@pytest.mark.parametrize(
    ("mean", "deviation"), [holdout.spread(1, 5.0, 25.0), (0.0, 4.0), (-1.0, 4.0), (3.0, 0.0)]
)
def test_no_plan_without_spending(mean, deviation):
    assert not holdout.group_size(mean, deviation, lift=0.1, customers=1).known
    assert not holdout.visible_lift(mean, deviation, customers=1).known
