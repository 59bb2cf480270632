"""The keys under ``chapters.loyalty``: what the loyalty index weighs, and where the matrix is cut."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from crmreport.params_base import Strict, check_weighing

Side = Literal["time", "behaviour", "emotion"]
Part = Literal["length", "regularity", "frequency", "share", "breadth"]
"""``length`` and ``regularity`` make the side of time; the other three make behaviour."""


class Loyalty(Strict):
    """Parameters of the loyalty chapter."""

    weights: dict[Side, float] = Field(
        {"time": 1, "behaviour": 1, "emotion": 1},
        description="of the index's sides, in any unit; a side without data is named and not weighed",
    )
    anchors: dict[Part, float] = Field(
        {},
        description="what earns a part its full 100: days as a customer (length), months with a purchase "
        "(regularity), purchase days (frequency), share of the need (share), categories (breadth); left "
        "out: from the data, and the report says how",
    )
    attitude: float = Field(70, gt=0, lt=100, description="the attitude is strong from this mark on, of 100")
    patronage: int | None = Field(
        None, ge=2, description="patronage is high from so many purchase days on; left out: the median"
    )

    @model_validator(mode="after")
    def _weighty(self) -> Self:
        check_weighing(self.weights, self.anchors)
        if self.anchors.get("share", 1) > 1:
            raise ValueError("the anchor of “share” is a share of the need, at most 1")
        return self
