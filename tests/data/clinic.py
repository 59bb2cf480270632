"""An engagement without sales: files of any table, to be changed by each test where it matters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from crmreport.data.store import Store
from crmreport.params import Engagement, load_params
from tests.data.shop import store_of

PARAMS: dict[str, Any] = {
    "client": {"id": "clinic", "name": "Clinic"},
    "timezone": "Asia/Shanghai",
    "currency": "CNY",
    "tax": "unknown",
    "brands": [{"id": "north", "name": "North", "where": {"company": "N"}}],
}


def clinic(folder: Path, files: Mapping[str, str], sources: Mapping[str, Any], **changes: Any) -> Engagement:
    """``files`` are texts by table; each source has them as its path."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, text in files.items():
        (folder / f"{table}.csv").write_text(text, "utf-8")
    paths = {table: {"path": f"{table}.csv", **source} for table, source in sources.items()}
    file = folder / "clinic.yml"
    file.write_text(yaml.safe_dump(PARAMS | {"sources": paths} | changes, allow_unicode=True), "utf-8")
    return load_params(file)


def ingest(folder: Path, files: Mapping[str, str], sources: Mapping[str, Any], **changes: Any) -> Store:
    return store_of(clinic(folder, files, sources, **changes))


def found(store: Store, table: str) -> dict[str, int]:
    """What the rules found, of those that found anything."""
    return {rule.id: rule.found.rows for rule in store.ledger.of(table).rules if rule.found.rows}
