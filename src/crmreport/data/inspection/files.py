"""The files of a folder, and which of them are the same table month by month."""

from __future__ import annotations

import fnmatch
import glob
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow.parquet as pq

from crmreport.data.inspection.contents import contents
from crmreport.data.inspection.matching import Field
from crmreport.data.readers import FileFacts, ReadOptions, inspect_file
from crmreport.data.readers.tables import table_rows
from crmreport.errors import InputDataError, UsageError

SAMPLE = 4000
"""Rows that are looked at to tell what a column is."""

READ_AT_MOST = 2_000_000
"""Rows of a table that are read to count brands and to find the first and last day, spread over its files."""

_SAMPLED_FILES = 4
_MOST_FILES = 2000
_HEADLESS = 0.25
"""From this share on, numbers, dates and addresses among the names of columns make them values."""
_SUFFIXES = frozenset(
    [
        ".csv",
        ".tsv",
        ".txt",
        ".tab",
        ".dat",
        ".psv",
        ".jsonl",
        ".ndjson",
        ".json",
        ".xlsx",
        ".xlsm",
        ".xlsb",
        ".xls",
        ".parquet",
        ".gz",
        ".zip",
    ]
)


@dataclass(frozen=True)
class Unread:
    """A file that was left out before its columns were looked at, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Pile:
    """Files with the same columns, read as one table: ``path`` is their name or the glob that means them."""

    path: str
    facts: tuple[FileFacts, ...]
    sheet: str | None = None

    @property
    def name(self) -> str:
        return f"{self.path}, sheet {self.sheet}" if self.sheet else self.path

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The columns with a sample of their cells: of several files, those spread over them."""
        chosen = _spread(self.facts)
        cells: dict[str, list[str | None]] = {name: [] for name in self.facts[0].columns}
        for facts in chosen:
            for row in facts.sample(max(1, SAMPLE // len(chosen))):
                # Columns may stand in another order from month to month.
                for name, cell in zip(facts.columns, row, strict=True):
                    cells[name].append(cell)
        return tuple(Field.of(name, found) for name, found in cells.items())

    @property
    def read_of_each(self) -> int:
        """How many rows of each file ``by_file`` reads at most."""
        return max(1, READ_AT_MOST // len(self.facts))

    def by_file(self, names: Sequence[str]) -> Iterator[Iterator[tuple[str | None, ...]]]:
        """The cells of some columns, of each file at most ``read_of_each`` rows."""
        for facts in self.facts:
            yield itertools.islice(_rows_of(facts, names), self.read_of_each)

    def rows(self, names: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
        """The same, of all files one after the other."""
        return itertools.chain.from_iterable(self.by_file(names))


def _rows_of(facts: FileFacts, names: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
    if facts.format == "parquet":
        yield from _parquet_rows(facts, names)
        return
    places = [facts.columns.index(name) for name in names]
    options = ReadOptions(facts.encoding, facts.delimiter, facts.quote, facts.sheet, facts.header_row)
    with table_rows(facts.part, options) as (_, blocks):
        for block in blocks:
            for row in block.rows:
                yield tuple(row[place] or None for place in places)


def _parquet_rows(facts: FileFacts, names: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
    with pq.ParquetFile(facts.part.path) as file:
        for batch in file.iter_batches(columns=list(names)):
            for row in batch.to_pylist():
                yield tuple(None if row[name] is None else str(row[name]) for name in names)


def _spread(facts: tuple[FileFacts, ...]) -> list[FileFacts]:
    if len(facts) <= _SAMPLED_FILES:
        return list(facts)
    last = len(facts) - 1
    return [facts[round(step * last / (_SAMPLED_FILES - 1))] for step in range(_SAMPLED_FILES)]


def look_into(folder: Path, *, base: Path) -> tuple[list[Pile], list[Unread]]:
    """The tables in a folder and under it, and the files that are none.

    Paths are written as seen from ``base``, where the params file will lie. Hidden files and folders are
    not looked at. Raises UsageError where there is no such folder, or nothing in it.
    """
    files, unread = _listed(folder)
    tables: dict[tuple[object, ...], list[FileFacts]] = {}
    for file in files:
        shown = file.relative_to(folder).as_posix()
        try:
            found = tuple(_with_header(one) for one in inspect_file(file, name=shown))
        except InputDataError as error:
            unread.append(Unread(shown, error.what.removeprefix(f"“{shown}” ").removesuffix(".")))
            continue
        members = {frozenset(one.columns) for one in found if one.sheet is None}
        if len(members) > 1:
            unread.append(Unread(shown, "its files differ in their columns; unpack it"))
            continue
        for one in found:
            shape = (file.parent, one.format, one.compression, one.sheet, frozenset(one.columns))
            tables.setdefault(shape, []).append(one)
    piles = [pile for found in tables.values() for pile in _piles(found, folder, base)]
    return sorted(piles, key=lambda pile: pile.name), sorted(unread, key=lambda one: one.name)


def _with_header(facts: FileFacts) -> FileFacts:
    """The facts, told anew where the row that was taken for the header holds values."""
    if facts.format not in ("csv", "excel"):
        return facts
    looks = contents(facts.columns)
    values = (
        looks.number + looks.email + looks.phone + (looks.dates.share if looks.dates.pattern is None else 0)
    )
    if values < _HEADLESS:
        return facts
    options = ReadOptions(facts.encoding, facts.delimiter, facts.quote, facts.sheet, 0)
    with table_rows(facts.part, options) as (found, _):
        return found


def _listed(folder: Path) -> tuple[list[Path], list[Unread]]:
    if not folder.is_dir():
        raise UsageError(
            "There is no such folder." if not folder.exists() else "This is a file, not a folder.",
            where=str(folder),
            remedy="Name the folder that holds the client's files.",
        )
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith((".", "~$", "__MACOSX")) for part in path.relative_to(folder).parts)
        and not _is_published(path, folder)
    ]
    data = [path for path in found if path.suffix.lower() in _SUFFIXES]
    if len(data) > _MOST_FILES:
        raise UsageError(
            f"The folder holds {len(data)} files of data, more than {_MOST_FILES}.",
            where=str(folder),
            remedy="Name the folder of one client.",
        )
    others = [
        Unread(path.relative_to(folder).as_posix(), "not a file of data by its name")
        for path in found
        if path not in data and path.suffix.lower() not in (".yml", ".yaml")
    ]
    return data, others


def _is_published(path: Path, folder: Path) -> bool:
    """Whether a file belongs to a report of ours, which lies where its findings and its manifest do, or to
    the logs of a run, which lie where its list of failures does."""
    homes = [home for home in path.parents if home.is_relative_to(folder)]
    reports = ((home / "manifest.json").is_file() and (home / "findings.json").is_file() for home in homes)
    return any(reports) or (path.parent.name == "logs" and (path.parent / "failures.json").is_file())


def _piles(facts: list[FileFacts], folder: Path, base: Path) -> Iterator[Pile]:
    """Files of one shape: as one glob where their names allow one that means no other file."""
    by_file: dict[Path, list[FileFacts]] = {}
    for one in facts:
        by_file.setdefault(one.part.path, []).append(one)
    files = sorted(by_file)
    sheet = facts[0].sheet
    several = sheet is not None and len(facts[0].sheets) > 1
    if len(files) > 1 and (pattern := _pattern([file.name for file in files], files[0].parent)):
        path = _seen_from(base, files[0].parent, pattern, escape=True)
        yield Pile(path, tuple(one for file in files for one in by_file[file]), sheet if several else None)
        return
    for file in files:
        path = _seen_from(base, file.parent, file.name, escape=False)
        yield Pile(path, tuple(by_file[file]), sheet if several else None)


def _pattern(names: list[str], folder: Path) -> str | None:
    """``sales-*.csv`` for sales-01.csv and sales-02.csv; None where it would mean other files as well."""
    start = _common(names).rstrip("0123456789")
    end = _common([name[::-1] for name in names])[::-1].lstrip("0123456789")
    if len(start) + len(end) > min(map(len, names)):
        return None
    if not any(char.isalpha() for char in start) and not any(char.isalpha() for char in end.split(".")[0]):
        return None
    pattern = f"{glob.escape(start)}*{glob.escape(end)}"
    meant = {path.name for path in folder.iterdir() if fnmatch.fnmatchcase(path.name, pattern)}
    return pattern if meant == set(names) else None


def _common(names: list[str]) -> str:
    """The beginning that all names share."""
    same = itertools.takewhile(lambda chars: len(set(chars)) == 1, zip(*names, strict=False))
    return "".join(chars[0] for chars in same)


def _seen_from(base: Path, parent: Path, name: str, *, escape: bool) -> str:
    above = Path(os.path.relpath(parent, base)).as_posix()
    above = glob.escape(above) if escape else above
    # A plain name with a glob's signs in it would be taken for a glob.
    last = name if escape else glob.escape(name)
    return last if above == "." else f"{above}/{last}"
