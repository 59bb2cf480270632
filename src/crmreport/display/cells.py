"""A typed table in a language: its headers and cells as plain texts, the same in HTML and PDF."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from crmreport.display.blocks import Column, Data
from crmreport.findings import Unit
from crmreport.params import LocalText
from crmreport.text import Words
from crmreport.text.words import ABSENT


def headers(data: Data, words: Words) -> list[tuple[str, str]]:
    """Each column's label, and the unit that its cells leave out (or an empty text)."""
    return [(words.label(column.label), _unit(column, words)) for column in data.columns]


def _unit(column: Column, words: Words) -> str:
    return words.unit_note(cast(Unit, column.kind)) if column.numeric else ""


def cells(data: Data, words: Words) -> list[list[str]]:
    """The rows as texts; an absent value is a dash."""
    by_column = zip(*data.rows, strict=True) if data.rows else [()] * len(data.columns)
    texts = [_column(column, values, words) for column, values in zip(data.columns, by_column, strict=True)]
    return [list(row) for row in zip(*texts, strict=True)]


def _column(column: Column, values: tuple[Any, ...], words: Words) -> list[str]:
    if column.numeric:
        return words.column(values, cast(Unit, column.kind))
    return [ABSENT if value is None else _text(column, value, words) for value in values]


def _text(column: Column, value: Any, words: Words) -> str:
    match column.kind:
        case "label":
            return words.label(value)
        case "name":
            return LocalText.model_validate(value).in_language(words.language)
        case "date":
            return words.date(date.fromisoformat(value))
    return str(value)
