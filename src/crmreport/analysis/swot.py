"""Strengths, weaknesses, opportunities and threats, and what follows where inside and outside meet.

What the data says comes first, by rules of one line each; what the analyst knows stands beside it,
with its basis. Nothing is said because a quadrant is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from crmreport.analysis.market import HIGH, MODERATE
from crmreport.findings import Finding
from crmreport.params import GROUP, LocalText
from crmreport.params_environment import Environment, Factor, Reference, Signal

QUADRANTS = ("strengths", "weaknesses", "opportunities", "threats")
MACRO = ("political", "economic", "social", "technological")
FORCES = ("rivalry", "entrants", "substitutes", "buyers", "suppliers")
EFFECTS = {2: "very_good", 1: "good", 0: "neutral", -1: "bad", -2: "very_bad"}
APART = 0.05
"""How far from its categories' mean a brand's price level must be to be called above or below it."""

SIGNALS: dict[Signal, str] = {
    "share_up": "strengths",
    "leader": "strengths",
    "price_below": "strengths",
    "spread": "strengths",
    "share_down": "weaknesses",
    "price_above": "weaknesses",
    "concentrated": "weaknesses",
}
"""The quadrant of what the data may say."""


@dataclass(frozen=True)
class Said:
    """A point of a quadrant: a ``signal`` with its finding, or the analyst's ``text``."""

    basis: str
    signal: Signal | None = None
    finding: Finding | None = None
    text: LocalText | None = None


def signals(found: Mapping[str, Finding]) -> dict[Signal, Finding]:
    """What the findings of a scope say, each with the finding it follows from.

    Reads ``share_change``, ``rank`` and ``price_gap`` (of a brand), and ``concentration`` (of the group)
    where they are known. A share has changed where its interval leaves out zero, and where at least half
    of the change (``within``, where it is known) lies within the categories rather than in their mix.
    """
    change, within = _value(found, "share_change"), _value(found, "within")
    own = not within / change < 0.5 if change else False
    rules: tuple[tuple[Signal, str, bool], ...] = (
        ("share_up", "share_change", own and _bound(found, "share_change", "low") > 0),
        ("share_down", "share_change", own and _bound(found, "share_change", "high") < 0),
        ("leader", "rank", _value(found, "rank") == 1),
        ("price_above", "price_gap", _value(found, "price_gap") > APART),
        ("price_below", "price_gap", _value(found, "price_gap") < -APART),
        ("spread", "concentration", _value(found, "concentration") < MODERATE),
        ("concentrated", "concentration", _value(found, "concentration") > HIGH),
    )
    return {signal: found[name] for signal, name, holds in rules if holds}


def _value(found: Mapping[str, Finding], name: str) -> float:
    return _bound(found, name, "value")


def _bound(found: Mapping[str, Finding], name: str, bound: str) -> float:
    """Not a number, which no rule holds for, where the finding is not known."""
    value = getattr(found.get(name), bound, None)
    return float("nan") if value is None else float(value)


def quadrants(environment: Environment, said: Mapping[Signal, Finding], scope: str) -> dict[str, list[Said]]:
    """Every quadrant's points for a scope: those of the data, then the analyst's."""
    table: dict[str, list[Said]] = {quadrant: [] for quadrant in QUADRANTS}
    for signal, finding in said.items():
        table[SIGNALS[signal]].append(Said("data", signal=signal, finding=finding))
    sourced = {factor.id for factor in environment.factors if factor.source}
    for quadrant, point in environment.points():
        if scope == GROUP or point.brands is None or scope in point.brands:
            basis = "source" if sourced & set(point.factors) else "judgement"
            table[quadrant].append(Said(basis, text=point.text))
    return table


def touching(environment: Environment, scope: str) -> list[tuple[Factor, int]]:
    """The factors that touch a scope with their scores, the gravest first."""
    scored = [(factor, factor.score_for(scope, group=GROUP)) for factor in environment.factors]
    known = [(factor, score) for factor, score in scored if score is not None]
    return sorted(known, key=lambda one: (-abs(one[1]), one[1]))


def factor_table(
    factors: list[tuple[Factor, int]], kinds: tuple[str, ...], judged: LocalText
) -> pd.DataFrame:
    """One row per factor of those kinds, in their order: ``force``, ``factor``, ``effect`` and
    ``reference`` (``judged`` where it is the analyst's judgement)."""
    rows = [
        (
            f"environment.kind.{factor.kind}",
            factor.text,
            f"environment.effect.{EFFECTS[score]}",
            _basis(factor.source, judged),
        )
        for kind in kinds
        for factor, score in factors
        if factor.kind == kind
    ]
    return pd.DataFrame(rows, columns=["force", "factor", "effect", "reference"])


def _basis(source: Reference | None, judged: LocalText) -> LocalText:
    return LocalText(f"{source.title} ({source.date})") if source else judged


def competitor_table(environment: Environment, judged: LocalText) -> pd.DataFrame:
    """One row per competitor: ``competitor``, ``factor`` (what it does), ``reference``."""
    rows = [
        (
            one.name,
            one.text,
            _basis(one.source, judged),
        )
        for one in environment.competitors
    ]
    return pd.DataFrame(rows, columns=["competitor", "factor", "reference"])


def balance(factors: list[tuple[Factor, int]], kinds: tuple[str, ...]) -> str:
    """``helps``, ``harms`` or ``even``: which way the scores of these kinds lean, summed."""
    total = sum(score for factor, score in factors if factor.kind in kinds)
    return "helps" if total > 0 else "harms" if total < 0 else "even"


def weight(table: Mapping[str, list[Said]]) -> str:
    """Which way what the data itself says leans: ``strong``, ``weak``, ``mixed``, or ``silent``."""
    good, bad = (any(one.signal for one in table[name]) for name in ("strengths", "weaknesses"))
    return "mixed" if good and bad else "strong" if good else "weak" if bad else "silent"


def references(environment: Environment, factors: list[tuple[Factor, int]]) -> pd.DataFrame:
    """Every source once, the newest first: ``reference``, ``dated``, ``address``."""
    stated = [*(factor for factor, _ in factors), *environment.competitors]
    found = {one.source.url: one.source for one in stated if one.source}
    rows = [(source.title, source.date, source.url.partition("://")[2]) for source in found.values()]
    table = pd.DataFrame(rows, columns=["reference", "dated", "address"])
    return table.sort_values(["dated", "reference"], ascending=[False, True], kind="stable")


def options(
    environment: Environment,
    said: Mapping[Signal, Finding],
    factors: list[tuple[Factor, int]],
    scope: str,
) -> list[tuple[str, LocalText, Signal, Factor]]:
    """The options whose signal and factor both hold: their kind (``so``, ``wo``, ``st``, ``wt``), text,
    signal and factor."""
    scores = {factor.id: (factor, score) for factor, score in factors}
    found = []
    for option in environment.options:
        named = scope == GROUP or option.brands is None or scope in option.brands
        if named and option.signal in said and option.factor in scores:
            factor, score = scores[option.factor]
            inside = SIGNALS[option.signal][0]
            found.append((f"{inside}{'o' if score > 0 else 't'}", option.text, option.signal, factor))
    return found
