import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.analysis import pareto

# Five net spenders of 100 in all, one customer who bought for nothing, one whose returns outweigh.
REVENUE = pd.Series([5.0, 50.0, -3.0, 30.0, 10.0, 0.0, 5.0], index=list("abcdefg"))
MONEY = st.lists(st.integers(-500, 100_000).map(lambda cents: cents / 100), min_size=1, max_size=60)


def rng():
    return np.random.default_rng(5)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.2, 0.50),  # one of five customers: the 50
        (0.4, 0.80),  # two: 50 + 30
        (0.3, 0.65),  # one and a half: 50 + half of 30
        (1.0, 1.00),
    ],
)
def test_top_share_by_hand(share, expected):
    assert pareto.top_share(REVENUE, share, rng=rng()).value == pytest.approx(expected)


def test_top_share_counts_net_spenders_only():
    assert pareto.top_share(REVENUE, 0.2, rng=rng()).n == 5


def test_gini_by_hand():
    # Rising 5, 5, 10, 30, 50: 2 * (1*5 + 2*5 + 3*10 + 4*30 + 5*50) / (5 * 100) - 6/5 = 0.46
    assert pareto.gini(REVENUE, rng=rng()).value == pytest.approx(0.46)


def test_gini_of_equal_customers_is_zero():
    found = pareto.gini(pd.Series([7.0] * 9), rng=rng())

    assert (found.value, found.low, found.high) == pytest.approx((0, 0, 0))


def test_gini_of_a_known_distribution():
    # An exponential distribution has a Gini coefficient of one half.
    sample = pd.Series(np.random.default_rng(2).exponential(20, 3000))

    found = pareto.gini(sample, rng=rng())

    assert found.low < 0.5 < found.high
    assert found.value == pytest.approx(0.5, abs=0.02)


def test_abc_classes_by_hand():
    # Cumulated: 50, 80 | 90 | 95 (the two of 5 are alike: both where the first of them stands).
    found = pareto.abc_classes(REVENUE, (0.8, 0.95))

    assert found.astype("object").where(found.notna(), None).to_dict() == {
        "a": "B",
        "b": "A",
        "c": None,
        "d": "A",
        "e": "B",
        "f": None,
        "g": "B",
    }


def test_class_table_by_hand():
    table = pareto.class_table(REVENUE, (0.8, 0.9))

    expected = pd.DataFrame(
        {
            "customers": [2, 1, 2],
            "revenue": [80.0, 10.0, 10.0],
            "revenue_from": [30.0, 10.0, 5.0],
            "customers_share": [0.4, 0.2, 0.4],
            "revenue_share": [0.8, 0.1, 0.1],
        },
        index=pd.Index(["A", "B", "C"], name="abc"),
    )
    pd.testing.assert_frame_equal(table, expected)


def test_customers_for_by_hand():
    assert [pareto.customers_for(REVENUE, share) for share in (0.5, 0.8, 0.81, 1.0)] == [1, 2, 3, 5]
    assert pareto.customers_for(REVENUE[:0], 0.8) == 0


def test_lorenz_by_hand():
    curve = pareto.lorenz(REVENUE)

    assert curve["customers_share"].tolist() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert curve["revenue_share"].tolist() == pytest.approx([0, 0.5, 0.8, 0.9, 0.95, 1])


def test_those_without_net_spending_are_counted_apart():
    others, money = pareto.apart(REVENUE)  # the returner of -3, and who bought for nothing

    assert (others.value, money.value) == (2, -3)
    assert pareto.apart(REVENUE[:2])[0].value == 0


ITEMS = pd.DataFrame(
    {
        "item": ["rosa", "lily", "iris", "aster", "fern"],
        "buyers": [40, 90, 35, 50, 8],
        "revenue": [20.0, 60.0, 10.0, 10.0, -5.0],
    }
)


