"""Contacts by week, sender and plan, row by row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa

from crmreport.data.contract import CONTACTS
from crmreport.features.contacts import (
    PRESSURE,
    contact_pressure,
    contact_weeks,
    contacts_by_sender,
    dated_contacts,
    planned_contacts,
    sender_weeks,
)
from crmreport.features.reading import Features

SCHEMA = ibis.schema({column.name: column.type for column in CONTACTS.columns})
START, END = date(2024, 3, 1), date(2024, 3, 31)


def contacts(*rows: tuple[str, str | None, str | None, str | None]) -> ibis.Table:
    """Rows of customer, day, unit and campaign."""
    made = [
        dict.fromkeys(SCHEMA.names)
        | {
            "customer_id": who,
            "contacted_on": date.fromisoformat(day) if day else None,
            "unit": unit,
            "channel": "mail",
            "campaign_id": campaign,
        }
        for who, day, unit, campaign in rows
    ]
    return ibis.memtable(pa.Table.from_pylist(made, schema=SCHEMA.to_pyarrow()))


CUSTOMERS = ibis.memtable(
    pd.DataFrame({"scope": ["_group", "_group", "rosa"], "customer_id": ["a", "b", "a"]})
)
CAMPAIGNS = ibis.memtable(pd.DataFrame({"campaign_id": ["k"], "starts_on": [date(2024, 3, 12)]}))
MADE = contacts(
    ("a", "2024-03-04", "shop", None),
    ("a", "2024-03-06", "care", None),
    ("a", "2024-03-11", "shop", None),
    ("b", None, "shop", "k"),
    ("b", "2024-02-28", "shop", None),
    ("stranger", "2024-03-04", "shop", None),
    ("b", None, "shop", None),
)


def rows(table: ibis.Table, *columns: str) -> list[tuple]:
    frame = table.to_pandas()[list(columns)]
    return sorted(tuple(row) for row in frame.itertuples(index=False))


def made() -> ibis.Table:
    return dated_contacts(MADE, CAMPAIGNS, start=START, end=END)


def test_a_contact_without_a_day_counts_on_its_campaigns_first() -> None:
    days = [(who, f"{day:%m-%d}") for who, day in rows(made(), "customer_id", "day")]
    assert days == [("a", "03-04"), ("a", "03-06"), ("a", "03-11"), ("b", "03-12"), ("stranger", "03-04")]


def test_weeks_count_for_every_scope_of_the_customer() -> None:
    found = rows(contact_weeks(made(), CUSTOMERS), "scope", "contacts", "units", "weeks", "customers")
    assert found == [
        ("_group", 1, 1, 2, 2),
        ("_group", 2, 2, 1, 1),
        ("rosa", 1, 1, 1, 1),
        ("rosa", 2, 2, 1, 1),
    ]


def test_senders() -> None:
    found = rows(contacts_by_sender(made(), CUSTOMERS), "scope", "kind", "sender", "contacts", "customers")
    assert ("_group", "channel", "mail", 4, 2) in found
    assert ("_group", "unit", "care", 1, 1) in found
    assert ("rosa", "unit", "shop", 2, 1) in found


def test_weeks_in_which_a_sender_had_a_part() -> None:
    names = ("scope", "kind", "sender", "contacts", "weeks")
    found = rows(sender_weeks(made(), CUSTOMERS), *names)
    # One week of a's holds two contacts, of the shop and of care; her other and b's hold one each.
    assert [row for row in found if row[:2] == ("_group", "unit")] == [
        ("_group", "unit", "care", 2, 1),
        ("_group", "unit", "shop", 1, 2),
        ("_group", "unit", "shop", 2, 1),
    ]
    assert ("rosa", "channel", "mail", 2, 1) in found


def test_pressure_beside_purchases_of_both_periods() -> None:
    days = ibis.memtable(
        pd.DataFrame(
            {
                "scope": ["_group", "_group"],
                "customer_id": ["a", "b"],
                "sold_on": [date(2024, 3, 20), date(2024, 2, 20)],
                "orders": [1, 1],
            }
        )
    )
    spans = {"period": (START, END), "previous": (date(2024, 2, 1), date(2024, 2, 29))}
    found = rows(
        contact_pressure(made(), CUSTOMERS, days, spans),
        *("scope", "customer_id", "contacts", "busiest", "bought", "bought_before", "known_before"),
    )
    assert found == [
        ("_group", "a", 3, 2, True, False, False),
        ("_group", "b", 1, 1, False, True, True),
        ("rosa", "a", 3, 2, False, False, False),
    ]


def test_what_was_planned_and_kept() -> None:
    plan = [
        dict.fromkeys(SCHEMA.names)
        | {"customer_id": "a", "unit": "shop", "planned_on": date(2024, 3, 5)}
        | more
        for more in (
            {"contacted_on": date(2024, 3, 5)},
            {"contacted_on": date(2024, 3, 9)},
            {},
            {"contacted_on": date(2024, 3, 5), "kept": False},
            # What comes after the period is not known in it, whoever calls it kept.
            {"planned_on": date(2024, 3, 30), "contacted_on": date(2024, 4, 2)},
            {"planned_on": date(2024, 3, 30), "contacted_on": date(2024, 4, 2), "kept": True},
            {"planned_on": date(2024, 4, 2), "contacted_on": date(2024, 3, 5)},
            {"kept": True},
        )
    ]
    table = ibis.memtable(pa.Table.from_pylist(plan, schema=SCHEMA.to_pyarrow()))
    found = rows(planned_contacts(table, start=START, end=END), "unit", "planned", "kept", "in_time")
    assert found == [("shop", 7, 3, 1)]


def test_a_client_without_contacts_has_nobody_under_pressure(tmp_path: Path) -> None:
    """Read by the chapter on satisfaction too, which needs none."""
    found = Features(tmp_path).contact_pressure("_group")
    assert found.empty
    assert tuple(found.columns) == PRESSURE
