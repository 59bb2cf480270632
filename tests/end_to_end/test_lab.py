"""Each chapter as a student opens it: from top to bottom, without a run."""

import nbformat
import pytest
from nbclient import NotebookClient

from crmreport import resources
from crmreport.report.model import read_report

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", sorted(resources.notebooks().glob("*.ipynb")), ids=lambda path: path.stem)
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
    # The one has no answers to speak of, the other explains what the rest found.
    if path.stem not in ("12-satisfaction", "19-appendix"):
        assert len(report.findings) > 5
