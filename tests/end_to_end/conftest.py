"""The demo, published once for all tests that read it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from crmreport.findings import Findings
from crmreport.resources import demo_params

MAIN = [sys.executable, "-c", "from crmreport.cli import main; main()"]


class Demo(NamedTuple):
    folder: Path
    answer: subprocess.CompletedProcess

    def html(self, scope, language):
        return (self.folder / scope / f"report.{language}.html").read_text("utf-8")

    def findings(self, scope):
        return Findings.from_json((self.folder / scope / "findings.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """All reports of the demo, in all languages. Its tests share the xdist group ``demo``."""
    out = tmp_path_factory.mktemp("demo")
    command = [*MAIN, "run", str(demo_params()), "--period", "2017-Q4", "--out", str(out)]
    answer = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=900)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return Demo(out / "health-beauty" / "2017-Q4", answer)
