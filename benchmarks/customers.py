"""The complete customer table of ten million simulated lines, for all brands and the group, in one run with
DuckDB's plain GROUP BY and with openretailscience's RFM, which does one scope and three of the columns.

    uv run python benchmarks/customers.py [millions of lines] [times]

Ours holds first and last purchase, orders, purchase days, revenue, margin, units, mean and spread of the
purchase interval, categories, channels, the share on deal, RFM scores and ABC class. openretailscience
wants a pandas of its own: it runs in an environment that uv makes for it. All read the same Parquet file,
the sale lines as a store keeps them (the lines of a customer together, marked), on two threads, and hold
their result in memory. "kept" is the complete table by way of the features' own Parquet file, in order.
"marking" is what a store pays once for the marks, beside the time of sorting and writing the lines.

Times are in processor seconds over all threads, which other work on the machine changes little, and, as a
watch shows them, in seconds; the least of the repetitions counts.
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
    """The lines in order of time, without marks, as ids of ten digits, which the store's are."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from crmreport.simulate import simulate, stored_lines

    made = stored_lines(simulate("pareto-nbd", customers=round(1.02 * lines / LINES_A_CUSTOMER), seed=1))
    for name in ("customer_id", "order_id"):
        digits = pc.replace_substring_regex(made[name], r"\D", "")
        made = made.set_column(made.schema.get_field_index(name), name, pc.utf8_lpad(digits, 10, "0"))
    pq.write_table(pa.table(made).slice(0, lines), file)


def measure(raw: Path, times: int) -> None:
    """Print each of our stages: name, rows, processor seconds, seconds."""
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    from crmreport.analysis.pareto import abc_classes
    from crmreport.analysis.rfm import cuts_of, scores
    from crmreport.data.engine import connect
    from crmreport.data.marks import marked
    from crmreport.features.customers import customer_table
    from crmreport.features.reading import Features
    from crmreport.period import parse_period
    from crmreport.simulate import WORLDS

    backend = connect(spill=raw.with_name("spill"))
    backend.raw_sql("SET enable_progress_bar = false")
    unmarked, file = backend.read_parquet(raw), raw.with_name("marked.parquet")
    customers = raw.with_name("customers.parquet")
    scopes = ["_group", *(brand.id for brand in WORLDS["pareto-nbd"].brands)]

    def sort() -> int:
        order = ["customer_id", "sold_at", "order_id", "product_id"]
        order += [name for name in unmarked.columns if name not in order]
        return write(unmarked.order_by(order), raw.with_name("sorted.parquet"))

    def write(table: ir.Table, path: Path) -> int:
        backend.to_parquet(table, path)
        return int(backend.read_parquet(path).count().to_pyarrow().as_py())

    for name, work in (("sorting", sort), ("marking", lambda: write(marked(unmarked), file))):
        print(name, *timed(work), sep="\t", flush=True)
    lines, as_of = backend.read_parquet(file), parse_period("2024").as_of

    def plain() -> int:
        return len(lines.group_by("customer_id").agg(revenue=lines.revenue.sum()).to_pyarrow())

    def in_memory() -> int:
        found = customer_table(lines, as_of=as_of, window_months=24).to_pyarrow()
        return sum(complete(of_scope(found, scope)) for scope in scopes)

    def of_scope(found: pa.Table, scope: str) -> pd.DataFrame:
        wanted = found.select(["recency_days", "orders", "revenue"]).filter(pc.equal(found["scope"], scope))
        return wanted.set_column(2, "revenue", wanted["revenue"].cast("float64")).to_pandas()

    def kept() -> int:
        found = customer_table(lines, as_of=as_of, window_months=24)
        write(found.order_by(["scope", "customer_id"]), customers)
        return sum(complete(Features(raw.parent).customers(scope)) for scope in scopes)

    def complete(scope: pd.DataFrame) -> int:
        cuts = cuts_of(scope, 5)
        found = pd.DataFrame(
            {
                "r": scores(scope["recency_days"], cuts.recency_days, low_is_best=True),
                "f": scores(scope["orders"], cuts.orders),
                "m": scores(scope["revenue"], cuts.revenue),
                "abc": abc_classes(scope["revenue"], (0.8, 0.95)),
            }
        )
        return len(found)

    for name, work in (("plain", plain), ("complete table", in_memory), ("kept", kept)):
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
        marked = str(file.with_name("marked.parquet"))
        ran = subprocess.run(
            [*theirs, "-c", OTHERS, marked, str(times)], check=True, stdout=subprocess.PIPE, text=True
        )
        found["openretailscience RFM"] = [tuple(map(float, row.split())) for row in ran.stdout.splitlines()]
    best = {
        name: (runs[0][0], *(min(run[at] for run in runs) for at in (1, 2))) for name, runs in found.items()
    }
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
