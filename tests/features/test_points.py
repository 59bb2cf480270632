"""Points by member, from a ledger by hand."""

from __future__ import annotations

from datetime import date, datetime

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from crmreport.data.contract import POINTS_LEDGER
from crmreport.features.points import member_points, with_revenue

SCHEMA = ibis.schema({column.name: column.type for column in POINTS_LEDGER.columns})
START, END = date(2024, 3, 1), date(2024, 3, 31)


def found(*rows: tuple[str, str, str, float, str | None]) -> pd.DataFrame:
    """Member, day, kind, points and day of expiry."""
    made = [
        dict.fromkeys(SCHEMA.names)
        | {
            "customer_id": who,
            "booked_at": datetime.fromisoformat(f"{day} 12:00"),
            "kind": kind,
            "points": points,
            "expires_on": date.fromisoformat(expires) if expires else None,
            "brand_id": "rosa",
        }
        for who, day, kind, points, expires in rows
    ]
    ledger = ibis.memtable(pa.Table.from_pylist(made, schema=SCHEMA.to_pyarrow()))
    table = member_points(ledger, start=START, end=END, lapsed=["Expired"], as_of=END).to_pandas()
    return table[table["scope"] == "rosa"].set_index("customer_id").sort_index()


def test_earned_used_lapsed_and_left() -> None:
    table = found(
        ("a", "2024-02-01", "earned", 100, "2024-04-30"),
        ("a", "2024-03-05", "earned", 40, "2025-03-31"),
        ("a", "2024-03-06", "redeemed", -70, None),
        ("a", "2024-03-31", "expired", -10, None),
        ("a", "2024-03-08", "earned", 0, None),
        ("a", "2024-04-01", "earned", 999, None),
        ("b", "2024-02-01", "earned", 5, None),
    )
    a, b = table.loc["a"], table.loc["b"]
    assert (a["earned"], a["used"], a["lapsed"], a["balance"]) == (40, 70, 10, 60)
    # Of the 100 that expire in April 80 are gone: used first, or lapsed.
    assert a["expiring"] == 20
    assert (b["earned"], b["balance"]) == (0, 5)
    assert pd.isna(b["expiring"])


def test_revenue_beside_points() -> None:
    points = ibis.memtable(
        pd.DataFrame({"scope": ["rosa", "rosa"], "customer_id": ["a", "b"], "earned": [1.0, 2.0]})
    )
    days = ibis.memtable(
        pd.DataFrame(
            {
                "scope": ["rosa", "rosa", "rosa"],
                "customer_id": ["a", "a", "a"],
                "sold_on": [date(2024, 2, 28), date(2024, 3, 1), date(2024, 3, 31)],
                "revenue": [10.0, 20.0, 30.0],
            }
        )
    )
    table = with_revenue(points, days, start=START, end=END).to_pandas().set_index("customer_id")
    assert table["revenue"].to_dict() == {"a": pytest.approx(50.0), "b": 0.0}
