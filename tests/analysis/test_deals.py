import math

import pandas as pd
import pytest

from crmreport.analysis import deals
from crmreport.stats.estimate import Estimate

DEALS = pd.DataFrame(
    [
        ("period", "coupon", 40, 100.0, 5.0),
        ("period", "discount", 90, 300.0, 100.0),
        ("period", "full", 200, 600.0, 0.0),
        ("previous", "full", 150, 500.0, 0.0),
    ],
    columns=["span", "kind", "buyers", "revenue", "discount"],
)
NOW, BEFORE = deals.of_span(DEALS, "period"), deals.of_span(DEALS, "previous")


def test_shares_rest_on_those_they_would_give_away():
    assert deals.deal_share(NOW, 220) == Estimate(0.4, 220)
    assert deals.coupon_share(NOW, 220) == Estimate(0.1, 40)
    # Beside the share on deal it tells that with a coupon, so rests on the 40.
    assert deals.discount_share(NOW, 220) == Estimate(0.3, 40)
    assert deals.depth(NOW) == Estimate(0.25, 90)
    assert deals.given(NOW, 220) == Estimate(105.0, 40)
    assert deals.change(deals.deal_share(NOW, 220), deals.deal_share(BEFORE, 150)) == Estimate(0.4, 150)


def test_that_nobody_used_a_coupon_says_no_person():
    assert deals.coupon_share(BEFORE, 150) == Estimate(0.0, 150)
    assert deals.discount_share(BEFORE, 150) == Estimate(0.0, 150)
    assert not deals.depth(BEFORE).known


def test_a_span_without_sales_has_no_shares():
    nothing = deals.of_span(DEALS, "last_year")

    assert not deals.deal_share(nothing, 0).known


@pytest.mark.parametrize(("share", "level"), [(0.1, ""), (0.5, "high"), (0.9, "always"), (math.nan, "")])
def test_reliance(share, level):
    assert deals.reliance(Estimate(share, 100)) == level


def test_months_of_few_buyers_on_deal_are_blank():
    rows = [(1, "full", 90, 60.0), (1, "discount", 40, 30.0), (1, "coupon", 5, 10.0)]
    rows += [(2, "full", 90, 80.0), (2, "discount", 29, 20.0), (3, "full", 90, 80.0)]
    months = pd.DataFrame(rows, columns=["month", "kind", "buyers", "revenue"])

    course = deals.course(months, 30)

    assert course["month"].tolist() == [1, 2, 3]
    assert course["deal_share"].fillna(-1).tolist() == [0.4, -1, 0]


def test_deep_discounts_of_few_buyers_are_joined():
    rows = [(0, 50, 20.0), (1, 80, 50.0), (2, 60, 20.0), (3, 9, 5.0), (4, 5, 3.0), (5, 6, 2.0)]
    depths = pd.DataFrame(rows, columns=["depth", "buyers", "revenue"])

    table = deals.depth_table(depths, 30)

    assert table["reduction"].tolist() == ["< 10%", "10–20%", "≥ 20%"]
    assert table["revenue_share"].tolist() == pytest.approx([0.2, 0.5, 0.3])
    assert deals.class_share(table) == Estimate(0.5, 80)


def test_a_shallow_class_of_few_buyers_joins_the_next():
    depths = pd.DataFrame([(0, 3, 1.0), (1, 80, 9.0), (2, 60, 10.0)], columns=["depth", "buyers", "revenue"])

    assert deals.depth_table(depths, 30)["reduction"].tolist() == ["< 20%", "≥ 20%"]


def test_no_class_is_left_of_too_few_buyers():
    depths = pd.DataFrame([(0, 3, 1.0), (5, 20, 9.0)], columns=["depth", "buyers", "revenue"])

    assert deals.depth_table(depths, 30).empty
    assert not deals.class_share(deals.depth_table(depths, 30)).known
