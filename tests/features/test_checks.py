"""A generated business with planted faults, and the same one without: what the checks say of either."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from crmreport.analysis import coverage, quality
from crmreport.analysis.quality import Problem
from crmreport.data.store import open_store
from crmreport.features.checks import Frames, checks
from crmreport.features.quality import week_totals
from crmreport.params import GROUP, load_params

PARAMS: dict[str, Any] = {
    "client": {"id": "shop", "name": "Shop"},
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "tax": "included",
    "sources": {
        "sale_lines": {
            "path": "sales.csv",
            "columns": {
                "customer_id": "card",
                "order_id": "receipt",
                "product_id": "article",
                "store_id": "shop",
                "channel": "channel",
                "sold_at": "day",
                "quantity": "units",
                "revenue": "paid",
            },
        },
        "products": {"path": "articles.csv", "columns": {"product_id": "article", "category": "group"}},
    },
    "brands": [{"id": "all", "name": "All", "where": {"category": ["a", "b"]}}],
}
STORES = [f"S{number}" for number in range(12)]
LAST = date(2023, 12, 31)
SILENT, HALF, SINCE = "S3", "S7", date(2023, 10, 17)
Faults = frozenset[str]


def _lines(faults: Faults, seed: int = 5) -> list[tuple[str, ...]]:
    """One year of orders of one line; ``faults`` are planted after all draws, which they do not change."""
    rng = np.random.default_rng(seed)
    lines = []
    for day in (date(2023, 1, 1) + timedelta(days=number) for number in range(365)):
        for number, store in enumerate(STORES):
            for _ in range(rng.poisson(3 + number)):
                card, article = f"c{rng.integers(400)}", f"a{rng.integers(20)}"
                blank, lost, odd = rng.uniform(size=3)
                if _unsent(faults, store, day, lost):
                    continue
                known = not ("drift" in faults and day >= date(2023, 7, 1) and blank < 0.4)
                strange = "keys" in faults and odd > 0.9
                channel = "web" if number % 4 == 0 else "shop"
                article = f"x{article}" if strange else article
                receipt = f"r{len(lines)}"
                lines.append((card if known else "", receipt, article, store, channel, f"{day}", "1", "2.50"))
    return lines


def _unsent(faults: Faults, store: str, day: date, lost: float) -> bool:
    silent = "silent" in faults and store == SILENT and day >= SINCE
    half = "half" in faults and store == HALF and day.month == 5 and lost < 0.5
    return silent or half or ("month" in faults and day.month == 8 and lost < 0.5)


def _checked(folder: Path, *faults: str) -> tuple[list[Problem], Frames, list[tuple[str, ...]]]:
    lines = _lines(frozenset(faults))
    with (folder / "sales.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["card", "receipt", "article", "shop", "channel", "day", "units", "paid"])
        writer.writerows(lines)
    articles = "".join(f"a{number},{'ab'[number % 2]}\n" for number in range(20))
    (folder / "articles.csv").write_text("article,group\n" + articles, "utf-8")
    (folder / "shop.yml").write_text(yaml.safe_dump(PARAMS), "utf-8")
    engagement = load_params(folder / "shop.yml")
    store = open_store(engagement, folder / "work")
    tables = checks(store, as_of=LAST)
    ledger = store.ledger.sale_lines
    assert ledger.first_day is not None
    assert ledger.last_day is not None
    span = {"first": ledger.first_day, "last": ledger.last_day}
    weeks = week_totals(store.table("sale_lines"), as_of=LAST).to_pandas()
    weeks = weeks[weeks["scope"] == GROUP].astype({"week": "datetime64[s]"})
    found = quality.problems(
        store.ledger,
        tables.__getitem__,
        coverage.full_weeks(weeks, **span),
        **span,
        until=LAST,
        open_days=int(weeks["days"].sum()),
    )
    return found, tables, lines


def test_a_clean_business_has_no_problem(tmp_path: Path) -> None:
    found, _, _ = _checked(tmp_path)

    assert found == []


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Problem], Frames, list[tuple[str, ...]]]:
    return _checked(tmp_path_factory.mktemp("faulty"), "silent", "half", "month", "drift", "keys")


def test_every_planted_fault_is_found_and_nothing_else(faulty: Any) -> None:
    found, _, _ = faulty

    assert Counter(one.kind for one in found) == {
        "silent": 1,
        "short": 2,
        "drift": 1,
        "anonymous": 1,
        "unmatched": 1,
    }


def test_the_silent_store_and_its_last_day(faulty: Any) -> None:
    found, _, lines = faulty
    (silent,) = [one.facts for one in found if one.kind == "silent"]
    own = [line for line in lines if line[3] == SILENT]

    assert (silent["by"], silent["sender"], silent["lines"]) == ("store_id", SILENT, len(own))
    assert f"{silent['since']:%Y-%m-%d}" == max(line[5] for line in own)
    assert silent["pause"] == (LAST - silent["since"].date()).days


def test_the_short_months(faulty: Any) -> None:
    found, _, lines = faulty
    short = [one.facts for one in found if one.kind == "short"]

    assert [(one.get("sender"), f"{one['month']:%m}", one["lines"]) for one in short] == [
        (None, "08", sum(line[5].startswith("2023-08") for line in lines)),
        (HALF, "05", sum(line[3] == HALF and line[5].startswith("2023-05") for line in lines)),
    ]


def test_the_drift_begins_where_it_was_planted(faulty: Any) -> None:
    found, _, lines = faulty
    (drift,) = [one.facts for one in found if one.kind == "drift"]
    later = [line for line in lines if line[5] >= "2023-07"]

    assert (drift["column"], f"{drift['since']:%m-%d}", drift["rows"]) == ("customer_id", "07-01", len(later))
    assert drift["inside"] == pytest.approx(sum(bool(line[0]) for line in later) / len(later))
    assert drift["outside"] == 1


def test_keys_that_do_not_meet(faulty: Any) -> None:
    found, tables, lines = faulty
    (unmatched,) = [one for one in found if one.kind == "unmatched"]

    assert unmatched.rows == sum(line[2].startswith("x") for line in lines)
    assert (unmatched.of, unmatched.facts) == (len(lines), {"column": "product_id", "other": "products"})
    matches = tables["matches"]
    assert matches["lack"].sum() == unmatched.rows


def test_senders_are_counted_in_the_days_of_the_business(faulty: Any) -> None:
    _, tables, lines = faulty
    senders = tables["senders"].set_index(["by", "sender"])
    days = sorted({line[5] for line in lines if line[3] == "S0"})

    row = senders.loc[("store_id", "S0")]
    assert (row["days"], row["lines"]) == (len(days), sum(line[3] == "S0" for line in lines))
    gaps = sorted((date.fromisoformat(b) - date.fromisoformat(a)).days for a, b in pairwise(days))
    assert [row["second"], row["longest"]] == gaps[-2:]
    assert set(senders.loc["channel"].index) == {"web", "shop"}
