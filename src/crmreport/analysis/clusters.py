"""Do customers fall into types by how they buy? k-means, believed only where it comes out the same again.

A method of clustering always finds clusters. Three things are asked of them before anybody gives them
names: that the same customers are together when others are drawn (bootstrap stability, Hennig 2007, by the
adjusted Rand index, Hubert & Arabie 1985); that they lie apart (silhouette, Rousseeuw 1987); and that they
lie further apart than the parts of one cloud with the same distributions and correlations, which any method
cuts as well (Hennig & Lin 2015).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, rankdata
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

from crmreport.stats.estimate import Estimate

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

RESAMPLES = 20
CLOUDS = 19
BEYOND = float(norm.ppf(0.99))
"""By how many standard deviations of the clouds' silhouettes a real one must lie above their mean."""
LEAST_SILHOUETTE = 0.25
"""Under it there is “no substantial structure” (Kaufman & Rousseeuw 1990, table 4)."""
MOST_CUSTOMERS = 2200
"""Stability and silhouette are reckoned on so many, drawn by lot; the clusters are of all customers."""
WINSOR = 0.01
TRAIT = 0.5
"""Standard deviations from all others' mean that make a measure a trait."""
_STARTS = 6
_LOOKS = 2  # with more, some number of clusters would pass by chance


def measures(customers: pd.DataFrame) -> pd.DataFrame:
    """How each customer buys, from the customer table: standardised, logarithms winsorised at 1% and 99%.

    ``recency``, ``frequency`` (purchase days), ``basket`` (revenue an order), ``breadth`` (categories; where
    none are known, products), ``deals`` (share of the revenue on deal). A measure that is not known of
    everybody, or never varies, is left out. Revenue is none: frequency times basket says it already.
    """
    revenue, orders = customers["revenue"].astype(float), customers["orders"].astype(float)
    breadth = customers["categories"] if customers["categories"].notna().any() else customers["products"]
    spent = revenue.where(revenue > 0)
    deals = (customers["deal_revenue"].astype(float) / spent).clip(0, 1)
    raw = {
        "recency": np.log1p(customers["recency_days"].astype(float)),
        "frequency": np.log1p(customers["purchase_days"].astype(float)),
        "basket": np.log1p((revenue / orders).clip(lower=0)),
        "breadth": np.log1p(breadth.astype(float)),
        "deals": deals.where(spent.notna(), deals.median()),
    }
    table = pd.DataFrame(raw, index=customers.index)
    table = table.loc[:, table.notna().all()]
    low, high = table.quantile(WINSOR), table.quantile(1 - WINSOR)
    table = table.clip(low, high, axis=1)
    varied = table.loc[:, table.std() > 0]
    return (varied - varied.mean()) / varied.std()


@dataclass(frozen=True)
class Trial:
    """One number of clusters ``k``: its ``silhouette``, the customers of the ``smallest`` cluster, and, where
    these pass, the mean ``stability`` over resamples and whether the parts lie further apart than those of
    a cloud (None where that was not asked)."""

    k: int
    silhouette: float
    smallest: int
    stability: Estimate
    apart: bool | None = None


Reason = Literal["few", "close", "unstable", "cloud"]


@dataclass(frozen=True)
class Clustering:
    """What was tried, and the clusters of the best ``k``, numbered from the one that spends most a head.

    Where there are none, ``reason`` says why: too ``few`` customers, none of any size apart (``close``),
    all of these ``unstable``, or none further apart than the parts of one ``cloud``.
    """

    trials: tuple[Trial, ...]
    labels: pd.Series | None
    reason: Reason | None = None

    @property
    def best(self) -> Trial | None:
        """The accepted trial; without one the most stable, or where none was asked, that most apart."""
        if self.labels is not None:
            k = int(self.labels.nunique())
            return next(one for one in self.trials if one.k == k)
        asked = [one for one in self.trials if one.stability.known]
        if asked:
            return max(asked, key=lambda one: one.stability.value)
        return max(self.trials, key=lambda one: one.silhouette, default=None)


def cluster(
    customers: pd.DataFrame, *, most: int, stability: float, minimum: int, rng: np.random.Generator
) -> Clustering:
    """Try 2 to ``most`` clusters of how customers buy; accept the one (of the first two) with the largest
    silhouette among those

    - whose silhouette is a quarter or more, and whose smallest cluster has ``minimum`` customers,
    - whose mean adjusted Rand index over resamples is ``stability`` or more,
    - whose silhouette lies above those of clouds without parts.
    """
    table = measures(customers)
    if len(table) < 10 * minimum or table.shape[1] < 2:
        return Clustering((), None, "few")
    x = table.to_numpy(dtype=float)
    drawn = x if len(x) <= MOST_CUSTOMERS else x[np.sort(rng.choice(len(x), MOST_CUSTOMERS, replace=False))]
    with threadpool_limits(1):
        trials = [_trial(x, drawn, k, minimum, rng) for k in range(2, most + 1)]
        asked = [one for one in trials if one.stability.known]
        stable = [one for one in asked if one.stability.value >= stability]
        for one in sorted(stable, key=lambda trial: (-trial.silhouette, trial.k))[:_LOOKS]:
            real = _beyond_clouds(drawn, one, rng)
            trials[one.k - 2] = replace(one, apart=real)
            if real:
                labels = _by_spending(_fitted(x, one.k).predict(x), customers["revenue"].astype(float))
                return Clustering(tuple(trials), labels)
    return Clustering(tuple(trials), None, "cloud" if stable else "unstable" if asked else "close")


