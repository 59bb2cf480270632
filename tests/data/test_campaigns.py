"""Campaigns and what they did: rows that several columns tell apart, dates, and campaigns nobody knows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crmreport.data.ledger import Tally
from crmreport.errors import InputDataError
from tests.data.shop import rows, sales, shop, store_of

LINE = ["c1,r1,001,2023-03-01 10:00,2,5.00,1.00,0"]
C1, C2 = "0000000001", "0000000002"  # the store numbers its customers
CAMPAIGNS = {"path": "actions.csv", "columns": {"campaign_id": "no", "starts_on": "from", "ends_on": "to"}}
CONTACTS = {
    "path": "mailing.csv",
    "columns": {"customer_id": "card", "campaign_id": "no", "contacted_on": "day"},
}
REDEMPTIONS = {
    "path": "used.csv",
    "columns": {"customer_id": "card", "campaign_id": "no", "redeemed_on": "day", "coupon_id": "coupon"},
}


def test_a_row_that_cannot_be_read_never_takes_the_place_of_one_that_can(tmp_path: Path) -> None:
    (tmp_path / "actions.csv").write_text(
        "no,from,to\n1,2023-02-01,2023-02-28\n2,soon,2023-03-31\n2,2023-03-01,2023-03-31\n3,,2023-03-31\n,2023-01-01,\n",
        "utf-8",
    )
    store = store_of(shop(tmp_path, LINE, sources=sales() | {"campaigns": CAMPAIGNS}))
    assert rows(store, "campaigns", "campaign_id", "starts_on", "ends_on") == [
        ("1", date(2023, 2, 1), date(2023, 2, 28)),
        ("2", date(2023, 3, 1), date(2023, 3, 31)),
    ]
    assert {rule.id: rule.found.rows for rule in store.ledger.of("campaigns").rules} == {
        "missing_key": 1,
        "missing_date": 1,
        "unreadable_date": 1,
        "duplicate": 0,
        "repeated_key": 0,
    }


def test_a_contact_or_redemption_of_an_unknown_campaign_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "actions.csv").write_text("no,from,to\n1,2023-02-01,2023-02-28\n", "utf-8")
    # A second contact of the same campaign on another day stands; the same one again does not.
    (tmp_path / "mailing.csv").write_text(
        "card,no,day\nc1,1,2023-02-01\nc1,1,2023-02-09\nc1,1,2023-02-09\nc2,1,\nc2,9,2023-02-01\n", "utf-8"
    )
    (tmp_path / "used.csv").write_text(
        "card,no,day,coupon\nc1,1,2023-02-03,k1\nc1,1,,k1\nc1,9,2023-02-03,k1\n", "utf-8"
    )
    sources = sales() | {"contacts": CONTACTS, "campaigns": CAMPAIGNS, "redemptions": REDEMPTIONS}
    store = store_of(shop(tmp_path, LINE, sources=sources))
    assert rows(store, "contacts", "customer_id", "campaign_id", "contacted_on") == [
        (C1, "1", date(2023, 2, 1)),
        (C1, "1", date(2023, 2, 9)),
        (C2, "1", None),
    ]
    assert rows(store, "redemptions", "customer_id", "redeemed_on", "coupon_id") == [
        (C1, date(2023, 2, 3), "k1")
    ]
    one = Tally(rows=1)
    contacts, redemptions = store.ledger.of("contacts"), store.ledger.of("redemptions")
    assert (contacts.rule("unknown_campaign").found, contacts.rule("duplicate").found) == (one, one)
    assert (redemptions.rule("unknown_campaign").found, redemptions.rule("missing_date").found) == (one, one)


def test_a_month_without_redemptions_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "used.csv").write_text("card,no,day,coupon\n", "utf-8")
    store = store_of(shop(tmp_path, LINE, sources=sales() | {"redemptions": REDEMPTIONS}))
    assert rows(store, "redemptions", "customer_id") == []


def test_a_file_of_which_nothing_can_be_used_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "used.csv").write_text("card,no,day,coupon\nc1,1,yesterday,k1\n", "utf-8")
    with pytest.raises(InputDataError) as raised:
        store_of(shop(tmp_path, LINE, sources=sales() | {"redemptions": REDEMPTIONS}))
    assert str(raised.value) == (
        "used.csv: no row can be used; most break the rule “unreadable_date”. "
        "Check what customer_id, campaign_id, redeemed_on is mapped to under sources.redemptions.columns."
    )
