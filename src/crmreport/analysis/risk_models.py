"""Models of who falls silent: what they see of a customer, and how they make a probability of it.

All run on one thread: sums of floating numbers in another order would be other numbers, and threads that
share processors with other runs wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from crmreport.stats import scoring

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Kind = Literal["recency", "logistic", "boosting"]

FAMILIES = {
    "recency": "silence",
    "overdue": "silence",
    "days": "pace",
    "gap": "pace",
    "late_days": "trend",
    "month_days": "trend",
    "late_revenue": "trend",
    "revenue": "money",
    "categories": "breadth",
    "deals": "deals",
    "tenure": "tenure",
    "contacts": "contacts",
}
"""Which reason each feature belongs to; features of one reason move together and are read together."""

LEAK_AUC = 0.95
"""A single feature known before that parts lost and staying customers better than this knows the answer."""
BANDS = 5
_CLIP = 3.0


def design(snapshots: pd.DataFrame) -> pd.DataFrame:
    """The features of a model, from ``snapshots`` as ``snapshot_table`` makes them; a column each of
    ``FAMILIES`` that is known of anybody, in that order. Amounts and counts enter as logarithms."""
    revenue = snapshots["revenue"].astype(float)
    spent = revenue.where(revenue > 0)
    recency, gap = snapshots["recency_days"].astype(float), snapshots["gap_mean_days"].astype(float)
    columns = {
        "recency": np.log1p(recency),
        "overdue": np.log((recency + 1) / (gap + 1)),
        "days": np.log1p(snapshots["days"].astype(float)),
        "gap": np.log1p(gap),
        "late_days": snapshots["late_days"] / snapshots["days"],
        "month_days": np.log1p(snapshots["month_days"].astype(float)),
        "late_revenue": (snapshots["late_revenue"].astype(float) / spent).clip(0, 1),
        "revenue": np.log1p(revenue.clip(lower=0)),
        "categories": np.log1p(snapshots["categories"].astype(float)),
        "deals": (snapshots["deal_revenue"].astype(float) / spent).clip(0, 1),
        "tenure": np.log1p(snapshots["tenure_days"].astype(float)),
        "contacts": np.log1p(snapshots["contacts"].astype(float)),
    }
    table = pd.DataFrame({name: columns[name] for name in FAMILIES}, index=snapshots.index)
    return table.loc[:, table.notna().any()]


def single_aucs(features: pd.DataFrame, lost: Bools) -> pd.Series:
    """The share of pairs of a lost and a staying customer in which the lost one has more of each feature."""
    ones = np.ones((1, len(lost)))
    found = {}
    for name in features:
        values = features[str(name)].to_numpy(dtype=float)
        known = ~np.isnan(values)
        found[str(name)] = float(scoring.auc(values[known], lost[known], ones[:, known])[0])
    return pd.Series(found, dtype="float64")


def directions(features: pd.DataFrame, lost: Bools) -> pd.Series:
    """Of each feature, whether more of it goes with loss (1) or with staying (-1), looked at alone."""
    return (single_aucs(features, lost) - 0.5).map(np.sign)


def leak(features: pd.DataFrame, lost: Bools) -> tuple[str, float] | None:
    """The feature that parts lost and staying customers implausibly well, with its AUC, if there is one."""
    aucs = single_aucs(features, lost)
    aucs = aucs.where(aucs >= 0.5, 1 - aucs).sort_values(ascending=False, kind="stable")
    if aucs.empty or not aucs.iloc[0] >= LEAK_AUC:
        return None
    return str(aucs.index[0]), float(aucs.iloc[0])


class Model(Protocol):
    """Whatever gives each customer a probability of being lost, and an order."""

    def probability(self, features: pd.DataFrame) -> Floats: ...

    def order(self, features: pd.DataFrame) -> Floats: ...


@dataclass(frozen=True)
class Recency:
    """The naive rule: who has been away for longest is first; the probability is the rate of a band."""

    cuts: Floats
    rates: Floats

    @classmethod
    def fit(cls, features: pd.DataFrame, lost: Bools) -> Recency:
        away = features["recency"].to_numpy(dtype=float)
        steps = np.arange(1, BANDS) / BANDS
        cuts = np.unique(np.quantile(away, steps, method="inverted_cdf"))
        band = np.searchsorted(cuts, away, side="left")
        size = len(cuts) + 1
        counts, hits = np.bincount(band, minlength=size), np.bincount(band, lost, size)
        return cls(cuts, (hits + lost.mean()) / (counts + 1))

    def probability(self, features: pd.DataFrame) -> Floats:
        return self.rates[np.searchsorted(self.cuts, self.order(features), side="left")]

    def order(self, features: pd.DataFrame) -> Floats:
        return features["recency"].to_numpy(dtype=float)


@dataclass(frozen=True)
class Logistic:
    """Logistic regression on standardised features, held back by a ridge penalty of 1."""

    columns: tuple[str, ...]
    centre: Floats
    spread: Floats
    slopes: Floats
    intercept: float

    @classmethod
    def fit(cls, features: pd.DataFrame, lost: Bools) -> Logistic:
        varied = [str(name) for name in features.columns[features.nunique() > 1]]
        table = features[varied]
        centre = table.median().to_numpy(dtype=float)
        spread = table.std().to_numpy(dtype=float)
        scaled = _scaled(table, centre, spread)
        with threadpool_limits(1):
            fitted = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-8).fit(scaled, lost)
        slopes = np.asarray(fitted.coef_[0], dtype=float)
        return cls(tuple(varied), centre, spread, slopes, float(fitted.intercept_[0]))

    def probability(self, features: pd.DataFrame) -> Floats:
        return np.asarray(1 / (1 + np.exp(-self.order(features))))

    def order(self, features: pd.DataFrame) -> Floats:
        return np.asarray(self.intercept + self.parts(features).sum(axis=1))

    def parts(self, features: pd.DataFrame) -> pd.DataFrame:
        """What each feature adds to each customer's log odds."""
        scaled = _scaled(features[list(self.columns)], self.centre, self.spread)
        return pd.DataFrame(scaled * self.slopes, features.index, list(self.columns))