def _fitted(x: Floats, k: int, seed: int = 0) -> KMeans:
    # With fewer starts, what differs between resamples is often but where the search got stuck.
    return KMeans(k, n_init=_STARTS, random_state=seed).fit(x)


def _trial(x: Floats, drawn: Floats, k: int, minimum: int, rng: np.random.Generator) -> Trial:
    labels = np.asarray(_fitted(drawn, k).labels_)
    silhouette = float(silhouette_score(drawn, labels)) if len(np.unique(labels)) > 1 else 0.0
    everybody = labels if drawn is x else _fitted(x, k).labels_
    smallest = int(np.bincount(everybody, minlength=k).min())
    if silhouette < LEAST_SILHOUETTE or smallest < minimum:
        return Trial(k, silhouette, smallest, Estimate(math.nan, 0))
    found = []
    for _ in range(RESAMPLES):
        again = drawn[rng.integers(0, len(drawn), len(drawn))]
        other = _fitted(again, k, seed=int(rng.integers(2**31)))
        found.append(adjusted_rand_score(labels, other.predict(drawn)))
    low, high = np.quantile(found, [0.025, 0.975])
    mean = float(np.mean(found))
    agreed = Estimate(mean, len(x), min(float(low), mean), max(float(high), mean), 0.95)
    return Trial(k, silhouette, smallest, agreed)


def _beyond_clouds(drawn: Floats, trial: Trial, rng: np.random.Generator) -> bool:
    """Whether the parts lie further apart than those of clouds that have no parts.

    A cloud has the measures' own distributions and their correlations of normal scores (a Gaussian copula),
    and nothing else: that many bought just once, or that who buys often buys widely, are no types. The idea
    of such a null model is Hennig & Lin's (2015).
    """
    n = len(drawn)
    scores = norm.ppf((rankdata(drawn, axis=0) - 0.5) / n)
    correlation = np.corrcoef(scores, rowvar=False)
    silhouettes = []
    for _ in range(CLOUDS):
        normal = rng.multivariate_normal(np.zeros(drawn.shape[1]), correlation, n, method="eigh")
        places = np.clip((norm.cdf(normal) * n).astype(int), 0, n - 1)
        cloud = np.take_along_axis(np.sort(drawn, axis=0), places, axis=0)
        silhouettes.append(silhouette_score(cloud, _fitted(cloud, trial.k).labels_))
    return bool(trial.silhouette > np.mean(silhouettes) + BEYOND * np.std(silhouettes, ddof=1))


def _by_spending(labels: Labels, revenue: pd.Series) -> pd.Series:
    """The clusters numbered from 0, the one with the largest mean revenue first."""
    order = revenue.groupby(labels).mean().sort_values(ascending=False, kind="stable").index
    places = {old: new for new, old in enumerate(order)}
    return pd.Series([places[one] for one in labels], revenue.index, dtype="int64")


def traits(customers: pd.DataFrame, labels: pd.Series) -> dict[int, tuple[str, ...]]:
    """By cluster, up to three measures in which it differs most from all others: ``frequency_more``.

    Told where its mean is half a standard deviation from that of the others, the strongest first.
    """
    table = measures(customers)
    found = {}
    for number in sorted(labels.unique()):
        inside = labels == number
        apart = table[inside].mean() - table[~inside].mean()
        strong = apart[apart.abs() >= TRAIT].sort_values(key=abs, ascending=False, kind="stable")[:3]
        found[int(number)] = tuple(f"{name}_{'more' if by > 0 else 'less'}" for name, by in strong.items())
    return found


def profile(customers: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """One row a cluster: ``customers``, ``customers_share``, ``revenue_share``, and per customer the mean
    ``revenue_per_customer`` and ``orders_per_customer`` and the median ``recency_days``."""
    groups = customers.groupby(labels)
    table = groups.agg(
        customers=("orders", "size"),
        revenue=("revenue", "sum"),
        revenue_per_customer=("revenue", "mean"),
        orders_per_customer=("orders", "mean"),
        recency_days=("recency_days", "median"),
    )
    total = float(table["revenue"].sum())
    table["customers_share"] = table["customers"] / table["customers"].sum()
    table["revenue_share"] = table["revenue"] / total if total > 0 else math.nan
    return table
