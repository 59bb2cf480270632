"""The shape of a source: the values that its params add, and items in columns turned into rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase

import ibis
import ibis.expr.types as ir
from ibis import selectors as s

from crmreport.data.cleaning import as_text
from crmreport.data.contract import Table
from crmreport.params import Source

DECLARED = "params: "
"""Begins every column that the params add to those of a file."""

RESPONDENT = "respondent_id"


def declared_columns(table: Table, source: Source) -> dict[str, str]:
    """The canonical columns (and attributes) that come from the params, each with its name in ``shaped``."""
    names = list(source.constants)
    if source.wide and table.wide:
        names += table.wide
        if numbers_its_rows(table, source):
            names.append(RESPONDENT)
    return {name: DECLARED + name for name in names}


def numbers_its_rows(table: Table, source: Source) -> bool:
    """Whether the place of a row in its file stands for who answered: nothing else does."""
    given = {*source.columns, *source.constants}
    return bool(source.wide) and RESPONDENT in table and RESPONDENT not in given


def items(source: Source, columns: Iterable[str]) -> list[str]:
    """Those of a file's columns that hold items; a mapped one, or one kept as an attribute, is none."""
    other = {*source.columns.values(), *source.attributes}
    found = [name for name in columns if name not in other]
    return [name for name in found if any(name == one or fnmatchcase(name, one) for one in source.wide)]


def shaped(raw: ir.Table, table: Table, source: Source, *, file: str, row: str) -> ir.Table:
    """The rows with what the params declare; one row an item where the source is ``wide``.

    ``file`` and ``row`` name the columns that say where a row stands: together, who answered where the
    file does not number its respondents.
    """
    added: dict[str, ir.Value] = {
        DECLARED + name: ibis.literal(_as_text(value)) for name, value in source.constants.items()
    }
    if numbers_its_rows(table, source):
        added[DECLARED + RESPONDENT] = raw[file] + ":" + raw[row].cast("string")
    raw = raw.mutate(**added) if added else raw
    if not (source.wide and table.wide):
        return raw
    columns = items(source, raw.columns)
    texts = raw.mutate(**{name: as_text(raw[name], source.missing) for name in columns})
    item, value = (DECLARED + name for name in table.wide)
    return texts.pivot_longer(s.cols(*columns), names_to=item, values_to=value)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)
