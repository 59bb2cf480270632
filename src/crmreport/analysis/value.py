"""What customers were worth and may be worth: past and expected value, by customer and by segment.

Expected value is expected purchases times what a purchase is expected to bring, in margin where a rate is
known, discounted. Two intervals must not be confused. That of an *expectation* says how well an average is
known, from the uncertainty of the parameters, and shrinks with more data. The *predictive* one says what one
customer may do, and does not shrink: people differ from their own average.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.analysis.disclosure import small_groups
from crmreport.analysis.forecast import (
    CONFIDENCE,
    WEEKS_A_YEAR,
    Judged,
    Model,
    Repeated,
    Times,
    arrays,
    parameter_slopes,
    variance,
    whole,
)
from crmreport.analysis.spending import Spending, spend_slopes
from crmreport.period import trailing_window
from crmreport.stats.estimate import Estimate

Floats = NDArray[np.float64]

HORIZONS = (12, 36)
"""Months ahead."""
_STEPS = 6
"""Half years of 36 months; the first two are 12 months."""
_IN = {12: 2, 36: 6}
_LEVEL = 0.95
AWAY = "away"
YEAR_DAYS = 364
"""A past of fewer days is not compared with a coming year."""
_TENTHS = 10


def money_of(
    customers: pd.DataFrame, margin_rate: float | None
) -> tuple[float, Literal["cost", "margin", "revenue"]]:
    """By what revenue is multiplied, and what comes of it: the margin that the costs of the window's lines
    leave on average, else that of the rate stated, else revenue itself.

    ``customers`` is the customer table: ``margin`` is NaN where no cost is known.
    """
    told = customers[customers["margin"].notna()] if "margin" in customers else customers[:0]
    revenue, margin = told["revenue"].sum(), told["margin"].sum() if len(told) else 0.0
    if revenue > 0 and 0 < margin <= revenue:
        return float(margin / revenue), "cost"
    return (1.0, "revenue") if margin_rate is None else (margin_rate, "margin")


def covered_days(begins: date, as_of: date) -> int:
    """How many days of the 12 months to ``as_of`` the data covers."""
    return (as_of - max(begins, trailing_window(as_of, 12)[0])).days + 1


def opened_lately(cases: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """The cases (see ``features.cases.case_table``) opened in the 12 months to ``as_of``."""
    start = pd.Timestamp(trailing_window(as_of, 12)[0])
    return cases[pd.to_datetime(cases["opened_on"]) >= start]


def direction(expected: Estimate, past: float) -> Literal["up", "flat", "down", "short"]:
    """Whether the coming year brings more than the past one: the interval of the expectation decides."""
    if expected.low is None or expected.high is None:
        return "short"
    return "up" if expected.low > past else "down" if expected.high < past else "flat"


# ---------------------------------------------------------------- expected value


@dataclass(frozen=True)
class Expected:
    """By customer: discounted ``value`` by horizon (NaN where nothing is told), how it moves with the
    parameters (``slopes``: horizon -> customers x parameters), and their ``covariance``."""

    value: dict[int, Floats]
    slopes: dict[int, Floats]
    covariance: Floats
    alive: Floats
    shared: int
    """How many of the parameters, the last ones, are those of spending."""

    def total(self, months: int, chosen: NDArray[np.bool_]) -> Estimate:
        """The sum over the customers ``chosen``, with the interval of this expectation (delta method on the
        logarithm); it knows the parameters' uncertainty, and no chance."""
        return self._estimate(float(self.value[months][chosen].sum()), self.slopes[months][chosen], 1)

    def mean(self, months: int, chosen: NDArray[np.bool_]) -> Estimate:
        """The mean over the customers ``chosen``; as ``total``."""
        return self._estimate(
            float(self.value[months][chosen].sum()), self.slopes[months][chosen], max(int(chosen.sum()), 1)
        )

    def _estimate(self, value: float, slopes: Floats, by: int) -> Estimate:
        n = len(slopes)
        if not n or not math.isfinite(value):
            return Estimate(math.nan, n)
        error = math.sqrt(max(float(variance(slopes.sum(axis=0)[None, :], self.covariance.tolist())[0]), 0.0))
        if not math.isfinite(error):
            return Estimate(math.nan, n)
        if value <= 0:
            return Estimate(0.0, n, 0.0, CONFIDENCE * error / by, _LEVEL)
        factor = math.exp(CONFIDENCE * error / value)
        return Estimate(value / by, n, value / by / factor, value / by * factor, _LEVEL)


