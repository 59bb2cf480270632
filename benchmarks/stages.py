"""How long the demo takes, stage by stage: on a new store, and again on the store that leaves behind.

uv run python benchmarks/stages.py
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from crmreport.params import load_params
from crmreport.resources import demo_params
from crmreport.runs import processes
from crmreport.runs.order import make_order

PERIOD = "2017-Q4"


def main() -> None:
    started = time.monotonic()
    processes.start_warming()
    from crmreport.runs.run import run

    print(f"{'imports':12}{time.monotonic() - started:6.1f} s")
    with tempfile.TemporaryDirectory() as folder:
        params = Path(folder) / "demo.yml"
        shutil.copy(demo_params(), params)
        for state in ("new store", "again"):
            started = time.monotonic()
            result = run(make_order(load_params(params), PERIOD, out=Path(folder) / "reports"))
            assert result.exit_code == 0, result.log.read_text()
            print(f"\n{state}: {time.monotonic() - started:.1f} s")
            for stage, seconds in result.seconds.items():
                print(f"  {stage:10}{seconds:6.1f} s")


if __name__ == "__main__":
    main()
