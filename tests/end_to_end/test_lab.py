"""Each chapter as a student opens it: from top to bottom, without a run."""

import nbformat
import pytest
from nbclient import NotebookClient

from crmreport import resources
from crmreport.errors import InputDataError
from crmreport.lab import open_chapter
from crmreport.params import load_params
from crmreport.report.model import read_report
from crmreport.runs.plan import ChapterMetadata

pytestmark = pytest.mark.slow

SUPPLIED = {*load_params(resources.demo_params()).params.sources}


def needs(path):
    said = nbformat.read(path, as_version=4).metadata.crmreport
    return {*ChapterMetadata.model_validate(said).needs.tables}


NOTEBOOKS = sorted(resources.notebooks().glob("*.ipynb"))
FED = [path for path in NOTEBOOKS if needs(path) <= SUPPLIED]


def test_what_the_demo_does_not_feed_says_so():
    assert {path.stem for path in NOTEBOOKS} - {path.stem for path in FED} == {
        "12-satisfaction",
        "13-complaints",
    }
    with pytest.raises(InputDataError, match="was not supplied"):
        open_chapter("engagement").features.member_points("_group")


@pytest.mark.parametrize("path", FED, ids=lambda path: path.stem)
def test_a_chapter_opened_by_hand_runs_on_the_demo(path):
    notebook = nbformat.read(path, as_version=4)

    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    ).execute()

    report = read_report(notebook)
    shown = [output for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    assert report.context.scope.id == "_group"
    assert all(
        "<table" in o["data"]["text/html"] or "crmreport" in o["data"]["text/html"]
        for o in shown
        if "text/html" in o["data"]
    )
    assert not [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    # It explains what the rest found.
    if path.stem != "19-appendix":
        assert len(report.findings) > 5
