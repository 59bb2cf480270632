"""One log file a run: progress, warnings, raw output of kernels, and every traceback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger("crmreport.runs")

# Papermill and Jupyter warn through these; without a handler Python would print that to the terminal.
_OTHERS = ("papermill", "traitlets", "nbclient", "asyncio", "py.warnings", "matplotlib", "fontTools")
_FORMAT = "%(asctime)s %(levelname)-7s %(message)s"


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Append all that is logged meanwhile to ``path``; the runs of a period follow each other there."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter(_FORMAT))
    ours = logging.getLogger("crmreport")
    loggers = [ours, *map(logging.getLogger, _OTHERS)]
    level = ours.level
    ours.setLevel(logging.INFO)
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        ours.setLevel(level)
        handler.close()
