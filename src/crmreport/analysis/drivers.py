"""What goes with satisfaction: an ordinal model, the weight of each driver, and where to look first.

Answers are ordered classes, not measurements, so the model is an ordered logit; the weights divide the R
squared of a linear one, whose ranking is easier to explain and which stands beside it. All of it is
association: nobody was given good staff by lot.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.tools import add_constant

from crmreport.stats.drivers import MOST_DRIVERS, johnson_weights, lmg
from crmreport.stats.estimate import Estimate
from crmreport.stats.multiple import benjamini_hochberg

Floats = NDArray[np.float64]

REPLICATES = 200
ANSWERED = 0.6
"""A driver takes part where at least this share of the respondents could answer it."""
ROWS_FOR_EACH = 10
"""Complete responses for each driver, under which nothing is modelled."""
CLASSES = 11
"""Answers that the ordered model tells apart; those of a finer scale are joined by tenths of the sample."""
_FOLLOWS = 1e-8
"""The part of its variance from which on a driver has something of its own."""
_FAR = 20.0
"""A bound of log odds beyond which the sample separates the classes."""


@dataclass(frozen=True)
class Complete:
    """Responses without a gap: the ``outcome``, the ``drivers`` (a column an attribute), what was left out
    for want of answers (``dropped``), and how many responses there were before (``of``)."""

    outcome: pd.Series
    drivers: pd.DataFrame
    dropped: tuple[str, ...]
    of: int

    @property
    def n(self) -> int:
        return len(self.outcome)

    @property
    def enough(self) -> bool:
        """Whether there are responses enough for the number of drivers, and at least two drivers."""
        many = self.n >= ROWS_FOR_EACH * (self.drivers.shape[1] + 1)
        return self.drivers.shape[1] >= 2 and many and self.outcome.nunique() > 1


def complete(values: pd.DataFrame, outcome: str, drivers: Mapping[str, str]) -> Complete:
    """The responses that answered ``outcome`` and all ``drivers`` (attribute -> item) that take part.

    ``values`` are upright (see ``satisfaction.upright``): a higher answer is a better one. An item that fewer
    than 60% could answer would leave hardly anybody; so would one that never varies. Where more than 16 are
    left, those answered by most stay. One that follows from those before it, such as a column that is in the
    file twice, has no share of its own, and is left out too.
    """
    heard = values[values[outcome].notna()]
    shares = {
        name: float(heard[item].notna().mean()) if len(heard) else 0.0 for name, item in drivers.items()
    }
    ranked = sorted(shares, key=lambda name: (-shares[name], name))
    kept = [name for name in ranked if shares[name] >= ANSWERED][:MOST_DRIVERS]
    table = heard[[outcome, *(drivers[name] for name in kept)]].dropna()
    table.columns = pd.Index([outcome, *kept])
    kept = _independent(table[[name for name in drivers if name in kept and table[name].nunique() > 1]])
    dropped = tuple(name for name in drivers if name not in kept)
    return Complete(table[outcome], table[kept], dropped, len(heard))


def _independent(table: pd.DataFrame) -> list[str]:
    """The columns of which none follows from those before it and a constant."""
    kept: list[str] = []
    basis = np.full((len(table), 1), 1 / math.sqrt(max(len(table), 1)))
    for name in table:
        own = table[name].to_numpy(dtype=float)
        own = (own - own.mean()) / own.std()
        left = own - basis @ (basis.T @ own)
        left -= basis @ (basis.T @ left)
        size = float(np.linalg.norm(left))
        if size**2 > _FOLLOWS * len(own):
            kept.append(str(name))
            basis = np.column_stack([basis, left / size])
    return kept


def weights_of(
    given: Complete,
    *,
    rng: np.random.Generator,
    method: Callable[[Floats, Floats], Floats] = lmg,
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """Each driver's share of the explained variance, largest first, with a percentile bootstrap interval.

    The shares sum to one. ``method`` is ``lmg`` or ``johnson_weights``.

    Raises ValueError as ``stats.drivers`` does, such as where one driver follows from the others.
    """
    y, X = given.outcome.to_numpy(dtype=float), given.drivers.to_numpy(dtype=float)
    value = _as_parts(method(y, X))
    drawn = []
    for _ in range(REPLICATES):
        rows = rng.integers(0, len(y), len(y))
        try:
            drawn.append(_as_parts(method(y[rows], X[rows])))
        except ValueError:  # a resample in which something never varies says nothing
            continue
    if len(drawn) < REPLICATES / 2:
        raise ValueError("too few resamples can be computed")
    tail = (1 - confidence) / 2
    low, high = np.quantile(np.array(drawn), [tail, 1 - tail], axis=0)
    found = {
        name: Estimate(float(v), len(y), min(float(a), float(v)), max(float(b), float(v)), confidence)
        for name, v, a, b in zip(given.drivers.columns, value, low, high, strict=True)
    }
    return dict(sorted(found.items(), key=lambda one: (-one[1].value, one[0])))


def _as_parts(shares: Floats) -> Floats:
    return np.asarray(shares / shares.sum())


def agreement(given: Complete) -> float:
    """Spearman's rank correlation between the drivers' order by LMG and by Johnson's weights."""
    y, X = given.outcome.to_numpy(dtype=float), given.drivers.to_numpy(dtype=float)
    return float(pd.Series(lmg(y, X)).corr(pd.Series(johnson_weights(y, X)), method="spearman"))


