"""Forecasts of purchases that are checked before they are believed.

A buy-till-you-die model is fitted to what customers did up to a split and foretells what they did in the
weeks after it, the holdout. It is believed only where the fit is sound, the total of the holdout is met,
and its purchases are put on the right customers, better than naive forecasts do. Else a simpler estimate
stands in: what customers who bought as often lately did next (``repeated``).

Customers are followed from their first purchase, so only those first observed after a run-in are fitted:
who bought before the data begins looks younger, and more faithful, than they are (left truncation).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from crmreport.stats.btyd import BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD
from crmreport.stats.estimate import Estimate

Floats = NDArray[np.float64]
Model = BetaGeoNBD | ModifiedBetaGeoNBD | ParetoNBD

WEEK = 7
MODELS: dict[str, Callable[..., Model]] = {"mbg": ModifiedBetaGeoNBD.fit, "pareto": ParetoNBD.fit}
"""Those that let a customer without a repeat leave; the BG/NBD does not, and is only shown beside them."""
EXPECTED_PURCHASES = 100
"""So many purchases must be expected in the holdout: with fewer, chance alone moves the total by a fifth."""
LEVEL = 0.2
"""A total that is missed by more than a fifth of what was expected is no basis for a budget."""
MISPLACED = 0.3
"""So large a part of the purchases may be put on the wrong customers."""
ALARM = 0.01
"""The chance at which a sound model raises an alarm of one kind."""
MOST = 7
"""Calibration purchases from which customers form one class, as in Fader, Hardie & Lee 2005."""
NAIVE = ("same", "mean")
_ALIVE_CUTS = (0.25, 0.5, 0.75)
_DRAWN = 2_000_000
CONFIDENCE, _LEVEL = 1.959964, 0.95
WEEKS_A_YEAR = 365.25 / WEEK
EIGHT_OF_TEN = (0.1, 0.9)
_STEP = 1e-3


@dataclass(frozen=True)
class Times:
    """When the data begins to be followed, where it is split, and when it ends; whole weeks apart."""

    begin: date
    split: date
    as_of: date

    @classmethod
    def of(cls, begin: date, as_of: date, *, holdout_weeks: int, complete: bool = False) -> Times:
        """Following begins with the first whole week, counted from the split, from ``begin`` on; where the
        data is ``complete``, with the week that holds it."""
        split = as_of - timedelta(days=WEEK * holdout_weeks)
        weeks = (math.ceil if complete else math.floor)(((split - begin).days + 1) / WEEK)
        return cls(split - timedelta(days=WEEK * weeks - 1), split, as_of)

    @property
    def weeks(self) -> int:
        """Of the holdout."""
        return (self.as_of - self.split).days // WEEK

    @property
    def fit_weeks(self) -> int:
        return ((self.split - self.begin).days + 1) // WEEK


def fitted_part(histories: pd.DataFrame, times: Times) -> pd.DataFrame:
    """Of each customer seen before the split: ``frequency``, ``recency`` and ``T`` at the split, in weeks;
    ``actual`` purchase days in the holdout, ``before`` repeat days in as many weeks before it, and whether
    they are ``followed`` from their first purchase."""
    seen = histories[histories["first_on"] < pd.Timestamp(times.split)]
    found = _history(seen, seen["fit_repeats"], seen["fit_last_on"], times.split)
    since = pd.Timestamp(times.split - timedelta(days=WEEK * times.weeks))
    found["before"] = seen["earlier_days"] - (seen["first_on"] > since)
    found["actual"] = seen["holdout_days"]
    found["followed"] = seen["first_on"] >= pd.Timestamp(times.begin)
    return found


def whole(histories: pd.DataFrame, times: Times) -> pd.DataFrame:
    """``frequency``, ``recency`` and ``T`` of every customer at the end of the data, and ``followed``."""
    found = _history(histories, histories["repeats"], histories["last_on"], times.as_of)
    found["T"] = found["T"].clip(lower=1 / WEEK)
    found["followed"] = histories["first_on"] >= pd.Timestamp(times.begin)
    return found


def _history(table: pd.DataFrame, repeats: pd.Series, last_on: pd.Series, end: date) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "frequency": repeats.astype(float),
            "recency": (last_on - table["first_on"]).dt.days / WEEK,
            "T": (pd.Timestamp(end) - table["first_on"]).dt.days / WEEK,
        },
        index=table.index,
    )


def arrays(part: pd.DataFrame) -> dict[str, Floats]:
    """The three columns that models take."""
    return {name: part[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T")}


# ---------------------------------------------------------------- the check


@dataclass(frozen=True)
class Check:
    """What a model foretold of the holdout against what came. Empty ``reasons``: it is believed.

    - ``boundary``, ``not_identified``, ``not_converged``: the fit itself is not sound
    - ``few``: under ``EXPECTED_PURCHASES``, nothing can be checked
    - ``level``: the total is missed by more than ``LEVEL``
    - ``naive``: a naive forecast puts the purchases on customers at least as well
    - ``placed``: more than ``MISPLACED`` of the purchases are put on the wrong customers

    ``alarms`` say what chance does not explain (at ``ALARM``), even where it is small enough to live with:
    ``total``, the total of the holdout; ``classes``, groups of customers by earlier purchases or by their
    probability to be alive. Customers then do not buy and leave as the model says.
    """

    customers: int
    actual: int
    expected: float
    low: float
    high: float
    misplaced: float
    naive: dict[str, float]
    reasons: tuple[str, ...]
    alarms: tuple[str, ...] = ()

    @property
    def error(self) -> float:
        """By how much more came than was expected, as a share of what was; NaN where nothing was."""
        return self.actual / self.expected - 1 if self.expected > 0 else math.nan


def check(part: pd.DataFrame, model: Model, *, weeks: int, rng: np.random.Generator) -> Check:
    """Hold ``model`` against the ``actual`` purchases of the customers of ``part`` (see ``fitted_part``).

    ``low`` and ``high`` bound the total at 95%: chance, by simulation, and the parameters' uncertainty.
    ``misplaced`` sums by how much groups of customers, by calibration purchases
    or by their probability to be alive, are missed, as a share of all purchases; the larger one counts.
    """
    known = arrays(part)
    actual = part["actual"].to_numpy(dtype=float)
    if model.problems:
        # Expectations of such a fit need not even be finite numbers.
        return Check(
            len(part), int(actual.sum()), math.nan, math.nan, math.nan, math.nan, {}, model.problems[:1]
        )
    expected = model.expected_purchases(weeks, **known)
    alive = model.probability_alive(**known)
    groupings = [np.minimum(part["frequency"].to_numpy(), MOST), np.digitize(alive, _ALIVE_CUTS)]
    naive = naive_forecasts(part, weeks)
    misses = {name: _misplaced(actual, naive[name].to_numpy(), groupings) for name in NAIVE}
    misplaced = _misplaced(actual, expected, groupings)
    total, chance = float(expected.sum()), _chance(model, known, weeks, expected, rng)
    slopes = parameter_slopes(model, lambda one: one.expected_purchases(weeks, **known)).T
    spread = math.sqrt(chance.sum() + float(variance(slopes.sum(axis=0)[None, :], model.covariance)[0]))
    low, high = max(total - CONFIDENCE * spread, 0.0), total + CONFIDENCE * spread
    beyond = abs(actual.sum() - total) > norm.isf(ALARM / 2) * spread
    apart = min(
        _by_chance(actual - expected, chance, slopes, model.covariance, groups) for groups in groupings
    )
    alarms = ["total"] * bool(beyond) + ["classes"] * (apart < ALARM / len(groupings))
    reasons = []
    if total < EXPECTED_PURCHASES:
        reasons.append("few")
    else:
        if abs(actual.sum() / total - 1) > LEVEL:
            reasons.append("level")
        if misplaced >= min(misses.values()):
            reasons.append("naive")
        if misplaced > MISPLACED:
            reasons.append("placed")
    found = (total, low, high, misplaced, misses, tuple(reasons), tuple(alarms))
    return Check(len(part), int(actual.sum()), *found)


def _misplaced(actual: Floats, expected: Floats, groupings: Sequence[NDArray[np.generic]]) -> float:
    if not actual.sum():
        return math.nan
    found = []
    for groups in groupings:
        _, group = np.unique(groups, return_inverse=True)
        apart = np.bincount(group, weights=actual) - np.bincount(group, weights=expected)
        found.append(float(np.abs(apart).sum() / actual.sum()))
    return max(found)


def naive_forecasts(part: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """Two forecasts without a model: ``same``, the repeat days of as many weeks before the split come again;
    ``mean``, everybody buys at the common rate."""
    rate = part["frequency"].sum() / part["T"].sum() if len(part) else 0.0
    return pd.DataFrame({"same": part["before"].astype(float), "mean": rate * weeks}, index=part.index)


def _chance(
    model: Model, known: dict[str, Floats], weeks: int, expected: Floats, rng: np.random.Generator
) -> Floats:
    """The variance of each customer's purchases in the holdout, the parameters given: by simulation."""
    draws = int(np.clip(_DRAWN // max(len(expected), 1), 20, 400))
    drawn = model.draw_purchases(weeks, **known, rng=rng, draws=draws)
    return np.asarray(((drawn - expected) ** 2).mean(axis=0))


def _by_chance(
    apart: Floats,
    chance: Floats,
    slopes: Floats,
    covariance: Sequence[Sequence[float]],
    groups: NDArray[np.generic],
) -> float:
    """How probable it is that groups are as far ``apart`` by chance and the parameters' uncertainty alone:
    the chi-square law of the differences by their covariance."""
    _, group = np.unique(groups, return_inverse=True)
    sums = np.bincount(group, weights=apart)
    moved = np.array([np.bincount(group, weights=column) for column in slopes.T]).T
    spread = np.diag(np.bincount(group, weights=chance)) + moved @ np.asarray(covariance) @ moved.T
    return float(chi2.sf(sums @ np.linalg.pinv(spread) @ sums, len(sums)))


def parameter_slopes(model: Model, value: Callable[[Model], Floats | float]) -> Floats:
    """How ``value`` of a model moves with the logarithm of each parameter: central differences, one a row."""
    found = []
    for name in model.params:
        sides = []
        for sign in (1, -1):
            moved = model.params | {name: model.params[name] * math.exp(sign * _STEP)}
            sides.append(np.asarray(value(type(model)(moved, {}, 0.0, model.n)), dtype=float))
        found.append((sides[0] - sides[1]) / (2 * _STEP))
    return np.array(found)


def variance(slopes: Floats, covariance: Sequence[Sequence[float]]) -> Floats:
    """The delta method: of each row of ``slopes``, by parameters of this covariance."""
    return np.asarray(np.einsum("ij,jk,ik->i", slopes, np.asarray(covariance, dtype=float), slopes))


@dataclass(frozen=True)
class Judged:
    """The model chosen, its fit up to the split, and how it stood the check.

    ``earlier`` is the check on customers who were there before following begins, None where there are too
    few of them: they are foretold by the model only where it stands that check too.
    """

    name: str
    model: Model
    check: Check
    earlier: Check | None

    @property
    def believed(self) -> bool:
        return not self.check.reasons

    @property
    def believed_of_earlier(self) -> bool:
        return self.believed and self.earlier is not None and not self.earlier.reasons


def judge(part: pd.DataFrame, *, weeks: int, minimum: int, rng: np.random.Generator) -> Judged | None:
    """Fit the models to the customers who are followed, and hold them against the holdout.

    The one that passes is taken, of two that pass the one that misplaces less. None where too few are
    followed to fit anything.
    """
    fitted, rest = part[part["followed"]], part[~part["followed"]]
    if len(fitted) < minimum or not fitted["frequency"].any():
        return None
    tried = []
    for name, fit in MODELS.items():
        model = fit(**arrays(fitted))
        tried.append((name, model, check(fitted, model, weeks=weeks, rng=rng)))
    name, model, found = min(
        tried, key=lambda one: (len(one[2].reasons) > 0, len(one[1].problems) > 0, one[2].misplaced)
    )
    believed = not found.reasons and len(rest) >= minimum
    earlier = check(rest, model, weeks=weeks, rng=rng) if believed else None
    return Judged(name, model, found, earlier)


def outcome(judged: Judged | None) -> dict[str, Estimate]:
    """What is told of the check: the ``actual`` and the ``expected`` purchases of the holdout, the ``error``,
    the ``misplaced`` share and those of the naive forecasts; not known where nothing was fitted."""
    if judged is None:
        return dict.fromkeys(("actual", "expected", "error", "misplaced", *NAIVE), Estimate(math.nan, 0))
    found, n = judged.check, judged.check.customers
    return {
        "actual": Estimate(found.actual, n),
        "expected": Estimate(found.expected, n, found.low, found.high, _LEVEL),
        "error": Estimate(found.error, n),
        "misplaced": Estimate(found.misplaced, n),
        **{name: Estimate(found.naive.get(name, math.nan), n) for name in NAIVE},
    }


# ---------------------------------------------------------------- without a model


@dataclass(frozen=True)
class Repeated:
    """The simpler estimate: purchase days in as many weeks as the holdout has, by those of the weeks before.

    By class, 0 to ``MOST`` and above: the mean with its standard error, and between which counts eight of
    ten customers of the class came (``few``, ``many``).
    """

    means: Floats
    errors: Floats
    few: Floats
    many: Floats
    weeks: int

    def classes(self, days: pd.Series) -> NDArray[np.int64]:
        return np.asarray(np.minimum(days.to_numpy(), MOST), dtype=np.int64)


def repeated(histories: pd.DataFrame, times: Times, *, minimum: int) -> Repeated:
    """What those who bought so often in the weeks before the split did in the holdout, of all customers.

    A class with fewer than ``minimum`` customers is taken together with the lower ones, as far as it takes.
    """
    seen = histories[histories["first_on"] <= pd.Timestamp(times.split)]
    group = np.minimum(seen["earlier_days"].to_numpy(), MOST)
    came = seen["holdout_days"].to_numpy(dtype=float)
    rows = []
    for one in range(MOST + 1):
        lowest = one
        while lowest and ((group >= lowest) & (group <= one)).sum() < minimum:
            lowest -= 1
        here = came[(group >= lowest) & (group <= one)]
        if not len(here):
            rows.append((0.0, 0.0, 0.0, 0.0))
            continue
        # Customers who all did the same have no spread, and yet do not say for certain what others will do.
        spread = max(here.var(ddof=1) if len(here) > 1 else 0.0, 1 / len(here))
        error = math.sqrt(spread / len(here))
        few, many = np.quantile(here, EIGHT_OF_TEN, method="inverted_cdf")
        rows.append((float(here.mean()), float(error), float(few), float(many)))
    means, errors, few, many = np.array(rows).T
    return Repeated(means, errors, few, many, times.weeks)
