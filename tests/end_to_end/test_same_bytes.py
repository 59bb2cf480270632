"""Two runs that differ in everything that must not matter give the same bytes."""

import os
import shutil
import subprocess
import sys

import pytest

from crmreport.resources import demo_params

MAIN = [sys.executable, "-c", "from crmreport.cli import main; main()"]
ONE = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1"}
OTHER = {"TZ": "America/Anchorage", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "2"}

pytestmark = pytest.mark.slow


def _run(folder, environment, *, scopes, processors):
    """A run from a store of its own, on ``processors``; the published files by name."""
    folder.mkdir(parents=True)
    shutil.copy(demo_params(), folder / "demo.yml")
    brands = [argument for scope in scopes for argument in ("--brand", scope)]
    command = [*MAIN, "run", "demo.yml", "--period", "2017-11", *brands]
    ran = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=900,
        preexec_fn=lambda: os.sched_setaffinity(0, processors),
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    published = folder / "reports" / "health-beauty" / "2017-11" / "supplier-764"
    return {path.name: path.read_bytes() for path in published.iterdir() if path.is_file()}


def test_directory_clock_zone_locale_hash_seed_and_threads_do_not_matter(tmp_path):
    both = sorted(os.sched_getaffinity(0))

    first = _run(tmp_path / "one", ONE, scopes=["supplier-764"], processors=both[:1])
    second = _run(tmp_path / "an other" / "深", OTHER, scopes=["_group", "supplier-764"], processors=both)

    assert sorted(first) == sorted(second)
    assert len(first) == 12
    different = [name for name in first if first[name] != second[name]]
    assert different == ["run.json"]
