"""Times the demo's way from files to customer table, in seconds and as multiples of a plain GROUP BY.

    uv run python benchmarks/ingest.py [times]

The plain query sums revenue by household over the same Parquet file: what the machine can do at best.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from crmreport.data.mapping import check_inputs
from crmreport.data.sources import input_files
from crmreport.data.store import Store, open_store
from crmreport.features.build import build_features
from crmreport.features.customers import customer_table
from crmreport.params import load_params
from crmreport.period import parse_period
from crmreport.resources import demo_params


def median_seconds(work: Callable[[], object], times: int) -> float:
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main(times: int) -> None:
    engagement = load_params(demo_params())
    period = parse_period("2017-Q4")
    (file,) = input_files(engagement, "sale_lines")
    plain = f"SELECT household_id, sum(sales_value::DECIMAL(18, 2)) FROM '{file.path}' GROUP BY 1"

    with tempfile.TemporaryDirectory() as folder:
        built: list[Store] = []

        def ingest() -> None:
            built.append(open_store(engagement, Path(tempfile.mkdtemp(dir=folder))))

        def customers() -> object:
            lines = built[-1].table("sale_lines")
            return customer_table(lines, as_of=period.as_of, window_months=12).to_pandas()

        base = median_seconds(lambda: duckdb.sql(plain).fetchall(), times)
        print(f"{'plain GROUP BY':<24}{base:8.2f} s")
        for name, work in {
            "check inputs": lambda: check_inputs(engagement),
            "ingest": ingest,
            "open a built store": lambda: open_store(engagement, built[-1].folder.parents[1]),
            "customer table": customers,
        }.items():
            seconds = median_seconds(work, times)
            print(f"{name:<24}{seconds:8.2f} s{seconds / base:8.1f} x")
        features = median_seconds(
            lambda: build_features(engagement, built.pop(), period), min(times, len(built))
        )
        print(f"{'all features':<24}{features:8.2f} s{features / base:8.1f} x")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
