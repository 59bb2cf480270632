"""Ten customers, of whom seven bought in the second quarter and six in the first."""

import math
from datetime import date

import pandas as pd
import pytest

from crmreport.analysis import flow

START, BEFORE = date(2023, 4, 1), date(2023, 1, 1)
LAST = ["2023-05-02"] * 7 + ["2023-01-01", "2023-03-31", "2022-12-31"]
CUSTOMERS = pd.DataFrame({"last_purchase_on": pd.to_datetime(LAST)})
NOW = pd.Series({"buyers": 7, "first_observed": 1})
EARLIER = pd.Series({"buyers": 6})


def counted():
    return flow.flows(CUSTOMERS, NOW, EARLIER, start=START, before_start=BEFORE)


def test_flows_by_hand():
    # Two of the six stayed away, so four stayed; one of the seven is first seen, so two came back.
    assert counted().to_dict() == {"stayed": 4, "came_back": 2, "first_observed": 1, "stayed_away": 2}


def test_kept_and_dormant():
    assert (flow.kept(counted()).value, flow.kept(counted()).n) == (4 / 6, 6)
    assert flow.dormant(CUSTOMERS, start=START).value == pytest.approx(0.3)


def test_few_are_hidden_with_those_that_would_give_them_away():
    counts = pd.Series({"stayed": 400, "came_back": 50, "first_observed": 5, "stayed_away": 100})

    shown = flow.shown(counts, 30)

    assert math.isnan(shown["first_observed"].value)
    # All buyers are shown elsewhere: less 400, the 5 would be known if 50 were.
    assert math.isnan(shown["came_back"].value)
    assert [shown[kind].value for kind in ("stayed", "stayed_away")] == [400, 100]


def test_nobody_is_told_as_nobody():
    counts = pd.Series({"stayed": 400, "came_back": 50, "first_observed": 0, "stayed_away": 100})

    shown = flow.shown(counts, 30)

    assert (shown["first_observed"].value, shown["first_observed"].n) == (0, 550)
    assert shown["came_back"].value == 50
