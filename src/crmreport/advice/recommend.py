"""From findings to recommendations: which rules fire, in which order, and what would pay.

No effect of an action is foretold: what is at stake is counted from sales, and the break-even says how
many of those contacted must order once more. Risk is not persuadability: whether an action moves
anybody only a holdout shows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from crmreport.advice.expressions import normal_key, parse
from crmreport.advice.playbook import Basis, Named, Playbook, Rhythm, Rule
from crmreport.findings import Finding, Number
from crmreport.params import Advice
from crmreport.stats.estimate import Estimate

BASKET = "customers.basket"
Verdict = Literal["fires", "no_ground", "unknown"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BreakEven(_Model):
    """One round of contact with ``of`` customers pays if ``needed`` of them order once more."""

    needed: int = Field(ge=1)
    of: int = Field(ge=1)


class Recommendation(_Model):
    """An action that the findings call for; everything the next period needs to score it.

    ``rule`` is public and stable. ``at_stake`` is money, counted as ``basis`` says. ``kpi`` is the
    finding that measures the action, as it stood when the action was recommended. ``evidence`` and
    ``names`` are the findings that its reason tells, the latter by what they are of.
    """

    rule: str
    rank: int = Field(ge=1)
    segment: str
    n: int = Field(ge=0, description="customers that its evidence rests on")
    list_size: int | None
    at_stake: Number | None
    basis: Basis | None
    break_even: BreakEven | None
    rhythm: Rhythm
    effort: int
    owner: str
    kpi: Finding | None
    evidence: dict[str, str]
    names: dict[str, str] = {}
    starts_after_days: int
    done_after_days: int

    def starts_on(self, as_of: date) -> date:
        """The day on which it starts, for a period that ended on ``as_of``."""
        return as_of + timedelta(days=self.starts_after_days)

    def done_on(self, as_of: date) -> date:
        return as_of + timedelta(days=self.done_after_days)


@dataclass(frozen=True)
class Judgement:
    """What became of a rule; ``ground`` is the first finding of its condition, where that is known."""

    rule: Rule
    verdict: Verdict
    ground: Finding | None


def judge(
    findings: Mapping[str, Finding], playbook: Playbook, *, minimum: int, contactable: float = 1.0
) -> list[Judgement]:
    """Each rule's verdict, in the playbook's order.

    A rule fires when its condition is true, its evidence is known, and its list (where it has one)
    holds at least ``minimum`` customers; it is ``unknown`` where a finding that decides is not known.
    ``contactable`` is the share of customers whom a list may hold.
    """

    def judged(rule: Rule) -> Judgement:
        first = next(iter(rule.condition.keys), None)
        return Judgement(rule, _verdict(rule, findings, minimum, contactable), _known(findings, first))

    return [judged(rule) for rule in playbook.rules]


def weakest_part(findings: Mapping[str, Finding]) -> Estimate:
    """The smallest share of satisfied answers among the parts that a survey asks about; NaN without any.

    The smallest of many is partly so by chance: a rule sets its interval against that of the whole.
    """
    least = leading(findings, Named(pick="least", of=("satisfaction.attribute",)))
    if least is None:
        return Estimate(math.nan, 0)
    return Estimate(least.number(), least.n, least.low, least.high, least.confidence)


def leading(findings: Mapping[str, Finding], named: Named) -> Finding | None:
    """The finding that is the most, or the least, of those that ``named`` speaks of; of equal ones the first
    by key. None where none is known."""
    for id in named.of:
        known = [one for one in findings.values() if one.id == id and one.known and len(one.dimensions) == 1]
        if known:
            sign = -1 if named.pick == "most" else 1
            return min(known, key=lambda one: (sign * one.number(), one.key))
    return None


def unjudged(judged: Iterable[Judgement], findings: Mapping[str, Finding]) -> list[str]:
    """The rules that are unknown although a chapter that they speak of was made: where its tables were not
    supplied, the report says so in its place."""
    spoke = {one.id.partition(".")[0] for one in findings.values()}
    return [
        one.rule.id
        for one in judged
        if one.verdict == "unknown"
        and {key.partition(".")[0] for key in one.rule.condition.keys} <= {*spoke, "recommendations"}
    ]


def recommend(
    findings: Mapping[str, Finding],
    playbook: Playbook,
    settings: Advice,
    *,
    minimum: int,
    contactable: float = 1.0,
) -> list[Recommendation]:
    """The actions whose rules fire, ranked by money at stake for each step of effort.

    Those without money at stake come last, the lighter first; equal ones in the playbook's order.
    ``contactable`` is the share of customers whom a list may hold: consent given, not refused, of age.
    Lists are cut by it, as if those who may not be contacted were spread evenly.
    """
    judged = judge(findings, playbook, minimum=minimum, contactable=contactable)
    fired = [one.rule for one in judged if one.verdict == "fires"]
    made = [_recommendation(rule, findings, settings, contactable) for rule in fired]
    return [
        one.model_copy(update={"rank": rank}) for rank, one in enumerate(sorted(made, key=_order), start=1)
    ]


def _order(one: Recommendation) -> tuple[bool, float, int]:
    return one.at_stake is None, -(one.at_stake or 0) / one.effort, one.effort


def _verdict(rule: Rule, findings: Mapping[str, Finding], minimum: int, contactable: float) -> Verdict:
    holds = rule.condition.evaluate(findings)
    if holds is False:
        return "no_ground"
    named = [leading(findings, one) for one in rule.names.values()]
    if holds is None or None in (*named, *(_known(findings, key) for key in rule.evidence.values())):
        return "unknown"
    if rule.list_size is None:
        return "fires"
    size = _list_size(rule, findings, contactable)
    return "unknown" if size is None else "fires" if size >= minimum else "no_ground"


def _recommendation(
    rule: Rule, findings: Mapping[str, Finding], settings: Advice, contactable: float
) -> Recommendation:
    size = _list_size(rule, findings, contactable)
    stake = parse(rule.stake.value, "number").evaluate(findings) if rule.stake else None
    at_stake = stake if stake is not None and stake > 0 else None
    evidence = {slot: normal_key(key) for slot, key in rule.evidence.items()}
    return Recommendation(
        rule=rule.id,
        rank=1,
        segment=rule.segment,
        n=min(findings[key].n for key in evidence.values()) if size is None else size,
        list_size=size,
        at_stake=at_stake,
        basis=rule.stake.basis if rule.stake and at_stake is not None else None,
        break_even=None if size is None else break_even(size, _known(findings, BASKET), settings),
        rhythm=rule.rhythm,
        effort=rule.effort,
        owner=rule.owner,
        kpi=_known(findings, rule.kpi),
        evidence=evidence,
        names={
            slot: found.key
            for slot, one in rule.names.items()
            if (found := leading(findings, one)) is not None
        },
        starts_after_days=rule.days.start,
        done_after_days=rule.days.done,
    )


def break_even(customers: int, basket: Finding | None, settings: Advice) -> BreakEven | None:
    """How many of ``customers`` must order once more to pay for contacting each of them once.

    The cost of all contacts divided by the margin of an average order (revenue per order times the
    margin rate), rounded up; None where cost, margin or revenue per order is not known. The cost of an
    offer comes on top. The number may exceed ``customers``: then it cannot pay.
    """
    if settings.contact_cost is None or settings.margin_rate is None or basket is None or customers < 1:
        return None
    margin = basket.number() * settings.margin_rate
    if margin <= 0:
        return None
    # Rounded before it is rounded up: what floating point adds must not ask for one customer more.
    return BreakEven(
        needed=max(1, math.ceil(round(settings.contact_cost * customers / margin, 9))), of=customers
    )


def _list_size(rule: Rule, findings: Mapping[str, Finding], contactable: float) -> int | None:
    if rule.list_size is None:
        return None
    size = parse(rule.list_size, "number").evaluate(findings)
    return None if size is None else max(0, round(size * contactable))


def _known(findings: Mapping[str, Finding], key: str | None) -> Finding | None:
    finding = findings[normal_key(key)] if key is not None and normal_key(key) in findings else None
    return finding if finding is not None and finding.known else None


def to_json(recommendations: Iterable[Recommendation]) -> str:
    """``recommendations.json``: by rank; the same recommendations give the same bytes."""
    content = [one.model_dump(mode="json") for one in recommendations]
    return json.dumps({"recommendations": content}, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def from_json(text: str) -> list[Recommendation]:
    return [Recommendation.model_validate(item) for item in json.loads(text)["recommendations"]]
