"""What a survey asked: its items, what each is for, its scale, and which values are no answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from crmreport.params_base import Identifier, LocalText, Strict

Role = Literal[
    "overall",
    "recommend",
    "effort",
    "expectation",
    "perception",
    "importance",
    "trust",
    "attachment",
    "repurchase",
    "price_tolerance",
    "competitors",
    "switching",
    "decision_time",
    "profile",
]
"""What an item is for. A high answer is a good one for the brand, or the item is ``reversed``: so of
``competitors``, how the brand compares with them, and of ``switching``, where a high answer is to stay.
``decision_time`` is how long one takes to choose, in the unit that was asked (its ``scale`` says from where
to where). ``profile`` is a fact about the respondent."""

BY_ATTRIBUTE: tuple[Role, ...] = ("expectation", "perception", "importance")
"""The roles of items that ask about one attribute of what was bought."""

ONLY_ONE: tuple[Role, ...] = ("overall", "recommend", "effort", "decision_time")

Dimension = Literal["tangibles", "reliability", "responsiveness", "assurance", "empathy"]
"""The five dimensions of service quality (Parasuraman, Zeithaml & Berry 1988)."""

ItemName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Code = str | int | float


def _as_codes(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Codes = Annotated[tuple[Code, ...], BeforeValidator(_as_codes)]


def code_key(code: Code) -> str:
    """What two ways of writing one code have in common: ``6``, ``6.0`` and `` 6 `` are one."""
    text = str(code).strip()
    try:
        return repr(float(text.replace(",", ".")) + 0.0)
    except ValueError:
        return text.casefold()


class NoAnswer(Strict):
    """Values that stand for something else than an answer."""

    blank: Codes = Field((), description="left empty, such as 0, 99 or Blank")
    not_applicable: Codes = Field((), description="never used, does not apply")
    dont_know: Codes = Field((), description="does not know, refuses to say")

    def kinds(self) -> Iterator[tuple[str, Code]]:
        """Each kind of no answer with each of its codes."""
        for kind in ("blank", "not_applicable", "dont_know"):
            for code in getattr(self, kind):
                yield kind, code


class Item(Strict):
    """One question. What it leaves out, such as ``scale``, is the questionnaire's."""

    role: Role
    scale: tuple[float, float] | None = Field(None, description="lowest and highest answer")
    reversed: bool = Field(False, description="a high answer is a bad one")
    attribute: Identifier | None = Field(None, description="what is asked about, such as staff or price")
    dimension: Dimension | None = Field(None, description="of service quality, for a perception")
    no_answer: NoAnswer | None = Field(None, description="codes of this item alone")
    labels: dict[str, float] = Field({}, description="number on the scale that a text answer stands for")
    wording: LocalText | None = Field(None, description="the question as it was asked")
    choices: dict[str, LocalText] = Field({}, description="of a profile, what each value is called")

    @model_validator(mode="after")
    def _fits_its_role(self) -> Self:
        if (self.role in BY_ATTRIBUTE) != (self.attribute is not None):
            asked = "needs" if self.role in BY_ATTRIBUTE else "has no"
            raise ValueError(f"an item of the role “{self.role}” {asked} “attribute”")
        if self.scale is not None and self.scale[0] >= self.scale[1]:
            raise ValueError("“scale” names the lowest answer, then the highest")
        if self.dimension is not None and self.role not in BY_ATTRIBUTE:
            raise ValueError("“dimension” goes with an expectation, a perception or an importance")
        if self.choices and self.role != "profile":
            raise ValueError("“choices” goes with a profile; elsewhere “labels” gives texts their number")
        return self


