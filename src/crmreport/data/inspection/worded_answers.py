"""Answers in words, such as “Very satisfied” or 比较同意, and the points of the scale they stand for."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from crmreport.data.inspection.folding import to_simplified

_WORDS = Path(__file__).with_name("survey_items.yml")
_NUMBERED = re.compile(r"(\d{1,2})\s*(?:[-–—=:：.、)）]\s*)?\D+")
_FEWEST = 3
_LARGEST = 10


@cache
def _scales() -> tuple[tuple[dict[str, int], int], ...]:
    """Of each scale in words, the point of each text, and how many points there are."""
    raw: dict[str, Any] = yaml.safe_load(_WORDS.read_text("utf-8"))
    return tuple(
        (
            {_plain(str(text)): point for point, texts in enumerate(scale, 1) for text in texts},
            len(scale),
        )
        for scale in raw["answers"]
    )


def _plain(text: str) -> str:
    return " ".join(to_simplified(text).casefold().replace("-", " ").split())


def points_of(texts: Collection[str], *, beside: Collection[int] = ()) -> tuple[dict[str, int], int] | None:
    """The point of each of ``texts``, and the highest point of their scale.

    Texts that begin with their number (“5 - Very satisfied”) stand for it, also ``beside`` bare numbers;
    else all must be on one of the scales that we know, at three points of it or more. None where they are
    no such answers.
    """
    if not texts:
        return None
    if numbered := _numbered(texts, beside):
        return numbered
    if beside:
        return None
    for known, top in _scales():
        if all(_plain(text) in known for text in texts):
            found = {text: known[_plain(text)] for text in texts}
            if len(set(found.values())) >= _FEWEST:
                return found, top
    return None


def _numbered(texts: Collection[str], beside: Collection[int]) -> tuple[dict[str, int], int] | None:
    met = {text: _NUMBERED.fullmatch(text.strip()) for text in texts}
    found = {text: int(one.group(1)) for text, one in met.items() if one}
    points = [*found.values(), *beside]
    told = len(found) == len(texts) and len(set(points)) == len(points) >= _FEWEST
    return (found, max(points)) if told and min(points) <= 1 and max(points) <= _LARGEST else None
