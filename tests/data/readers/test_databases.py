"""Databases are read only, in chunks, and no secret of theirs is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow.parquet as pq
import pymysql
import pytest

from crmreport.data.readers import databases
from crmreport.data.readers.databases import DatabaseTable
from crmreport.errors import InputDataError, ParamsError
from tests.data.readers import servers
from tests.data.shop import rows, sales, shop, store_of

LINES = [
    "c1,r1,001,2023-03-01 23:30:00,2,5.00,1.00,0",
    "c2,r2,002,2023-03-02 12:00:00,1,3.00,0,0",
    "王芳,r3,001,2023-03-03 12:00:00,1,4.10,0,0",
]
VALUES = [line.split(",") for line in LINES]
CREATE = (
    "CREATE TABLE sale_lines (card VARCHAR(40), receipt VARCHAR(40), article VARCHAR(40), time TIMESTAMP, "
    "units INTEGER, paid DECIMAL(18,2), off DECIMAL(18,2), coupon DECIMAL(18,2))"
)


def staged(asked: DatabaseTable, folder: Path) -> tuple[list[tuple[Any, ...]], str]:
    file, digest = asked.stage(folder / "staged")
    return [tuple(row.values()) for row in pq.read_table(file).to_pylist()], digest


@pytest.fixture
def sqlite(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute('CREATE TABLE "Sale Lines" (id TEXT, "when" TEXT, paid NUMERIC, photo BLOB)')
        connection.executemany(
            'INSERT INTO "Sale Lines" VALUES (?, ?, ?, ?)',
            [
                ("02", "2023-01-02", 2, None),
                ("01", "2023-01-01", 1.5, b"\x01"),
                ("01", "2023-01-01", 1.5, b"\x01"),
            ],
        )
    connection.close()
    return tmp_path


def test_a_table_comes_in_order_whatever_its_name(sqlite: Path) -> None:
    found, digest = staged(DatabaseTable("sqlite:///shop.db", sqlite, table="Sale Lines"), sqlite)
    assert found == [
        ("01", "2023-01-01", "1.5", "01", 2),
        ("01", "2023-01-01", "1.5", "01", 3),
        ("02", "2023-01-02", "2", None, 4),
    ]
    query = "SELECT * FROM \"Sale Lines\" WHERE '12:30' LIKE '%:30' ORDER BY id DESC"
    assert staged(DatabaseTable("sqlite:///shop.db", sqlite, query=query), sqlite) == (found, digest)


def test_other_content_has_another_hash(sqlite: Path) -> None:
    def digest(query: str) -> str:
        return staged(DatabaseTable("sqlite:///shop.db", sqlite, query=query), sqlite)[1]

    pairs = ["SELECT 'a' x, 'b' y", "SELECT 'b' x, 'a' y", "SELECT 'a' x, NULL y", "SELECT 'a' y, 'b' x",
             "SELECT 'a' x, 'b' y UNION ALL SELECT 'a', 'b'", "SELECT 'ab' x, '' y"]  # fmt: skip
    assert len({digest(query) for query in pairs}) == len(pairs)


def test_a_duckdb_file_is_read_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "CHUNK", 7)
    with duckdb.connect(tmp_path / "shop.duckdb") as connection:
        connection.execute(
            "CREATE SCHEMA s; CREATE TABLE s.t AS SELECT lpad(range::VARCHAR, 3, '0') AS id, "
            "1.50::DECIMAL(9, 2) AS paid, DATE '2023-01-01' AS day, true AS yes FROM range(20)"
        )
    found, _ = staged(DatabaseTable("duckdb:///shop.duckdb", tmp_path, table="s.t"), tmp_path)
    assert found == [(f"{n:03}", "1.50", "2023-01-01", "true", n + 2) for n in range(20)]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("query", ["DROP TABLE t", "INSERT INTO t VALUES (2)", "DELETE FROM t"])
def test_nothing_is_written(tmp_path: Path, kind: str, query: str) -> None:
    connect = sqlite3.connect if kind == "sqlite" else duckdb.connect
    connection = connect(tmp_path / "t.db")
    connection.execute("CREATE TABLE t AS SELECT 1 AS id")
    connection.close()
    before = (tmp_path / "t.db").read_bytes()
    with pytest.raises(InputDataError, match="The database cannot be read"):
        staged(DatabaseTable(f"{kind}:///t.db", tmp_path, query=query), tmp_path)
    assert (tmp_path / "t.db").read_bytes() == before


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("sqlite:///none.db", "sqlite:///none.db, t: There is no such database file."),
        ("postgresql://${NOT_SET}@localhost/shop", "The environment variable NOT_SET is not set."),
        ("postgresql://a:${SECRET}@127.0.0.1:9/shop", "The database cannot be read (OperationalError)."),
        ("mysql://a:${SECRET}@127.0.0.1:9/shop", "The database cannot be read (OperationalError)."),
        ("${ADDRESS}", "The address is of no database that is read."),
    ],
)
def test_what_is_wrong_is_told_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, message: str
) -> None:
    monkeypatch.setenv("SECRET", "hunter2")
    monkeypatch.setenv("ADDRESS", "oracle://a:hunter2@host/shop")
    with pytest.raises(InputDataError) as raised:
        DatabaseTable(address, tmp_path, table="t").columns()
    assert message in str(raised.value)
    assert "hunter2" not in f"{raised.value!r} {raised.value} {raised.value.__cause__}"


def test_a_missing_driver_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputDataError, match=r"pip install 'crmreport\[mysql\]'"):
        DatabaseTable("mysql://a@127.0.0.1/shop", tmp_path, table="t").columns()


@pytest.mark.parametrize(
    "path",
    [
        "postgresql://reader:hunter2@host/shop",
        "postgresql://reader:hun/ter2@host/shop",
        "mysql://${USER}:x${PASSWORD}hunter2@host/shop",
        "postgresql://host/shop?user=reader&password=hunter2",
        "oracle://reader:hunter2@host/shop",
    ],
)
def test_a_password_in_the_params_is_refused_and_not_repeated(tmp_path: Path, path: str) -> None:
    with pytest.raises(ParamsError) as raised:
        shop(tmp_path, sources=sales(path=path, table="sale_lines"))
    assert "hunter2" not in str(raised.value)
    assert "ter2" not in str(raised.value)


def test_a_store_is_built_of_a_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute(CREATE)
        connection.executemany("INSERT INTO sale_lines VALUES (?, ?, ?, ?, ?, ?, ?, ?)", VALUES)
    connection.close()
    of_database = store_of(shop(tmp_path, sources=sales(path="sqlite:///shop.db", table="sale_lines")))
    of_file = store_of(shop(tmp_path / "file", LINES))
    columns = ["sold_at", "order_id", "product_id", "quantity", "revenue"]
    assert rows(of_database, "sale_lines", *columns) == rows(of_file, "sale_lines", *columns)
    assert of_database.ledger.sale_lines.files[0].name == "sqlite:///shop.db, sale_lines"


# ---------------------------------------------------------------- real servers


@pytest.fixture
def postgresql() -> Iterator[int]:
    with servers.postgresql() as port:
        yield port


@pytest.fixture
def mariadb() -> Iterator[int]:
    with servers.mariadb() as port:
        yield port


def check_a_server(folder: Path, address: str, execute: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same lines as from a file, nothing written, and the password nowhere."""
    monkeypatch.setenv("CRM_USER", servers.USER)
    monkeypatch.setenv("CRM_PASSWORD", servers.PASSWORD)
    monkeypatch.setattr(databases, "CHUNK", 2)
    sources = sales(path=address, table="sale_lines")
    of_server = store_of(shop(folder / "server", sources=sources))
    of_file = store_of(shop(folder / "file", LINES))
    columns = ["sold_at", "order_id", "product_id", "quantity", "revenue"]
    assert rows(of_server, "sale_lines", *columns) == rows(of_file, "sale_lines", *columns)
    for path in (folder / "server").rglob("*"):
        assert path.is_dir() or servers.PASSWORD.encode() not in path.read_bytes()
    for query in ("DELETE FROM sale_lines", "CREATE TABLE t (a INTEGER)"):
        with pytest.raises(InputDataError) as raised:
            DatabaseTable(address, folder, query=query).columns()
        assert servers.PASSWORD not in str(raised.value)
    assert execute("SELECT count(*) FROM sale_lines") == len(LINES)
    monkeypatch.setenv("CRM_PASSWORD", "wr0ng")
    with pytest.raises(InputDataError, match="OperationalError") as raised:
        DatabaseTable(address, folder, table="sale_lines").columns()
    assert "wr0ng" not in str(raised.value)