def discounts(rate: float) -> Floats:
    """What a unit of money is worth today, in the middle of each half year ahead."""
    return np.asarray((1 + rate) ** -((np.arange(_STEPS) + 0.5) / 2))


def expected_by_model(
    part: pd.DataFrame, model: Model, money: Spending, *, margin: float, rate: float
) -> Expected:
    """Value expected of the customers of ``part`` (see ``forecast.whole``), in the rows of ``money``."""
    known, factors = arrays(part), discounts(rate)
    horizons = (np.arange(_STEPS) + 1)[:, None] * WEEKS_A_YEAR / 2

    def purchases(one: Model) -> Floats:
        steps = np.diff(one.expected_purchases(horizons, **known), axis=0, prepend=0.0) * factors[:, None]
        return np.array([steps[: _IN[months]].sum(axis=0) for months in HORIZONS])

    bought, each = purchases(model), margin * money.each
    by_time = parameter_slopes(model, purchases)  # parameters x horizons x customers
    by_spend, covariance = spend_slopes(money)
    slopes = {
        months: np.concatenate([by_time[:, at] * each, margin * by_spend * bought[at]]).T
        for at, months in enumerate(HORIZONS)
    }
    return Expected(
        {months: bought[at] * each for at, months in enumerate(HORIZONS)},
        slopes,
        _blocks(np.array(model.covariance), covariance),
        model.probability_alive(**known),
        len(covariance),
    )


def expected_repeated(
    lately: pd.Series, simple: Repeated, money: Spending, *, margin: float, rate: float
) -> Expected:
    """Value by the simpler estimate, from purchase days in the last weeks (as many as the holdout has): what
    such customers did next goes on for 12 months. It knows no leaving, so nothing is told of 36."""
    group = simple.classes(lately)
    per_year = WEEKS_A_YEAR / simple.weeks * float(discounts(rate)[: _IN[12]].mean())
    each = margin * money.each
    by_class = np.zeros((len(group), len(simple.means)))
    by_class[np.arange(len(group)), group] = per_year * each
    by_spend, covariance = spend_slopes(money)
    bought = per_year * simple.means[group]
    slopes = np.concatenate([by_class, (margin * by_spend * bought).T], axis=1)
    unknown = np.full(len(group), math.nan)
    return Expected(
        {12: bought * each, 36: unknown},
        {12: slopes, 36: np.full_like(slopes, math.nan)},
        _blocks(np.diag(simple.errors**2), covariance),
        unknown,
        len(covariance),
    )


def joined(one: Expected, other: Expected, first: NDArray[np.bool_]) -> Expected:
    """``one`` of the customers ``first``, ``other`` of the rest; both of all customers, and of one spending,
    whose parameters they share."""
    shared = one.shared
    value = {months: np.where(first, one.value[months], other.value[months]) for months in HORIZONS}
    slopes = {}
    for months in HORIZONS:
        left = np.where(first[:, None], one.slopes[months], 0.0)
        right = np.where(first[:, None], 0.0, other.slopes[months])
        own, others = left.shape[1] - shared, right.shape[1] - shared
        spent = left[:, own:] + right[:, others:]
        slopes[months] = np.concatenate([left[:, :own], right[:, :others], spent], axis=1)
    own, others = len(one.covariance) - shared, len(other.covariance) - shared
    covariance = _blocks(
        _blocks(one.covariance[:own, :own], other.covariance[:others, :others]), one.covariance[own:, own:]
    )
    return Expected(value, slopes, covariance, np.where(first, one.alive, other.alive), shared)


def _blocks(one: Floats, other: Floats) -> Floats:
    found = np.zeros((len(one) + len(other), len(one) + len(other)))
    found[: len(one), : len(one)] = one
    found[len(one) :, len(one) :] = other
    return found


@dataclass(frozen=True)
class Outlook:
    """What is expected of everybody, and of whom (``told``) by ``model``, refitted to all the data; None
    where no model is believed."""

    expected: Expected
    model: Model | None
    told: NDArray[np.bool_]


