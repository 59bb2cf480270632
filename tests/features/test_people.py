"""Who may be contacted, and by which columns customers are described."""

from __future__ import annotations

from pathlib import Path

from crmreport.data.store import Store
from crmreport.features.people import contact_states, profile_columns
from tests.data.shop import sales, shop, store_of

LINES = ["c1,r1,001,2023-06-15,1,5.00,0,0"]
PEOPLE = """\
who,born,ok,stop,town,hobby
c1,,yes,,Suzhou,tea
c2,,no,,Suzhou,tea
c3,,yes,yes,Wuxi,go
c4,,,no,Wuxi,go
c5,2015-01-01,yes,no,Wuxi,go
"""
COLUMNS = {"customer_id": "who", "birth_date": "born", "opt_out": "stop", "city": "town"}
CONSENT = {"consent_marketing": "ok"}


def store(folder: Path, columns: dict[str, str]) -> Store:
    (folder / "people.csv").write_text(PEOPLE, "utf-8")
    source = {"path": "people.csv", "columns": columns, "attributes": ["hobby"]}
    return store_of(shop(folder, LINES, sources=sales() | {"customers": source}))


def states(store: Store) -> list[str]:
    found = contact_states(store.table("customers"), store.ledger).order_by("customer_id")
    return list(found.to_pandas()["state"])


def test_consent_refusal_and_age_gate_a_list(tmp_path: Path) -> None:
    found = states(store(tmp_path, COLUMNS | CONSENT))
    # A child is on no list, though a parent consented; silence is no consent where the client asks for it.
    assert found == ["yes", "refused", "refused", "no_consent", "under_age"]


def test_where_only_refusals_are_kept_silence_is_no_refusal(tmp_path: Path) -> None:
    assert states(store(tmp_path, COLUMNS)) == ["yes", "yes", "refused", "yes", "under_age"]


def test_only_what_describes_and_may_be_published_is_a_profile(tmp_path: Path) -> None:
    made = store(tmp_path, COLUMNS | CONSENT)
    assert profile_columns(made.ledger) == ["city", "age_band", "hobby"]
