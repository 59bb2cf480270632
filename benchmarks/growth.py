"""How time and memory grow with the sale lines: from a CSV file to the customer table, by size.

    uv run python benchmarks/growth.py [millions ...]

Each size runs in a process of its own, whose peak memory is told; CRMREPORT_MEMORY and CRMREPORT_THREADS
are 2GB and 2 unless the environment says otherwise. Stages are in seconds of processor time over all
threads, which other work on the machine does not change; "wall" is what a watch shows. The last column is
the processor time for a million lines as a multiple of that of the first size: about 1 where time grows no
faster than the lines.
"""

from __future__ import annotations

import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

MILLION = 1_000_000
SIZES = (1, 2, 5, 10)
PARAMS = """
client: {id: growth, name: Growth}
timezone: Asia/Shanghai
currency: CNY
tax: included
simulated: true
sources:
  sale_lines:
    path: sales.csv
    columns: {customer_id: member, order_id: order, product_id: sku, store_id: shop, sold_at: time,
              quantity: units, revenue: paid}
    attributes: [maker]
brands: [{id: a, name: A, where: {maker: A}}, {id: b, name: B, where: {maker: B}}]
"""
SALES = """
COPY (
  SELECT 'm' || lpad(((n * 7919) % {customers})::VARCHAR, 8, '0') AS member, 'o' || (n // 3) AS order,
    'p' || (n * 31) % 5000 AS sku, 's' || n % 200 AS shop, CASE WHEN n % 3 = 0 THEN 'A' ELSE 'B' END AS maker,
    strftime(TIMESTAMP '2022-01-01' + to_minutes(((n // 3) * 104729) % 1051200), '%Y-%m-%d %H:%M:%S') AS time,
    1 + n % 3 AS units, round(5 + (n * 37) % 20000 / 100, 2) AS paid
  FROM range({lines}) AS of (n)
) TO '{file}' (HEADER)
"""


def measure(lines: int) -> None:
    """Run one size; print each stage's processor seconds, the seconds of a watch, the peak memory in MB."""
    from crmreport.data.mapping import plans
    from crmreport.data.store import open_store
    from crmreport.features.customers import customer_table
    from crmreport.params import load_params
    from crmreport.period import parse_period

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        command = [sys.executable, __file__, "generate", str(lines), str(folder / "sales.csv")]
        subprocess.run(command, check=True)
        (folder / "growth.yml").write_text(PARAMS, "utf-8")
        engagement = load_params(folder / "growth.yml")
        began, times = time.perf_counter(), [time.process_time()]
        assert plans(engagement)["sale_lines"].files[0].staged.is_file()
        times.append(time.process_time())
        store = open_store(engagement)
        times.append(time.process_time())
        period = parse_period("2023")
        customers = customer_table(store.table("sale_lines"), as_of=period.as_of, window_months=12)
        found = customers.count().to_pyarrow().as_py()
        times.append(time.process_time())
        assert store.ledger.sale_lines.supplied.rows == lines
        assert found > 0
        wall = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(*(after - before for before, after in itertools.pairwise(times)), wall, peak)


def main(sizes: list[float]) -> None:
    titles = ("million", "stage s", "ingest s", "table s", "wall s", "peak MB", "ratio")
    print(*(f"{title:>10}" for title in titles), flush=True)
    limits = {"CRMREPORT_MEMORY": "2GB", "CRMREPORT_THREADS": "2"}
    first = None
    for size in sizes:
        command = [sys.executable, __file__, "measure", str(int(size * MILLION))]
        ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=limits | os.environ)
        stage, ingest, table, wall, peak = map(float, ran.stdout.split())
        each = (stage + ingest + table) / size
        first = first or each
        print(f"{size:10g}", *(f"{seconds:10.1f}" for seconds in (stage, ingest, table, wall)), end=" ")
        print(f"{peak:10.0f} {each / first:10.2f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(int(sys.argv[2]))
    elif sys.argv[1:2] == ["generate"]:
        lines = int(sys.argv[2])
        duckdb.sql(SALES.format(lines=lines, customers=lines // 10, file=sys.argv[3]))
    else:
        main([float(size) for size in sys.argv[1:]] or list(SIZES))
