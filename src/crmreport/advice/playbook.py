"""The playbook: which findings call for which action.

Ours lies in ``playbook.yml`` here; a file of the same name beside the params file adds rules to it, or
replaces those of the same id. Words are in the catalogues, by rule: ``recommendations.<rule>.title``,
``.why`` (its slots are the rule's evidence) and ``.step``.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from crmreport.advice.expressions import KEY, Expression, ExpressionError, Kind, normal_key, parse
from crmreport.errors import ParamsError, did_you_mean
from crmreport.params import Strict, parse_yaml
from crmreport.validation import explain

FILE = "playbook.yml"
_OURS = Path(__file__).with_name(FILE)
_LARGEST = 200_000

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Rhythm = Literal["by_class", "weekly", "twice_monthly", "monthly", "once"]
"""How often a customer of the list is contacted; ``by_class``: A weekly, B twice a month, C monthly."""
Basis = Literal["held", "once_more", "lost", "elsewhere", "gap"]
"""How money at stake is counted: ``held``, what the customers of the list brought in the window;
``once_more``, one more average order from each of them; ``lost``, what the driver took from revenue
against the period before; ``elsewhere``, what buyers spent on other brands in the same categories;
``gap``, what closing the distance to the expected value would bring. None is a forecast."""


class Stake(Strict):
    basis: Basis
    value: str = Field(description="an expression that gives money")


class Timing(Strict):
    """Days after the end of the period."""

    start: int = Field(ge=1, le=365)
    done: int = Field(ge=1, le=365)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start > self.done:
            raise ValueError(f"starts after {self.start} days but is done after {self.done}")
        return self


class Named(Strict):
    """What a reason calls by its name: of the findings ``of`` an id, one for each name, the ``most`` or the
    ``least``. Where several ids are given, the first that has a known finding is meant."""

    pick: Literal["most", "least"] = "most"
    of: tuple[str, ...] = Field(min_length=1, description="ids of findings with one dimension")


class Rule(Strict):
    """One rule: ``when`` it holds, and every finding of its ``evidence`` is known, it recommends."""

    id: Name
    when: str = Field(description="a condition over findings")
    evidence: dict[Name, str] = Field(min_length=1, description="slot of the reason: finding")
    names: dict[Name, Named] = Field({}, description="slot of the reason: whose name it tells")
    segment: Name = Field(description="recommendations.segment.<segment>: whom it concerns")
    list_size: str | None = Field(None, description="how many customers are contacted, an expression")
    stake: Stake | None = None
    rhythm: Rhythm = "once"
    effort: int = Field(ge=1, le=3, description="1 light, 2 moderate, 3 heavy")
    owner: Name = Field(description="recommendations.owner.<owner>: the role that answers for it")
    kpi: str | None = Field(None, description="the finding that measures it")
    days: Timing

    @model_validator(mode="after")
    def _readable(self) -> Self:
        for field, text, kind in self._expressions():
            try:
                parse(text, kind)
            except ExpressionError as error:
                raise ValueError(f"rule “{self.id}”, “{field}”, {error}") from None
        for field, key in self._named():
            if not KEY.fullmatch(key):
                raise ValueError(f"rule “{self.id}”, “{field}”: “{key}” is not a finding's key")
        return self

    def _expressions(self) -> list[tuple[str, str, Kind]]:
        found: list[tuple[str, str, Kind]] = [("when", self.when, "condition")]
        if self.list_size is not None:
            found.append(("list_size", self.list_size, "number"))
        if self.stake is not None:
            found.append(("stake.value", self.stake.value, "number"))
        return found

    def _named(self) -> list[tuple[str, str]]:
        named = [(f"evidence.{slot}", key) for slot, key in self.evidence.items()]
        named += [(f"names.{slot}", id) for slot, one in self.names.items() for id in one.of]
        return [*named, *([("kpi", self.kpi)] if self.kpi is not None else [])]

    @property
    def condition(self) -> Expression:
        return parse(self.when, "condition")

    @property
    def keys(self) -> tuple[str, ...]:
        """Every finding that the rule speaks of, each once."""
        read = [key for _, text, kind in self._expressions() for key in parse(text, kind).keys]
        return tuple(dict.fromkeys([*read, *(normal_key(key) for _, key in self._named())]))


class Playbook(Strict):
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = [rule.id for rule in self.rules]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"two rules have the id “{twice[0]}”")
        return self

    def with_rules_of(self, other: Playbook) -> Playbook:
        """These rules, those of the same id replaced by the other's, its further ones at the end."""
        merged = {rule.id: rule for rule in self.rules} | {rule.id: rule for rule in other.rules}
        return Playbook(rules=tuple(merged.values()))


def parse_playbook(text: str, *, where: str) -> Playbook:
    """Read a playbook from YAML text. Raises ParamsError that names file, rule, field and column."""
    content = parse_yaml(text, where=where)
    if not isinstance(content, dict):
        raise ParamsError("A playbook is a mapping with the key “rules”.", where=where, remedy=_SEE)
    try:
        return Playbook.model_validate(content)
    except ValidationError as error:
        raise ParamsError(explain(error, Playbook), where=where, remedy=_SEE) from None


_SEE = "crmreport's own advice/playbook.yml shows how rules are written."


@cache
def our_playbook() -> Playbook:
    """The rules that come with crmreport."""
    return parse_playbook(_OURS.read_text("utf-8"), where=str(_OURS))


def own_playbook(folder: Path) -> Path | None:
    """The consultant's playbook in ``folder``, where there is one."""
    path = folder / FILE
    return path if path.exists() else None


def load_playbook(folder: Path, *, known: Collection[str]) -> Playbook:
    """Our rules with those of ``playbook.yml`` in ``folder``, where there is one.

    ``known`` are the ids of findings that exist: a misspelt one would keep its rule silent for ever.
    Raises ParamsError.
    """
    path = own_playbook(folder)
    if path is None:
        return our_playbook()
    try:
        if path.stat().st_size > _LARGEST:
            raise ParamsError("This is too large for a playbook.", where=str(path), remedy=_SEE)
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"The playbook cannot be read ({error})."
        raise ParamsError(problem, where=str(path), remedy="Save it as UTF-8 YAML.") from None
    own = parse_playbook(text, where=str(path))
    # Ours may wait for findings that no chapter makes yet.
    known = {*known, *(key.partition("[")[0] for rule in our_playbook().rules for key in rule.keys)}
    for rule in own.rules:
        for key in rule.keys:
            id = key.partition("[")[0]
            if id not in known:
                raise ParamsError(
                    f"Rule “{rule.id}” speaks of “{id}”, which is no finding{did_you_mean(id, known)}",
                    where=str(path),
                    remedy="The appendix of a report lists the findings, findings.json names them.",
                )
    return our_playbook().with_rules_of(own)
