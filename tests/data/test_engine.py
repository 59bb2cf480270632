"""The database's limits come from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmreport.data.engine import MEMORY, THREADS, connect, reading
from crmreport.errors import InputDataError, UsageError


def test_memory_and_threads_are_set_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY, "512MiB")
    monkeypatch.setenv(THREADS, "1")
    settings = "SELECT current_setting('memory_limit'), current_setting('threads')"
    assert connect().raw_sql(settings).fetchall() == [("512.0 MiB", 1)]


def test_a_setting_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY, "plenty")
    with pytest.raises(UsageError, match="CRMREPORT_MEMORY=2GB"):
        connect()


def test_what_the_database_cannot_read_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(InputDataError, match=r"^a\.parquet: The file cannot be read"), reading("a.parquet"):
        connect().read_parquet(tmp_path / "a.parquet")
