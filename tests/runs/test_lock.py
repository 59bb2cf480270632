"""Two runs never work in one folder, and a dead one holds up nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crmreport.errors import OutputError
from crmreport.runs.lock import locked

HOLD = """
import sys, time
from pathlib import Path
from crmreport.runs.lock import locked
with locked(Path(sys.argv[1]), "2023-Q3"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_run_is_told_of_the_first_until_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(OutputError) as caught, locked(path, "2023-Q4"):
            pass
        assert f"period 2023-Q3, process {first.pid} on" in caught.value.what
        assert caught.value.where == str(tmp_path)
        assert caught.value.exit_code == 2
        os.kill(first.pid, signal.SIGKILL)
    with locked(path, "2023-Q4"):
        assert path.read_text().startswith(f"period 2023-Q4, process {os.getpid()} on ")
    assert path.read_text() == ""
