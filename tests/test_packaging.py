"""What a user installs is what was tested: the wheel alone, and a checkout that was edited."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


def _run(*command, cwd, **environment):
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VIRTUAL_ENV", "PYTHON", "UV_PROJECT"))
    }
    return subprocess.run(
        command, cwd=cwd, env=clean | environment, capture_output=True, text=True, timeout=1200
    )


def test_the_wheel_runs_the_demo_outside_of_the_repository(tmp_path):
    built = _run("uv", "build", "--wheel", "--out-dir", str(tmp_path / "dist"), str(ROOT), cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    _run("uv", "venv", "--python", sys.executable, str(tmp_path / "venv"), cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    installed = _run("uv", "pip", "install", "--python", str(python), f"{wheel}[demo]", cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    ran = _run(str(python.with_name("crmreport")), "demo", cwd=elsewhere)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    published = {path.name for path in elsewhere.glob("reports/*/2017-Q4/_group/*")}
    assert {"report.en.html", "report.zh-Hans.html", "report.zh-Hant.pdf", "manifest.json"} <= published
    assert sorted(path.name for path in elsewhere.iterdir()) == [".crmreport", "reports"]


def test_an_edited_notebook_of_a_checkout_is_seen(tmp_path):
    for folder in ("src", "notebooks", "params"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns(".crmreport", "__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "notebooks" / "05-segmentation.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    last = notebook["cells"][-1]
    last["source"] = ["chapter.show(Paragraph(sentences=(sentence('core.against', period=chapter.period),)))"]
    path.write_text(json.dumps(notebook), "utf-8")
    code = "from crmreport.cli import main; main()"
    wanted = ("--period", "2017-Q4", "--brand", "_group", "--lang", "en", "--format", "html")
    command = (sys.executable, "-c", code, "run", "params/demo.yml", *wanted)

    ran = _run(*command, cwd=tmp_path, PYTHONPATH=str(tmp_path / "src"))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    (page,) = tmp_path.glob("reports/*/2017-Q4/_group/report.en.html")
    assert "against Q4 2017" in page.read_text("utf-8")
