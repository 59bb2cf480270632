"""The ``environment`` section of a params file: what the analyst knows of the market around the client.

Nothing of it is computed, so each statement names its source, or says that it is a judgement. All of it
may be left out; the chapter then says what is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from crmreport.params_base import Identifier, LocalText, Strict

Kind = Literal[
    "political",
    "economic",
    "social",
    "technological",
    "entrants",
    "suppliers",
    "buyers",
    "substitutes",
    "rivalry",
]
"""The four fields of PEST, then the five forces (Porter 1979)."""

Signal = Literal["share_up", "share_down", "leader", "price_above", "price_below", "spread", "concentrated"]
"""What the data may say of a brand or the group; see ``crmreport.analysis.swot``."""

Score = Annotated[int, Field(ge=-2, le=2)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class Reference(Strict):
    """Where a statement was read: ``date`` is that of the publication, as exactly as it is known."""

    title: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://\S+$")
    date: Day


class _Stated(Strict):
    """A statement with its source, or marked as the analyst's judgement."""

    source: Reference | None = None
    judgement: bool = False

    @model_validator(mode="after")
    def _owned(self) -> Self:
        if (self.source is None) != self.judgement:
            raise ValueError("give a “source”, or say “judgement: true”, and not both")
        return self


class Factor(_Stated):
    """A force on the client's business: ``score`` from -2 (a grave threat) to 2 (a great opportunity).

    ``brands`` holds the scores of the only brands that it touches, where it does not touch all alike;
    the group's report shows every factor.
    """

    id: Identifier
    kind: Kind
    name: LocalText = Field(description="in two or three words")
    text: LocalText
    score: Score
    brands: dict[Identifier, Score] | None = None

    def score_for(self, scope: str, *, group: str) -> int | None:
        """The score for the group or a brand; None for a brand that it does not touch."""
        if self.brands is None or scope == group:
            return self.score
        return self.brands.get(scope)


class Competitor(_Stated):
    """A rival outside the client's own sales data, and what it does."""

    name: LocalText
    text: LocalText


class Point(Strict):
    """A strength, weakness, opportunity or threat, for all scopes or for the brands named.

    ``factors`` are the factors that it follows from; without any it is the analyst's judgement.
    """

    text: LocalText
    factors: tuple[Identifier, ...] = ()
    brands: tuple[Identifier, ...] | None = None


class Option(Strict):
    """An option that meets a factor outside (O or T) with a signal of the data inside (S or W).

    It is shown where both hold, for all scopes or for the brands named.
    """

    signal: Signal
    factor: Identifier
    text: LocalText
    brands: tuple[Identifier, ...] | None = None


class Environment(Strict):
    """What the analyst knows of company and market."""

    company: LocalText | None = Field(None, description="who the client is")
    factors: tuple[Factor, ...] = ()
    competitors: tuple[Competitor, ...] = ()
    strengths: tuple[Point, ...] = ()
    weaknesses: tuple[Point, ...] = ()
    opportunities: tuple[Point, ...] = ()
    threats: tuple[Point, ...] = ()
    options: tuple[Option, ...] = Field((), description="what to do where data and factor meet")
    positioning: dict[Identifier, LocalText] = Field({}, description="by brand: for whom, against whom")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [factor.id for factor in self.factors]
        if twice := sorted(id for id, count in Counter(ids).items() if count > 1):
            raise ValueError(f"two entries of “factors” have the id “{twice[0]}”")
        named = {id for _, point in self.points() for id in point.factors}
        if unknown := sorted((named | {option.factor for option in self.options}) - set(ids)):
            raise ValueError(f"“{unknown[0]}” is not the id of one of the “factors”")
        return self

    def points(self) -> Iterator[tuple[str, Point]]:
        """Every point with the quadrant that it stands in."""
        for quadrant in ("strengths", "weaknesses", "opportunities", "threats"):
            for point in getattr(self, quadrant):
                yield quadrant, point

    def brands(self) -> set[str]:
        """Every brand that the section names."""
        by_factor = (factor.brands or {} for factor in self.factors)
        by_point = (point.brands or () for _, point in self.points())
        by_option = (option.brands or () for option in self.options)
        return set(self.positioning).union(*by_factor, *by_point, *by_option)

    def texts(self) -> Iterator[tuple[str, LocalText]]:
        """Every text with its place in the file."""
        if self.company:
            yield "environment.company", self.company
        for factor in self.factors:
            yield f"environment.factors.{factor.id}.name", factor.name
            yield f"environment.factors.{factor.id}.text", factor.text
        for number, competitor in enumerate(self.competitors):
            yield f"environment.competitors.{number}.name", competitor.name
            yield f"environment.competitors.{number}.text", competitor.text
        for number, (quadrant, point) in enumerate(self.points()):
            yield f"environment.{quadrant} ({number})", point.text
        for number, option in enumerate(self.options):
            yield f"environment.options.{number}", option.text
        for brand, text in self.positioning.items():
            yield f"environment.positioning.{brand}", text
