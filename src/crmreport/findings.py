"""Findings: what a report claims, each with its n, its interval and its origin.

A chapter's prose, figures and advice speak of findings only; ``findings.json`` holds them all. The
type itself refuses a claim without n, or without an interval where it is not a census.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Unit = Literal["count", "money", "share", "points", "ratio", "days", "number", "multiple"]
"""``share`` is a part of one (0.24 is 24%); ``points`` a difference of two shares (0.02 is two
percentage points); ``multiple`` says how many times; ``ratio`` and ``number`` are plain."""

Better = Literal["up", "down", "neutral"]
Counted = Literal["customers", "orders", "lines", "answers", "products", "cases"]
Status = Literal["value", "withheld", "not_supplied"]

_DIGITS = 12


def _stable(value: Any) -> Any:
    """Twelve significant digits: what remains the same whatever the number of BLAS threads."""
    if value is None or isinstance(value, bool):
        return value
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a finding")
    if number.is_integer() and abs(number) < 2**53:
        return int(number)
    return float(f"{number:.{_DIGITS}g}")


Number = Annotated[int | float, BeforeValidator(_stable)]


class Scope(BaseModel):
    """Whom a finding is about: one brand, the group of all brands, or the market."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["brand", "group", "market"]
    id: str


class Provenance(BaseModel):
    """Where a finding was computed: notebook, cell, and the fingerprint of the data behind it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    notebook: str
    cell: str
    inputs: str


class Finding(BaseModel):
    """One number with everything needed to defend it.

    ``id`` is public and stable (``segmentation.top_revenue_share``); together with ``dimensions`` it
    is unique in a report. ``low`` and ``high`` bound the value at ``confidence``; a ``census`` (a sum
    of all sales) is no estimate and has none. ``n`` counts what the value rests on, in ``n_of``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
    scope: Scope
    dimensions: dict[str, str] = {}
    value: Number | None
    unit: Unit
    better: Better = "neutral"
    n: int = Field(ge=0)
    n_of: Counted = "customers"
    low: Number | None = None
    high: Number | None = None
    confidence: float | None = Field(None, gt=0, lt=1)
    census: bool = False
    method: str = Field(pattern=r"^[a-z][a-z0-9_.]*$", description="message id of the method")
    period: str
    compared_with: str | None = None
    status: Status = "value"
    simulated: bool = False
    provenance: Provenance | None = None

    @model_validator(mode="after")
    def _defensible(self) -> Self:
        if self.status != "value":
            if self.value is not None or self.low is not None or self.high is not None:
                raise ValueError(f"{self.key}: a finding that is {self.status} carries no number")
            return self
        if self.value is None:
            raise ValueError(f"{self.key}: no value")
        bounded = self.low is not None and self.high is not None and self.confidence is not None
        if self.census == bounded:
            raise ValueError(f"{self.key}: needs an interval with its confidence, or census, not both")
        if bounded and not self.low <= self.value <= self.high:  # type: ignore[operator]
            raise ValueError(f"{self.key}: {self.value} is outside {self.low} to {self.high}")
        return self

    @property
    def key(self) -> str:
        """The finding's name in a report: ``id[dimension=value,…]``."""
        if not self.dimensions:
            return self.id
        inner = ",".join(f"{name}={value}" for name, value in sorted(self.dimensions.items()))
        return f"{self.id}[{inner}]"

    @property
    def known(self) -> bool:
        return self.status == "value"

    def number(self) -> float:
        """The value of a known finding. Raises ValueError for one that is withheld or not supplied."""
        if self.value is None:
            raise ValueError(f"{self.key} is {self.status}")
        return float(self.value)

    def withheld(self) -> Finding:
        """The same finding without its number."""
        content = self.model_dump() | {
            "value": None,
            "low": None,
            "high": None,
            "confidence": None,
            "census": False,
            "status": "withheld",
        }
        return Finding.model_validate(content)


class Findings(Mapping[str, Finding]):
    """The findings of a report by key. Raises ValueError where one key has two different values."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._by_key: dict[str, Finding] = {}
        for finding in findings:
            before = self._by_key.setdefault(finding.key, finding)
            if _claim(before) != _claim(finding):
                raise ValueError(f"{finding.key} was found twice, with different values")

    def __getitem__(self, key: str) -> Finding:
        try:
            return self._by_key[key]
        except KeyError:
            raise KeyError(f"no finding {key} (there are: {', '.join(sorted(self._by_key))})") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    def of(self, id: str) -> list[Finding]:
        """All findings of one id, over its dimensions, in the order they were found."""
        return [finding for finding in self._by_key.values() if finding.id == id]

    def to_json(self) -> str:
        """JSON, sorted by key: the same findings give the same bytes."""
        content = [self._by_key[key].model_dump(mode="json") for key in sorted(self._by_key)]
        return json.dumps({"findings": content}, indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Findings:
        return cls(Finding.model_validate(item) for item in json.loads(text)["findings"])


def _claim(finding: Finding) -> dict[str, Any]:
    return finding.model_dump(exclude={"provenance"})
