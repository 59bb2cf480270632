"""Who is asked, who answers, and what: answers from what people feel and perceive, with known weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmreport.simulate.feelings import towards
from crmreport.simulate.lines import customer_ids
from crmreport.simulate.people import AGES, Codes, Floats, People, coded
from crmreport.simulate.settings import Survey, Wave
from crmreport.simulate.worlds import World

YEAR = 365
BLANK, NOT_APPLICABLE, DONT_KNOW = 99, 98, 97
"""What the file holds where there is no answer."""
HURT = ("promises", "returns")
"""The attributes that a complaint in vain makes look worse."""
OFTEN = ("1", "2-4", "5+")
"""On how many days somebody bought in the year before."""
_DAYS_TO_ANSWER = 21
_CLASSES = (-1.9, -1.2, -0.4, 0.7)
"""Where a normal is cut into the answers 1 to 5."""

ATTITUDES = {
    "trust_1": (0.8, 0.2),
    "trust_2": (0.75, 0.4),
    "attached_1": (0.8, -0.5),
    "attached_2": (0.8, -0.7),
    "again": (0.7, 0.5),
    "pays_more": (0.55, -1.0),
    "others_as_good": (-0.6, -0.1),
    "tries_others": (-0.5, 0.2),
}
"""Questions about what is felt: how closely each goes with it, and how readily it is agreed to."""


@dataclass(frozen=True)
class Asked:
    """The survey of a simulated client.

    - ``answers``: a row a questionnaire that came back, as the client's file has it: ``respondent_id``,
      ``customer_id``, ``brand`` (by_brand alone), ``wave``, ``mode``, ``answered_on``, and a column an item
    - ``invitations``: a row a person asked: ``invitation_id``, ``customer_id``, ``invited_on``, ``wave``,
      ``mode``
    - ``truth``: a row an invitation: ``probability`` of answering, whether ``answered``, ``straight``,
      ``feeling``, ``age`` and ``often``; and what they would answer, read and complete: ``overall``,
      ``recommend``, and a column an attribute
    """

    answers: pd.DataFrame
    invitations: pd.DataFrame
    truth: pd.DataFrame


def draw_survey(
    world: World,
    people: People,
    feeling: Floats,
    lines: pd.DataFrame,
    cases: pd.DataFrame | None,
    *,
    rng: np.random.Generator,
) -> Asked:
    """Ask all waves; ``feeling`` is that of ``people``, ``lines`` say who bought what and when, and ``cases``
    (see ``Complained``) who complained in vain."""
    assert world.survey is not None
    days = _days(world, lines)
    parts = [_wave(world, wave, people, feeling, days, cases, rng) for wave in world.survey.waves]
    answers, invitations, truth = (pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True))
    numbered = [f"i{number:06}" for number in range(1, len(invitations) + 1)]
    invitations.insert(0, "invitation_id", numbered)
    truth.insert(0, "invitation_id", numbered)
    answers.insert(0, "respondent_id", [f"r{number:06}" for number in range(1, len(answers) + 1)])
    return Asked(answers, invitations, truth)


def _days(world: World, lines: pd.DataFrame) -> pd.DataFrame:
    """One row a line that is no return: the customer's number, the brand's, and the day since the start."""
    sold = lines[lines["quantity"] > 0]
    day = (sold["sold_at"].dt.normalize() - pd.Timestamp(world.start)).dt.days
    return pd.DataFrame(
        {
            "customer": sold["customer_id"].cat.codes.to_numpy().astype(np.int64),
            "brand": sold["brand"].cat.codes.to_numpy().astype(np.int64),
            "day": day.to_numpy(),
        }
    )


@dataclass(frozen=True)
class _Invited:
    """Whom a wave asks (``who``, numbers), on how many days they ``bought`` in the year before, the ``brand``
    bought most, what is ``felt`` for whom they are asked about, the ``mode``, the ``chance`` of an answer,
    and who ``answered``."""

    who: Codes
    bought: Codes
    brand: Codes
    felt: Floats
    mode: Codes
    chance: Floats
    answered: np.ndarray


def _wave(
    world: World,
    wave: Wave,
    people: People,
    feeling: Floats,
    days: pd.DataFrame,
    cases: pd.DataFrame | None,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    survey = world.survey
    assert survey is not None
    asked = _invited(world, survey, wave, people, feeling, days, rng)
    who = asked.who
    kinder = np.array([one.kinder for one in survey.modes])[asked.mode] + survey.older * (people.age[who] - 2)
    hurt = _hurt(world, cases, _begins(world, wave), len(people))[who]
    drawn = _answers(survey, wave, asked.felt, kinder, hurt, rng)
    straight = rng.uniform(size=len(who)) < survey.straight
    told = _as_given(survey, drawn, straight, rng)
    later = np.minimum(1 + np.floor(rng.exponential(6.0, len(who))), _DAYS_TO_ANSWER)
    first = np.datetime64(wave.begins, "s")
    known = _known(world, survey, wave, asked, len(people))
    profile = {"age": coded(people.age[who], AGES), "often": coded(_often(asked.bought), OFTEN)}
    dated = {"answered_on": first + later.astype("timedelta64[D]")}
    answers = pd.DataFrame(known | dated | told | profile)[asked.answered]
    answers = answers.iloc[np.argsort(later[asked.answered], kind="stable")]
    invitations = pd.DataFrame(known | {"invited_on": np.full(len(who), first)})
    return answers, invitations, _truth(survey, asked, known, drawn, {"straight": straight} | profile)


def _begins(world: World, wave: Wave) -> int:
    return (wave.begins - world.start).days


def _invited(
    world: World,
    survey: Survey,
    wave: Wave,
    people: People,
    feeling: Floats,
    days: pd.DataFrame,
    rng: np.random.Generator,
) -> _Invited:
    begins = _begins(world, wave)
    year = days[days["day"].between(begins - YEAR, begins - 1)]
    bought = np.bincount(
        year.drop_duplicates(["customer", "day"])["customer"].to_numpy(), minlength=len(people)
    )
    may = np.flatnonzero(bought)
    who = np.sort(rng.choice(may, round(survey.invited * len(may)), replace=False))
    brand = _mostly_bought(year, len(people), len(world.brands))[who]
    felt = feeling[who]
    if survey.by_brand and world.attitude is not None:
        felt = towards(felt, people.preference_after(world)[who, brand], world.attitude)
    mode = rng.choice(len(survey.modes), len(who), p=[one.share for one in survey.modes])
    chance = _chance(survey, bought[who], felt, mode)
    return _Invited(who, bought[who], brand, felt, mode, chance, rng.uniform(size=len(who)) < chance)


def _known(world: World, survey: Survey, wave: Wave, asked: _Invited, customers: int) -> dict[str, Any]:
    """What the client knows of whom it asks."""
    brand = {"brand": coded(asked.brand, [one.name for one in world.brands])} if survey.by_brand else {}
    return {
        "customer_id": coded(asked.who, customer_ids(customers)),
        **brand,
        "wave": wave.id,
        "mode": coded(asked.mode, [one.id for one in survey.modes]),
    }


def _truth(
    survey: Survey, asked: _Invited, known: dict[str, Any], drawn: dict[str, Codes], others: dict[str, Any]
) -> pd.DataFrame:
    """See ``Asked.truth``."""
    table = {
        "customer_id": known["customer_id"],
        "wave": known["wave"],
        "probability": asked.chance,
        "answered": asked.answered,
        "feeling": asked.felt,
        **others,
        "overall": drawn["overall"],
        "recommend": drawn["recommend"],
        **{one.id: drawn[f"per_{one.id}"] for one in survey.attributes},
    }
    return pd.DataFrame(table)


def _mostly_bought(days: pd.DataFrame, customers: int, brands: int) -> Codes:
    both = days["customer"].to_numpy() * brands + days["brand"].to_numpy()
    return np.asarray(
        np.bincount(both, minlength=customers * brands).reshape(customers, brands).argmax(axis=1)
    )


def _hurt(world: World, cases: pd.DataFrame | None, day: int, customers: int) -> Floats:
    """By how much each customer judges worse for a complaint of the last year that nobody solved."""
    worse = np.zeros(customers)
    if cases is not None and world.service is not None:
        recent = cases["opened"].between(day - YEAR, day)
        vain = cases.loc[recent & cases["complaint"] & ~cases["solved"], "customer"].to_numpy()
        worse[vain] = world.service.hurt
    return worse


def _often(bought: Codes) -> Codes:
    return np.asarray((bought >= 2).astype(np.int64) + (bought >= 5))


def _chance(survey: Survey, bought: Codes, felt: Floats, mode: Codes) -> Floats:
    """The probability that each who is asked answers."""
    much = np.log(bought)
    much = (much - much.mean()) / (much.std() or 1.0)
    odds = survey.answer + survey.by_value * much + survey.by_feeling * felt
    odds += survey.by_extremes * (felt**2 - 1) + np.array([one.answer for one in survey.modes])[mode]
    return np.asarray(1 / (1 + np.exp(-odds)))


# ---------------------------------------------------------------- what they think


def _answers(
    survey: Survey, wave: Wave, felt: Floats, kinder: Floats, hurt: Floats, rng: np.random.Generator
) -> dict[str, Codes]:
    """What each would answer to each item, had everybody read and answered everything; ``kinder``: by how
    much each judges better; ``hurt``: how much worse what is promised, and returns."""
    n = len(felt)
    general = _mixed(felt, survey.by_attitude, rng)
    ofs = {name: _mixed(general, survey.halo, rng) for name, _ in survey.holds}
    holds = dict(survey.holds)
    found: dict[str, Codes] = {}
    perceived = np.zeros(n)
    for one in survey.attributes:
        near = ofs[one.dimension] if one.dimension else general
        seen = _mixed(near, holds[one.dimension] if one.dimension else survey.halo, rng)
        level = one.level + wave.better.get(one.id, 0.0)
        worse = hurt if one.id in HURT else 0.0
        found[f"per_{one.id}"] = _cut(seen + kinder + level - worse, _CLASSES)
        perceived += one.weight * (found[f"per_{one.id}"] - 3)
    demanding = rng.standard_normal(n)
    for kind, asked in (("exp", "expected"), ("imp", "stated")):
        for one in survey.attributes:
            found[f"{kind}_{one.id}"] = _cut(_mixed(demanding, 0.5, rng) + getattr(one, asked), _CLASSES)
    middle = sum(one.weight * 0.8 for one in survey.attributes)
    found["overall"] = _cut(perceived - middle + rng.logistic(size=n), survey.cuts)
    pull = survey.to_recommend * (perceived - middle) + survey.felt * felt
    found["recommend"] = _cut(pull + rng.logistic(size=n), survey.recommend_cuts) - 1
    ease = _mixed(ofs["responsiveness"], 0.8, rng)
    found["effort"] = _cut(ease, (-2.2, -1.6, -1.0, -0.4, 0.2, 1.0))
    for name, (near_to, agreed) in ATTITUDES.items():
        found[name] = _cut(_mixed(felt, near_to, rng) + agreed, _CLASSES)
    found["decides_in"] = _cut(_mixed(-felt, 0.4, rng) - 0.6, (-1.2, -0.4, 0.4, 1.2))
    return found


def _mixed(near: Floats, closely: float, rng: np.random.Generator) -> Floats:
    """A normal that correlates with one near to it by ``closely``; of that one's spread where it is 1."""
    own = np.sqrt(max(1 - closely**2, 0.0)) * rng.standard_normal(len(near))
    return np.asarray(closely * near + own)


