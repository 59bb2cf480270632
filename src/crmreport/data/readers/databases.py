"""Tables of databases: SQLite, DuckDB, PostgreSQL and MySQL, read only, in chunks.

An address holds ``${NAME}`` where a secret belongs; the environment's value is put in when a connection
is made, and is in no name, message or file of ours.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from crmreport.data.engine import settings
from crmreport.data.readers.delimited import Block
from crmreport.data.readers.header import name_columns
from crmreport.data.readers.staging import unread_beside, write_blocks
from crmreport.data.working import ROW
from crmreport.errors import InputDataError
from crmreport.params_reading import DATABASES, FILE_DATABASES, VARIABLE

CHUNK = 10_000
_DRIVERS = {"postgresql": "psycopg", "mysql": "pymysql"}
_READ_ONLY = {"postgresql": "SET TRANSACTION READ ONLY", "mysql": "SET SESSION TRANSACTION READ ONLY"}
_CHECK = "Check the address, that the database answers, and what its user may read."

Rows = tuple[tuple[str, ...], Iterator[Sequence[Any]]]


@dataclass(frozen=True)
class DatabaseTable:
    """What a source asks of a database, a table or a query. ``address`` is as the params write it;
    a relative path in it starts at ``folder``."""

    address: str
    folder: Path
    table: str | None = None
    query: str | None = None

    @property
    def name(self) -> str:
        """What messages and the ledger call it; no secret is part of it."""
        return f"{self.address.partition('?')[0]}, {self.table or 'query'}"

    def columns(self) -> tuple[str, ...]:
        """The names of its columns. Raises InputDataError."""
        with self._rows(none=True) as (columns, _):
            return columns

    def question(self, dialect: sa.Dialect, *, none: bool) -> str:
        """What to ask in SQL. With ``none``, for the columns alone: a server may send a result to its end,
        wanted or not."""
        schema, _, table = (self.table or "").rpartition(".")
        quoted = dialect.identifier_preparer.quote_identifier
        whole = "SELECT * FROM " + ".".join(quoted(name) for name in (schema, table) if name)  # noqa: S608
        asked = self.query.rstrip().rstrip(";") if self.query else whole
        return f"SELECT * FROM (\n{asked}\n) AS asked LIMIT 0" if none else asked  # noqa: S608

    def stage(self, folder: Path) -> tuple[Path, str]:
        """Copy the rows into a Parquet file named by the hash of their content; that hash as well.

        A database gives rows in no order, so they are put into that of their columns. Raises
        InputDataError.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".staging-", dir=folder) as made:
            read, ordered, unread = Path(made, "read"), Path(made, "ordered"), Path(made, "unread")
            with self._rows() as (columns, rows):
                write_blocks(columns, _blocks(rows), read, unread)
            digest = _ordered(read, ordered, columns, spill=Path(made, "spill"))
            target = folder / f"{digest[:32]}.parquet"
            for written, place in ((unread, unread_beside(target)), (ordered, target)):
                written.chmod(0o600)
                written.replace(place)
        return target, digest

    @contextmanager
    def _rows(self, *, none: bool = False) -> Iterator[Rows]:
        """The columns, and the rows as they come. What a database says never reaches a message: it may
        repeat a password or a customer's data."""
        address = self._filled()
        kind = address.partition("://")[0].partition("+")[0]
        try:
            with (_duckdb_rows if kind == "duckdb" else _sql_rows)(kind, address, self, none) as found:
                yield found
        except (SQLAlchemyError, duckdb.Error, sqlite3.Error, UnicodeError) as error:
            cause = getattr(error, "orig", None) or error
            raise InputDataError(
                f"The database cannot be read ({type(cause).__name__}).", where=self.name, remedy=_CHECK
            ) from None

    def _filled(self) -> str:
        """The address with the environment's values. Raises InputDataError where one is not set."""
        whole = VARIABLE.fullmatch(self.address)

        def value(name: str) -> str:
            if not (found := os.environ.get(name)):
                raise InputDataError(
                    f"The environment variable {name} is not set.",
                    where=self.name,
                    remedy="Set it before the run; it is never stored.",
                )
            return found if whole else quote(found, safe="")

        filled = VARIABLE.sub(lambda match: value(match[1]), self.address)
        kind = filled.partition("://")[0].partition("+")[0]
        if kind == "postgres":
            kind, filled = "postgresql", filled.replace("postgres", "postgresql", 1)
        if kind not in DATABASES:
            raise InputDataError(
                "The address is of no database that is read.",
                where=self.name,
                remedy=f"Those read are {', '.join(DATABASES)}.",
            )
        driver = _DRIVERS.get(kind)
        if driver and importlib.util.find_spec(driver) is None:
            raise InputDataError(
                f"Reading {kind} needs the Python package {driver}.",
                where=self.name,
                remedy=f"Install the {kind} extra: pip install 'crmreport[{kind}]'.",
            )
        return filled

    def file(self, address: str) -> Path:
        """The file of an SQLite or DuckDB address. Raises InputDataError where there is none."""
        path = self.folder / Path(address.partition(":///")[2].partition("?")[0]).expanduser()
        if not path.is_file():
            raise InputDataError(
                "There is no such database file.",
                where=self.name,
                remedy="A relative path starts at the folder of the params file: sqlite:///data/shop.db",
            )
        return path


