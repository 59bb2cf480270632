"""Which column of the client's files is which of ours, checked before anything is ingested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from crmreport.data.contract import PRODUCTS, SALE_LINES, TABLES, Table
from crmreport.data.engine import connect, reading
from crmreport.data.sources import InputFile, input_files
from crmreport.errors import InputDataError, ParamsError
from crmreport.params import Engagement, Filter, Source, did_you_mean

OURS = "crmreport: "
"""Begins every working column beside those of a client's file, so that none can meet another."""

FILE = OURS + "file"
ROW = OURS + "row"
"""Where a row stands in its file. The header is row 1, as in a spreadsheet."""

_SHOWN = 30


@dataclass(frozen=True)
class Plan:
    """A source ready to be read: its files, and which of their columns is which of ours."""

    table: Table
    source: Source
    files: tuple[InputFile, ...]

    @cached_property
    def columns(self) -> dict[str, str]:
        """Canonical columns, then attributes, each with the name it has in the files."""
        mapped = self.source.columns
        known = {column.name: mapped[column.name] for column in self.table.mappable if column.name in mapped}
        return known | {name: mapped.get(name, name) for name in self.source.attributes}

    @property
    def texts(self) -> list[str]:
        """The text columns: those that a filter may name."""
        return [name for name in self.columns if name not in self.table or self.table[name].type == "string"]

    def read(self, backend: Backend) -> ir.Table:
        """All rows of all files, every column as it stands, with ``FILE`` and ``ROW``."""
        with reading(self.files[0].name if len(self.files) == 1 else self.source.path):
            raw = _read(backend, self.files)
        names = [(str(file.path), file.name) for file in self.files]
        return raw.mutate(**{FILE: raw[FILE].cases(*names)})


def plans(engagement: Engagement) -> dict[str, Plan]:
    """A plan for each source, checked as far as the params alone allow.

    Raises ParamsError where the mapping or a filter names a column there is not, InputDataError where
    a file is missing or of no known format.
    """
    named: dict[str, Plan] = {}
    for name, source in engagement.params.sources.items():
        _check_mapping(engagement, TABLES[name], source)
        named[name] = Plan(TABLES[name], source, input_files(engagement, name))
    _check_filters(engagement, named)
    return named


def check_inputs(engagement: Engagement) -> None:
    """Whether the sources can be ingested: files, columns, filters. Reads headers only.

    Raises ParamsError or InputDataError that says what is missing.
    """
    check_columns(engagement, plans(engagement), connect())


def check_columns(engagement: Engagement, named: Mapping[str, Plan], backend: Backend) -> None:
    """Whether every file has the columns mapped from it. Else raises InputDataError."""
    for name, plan in named.items():
        for file in plan.files:
            with reading(file.name):
                found = [column for column in _read(backend, (file,)).columns if not column.startswith(OURS)]
            for column in plan.columns.values():
                if column not in found:
                    listed = ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
                    raise InputDataError(
                        f"no column “{column}” (found: {listed}){did_you_mean(column, found)}",
                        where=file.name,
                        remedy=f"Map it under sources.{name}.columns in {engagement.path.name}.",
                    )


def _read(backend: Backend, files: tuple[InputFile, ...]) -> ir.Table:
    each = [_read_one(backend, file) for file in files]
    types = {name: type for table in each for name, type in table.schema().items()}
    whole = [
        table.select(
            *(
                table[name] if name in table.columns else ibis.null(type).name(name)
                for name, type in types.items()
            )
        )
        for table in each
    ]
    return ibis.union(*whole) if len(whole) > 1 else whole[0]


def _read_one(backend: Backend, file: InputFile) -> ir.Table:
    path = str(file.path)
    if file.format == "parquet":
        table = backend.read_parquet(path, filename=FILE, file_row_number=True)
        return table.mutate(**{ROW: table.file_row_number + 2}).drop("file_row_number")
    # As text: guessed types would drop the zeros that article numbers begin with.
    table = backend.read_csv(path, filename=FILE, all_varchar=True, header=True)
    return table.mutate(**{ROW: ibis.row_number() + 2})


def _check_mapping(engagement: Engagement, table: Table, source: Source) -> None:
    where = f"{engagement.path.name}, sources.{table.name}"
    mappable = [column.name for column in table.mappable]
    for name in source.columns:
        if name not in mappable and name not in source.attributes:
            raise ParamsError(
                f"“{name}” is not a column of {table.name}{did_you_mean(name, mappable)}",
                where=f"{where}.columns",
                remedy=f"Columns are: {', '.join(mappable)}. Others go under attributes.",
            )
    for name in source.attributes:
        if name in table:
            raise ParamsError(
                f"“{name}” is a column of {table.name} already.",
                where=f"{where}.attributes",
                remedy="Map it under columns.",
            )
    for column in table.mappable:
        if column.required and column.name not in source.columns:
            raise ParamsError(
                f"{column.name} is not mapped.",
                where=f"{where}.columns",
                remedy=f"Add a line “{column.name}: …” with the name that it has in the file.",
            )


def _check_filters(engagement: Engagement, named: dict[str, Plan]) -> None:
    where = engagement.path.name
    lines = named[SALE_LINES.name]
    if PRODUCTS.name in named and "product_id" not in lines.columns:
        raise ParamsError(
            "product_id is not mapped, so that no sale line finds its product.",
            where=f"{where}, sources.sale_lines.columns",
            remedy="Map it, or leave out sources.products.",
        )
    known = [*lines.texts, *(named[PRODUCTS.name].texts if PRODUCTS.name in named else [])]
    filters: dict[str, Filter] = {"include": engagement.params.include}
    filters |= {f"brands.{brand.id}.where": brand.where for brand in engagement.params.brands}
    for place, alternatives in filters.items():
        for column in (name for alternative in alternatives for name in alternative):
            if column not in known:
                raise ParamsError(
                    f"“{column}” is no text column of sale lines or products{did_you_mean(column, known)}",
                    where=f"{where}, {place}",
                    remedy=f"Columns are: {', '.join(dict.fromkeys(known))}.",
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
