"""The embedded database, opened only when something is read: never at import, never before a fork."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
from ibis.backends.duckdb import Backend

from crmreport.errors import InputDataError, UsageError, shape

MEMORY, THREADS = "CRMREPORT_MEMORY", "CRMREPORT_THREADS"
"""Environment variables: the most memory of each process's database, such as 2GB, and its threads."""


def settings() -> dict[str, str]:
    """What the environment sets of the database; without it, it takes what it finds."""
    named = {"memory_limit": MEMORY, "threads": THREADS}
    return {setting: os.environ[name] for setting, name in named.items() if os.environ.get(name)}


def connect(*, spill: Path | None = None) -> Backend:
    """A new database in memory. It fetches no extension; ``spill`` is where it may put what is too large.

    Raises UsageError where the environment sets what it does not understand.
    """
    options = settings() | ({"temp_directory": str(spill)} if spill else {})
    try:
        return ibis.duckdb.connect(autoinstall_known_extensions=False, **options)
    except duckdb.Error:
        raise UsageError(
            "The database does not understand its settings.",
            where=f"{MEMORY}, {THREADS}",
            remedy=f"Write {MEMORY}=2GB and {THREADS}=2, or leave them out.",
        ) from None


_QUOTED = re.compile(r"""(["'])(.*?)\1""")
"""What the database quotes of a file may be anybody's data."""


@contextmanager
def reading(where: str) -> Iterator[None]:
    """Turn what the database says of an unreadable file into an error of ours that names ``where``."""
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException) as error:
        said = _QUOTED.sub(lambda quoted: f"“{shape(quoted[2])}”", str(error).strip().splitlines()[0])
        raise InputDataError(
            f"The file cannot be read ({said}).", where=where, remedy="Export it again."
        ) from error
