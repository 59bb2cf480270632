"""Child processes forked from one warm parent (the standard library's fork server).

Where a platform has none (Windows), kernels are plain and renderers are spawned: the same results,
more slowly.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext

CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
WARM = "crmreport.runs.warm"

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1") | {
    "MPLBACKEND": "agg"
}
"""Environment of children: results must not depend on the number of BLAS threads."""


def context() -> BaseContext:
    """The context that children are started from, its parent warm or warming."""
    start_warming()
    return multiprocessing.get_context("forkserver" if CAN_FORK else "spawn")


def start_warming() -> None:
    """Begin to warm the parent, so that it is ready when the first chapter is; once is enough."""
    if CAN_FORK:
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload([WARM])
        forkserver.ensure_running()


def die_with_parent() -> None:
    """End this child, and whatever it started, as soon as the run that started it is gone."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

    threading.Thread(target=wait, name="parent-watch", daemon=True).start()


def render_workers(count: int) -> ProcessPoolExecutor:
    """A pool of warm processes for rendering."""
    return ProcessPoolExecutor(count, mp_context=context(), initializer=die_with_parent)
