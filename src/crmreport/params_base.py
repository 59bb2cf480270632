"""What every part of a params file is made of: strict models, identifiers, texts by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, RootModel, StringConstraints, model_validator

Language = Literal["en", "zh-Hans", "zh-Hant"]
LANGUAGES: tuple[Language, ...] = ("en", "zh-Hans", "zh-Hant")

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")]


class Strict(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class LocalText(RootModel[dict[Literal["en", "zh-Hans", "zh-Hant", "*"], str]]):
    """A text in each language, or one string that serves in all of them."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _one_for_all(cls, value: Any) -> Any:
        return {"*": value} if isinstance(value, str) else value

    def in_language(self, language: Language) -> str:
        """The text in ``language``; KeyError where the file gave none (``Params`` refuses that)."""
        return self.root[language] if language in self.root else self.root["*"]

    def missing(self, languages: tuple[Language, ...]) -> list[str]:
        return [] if "*" in self.root else [lang for lang in languages if lang not in self.root]


def check_weighing(weights: Mapping[Any, float], anchors: Mapping[Any, float]) -> None:
    """Raises ValueError where sides cannot be weighed, or none of their anchors be reached."""
    if any(weight < 0 for weight in weights.values()) or not sum(weights.values()) > 0:
        raise ValueError("“weights” are not negative, and one of them at least is more than zero")
    if any(anchor <= 0 for anchor in anchors.values()):
        raise ValueError("“anchors” are more than zero")