@contextmanager
def _sql_rows(kind: str, address: str, asked: DatabaseTable, none: bool) -> Iterator[Rows]:
    if kind in FILE_DATABASES:
        uri = f"{asked.file(address).resolve().as_uri()}?mode=ro"
        engine = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True))
    else:
        url = sa.make_url(address).set(drivername=f"{kind}+{_DRIVERS[kind]}")
        engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            if kind in _READ_ONLY:
                connection.exec_driver_sql(_READ_ONLY[kind])
            # A colon in a question is no parameter's.
            statement = sa.text(asked.question(engine.dialect, none=none).replace(":", "\\:"))
            streamed = connection.execution_options(stream_results=not none, yield_per=CHUNK)
            with closing(streamed.execute(statement)) as result:
                rows = (row for part in result.partitions() for row in part)
                yield name_columns(tuple(result.keys()), ()), rows
    finally:
        engine.dispose()


@contextmanager
def _duckdb_rows(_kind: str, address: str, asked: DatabaseTable, none: bool) -> Iterator[Rows]:
    options = {"autoinstall_known_extensions": "false", **settings()}
    with duckdb.connect(asked.file(address), read_only=True, config={**options}) as connection:
        statement = asked.question(sa.engine.default.DefaultDialect(), none=none)
        result = connection.execute(statement)
        columns = name_columns([column[0] for column in result.description or ()], ())
        yield columns, (row for part in iter(lambda: result.fetchmany(CHUNK), []) for row in part)


def _blocks(rows: Iterable[Sequence[Any]]) -> Iterator[Block]:
    chunk: list[list[str]] = []
    for row in rows:
        chunk.append([_as_text(value) for value in row])
        if len(chunk) == CHUNK:
            yield Block(range(CHUNK), chunk, ())
            chunk = []
    yield Block(range(len(chunk)), chunk, ())


def _as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case _:
            return str(value)


def _ordered(read: Path, ordered: Path, columns: Sequence[str], *, spill: Path) -> str:
    """Write the rows in order, numbered as under a header; the hash of columns and rows in any order."""
    with duckdb.connect(config={**settings(), "temp_directory": str(spill)}) as connection:
        names = ['"' + name.replace('"', '""') + '"' for name in columns]
        row = ", ".join(f"coalesce('=' || {name}, '-'), '\x1f'" for name in names)
        halves = (f"sum(md5_number_{half}(concat({row}))::HUGEINT)" for half in ("lower", "upper"))
        connection.read_parquet(str(read)).to_view("read_rows")
        found = connection.execute(f"SELECT count(*), {', '.join(halves)} FROM read_rows").fetchall()  # noqa: S608
        place = f"row_number() OVER (ORDER BY {', '.join(names)}) + 1"
        numbered = f'SELECT * EXCLUDE "{ROW}", {place} AS "{ROW}" FROM read_rows ORDER BY "{ROW}"'  # noqa: S608
        connection.sql(numbered).write_parquet(str(ordered), compression="zstd")
    return hashlib.sha256(repr((tuple(columns), found)).encode()).hexdigest()
