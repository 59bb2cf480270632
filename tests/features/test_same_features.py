"""Features depend neither on the order of rows in the client's files nor on the number of threads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmreport.data.engine import THREADS
from crmreport.data.store import open_store
from crmreport.features.build import build_features
from crmreport.params import load_params
from crmreport.period import parse_period
from crmreport.simulate import simulate, write_simulated

pytestmark = pytest.mark.slow

CUSTOMERS = 200


def made(folder: Path) -> Path:
    """A simulated chain with a survey, contacts, campaigns, cases and points."""
    return write_simulated(simulate("retail-chain", customers=CUSTOMERS, seed=3), folder)


def shuffled(params: Path, folder: Path) -> Path:
    """The same client, the rows of each file in another order."""
    folder.mkdir()
    for path in params.parent.glob("*.csv"):
        head, *lines = path.read_text("utf-8").splitlines()
        mixed = np.random.default_rng(1).permutation(np.array(lines, dtype=object))
        (folder / path.name).write_text("\n".join([head, *mixed]) + "\n", "utf-8")
    copy = folder / params.name
    copy.write_text(params.read_text("utf-8"), "utf-8")
    return copy


def features(params: Path, threads: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, pd.DataFrame]:
    monkeypatch.setenv(THREADS, str(threads))
    engagement = load_params(params)
    store = open_store(engagement, params.parent / f"work-{threads}")
    found = build_features(engagement, store, parse_period("2024-Q4"))
    return {path.stem: pd.read_parquet(path) for path in sorted(found.folder.glob("*.parquet"))}


def test_neither_rows_order_nor_threads_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params = made(tmp_path / "one")
    assert len(pd.read_csv(params.parent / "simulated-sales.csv")) > 1000, "several chunks' worth of rows"

    first = features(params, 1, monkeypatch)
    other = features(shuffled(params, tmp_path / "other"), 2, monkeypatch)

    assert len(first) > 50
    assert {name for name, frame in first.items() if frame.empty} <= {"case_products", "planned_contacts"}
    assert list(other) == list(first)
    for name, frame in first.items():
        pd.testing.assert_frame_equal(other[name], frame, check_exact=True, obj=name)
