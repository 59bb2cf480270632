"""One run at a time in an engagement's folder.

The lock is the operating system's, on an open file: it ends with the process that holds it, however
that ends. What the file says is only for the message to whoever finds it locked.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmreport.errors import OutputError


@contextmanager
def locked(path: Path, period: str) -> Iterator[None]:
    """Hold the lock at ``path``. Raises OutputError that names the run which holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(descriptor):
            holder = os.read(descriptor, 1000).decode("utf-8", "replace").strip() or "another run"
            raise OutputError(
                f"Another run is at work here: {holder}.",
                where=str(path.parent),
                remedy="Wait until it ends, or give this one another --out.",
            )
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"period {period}, process {os.getpid()} on {platform.node()}".encode())
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> bool:
        # Far behind the text, which stays readable: on Windows a lock keeps readers out.
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _take(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
