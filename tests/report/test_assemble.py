"""Chapters joined into one report: nothing of the run that made them stays in it."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from crmreport.display.blocks import Missing, label, sentence, setting
from crmreport.report.assemble import (
    join_chapters,
    missing_chapter,
    missing_chapters,
    published_form,
    with_own_ids,
)
from crmreport.report.model import read_report
from crmreport.text import Words
from tests.sample_report import sample_context

CATALOGUE = """\
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "satisfaction.not_supplied"
msgstr "It would have told how satisfied customers are."
"""


def executed() -> nbformat.NotebookNode:
    """As Papermill leaves a notebook: its parameter, timings, and what was printed."""
    timing = {"papermill": {"duration": 1.5}, "execution": {"shell.execute_reply": "2026-11-22"}}
    return new_notebook(
        cells=[
            new_markdown_cell("# Title", id="title", metadata={"tags": [], **timing}),
            new_code_cell("run_file = None", id="p", metadata={"tags": ["parameters"], **timing}),
            new_code_cell("run_file = '/tmp/x'", id="i", metadata={"tags": ["injected-parameters"]}),
            new_code_cell(
                "show()",
                id="show",
                execution_count=3,
                outputs=[
                    new_output("stream", name="stderr", text="/home/me/x.py: careful"),
                    new_output("display_data", data={"text/plain": "1"}),
                ],
            ),
        ],
        metadata={
            "papermill": {"output_path": "/tmp"},
            "language_info": {"name": "python"},
            "crmreport": {"scopes": ["brand"]},
        },
    )


def test_published_form() -> None:
    notebook = published_form(executed())
    assert [(cell.id, dict(cell.metadata)) for cell in notebook.cells] == [
        ("title", {}),
        ("p", {"tags": ["parameters"]}),
        ("show", {}),
    ]
    assert [one.output_type for one in notebook.cells[2].outputs] == ["display_data"]
    assert notebook.metadata == {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "crmreport": {"scopes": ["brand"]},
    }


def test_ids_are_unique_in_a_report_and_no_longer_than_they_may_be() -> None:
    long = new_notebook(cells=[new_code_cell("", id="a" * 63), new_code_cell("", id="a" * 62 + "b")])
    one = with_own_ids(long, "segmentation")
    ids = [cell.id for cell in one.cells]
    assert [len(one) for one in ids] == [64, 64]
    assert len(set(ids)) == 2
    first, second = (with_own_ids(published_form(executed()), name) for name in ("customers", "segmentation"))
    joined = join_chapters([first, second])
    nbformat.validate(joined)
    assert [cell.id for cell in joined.cells] == [
        "customers-title",
        "customers-p",
        "customers-show",
        "segmentation-title",
        "segmentation-p",
        "segmentation-show",
    ]


def test_a_chapter_that_was_not_supplied_is_a_box(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "satisfaction.po").write_text(CATALOGUE)
    words = Words.of("en", currency="CNY", more=(tmp_path,))
    notebook = missing_chapter(sample_context("satisfaction"), ["customers", "products"], words)
    [chapter] = read_report(join_chapters([notebook])).chapters
    assert chapter.id == "satisfaction"
    assert [one.block for one in chapter.blocks] == [
        Missing(
            reason="not_supplied",
            body=(
                sentence("missing.table", table=label("missing.customers")),
                sentence("missing.table", table=label("missing.products")),
                sentence("satisfaction.not_supplied"),
            ),
        )
    ]
    [cell] = notebook.cells
    assert cell.id == "satisfaction-not-supplied"
    assert "This chapter needs the client" in cell.outputs[0].data["text/html"]
    assert "how satisfied customers are" in cell.outputs[0].data["text/html"]


def test_many_chapters_that_were_not_supplied_are_one(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "satisfaction.po").write_text(CATALOGUE)
    words = Words.of("en", currency="CNY", more=(tmp_path,))
    lacking = {
        "value": ["sale_lines"],
        "engagement": ["contacts", "sale_lines"],
        "satisfaction": ["customers"],
    }
    notebook = missing_chapters(sample_context("missing"), lacking, words)
    [chapter] = read_report(join_chapters([notebook])).chapters
    lead, sales, of_sales, people, of_people = [one.block for one in chapter.blocks]
    assert lead.sentences == (sentence("missing.lead", n=setting(3, "count")),)
    assert [one.title for one in (sales, people)] == [
        sentence("missing.with", table=label(f"missing.{table}")) for table in ("sale_lines", "customers")
    ]
    assert [len(one.items) for one in (of_sales, of_people)] == [2, 1]
    assert of_people.items[0] == sentence(
        "missing.item", chapter=label("satisfaction.title"), what=label("satisfaction.not_supplied")
    )
