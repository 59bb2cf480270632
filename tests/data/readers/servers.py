"""Real database servers on this machine's loopback, each started for a test and stopped after it.

They run as a user other than root, on a free port, in a folder of their own.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pymysql

USER, PASSWORD = "reader", "p@ss/w:rd%1"
"""A password with every character that an address gives a meaning."""

_PATIENCE = 60


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _as(user: str, command: Sequence[str | Path]) -> list[str]:
    words = [str(word) for word in command]
    return (
        ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *words]
        if os.getuid() == 0
        else words
    )


@contextmanager
def _folder(user: str) -> Iterator[Path]:
    """A folder of the server's user, outside of pytest's, which only we may enter."""
    with tempfile.TemporaryDirectory(prefix="crmreport-server-") as made:
        if os.getuid() == 0:
            account = pwd.getpwnam(user)
            os.chown(made, account.pw_uid, account.pw_gid)
        yield Path(made)


@contextmanager
def _running(command: list[str], answers: Callable[[], bool]) -> Iterator[None]:
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    try:
        until = time.monotonic() + _PATIENCE
        while not answers():
            assert server.poll() is None, f"{command} has stopped"
            assert time.monotonic() < until, f"{command} does not answer"
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(_PATIENCE)


@contextmanager
def postgresql() -> Iterator[int]:
    """A PostgreSQL server; its port. ``postgres`` has our password."""
    with _folder("postgres") as folder, _postgresql(folder) as port:
        yield port


@contextmanager
def _postgresql(folder: Path) -> Iterator[int]:
    (*_, initdb) = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    data, secret, port = folder / "data", folder / "secret", free_port()
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    subprocess.run(
        _as("postgres", [initdb, "-D", data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "-N",
                         "--locale=C.UTF-8", f"--pwfile={secret}"]),
        check=True, capture_output=True, cwd="/",
    )  # fmt: skip

    def answers() -> bool:
        try:
            psycopg.connect(
                host="127.0.0.1", port=port, user="postgres", password=PASSWORD, dbname="postgres"
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
    command = _as("postgres", [initdb.with_name("postgres"), "-D", data, "-p", str(port), *options])
    with _running(command, answers):
        yield port


@contextmanager
def mariadb() -> Iterator[int]:
    """A MariaDB server; its port. ``USER`` may do what it likes in its database ``shop``."""
    with _folder("mysql") as folder, _mariadb(folder) as port:
        yield port


@contextmanager
def _mariadb(folder: Path) -> Iterator[int]:
    daemon = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
    data, port = folder / "data", free_port()
    subprocess.run(
        _as("mysql", ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
                      "--auth-root-authentication-method=normal"]),
        check=True, capture_output=True, cwd="/",
    )  # fmt: skip
    start = folder / "start.sql"
    start.write_text(
        f"CREATE DATABASE shop CHARACTER SET utf8mb4; "
        f"CREATE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'; "
        f"GRANT ALL ON shop.* TO '{USER}'@'127.0.0.1';\n".replace("; ", ";\n")
    )
    start.chmod(0o644)

    def answers() -> bool:
        try:
            pymysql.connect(
                host="127.0.0.1", port=port, user=USER, password=PASSWORD, database="shop"
            ).close()
        except pymysql.err.OperationalError:
            return False
        return True

    options = [
        "--bind-address=127.0.0.1",
        f"--port={port}",
        f"--socket={folder}/socket",
        f"--init-file={start}",
    ]
    command = _as("mysql", [daemon, "--no-defaults", f"--datadir={data}", "--skip-name-resolve", *options])
    with _running(command, answers):
        yield port