class Questionnaire(Strict):
    """The questions of the survey tables, and what is known of how they were asked."""

    items: dict[ItemName, Item] = Field({}, description="by the item's name in survey_answers")
    scale: tuple[float, float] = Field((1, 5), description="of the items that name none")
    no_answer: NoAnswer = Field(NoAnswer(), description="codes of the items that name none")
    attributes: dict[Identifier, LocalText] = Field({}, description="what an attribute is called")
    invited: int | None = Field(None, ge=1, description="how many were asked in the period; none: unknown")
    duration_item: ItemName | None = Field(None, description="item that holds the seconds an interview took")
    fastest_seconds: float | None = Field(None, gt=0, description="the fastest that one can read it")
    rake: dict[ItemName, dict[str, float]] = Field(
        {},
        description="by profile item, each value's share of all customers, which weights are raked to",
    )
    widest: float = Field(
        0.2, gt=0, lt=1, description="an interval wider to one side than this part of the scale says nothing"
    )

    @property
    def numbered(self) -> list[str]:
        """The items whose numbers are read: the questions, and how long the interview took."""
        return [*self.items, *([self.duration_item] if self.duration_item else [])]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for role in ONLY_ONE:
            if len(names := self.of(role)) > 1:
                raise ValueError(f"two items have the role “{role}”: {', '.join(names[:2])}")
        for role in BY_ATTRIBUTE:
            asked = [self.items[name].attribute for name in self.of(role)]
            if twice := sorted({str(one) for one in asked if asked.count(one) > 1}):
                raise ValueError(f"two items of the role “{role}” ask about “{twice[0]}”")
        if unknown := sorted(set(self.rake) - set(self.of("profile"))):
            raise ValueError(f"“rake” names “{unknown[0]}”, which is no item of the role profile")
        for name, shares in self.rake.items():
            if abs(sum(shares.values()) - 1) > 1e-6 or min(shares.values(), default=0) <= 0:
                raise ValueError(f"the shares of “rake.{name}” must be positive and sum to 1")
        if (self.fastest_seconds is None) != (self.duration_item is None):
            raise ValueError("“fastest_seconds” and “duration_item” go together")
        if self.duration_item in self.items:
            raise ValueError("“duration_item” is no question: leave it out of “items”")
        for name, item in self.items.items():
            self._check_codes(name, item)
        return self

    def _check_codes(self, name: str, item: Item) -> None:
        low, high = self.scale_of(name)
        for kind, code in self.codes_of(name).kinds():
            number = code_key(code)
            if item.role != "profile" and _is_number(number) and low <= float(number) <= high:
                raise ValueError(
                    f"“{code}” is declared {kind} for “{name}”, but lies on its scale, {low:g} to {high:g}"
                )
        for label, value in item.labels.items():
            if not low <= value <= high:
                raise ValueError(f"“{label}” of “{name}” stands for {value:g}, which is off its scale")

    def of(self, role: Role) -> list[str]:
        """The names of the items of a role, in the order in which they are declared."""
        return [name for name, item in self.items.items() if item.role == role]

    def one(self, role: Role) -> str | None:
        """The item of a role that at most one item has."""
        return next(iter(self.of(role)), None)

    def by_attribute(self, role: Role) -> dict[str, str]:
        """Attribute -> item, of the role's items."""
        return {str(self.items[name].attribute): name for name in self.of(role)}

    def by_dimension(self, role: Role) -> dict[str, list[str]]:
        """Dimension of service quality -> its items of a role."""
        found: dict[str, list[str]] = {}
        for name in self.of(role):
            if dimension := self.items[name].dimension:
                found.setdefault(dimension, []).append(name)
        return found

    def scale_of(self, name: str) -> tuple[float, float]:
        return self.items[name].scale or self.scale

    def codes_of(self, name: str) -> NoAnswer:
        return self.items[name].no_answer or self.no_answer

    def name_of(self, attribute: str) -> LocalText:
        """What an attribute is called; its identifier where nobody said."""
        return self.attributes.get(attribute, LocalText(attribute.replace("-", " ")))

    def choice_name(self, name: str, choice: str) -> LocalText:
        """What a value of a profile item is called; the value itself where nobody said."""
        named = {code_key(code): text for code, text in self.items[name].choices.items()}
        return named.get(code_key(choice), LocalText(choice))

    def is_readable(self, name: str, values: Iterable[str]) -> bool:
        """Whether a reader can tell what the values of a profile item mean: none is a bare number that
        ``choices`` does not name."""
        named = {code_key(code) for code in self.items[name].choices}
        return all(code_key(value) in named or not _is_number(code_key(value)) for value in values)

    def asked_as(self, name: str) -> LocalText:
        """The question, or the item's name where its wording was not given."""
        return self.items[name].wording or LocalText(name)

    def texts(self) -> list[tuple[str, LocalText]]:
        """The texts that must stand in each language, with their place."""
        return [
            *((f"questionnaire.attributes.{key}", text) for key, text in self.attributes.items()),
            *(
                (f"questionnaire.items.{name}.wording", item.wording)
                for name, item in self.items.items()
                if item.wording
            ),
            *(
                (f"questionnaire.items.{name}.choices.{code}", text)
                for name, item in self.items.items()
                for code, text in item.choices.items()
            ),
        ]

    def meanings(self) -> Iterator[Mapping[str, Any]]:
        """One row for each value that means something else than the number it is: ``item``, ``code`` (see
        ``code_key``), ``kind`` (``answered`` for a label) and the ``value`` that a label stands for."""
        for name, item in self.items.items():
            for kind, code in self.codes_of(name).kinds():
                yield {"item": name, "code": code_key(code), "kind": kind, "value": None}
            for label, value in item.labels.items():
                yield {"item": name, "code": code_key(label), "kind": "answered", "value": value}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
