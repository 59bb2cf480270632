"""What each item of a survey may be for: guessed from its name, its values, and the items beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from crmreport.data.inspection.answer_scales import Answers, Codes, Scale, joined, scale_of
from crmreport.data.inspection.headers import Lexicon, spelling
from crmreport.data.inspection.matching import Field
from crmreport.params_survey import BY_ATTRIBUTE, ONLY_ONE, Role

ITEM_WORDS = Path(__file__).with_name("survey_items.yml")

_ROLES: tuple[Role, ...] = (
    "recommend",
    "effort",
    "expectation",
    "importance",
    "perception",
    "competitors",
    "price_tolerance",
    "repurchase",
    "switching",
    "trust",
    "attachment",
)
_BATTERY = 3
_FEWEST_POINTS = 5
_UNUSED_POINTS = 2
_FEWEST_ANSWERS = 20
_MOST_CHOICES = 12
_LONGEST_CHOICE = 20
_UNSAID = 12
_QUESTION = re.compile(r"(q\d+)(?=[a-z_\-. ])")
_NUMBERED = re.compile(r"([^\d]*?[^\d_\-. ])[_\-. ]*(?:\d+|global|overall|all|total)$")
_PREFIXED = re.compile(r"([a-z]+)[_\-.]")
_PAIRED = re.compile(r"([ep])_?(\d+)$")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Item:
    """One item as it may stand in the questionnaire; ``sure`` where its name says what it is for."""

    name: str
    role: Role
    scale: Scale | None = None
    codes: Codes | None = None
    attribute: str | None = None
    sure: bool = False
    labels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """A questionnaire to look at. ``scale`` and ``codes`` are those of most items; ``others`` had an item
    before them of a role that only one may have; nothing tells what the ``unsaid`` items ask."""

    items: tuple[Item, ...]
    scale: Scale
    codes: Codes
    subjects: dict[str, str]
    others: tuple[Item, ...] = ()
    unsaid: tuple[str, ...] = ()

    def lacking(self) -> list[str]:
        """The roles that a report misses most, where no item's name says that it has one."""
        return [role for role in ("overall", "recommend") if all(item.role != role for item in self.items)]


@dataclass(frozen=True)
class Words:
    """The words of ``survey_items.yml``."""

    lexicon: Lexicon
    profile: frozenset[str]

    def read(self, name: str) -> tuple[str, ...]:
        return self.lexicon.read(name)


@cache
def words() -> Words:
    """What items are called, read once."""
    raw: dict[str, Any] = yaml.safe_load(ITEM_WORDS.read_text("utf-8"))
    noise = [str(one) for one in raw["noise"]]
    # What says nothing is known as a word as well, so that it is cut off its neighbours in Chinese.
    return Words(
        Lexicon(raw["words"] | {one: [] for one in noise}, noise), frozenset(raw["words"]["profile"])
    )


def is_profile(field: Field) -> bool:
    """Whether a column has classes of age, gender, income and the like, and no person's own value."""
    looks = field.looks
    classes = 2 <= looks.distinct <= _MOST_CHOICES and looks.few and looks.length <= _LONGEST_CHOICE
    return classes and not looks.is_personal and "profile" in words().read(field.name)


def propose(columns: Sequence[tuple[str, Sequence[str | None]]], *, wide: bool) -> Proposal | None:
    """The questionnaire that a survey's items suggest; None where none of them suggests anything.

    ``columns`` are the items with their values; of a wide file, codes such as -99 are declared with the
    source already.
    """
    profiles = [Item(name, "profile", codes=_blank(cells)) for name, cells in columns if _tells_who(name)]
    known = {item.name for item in profiles}
    found = {
        name: answers
        for name, cells in columns
        if name not in known and (answers := Answers.of(cells)) is not None and answers.n >= _FEWEST_ANSWERS
    }
    tops = frozenset(one.top for one in found.values() if len(one.numbers) >= _FEWEST_POINTS - 1)
    batteries = _batteries(found)
    scales: dict[str, Scale] = {}
    for members in batteries.values():
        roles = {name: _role(name) for name in members}
        for name in members:
            beside = [found[other] for other in members if roles[other] == roles[name]] or [found[name]]
            shared = scale_of(beside, tops=tops, far=not wide, recommend=roles[name] == ("recommend", True))
            own = scale_of([found[name]], tops=tops, far=not wide)
            scales[name] = replace(shared, codes=_off(own.codes, found[name], shared))
    asked = [name for name in found if found[name].labels or _is_asked(found[name], scales[name])]
    labels = {name: found[name].labels for name in asked}
    return _gather(asked, scales, batteries, profiles, labels)


def _tells_who(name: str) -> bool:
    return "profile" in words().read(name)


def _blank(cells: Iterable[str | None]) -> Codes:
    """Of a profile, a 0 and texts such as Blank; what other values mean is not known."""
    answers = Answers.of(cells)
    if answers is None:
        return {}
    texts: Codes = {kind: (text,) for text, kind in answers.texts.items()}
    return joined([texts, {"blank": (0,)} if answers.numbers[0] else {}])


def _off(codes: Codes, answers: Answers, scale: Scale) -> Codes:
    """An item's own codes, told anew on the scale of its battery."""
    numbers = sorted(answers.numbers)
    found: Codes = {
        kind: tuple(one for one in values if isinstance(one, str)) for kind, values in codes.items()
    }
    far: Codes = {
        kind: tuple(one for one in values if isinstance(one, int) and one in answers.far)
        for kind, values in codes.items()
    }
    below = tuple(one for one in numbers if one < scale.low)
    above = tuple(one for one in numbers if one > scale.high)
    merged = joined([found, far, {"blank": below, "not_applicable": above}])
    return {kind: values for kind, values in merged.items() if values}


