"""One kernel a chapter: forked from the warm parent, used once and thrown away.

``kernel_options`` is what Papermill needs to start it. Kernel and client talk over Unix sockets in a
private folder, so that kernels starting side by side cannot take each other's ports.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import ensure_event_loop
from traitlets import Bool, Unicode
from traitlets.config import Config

from crmreport.errors import OutputError
from crmreport.runs import processes

LONGEST_SOCKET = 100
"""A Unix socket's path may have 107 bytes on Linux, 103 on macOS."""

_LAUNCH = (sys.executable, "-m", "ipykernel_launcher")
# IPython's own way of showing an error reads every file on the way as Python. In one of our templates it
# fails, and the cell then fails without saying why.
_PLAIN_ERRORS = "--InteractiveShell.xmode=Plain"


class _Popen:
    """A forked process with the part of ``subprocess.Popen`` that Jupyter's provisioner uses."""

    stdin = stdout = stderr = None
    # Two threads that poll one child would both try to read its exit code.
    _lock = threading.Lock()

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        with self._lock:
            process.start()
        assert process.pid is not None
        self.pid = process.pid

    def poll(self) -> int | None:
        with self._lock:
            return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self.poll()

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by forking the warm parent."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        manager: Any = self.parent
        process = processes.context().Process(  # type: ignore[attr-defined]
            target=become_kernel,
            args=(cmd[len(_LAUNCH) :], kwargs["env"], manager.log_file),
            daemon=True,
        )
        started = _Popen(process)
        self.process = started  # type: ignore[assignment]
        # The child opens a process group of its own, with its own number.
        self.pid = self.pgid = started.pid
        return self.connection_info


class PlainProvisioner(LocalProvisioner):
    """Starts a kernel as Jupyter does, with its raw output in a file."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        manager: Any = self.parent
        with Path(manager.log_file).open("ab") as log:
            return await super().launch_kernel(cmd, stdout=log, stderr=log, **kwargs)


_PROVISIONERS: weakref.WeakSet[LocalProvisioner] = weakref.WeakSet()


class ChapterKernelManager(AsyncKernelManager):
    """Manages the kernel of one chapter; ``kernel_options`` configures it."""

    log_file = Unicode(config=True)
    home = Unicode(config=True)
    warm = Bool(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        provisioner = ForkedProvisioner if self.warm else PlainProvisioner
        self.provisioner = provisioner(parent=self, kernel_spec=self.kernel_spec)
        _PROVISIONERS.add(self.provisioner)

    @property
    def kernel_spec(self) -> KernelSpec:
        """This Python: never a kernel of the same name that the user's machine may have."""
        return KernelSpec(
            argv=[*_LAUNCH, "-f", "{connection_file}", _PLAIN_ERRORS],
            language="python",
            display_name="Python 3",
            # Nor the user's own IPython profile, start-up files and history.
            env=processes.ONE_THREAD | {"IPYTHONDIR": self.home},
        )


def stop_all() -> None:
    """Kill every kernel of this process that still runs; the chapters in them end as failed."""
    for provisioner in list(_PROVISIONERS):
        if provisioner.process is not None:
            provisioner.process.kill()


def become_kernel(arguments: list[str], environment: dict[str, str], log_file: str) -> None:
    """The forked child's whole life: be one kernel."""
    os.setsid()
    log = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    # The fork server passes over a module that fails to import; here it is an error in the log.
    import crmreport.runs.warm  # noqa: F401

    os.environ.update(environment)
    processes.die_with_parent()
    from ipykernel.kernelapp import IPKernelApp

    # A parent of 1 is one that Jupyter need not watch: that is done above.
    IPKernelApp.launch_instance(argv=[*arguments, "--IPKernelApp.parent_handle=1"])


@contextmanager
def kernel_options(log_file: Path, *, warm: bool = processes.CAN_FORK) -> Iterator[dict[str, Any]]:
    """Keyword arguments for ``papermill.execute_notebook``: a kernel of the chapter's own.

    ``log_file`` receives whatever the kernel writes past Jupyter. Raises OutputError where the
    machine's folder for temporary files has too long a path for a socket.
    """
    with tempfile.TemporaryDirectory(prefix="crmreport-", ignore_cleanup_errors=True) as folder:
        settings = {
            "log_file": str(log_file),
            "home": str(Path(folder) / "ipython"),
            "warm": warm,
            "connection_file": str(Path(folder) / "kernel.json"),
        }
        if os.name == "posix":
            settings |= {"transport": "ipc", "ip": str(Path(folder) / "s")}
            if len(folder.encode()) + 4 > LONGEST_SOCKET:
                raise OutputError(
                    "The path of the folder for temporary files is too long for a socket.",
                    where=tempfile.gettempdir(),
                    remedy="Set TMPDIR to a shorter one, such as /tmp.",
                )
        config = Config({"ChapterKernelManager": settings})
        try:
            yield {
                "kernel_name": "python3",
                "kernel_manager_class": ChapterKernelManager,
                "config": config,
                "shutdown_kernel": "immediate",
            }
        finally:
            # Jupyter opens an event loop for the thread, and would leave it open.
            ensure_event_loop().close()
