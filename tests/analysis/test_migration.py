"""Movement between two windows: by hand, and in worlds whose rates are known to stand still, or not to."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.analysis import migration
from crmreport.stats.nbd import NBD

CUTS = (1.0, 3.0)  # one order, two or three, four and more


def window(**orders: int) -> pd.DataFrame:
    """Customers with so many orders at 10 each."""
    return pd.DataFrame({"customer_id": list(orders), "orders": list(orders.values())}).assign(
        revenue=lambda t: t["orders"] * 10.0
    )


BEFORE = window(anna=5, bob=1, carl=2, dora=4, eve=3)
NOW = window(anna=2, bob=1, dora=9, eve=5, fay=1)
PAIRS = migration.pairs(BEFORE, NOW, CUTS)


def world(n: int, shape: float, mean: float, *, changed: float = 0.0, seed: int = 1) -> list[pd.DataFrame]:
    """Two windows of customers who buy at rates of their own; a share of them gets a new rate between."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(shape, mean / shape, n)
    later = np.where(rng.random(n) < changed, rng.gamma(shape, mean / shape, n), rates)
    ids = np.arange(n)
    tables = []
    for orders in (rng.poisson(rates), rng.poisson(later)):
        table = pd.DataFrame({"customer_id": ids, "orders": orders, "revenue": orders * 10.0})
        tables.append(table[table["orders"] > 0])
    return tables


def test_windows_follow_each_other_and_are_of_one_length() -> None:
    found = migration.windows(date(2017, 12, 31), window_months=6, data_begins=date(2017, 1, 1))

    assert found.before == (date(2017, 1, 1), date(2017, 6, 30))
    assert found.now == (date(2017, 7, 1), date(2017, 12, 31))
    assert (found.whole, found.possible) == (True, 6)


@pytest.mark.parametrize(
    ("begins", "whole", "possible"),
    [
        (date(2017, 1, 2), False, 5),  # the first month lacks a day
        (date(2016, 12, 15), True, 6),
        (date(2017, 11, 15), False, 0),
        (date(2017, 12, 31), False, 0),
    ],
)
def test_how_far_the_data_has_to_reach(begins: date, whole: bool, possible: int) -> None:
    found = migration.windows(date(2017, 12, 31), window_months=6, data_begins=begins)
    assert (found.whole, found.possible) == (whole, possible)


def test_pairs_by_hand() -> None:
    assert PAIRS["kind"].to_dict() == {
        "anna": "less",  # 5 to 2
        "bob": "same",
        "carl": "gone",
        "dora": "same",  # 4 to 9, both in the highest class
        "eve": "more",  # 3 to 5
        "fay": "came",
    }
    assert migration.matrix(PAIRS, 3).to_numpy().tolist() == [
        [0, 1, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 0, 1],
        [0, 0, 1, 1],
    ]


def test_money_by_hand() -> None:
    found = migration.movements(PAIRS)

    assert found["moved"].to_dict() == {"gone": -20, "less": -30, "same": 50, "more": 20, "came": 10}
    assert found["customers"].to_dict() == {"gone": 1, "less": 1, "same": 2, "more": 1, "came": 1}
    assert found["moved"].sum() == NOW["revenue"].sum() - BEFORE["revenue"].sum()


def test_shares_by_hand() -> None:
    found = {name: (one.value, one.n) for name, one in migration.seen(PAIRS, CUTS).items()}

    assert found == {
        "gone": (0.2, 5),
        "less": (0.2, 5),
        "same": (0.4, 5),
        "more": (0.2, 5),
        "fell": (0.5, 2),  # anna, of anna and dora
        "came": (0.2, 5),  # fay, of those of the later window
    }
    assert not migration.seen(migration.pairs(NOW[:0], NOW, CUTS), CUTS)["gone"].known


