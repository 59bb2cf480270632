"""Chapters are files; what they need, not their number, decides what runs first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmreport.errors import UsageError
from crmreport.params import GROUP, Engagement, load_params
from crmreport.runs.plan import dependencies, find_chapters, of_scope
from tests.runs.workshop import PARAMS, write_chapter


def test_number_is_reading_order_and_needs_are_running_order(engagement: Engagement, chapters: Path) -> None:
    write_chapter(chapters, "01-summary.ipynb", needs={"findings": ["*"]})
    write_chapter(chapters, "04-customers.ipynb")
    write_chapter(chapters, "05-segmentation.ipynb", needs={"findings": ["customers"]})
    write_chapter(chapters, "19-appendix.ipynb", needs={"findings": ["*"]})
    found = find_chapters(engagement)
    assert [chapter.name for chapter in found] == ["summary", "customers", "segmentation", "appendix"]
    assert dependencies(found) == {
        "summary": {"customers", "segmentation"},
        "customers": frozenset(),
        "segmentation": {"customers"},
        "appendix": {"customers", "segmentation"},
    }


def test_consultants_notebooks_replace_and_add(engagement: Engagement, chapters: Path) -> None:
    write_chapter(chapters, "05-segmentation.ipynb")
    write_chapter(chapters, "19-appendix.ipynb")
    own = engagement.path.parent / "notebooks"
    write_chapter(own, "03-segmentation.ipynb")
    write_chapter(own, "20-outlook.ipynb")
    found = [(chapter.number, chapter.name, chapter.own) for chapter in find_chapters(engagement)]
    assert found == [(3, "segmentation", True), (19, "appendix", False), (20, "outlook", True)]


def test_a_module_of_their_own_with_a_name_that_python_has_is_refused(engagement: Engagement) -> None:
    folder = engagement.path.parent
    (folder / "statistics.py").write_text("")
    write_chapter(folder / "notebooks", "20-outlook.ipynb", ["import pandas"])
    assert "outlook" in [chapter.name for chapter in find_chapters(engagement)]

    write_chapter(folder / "notebooks", "20-outlook.ipynb", ["import statistics"])
    with pytest.raises(UsageError, match=r"statistics\.py: Python has a module “statistics” already"):
        find_chapters(engagement)


def test_scopes_choose_chapters_and_drop_needs_of_those_left_out(
    engagement: Engagement, chapters: Path
) -> None:
    write_chapter(chapters, "01-summary.ipynb", needs={"findings": ["portfolio"]})
    write_chapter(chapters, "02-portfolio.ipynb", scopes=["group"])
    found = find_chapters(engagement)
    assert dependencies(of_scope(found, GROUP)) == {"summary": {"portfolio"}, "portfolio": frozenset()}
    assert dependencies(of_scope(found, "north")) == {"summary": frozenset()}


def test_a_needed_table_that_the_params_do_not_name_is_missing(
    engagement: Engagement, chapters: Path
) -> None:
    write_chapter(chapters, "04-customers.ipynb", needs={"tables": ["sale_lines", "customers"]})
    assert find_chapters(engagement)[0].missing(engagement) == ("customers",)


def test_a_needed_column_that_the_params_do_not_map_is_missing(
    engagement: Engagement, chapters: Path
) -> None:
    columns = ["sale_lines.revenue", "sale_lines.quantity", "customers.city"]
    write_chapter(chapters, "04-customers.ipynb", needs={"tables": ["customers"], "columns": columns})
    assert find_chapters(engagement)[0].missing(engagement) == ("customers", "sale_lines.quantity")


def test_a_notebook_stands_in_where_tables_are_missing(engagement: Engagement, chapters: Path) -> None:
    needy = {"tables": ["sale_lines", "cases"]}
    for name in ("01-summary.ipynb", "04-customers.ipynb", "05-segmentation.ipynb"):
        write_chapter(chapters, name, needs=needy)
    write_chapter(chapters / "instead", "01-summary.ipynb", needs={"findings": ["customers"]})
    write_chapter(chapters / "instead", "04-customers.ipynb", needs={"tables": ["reviews"]})
    write_chapter(chapters, "08-retention.ipynb", needs={"tables": ["sale_lines"]})
    write_chapter(chapters / "instead", "08-retention.ipynb")
    found = {chapter.name: chapter for chapter in find_chapters(engagement)}
    where = {name: chapter.path.parent.name for name, chapter in found.items()}
    # The second stand-in lacks a table itself, and the last is not needed.
    plain = chapters.name
    assert where == {"summary": "instead", "customers": plain, "segmentation": plain, "retention": plain}
    assert not found["summary"].missing(engagement)
    assert dependencies(found.values())["summary"] == {"customers"}


def test_cells_without_ids_are_numbered(engagement: Engagement, chapters: Path) -> None:
    path = write_chapter(chapters, "04-customers.ipynb")
    content = json.loads(path.read_text())
    content["nbformat_minor"] = 4
    for cell in content["cells"]:
        del cell["id"]
    path.write_text(json.dumps(content))
    notebook = find_chapters(engagement)[0].read()
    assert [cell.id for cell in notebook.cells] == ["cell-1", "cell-2", "cell-3"]


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"scopes": ["brand"], "needs": {}, "title": "x"}, "title: Extra inputs are not permitted."),
        ({"scopes": []}, "scopes: Tuple should have at least 1 item"),
        ({}, "scopes: Field required."),
        ({"scopes": ["brand"], "needs": {"tables": ["surveys"]}}, "needs.tables.0: Input should be"),
    ],
)
def test_metadata_is_strict(
    engagement: Engagement, chapters: Path, metadata: dict[str, object], said: str
) -> None:
    path = write_chapter(chapters, "04-customers.ipynb")
    content = json.loads(path.read_text())
    content["metadata"]["crmreport"] = metadata
    path.write_text(json.dumps(content))
    with pytest.raises(UsageError) as caught:
        find_chapters(engagement)
    assert caught.value.what.startswith(said)
    assert caught.value.where == f"{path}, metadata.crmreport"


def test_two_notebooks_of_one_name(engagement: Engagement, chapters: Path) -> None:
    write_chapter(chapters, "04-customers.ipynb")
    write_chapter(chapters, "05-customers.ipynb")
    with pytest.raises(UsageError, match=r"04-customers\.ipynb and 05-customers\.ipynb"):
        find_chapters(engagement)


def test_a_notebook_that_is_no_chapter(engagement: Engagement, chapters: Path) -> None:
    write_chapter(chapters, "04-customers.ipynb").rename(chapters / "Untitled.ipynb")
    with pytest.raises(UsageError, match=r"not that of a chapter.*05-segmentation\.ipynb"):
        find_chapters(engagement)


def test_a_file_that_is_no_notebook(engagement: Engagement, chapters: Path) -> None:
    (chapters / "04-customers.ipynb").write_bytes(b"\x00\xff")
    with pytest.raises(UsageError, match="not a notebook of version 4"):
        find_chapters(engagement)


def test_a_chapter_without_run_file(engagement: Engagement, chapters: Path) -> None:
    path = write_chapter(chapters, "04-customers.ipynb")
    path.write_text(path.read_text().replace('"parameters"', '"other"'))
    with pytest.raises(UsageError, match="takes no run file"):
        find_chapters(engagement)


def test_needs_of_a_chapter_that_does_not_exist(engagement: Engagement, chapters: Path) -> None:
    write_chapter(chapters, "01-summary.ipynb", needs={"findings": ["custmers"]})
    write_chapter(chapters, "04-customers.ipynb")
    with pytest.raises(UsageError, match=r"“custmers”, which is no chapter .did you mean “customers”"):
        find_chapters(engagement)


def test_chapters_that_wait_for_each_other(engagement: Engagement, chapters: Path) -> None:
    write_chapter(chapters, "04-customers.ipynb", needs={"findings": ["segmentation"]})
    write_chapter(chapters, "05-segmentation.ipynb", needs={"findings": ["customers"]})
    with pytest.raises(UsageError, match=r"customers → segmentation → customers|segmentation → customers →"):
        find_chapters(engagement)


def test_a_comment_on_no_chapter(engagement: Engagement, chapters: Path) -> None:
    write_chapter(chapters, "04-customers.ipynb")
    engagement.path.write_text(PARAMS + "comments: {custommers: We looked at this.}\n")
    with pytest.raises(UsageError, match=r"comments\.custommers .* .did you mean “customers”"):
        find_chapters(load_params(engagement.path))
