"""The project's own files: what they promise to users is held against each other."""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _bounds(requirements):
    return dict(re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[[^]]+])?(.*)", one).groups() for one in requirements)


def test_environment_yml_is_in_step_with_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = _bounds([*project["dependencies"], *extras["demo"], *extras["lab"]])
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pip = next(one["pip"] for one in listed if isinstance(one, dict))
    conda = [one for one in listed if isinstance(one, str) and one != "pip"]

    found = _bounds([one for one in [*conda, *pip] if one != "-e ."])

    assert found.pop("python") == project["requires-python"]
    assert found == wanted
    assert "-e ." in pip


def _code(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_thin_and_carry_no_outputs(path):
    notebook = json.loads(path.read_text("utf-8"))

    assert all(
        not cell["outputs"] and cell["execution_count"] is None
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    )
    for source in _code(notebook):
        defined = [
            node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        assert not defined, source
    parameters = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    assert ["".join(cell["source"]) for cell in parameters] == ["run_file = None"]
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])


def test_every_chapter_is_looked_at():
    assert [path.stem for path in NOTEBOOKS] == [
        "01-summary",
        "02-environment",
        "03-data",
        "04-customers",
        "05-segmentation",
        "06-portfolio",
        "07-lifecycle",
        "08-retention",
        "09-value",
        "10-warning",
        "11-loyalty",
        "12-satisfaction",
        "13-complaints",
        "14-engagement",
        "15-marketing",
        "16-types",
        "17-recommendations",
        "19-appendix",
    ]