def test_what_chance_gives_by_hand() -> None:
    # Shape 1 and mean 1, no purchase or some: of a hundred who bought, a third do not buy again; as many
    # come who had not bought.
    found = migration.Yardstick(NBD(1, 1), 0.0, True, 60).orders(())
    counts = np.array([[0.0, 70.0], [20.0, 80.0]])

    assert migration.expected(found, counts) == pytest.approx(np.array([[0, 100 / 3], [100 / 3, 200 / 3]]))


@pytest.mark.parametrize(("shape", "mean"), [(0.6, 2.0), (1.5, 3.0)])
def test_movement_of_customers_whose_rates_stand_still_is_what_chance_gives(shape, mean) -> None:
    cuts = (1, 2, 4, 8)
    pairs = migration.pairs(*world(60_000, shape, mean), cuts)
    counts = migration.matrix(pairs, 5).to_numpy(dtype=float)
    found = migration.yardstick(pairs)

    assert found is not None
    assert found.fits
    chance = migration.expected(found.orders(cuts), counts)
    # Within four standard errors in every cell, those who came included.
    assert (np.abs(chance - counts) < 4 * np.sqrt(chance + 1)).all()


def test_real_movement_is_told_from_chance() -> None:
    cuts = (1, 3)
    still = migration.pairs(*world(2000, 0.8, 2.5), cuts)
    moving = migration.pairs(*world(2000, 0.8, 2.5, changed=0.4), cuts)

    for pairs, real in ((still, False), (moving, True)):
        model = migration.yardstick(pairs)
        assert model is not None
        found = migration.beyond_chance(pairs, cuts, model, rng=np.random.default_rng(4), replicates=40)
        for name in ("gone", "fell"):
            assert (found[name].excess.low > 0) is real, name
        # Most of the best have fallen below their class in both worlds: that alone tells nothing.
        assert found["fell"].chance.value > 0.2


def test_a_world_that_the_model_does_not_know_is_no_yardstick() -> None:
    # Everyone orders five or six times, by the clock; nobody less.
    rng = np.random.default_rng(2)
    ids = np.arange(900)
    regular = [
        pd.DataFrame({"customer_id": ids, "orders": rng.integers(5, 7, 900), "revenue": 1.0}) for _ in "ab"
    ]
    found = migration.yardstick(migration.pairs(*regular, CUTS))

    assert found is not None
    assert not found.fits


def test_customers_who_all_ordered_once_give_no_yardstick() -> None:
    assert migration.yardstick(migration.pairs(window(anna=1), window(bob=1), CUTS)) is None


customers = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9), max_size=8)


@settings(max_examples=12, deadline=None)
@given(customers, customers, st.randoms(use_true_random=False))
def test_nobody_is_lost_and_the_order_of_rows_does_not_matter(before, now, random) -> None:
    tables = [window(**orders) for orders in (before, now)]
    shuffled = [table.sample(frac=1, random_state=random.randint(0, 99)) for table in tables]

    pairs = migration.pairs(*tables, CUTS)

    pd.testing.assert_frame_equal(pairs, migration.pairs(*shuffled, CUTS))
    assert migration.matrix(pairs, 3).to_numpy().sum() == len(set(before) | set(now))
    assert migration.movements(pairs)["customers"].sum() == len(pairs)
    if before:
        shares = migration.seen(pairs, CUTS)
        assert sum(shares[kind].value for kind in ("gone", "less", "same", "more")) == pytest.approx(1)


@pytest.mark.slow
def test_the_interval_of_the_excess_holds_zero_as_often_as_it_says() -> None:
    cuts, held = (1, 3), {"gone": 0, "fell": 0, "came": 0}
    for seed in range(200):
        pairs = migration.pairs(*world(700, 0.8, 2.5, seed=seed), cuts)
        model = migration.yardstick(pairs)
        assert model is not None
        found = migration.beyond_chance(pairs, cuts, model, rng=np.random.default_rng(seed))
        for name in held:
            held[name] += found[name].excess.low <= 0 <= found[name].excess.high
    # 190 are expected of two hundred; 179 or fewer happen once in a thousand such counts.
    assert min(held.values()) > 179, held
