"""Publications: written aside, checked, moved into place in one step.

A publication is the folder ``<out>/<engagement>/<period>/<scope>``. It is prepared under
``<out>/<engagement>/.staging`` (the same file system), then exchanged with the one before it by a
single call of the operating system. Where the system has no such call, the old one is moved aside and
the new one into its place; whoever comes next (``recover``) finishes what a kill left between the two.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from crmreport.errors import OutputError, RenderError
from crmreport.params import Language
from crmreport.report.files import Edition, file_name, workbook_name

STAGING = ".staging"
_NEW = "publication"
_OLD = "previous"

_AT_CWD = -100
_RENAME_EXCHANGE = 2


class EngagementFolder:
    """``<out>/<engagement>``: where an engagement's publications, logs and lock lie."""

    def __init__(self, out: Path, engagement: str) -> None:
        self.out = out.absolute()
        self.path = self.out / engagement

    def prepare(self) -> None:
        """Make the folder. Raises OutputError where it cannot be written to, or leads out of ``out``."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            (self.path / "logs").mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            raise OutputError(
                f"The output folder cannot be written to ({error.strerror}).",
                where=str(self.path),
                remedy="Name another with --out.",
            ) from None
        self._check_inside(self.path)

    def log_file(self, period: str) -> Path:
        return self.path / "logs" / f"{period}.log"

    @property
    def failures_file(self) -> Path:
        return self.path / "logs" / "failures.json"

    def publication(self, period: str, scope: str) -> Path:
        return self.path / period / scope

    def stage(self, period: str, scope: str) -> Path:
        """A new, empty folder in which a publication is prepared."""
        folder = self.staged(period, scope)
        folder.mkdir(parents=True)
        return folder

    def staged(self, period: str, scope: str) -> Path:
        return self.path / STAGING / period / scope / _NEW

    def publish(self, period: str, scope: str) -> Path:
        """Move what was staged into its place, in one step. Returns that place."""
        staged = self.staged(period, scope)
        target = self.publication(period, scope)
        target.parent.mkdir(exist_ok=True)
        self._check_inside(target)
        _sync(staged)
        if not target.exists():
            staged.rename(target)
        elif not _exchange(staged, target):
            target.rename(staged.with_name(_OLD))
            staged.rename(target)
        _sync_folder(target.parent)
        return target

    def recover(self) -> None:
        """Finish or undo what a killed run left behind; only for whoever holds the lock."""
        staging = self.path / STAGING
        for old in sorted(staging.glob(f"*/*/{_OLD}")):
            target = self.publication(old.parent.parent.name, old.parent.name)
            if not target.exists():
                # The old one is moved aside only when the new one is whole.
                new = old.with_name(_NEW)
                (new if new.exists() else old).rename(target)
                _sync_folder(target.parent)
        if staging.exists():
            shutil.rmtree(staging)

    def _check_inside(self, path: Path) -> None:
        if not path.resolve().is_relative_to(self.out.resolve()):
            raise OutputError(
                "This is a link that leads out of the output folder.",
                where=str(path),
                remedy="Remove the link, or name the folder it leads to with --out.",
            )


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader, or a kill, meets the old text or the new one, never a part."""
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    # mkstemp makes files for their owner alone; a publication is for whoever may read the folder.
    Path(beside).chmod(0o644)
    Path(beside).replace(path)


def check_publication(
    folder: Path,
    languages: Sequence[Language],
    formats: Sequence[str],
    editions: Sequence[Edition] = ("client",),
    *,
    simulated: bool = False,
) -> None:
    """Raise RenderError where a staged publication lacks a file, or holds one that is not whole."""
    pages = (file_name(*asked, simulated=simulated) for asked in product(languages, formats, editions))
    for name in (*pages, workbook_name(simulated=simulated)):
        path = folder / name
        if not path.is_file() or not _whole(path):
            raise RenderError(f"{name} is missing or not whole.", remedy="Run it again.")
    for name in ("report.ipynb", "findings.json", "recommendations.json", "manifest.json", "run.json"):
        path = folder / name
        try:
            json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise RenderError(f"{name} is missing or not whole ({error}).", remedy="Run it again.") from None


def _whole(path: Path) -> bool:
    content = path.read_bytes()
    match path.suffix:
        case ".html":
            return content.rstrip().endswith(b"</html>")
        case ".pdf":
            return content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
        case _:
            return zipfile.is_zipfile(path)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where this system cannot."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    paths = os.fsencode(one), os.fsencode(other)
    if libc.renameat2(_AT_CWD, paths[0], _AT_CWD, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            _sync_folder(path)
        else:
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