@dataclass(frozen=True)
class Boosting:
    """Gradient boosting of shallow trees (Friedman 2001; scikit-learn's histogram version)."""

    columns: tuple[str, ...]
    fitted: HistGradientBoostingClassifier

    @classmethod
    def fit(cls, features: pd.DataFrame, lost: Bools) -> Boosting:
        trees = HistGradientBoostingClassifier(
            learning_rate=0.05,
            max_iter=80,
            max_leaf_nodes=6,
            min_samples_leaf=40,
            l2_regularization=1.0,
            early_stopping=False,
            random_state=0,
        )
        with threadpool_limits(1):
            return cls(tuple(map(str, features)), trees.fit(features.to_numpy(dtype=float), lost))

    def probability(self, features: pd.DataFrame) -> Floats:
        table = features[list(self.columns)].to_numpy(dtype=float)
        with threadpool_limits(1):
            return np.asarray(self.fitted.predict_proba(table)[:, 1])

    def order(self, features: pd.DataFrame) -> Floats:
        return self.probability(features)


MODELS: Mapping[Kind, type[Recency] | type[Logistic] | type[Boosting]] = {
    "recency": Recency,
    "logistic": Logistic,
    "boosting": Boosting,
}


def _scaled(table: pd.DataFrame, centre: Floats, spread: Floats) -> Floats:
    """In standard deviations from the median; what is unknown lies on it, and none beyond three."""
    scaled = (table.to_numpy(dtype=float) - centre) / spread
    return np.asarray(np.clip(np.nan_to_num(scaled, nan=0.0), -_CLIP, _CLIP))
