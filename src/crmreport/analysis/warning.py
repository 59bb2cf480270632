"""Who is falling silent: a model of risk that is judged on a later day before it is believed.

The model learns from earlier snapshots and is judged by later ones, never by a random part of the same
days: what moves all customers at once (a season, a campaign) would make it look better than it is. The
rule it must beat is that of every shop: who has not been here for longest is the next to go.

Risk is not persuadability: who is most likely to go need not be who can be kept. So what comes of it is a
watch list, until a part of it left out by lot has shown that contacting helps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from crmreport.analysis.risk_models import MODELS, Bools, Floats, Kind, Model, design, leak
from crmreport.stats import scoring
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

EVENTS_PER_FEATURE = 10
"""Customers lost, and customers staying, for each feature of a model (Peduzzi et al. 1996)."""
FEWEST_FEATURES = 3
BOOSTING_ROWS = 1000
"""Snapshots of customers to learn from, without which trees are not tried."""
MOST_PARTS = 10


@dataclass(frozen=True)
class Refusal:
    """Why there is no model: the data is too ``short``, holds too ``few`` customers lost or staying, or a
    ``feature`` knows the answer (``leak``), with its ``auc``."""

    reason: Literal["short", "few", "leak"]
    feature: str = ""
    auc: float = math.nan
    customers: int = 0


def rarer(snapshots: pd.DataFrame) -> int:
    """Customers of the rarer outcome: those ever lost in ``snapshots``, or those ever staying."""
    lost = snapshots["lost"].astype(bool)
    return min(int(snapshots.loc[which, "customer_id"].nunique()) for which in (lost, ~lost))


# ---------------------------------------------------------------- judged on a later day


@dataclass(frozen=True)
class Judged:
    """How a model did on snapshots later than those it learnt from, beside the naive rule.

    ``chosen`` is what is used: the trees where their Brier score is surely better than the regression's,
    and neither where the order is not surely better than that of recency. ``validation`` has a row a
    customer and snapshot: ``customer_id``, ``lost``, ``probability``, ``naive``, ``value``.
    """

    chosen: Kind
    best: Kind
    base_rate: Estimate
    auc: Estimate
    naive_auc: Estimate
    gain: Estimate
    brier: Estimate
    naive_brier: Estimate
    flat_brier: Estimate
    foretold: Estimate
    miss: Estimate
    validation: pd.DataFrame
    features: tuple[str, ...]

    @property
    def calibrated(self) -> Literal["yes", "low", "high"]:
        """Whether as many were lost as foretold; ``low``: too few were foretold, surely so."""
        if self.miss.low is None or self.miss.high is None or self.miss.low <= 0 <= self.miss.high:
            return "yes"
        return "low" if self.miss.value > 0 else "high"


def judge(snapshots: pd.DataFrame, *, rng: np.random.Generator, minimum: int) -> Judged | Refusal:
    """Learn from the snapshots to ``train`` and judge by those to ``validate``; see ``Judged``.

    Refuses where a single feature knows the answer, where fewer than ten customers for each of three
    features are lost or stay, and where fewer than ``minimum`` are lost, or stay, in the validation.
    """
    train, later = (snapshots[snapshots["role"] == role] for role in ("train", "validate"))
    if train.empty or later.empty:
        return Refusal("short")
    events = rarer(train)
    if events < EVENTS_PER_FEATURE * FEWEST_FEATURES or rarer(later) < minimum:
        return Refusal("few", customers=int(later["customer_id"].nunique()))
    features = design(train).loc[:, lambda table: table.nunique() > 1]
    lost = train["lost"].to_numpy(dtype=bool)
    if stopped := leak(features, lost):
        return Refusal("leak", *stopped)
    features = features[list(features)[: events // EVENTS_PER_FEATURE]]
    tried = [kind for kind in MODELS if kind != "boosting" or len(train) >= BOOSTING_ROWS]
    fitted = {kind: MODELS[kind].fit(features, lost) for kind in tried}
    return _judged(fitted, later, tuple(map(str, features)), float(lost.mean()), rng)


def _judged(
    fitted: Mapping[Kind, Model],
    later: pd.DataFrame,
    names: tuple[str, ...],
    rate: float,
    rng: np.random.Generator,
) -> Judged:
    table = design(later).reindex(columns=list(names))
    lost = later["lost"].to_numpy(dtype=bool)
    people = pd.factorize(later["customer_id"], sort=True)[0].astype(np.int64)
    given = {kind: (model.probability(table), model.order(table)) for kind, model in fitted.items()}

    def over(**statistics: Callable[[Floats], Floats]) -> dict[str, Estimate]:
        return scoring.by_customer(statistics, people, rng=rng)

    best: Kind = "logistic"
    if "boosting" in given:
        base, trees = (given[kind][0] for kind in ("logistic", "boosting"))
        ahead = over(ahead=lambda w: scoring.brier(base, lost, w) - scoring.brier(trees, lost, w))["ahead"]
        best = "boosting" if ahead.low is not None and ahead.low > 0 else best
    (risk, order), (naive, away) = given[best], given["recency"]
    found = over(
        auc=lambda w: scoring.auc(order, lost, w),
        naive_auc=lambda w: scoring.auc(away, lost, w),
        gain=lambda w: scoring.auc(order, lost, w) - scoring.auc(away, lost, w),
        brier=lambda w: scoring.brier(risk, lost, w),
        naive_brier=lambda w: scoring.brier(naive, lost, w),
        flat_brier=lambda w: scoring.brier(np.full(len(lost), rate), lost, w),
    )
    chosen: Kind = best if found["gain"].low is not None and found["gain"].low > 0 else "recency"
    used, by = given[chosen]
    found |= over(foretold=lambda w: scoring.mean(used, w), miss=lambda w: scoring.mean(lost - used, w))
    n = int(people.max()) + 1
    return Judged(
        chosen=chosen,
        best=best,
        base_rate=share(round(float(lost.mean()) * n), n),
        **found,
        validation=_validation(later, used, by, away).assign(model=order),
        features=names,
    )


def _validation(later: pd.DataFrame, used: Floats, order: Floats, away: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": later["customer_id"].to_numpy(),
            "t0": later["t0"].to_numpy(),
            "lost": later["lost"].to_numpy(dtype=bool),
            "probability": used,
            "order": order,
            "away": away,
            "value": value(later).to_numpy(),
        }
    )


def value(snapshots: pd.DataFrame) -> pd.Series:
    """What a customer brought in the lookback, not under zero; purchase days where no revenue is known."""
    revenue = snapshots["revenue"].astype(float)
    return revenue.clip(lower=0) if revenue.notna().any() else snapshots["days"].astype(float)


# ---------------------------------------------------------------- what the judging shows


def parts(judged: Judged, minimum: int) -> int:
    """Into how many equal parts the customers of the validation are cut: ten, or as many as leave
    ``minimum`` in each."""
    return max(1, min(MOST_PARTS, judged.validation["customer_id"].nunique() // minimum))


def reliability(judged: Judged, *, minimum: int) -> pd.DataFrame:
    """Foretold against seen, in up to ten equal parts of the customers by rising probability.

    ``foretold`` (mean probability), ``seen`` (share lost) with ``low`` and ``high``, ``customers``. The
    interval is Wilson's over customers: one who is in several snapshots counts once. Equal probabilities
    are in one part; a part under ``minimum`` is left out.
    """
    rows, count = judged.validation, parts(judged, minimum)
    cuts = np.unique(np.quantile(rows["probability"], np.arange(1, count) / count, method="inverted_cdf"))
    found = []
    for _, inside in rows.groupby(np.searchsorted(cuts, rows["probability"], side="left")):
        n = int(inside["customer_id"].nunique())
        seen = share(round(float(inside["lost"].mean()) * n), n)
        if n >= minimum:
            found.append((float(inside["probability"].mean()), seen.value, seen.low, seen.high, n))
    return pd.DataFrame(found, columns=["foretold", "seen", "low", "high", "customers"])


def by_risk(judged: Judged, *, minimum: int) -> pd.DataFrame:
    """The share lost in each part of the customers, by the order used and by those that were compared.

    ``part`` (1 is the riskiest), ``customers``; ``lost_share`` by the order of what was chosen,
    ``model_share`` by that of the best model, ``naive_share`` by that of recency. Where customers are
    alike, each counts with the share lost among all of his like, so that no order of the file decides.
    """
    rows, count = judged.validation, parts(judged, minimum)
    found: dict[str, list[float]] = {}
    for name, by in (("lost_share", "order"), ("model_share", "model"), ("naive_share", "away")):
        rates = rows.groupby(rows[by])["lost"].transform("mean")
        order = np.lexsort((rows["customer_id"].to_numpy(), -rows[by].to_numpy(dtype=float)))
        pieces = np.array_split(np.arange(len(rows)), count)
        found[name] = [float(rates.to_numpy()[order][piece].mean()) for piece in pieces]
    customers = [int(rows["customer_id"].iloc[order[piece]].nunique()) for piece in pieces]
    return pd.DataFrame({"part": range(1, count + 1), "customers": customers, **found})


def top_lift(judged: Judged, *, minimum: int) -> tuple[Estimate, Estimate]:
    """The share lost in the riskiest part (Wilson's interval), and how many times that of all it is."""
    first = by_risk(judged, minimum=minimum).iloc[0]
    n, rate = int(first["customers"]), judged.base_rate.value
    seen = share(round(float(first["lost_share"]) * n), n)
    low, high = (None if bound is None else bound / rate for bound in (seen.low, seen.high))
    return seen, Estimate(seen.value / rate, n, low, high, seen.confidence)


ESTIMATES = (
    *("base_rate", "auc", "naive_auc", "auc_gain", "brier", "naive_brier", "flat_brier"),
    *("foretold", "miss", "top_lost", "top_lift"),
)
METHODS = {
    **dict.fromkeys(("base_rate", "foretold"), "snapshot"),
    **dict.fromkeys(("auc", "naive_auc", "auc_gain"), "auc"),
    **dict.fromkeys(("brier", "naive_brier", "flat_brier"), "brier"),
    "miss": "calibration",
    **dict.fromkeys(("top_lost", "top_lift"), "lift"),
}
"""By what method each of ``ESTIMATES`` is found."""


def estimates(outcome: Judged | Refusal, *, minimum: int) -> dict[str, Estimate]:
    """The numbers of a judgement by name, those of ``ESTIMATES``; all unknown where there is no model."""
    if isinstance(outcome, Refusal):
        return dict.fromkeys(ESTIMATES, Estimate(math.nan, 0))
    lost, lift = top_lift(outcome, minimum=minimum)
    found = (
        *(outcome.base_rate, outcome.auc, outcome.naive_auc, outcome.gain),
        *(outcome.brier, outcome.naive_brier, outcome.flat_brier),
        *(outcome.foretold, outcome.miss, lost, lift),
    )
    return dict(zip(ESTIMATES, found, strict=True))


def known(snapshots: pd.DataFrame, judged: Judged) -> tuple[pd.DataFrame, Bools]:
    """The features and the outcome of all snapshots whose outcome is known."""
    past = snapshots[snapshots["role"] != "now"]
    return design(past)[list(judged.features)], past["lost"].to_numpy(dtype=bool)


def refit(snapshots: pd.DataFrame, judged: Judged) -> Model:
    """The chosen model, learnt anew from all snapshots whose outcome is known."""
    return MODELS[judged.chosen].fit(*known(snapshots, judged))
