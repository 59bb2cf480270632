"""Ages that can be nobody's are told, and the customers stay."""

from __future__ import annotations

from pathlib import Path

from crmreport.data.ledger import Rule, Tally
from tests.data.shop import rows, sales, shop, store_of

SALE = "a,r1,001,2023-06-30 10:00,1,2.50,0,0"
PEOPLE = """\
card,born
a,1980-06-30
b,2023-07-01
c,1912-06-30
d,1912-07-01
e,1900-01-01
f,
"""


def test_an_age_under_0_or_over_110_is_none(tmp_path: Path) -> None:
    """On 30 June 2023 c is 111, d is 110, and b is not born."""
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    people = {"path": "people.csv", "columns": {"customer_id": "card", "birth_date": "born"}}
    store = store_of(shop(tmp_path, [SALE], sources=sales() | {"customers": people}))
    known = [band is not None for (band,) in rows(store, "customers", "age_band")]
    assert known == [True, False, False, True, False, False]
    account = store.ledger.of("customers")
    assert account.used.rows == 6
    assert account.rule("impossible_age") == Rule(id="impossible_age", effect="kept", found=Tally(rows=3))
