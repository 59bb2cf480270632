"""The report as its renderers see it: chapters of numbered blocks, read from an executed notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode

from crmreport.advice.recommend import Recommendation
from crmreport.display.blocks import (
    BLOCK_MIME,
    Block,
    Bundle,
    Context,
    Figure,
    Heading,
    Sentence,
    Table,
    findings_of,
)
from crmreport.errors import RenderError
from crmreport.findings import Finding, Findings, Provenance


@dataclass(frozen=True)
class Numbered:
    """A block in its place. ``number`` is that of a heading, figure or table; ``anchor`` its link.

    ``cell`` is the id of the cell that shows it.
    """

    block: Block
    number: str = ""
    anchor: str = ""
    cell: str = ""


@dataclass(frozen=True)
class ReportChapter:
    id: str
    number: int
    title: Sentence
    blocks: tuple[Numbered, ...]

    @property
    def anchor(self) -> str:
        return f"chapter-{self.id}"


@dataclass(frozen=True)
class Report:
    """One report in no language yet. ``context`` is that of its first chapter.

    ``logo`` is the client's, as a ``data:`` address, where a whole report's notebook carries one.
    ``listings`` is the code behind each cell that shows something.
    """

    context: Context
    chapters: tuple[ReportChapter, ...]
    findings: Findings
    logo: str = ""
    listings: Mapping[str, str] = field(default_factory=dict)
    recommendations: tuple[Recommendation, ...] = ()

    @property
    def blocks(self) -> Iterator[Numbered]:
        for chapter in self.chapters:
            yield from chapter.blocks


def bundles(notebook: NotebookNode) -> Iterator[tuple[str, Bundle]]:
    """The id of each cell that shows blocks, with its bundle, in reading order."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            content = output.get("data", {}).get(BLOCK_MIME)
            if content is not None:
                yield cell.get("id", ""), Bundle.model_validate(content)


def read_report(notebook: NotebookNode) -> Report:
    """Read an executed chapter, or a whole report joined of them.

    Raises RenderError where the notebook shows no block of ours.
    """
    shown = list(bundles(notebook))
    if not shown:
        raise RenderError(
            "This notebook shows nothing to report.",
            remedy="Run it first: its cells must have been executed with crmreport.",
        )
    by_chapter: dict[str, list[tuple[str, Bundle]]] = {}
    for cell, bundle in shown:
        by_chapter.setdefault(bundle.context.chapter, []).append((cell, bundle))
    counter = _Counter()
    chapters = tuple(
        counter.chapter(number, parts) for number, parts in enumerate(by_chapter.values(), start=1)
    )
    findings = Findings(finding for cell, bundle in shown for finding in _found(cell, bundle))
    logo = notebook.metadata.get("crmreport", {}).get("logo", "")
    advice = tuple(one for _, bundle in shown for one in bundle.recommendations)
    listings = dict(_listings(notebook))
    return Report(shown[0][1].context, chapters, findings, logo, listings, advice)


def _listings(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """The code of each cell that shows blocks, after that of the cells before it that show none."""
    waiting: list[str] = []
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            waiting = []  # a chapter begins
        elif cell.cell_type == "code" and cell.source.strip():
            waiting.append(cell.source.strip())
        shown = (output.get("data", {}).get(BLOCK_MIME) for output in cell.get("outputs", []))
        if waiting and any(content and content["blocks"] for content in shown):
            yield cell.get("id", ""), "\n\n".join(waiting)
            waiting = []


def _found(cell: str, bundle: Bundle) -> Iterator[Finding]:
    """The findings a cell made or showed; one that another chapter made keeps that origin."""
    shown = [finding for block in bundle.blocks for finding in findings_of(block)]
    for finding in (*bundle.findings, *shown):
        if finding.provenance is None or finding.provenance.cell:
            yield finding
            continue
        place = finding.provenance.model_copy(update={"cell": cell})
        yield finding.model_copy(update={"provenance": Provenance.model_validate(place.model_dump())})


class _Counter:
    """Numbers figures and tables through the report, and sections within their chapter."""

    def __init__(self) -> None:
        self._figures = 0
        self._tables = 0

    def chapter(self, number: int, parts: list[tuple[str, Bundle]]) -> ReportChapter:
        context = parts[0][1].context
        sections = [0, 0]
        blocks = [
            replace(self._number(block, number, sections), cell=cell)
            for cell, part in parts
            for block in part.blocks
        ]
        title = Sentence(message=context.chapter_title)
        return ReportChapter(context.chapter, number, title, tuple(blocks))

    def _number(self, block: Block, chapter: int, sections: list[int]) -> Numbered:
        match block:
            case Heading(level=2):
                sections[:] = [sections[0] + 1, 0]
                number = f"{chapter}.{sections[0]}"
                return Numbered(block, number, f"section-{chapter}-{sections[0]}")
            case Heading(level=3):
                sections[1] += 1
                number = f"{chapter}.{sections[0]}.{sections[1]}"
                return Numbered(block, number, f"section-{chapter}-{sections[0]}-{sections[1]}")
            case Figure():
                self._figures += 1
                return Numbered(block, str(self._figures), f"figure-{block.id}")
            case Table():
                self._tables += 1
                return Numbered(block, str(self._tables), f"table-{block.id}")
        return Numbered(block)
