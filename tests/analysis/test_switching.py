"""Habits that move between brands: by hand, exactly adding up, and no alarm where nothing happens."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crmreport.analysis import switching

COLUMNS = ["customer_id", "category", "brand_id", "before", "now"]


def rng():
    return np.random.default_rng(4)


def table(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


# Ann gives all her soap from north to south; Bob half of his; Carl brings back what he bought of south.
FEW = table(
    ("ann", "soap", "north", 10.0, None),
    ("ann", "soap", "south", None, 30.0),
    ("bob", "soap", "north", 8.0, 4.0),
    ("bob", "soap", None, None, 4.0),
    ("carl", "soap", "north", 5.0, 5.0),
    ("carl", "soap", "south", 0.0, -3.0),
    ("dora", "soap", "north", 9.0, None),  # no soap now: no habit of both periods
)


def test_flows_by_hand():
    found = switching.flows(FEW, rng=rng(), minimum=1, replicates=3)

    assert found.brands == ("north", "others")  # south had no buyer before
    assert found.habits[0].tolist() == [[1.5, 1.5], [0, 0]]
    assert found.movers.tolist() == [[2, 2], [0, 0]]


def test_what_left_goes_to_the_winners_in_proportion():
    moved = switching.moved(np.array([[0.5, 0.3, 0.2, 0.0]]), np.array([[0.1, 0.2, 0.4, 0.3]]))[0]

    # Lost .4 and .1; won .2 and .3.
    assert np.diag(moved) == pytest.approx([0.1, 0.2, 0.2, 0])
    assert moved[0] == pytest.approx([0.1, 0, 0.16, 0.24])
    assert moved[1] == pytest.approx([0, 0.2, 0.04, 0.06])


positive = arrays(float, (7, 4), elements=st.floats(0.01, 10))


@given(before=positive, now=positive)
def test_flows_add_up_exactly(before, now):
    before, now = (one / one.sum(axis=1, keepdims=True) for one in (before, now))
    moved = switching.moved(before, now)

    assert moved.sum(axis=2) == pytest.approx(before)
    assert moved.sum(axis=1) == pytest.approx(now)
    assert (moved >= 0).all()


@settings(max_examples=30)
@given(arrays(float, (4, 4), elements=st.floats(0.5, 50)))
def test_the_expected_keep_losses_and_gains(habits):
    expected = switching.expected(habits)
    actual = habits * (1 - np.eye(4))

    assert np.diag(expected) == pytest.approx(np.zeros(4))
    assert expected.sum(axis=0) == pytest.approx(actual.sum(axis=0), rel=1e-6)
    assert expected.sum(axis=1) == pytest.approx(actual.sum(axis=1), rel=2e-3)


def test_quasi_independence_is_its_own_expectation():
    built = np.outer([3.0, 5, 2, 7], [2.0, 1, 4, 6])
    assert switching.expected(built) == pytest.approx(built * (1 - np.eye(4)), rel=2e-4)


def habits(people, chances, *, seed, brands, category="soap", now=None):
    """People who buy three times a period, each time a brand by ``chances``, which need not stay."""
    draw = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        own = draw.dirichlet(np.array(chances) * 2)
        later = own if now is None else now(own)
        before, after = draw.multinomial(3, own), draw.multinomial(3, later)
        rows += [
            (f"{category}{person:05d}", category, brand, float(b), float(a))
            for brand, b, a in zip(brands, before, after, strict=True)
        ]
    return table(*rows)


def test_where_nothing_changes_nothing_tells():
    buyers = habits(1500, [0.4, 0.3, 0.2, 0.1], seed=3, brands=["a", "b", "c", None])
    found = switching.flows(buyers, rng=rng(), minimum=30)

    pairs = switching.pair_flows(found, minimum=30)
    assert len(pairs) == 6
    assert not pairs["tells"].any()
    assert pairs["ratio"].between(0.8, 1.2).all()


def test_a_brand_that_takes_from_its_sister_is_found():
    def taken(own):
        return np.array([own[0] * 0.4, own[1] + own[0] * 0.6, own[2], own[3]])

    buyers = habits(1500, [0.4, 0.2, 0.2, 0.2], seed=5, brands=["a", "b", "c", None], now=taken)
    pairs = switching.pair_flows(switching.flows(buyers, rng=rng(), minimum=30), minimum=30)

    told = pairs[pairs["tells"] & (pairs["ratio"] > 1)]
    assert told[["source", "target"]].to_numpy().tolist() == [["a", "b"]]
    assert switching.estimate(told.iloc[0], "ratio").low > 1


def test_categories_are_not_thrown_together():
    # In each of two categories two brands hold everything. Thrown together, they seem to seek each other.
    soap = habits(600, [0.5, 0.4, 0.1], seed=6, brands=["a", "b", None], category="soap")
    balm = habits(600, [0.5, 0.4, 0.1], seed=7, brands=["c", "d", None], category="balm")
    both = pd.concat([soap, balm])

    apart = switching.pair_flows(switching.flows(both, rng=rng(), minimum=30), minimum=30)
    together = both.assign(category="all")
    wrong = switching.pair_flows(switching.flows(together, rng=rng(), minimum=30), minimum=30)

    assert not apart["tells"].any()
    assert wrong["tells"].all()
    assert wrong["ratio"].min() > 1.5


def test_the_balance_adds_up():
    buyers = habits(400, [0.4, 0.3, 0.2, 0.1], seed=8, brands=["a", "b", "c", None])
    found = switching.balance(switching.flows(buyers, rng=rng(), minimum=30))

    parts = found["before"] - found["lost_inside"] - found["lost_outside"]
    assert (parts + found["won_inside"] + found["won_outside"]).tolist() == pytest.approx(
        found["now"].tolist()
    )
    assert ((found["low"] <= found["kept"]) & (found["kept"] <= found["high"])).all()
    assert switching.estimate(found.iloc[0], "kept").n == found["customers"][0]


def test_the_order_of_rows_does_not_matter():
    buyers = habits(200, [0.4, 0.3, 0.3], seed=9, brands=["a", "b", None])
    one, other = (
        switching.flows(rows, rng=rng(), minimum=30, replicates=20)
        for rows in (buyers, buyers.sample(frac=1, random_state=1))
    )
    np.testing.assert_allclose(one.habits, other.habits)


def test_nobody_has_no_habits():
    found = switching.flows(FEW[:0], rng=rng(), minimum=1)

    assert switching.balance(found).empty
    assert switching.pair_flows(found, minimum=1).empty
