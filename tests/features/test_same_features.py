"""Features depend neither on the order of rows in the client's files nor on the number of threads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from crmreport.data.engine import THREADS
from crmreport.data.store import open_store
from crmreport.features.build import build_features
from crmreport.params import load_params
from crmreport.period import parse_period
from crmreport.simulate import simulate, write_simulated

pytestmark = pytest.mark.slow

CUSTOMERS = 200


def made(folder: Path) -> Path:
    """A simulated chain with a survey, to which contacts, campaigns, leads and cases are added."""
    params = write_simulated(simulate("retail-chain", customers=CUSTOMERS, seed=3), folder)
    sales = pd.read_csv(folder / "simulated-sales.csv").head(4000)
    rng = np.random.default_rng(5)
    who = rng.choice(sales["customer_id"].unique(), 900)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 365, 900), unit="D")
    added = {
        "campaigns": pd.DataFrame(
            {
                "campaign_id": [f"k{number}" for number in range(12)],
                "starts_on": [f"2024-{month:02}-01" for month in range(1, 13)],
                "ends_on": [f"2024-{month:02}-20" for month in range(1, 13)],
            }
        ),
        "contacts": pd.DataFrame(
            {
                "campaign_id": [f"k{number}" for number in rng.integers(0, 12, 900)],
                "customer_id": who,
                "contacted_on": days,
                "channel": rng.choice(["mail", "sms"], 900),
            }
        ),
        "cases": pd.DataFrame(
            {
                "case_id": range(900),
                "customer_id": who[::-1],
                "opened_at": days,
                "responded_at": days + pd.Timedelta(hours=7),
                "topic": rng.choice(["size", "taste", None], 900),
                "cause": rng.choice(["damaged", "late", None], 900),
                "narrative": rng.choice(["the box was torn", "it came too late", "torn and late"], 900),
            }
        ),
    }
    asked = yaml.safe_load(params.read_text("utf-8"))
    for table, frame in added.items():
        frame.to_csv(folder / f"{table}.csv", index=False)
        asked["sources"][table] = {"path": f"{table}.csv", "columns": {name: name for name in frame}}
    params.write_text(yaml.safe_dump(asked, allow_unicode=True), "utf-8")
    return params


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
