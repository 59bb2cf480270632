"""The keys under ``chapters.warning`` and ``chapters.types``: what early warning and customer types count."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from crmreport.params_base import Strict, check_weighing

Words = Annotated[tuple[Annotated[str, StringConstraints(min_length=1)], ...], Field(min_length=1)]
Cause = Literal["product", "service", "staff", "competitor", "need", "other"]
"""Why a customer leaves: the first three are the client's own, the next two the customer's."""
Stage = Literal["before", "buying", "using", "after"]
"""Where on the way: before the purchase, at it, in use, or with service and complaints afterwards."""


class EarlyWarning(Strict):
    """Parameters of the chapter of early warning."""

    horizon_days: int | None = Field(
        None, ge=28, le=366, description="silence that counts as lost; left out: from the own rhythm"
    )
    gap_days: int = Field(7, ge=0, le=60, description="days between the warning and its horizon")
    list_share: float = Field(0.1, gt=0, le=0.5, description="share of the customers on the watch list")
    reason_item: str | None = Field(None, description="survey item that asks why somebody left")
    causes: dict[Cause, Words] = Field({}, description="what the client's cases or answers call a cause")
    stages: dict[Stage, Words] = Field({}, description="what the client's cases call a stage, by topic")


class Types(Strict):
    """Parameters of the chapter of customer types and all-round value."""

    most: int = Field(8, ge=2, le=12, description="clusters tried, from two on")
    stability: float = Field(0.75, gt=0, lt=1, description="least mean adjusted Rand index over resamples")
    weights: dict[Literal["money", "frequency", "breadth", "referral", "feedback"], float] = Field(
        {"money": 0.4, "frequency": 0.2, "breadth": 0.2, "referral": 0.1, "feedback": 0.1},
        description="weights of the all-round value; sides without data share theirs among the others",
    )
    anchors: dict[Literal["money", "frequency", "breadth", "referral", "feedback"], float] = Field(
        {}, description="what earns a side its full 100; left out: the 95th percentile of the customers"
    )

    @model_validator(mode="after")
    def _weighty(self) -> Self:
        check_weighing(self.weights, self.anchors)
        return self
