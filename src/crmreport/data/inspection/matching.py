"""Which column of a file is which column of a canonical table: words, contents, one assignment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from crmreport.data.contract import Column, Table
from crmreport.data.inspection.contents import Contents, contents
from crmreport.data.inspection.vocabulary import vocabulary

SURE = 0.8
"""From this score on a match is stated as a fact; below, as a guess to look at."""

ENOUGH = 0.5
"""Below this score a column stays unmapped."""

_WORDS = 0.8
"""Of a score, so much come from the words; the rest from what the cells look like."""

_LONGEST_CODE = 64
_LONGEST_CLASS = 40


@dataclass(frozen=True)
class Field:
    """One column of a file: its name there, the cells of a sample, and what they look like."""

    name: str
    cells: tuple[str | None, ...]
    looks: Contents

    @classmethod
    def of(cls, name: str, cells: Sequence[str | None]) -> Field:
        return cls(name, tuple(cells), contents(cells))


@dataclass(frozen=True)
class Match:
    """The best reading of a file as one table: canonical column to name in the file, and scores (0 to 1)."""

    table: Table
    columns: dict[str, str]
    scores: dict[str, float]

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns that nothing in the file is."""
        return tuple(c.name for c in self.table.mappable if c.required and c.name not in self.columns)

    @property
    def weight(self) -> float:
        """How much of the file it explains: the sum of its scores."""
        return sum(self.scores.values())


Scores = Mapping[tuple[str, str], float]
"""By canonical column and column of the file."""


def match(table: Table, fields: Sequence[Field], scores: Scores | None = None) -> Match:
    """The assignment of the file's columns to the table's with the largest sum of scores.

    Each of either serves at most once, and the order of the file's columns does not matter. ``scores``
    replaces those of the words where headers say nothing.
    """
    ordered = sorted(fields, key=lambda field: field.name)
    columns = table.mappable
    if not ordered:
        return Match(table, {}, {})
    known = np.array([[_score(table, column, field, scores) for column in columns] for field in ordered])
    # Each field may also stay alone, for what is enough, or for what it is likelier to be.
    alone = np.full((len(ordered), len(ordered)), -1.0)
    for place, field in enumerate(ordered):
        decoy = 0.0 if scores is not None else vocabulary().decoy(field.name)
        alone[place, place] = max(ENOUGH, decoy)
    rows, chosen = linear_sum_assignment(np.hstack([known, alone]), maximize=True)
    found = {
        columns[column].name: (ordered[row].name, float(known[row, column]))
        for row, column in zip(rows, chosen, strict=True)
        if column < len(columns)
    }
    names = [column.name for column in columns if column.name in found]
    return Match(table, {n: found[n][0] for n in names}, {n: found[n][1] for n in names})


def _score(table: Table, column: Column, field: Field, scores: Scores | None) -> float:
    fit = fits(column, field.looks)
    if fit is None:
        return 0.0
    if scores is not None:
        return scores.get((column.name, field.name), 0.0)
    return vocabulary().likeness(field.name, table.name, column.name) * (_WORDS + (1 - _WORDS) * fit)


def fits(column: Column, looks: Contents) -> float | None:
    """How well the cells suit a canonical column: 0 to 1; None where they cannot be it."""
    if not looks.filled:
        return None
    if column.type in ("timestamp", "date"):
        return looks.dates.share if looks.dates.share >= 0.8 else None
    if column.type == "boolean":
        return looks.boolean if looks.boolean > 0.8 or looks.distinct <= 3 else None
    if column.type != "string":
        return _fits_number(column, looks)
    if column.name.endswith("_id"):
        return _fits_code(column, looks)
    return _fits_text(vocabulary().contents.get(column.name, ""), looks)


def _fits_number(column: Column, looks: Contents) -> float | None:
    if looks.number < 0.8:
        return None
    match vocabulary().contents.get(column.name, ""):
        case "money":
            return 1.0 if looks.fraction > 0.1 or looks.sign > 0.3 else 0.5
        case "small":
            return 1.0 if looks.integer > 0.8 and abs(looks.mean) < 1000 else 0.5
        case "scale":
            return 1.0 if looks.is_scale else 0.3
        case "age":
            return 1.0 if looks.integer > 0.9 and 10 < looks.mean < 100 else None
        case _:
            return 1.0


def _fits_code(column: Column, looks: Contents) -> float | None:
    if looks.length > _LONGEST_CODE or looks.masked > 0.3:
        return None
    if looks.dates.share > 0.8 and looks.dates.clock > 0.5:
        return None
    if looks.fraction > 0.5 and looks.number > 0.9:
        return 0.0
    kind = vocabulary().contents.get(column.name)
    if kind == "code" and looks.code < 0.5:
        return None
    if kind == "unique":
        return 1.0 if looks.unique > 0.95 else 0.0
    return 1.0 if looks.distinct > 1 else 0.5


def _fits_text(kind: str, looks: Contents) -> float | None:
    match kind:
        case "email":
            return looks.email if looks.email > 0.3 else None
        case "phone":
            return 1.0 if looks.phone > 0.3 else None if looks.masked > 0.3 or looks.email > 0.3 else 0.4
        case "gender":
            return looks.gender if looks.gender > 0.5 else 0.5 if looks.distinct <= 6 else None
        case "text":
            return 1.0 if looks.length > 20 else 0.5
        case "classes":
            # Free text may tell of persons, and classes may be published.
            if looks.is_personal or (looks.length > _LONGEST_CLASS and not looks.few):
                return None
            return 1.0 if looks.few else 0.4
        case _:
            return 1.0
