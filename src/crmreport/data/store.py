"""The engagement's store: canonical tables as Parquet, built once for given inputs and settings.

A store is a folder named by its fingerprint; it is written aside and renamed, never changed after.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from crmreport.data.contract import PRODUCTS, SALE_LINES, TABLES
from crmreport.data.conventions import settled
from crmreport.data.engine import connect
from crmreport.data.entities import ingest_entities, ingest_order
from crmreport.data.identities import Protected, protect
from crmreport.data.ingest import Ingested
from crmreport.data.ledger import Ledger
from crmreport.data.mapping import Plan, check_columns, plans
from crmreport.data.marks import marked
from crmreport.data.sale_lines import ingest_sale_lines
from crmreport.data.unread import with_unread
from crmreport.data.workspace import store_root
from crmreport.errors import InputDataError
from crmreport.params import Engagement

SCHEMA = 5
"""Raised with every change of what a store holds, so that no older one is taken for it."""

_LEDGER = "ledger.json"
IDENTITIES = "identities"
"""The folder of the tables that ``Store.table`` does not open."""


@dataclass(frozen=True)
class Store:
    """A finished store; tables are opened lazily, in the process that asks."""

    folder: Path

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger.model_validate_json((self.folder / _LEDGER).read_text("utf-8"))

    @property
    def fingerprint(self) -> str:
        """What the store was made of; see ``fingerprint_of``."""
        return self.ledger.fingerprint

    @cached_property
    def backend(self) -> Backend:
        """The database in which the tables of this store can be joined."""
        return connect()

    def has(self, table: str) -> bool:
        return table in self.ledger

    def table(self, name: str) -> ir.Table:
        """A canonical table. Raises InputDataError where the client supplied none; identities are none."""
        if not self.has(name):
            raise InputDataError(f"The table {name} was not supplied.", remedy=f"Add sources.{name}.")
        return self.backend.read_parquet(self.folder / f"{name}.parquet", table_name=name)

    def identities(self, table: str = "customers") -> ir.Table:
        """Names, phones, addresses and ids as supplied, by number: for whoever writes a list, and for no
        notebook. Raises InputDataError where the client supplied none.
        """
        file = self.folder / IDENTITIES / f"{table}.parquet"
        if not file.is_file():
            raise InputDataError(f"No identities were supplied in {table}.", remedy=f"Add sources.{table}.")
        return self.backend.read_parquet(file)

    def quarantine(self, table: str) -> ir.Table:
        """The rows of a source that were set aside, as supplied, with file and rule."""
        return self.backend.read_parquet(self.folder / "quarantine" / f"{table}.parquet")


def open_store(engagement: Engagement, root: Path | None = None) -> Store:
    """The store of the engagement's inputs as they are now; builds it where there is none.

    Safe when several processes build at once: each writes aside, the first rename stays.
    Raises InputDataError, ParamsError or OutputError.
    """
    named = plans(engagement, root)
    fingerprint = fingerprint_of(engagement, named)
    folder = (root or store_root(engagement)) / "store" / fingerprint[:16]
    if not (folder / _LEDGER).is_file():
        publish(folder, lambda aside: _build(engagement, named, fingerprint, aside))
    return Store(folder)


def publish(folder: Path, write: Callable[[Path], None]) -> None:
    """Have ``write`` fill a folder aside, then rename it to ``folder``, unless another did so first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        write(aside)
        try:
            aside.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def fingerprint_of(engagement: Engagement, named: Mapping[str, Plan]) -> str:
    """What decides a store's content: the inputs' hashes, the settings that matter, the schema.

    Raises InputDataError or ParamsError where a source is missing or misread.
    """
    params = engagement.params
    content = {
        "schema": SCHEMA,
        "timezone": params.timezone,
        "currency": params.currency,
        "cleaning": params.cleaning.model_dump(mode="json"),
        "commerce": params.commerce.model_dump(mode="json"),
        "include": params.include,
        "brands": [(brand.id, brand.where) for brand in params.brands],
        "matching": params.matching.model_dump(mode="json"),
        "sources": {name: plan.source.model_dump(mode="json") for name, plan in named.items()},
        "files": {name: [(file.name, file.sha256) for file in plan.files] for name, plan in named.items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _build(engagement: Engagement, named: Mapping[str, Plan], fingerprint: str, aside: Path) -> None:
    backend = connect(spill=aside / "spill")
    check_columns(engagement, named)
    named = settled(backend, engagement, named)
    made: dict[str, Ingested] = {}
    for name in ingest_order(named):
        if name != SALE_LINES.name:
            ingested = ingest_entities(backend, engagement, named[name], made)
            made[name] = with_unread(backend, named[name], ingested)
    if SALE_LINES.name in named:
        products = made[PRODUCTS.name].rows if PRODUCTS.name in made else None
        lines = named[SALE_LINES.name]
        ingested = ingest_sale_lines(backend, engagement, lines, products)
        made[SALE_LINES.name] = with_unread(backend, lines, ingested)
    _write(protect(backend, made, engagement.params.matching), fingerprint, aside, backend)
    backend.disconnect()
    shutil.rmtree(aside / "spill", ignore_errors=True)
    _close(aside)


def _close(folder: Path) -> None:
    """Only the owner reads any of it: the rows set aside are as supplied, and the identities are who."""
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _write(protected: Protected, fingerprint: str, aside: Path, backend: Backend) -> None:
    made = protected.made
    for folder in ("quarantine", IDENTITIES):
        (aside / folder).mkdir(mode=0o700)
    for name, identities in protected.identities.items():
        backend.to_parquet(identities, aside / IDENTITIES / f"{name}.parquet")
    tables = [name for name in TABLES if name in made]
    for name in tables:
        rows = marked(made[name].rows) if name == SALE_LINES.name else made[name].rows
        backend.to_parquet(rows, aside / f"{name}.parquet")
        backend.to_parquet(made[name].quarantine, aside / "quarantine" / f"{name}.parquet")
    accounts = tuple(made[name].ledger for name in tables)
    ledger = Ledger(fingerprint=fingerprint, tables=accounts, people=protected.people)
    (aside / _LEDGER).write_text(ledger.model_dump_json(indent=1), "utf-8")