def explained(given: Complete) -> float:
    """R squared of the linear model of all drivers."""
    y, X = given.outcome.to_numpy(dtype=float), given.drivers.to_numpy(dtype=float)
    return float(lmg(y, X).sum())


@dataclass(frozen=True)
class Ordered:
    """An ordered logit: by driver, the odds ratio of a better answer for one standard deviation more, with
    Wald intervals. ``improvement`` is McFadden's pseudo R squared."""

    odds: dict[str, Estimate]
    improvement: float


def ordered_logit(given: Complete, *, confidence: float = 0.95) -> Ordered | None:
    """The proportional odds model (McCullagh 1980) of the outcome on the standardised drivers.

    Classes of the outcome that lie side by side may be joined without another model, so the many of a fine
    scale are. None where it does not converge: the sample then separates the classes, or is too small.
    """
    spread = (given.drivers - given.drivers.mean()) / given.drivers.std(ddof=0)
    outcome = _classes(given.outcome)
    kinds = pd.Series(pd.Categorical(outcome, ordered=True), index=outcome.index)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = OrderedModel(kinds, spread, distr="logit").fit(method="bfgs", disp=False, maxiter=500)
            bounds = found.conf_int(alpha=1 - confidence)
        except (np.linalg.LinAlgError, ValueError):
            return None
    slopes = found.params[list(spread.columns)]
    limits = np.asarray(bounds)[: len(slopes)]
    told = np.isfinite(limits).all() and bool(np.abs(limits).max() < _FAR)
    if not found.mle_retvals["converged"] or not told:
        return None
    odds = {
        str(name): Estimate(math.exp(slope), given.n, math.exp(low), math.exp(high), confidence)
        for (name, slope), (low, high) in zip(slopes.items(), limits, strict=True)
    }
    return Ordered(odds, float(1 - found.llf / _without_drivers(outcome)))


def _classes(outcome: pd.Series) -> pd.Series:
    """The answers, or where they are of many kinds the tenth each lies in, cut by value."""
    if outcome.nunique() <= CLASSES:
        return outcome
    cuts = np.unique(np.quantile(outcome, np.arange(1, 10) / 10))
    return pd.Series(np.searchsorted(cuts, outcome, side="left"), index=outcome.index)


def _without_drivers(outcome: pd.Series) -> float:
    counts = outcome.value_counts().to_numpy(dtype=float)
    return float((counts * np.log(counts / counts.sum())).sum())


# ---------------------------------------------------------------- importance and performance


def quadrants(importance: Mapping[str, Estimate], performance: Mapping[str, Estimate]) -> pd.DataFrame:
    """One row an attribute: how much it goes with satisfaction, and how well it is done.

    ``importance`` and ``performance`` with ``_low`` and ``_high``, and the ``quadrant`` against the two
    means: ``concentrate``, ``keep``, ``low_priority`` or ``overkill`` (Martilla & James 1977). ``sure``
    where neither interval holds the line, so that the quadrant is no matter of chance.
    """
    names = [name for name in importance if name in performance and performance[name].known]
    lines = [float(np.mean([of[name].value for name in names])) for of in (importance, performance)]
    rows = []
    for name in names:
        heavy, good = importance[name], performance[name]
        place = {
            (True, True): "keep",
            (True, False): "concentrate",
            (False, True): "overkill",
            (False, False): "low_priority",
        }[heavy.value >= lines[0], good.value >= lines[1]]
        sure = not (_holds(heavy, lines[0]) or _holds(good, lines[1]))
        rows.append((name, heavy.value, heavy.low, heavy.high, good.value, good.low, good.high, place, sure))
    columns = ["attribute", *_bounded("importance"), *_bounded("performance"), "quadrant", "sure"]
    return pd.DataFrame(rows, columns=columns)


