import math

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import demographics
from crmreport.analysis.disclosure import OTHERS

# 100 young of whom 80 buy, 100 old of whom 20 do, 10 whose age is not known; 5 of the old are from afar.
BASE = pd.DataFrame(
    {
        "age": ["young"] * 100 + ["old"] * 100 + [None] * 10,
        "region": ["near"] * 195 + ["afar"] * 5 + ["near"] * 10,
    },
    index=[f"c{number}" for number in range(210)],
)
BUYS = pd.Series([n < 80 or 180 <= n < 200 for n in range(210)], index=BASE.index)


def test_shares_of_buyers_against_the_base():
    table = demographics.profile_table(BASE[["age"]], BUYS, minimum=10).set_index("value")

    young = table.loc["young"]
    assert (young["base"], young["buyers"], young["share"], young["base_share"]) == (100, 80, 0.8, 0.5)
    assert young["index"] == pytest.approx(1.6)
    assert (young["low"], young["high"]) == pytest.approx((0.7112, 0.8666), abs=1e-4)
    assert young["p"] < 1e-6
    assert young["tells"]
    estimate = demographics.index_of(young)
    assert (estimate.low, estimate.high) == pytest.approx((1.4223, 1.7332), abs=1e-3)


def test_a_value_of_few_buyers_is_not_shown_nor_worked_back():
    table = demographics.profile_table(BASE, BUYS, minimum=10)

    # 5 of the 100 buyers are from afar, so that "near" would give them away.
    assert table.loc[table["attribute"] == "region", "value"].tolist() == [OTHERS]


def test_an_attribute_that_is_alike_does_not_tell():
    alike = pd.DataFrame({"hand": ["left", "right"] * 105}, index=BASE.index)

    assert not demographics.profile_table(alike, BUYS, minimum=10)["tells"].any()


def test_no_profiles_give_an_empty_table():
    assert demographics.profile_table(BASE[[]], BUYS, minimum=10).empty


def test_described_customers_spend_twice_as_much():
    revenue = pd.Series([20.0] * 50 + [10.0] * 50)
    described = pd.Series([True] * 50 + [False] * 50)

    gap = demographics.spend_gap(revenue, described, rng=np.random.default_rng(1))

    assert (gap.value, gap.low, gap.high, gap.n) == pytest.approx((1, 1, 1, 50))
    assert demographics.described_share(described).value == 0.5


def test_there_is_no_gap_where_all_are_described():
    everyone = pd.Series([True, True])

    assert math.isnan(
        demographics.spend_gap(pd.Series([1.0, 2.0]), everyone, rng=np.random.default_rng(1)).value
    )
