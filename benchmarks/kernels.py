"""Eight chapters, two at a time: kernels forked from a warm parent against Jupyter's plain ones.

uv run python benchmarks/kernels.py
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import papermill
from nbformat.v4 import new_code_cell, new_notebook

from crmreport.runs import processes
from crmreport.runs.kernels import kernel_options

CHAPTERS = 8
WORK = "import pandas\nfrom crmreport.lab import open_chapter\npandas.Series(range(10)).sum()"


def run_chapters(*, warm: bool) -> float:
    """Seconds that all chapters take."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as executor:

        def run_one(number: int) -> None:
            with kernel_options(Path(folder) / f"{number}.log", warm=warm) as kernel:
                notebook = new_notebook(cells=[new_code_cell(WORK)])
                papermill.execute_notebook(notebook, None, progress_bar=False, **kernel)

        list(executor.map(run_one, range(CHAPTERS)))
    return time.monotonic() - started


if __name__ == "__main__":
    plain = run_chapters(warm=False)
    processes.start_warming()
    first, again = run_chapters(warm=True), run_chapters(warm=True)
    print(f"plain {plain:.1f} s; forked {first:.1f} s with the warming of the parent, {again:.1f} s without")
    print(f"ratio {plain / first:.1f} and {plain / again:.1f}")
