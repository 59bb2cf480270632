from __future__ import annotations

from pathlib import Path

import pytest

from crmreport.params import Engagement, load_params
from crmreport.runs import processes
from tests.runs.workshop import write_engagement


@pytest.fixture
def engagement(tmp_path: Path) -> Engagement:
    return load_params(write_engagement(tmp_path / "client"))


@pytest.fixture
def chapters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of the packaged notebooks."""
    folder = tmp_path / "packaged"
    folder.mkdir()
    monkeypatch.setattr("crmreport.resources.notebooks", lambda: folder)
    return folder


@pytest.fixture(scope="session")
def warm() -> None:
    processes.start_warming()
