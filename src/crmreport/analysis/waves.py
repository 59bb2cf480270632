"""How a measure of a survey moved from wave to wave, and differs between groups: more than by chance?"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import kruskal, norm

from crmreport.analysis.responses import Responses, raked, responses
from crmreport.analysis.satisfaction import Floats, Scale, headline_measures, mean
from crmreport.params import Questionnaire
from crmreport.stats.estimate import Estimate, within
from crmreport.stats.multiple import benjamini_hochberg

MOVES = 3
"""Waves from which a line through them says more than the two last."""


@dataclass(frozen=True)
class Change:
    """From one wave to the next: the ``difference`` with its interval, and the ``p`` that there is none."""

    before: str
    after: str
    difference: Estimate
    p: float


def changes(by_wave: Mapping[str, Estimate]) -> list[Change]:
    """The change of a measure from each wave to the next, in the order given; waves are independent samples.

    Standard errors are read back from the intervals, so it serves means, shares and the score alike.
    """
    known = [(name, one) for name, one in by_wave.items() if one.known]
    return [Change(first, then, *difference(one, other)) for (first, one), (then, other) in pairwise(known)]


def difference(one: Estimate, other: Estimate) -> tuple[Estimate, float]:
    """``other`` less ``one`` of independent samples, with its interval and the p of no difference (Wald)."""
    confidence = one.confidence or 0.95
    z = float(norm.ppf((1 + confidence) / 2))
    error = math.hypot(*(_reach(each) / z for each in (one, other)))
    gap = other.value - one.value
    low, high = gap - z * error, gap + z * error
    p = 2 * float(norm.sf(abs(gap) / error)) if error > 0 else float(gap == 0)
    return Estimate(gap, min(one.n, other.n), low, high, confidence), p


def trend(by_wave: Mapping[str, Estimate], *, confidence: float = 0.95) -> Estimate | None:
    """What a measure gains from wave to wave, on a straight line through all of them; None under three.

    Each wave counts by the inverse of its variance, read back from its interval (weighted least squares
    with known variances; Hedges & Olkin 1985, ch. 8); ``n`` is all answers. Waves are taken as equally
    far apart.
    """
    known = [one for one in by_wave.values() if one.known and _reach(one) > 0]
    if len(known) < MOVES:
        return None
    z = float(norm.ppf((1 + confidence) / 2))
    heavy = np.array([(z / _reach(one)) ** 2 for one in known])
    place = np.arange(len(known)) - np.average(np.arange(len(known)), weights=heavy)
    spread = float(heavy @ place**2)
    slope = float(heavy @ (place * [one.value for one in known])) / spread
    reach = z / math.sqrt(spread)
    return Estimate(slope, sum(one.n for one in known), slope - reach, slope + reach, confidence)


def as_table(by_wave: Mapping[str, Estimate]) -> pd.DataFrame:
    """A row each wave, in order: ``wave``, ``value``, ``low``, ``high`` and ``answered``."""
    rows = [(name, one.value, one.low, one.high, one.n) for name, one in by_wave.items() if one.known]
    return pd.DataFrame(rows, columns=["wave", "value", "low", "high", "answered"])


def _reach(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return (estimate.high - estimate.low) / 2


@dataclass(frozen=True)
class Grouping:
    """How answers differ between the groups of one ``kind``: Kruskal and Wallis's ``p``; ``real`` once the
    family of all kinds has been looked at together."""

    kind: str
    groups: dict[str, Estimate]
    p: float
    real: bool = False


def by_groups(
    values: pd.Series,
    kinds: Mapping[str, pd.Series],
    *,
    minimum: int,
    weights: Floats | None = None,
    scale: Scale = (-math.inf, math.inf),
) -> list[Grouping]:
    """The mean answer of each group of each kind, inside the ``scale``, and which kinds differ by more than
    chance.

    Groups under ``minimum`` answers are left out, and kinds with fewer than two groups. The test is on
    ranks (Kruskal & Wallis 1952, unweighted), at a false discovery rate of 5% over all kinds.
    """
    found = []
    for kind, groups in kinds.items():
        answered = values.notna() & groups.notna()
        sizes = groups[answered].value_counts()
        names = sorted(sizes.index[sizes >= minimum])
        if len(names) < 2:
            continue
        samples = [values[answered & (groups == name)] for name in names]
        p = float(kruskal(*samples).pvalue) if pd.concat(samples).nunique() > 1 else 1.0
        means = {str(name): within(mean(values.where(groups == name), weights), *scale) for name in names}
        found.append(Grouping(kind, means, p))
    return judged(found)


def judged(family: Sequence[Grouping]) -> list[Grouping]:
    """The groupings, which of them are ``real`` decided anew over all of them together."""
    holds = benjamini_hochberg([one.p for one in family])
    return [replace(one, real=bool(real)) for one, real in zip(family, holds, strict=True)]


def by_group_measures(
    heard: Responses, asked: Questionnaire, groups: pd.Series, *, minimum: int
) -> dict[str, dict[str, Estimate]]:
    """The headline measures (see ``headline_measures``) of each group of ``minimum`` responses or more.

    ``groups`` is in the order of the responses; a response without a group is in none.
    """
    sizes = groups.value_counts()
    weights = heard.weights
    found = {}
    for name in [one for one in _in_order(groups) if sizes.get(one, 0) >= minimum]:
        inside = (groups == name).to_numpy()
        heavy = None if weights is None else weights[inside]
        found[str(name)] = headline_measures(heard.values[inside], asked, heavy)
    return found


def measure_table(measured: Mapping[str, Mapping[str, Estimate]]) -> pd.DataFrame:
    """A row each group of ``by_group_measures``: ``name``, ``satisfied`` and ``nps`` (NaN where not known),
    and how many ``answered`` either; groups of which neither is known are left out."""
    rows = [
        {
            "name": name,
            "satisfied": of["csat"].value if "csat" in of else math.nan,
            "nps": of["nps"].value if "nps" in of else math.nan,
            "answered": max(one.n for one in of.values()),
        }
        for name, of in measured.items()
        if of
    ]
    table = pd.DataFrame(rows, columns=["name", "satisfied", "nps", "answered"])
    return table.dropna(subset=["satisfied", "nps"], how="all").reset_index(drop=True)


def _in_order(groups: pd.Series) -> list[Hashable]:
    if isinstance(groups.dtype, pd.CategoricalDtype):
        return list(groups.cat.categories)
    return sorted(groups.dropna().unique())


def followed(measured: Mapping[str, Estimate]) -> str | None:
    """The measure that is followed from wave to wave: the first there is of the shares of the satisfied, the
    net promoter score and the share of those who found it easy."""
    return next((name for name in ("csat", "nps", "ces") if name in measured), None)


def by_wave(
    answers: pd.DataFrame, asked: Questionnaire, measured: Mapping[str, Estimate], *, minimum: int
) -> dict[str, Estimate]:
    """The measure that is ``followed``, wave by wave in the order of their days.

    Waves under ``minimum`` responses are left out; so are answers without a wave. ``measured`` says which
    measures there are. Each wave is raked as the questionnaire asks for, where all of them can be: one that
    is beside one that is not would differ by that alone.
    """
    measure = followed(measured)
    named = answers[answers["wave"].notna()]
    if measure is None or named.empty:
        return {}
    begins = named.groupby("wave")["answered_on"].min()
    order = begins.reset_index().sort_values(["answered_on", "wave"], na_position="first")["wave"]
    heard = {
        str(wave): responses(named[named["wave"] == wave], list(asked.items), asked.of("profile"))
        for wave in order
    }
    heard = {wave: one for wave, one in heard.items() if one.n >= minimum}
    alike = {wave: raked(one, asked.rake) for wave, one in heard.items()} if asked.rake else {}
    if all(how is not None for _, how in alike.values()):
        heard |= {wave: one for wave, (one, _) in alike.items()}
    return {wave: headline_measures(one.values, asked, one.weights)[measure] for wave, one in heard.items()}
