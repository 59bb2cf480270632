"""Executed chapters, and boxes for those that could not be, joined into one report.

What a publication must not hold is taken out on the way: timings, streams (a warning names the
machine's paths), and the cell with the run's own parameter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from crmreport.chapter import Shown
from crmreport.display.blocks import (
    Block,
    Bullets,
    Bundle,
    Context,
    Heading,
    Missing,
    Paragraph,
    label,
    sentence,
    setting,
)
from crmreport.text import Words

MANY = 4
"""So many chapters whose tables were not supplied are told in one."""

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
    return _one_cell(context, (box,), words)


def missing_chapters(context: Context, lacking: Mapping[str, Sequence[str]], words: Words) -> NotebookNode:
    """One chapter in the place of many that could not be: by the first table that each lacks, what it would
    have told. ``lacking`` has the tables by chapter, in reading order.
    """
    by_table: dict[str, list[str]] = {}
    for name, tables in lacking.items():
        by_table.setdefault("sale_lines" if "sale_lines" in tables else tables[0], []).append(name)
    blocks: list[Block] = [
        Paragraph(lead=True, sentences=(sentence("missing.lead", n=setting(len(lacking), "count")),))
    ]
    for table, names in by_table.items():
        told = (
            sentence("missing.item", chapter=label(f"{name}.title"), what=label(f"{name}.not_supplied"))
            for name in names
        )
        heading = Heading(title=sentence("missing.with", table=label(f"missing.{table}")))
        blocks += [heading, Bullets(items=tuple(told))]
    return _one_cell(context, tuple(blocks), words)


def _one_cell(context: Context, blocks: tuple[Block, ...], words: Words) -> NotebookNode:
    shown = Shown(Bundle(context=context, blocks=blocks), words)._repr_mimebundle_()
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
