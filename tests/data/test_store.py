"""The store: built once for given inputs and settings, whole or not at all."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import pytest

import crmreport
from crmreport.data import store as store_module
from crmreport.data.mapping import plans
from crmreport.data.store import Store, fingerprint_of, open_store, publish
from crmreport.data.workspace import store_root
from crmreport.errors import InputDataError, OutputError
from crmreport.params import Engagement, load_params
from tests.data.shop import HEADER, PARAMS, rows, sales, shop, store_of

LINES = ["c1,r1,001,2023-03-01T23:30,2,5.00,1.00,0", "c2,r2,002,2023-03-02T12:00,1,3.00,0,0"]


@pytest.fixture
def engagement(tmp_path: Path) -> Engagement:
    return shop(tmp_path / "client", LINES)


def test_the_same_inputs_open_the_same_store(engagement: Engagement, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store_of(engagement)
    monkeypatch.setattr(store_module, "_build", lambda *_: pytest.fail("built again"))
    assert store_of(engagement) == first


def _fingerprint(engagement: Engagement) -> str:
    return fingerprint_of(engagement, plans(engagement))


def test_only_what_matters_makes_another_store(tmp_path: Path) -> None:
    found = {
        what: _fingerprint(shop(tmp_path / what.replace(" ", "-"), lines, **changes))
        for what, lines, changes in [
            ("as it is", LINES, {}),
            ("elsewhere", LINES, {}),
            ("other words", LINES, {"client": {"id": "shop", "name": "Store"}, "minimum_group": 5}),
            ("other data", LINES[:1], {}),
            ("other zone", LINES, {"timezone": "Asia/Shanghai"}),
            ("other scope", LINES, {"include": {"category": "soap"}}),
            ("other brands", LINES, {"brands": PARAMS["brands"][:1]}),
            ("other reading", LINES, {"sources": sales(timezone="UTC")}),
        ]
    }
    same = {what for what, fingerprint in found.items() if fingerprint == found["as it is"]}
    assert same == {"as it is", "elsewhere", "other words"}
    assert len(set(found.values())) == 6


def test_a_new_month_joins_the_others_and_is_all_that_is_staged(tmp_path: Path) -> None:
    """Each month's lines and money are known as its file is written; the old months stay as they were."""
    dice = Random(6)
    staged: dict[Path, int] = {}
    expected: dict[str, Decimal] = {}
    known: list[tuple[Any, ...]] = []
    for month in (1, 2, 3):
        paid = [Decimal(dice.randint(100, 9999)) / 100 for _ in range(dice.randint(20, 40))]
        lines = [
            f"c{n},{month}-{n},001,2023-{month:02}-{1 + n % 28:02},1,{p},0,0" for n, p in enumerate(paid)
        ]
        file = tmp_path / f"sales-{month:02}.csv"
        file.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
        expected[file.name] = sum(paid, Decimal(0))
        store = store_of(shop(tmp_path, sources=sales(path="sales-*.csv")))
        before = staged
        staged = {one: one.stat().st_mtime_ns for one in (tmp_path / "work/staged").iterdir()}
        assert before.items() <= staged.items(), "an old month was read again"
        if before:
            assert len({one.name[:32] for one in staged.keys() - before.keys()}) == 1
        account = store.ledger.sale_lines
        assert {one.name for one in account.files} == expected.keys()
        assert account.used == account.supplied
        assert account.used.money == sum(expected.values())
        now = sorted(rows(store, "sale_lines", "sold_on", "order_id", "revenue"))
        assert now[: len(known)] == known, "what came in before has changed"
        known = now


def test_a_source_in_another_zone_is_cut_into_the_clients_days(tmp_path: Path) -> None:
    store = store_of(shop(tmp_path, LINES, sources=sales(timezone="UTC")))
    assert [str(day) for (day,) in rows(store, "sale_lines", "sold_on")] == ["2023-03-02", "2023-03-02"]


def test_nothing_of_the_machine_is_in_the_ledger(engagement: Engagement, tmp_path: Path) -> None:
    ledger = (store_of(engagement).folder / "ledger.json").read_text("utf-8")
    assert str(tmp_path) not in ledger
    assert {file["name"] for table in json.loads(ledger)["tables"] for file in table["files"]} == {
        "articles.csv",
        "sales.csv",
    }


def test_a_table_that_was_not_supplied_is_told(engagement: Engagement) -> None:
    store = store_of(engagement)
    assert store.has("products")
    assert not store.has("customers")
    with pytest.raises(
        InputDataError, match=r"^The table customers was not supplied\. Add sources\.customers\.$"
    ):
        store.table("customers")


def _open(params: Path) -> str:
    return store_of(load_params(params)).fingerprint


@pytest.mark.slow
def test_two_processes_may_build_at_once(engagement: Engagement) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        first, second = executor.map(_open, [engagement.path, engagement.path])
    assert first == second
    stores = list((engagement.path.parent / "work/store").iterdir())
    assert [store.name for store in stores] == [first[:16]]


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(aside: Path) -> None:
        (aside / "half.parquet").touch()
        raise InputDataError("no")

    with pytest.raises(InputDataError):
        publish(tmp_path / "store/a", fail)
    assert list((tmp_path / "store").iterdir()) == []


def test_the_first_of_two_stays(tmp_path: Path) -> None:
    folder = tmp_path / "store/a"

    def meanwhile(aside: Path) -> None:
        (aside / "mine").touch()
        publish(folder, lambda other: (other / "theirs").touch())

    publish(folder, meanwhile)
    assert [file.name for file in folder.iterdir()] == ["theirs"]
    assert list(folder.parent.iterdir()) == [folder]


# ---------------------------------------------------------------- where it lies


def test_the_store_lies_beside_the_params_closed_to_others(engagement: Engagement) -> None:
    root = store_root(engagement)
    assert root == engagement.path.parent / ".crmreport"
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert (root / ".gitignore").read_text("utf-8") == "*\n"
    assert open_store(engagement).folder.is_relative_to(root)


def test_params_inside_the_package_have_theirs_in_the_current_folder(
    engagement: Engagement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    packaged = Path(crmreport.__file__).parent / "share" / "params" / "demo.yml"
    assert store_root(Engagement(packaged, engagement.params)) == tmp_path / ".crmreport"


def test_params_in_a_folder_that_cannot_be_written_to_as_well(
    engagement: Engagement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert store_root(engagement) == tmp_path / ".crmreport"


def test_a_file_in_the_way_is_told(engagement: Engagement) -> None:
    (engagement.path.parent / ".crmreport").touch()
    with pytest.raises(OutputError, match=r"\.crmreport: This is not a folder\. Rename or remove it\.$"):
        store_root(engagement)


# ---------------------------------------------------------------- what it does to a process


def test_importing_opens_no_database() -> None:
    """Chapters run in forked processes, and the database's threads would not survive the fork."""
    program = """
import duckdb
duckdb.connect = None
import crmreport.data.store, crmreport.features.build
print("imported")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "imported\n"


def test_a_store_is_what_its_folder_is(engagement: Engagement) -> None:
    store: Any = store_of(engagement)
    assert Store(store.folder) == store
    assert Store(store.folder).ledger == store.ledger
