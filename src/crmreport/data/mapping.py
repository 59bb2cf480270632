"""Which column of the client's files is which of ours, checked before anything is ingested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from crmreport.data.cleaning import Conventions
from crmreport.data.contract import PRODUCTS, SALE_LINES, TABLES, Table
from crmreport.data.engine import reading
from crmreport.data.marks import MARKS
from crmreport.data.readers.staging import TEXT as TEXT
from crmreport.data.readers.staging import UNREAD, unread_beside
from crmreport.data.shape import DECLARED, declared_columns, items, shaped
from crmreport.data.sources import Input, input_files
from crmreport.data.working import FILE as FILE
from crmreport.data.working import OURS as OURS
from crmreport.data.working import ROW as ROW
from crmreport.errors import InputDataError, ParamsError
from crmreport.params import Engagement, Filter, Source, did_you_mean

_SHOWN = 30


@dataclass(frozen=True)
class Plan:
    """A source ready to be read: its files, and which of their columns is which of ours."""

    table: Table
    source: Source
    files: tuple[Input, ...]
    conventions: Conventions = field(default_factory=Conventions)

    @cached_property
    def columns(self) -> dict[str, str]:
        """Canonical columns, then attributes, each with the name it has in what ``read`` returns."""
        mapped = self.source.columns | declared_columns(self.table, self.source)
        known = {column.name: mapped[column.name] for column in self.table.mappable if column.name in mapped}
        return known | {name: mapped.get(name, name) for name in self.source.attributes}

    @property
    def texts(self) -> list[str]:
        """The text columns: those that a filter may name."""
        return [name for name in self.columns if name not in self.table or self.table[name].type == "string"]

    @property
    def asked(self) -> list[str]:
        """The columns that every file must have: the mapped ones."""
        return [name for name in self.columns.values() if not name.startswith(DECLARED)]

    @property
    def items(self) -> list[str]:
        """The columns that are turned into rows, of all files together."""
        if not (self.source.wide and self.table.wide):
            return []
        found = [name for file in self.files for name in items(self.source, file.columns())]
        return list(dict.fromkeys(found))

    @property
    def names(self) -> list[str]:
        return [file.name for file in self.files]

    @property
    def where(self) -> str:
        """What errors call the source: its only file, or its pattern."""
        return self.files[0].name if len(self.files) == 1 else self.source.path

    def read(self, backend: Backend) -> ir.Table:
        """All rows of all files, every column as it stands, with ``FILE``, ``ROW``, and what the params
        declare; one row an item where the source is wide."""
        paths = [str(file.staged) for file in self.files]
        whole = self.files[0].format == "parquet"
        with reading(self.where):
            raw = backend.read_parquet(paths, filename=FILE, union_by_name=True, file_row_number=whole)
        if whole:
            raw = raw.mutate(**{ROW: raw.file_row_number + 2}).drop("file_row_number")
        raw = raw.mutate(**{FILE: raw[FILE].cases(*zip(paths, self.names, strict=True))})
        return shaped(raw, self.table, self.source, file=FILE, row=ROW)

    def rejected(self, backend: Backend) -> ir.Table:
        """The rows of all files that their reader could not take, with ``FILE``, ``ROW`` and ``TEXT``."""
        staged = [(file.name, unread_beside(file.staged)) for file in self.files if file.format != "parquet"]
        if not staged:
            return ibis.memtable(UNREAD.empty_table()).mutate(**{FILE: ibis.null("string")})
        names, paths = zip(*((name, str(path)) for name, path in staged), strict=True)
        raw = backend.read_parquet(list(paths), filename=FILE)
        return raw.mutate(**{FILE: raw[FILE].cases(*zip(paths, names, strict=True))})


def plans(engagement: Engagement, root: Path | None = None) -> dict[str, Plan]:
    """A plan for each source, checked as far as the params alone allow; staged under ``root`` when read.

    Raises ParamsError where the mapping or a filter names a column there is not, InputDataError where
    a file is missing or of no known format.
    """
    named: dict[str, Plan] = {}
    for name, source in engagement.params.sources.items():
        _check_mapping(engagement, TABLES[name], source)
        named[name] = Plan(TABLES[name], source, input_files(engagement, name, root))
    _check_filters(engagement, named)
    return named


def check_inputs(engagement: Engagement) -> None:
    """Whether the sources can be ingested: files, columns, filters. Reads headers only.

    Raises ParamsError or InputDataError that says what is missing.
    """
    named = plans(engagement)
    check_columns(engagement, named)
    if not any(_is_dated(plan) for plan in named.values()):
        raise no_dates(engagement)


def _is_dated(plan: Plan) -> bool:
    return plan.table.dated in plan.columns or plan.table == SALE_LINES


def no_dates(engagement: Engagement) -> InputDataError:
    """The error of a client of whom no row tells when anything happened."""
    return InputDataError(
        "Nothing says when: no row of any source has a date.",
        where=engagement.path.name,
        remedy="Map a date column, or write the day that holds for all rows under constants.",
    )


def check_columns(engagement: Engagement, named: Mapping[str, Plan]) -> None:
    """Whether every file has the columns mapped from it. Else raises InputDataError."""
    for name, plan in named.items():
        for file in plan.files:
            found = list(file.columns())
            _check_items(engagement, plan, file.name, found)
            for column in plan.asked:
                if column not in found:
                    listed = ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
                    raise InputDataError(
                        f"no column “{column}” (found: {listed}){did_you_mean(column, found)}",
                        where=file.name,
                        remedy=f"Map it under sources.{name}.columns in {engagement.path.name}.",
                    )


def _check_items(engagement: Engagement, plan: Plan, file: str, found: list[str]) -> None:
    """Whether each entry of ``wide`` names a column of the file that nothing else is made of."""
    for entry in plan.source.wide:
        if not items(plan.source.model_copy(update={"wide": (entry,)}), found):
            raise InputDataError(
                f"no column to turn into rows is called “{entry}”{did_you_mean(entry, found)}",
                where=file,
                remedy=f"Correct sources.{plan.table.name}.wide in {engagement.path.name}; a column that is "
                "mapped or an attribute holds no item.",
            )


def _check_mapping(engagement: Engagement, table: Table, source: Source) -> None:
    where = f"{engagement.path.name}, sources.{table.name}"
    mappable = [column.name for column in table.mappable]
    for place, names in (("columns", source.columns), ("constants", source.constants)):
        for name in names:
            if name not in mappable and name not in source.attributes:
                raise ParamsError(
                    f"“{name}” is not a column of {table.name}{did_you_mean(name, mappable)}",
                    where=f"{where}.{place}",
                    remedy=f"Columns are: {', '.join(mappable)}. Others go under attributes.",
                )
    for name in source.attributes:
        if table is SALE_LINES and name in MARKS:
            raise ParamsError(
                f"“{name}” is a name that crmreport gives to what it finds out about {table.name}.",
                where=f"{where}.attributes",
                remedy="Give the attribute another name, and map that under columns.",
            )
        if name in table:
            raise ParamsError(
                f"“{name}” is a column of {table.name} already.",
                where=f"{where}.attributes",
                remedy="Map it under columns.",
            )
    if source.wide and not table.wide:
        raise ParamsError(
            f"The rows of {table.name} hold no items.",
            where=f"{where}.wide",
            remedy="Map each column under columns.",
        )
    declared = declared_columns(table, source)
    for name in declared.keys() & source.columns.keys():
        raise ParamsError(
            f"{name} is mapped, and comes from {'constants' if name in source.constants else 'wide'} too.",
            where=f"{where}.columns",
            remedy="Keep one of the two.",
        )
    for column in table.mappable:
        if column.required and column.name not in {*source.columns, *declared}:
            raise ParamsError(
                f"{column.name} is not mapped.",
                where=f"{where}.columns",
                remedy=f"Add a line “{column.name}: …” with the name that it has in the file.",
            )


def _check_filters(engagement: Engagement, named: dict[str, Plan]) -> None:
    where = engagement.path.name
    lines = named.get(SALE_LINES.name)
    if lines and PRODUCTS.name in named and "product_id" not in lines.columns:
        raise ParamsError(
            "product_id is not mapped, so that no sale line finds its product.",
            where=f"{where}, sources.sale_lines.columns",
            remedy="Map it, or leave out sources.products.",
        )
    tables = {name: _texts_with_product(named[name], named) for name in TABLES if name in named}
    if engagement.params.include and not lines:
        raise ParamsError(
            "There are no sale lines to choose from.",
            where=f"{where}, include",
            remedy="Remove it, or add sources.sale_lines.",
        )
    sold = {name: columns for name, columns in tables.items() if name == SALE_LINES.name}
    _check_filter(f"{where}, include", engagement.params.include, sold, of="the sale lines or their products")
    for brand in engagement.params.brands:
        _check_filter(f"{where}, brands.{brand.id}.where", brand.where, tables, of="any source")


def _texts_with_product(plan: Plan, named: Mapping[str, Plan]) -> list[str]:
    linked = PRODUCTS.name in named and "product_id" in plan.columns
    return list(dict.fromkeys([*plan.texts, *(named[PRODUCTS.name].texts if linked else [])]))


def _check_filter(where: str, filter: Filter, tables: Mapping[str, list[str]], *, of: str) -> None:
    """Whether each alternative can be asked of a table: of one that has all columns it names."""
    known = list(dict.fromkeys(column for columns in tables.values() for column in columns))
    for alternative in filter:
        for column in alternative:
            if column not in known:
                raise ParamsError(
                    f"“{column}” is no text column of {of}{did_you_mean(column, known)}",
                    where=where,
                    remedy=f"Columns are: {', '.join(known)}.",
                )
        if not any(alternative.keys() <= set(columns) for columns in tables.values()):
            raise ParamsError(
                f"No table has {', '.join(f'“{column}”' for column in alternative)} together.",
                where=where,
                remedy="Write what concerns different tables as alternatives, each an item of a list.",
            )


def passes(filter: Filter, columns: dict[str, ir.StringValue]) -> ir.BooleanValue:
    """Whether a row passes: in any one alternative, every named column holds one of its values.

    NULL where a blank leaves it open, which a filter and a case take for no; made FALSE, it would keep
    the database from filtering products before it joins them.
    """
    alternatives = [
        ibis.and_(
            *(columns[name].isin([_as_text(value) for value in values]) for name, values in one.items())
        )
        for one in filter
    ]
    return ibis.or_(*alternatives)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
