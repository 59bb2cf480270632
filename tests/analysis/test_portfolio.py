"""Brands of one group side by side: by hand, on simulated buying, and on worlds that are not the model's."""

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import portfolio

COLUMNS = ["customer_id", "category", "brand_id", "purchases"]


def rng():
    return np.random.default_rng(2)


def table(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def bought(purchases, brands, category="soap"):
    """Rows of a matrix of purchases: a row a customer, a column a brand."""
    found = [
        (f"c{customer:05d}", category, brand, int(n))
        for customer, row in enumerate(purchases)
        for brand, n in zip(brands, row, strict=True)
        if n
    ]
    return table(*found)


def world(people, alphas, *, seed):
    """Purchases of people who follow the model: gamma, Poisson, Dirichlet."""
    draw = np.random.default_rng(seed)
    counts = draw.poisson(draw.gamma(1.0, 4.0, people))
    return np.array([draw.multinomial(n, draw.dirichlet(alphas)) for n in counts])


FEW = table(
    ("ann", "soap", "north", 2),
    ("ann", "soap", "south", 1),
    ("bob", "soap", "north", 1),
    ("bob", "balm", "north", 1),
    ("carl", "soap", None, 3),
    ("dora", "soap", "south", 0),  # bought before the window only
)


def test_the_panel_counts_what_customers_bought():
    panel = portfolio.panel(FEW, rng=rng(), minimum=1, replicates=5)

    assert panel.brands == ("north", "south", "others")
    assert panel.own == [0, 1]
    assert panel.customers == 3
    assert panel.buyers[0].tolist() == [2, 1, 1]
    assert panel.purchases[0].tolist() == [4, 1, 3]
    assert panel.needs[0].tolist() == [5, 3, 3]  # ann's three and bob's two
    assert panel.shared[0, 0, 1] == 1
    assert panel.incidence.counts.tolist() == [2, 3]
    assert panel.incidence.weights[0] == pytest.approx([1 / 3, 2 / 3])
    assert len(panel.buyers) == 6


def test_a_small_brand_is_one_of_the_others():
    panel = portfolio.panel(FEW, rng=rng(), minimum=2, replicates=5)

    assert panel.brands == ("north", "others")
    assert panel.purchases[0].tolist() == [4, 4]


def test_the_order_of_rows_does_not_matter():
    one = portfolio.panel(FEW, rng=rng(), minimum=1)
    other = portfolio.panel(FEW.sample(frac=1, random_state=3), rng=rng(), minimum=1)

    np.testing.assert_array_equal(one.purchases, other.purchases)
    pd.testing.assert_frame_equal(portfolio.brand_table(one), portfolio.brand_table(other))


def test_nobody_buys_nothing():
    panel = portfolio.panel(FEW[:0], rng=rng(), minimum=1)

    assert panel.own == []
    assert portfolio.brand_table(panel).empty
    assert portfolio.pair_table(panel, minimum=1).empty
    assert portfolio.within_categories(FEW[:0], rng=rng(), minimum=1).empty


def test_the_law_by_hand():
    # 4 customers; a: 1 2 3, b: 1 2, c: 1 4. Shared: ab 2, ac 1, bc 1, of sizes 6 + 6 + 4 = 16 over 4.
    purchases = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 1]]
    panel = portfolio.panel(bought(purchases, "abc"), rng=rng(), minimum=1)

    assert portfolio.duplication(panel)[0] == pytest.approx(4 / (16 / 4))
    pairs = portfolio.pair_table(panel, minimum=1).set_index(["one", "other"])
    # All of b's buyers buy a: nobody is left who could not be told.
    assert set(pairs.index) == {("a", "c"), ("b", "c")}
    assert pairs["by_law"]["a", "c"] == pytest.approx(1.0 * 3 * 2 / 4)


def test_with_two_brands_the_law_would_judge_itself():
    panel = portfolio.panel(bought([[1, 1], [1, 0], [0, 2]], "ab"), rng=rng(), minimum=1)

    assert np.isnan(portfolio.duplication(panel)).all()
    assert portfolio.pair_table(panel, minimum=1)["by_law"].isna().all()


