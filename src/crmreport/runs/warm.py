"""What every chapter and every renderer imports, imported once in the process they are forked from.

Only the fork server loads this module. Nothing here may open a database, a zmq context or a thread:
what a fork copies of those does not work.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import pkgutil
import signal

import crmreport.analysis
from crmreport.runs.processes import ONE_THREAD

MODULES = (
    "IPython.core.interactiveshell",
    "ibis.backends.duckdb",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "matplotlib.pyplot",
    "pandas",
    "crmreport.lab",
    "crmreport.runs.kernels",
    "crmreport.runs.render",
    *(f"crmreport.analysis.{found.name}" for found in pkgutil.iter_modules(crmreport.analysis.__path__)),
)

# The terminal's Ctrl-C reaches the whole process group; the run decides what happens to its children.
signal.signal(signal.SIGINT, signal.SIG_IGN)

# A pool of BLAS threads must not exist before a fork: set before numpy is imported.
os.environ.update(ONE_THREAD)

for _module in MODULES:
    importlib.import_module(_module)

# At its own end the fork server skips the interpreter's, where DuckDB's bindings write to the terminal.
# Forked children never come by here.
atexit.register(os._exit, 0)
gc.collect()
gc.freeze()
