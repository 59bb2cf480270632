"""A chapter's kernel: forked or plain, of this Python, alone with one thread, gone with its run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from crmreport.errors import OutputError
from crmreport.runs.kernels import kernel_options
from crmreport.runs.processes import CAN_FORK

Kernel = Callable[..., object]
ASK = "import json, os, sys\nprint(json.dumps({}))"


@pytest.fixture
def ask(tmp_path: Path, warm: None) -> Kernel:
    """The value of an expression in a new kernel."""

    def evaluate(expression: str, *, forked: bool = True) -> object:
        notebook = new_notebook(cells=[new_code_cell(ASK.format(expression))])
        with kernel_options(tmp_path / "kernel.log", warm=forked) as options:
            executed = papermill.execute_notebook(notebook, None, progress_bar=False, **options)
        return json.loads(executed.cells[0].outputs[0].text)

    return evaluate


@pytest.mark.skipif(not CAN_FORK, reason="this platform has no fork server")
def test_the_parent_is_warm_and_has_no_thread_of_blas_or_duckdb(ask: Kernel) -> None:
    assert ask("['crmreport.lab' in sys.modules, os.environ['OPENBLAS_NUM_THREADS']]") == [True, "1"]
    tasks = "f'/proc/{os.getppid()}/task'"
    names = ask(f"[open({tasks} + f'/{{one}}/comm').read().strip() for one in os.listdir({tasks})]")
    assert isinstance(names, list)
    # Arrow's allocator keeps a thread for its own housekeeping, and knows about forks.
    others = [name for name in names if name != "jemalloc_bg_thd"]
    assert len(others) == 1


def test_a_plain_kernel_answers_the_same(ask: Kernel) -> None:
    question = "[sys.prefix, os.environ['OPENBLAS_NUM_THREADS'], 'crmreport' in sys.modules]"
    assert ask(question, forked=False) == [sys.prefix, "1", False]


def test_the_users_own_ipython_profile_is_left_alone(
    ask: Kernel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("mine = 1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    assert ask("'mine' in globals()") is False
    assert not (tmp_path / "ipython" / "profile_default" / "history.sqlite").exists()


def test_a_path_too_long_for_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with pytest.raises(OutputError, match="too long for a socket"), kernel_options(tmp_path / "kernel.log"):
        pass
