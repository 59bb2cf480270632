"""Parameters of the segmentation chapter: which scheme names the segments, and where classes are cut."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from crmreport.params_base import LocalText, Strict

Preset = Literal["en11", "cn8"]
"""``en11``: eleven segments by recency and frequency, from champions to lost. ``cn8``: the eight of Chinese
practice, each of recency, frequency and money high or low."""

SEGMENT_NAMES: dict[Preset, tuple[str, ...]] = {
    "en11": (
        "champions",
        "loyal",
        "potential",
        "recent",
        "promising",
        "attention",
        "drowsy",
        "risk",
        "cannot_lose",
        "hibernating",
        "lost",
    ),
    "cn8": (
        "important_value",
        "important_keep",
        "important_develop",
        "important_winback",
        "general_value",
        "general_keep",
        "general_develop",
        "general_winback",
    ),
}
"""The segments of each preset, from the best to the lost. ``recent`` is what others call new customers, a
word that only a run-in period can justify."""

_Cut = Annotated[FiniteFloat, Field(ge=0)]
_Cuts = Annotated[tuple[_Cut, ...], Field(max_length=8)]


class BusinessCuts(Strict):
    """Cut points that the business sets; of what is left out they come from the data.

    A value equal to a cut belongs with those below it: ``orders: [2]`` parts one or two orders from three
    and more, ``recency_days: [90]`` those who bought within 90 days from the others.
    """

    recency_days: _Cuts = ()
    orders: _Cuts = ()
    revenue: _Cuts = ()

    def given(self) -> dict[str, tuple[float, ...]]:
        return {name: cuts for name in type(self).model_fields if (cuts := getattr(self, name))}

    @model_validator(mode="after")
    def _rising(self) -> Self:
        for name, cuts in self.given().items():
            if any(low >= high for low, high in pairwise(cuts)):
                raise ValueError(f"the cuts of “{name}” must rise")
        return self


class Segmentation(Strict):
    """Parameters of the segmentation chapter."""

    preset: Preset = Field("en11", description="en11: Champions to Lost; cn8: 重要价值 to 一般挽留")
    classes: int = Field(5, ge=2, le=9, description="RFM classes asked for; ties may leave fewer")
    baseline: date | None = Field(
        None, description="last day of the window that cut points are taken from; none: the period's own"
    )
    cuts: BusinessCuts = Field(BusinessCuts(), description="RFM cut points set by the business")
    names: dict[str, LocalText] = Field({}, description="what a segment of the preset is called")
    abc: tuple[float, float] = Field((0.8, 0.95), description="cumulated revenue where A and B end")
    top_share: float = Field(0.2, gt=0, lt=1, description="share of customers in the Pareto question")
    contacts_a_year: tuple[_Cut, _Cut, _Cut] = Field(
        (52, 24, 12), description="contacts that a customer of class A, B and C should get in a year"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not 0 < self.abc[0] < self.abc[1] < 1:
            raise ValueError("the two cuts of “abc” must rise between 0 and 1, such as [0.8, 0.95]")
        if self.baseline and (self.baseline + timedelta(days=1)).day != 1:
            raise ValueError(f"“baseline” must be the last day of a month, not {self.baseline}")
        if self.preset == "cn8" and any(len(cuts) > 1 for cuts in self.cuts.given().values()):
            raise ValueError("“cn8” knows high and low: each of “cuts” holds one value")
        known = SEGMENT_NAMES[self.preset]
        if unknown := sorted(set(self.names) - set(known)):
            raise ValueError(
                f"“names” speaks of a segment “{unknown[0]}”; {self.preset} has {', '.join(known)}"
            )
        return self