@pytest.mark.databases
def test_postgresql(postgresql: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(
        host="127.0.0.1", port=postgresql, user="postgres", password=servers.PASSWORD, autocommit=True
    ) as admin:
        admin.execute(f"CREATE ROLE {servers.USER} LOGIN PASSWORD '{servers.PASSWORD}'")
        admin.execute("CREATE SCHEMA shop")
        admin.execute(f"GRANT ALL ON SCHEMA shop, public TO {servers.USER}")
        admin.execute(CREATE)
        admin.cursor().executemany("INSERT INTO sale_lines VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", VALUES)
        admin.execute(f"GRANT ALL ON sale_lines TO {servers.USER}")

        def one(query: str) -> Any:
            return (admin.execute(query).fetchone() or [None])[0]

        address = f"postgresql://${{CRM_USER}}:${{CRM_PASSWORD}}@127.0.0.1:{postgresql}/postgres"
        check_a_server(tmp_path, address, one, monkeypatch)


@pytest.mark.databases
def test_mysql(mariadb: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pymysql.connect(
        host="127.0.0.1", port=mariadb, user=servers.USER, password=servers.PASSWORD, database="shop",
        autocommit=True,
    ) as admin, admin.cursor() as cursor:  # fmt: skip
        cursor.execute(CREATE)
        cursor.executemany("INSERT INTO sale_lines VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", VALUES)

        def one(query: str) -> Any:
            cursor.execute(query)
            return (cursor.fetchone() or [None])[0]

        address = f"mysql://${{CRM_USER}}:${{CRM_PASSWORD}}@127.0.0.1:{mariadb}/shop"
        check_a_server(tmp_path, address, one, monkeypatch)
