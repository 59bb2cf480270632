"""The watch list and its reasons, by hand and in made worlds."""

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import warning, watchlist
from tests.analysis.worlds import snapshots


@cache
def judged():
    found = warning.judge(snapshots(600), rng=np.random.default_rng(11), minimum=30)
    assert isinstance(found, warning.Judged)
    return found


@pytest.fixture(scope="module")
def world():
    return snapshots(600)


@pytest.fixture(scope="module")
def listed(world):
    return watchlist.of_outcome(world, judged(), list_share=0.1, minimum=30)


def test_the_list_holds_those_with_most_at_stake(listed):
    rows = listed.customers

    assert listed.size.value == 60
    assert rows["at_stake"].to_numpy() == pytest.approx(rows["probability"] * rows["value"])
    assert rows.loc[rows["listed"], "at_stake"].min() >= rows.loc[~rows["listed"], "at_stake"].max()
    assert listed.stake_share.value == pytest.approx(
        rows.loc[rows["listed"], "at_stake"].sum() / rows["at_stake"].sum()
    )
    assert 0.1 < listed.value_share.value < 1


def test_a_list_is_no_shorter_than_the_minimum(world):
    found = watchlist.of_outcome(world, judged(), list_share=0.02, minimum=30)

    assert found.size.value == 30


def test_the_same_list_on_a_past_day(world, listed):
    rows = judged().validation
    stake = rows["probability"] * rows["value"]
    chosen = rows.loc[stake.sort_values(ascending=False).index[:60], "lost"]

    assert listed.tried.value == pytest.approx(chosen.mean())
    assert listed.tried.n == 60


def test_who_may_be_contacted(listed):
    ids = listed.customers["customer_id"]
    first = listed.customers.loc[listed.customers["listed"], "customer_id"].iloc[0]

    assert listed.reachable(pd.Series(True, ids), 30).value == 60
    assert listed.reachable(pd.Series(False, ids), 30).value == 0
    assert listed.reachable(pd.Series(ids.to_numpy() == first, ids), 1).value == 1
    # One who may, and one who may not, would be told by the size of the list.
    for one in (ids.to_numpy() == first, ids.to_numpy() != first):
        found = listed.reachable(pd.Series(one, ids), 30)
        assert (found.known, found.n) == (False, 0)


def test_groups_by_what_was_brought():
    groups = watchlist.value_groups(pd.Series([10.0, 9, 8, 7, 6, 5, 4, 3, 2, 1]))

    assert list(groups) == ["best"] * 2 + ["middle"] * 3 + ["rest"] * 5
    assert set(watchlist.value_groups(pd.Series([3.0] * 5))) == {"best"}  # equal customers stay together


def test_reasons_say_what_was_built_in(listed):
    # In this world only buying on few days goes with loss.
    assert set(listed.reasons["raises"]) == {"days_less"}
    assert (listed.reasons["raises_odds"] > 1.5).all()


def test_a_reason_that_says_the_opposite_of_itself_is_not_told():
    parts = pd.Series({"recency": -0.9, "overdue": 0.2, "days": 0.5, "revenue": -0.1})
    beside = pd.Series({"recency": 1.0, "overdue": 1.0, "days": -1.0, "revenue": 1.0})
    alone = pd.Series({"recency": 1.0, "overdue": 1.0, "days": -1.0, "revenue": -1.0})

    # Away for longer would lower the risk by the regression, and raises it by itself.
    assert watchlist._told(parts, beside, alone) == ("days_less", math.exp(0.5), None, "revenue_more")


def test_without_a_model_there_is_no_list(world):
    found = watchlist.of_outcome(world, warning.Refusal("few"), list_share=0.1, minimum=30)

    assert found.customers.empty
    assert found.reasons.empty
    estimates = (found.size, found.value_share, found.tried, *found.tried_groups.values())
    assert not any(one.known for one in (*estimates, found.reachable(pd.Series(dtype=bool), 30)))


def test_without_revenue_purchase_days_stand_for_value(world):
    found = warning.value(world.assign(revenue=np.nan))

    assert found.tolist() == world["days"].tolist()