def test_small_groups_of_a_pair_are_left_out():
    buyers = bought(world(400, [0.5, 0.5, 0.5], seed=1), "abc")
    panel = portfolio.panel(buyers, rng=rng(), minimum=30)
    everything = portfolio.pair_table(panel, minimum=1)

    shown = portfolio.pair_table(panel, minimum=int(everything["both"].min()) + 1)
    assert len(shown) < len(everything)


def test_in_the_models_own_world_nothing_stands_out():
    names = ["a", "b", "c", "d"]
    buyers = bought(world(3000, [0.8, 0.5, 0.3, 0.2], seed=11), names)
    panel = portfolio.panel(buyers, rng=rng(), minimum=30)

    pairs = portfolio.telling(portfolio.pair_table(panel, minimum=30))
    assert len(pairs) == 6
    assert not pairs["tells"].any()
    assert pairs["ratio"].between(0.9, 1.1).all()
    brands = portfolio.brand_table(panel)
    assert brands["ratio"].between(0.93, 1.07).all()
    assert ((brands["low"] <= 1) & (brands["high"] >= 1)).sum() >= 3
    # The wrong baseline cries wolf: all pairs lie above independence.
    sizes = dict(zip(panel.brands, panel.buyers[0], strict=True))
    apart = [row.both * panel.customers / (sizes[row.one] * sizes[row.other]) for row in pairs.itertuples()]
    assert len(apart) == 6
    assert portfolio.jeopardy_line(panel)[0][1] < portfolio.jeopardy_line(panel)[-1][1]


def test_variants_of_one_thing_stand_out():
    # b and c are bought by the same half of the people only: they share more than sizes explain.
    mixed = world(1500, [0.6, 0.6, 0.05, 0.05], seed=21), world(1500, [0.6, 0.05, 0.6, 0.6], seed=22)
    buyers = bought(np.vstack(mixed), ["a", "b", "c", "d"])

    panel = portfolio.panel(buyers, rng=rng(), minimum=30)
    pairs = portfolio.telling(portfolio.pair_table(panel, minimum=30))
    first = portfolio.beyond(pairs).iloc[0]
    assert (first["one"], first["other"]) == ("c", "d")
    assert portfolio.estimate(first).low > 1
    apart = pairs.set_index(["one", "other"])["ratio"]
    assert apart["b", "c"] < 1
    assert apart["b", "d"] < 1


def test_each_category_is_tested_by_itself():
    soap = bought(world(800, [0.5, 0.5, 0.5], seed=4), ["a", "b", None], "soap")
    balm = bought(world(800, [0.5, 0.5], seed=5), ["b", None], "balm")

    pairs = portfolio.within_categories(pd.concat([soap, balm]), rng=rng(), minimum=30)
    assert pairs[["category", "one", "other"]].to_numpy().tolist() == [["soap", "a", "b"]]


def test_how_far_two_brands_sell_the_same():
    rows = table(
        ("ann", "soap", "a", 3), ("bob", "balm", "a", 1), ("ann", "soap", "b", 1), ("bob", "lotion", "b", 1)
    )
    assert portfolio.likeness(rows, "a", "b") == pytest.approx(0.5)  # soap: .75 and .5
    assert portfolio.likeness(rows, "a", "a") == 1
    assert np.isnan(portfolio.likeness(rows.assign(category=None), "a", "b"))


@pytest.mark.slow
def test_intervals_of_pairs_cover():
    """In 200 worlds of the model, 95% of a pair's intervals hold the truth."""
    alphas, held = [0.8, 0.5, 0.3, 0.4], 0
    for seed in range(200):
        buyers = bought(world(800, alphas, seed=1000 + seed), ["a", "b", "c", None])
        panel = portfolio.panel(buyers, rng=np.random.default_rng(seed), minimum=30, replicates=200)
        pairs = portfolio.pair_table(panel, minimum=30).set_index(["one", "other"])
        held += bool(pairs["low"]["a", "b"] <= 1 <= pairs["high"]["a", "b"])
    assert 0.90 <= held / 200 <= 0.985
