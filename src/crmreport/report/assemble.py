"""Executed chapters, and boxes for those that could not be, joined into one report.

What a publication must not hold is taken out on the way: timings, streams (a warning names the
machine's paths), and the cell with the run's own parameter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from crmreport.chapter import Shown
from crmreport.display.blocks import Bundle, Context, Missing, label, sentence
from crmreport.text import Words

_LONGEST_ID = 64
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def with_own_ids(notebook: NotebookNode, chapter: str) -> NotebookNode:
    """The notebook with cell ids ``<chapter>-<id>``, unique in a report and the same in every run.

    Ids are given before the chapter runs: they are its findings' provenance.
    """
    for cell in notebook.cells:
        cell.id = _own_id(chapter, cell.id)
    return notebook


def _own_id(chapter: str, cell: str) -> str:
    whole = f"{chapter}-{cell}"
    if len(whole) <= _LONGEST_ID:
        return whole
    return f"{whole[: _LONGEST_ID - 9]}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def published_form(executed: NotebookNode) -> NotebookNode:
    """An executed chapter without what differs from run to run."""
    cells = []
    for cell in executed.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            continue
        kept = {key: value for key, value in cell.metadata.items() if key not in ("papermill", "execution")}
        if not kept.get("tags", True):
            del kept["tags"]
        clean = {**cell, "metadata": kept}
        if cell.cell_type == "code":
            clean["outputs"] = [one for one in cell.outputs if one.output_type != "stream"]
        cells.append(clean)
    metadata = {key: value for key, value in executed.metadata.items() if key == "crmreport"}
    return _notebook(cells, metadata)


def missing_chapter(context: Context, tables: Sequence[str], words: Words) -> NotebookNode:
    """A chapter whose tables were not supplied: one cell with an honest box.

    The chapter's catalogue says what it would have told (``<chapter>.not_supplied``).
    """
    lacking = [sentence("missing.table", table=label(f"missing.{table}")) for table in tables]
    box = Missing(reason="not_supplied", body=(*lacking, sentence(f"{context.chapter}.not_supplied")))
    shown = Shown(Bundle(context=context, blocks=(box,)), words)._repr_mimebundle_()
    cell: dict[str, Any] = {
        "id": _own_id(context.chapter, "not-supplied"),
        "cell_type": "code",
        "metadata": {},
        "source": "",
        "execution_count": None,
        "outputs": [{"output_type": "display_data", "data": shown, "metadata": {}}],
    }
    return _notebook([cell], {})


def join_chapters(chapters: Iterable[NotebookNode], *, logo: str = "") -> NotebookNode:
    """One notebook of all chapters, in the order given; ``logo`` is a ``data:`` address."""
    metadata: dict[str, object] = {"crmreport": {"logo": logo}} if logo else {}
    return _notebook([cell for chapter in chapters for cell in chapter.cells], metadata)


def _notebook(cells: Sequence[object], metadata: dict[str, object]) -> NotebookNode:
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": _KERNEL, **metadata},
        "cells": list(cells),
    }
    notebook: NotebookNode = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    return notebook
