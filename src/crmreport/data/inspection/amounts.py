"""Which mark stands before the decimals of a file's amounts, where no amount shows it by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from crmreport.data.inspection.matching import Field

Mark = Literal[".", ","]

_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_COMMAS = frozenset(
    ["EUR", "BRL", "ARS", "RUB", "PLN", "CZK", "DKK", "SEK", "NOK", "HUF", "RON", "TRY", "IDR", "VND"]
)
"""Currencies in whose countries a comma stands before the decimals."""


def open_mark(fields: Iterable[Field], currency: str) -> Mark | None:
    """The likelier mark where some column has 1,000 and no other number that tells; else None.

    ``fields`` are the columns of numbers of one file, which is taken to be written in one way.
    """
    undecided: set[str] = set()
    shown: set[str] = set()
    for field in fields:
        bare = [re.sub(r"[^0-9.,]", "", cell) for cell in field.cells if cell]
        marked = [text for text in bare if "." in text or "," in text]
        telling = [text for text in marked if not _EITHER.fullmatch(text)]
        if telling:
            shown |= {_mark_of(text) for text in telling}
        elif marked:
            undecided |= {mark for text in marked for mark in ".," if mark in text}
    if not undecided:
        return None
    if len(shown) == 1:
        return "," if shown == {","} else "."
    if undecided == {","}:
        return "."
    return "," if currency in _COMMAS else "."


def _mark_of(text: str) -> str:
    """The mark before a number's decimals: the last one, unless it stands there several times."""
    last = "." if text.rfind(".") > text.rfind(",") else ","
    return last if text.count(last) == 1 else ("," if last == "." else ".")
