"""The embedded database, opened only when something is read: never at import, never before a fork."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
from ibis.backends.duckdb import Backend

from crmreport.errors import InputDataError


def connect(*, spill: Path | None = None) -> Backend:
    """A new database in memory. It fetches no extension; ``spill`` is where it may put what is too large."""
    settings = {"temp_directory": str(spill)} if spill else {}
    return ibis.duckdb.connect(autoinstall_known_extensions=False, **settings)


@contextmanager
def reading(where: str) -> Iterator[None]:
    """Turn what the database says of an unreadable file into an error of ours that names ``where``."""
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException) as error:
        said = str(error).strip().splitlines()[0]
        raise InputDataError(
            f"The file cannot be read ({said}).", where=where, remedy="Export it again, a CSV as UTF-8."
        ) from error