def _is_asked(answers: Answers, scale: Scale) -> bool:
    """Whether nearly every point of a scale of at least five was used, as answers to a question are."""
    points = scale.high - scale.low + 1
    used = sum(scale.low <= one <= scale.high for one in answers.numbers)
    return points >= _FEWEST_POINTS and used >= points - _UNUSED_POINTS - (points > 7)


def _batteries(found: dict[str, Answers]) -> dict[str, list[str]]:
    """Items that belong together by their names."""
    batteries: dict[str, list[str]] = {}
    for name in found:
        role, _ = _role(name)
        by_role = role in BY_ATTRIBUTE and not _QUESTION.match(spelling(name))
        batteries.setdefault(f"{role or ''} {'' if by_role else _stem(name)}", []).append(name)
    return batteries


def _stem(name: str) -> str:
    """What the names of a battery begin with; the name itself where it belongs to none."""
    text = spelling(name)
    for pattern in (_QUESTION, _NUMBERED, _PREFIXED):
        if (met := pattern.match(text)) is not None:
            return met.group(1)
    return "satisfaction" if "satisfaction" in words().read(name) else text


def _role(name: str) -> tuple[Role | None, bool]:
    """What the words of a name say it is for, and whether they say nothing else."""
    said = words().read(name)
    # A lone “overall” after a battery's own name sums that battery up, and no more.
    rest = [word for word in said if word not in ("overall", "satisfaction")]
    if "overall" in said and ("satisfaction" in said or not rest):
        return "overall", not rest and "satisfaction" in said
    if list(said) == ["satisfaction"] and not _NUMBERED.match(spelling(name)):
        return "overall", True
    for role in _ROLES:
        if role in said:
            return role, len(said) == 1
    if met := _PAIRED.match(spelling(name)):
        return ("expectation" if met.group(1) == "e" else "perception"), False
    return None, False


def _gather(
    asked: list[str],
    scales: dict[str, Scale],
    batteries: dict[str, list[str]],
    profiles: list[Item],
    labels: Mapping[str, Mapping[str, int]],
) -> Proposal | None:
    beside = {
        name: sum(one in asked for one in members) for members in batteries.values() for name in members
    }
    subjects: dict[str, str] = {}
    items: list[Item] = []
    others: list[Item] = []
    unsaid: list[str] = []
    taken: set[tuple[Role, str | None]] = set()
    for name in sorted(asked, key=lambda one: not _role(one)[1]):
        role, sure = _role(name)
        scale = scales[name]
        in_battery = beside[name] >= _BATTERY and "overall" not in words().read(name)
        if role is None and in_battery:
            role = "perception"
        if role is None or (role in BY_ATTRIBUTE and beside[name] < _BATTERY):
            unsaid.append(name)
            continue
        attribute = _subject(name, subjects) if role in BY_ATTRIBUTE else None
        if (role, attribute) in taken and attribute is not None:
            # Another battery on the same thing asks something else about it.
            attribute = f"{attribute}-{_slug(_stem(name)) or len(taken)}"[:64].strip("-")
        item = Item(name, role, scale, scale.codes, attribute, sure and role in ONLY_ONE, labels[name])
        (others if role in ONLY_ONE and (role, attribute) in taken else items).append(item)
        taken.add((role, attribute))
    if not items:
        return None
    ends = Counter(item.scale.ends for item in items if item.scale)
    most = ends.most_common(1)[0][0]
    usual = [item.scale for item in items if item.scale and item.scale.ends == most]
    order = {name: place for place, name in enumerate(asked)}
    items.sort(key=lambda item: order[item.name])
    codes = joined(scale.codes for scale in usual)
    named = {attribute: subject for subject, attribute in subjects.items() if not subject.isascii()}
    return Proposal((*items, *profiles), usual[0], codes, named, tuple(others), tuple(unsaid))


def _subject(name: str, subjects: dict[str, str]) -> str:
    """An identifier of what an item asks about: the same for what is expected of a thing and found of it."""
    text = spelling(name)
    said = [word for word in words().read(name) if word not in BY_ATTRIBUTE and word != "satisfaction"]
    by_role = any(word in BY_ATTRIBUTE for word in words().read(name))
    if met := _QUESTION.match(text):
        text = text[met.end() :]
    elif met := _PAIRED.match(text):
        text = f"item {met.group(2)}"
    elif by_role or not text.isascii():
        text = " ".join([*said, *re.findall(r"\d+$", text)]) or text
    return subjects.setdefault(text, _slug(text) or f"attribute-{len(subjects) + 1}")


def _slug(text: str) -> str:
    """An identifier made of a text in Latin letters; nothing of another."""
    slug = _NOT_SLUG.sub("-", text.casefold()).strip("-")[:60].strip("-") if text.isascii() else ""
    return f"item-{slug}" if slug.isdigit() else slug


def shortened(names: Sequence[str]) -> tuple[Sequence[str], int]:
    """The first names of many, and how many are left."""
    return names[:_UNSAID], max(0, len(names) - _UNSAID)


def values_by_item(rows: Iterable[tuple[str | None, ...]]) -> list[tuple[str, list[str | None]]]:
    """The answers of a long file, gathered by item."""
    found: dict[str, list[str | None]] = {}
    for item, answer in cast("Iterable[tuple[str | None, str | None]]", rows):
        if item and item.strip():
            found.setdefault(item.strip(), []).append(answer)
    return list(found.items())
