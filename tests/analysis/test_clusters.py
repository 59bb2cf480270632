"""Clusters that are there are found again; where there are none, none are named."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import clusters


def customers(frequency, *, basket, categories, recency, deals, rng):
    """A customer table with the columns that clusters read; each argument a value for each customer."""
    n = len(frequency)
    orders = np.maximum(1, np.rint(frequency * np.exp(rng.normal(0, 0.15, n))))
    revenue = orders * basket * np.exp(rng.normal(0, 0.15, n))
    return pd.DataFrame(
        {
            "customer_id": [f"{number:05d}" for number in range(n)],
            "recency_days": np.rint(recency * np.exp(rng.normal(0, 0.2, n))),
            "orders": orders.astype(int),
            "purchase_days": orders.astype(int),
            "revenue": revenue,
            "deal_revenue": revenue * np.clip(deals + rng.normal(0, 0.05, n), 0, 1),
            "products": np.nan,
            "categories": np.maximum(1, np.rint(categories * np.exp(rng.normal(0, 0.15, n)))),
        }
    )


@cache
def planted():
    """Three types: often and cheaply on deal; seldom and dearly; in between, widely."""
    rng = np.random.default_rng(8)
    truth = np.repeat([0, 1, 2], 200)
    kinds = {
        "frequency": np.array([40.0, 4.0, 12.0]),
        "basket": np.array([5.0, 80.0, 20.0]),
        "categories": np.array([4.0, 3.0, 20.0]),
        "recency": np.array([5.0, 90.0, 20.0]),
        "deals": np.array([0.9, 0.1, 0.4]),
    }
    return customers(**{name: of[truth] for name, of in kinds.items()}, rng=rng), truth


@cache
def dust(seed=1):
    """One cloud: every measure drawn by itself, from little to much."""
    rng = np.random.default_rng(seed)
    n = 600
    return customers(
        np.exp(rng.normal(2, 0.6, n)),
        basket=np.exp(rng.normal(3, 0.5, n)),
        categories=np.exp(rng.normal(1.8, 0.4, n)),
        recency=np.exp(rng.normal(3, 0.8, n)),
        deals=rng.beta(5, 5, n),
        rng=rng,
    )


def found(table, **options):
    settings = {"most": 5, "stability": 0.75, "minimum": 30, "rng": np.random.default_rng(4)} | options
    return clusters.cluster(table, **settings)


@cache
def of_planted():
    return found(planted()[0])


@pytest.mark.slow
def test_planted_types_are_recovered():
    _, truth = planted()

    result = of_planted()

    assert result.reason is None
    assert (result.best.k, result.best.apart) == (3, True)
    assert result.best.stability.value > 0.95
    # Each true type is one cluster, whole.
    assert pd.crosstab(truth, result.labels.to_numpy()).gt(0).to_numpy().sum() == 3
    assert sorted(result.labels.value_counts()) == [200, 200, 200]


def test_types_are_told_by_what_parts_them():
    table, _ = planted()

    rows = clusters.profile(table, of_planted().labels)
    told = clusters.traits(table, of_planted().labels)

    assert list(rows["revenue_per_customer"]) == sorted(rows["revenue_per_customer"], reverse=True)
    assert rows["customers_share"].sum() == pytest.approx(1)
    assert rows["revenue_share"].sum() == pytest.approx(1)
    dear = int(of_planted().labels.to_numpy()[200])  # the first of the second type
    assert set(told[dear]) <= {"basket_more", "deals_less", "frequency_less", "recency_more"}
    assert len(told[dear]) == 3


@pytest.mark.slow
def test_two_types_that_differ_in_one_direction_are_found_too():
    rng = np.random.default_rng(6)
    truth = np.repeat([0, 1], 300)
    kinds = {
        "frequency": [30.0, 3.0],
        "basket": [10.0, 60.0],
        "categories": [20.0, 4.0],
        "recency": [6.0, 60.0],
    }
    table = customers(
        **{name: np.array(of)[truth] for name, of in kinds.items()}, deals=np.full(600, 0.5), rng=rng
    )

    result = found(table, most=3)

    assert result.labels is not None
    assert pd.crosstab(truth, result.labels.to_numpy()).gt(0).to_numpy().sum() == 2


def test_dust_is_refused():
    result = found(dust())

    assert result.labels is None
    assert result.reason in ("unstable", "close")
    assert result.best is not None


@pytest.mark.slow
def test_a_long_cloud_is_cut_repeatably_and_still_refused():
    # All measures follow one: the cloud is long, and its halves are found again and again.
    rng = np.random.default_rng(2)
    pace = rng.normal(0, 1, 600)
    table = customers(
        np.exp(3 + 0.8 * pace),
        basket=np.exp(3 + 0.8 * pace),
        categories=np.exp(2.5 + 0.5 * pace),
        recency=np.exp(3.5 - 0.8 * pace),
        deals=0.5 + 0.08 * pace,
        rng=rng,
    )

    result = found(table, most=3)

    assert result.trials[0].stability.value > 0.75
    assert result.trials[0].silhouette > 0.25
    assert result.labels is None
    assert result.reason == "cloud"


def test_too_few_customers_or_too_small_a_type():
    table, _ = planted()

    assert found(table.iloc[:299]).reason == "few"
    rare = pd.concat([table.iloc[:200], table.iloc[200:400], table.iloc[400:420]], ignore_index=True)
    result = found(rare, most=3)
    assert result.labels is None or result.labels.value_counts().min() >= 30


@pytest.mark.slow
def test_the_order_of_customers_changes_no_type():
    table, _ = planted()
    mixed = table.sample(frac=1, random_state=3)

    labels = found(mixed).labels.reindex(table.index)

    assert (labels == of_planted().labels).all()


def test_measures_are_standardised_and_without_outliers():
    table = dust().copy()
    table.loc[0, "revenue"] = 1e9

    scaled = clusters.measures(table)

    assert list(scaled) == ["recency", "frequency", "basket", "breadth", "deals"]
    assert scaled.mean().abs().max() < 1e-9
    assert scaled.std().to_numpy() == pytest.approx(np.ones(5))
    assert scaled["basket"].abs().max() < 4


def test_what_nobody_knows_is_no_measure():
    table = dust().assign(categories=np.nan, deal_revenue=np.nan)

    assert list(clusters.measures(table)) == ["recency", "frequency", "basket"]