def outlook(
    histories: pd.DataFrame,
    times: Times,
    judged: Judged | None,
    *,
    simple: Repeated,
    money: Spending,
    margin: float,
    rate: float,
) -> Outlook:
    """Expected value by the model where it is believed, else by the simpler estimate.

    A model that stood its check on the customers followed only is used for these only. It is refitted to
    all the data; where that fit is not sound, the one that was checked stays.
    """
    lately = histories["holdout_days"]
    others = expected_repeated(lately, simple, money, margin=margin, rate=rate)
    if judged is None or not judged.believed:
        return Outlook(others, None, np.zeros(len(histories), dtype=bool))
    now = whole(histories, times)
    told = now["followed"].to_numpy() | judged.believed_of_earlier
    again = type(judged.model).fit(**arrays(now[now["followed"]]))
    model = judged.model if again.problems else again
    ours = expected_by_model(now, model, money, margin=margin, rate=rate)
    return Outlook(joined(ours, others, told), model, told)


# ---------------------------------------------------------------- groups of customers


def all_costed(filled: pd.DataFrame) -> bool:
    """Whether every sale line has its cost; ``filled`` has ``table``, ``column``, ``rows`` and ``filled``."""
    cost = filled[(filled["table"] == "sale_lines") & (filled["column"] == "cost")]
    return bool(len(cost) and (cost["filled"] == cost["rows"]).all())


def value_table(
    histories: pd.DataFrame, expected: Expected, *, margin: float, segments: pd.Series, own: bool = False
) -> pd.DataFrame:
    """One row a customer, by ``customer_id``: ``past_12``, ``past_36`` (in margin), ``expected_12``,
    ``expected_36``, ``alive`` (NaN where no model tells) and ``segment``, ``away`` for who bought nothing in
    the window. ``segments`` is by customer_id. The past is revenue times ``margin``; with ``own`` it is each
    customer's own margin, which only lines whose cost is known can tell (see ``all_costed``)."""
    rate = 1.0 if own else margin
    past = "margin" if own else "past"
    table = pd.DataFrame(
        {
            "past_12": rate * histories[f"{past}_12"].fillna(0).to_numpy(),
            "past_36": rate * histories[f"{past}_36"].fillna(0).to_numpy(),
            "expected_12": expected.value[12],
            "expected_36": expected.value[36],
            "alive": expected.alive,
        },
        index=pd.Index(histories["customer_id"], name="customer_id"),
    )
    kinds = [*map(str, segments.cat.categories), AWAY]
    named = segments.astype(object).reindex(table.index).fillna(AWAY)
    return table.assign(segment=pd.Categorical(named, categories=kinds, ordered=True))


def grouped(table: pd.DataFrame, groups: pd.Series, expected: Expected, minimum: int) -> pd.DataFrame:
    """One row a group of at least ``minimum`` customers: ``customers``, means per customer of ``past_12``,
    ``expected_12`` with ``low`` and ``high`` (of the expectation), ``expected_36`` and ``alive``."""
    rows = []
    for name in groups.cat.categories:
        chosen = (groups == name).to_numpy()
        if not chosen.sum():
            continue
        mean = expected.mean(12, chosen)
        rows.append(
            {
                "group": name,
                "customers": int(chosen.sum()),
                "past_12": table["past_12"][chosen].mean(),
                "expected_12": mean.value,
                "low": mean.low,
                "high": mean.high,
                "expected_36": expected.mean(36, chosen).value,
                "alive": table["alive"][chosen].mean(skipna=False),
            }
        )
    columns = ["group", "customers", "past_12", "expected_12", "low", "high", "expected_36", "alive"]
    found = pd.DataFrame(rows, columns=columns)
    small = small_groups(found.set_index("group")["customers"], minimum)
    return found[~found["group"].isin(small)].reset_index(drop=True)


def tenths(table: pd.DataFrame) -> pd.Series:
    """Ten groups of one size by expected value, the best first; who expect the same stay together."""
    rank = table["expected_12"].rank(ascending=False, method="min", pct=True)
    group = np.minimum(np.ceil(rank * _TENTHS), _TENTHS).astype(int)
    names = [str(number) for number in range(1, _TENTHS + 1)]
    return pd.Series(pd.Categorical(group.astype(str), categories=names, ordered=True), index=table.index)
