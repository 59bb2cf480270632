"""Personal data taken out of the tables: numbers for ids, identities apart, ages in bands."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from crmreport.data.identities import age_band
from crmreport.data.store import Store
from crmreport.errors import InputDataError
from tests.data.shop import rows, sales, shop, store_of

LINES = [
    "card7,r1,001,2023-03-01,1,5.00,0,0",
    "mini3,r2,001,2023-03-02,1,4.00,0,0",
    "mini3,r2,002,2023-03-02,1,3.00,0,0",
    ",r3,002,2023-03-03,1,2.00,0,0",
    "zoe,r4,003,2023-06-15,1,1.00,0,0",
]
PEOPLE = """\
who,full name,phone,mail,born,years,ok,stop,since,town
card7,Ann Lee,13812345678,ann@x.cn,1990-06-15,,yes,,2020-01-02,Suzhou
mini3,李安,+86 138 1234 5678,,,,,1,2019-05-05,
kid,Bo,139****0000,,2009-06-16,,,,2021-01-01,Suzhou
old,Cy,,cy@x.cn,,70,,,2021-01-01,Wuxi
"""
COLUMNS = {
    "customer_id": "who",
    "name": "full name",
    "mobile": "phone",
    "email": "mail",
    "birth_date": "born",
    "age_years": "years",
    "consent_marketing": "ok",
    "opt_out": "stop",
    "joined_on": "since",
    "city": "town",
}


def client(folder: Path, lines: Sequence[str] = LINES, people: str = PEOPLE, **changes: Any) -> Store:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "people.csv").write_text(people, "utf-8")
    sources = sales() | {"customers": {"path": "people.csv", "columns": COLUMNS}}
    return store_of(shop(folder, lines, sources=sources, **changes))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return client(tmp_path_factory.mktemp("identities"))


def test_ids_are_numbers_in_the_order_of_the_first_of_each_persons_ids(store: Store) -> None:
    # card7 and mini3 share a phone: one person, who stands where card7 does, before kid, old and zoe.
    assert rows(store, "sale_lines", "customer_id", "order_id", "revenue") == [
        ("0000000001", "0000000001", 5),
        ("0000000001", "0000000002", 4),
        ("0000000001", "0000000002", 3),
        ("0000000004", "0000000004", 1),
        (None, "0000000003", 2),
    ]
    assert store.ledger.sale_lines.customers == 2


def test_the_customers_table_has_one_row_a_person_and_no_identity(store: Store) -> None:
    found = store.table("customers").to_pandas().set_index("customer_id")
    assert list(found.index) == ["0000000001", "0000000002", "0000000003"]
    assert not {"name", "mobile", "email", "birth_date", "age_years"} & set(found.columns)
    # As of 15 June 2023, the last day of sales: Ann is 33 that day, Bo turns 14 the day after.
    assert list(found["age_band"]) == ["25-34", "0-13", "65+"]
    # Ann's two ids: refused with one, joined with the earlier, the town of the one that has one.
    ann = found.loc["0000000001"]
    assert (ann["opt_out"], ann["consent_marketing"], ann["city"]) == (True, True, "Suzhou")
    assert pd.Timestamp(ann["joined_on"]) == pd.Timestamp("2019-05-05")


def test_identities_lie_apart_and_only_their_own_door_opens_them(store: Store) -> None:
    found = store.identities().to_pandas()
    assert list(found["supplied_id"]) == ["card7", "mini3", "kid", "old", "zoe"]
    assert list(found["customer_id"].str[-1]) == ["1", "1", "2", "3", "4"]
    assert found["name"].iloc[1] == "李安"
    for name in ("identities", "identities/customers"):
        with pytest.raises(InputDataError):
            store.table(name)
    with pytest.raises(InputDataError, match="No identities were supplied in staff"):
        store.identities("staff")


def test_no_file_outside_identities_and_quarantine_holds_an_id_or_a_name(store: Store) -> None:
    secrets = ["card7", "mini3", "zoe", "Ann Lee", "李安", "13812345678", "ann@x.cn", "1990-06-15"]
    seen = 0
    for file in store.folder.rglob("*"):
        if file.is_dir() or file.parent.name in ("identities", "quarantine"):
            continue
        text = pd.read_parquet(file).to_csv() if file.suffix == ".parquet" else file.read_text("utf-8")
        seen += 1
        assert not [one for one in secrets if one in text], file.name
    assert seen >= 4


def test_only_the_owner_can_read_the_store(store: Store) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in store.folder.rglob("*")}
    assert modes == {0o700, 0o600}
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_the_account_of_people(store: Store) -> None:
    people = store.ledger.people
    assert people is not None
    matching = people.matching
    assert (matching.ids, matching.persons, matching.largest) == (5, 4, 2)
    counts = {one.key: (one.supplied, one.usable, one.linked) for one in matching.keys}
    assert counts == {"mobile": (3, 2, 2), "email": (2, 2, 0)}
    assert people.channels == ()


def test_row_order_changes_nothing(store: Store, tmp_path: Path) -> None:
    header, *people = PEOPLE.splitlines()
    turned = client(tmp_path, LINES[::-1], "\n".join([header, *people[::-1]]) + "\n")
    for table in ("sale_lines", "customers"):
        columns = store.table(table).columns
        assert rows(turned, table, *columns) == rows(store, table, *columns)
    assert turned.ledger.people == store.ledger.people


def test_nothing_stored_depends_on_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So no finding can, and a new key needs no new store."""
    stores = []
    for key in ("first-key-of-the-client-0123456789", "second-key-of-the-client-987654321"):
        monkeypatch.setenv("CRMREPORT_KEY", key)
        stores.append(client(tmp_path / key))
    first, second = (
        {path.relative_to(one.folder): path.read_bytes() for path in one.folder.rglob("*") if path.is_file()}
        for one in stores
    )
    assert first == second
    assert len(first) > 5
    assert not [path for path, content in first.items() if b"-key-of-the-client" in content]