def test_items_ranked_by_hand():
    found = pareto.ranked(ITEMS, (0.8, 0.95))

    # Aster before iris, being equal; 60, 80, then two of 10 that both start at 80: fern brought nothing.
    assert found["item"].tolist() == ["lily", "rosa", "aster", "iris"]
    assert found["cumulated_share"].tolist() == pytest.approx([0.6, 0.8, 0.9, 1.0])
    assert found["abc"].tolist() == ["A", "A", "B", "B"]


def test_an_item_that_few_bought_shows_no_numbers():
    # Iris has too few buyers; with it goes rosa, the next smallest, or the total would tell.
    found = pareto.ranked(ITEMS, (0.8, 0.95), minimum=38).set_index("item")

    assert found["revenue"].isna().to_dict() == {"lily": False, "rosa": True, "aster": False, "iris": True}
    assert found["buyers"].isna().sum() == 2


def test_concentration_by_hand():
    # Of 60, 20, 10, 10: the best quarter is one item. Gini: 2 * (1*10 + 2*10 + 3*20 + 4*60) / 400 - 5/4.
    found = pareto.concentration(ITEMS["revenue"], top=0.25, cuts=(0.8, 0.95))

    assert (found.item_count, found.in_a, found.in_a_share, found.without_revenue) == (4, 2, 0.5, 1)
    assert (found.top_share, found.gini) == pytest.approx((0.6, 0.4))
    assert pareto.concentration(ITEMS["revenue"][:0], top=0.2, cuts=(0.8, 0.95)).item_count == 0


@settings(max_examples=10, deadline=None)
@given(MONEY, st.floats(0.05, 0.95))
def test_concentration_is_what_is_said_of_customers(values, top):
    revenue = pd.Series(values)
    found = pareto.concentration(revenue, top=top, cuts=(0.8, 0.95))
    if (revenue > 0).any():
        assert found.top_share == pytest.approx(pareto.top_share(revenue, top, rng=rng()).value)
        assert found.gini == pytest.approx(pareto.gini(revenue, rng=rng()).value)


def test_nobody_brings_nothing():
    nobody = REVENUE[:0]

    assert not pareto.top_share(nobody, 0.2, rng=rng()).known
    assert not pareto.gini(nobody, rng=rng()).known
    assert pareto.class_table(nobody, (0.8, 0.95))["customers"].tolist() == [0, 0, 0]


@given(MONEY)
def test_shares_of_the_classes_sum_to_one_and_equal_customers_are_in_one_class(values):
    revenue = pd.Series(values)
    table = pareto.class_table(revenue, (0.8, 0.95))
    classes = pareto.abc_classes(revenue, (0.8, 0.95))

    spenders = revenue[revenue > 0]
    assert table["customers"].sum() == len(spenders)
    if len(spenders):
        assert table["revenue_share"].sum() == pytest.approx(1)
        assert table.loc["A", "revenue_share"] >= 0.8 - 1e-9
    assert classes.groupby(revenue).nunique().max() <= 1
    assert classes[revenue <= 0].isna().all()


@given(MONEY, st.randoms(use_true_random=False))
def test_the_order_of_the_customers_does_not_matter(values, random):
    revenue = pd.Series(values)
    shuffled = list(revenue.index)
    random.shuffle(shuffled)

    before, after = (pareto.abc_classes(one, (0.8, 0.95)) for one in (revenue, revenue[shuffled]))

    pd.testing.assert_series_equal(before, after.sort_index())


def test_what_goes_to_each_class():
    classes = pareto.abc_classes(REVENUE, (0.8, 0.95))
    coupons = pd.Series([1.0, 4.0, 0.0, 2.0, 0.0, 0.0, 1.0], index=REVENUE.index)

    # A holds the 50 and the 30 (coupons 4 and 2 of 8), B the rest of the spenders.
    found = pareto.share_of_classes(coupons, classes)
    assert {name: one.value for name, one in found.items()} == {"A": 0.75, "B": 0.25, "C": 0.0}
    assert found["A"].n == 5
    assert not pareto.share_of_classes(coupons * float("nan"), classes)["A"].known
    assert not pareto.share_of_classes(coupons * 0, classes)["A"].known
