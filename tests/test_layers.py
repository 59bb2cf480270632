"""The floors: a module imports only from floors under its own, and the pure ones stay pure.

The rules are checked by reading the source, so that an import inside a function counts as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import crmreport

SOURCE = Path(crmreport.__file__).parent

# Ground floor first. Modules on one line stand side by side and do not import each other.
FLOORS = (
    ("errors", "own_modules", "versions"),
    ("period", "resources", "validation"),
    ("params_base",),
    ("params_environment", "params_privacy", "params_calendar"),
    (
        "params_reading",
        "params_data",
        "params_survey",
        "params_segmentation",
        "params_warning",
        "params_loyalty",
    ),
    ("params",),
    ("brandfile",),
    ("findings",),
    ("text",),
    ("stats",),
    ("data",),
    ("features",),
    ("analysis",),
    ("advice",),
    ("display",),
    ("chapter",),
    ("report",),
    ("runs",),
    ("lab", "simulate"),
    ("cli",),
)
HEIGHT = {name: height for height, names in enumerate(FLOORS) for name in names}
PURE = ("stats", "analysis")
DOORS = {
    *("io", "os", "pathlib", "shutil", "subprocess", "socket", "sys", "tempfile", "time", "urllib"),
    *("duckdb", "ibis", "pyarrow", "sqlite3", "matplotlib", "seaborn", "random", "secrets", "uuid"),
}
CLOCKS = {"now", "today", "utcnow", "time", "time_ns"}


def violations(root: Path) -> list[str]:
    """What the modules of the package at ``root`` do that their floor does not allow."""
    found = []
    for file in sorted(root.rglob("*.py")):
        parts = file.relative_to(root).with_suffix("").parts
        place = ".".join(parts)
        tree = ast.parse(file.read_text("utf-8"))
        found += [f"{place}:{line}: {what}" for line, what in _faults(tree, parts, root)]
    return found


def _faults(tree: ast.Module, parts: tuple[str, ...], root: Path) -> Iterator[tuple[int, str]]:
    area = parts[0]
    if area != "__init__" and area not in HEIGHT:
        yield 0, f"“{area}” has no floor"
        return
    for line, module in _imports(tree):
        package, _, inner = module.partition(".")
        if package == root.name and inner and not inner.startswith("__"):
            yield from _upward(line, area, inner.partition(".")[0])
        elif area in PURE and package in DOORS:
            yield line, f"{area} imports {package}"
        elif area == "features" and package == "duckdb":
            yield line, "features imports duckdb"
    if area != "cli":
        yield from _speech(tree)
    if area in PURE:
        yield from _clocks(tree)


def _upward(line: int, area: str, other: str) -> Iterator[tuple[int, str]]:
    if area in (other, "__init__"):
        return
    if HEIGHT.get(other, len(FLOORS)) >= HEIGHT[area]:
        yield line, f"{area} imports {other}, which is not under it"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of every module imported, wherever it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # ``from crmreport import params`` names a module as well; ruff refuses relative imports.
            if node.module == "crmreport":
                yield from ((node.lineno, f"crmreport.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module or ""


def _speech(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Prints and exits, but for those of a developer's tool run as ``__main__``."""
    run_as_main = {
        id(inside)
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
        for inside in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in run_as_main:
            continue
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "exit", "quit", "sys.exit"):
            yield node.lineno, f"calls {ast.unparse(node.func)}()"
        elif isinstance(node, ast.Raise) and node.exc and "SystemExit" in ast.unparse(node.exc):
            yield node.lineno, "raises SystemExit"


def _clocks(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            yield node.lineno, f"asks the clock: {ast.unparse(node.func)}()"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "open":
            yield node.lineno, "opens a file"


def test_every_module_keeps_to_its_floor() -> None:
    assert violations(SOURCE) == []


@pytest.mark.parametrize(
    ("path", "line", "fault"),
    [
        ("params.py", "from crmreport.text import Words", "params imports text, which is not under it"),
        ("params.py", "import crmreport.text.words", "params imports text, which is not under it"),
        ("params.py", "from crmreport import text", "params imports text, which is not under it"),
        ("period.py", "from crmreport import resources", "period imports resources, which is not under it"),
        (
            "stats/rates.py",
            "def rate():\n    from crmreport.analysis import rfm",
            "stats imports analysis, which is not under it",
        ),
        ("report/pdf.py", "from crmreport.runs import plan", "report imports runs, which is not under it"),
        ("text/words.py", "from crmreport.nowhere import x", "text imports nowhere, which is not under it"),
        ("gadgets.py", "x = 1", "“gadgets” has no floor"),
        ("analysis/rfm.py", "import matplotlib.pyplot as plt", "analysis imports matplotlib"),
        ("analysis/rfm.py", "from pathlib import Path", "analysis imports pathlib"),
        ("stats/rates.py", "import duckdb", "stats imports duckdb"),
        ("stats/rates.py", "import random", "stats imports random"),
        (
            "stats/rates.py",
            "from datetime import datetime\nx = datetime.now()",
            "asks the clock: datetime.now()",
        ),
        (
            "analysis/rfm.py",
            "import pandas as pd\nx = pd.Timestamp.today()",
            "asks the clock: pd.Timestamp.today()",
        ),
        ("analysis/rfm.py", "x = open('sales.csv')", "opens a file"),
        ("features/customers.py", "import duckdb", "features imports duckdb"),
        ("report/pdf.py", "print('done')", "calls print()"),
        ("runs/run.py", "import sys\nsys.exit(1)", "calls sys.exit()"),
        ("runs/run.py", "raise SystemExit(1)", "raises SystemExit"),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, path: str, line: str, fault: str) -> None:
    root = tmp_path / "crmreport"
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text(f'"""A module."""\n\n{line}\n', "utf-8")
    place = path.removesuffix(".py").replace("/", ".")
    at = 0 if "no floor" in fault else 3 + line.count("\n")
    assert violations(root) == [f"{place}:{at}: {fault}"]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("cli.py", "import sys\nfrom crmreport.runs import run\nprint('done')\nsys.exit(0)"),
        ("text/words.py", "from crmreport.params import Language\nfrom crmreport.text.catalogue import x"),
        ("text/tool.py", "import sys\nif __name__ == '__main__':\n    sys.exit(print('done'))"),
        ("analysis/rfm.py", "import pandas as pd\nfrom datetime import date\nx = date(2017, 1, 1)"),
        ("features/days.py", "import ibis"),
        ("__init__.py", "from crmreport.cli import main"),
    ],
)
def test_what_is_allowed(tmp_path: Path, path: str, line: str) -> None:
    root = tmp_path / "crmreport"
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text(f"{line}\n", "utf-8")
    assert violations(root) == []