def _cut(latent: Floats, limits: tuple[float, ...]) -> Codes:
    """1 under the first limit, and one more above each."""
    return np.asarray(np.searchsorted(np.asarray(limits), latent) + 1)


# ---------------------------------------------------------------- what comes back


def _as_given(
    survey: Survey, drawn: dict[str, Codes], straight: np.ndarray, rng: np.random.Generator
) -> dict[str, Codes]:
    """The answers as the file has them: some unread, some missing, with the codes that say so."""
    n = len(straight)
    always = rng.choice((3, 4, 5), n, p=(0.4, 0.4, 0.2))
    rare = {f"per_{one.id}": one.not_applicable for one in survey.attributes if one.not_applicable}
    told = {}
    for name, answer in drawn.items():
        unread = straight & (name[:4] in ("per_", "exp_", "imp_"))
        given = np.where(unread, always, answer)
        chance = rng.uniform(size=n)
        if name in rare:
            given = np.where(rng.uniform(size=n) < rare[name], NOT_APPLICABLE, given)
        if name[:4] == "exp_" or name in ("pays_more", "others_as_good"):
            given = np.where(chance > 1 - survey.unknown, DONT_KNOW, given)
        told[name] = np.where((chance < survey.blank) & (name != "overall"), BLANK, given)
    return told
