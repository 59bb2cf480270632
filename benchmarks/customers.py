"""The complete customer table of ten million simulated lines, for all brands and the group, in one run with
DuckDB's plain GROUP BY and with openretailscience's RFM, which does one scope and three of the columns.

    uv run python benchmarks/customers.py [millions of lines] [times]

Ours holds first and last purchase, orders, purchase days, revenue, margin, units, mean and spread of the
purchase interval, categories, channels, the share on deal, RFM scores and ABC class. openretailscience wants
a pandas of its own: it runs in an environment that uv makes for it. All read the same Parquet file, on two
threads. Times are in processor seconds over all threads, which other work on the machine changes little,
and, as a watch shows them, in seconds; the least of the repetitions counts. "from days" is what a run pays
that has summed the days already, for its other features.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

THREADS = 2
MILLION = 1_000_000
LINES_A_CUSTOMER = 13.3
"""Of the world pareto-nbd, about."""

OTHERS = """
import datetime, resource, sys, time
import ibis
from openretailscience.segmentation.rfm import RFMSegmentation

backend = ibis.duckdb.connect(threads=2)
backend.raw_sql("SET enable_progress_bar = false")
lines = backend.read_parquet(sys.argv[1])
lines = lines.rename(transaction_date="sold_at", unit_spend="revenue", transaction_id="order_id")
for _ in range(int(sys.argv[2])):
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    found = len(RFMSegmentation(lines, current_date="2024-12-31").df)
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    print(found, used, time.perf_counter() - began)
"""


def generate(lines: int, file: Path) -> None:
    """The lines as a store holds them, in order of time."""
    import pyarrow.parquet as pq

    from crmreport.simulate import simulate, stored_lines

    made = simulate("pareto-nbd", customers=round(1.02 * lines / LINES_A_CUSTOMER), seed=1)
    pq.write_table(stored_lines(made).slice(0, lines), file)


def measure(file: Path, times: int) -> None:
    """Print each of our stages: name, rows, processor seconds, seconds."""
    import pandas as pd

    from crmreport.analysis.pareto import abc_classes
    from crmreport.analysis.rfm import cuts_of, scores
    from crmreport.data.engine import connect
    from crmreport.features.customers import customer_table
    from crmreport.features.days import known_days
    from crmreport.features.reading import Features
    from crmreport.period import parse_period
    from crmreport.simulate import WORLDS

    backend = connect()
    backend.raw_sql("SET enable_progress_bar = false")
    lines, as_of = backend.read_parquet(file), parse_period("2024").as_of
    days, customers = (file.with_name(f"{name}.parquet") for name in ("days", "customers"))
    scopes = ["_group", *(brand.id for brand in WORLDS["pareto-nbd"].brands)]

    def plain() -> int:
        return len(lines.group_by("customer_id").agg(revenue=lines.revenue.sum()).to_pyarrow())

    def sum_days() -> int:
        backend.to_parquet(known_days(lines, as_of=as_of), days)
        return int(backend.read_parquet(days).count().to_pyarrow().as_py())

    def table() -> int:
        summed = backend.read_parquet(days)
        found = customer_table(lines, as_of=as_of, window_months=24, days=summed)
        backend.to_parquet(found.order_by(["scope", "customer_id"]), customers)
        return sum(len(complete(Features(file.parent).customers(scope))) for scope in scopes)

    def complete(scope: pd.DataFrame) -> pd.DataFrame:
        cuts = cuts_of(scope, 5)
        return scope.assign(
            r=scores(scope["recency_days"], cuts.recency_days, low_is_best=True),
            f=scores(scope["orders"], cuts.orders),
            m=scores(scope["revenue"], cuts.revenue),
            abc=abc_classes(scope["revenue"], (0.8, 0.95)),
        )

    for name, work in (("plain", plain), ("days", sum_days), ("from days", table)):
        for _ in range(times):
            print(name, *timed(work), sep="\t", flush=True)


def timed(work: Callable[[], int]) -> tuple[int, float, float]:
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    rows = work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return rows, used, time.perf_counter() - began


def main(lines: int, times: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lines.parquet"
        subprocess.run([sys.executable, __file__, "generate", str(lines), str(file)], check=True)
        limits = {"CRMREPORT_THREADS": str(THREADS)} | os.environ
        ours = [sys.executable, "-W", "ignore", __file__, "measure", str(file), str(times)]
        ran = subprocess.run(ours, check=True, stdout=subprocess.PIPE, text=True, env=limits)
        found: dict[str, list[tuple[float, ...]]] = {}
        for line in ran.stdout.splitlines():
            name, *numbers = line.split("\t")
            found.setdefault(name, []).append(tuple(map(float, numbers)))
        theirs = ["uv", "run", "--no-project", "-q", "--with", "openretailscience", "python", "-W", "ignore"]
        ran = subprocess.run(
            [*theirs, "-c", OTHERS, str(file), str(times)], check=True, stdout=subprocess.PIPE, text=True
        )
        found["openretailscience RFM"] = [tuple(map(float, row.split())) for row in ran.stdout.splitlines()]
    best = {
        name: (runs[0][0], *(min(run[at] for run in runs) for at in (1, 2))) for name, runs in found.items()
    }
    best["complete table"] = (
        best["from days"][0],
        *(best["days"][at] + best["from days"][at] for at in (1, 2)),
    )
    print(f"{'':24}{'rows':>12}{'processor s':>14}{'x plain':>10}{'watch s':>10}{'x plain':>10}")
    for name, (rows, used, wall) in best.items():
        multiples = used / best["plain"][1], wall / best["plain"][2]
        print(f"{name:24}{rows:12.0f}{used:14.2f}{multiples[0]:10.1f}{wall:10.2f}{multiples[1]:10.1f}")
    theirs_used, ours_used = best["openretailscience RFM"], best["complete table"]
    print(
        f"The complete table takes {ours_used[1] / theirs_used[1]:.2f} of the processor time and "
        f"{ours_used[2] / theirs_used[2]:.2f} of the time of openretailscience's RFM."
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["generate", lines, file]:
            generate(int(lines), Path(file))
        case ["measure", file, times]:
            measure(Path(file), int(times))
        case asked:
            numbers = [float(one) for one in asked] + [10, 3][len(asked) :]
            main(round(numbers[0] * MILLION), int(numbers[1]))
