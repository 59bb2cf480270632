"""The folder of a simulated client: read like any client's, and the same bytes for the same seed."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from crmreport.data.store import open_store
from crmreport.errors import UsageError
from crmreport.params import load_params
from crmreport.simulate import WORLDS, simulate, write_simulated
from crmreport.simulate.described import CAVEATS, CLIENT, NAMES
from crmreport.simulate.described import WORLDS as DESCRIBED


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, format: str) -> None:
    for name, seed in (("first", 4), ("again", 4), ("other", 5)):
        write_simulated(simulate("switching", customers=60, seed=seed), tmp_path / name, format=format)
    first = contents(tmp_path / "first")
    assert first == contents(tmp_path / "again")
    sales = f"simulated-sales.{format}"
    assert first[sales] != contents(tmp_path / "other")[sales]
    assert sorted(first) == [
        f"simulated-customers.{format}",
        f"simulated-products.{format}",
        sales,
        f"simulated-stores.{format}",
        "simulated.yml",
        f"truth-customers.{format}",
        "truth.json",
    ]


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_every_line_is_read_and_used(tmp_path: Path, format: str) -> None:
    made = simulate("pareto-nbd", customers=80, seed=4)
    engagement = load_params(write_simulated(made, tmp_path, format=format))
    store = open_store(engagement)

    assert engagement.params.simulated
    assert engagement.params.client.id == "simulated-pareto-nbd"
    assert store.ledger.sale_lines.used.rows == len(made.lines)
    lines = store.table("sale_lines").to_pandas()
    assert lines["revenue"].astype(float).sum() == pytest.approx(made.lines["revenue"].sum())
    assert lines["brand_id"].value_counts().to_dict() == {
        brand.id: int((made.lines["brand"] == brand.name).sum()) for brand in made.world.brands
    }
    assert lines["category"].notna().all()
    assert (
        pd.to_datetime(lines["sold_at"]).sort_values().to_numpy() == made.lines["sold_at"].to_numpy()
    ).all()


def test_the_truth_says_what_was_drawn(tmp_path: Path) -> None:
    made = simulate("no-dropout", customers=50, seed=4)
    write_simulated(made, tmp_path)
    told = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert told["simulated"] is True
    assert (told["seed"], told["customers"], told["lines"]) == (4, 50, len(made.lines))
    assert told["world"]["s"] is None
    assert set(told["columns"]) == {"customers"}
    truth = pd.read_csv(tmp_path / told["truth_of_each_customer"])
    assert truth["rate"].tolist() == made.truth.customers["rate"].tolist()


def test_a_client_that_is_there_stays_unless_told_otherwise(tmp_path: Path) -> None:
    made = simulate("pareto-nbd", customers=20, seed=1)
    params = write_simulated(made, tmp_path)
    params.write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="--force"):
        write_simulated(made, tmp_path)
    assert params.read_text("utf-8") == "mine"
    write_simulated(made, tmp_path, replace=True)
    assert load_params(params).params.simulated


def test_every_world_is_described_in_every_language() -> None:
    assert set(DESCRIBED) == set(WORLDS)
    assert set(CAVEATS) == {"", *WORLDS}
    for said in (CLIENT, *DESCRIBED.values(), *CAVEATS.values(), *NAMES.values()):
        assert set(said) == {"en", "zh-Hans", "zh-Hant"}
        assert all(said.values())
