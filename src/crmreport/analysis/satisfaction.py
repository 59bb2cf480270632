"""How satisfied they are: means, top boxes, promoters and effort, each with an interval or withheld.

An interval may be too wide to say anything though there are answers enough by number: 30 answers leave
a net promoter score open by some 28 points to each side. So every measure passes ``precise``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from crmreport.params import Questionnaire
from crmreport.params_survey import Role
from crmreport.stats.estimate import Estimate, scaled, within
from crmreport.stats.nps import net_promoter_score
from crmreport.stats.weighting import effective_n

Floats = NDArray[np.float64]
Scale = tuple[float, float]

KINDS = ("promoters", "passives", "detractors")
NPS_RANGE = 2.0
"""From -1 to +1: what an interval of the score is measured against."""
BOXED = (3, 10)
"""From the lowest to the highest answer of a scale whose two best answers say who is satisfied. Of three
answers two are most of them, and of a hundred and one next to none."""


def precise(estimate: Estimate, *, widest: float, range_: float) -> Estimate:
    """The estimate; without its value where its interval reaches further than ``widest`` of ``range_`` to a
    side: it would leave open what it is asked."""
    if not estimate.known or estimate.low is None or estimate.high is None:
        return estimate
    half = max(estimate.high - estimate.value, estimate.value - estimate.low)
    return estimate if half <= widest * range_ else Estimate(math.nan, estimate.n)


def mean(values: pd.Series, weights: Floats | None = None, *, confidence: float = 0.95) -> Estimate:
    """The mean answer with Student's interval; on Kish's effective n where there are weights."""
    given, weight = _given(values, weights)
    if len(given) < 2:
        return Estimate(math.nan, len(given))
    described = DescrStatsW(given, weights=weight / weight.mean(), ddof=1)
    value, spread = float(described.mean), float(described.std)
    effective = effective_n(weight)
    low, high = _student(value, spread, effective, confidence)
    return Estimate(value, len(given), low, high, confidence)


def _student(value: float, spread: float, n: float, confidence: float) -> tuple[float, float]:
    reach = float(t.ppf((1 + confidence) / 2, max(n - 1, 1))) * spread / math.sqrt(n)
    return value - reach, value + reach


def top_boxes(
    values: pd.Series,
    scale: Scale,
    weights: Floats | None = None,
    *,
    boxes: int = 2,
    confidence: float = 0.95,
) -> Estimate:
    """The share who give one of the ``boxes`` best answers of a scale of whole numbers (Wilson's interval,
    on Kish's effective n where there are weights)."""
    given, weight = _given(values, weights)
    if not len(given):
        return Estimate(math.nan, 0)
    return part_of(given >= scale[1] - boxes + 1, weight, confidence=confidence)


def boxed(scale: Scale) -> bool:
    """Whether the two best answers of a scale are those of the satisfied: from four answers to eleven."""
    return BOXED[0] <= scale[1] - scale[0] <= BOXED[1]


def part_of(
    which: NDArray[np.bool_] | pd.Series, weights: Floats | None = None, *, confidence: float = 0.95
) -> Estimate:
    """The share of the answers of which something is true (Wilson's interval, on Kish's effective n where
    there are weights)."""
    told = np.asarray(which, dtype=bool)
    if not len(told):
        return Estimate(math.nan, 0)
    weight = np.ones(len(told)) if weights is None else weights
    part, effective = float(np.average(told, weights=weight)), effective_n(weight)
    low, high = proportion_confint(part * effective, effective, alpha=1 - confidence, method="wilson")
    return Estimate(part, len(told), min(float(low), part), max(float(high), part), confidence)


def nps(
    values: pd.Series, scale: Scale, weights: Floats | None = None, *, confidence: float = 0.95
) -> Estimate:
    """The net promoter score from -1 to 1 with its adjusted Wald interval; see ``stats.nps``."""
    given, weight = _given(values, weights)
    if not len(given):
        return Estimate(math.nan, 0)
    whole = (round(scale[0]), round(scale[1]))
    found = net_promoter_score(given, weight, scale=whole, confidence=confidence)
    return Estimate(found.value / 100, found.n, found.low / 100, found.high / 100, confidence)


def promoter_shares(values: pd.Series, scale: Scale, weights: Floats | None = None) -> dict[str, float]:
    """The shares of ``promoters``, ``passives`` and ``detractors``; see ``stats.nps`` for who is which."""
    given, weight = _given(values, weights)
    if not len(given):
        return dict.fromkeys(KINDS, math.nan)
    whole = (round(scale[0]), round(scale[1]))
    of = {level: net_promoter_score([level], scale=whole) for level in np.unique(given)}
    heavy = {level: float(weight[given == level].sum() / weight.sum()) for level in of}
    return {kind: sum(heavy[level] for level in of if getattr(of[level], kind)) for kind in KINDS}


def unreversed(values: pd.Series, scale: Scale, *, turned: bool) -> pd.Series:
    """Answers with the best highest: those to an item that is ``turned`` are counted from the other end."""
    return scale[0] + scale[1] - values if turned else values


def upright(values: pd.DataFrame, asked: Questionnaire) -> pd.DataFrame:
    """The answers to all items with the best highest, so that a point more is always better.

    Those about an attribute are on one scale, the questionnaire's, since they are compared with each other:
    of an item with a scale of its own, the lowest answer becomes the lowest and the highest the highest.
    """
    turned = {str(name): _upright(values[name], asked, str(name)) for name in values if name in asked.items}
    return values.assign(**turned)


def _upright(answers: pd.Series, asked: Questionnaire, name: str) -> pd.Series:
    item, scale = asked.items[name], asked.scale_of(name)
    turned = unreversed(answers, scale, turned=item.reversed)
    if item.attribute is None or scale == asked.scale:
        return turned
    low, high = asked.scale
    return low + (turned - scale[0]) * (high - low) / (scale[1] - scale[0])


def _given(values: pd.Series, weights: Floats | None) -> tuple[Floats, Floats]:
    """The answers of those who stand for somebody, and their weights."""
    answers = values.to_numpy(dtype=float)
    weight = np.ones(len(answers)) if weights is None else weights
    counts = ~np.isnan(answers) & (weight > 0)
    return answers[counts], weight[counts]


# ---------------------------------------------------------------- the measures of a questionnaire


_BOXES: dict[str, Role] = {"csat": "overall", "ces": "effort"}


def headline_measures(
    values: pd.DataFrame, asked: Questionnaire, weights: Floats | None
) -> dict[str, Estimate]:
    """What the questionnaire has items for: ``csat`` and ``ces`` (shares of the two best answers, of a scale
    that is ``boxed``), ``mean`` (overall satisfaction, on its scale) and ``nps`` (-100 to 100); without a
    value where not precise."""
    found: dict[str, Estimate] = {}
    for name, role in _BOXES.items():
        if (item := asked.one(role)) and boxed(asked.scale_of(item)):
            shares = top_boxes(_best_highest(values, asked, item), asked.scale_of(item), weights)
            found[name] = precise(shares, widest=asked.widest, range_=1)
    if overall := asked.one("overall"):
        scale, answers = asked.scale_of(overall), _best_highest(values, asked, overall)
        middle = precise(mean(answers, weights), widest=asked.widest, range_=scale[1] - scale[0])
        found["mean"] = within(middle, *scale)
    if recommend := asked.one("recommend"):
        score = nps(_best_highest(values, asked, recommend), asked.scale_of(recommend), weights)
        found["nps"] = scaled(precise(score, widest=asked.widest, range_=NPS_RANGE), 100)
    return found


def _best_highest(values: pd.DataFrame, asked: Questionnaire, item: str) -> pd.Series:
    """The answers to an item on its own scale."""
    return unreversed(values[item], asked.scale_of(item), turned=asked.items[item].reversed)


def attribute_shares(
    values: pd.DataFrame, asked: Questionnaire, weights: Floats | None
) -> dict[str, Estimate]:
    """By attribute, the share of those who could judge it who give one of the two best answers, of those
    asked on a scale that is ``boxed``."""
    return {
        name: precise(
            top_boxes(_best_highest(values, asked, item), asked.scale_of(item), weights),
            widest=asked.widest,
            range_=1,
        )
        for name, item in asked.by_attribute("perception").items()
        if boxed(asked.scale_of(item))
    }


def attribute_means(
    values: pd.DataFrame, asked: Questionnaire, weights: Floats | None, *, role: Role = "perception"
) -> dict[str, Estimate]:
    """By attribute, the mean answer of those who could judge it, best highest and on the questionnaire's
    scale (see ``upright``); of another ``role``, such as ``importance``, what was answered to its items."""
    return {
        name: within(mean(_upright(values[item], asked, item), weights), *asked.scale)
        for name, item in asked.by_attribute(role).items()
    }


def stated(said: Mapping[str, Estimate], weights: Mapping[str, Estimate], *, minimum: int) -> pd.DataFrame:
    """What customers say matters beside what goes with satisfaction: a row an attribute of both, what is
    said to matter most first. ``attribute``, ``stated`` with ``low`` and ``high``, ``weight`` with
    ``weight_low`` and ``weight_high``, and the ranks ``stated_rank`` and ``weight_rank`` (1 the highest)."""
    table = ranked(said, minimum=minimum).drop(columns="n").rename(columns={"value": "stated"})
    table = table[table["attribute"].isin(weights)].reset_index(drop=True)
    found = [weights[name] for name in table["attribute"]]
    for column, bound in (("weight", "value"), ("weight_low", "low"), ("weight_high", "high")):
        table[column] = [float(getattr(one, bound)) for one in found]
    for name in ("stated", "weight"):
        table[f"{name}_rank"] = table[name].rank(ascending=False, method="min").astype(int)
    return table


def ranked(estimates: Mapping[str, Estimate], *, minimum: int) -> pd.DataFrame:
    """``name``, ``value``, ``low``, ``high`` and ``n`` of the known estimates from ``minimum`` answers on,
    best first."""
    rows = [
        (name, one.value, one.low, one.high, one.n)
        for name, one in estimates.items()
        if one.known and one.n >= minimum
    ]
    table = pd.DataFrame(rows, columns=["attribute", "value", "low", "high", "n"])
    return table.sort_values(["value", "attribute"], ascending=[False, True], ignore_index=True)


def apart(one: Estimate, other: Estimate) -> bool:
    """Whether two estimates differ for certain: their intervals do not meet."""
    bounds = (one.low, one.high, other.low, other.high)
    if None in bounds:
        return False
    low, high, other_low, other_high = (float(bound) for bound in bounds if bound is not None)
    return low > other_high or high < other_low


def marks_of(scale: Scale) -> Scale:
    """Up to which answer a mark is bad, and from which it is good: the outer two fifths of the scale."""
    width = scale[1] - scale[0]
    return math.floor(scale[0] + 0.4 * width), math.ceil(scale[1] - 0.3 * width)