def _holds(estimate: Estimate, line: float) -> bool:
    return estimate.low is None or estimate.high is None or estimate.low <= line <= estimate.high


def _bounded(name: str) -> list[str]:
    return [name, f"{name}_low", f"{name}_high"]


def penalty_reward(given: Complete, *, low: float, high: float) -> pd.DataFrame:
    """What a bad and a good mark of each driver go with, beside a middling one (Brandt 1987).

    ``low`` and ``high`` are the answers up to which a mark is bad, and from which it is good. One row an
    attribute: ``penalty`` and ``reward`` in points of the outcome with their bounds, from one regression on
    both marks of all drivers (heteroscedasticity-robust, HC3), and ``penalty_real`` and ``reward_real``
    where they stand at a false discovery rate of 5% over all of them. NaN where fewer than ten gave such a
    mark, or a middling one to set it against, and where a mark follows from others.
    """
    bad, good = given.drivers <= low, given.drivers >= high
    marks = pd.concat({"penalty": bad, "reward": good}, axis=1).astype(float)
    middling = (~bad & ~good).sum()
    usable = [
        column
        for column in marks.columns
        if marks[column].sum() >= ROWS_FOR_EACH and middling[column[1]] >= ROWS_FOR_EACH
    ]
    told = _robust(given.outcome.to_numpy(dtype=float), marks[usable]) if usable else {}
    holds = benjamini_hochberg([p for *_, p in told.values()])
    known = {
        column: (*numbers, bool(real))
        for (column, (*numbers, _)), real in zip(told.items(), holds, strict=True)
    }
    unknown = (math.nan, math.nan, math.nan, False)
    rows = [
        (name, *known.get(("penalty", name), unknown), *known.get(("reward", name), unknown))
        for name in given.drivers.columns
    ]
    columns = [part for kind in ("penalty", "reward") for part in (*_bounded(kind), f"{kind}_real")]
    return pd.DataFrame(rows, columns=["attribute", *columns])


def _robust(outcome: Floats, marks: pd.DataFrame) -> dict[object, tuple[float, ...]]:
    """The coefficient of each column with its HC3 bounds and p, of those that the rows determine.

    A row that alone tells two columns apart fits itself, and says nothing about its error: it is left out.
    """
    design = add_constant(marks.to_numpy(), has_constant="add")
    rows = np.arange(len(design))
    while True:
        left, sizes, right = np.linalg.svd(design[rows], full_matrices=False)
        real = sizes > 1e-10 * sizes[0]
        leverage = (left[:, real] ** 2).sum(axis=1)
        if leverage.max() < 1 - 1e-8:
            break
        rows = rows[leverage < 1 - 1e-8]
        if len(rows) <= design.shape[1]:
            return {}
    # What lies in a direction that the rows do not span is not determined.
    own = (right[real] ** 2).sum(axis=0) > 1 - 1e-8
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = OLS(outcome[rows], design[rows]).fit(cov_type="HC3")
    bounds = found.conf_int()
    return {
        column: (float(found.params[at]), *map(float, bounds[at]), float(found.pvalues[at]))
        for at, column in enumerate(marks.columns, start=1)
        if own[at]
    }


def row_estimate(row: pd.Series, kind: str, n: int) -> Estimate:
    """The ``penalty`` or the ``reward`` in a row of ``penalty_reward``."""
    low, high = float(row[f"{kind}_low"]), float(row[f"{kind}_high"])
    return Estimate(float(row[kind]), n, low, high, 0.95)


def clear(row: pd.Series, kind: str) -> bool:
    """Whether the ``penalty`` or the ``reward`` of a row is beyond chance, all of the table looked at."""
    return bool(row[f"{kind}_real"])
