"""Every table of the store looked over: what is filled when, who sent what, which keys meet.

Small tables for ``crmreport.analysis.quality``; what each holds is said in ``crmreport.features.quality``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from crmreport.data.contract import SALE_LINES, TABLES
from crmreport.data.store import Store
from crmreport.features.quality import (
    COMES_LATER,
    SENDERS,
    foreign_keys,
    month_fill,
    out_of_range,
    sender_days,
    sender_months,
    unmatched,
)

Frames = dict[str, pd.DataFrame]
_DAYS = ("month", "first_on", "last_on", "gap_from", "gap_to")


def checks(store: Store, *, as_of: date) -> Frames:
    """``fills`` (by table, column and month), ``senders`` and ``sender_months``, ``matches`` (``lack`` of
    the ``rows`` of ``column`` that ``other`` does not know) and ``ranges`` (``wrong`` of the ``rows``), up
    to ``as_of``."""
    tables = {account.table: store.table(account.table) for account in store.ledger.tables}
    lines = tables[SALE_LINES.name]
    senders = [by for by in SENDERS if store.ledger.supplied(SALE_LINES.name, by)]
    found = {
        "fills": _fills(store, tables, as_of),
        "senders": _joined([sender_days(lines, by=by, as_of=as_of) for by in senders], _SENDER),
        "sender_months": _joined([sender_months(lines, by=by, as_of=as_of) for by in senders], _MONTHS),
        "matches": _matches(store, tables),
        "ranges": _ranges(store, tables),
    }
    return {name: _typed(frame) for name, frame in found.items()}


_SENDER = (
    *("by", "sender", "lines", "days", "first_on", "last_on", "span", "after", "longest", "second"),
    *("gap_from", "gap_to"),
)
_MONTHS = ("by", "sender", "month", "lines")


def _dated(store: Store, tables: Mapping[str, ir.Table]) -> dict[str, str]:
    """By table, the column that dates its rows, where it was supplied or is derived from one that was."""
    return {
        name: on
        for name in tables
        if (on := TABLES[name].dated) and (TABLES[name][on].derived or store.ledger.supplied(name, on))
    }


def _fills(store: Store, tables: Mapping[str, ir.Table], as_of: date) -> pd.DataFrame:
    found = [
        (name, column, row["month"], row["rows"], row[f"filled {column}"])
        for name, on in _dated(store, tables).items()
        for row in month_fill(tables[name], on=on, as_of=as_of).order_by("month").to_pyarrow().to_pylist()
        for column in tables[name].columns
        if column != on and column not in COMES_LATER.get(name, ())
        if store.ledger.supplied(name, column) or (column == "category" and name == SALE_LINES.name)
    ]
    return pd.DataFrame(found, columns=["table", "column", "month", "rows", "filled"])


def _matches(store: Store, tables: Mapping[str, ir.Table]) -> pd.DataFrame:
    supplied = {
        name: [c for c in table.columns if store.ledger.supplied(name, c)] for name, table in tables.items()
    }
    keys = {name: [column.name for column in TABLES[name].keys] for name in tables}
    found = [
        (name, column, other, row["rows"] or 0, row["lack"] or 0)
        for name, column, other in foreign_keys(supplied, keys)
        for row in _rows(unmatched(tables[name], column, tables[other]))
    ]
    return pd.DataFrame(found, columns=["table", "column", "other", "rows", "lack"])


def _ranges(store: Store, tables: Mapping[str, ir.Table]) -> pd.DataFrame:
    found = [
        (name, column, row["rows"], row["wrong"])
        for name, table in tables.items()
        for column, counted in out_of_range(table, name).items()
        if store.ledger.supplied(name, column)
        for row in _rows(counted)
    ]
    return pd.DataFrame(found, columns=["table", "column", "rows", "wrong"])


def _rows(table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return rows


def _joined(parts: list[ir.Table], columns: tuple[str, ...]) -> pd.DataFrame:
    rows = [row for part in parts for row in part.order_by(list(columns[:3])).to_pyarrow().to_pylist()]
    return pd.DataFrame(rows, columns=list(columns))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({name: "datetime64[s]" for name in _DAYS if name in frame.columns})