def test_matching_can_be_switched_off(tmp_path: Path) -> None:
    store = client(tmp_path, matching={"mobile": False, "email": False})
    assert store.ledger.sale_lines.customers == 3
    assert store.table("customers").count().to_pyarrow().as_py() == 4


def test_coverage_by_channel(tmp_path: Path) -> None:
    lines = [
        "card7,r1,001,2023-03-01,1,5.00,0,shop",
        "mini3,r2,001,2023-03-02,1,4.00,0,mini",
        "zoe,r4,003,2023-06-15,1,1.00,0,mini",
        ",r5,003,2023-06-15,1,1.00,0,shop",
        "old,r6,003,2023-06-15,1,1.00,0,",
    ]
    columns = {**sales()["sale_lines"]["columns"], "channel": "coupon"}
    del columns["coupon_discount"]
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    sources = sales(columns=columns) | {"customers": {"path": "people.csv", "columns": COLUMNS}}
    people = store_of(shop(tmp_path, lines, sources=sources)).ledger.people
    assert people is not None
    found = {
        one.channel: (one.lines, one.identified, one.buyers, one.matchable, one.elsewhere)
        for one in people.channels
    }
    # Ann buys in both; Zoe has no key; a line without a channel says nothing of where else one buys.
    assert found == {"mini": (2, 2, 2, 1, 1), "shop": (2, 1, 1, 1, 1), None: (1, 1, 1, 1, 0)}


@pytest.mark.parametrize(
    ("born", "years", "band"),
    [
        (date(2009, 6, 16), None, "0-13"),
        (date(2009, 6, 15), None, "14-17"),
        (date(2005, 6, 16), None, "14-17"),
        (date(2005, 6, 15), None, "18-24"),
        (date(1958, 6, 15), None, "65+"),
        (date(1958, 6, 16), None, "55-64"),
        (date(1912, 6, 16), None, "65+"),  # 110
        (date(1912, 6, 15), None, None),  # 111: nobody is
        (date(2023, 6, 16), None, None),  # not born yet
        (None, 14.0, "14-17"),
        (None, 111.0, None),
        (None, None, None),
        (date(1990, 1, 1), 5.0, "25-34"),  # the date says it better
    ],
)
def test_bands(born: date | None, years: float | None, band: str | None) -> None:
    table = ibis.memtable(
        pd.DataFrame({"birth_date": [born], "age_years": [years]}),
        schema={"birth_date": "date", "age_years": "float64"},
    )
    found = ibis.duckdb.connect().execute(age_band(table, date(2023, 6, 15)).name("band"))[0]
    assert (None if pd.isna(found) else found) == band
