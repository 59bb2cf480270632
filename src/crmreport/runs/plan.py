"""Which chapters a report has, in which order they are read, and in which they can run.

Chapters are files: ``NN-name.ipynb`` in the packaged ``notebooks/``, and in a folder ``notebooks/``
beside the params file, where the same name replaces one of ours and a new name adds one. The number
is the reading order only; ``needs`` in the notebook's metadata decides what runs before what. A notebook
of the same name in the folder ``instead`` stands in for a chapter whose tables were not supplied.
"""

from __future__ import annotations

import graphlib
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError

from crmreport import resources
from crmreport.errors import UsageError
from crmreport.own_modules import hidden, own_modules
from crmreport.params import GROUP, Engagement, Strict, TableName, did_you_mean

if TYPE_CHECKING:
    from nbformat import NotebookNode

ALL = "*"
INSTEAD = "instead"
ScopeKind = Literal["brand", "group"]

_FILE = re.compile(r"(?P<number>\d{2})-(?P<name>[a-z][a-z0-9_]*)\.ipynb")


class Needs(Strict):
    """What a chapter cannot do without: canonical tables, columns of them that need not be supplied
    (``sale_lines.revenue``), findings of chapters (``*``: of all), and what the params file must declare."""

    tables: tuple[TableName, ...] = ()
    params: tuple[Literal["questionnaire"], ...] = ()
    columns: tuple[Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$")], ...] = ()
    findings: tuple[str, ...] = ()


class ChapterMetadata(Strict):
    """What a notebook's ``metadata.crmreport`` says."""

    scopes: tuple[ScopeKind, ...] = Field(min_length=1)
    needs: Needs = Needs()


@dataclass(frozen=True)
class ChapterFile:
    """A chapter's notebook. ``own`` marks one of the consultant's."""

    number: int
    name: str
    path: Path
    metadata: ChapterMetadata
    sha256: str
    own: bool

    def missing(self, engagement: Engagement) -> tuple[str, ...]:
        """What it needs and the params file does not supply: tables, its declarations, columns of others."""
        needs, sources = self.metadata.needs, engagement.params.sources
        tables: list[str] = [table for table in needs.tables if table not in sources]
        supplied = {
            f"{table}.{column}"
            for table, source in sources.items()
            for column in (*source.columns, *source.constants, *source.attributes)
        }
        if "questionnaire" in needs.params and not engagement.params.questionnaire.items:
            tables.append("questionnaire")
        absent = [column for column in needs.columns if column.partition(".")[0] not in tables]
        return (*tables, *(column for column in absent if column not in supplied))

    def read(self) -> NotebookNode:
        """The notebook, with an id on every cell: the number of the cell where the file gives none."""
        # With JupyterLab installed, importing nbformat takes two seconds: not before it is needed.
        import nbformat

        content = json.loads(self.path.read_text("utf-8"))
        for number, cell in enumerate(content["cells"], start=1):
            cell.setdefault("id", f"cell-{number}")
        # Cell ids came with minor version 5; an older file would be given random ones on reading.
        content["nbformat_minor"] = max(5, content["nbformat_minor"])
        notebook: NotebookNode = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
        return notebook


def find_chapters(engagement: Engagement) -> tuple[ChapterFile, ...]:
    """All chapters of an engagement in reading order.

    Raises UsageError for a notebook that is no chapter, and for needs that cannot be met.
    """
    ours = _in_folder(resources.notebooks(), own=False)
    own = engagement.path.parent / "notebooks"
    theirs = _in_folder(own, own=True) if own.is_dir() and not own.samefile(resources.notebooks()) else {}
    _check_modules(own.parent, theirs.values())
    chapters = tuple(sorted((ours | theirs).values(), key=lambda one: (one.number, one.name)))
    chapters = tuple(_or_instead(chapter, engagement) for chapter in chapters)
    _check_needs(chapters)
    _check_comments(engagement, chapters)
    return chapters


def _check_modules(folder: Path, chapters: Iterable[ChapterFile]) -> None:
    """No notebook may import Python's own module of a name where the consultant meant the one beside it."""
    cells = [cell for chapter in chapters for cell in chapter.read().cells if cell.cell_type == "code"]
    code = ["".join(cell.source) for cell in cells]  # a list of lines, as files have them
    if found := hidden(own_modules(folder) if code else {}, code):
        raise UsageError(
            f"{found[0].name}: Python has a module “{found[0].stem}” already, which the notebooks would get.",
            where=str(folder),
            remedy="Give the file another name, such as one that begins with the client's.",
        )


def _or_instead(chapter: ChapterFile, engagement: Engagement) -> ChapterFile:
    """The chapter; or where it lacks a table, the notebook beside it that does without."""
    path = chapter.path.parent / INSTEAD / chapter.path.name
    if not chapter.missing(engagement) or not path.is_file():
        return chapter
    other = _read_chapter(path, own=chapter.own)
    return chapter if other.missing(engagement) else other


def of_scope(chapters: Iterable[ChapterFile], scope: str) -> tuple[ChapterFile, ...]:
    """The chapters that a report of ``scope`` (a brand's id, or the group) holds."""
    kind = "group" if scope == GROUP else "brand"
    return tuple(chapter for chapter in chapters if kind in chapter.metadata.scopes)


def dependencies(chapters: Iterable[ChapterFile]) -> dict[str, frozenset[str]]:
    """For each chapter, those that must have run before it.

    ``*`` stands for all chapters that do not ask for ``*`` themselves.
    """
    by_name = {chapter.name: chapter for chapter in chapters}
    plain = {name for name, chapter in by_name.items() if ALL not in chapter.metadata.needs.findings}
    needed = {}
    for name, chapter in by_name.items():
        asked = set(chapter.metadata.needs.findings)
        wanted = (plain if ALL in asked else set()) | (asked & by_name.keys())
        needed[name] = frozenset(wanted - {name})
    return needed


def _in_folder(folder: Path, *, own: bool) -> dict[str, ChapterFile]:
    found: dict[str, ChapterFile] = {}
    for path in sorted(folder.glob("*.ipynb")):
        chapter = _read_chapter(path, own=own)
        if chapter.name in found:
            raise UsageError(
                f"Two notebooks are the chapter “{chapter.name}”: {found[chapter.name].path.name} and "
                f"{path.name}.",
                where=str(folder),
                remedy="Remove or rename one of them.",
            )
        found[chapter.name] = chapter
    return found


def _read_chapter(path: Path, *, own: bool) -> ChapterFile:
    named = _FILE.fullmatch(path.name)
    if not named:
        raise UsageError(
            "This notebook's name is not that of a chapter.",
            where=str(path),
            remedy="Name it such as 05-segmentation.ipynb (place in the report, name), or move it away.",
        )
    raw = path.read_bytes()
    try:
        content = json.loads(raw)
        cells = content["cells"]
        metadata = ChapterMetadata.model_validate(content["metadata"].get("crmreport", {}))
    except ValidationError as error:
        raise UsageError(
            _explain(error),
            where=f"{path}, metadata.crmreport",
            remedy='A chapter says {"scopes": ["group", "brand"], "needs": {"tables": [], "findings": []}}.',
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(
            "This is not a notebook of version 4.", where=str(path), remedy="Save it again in JupyterLab."
        ) from None
    if not any(_is_parameters(cell) for cell in cells):
        raise UsageError(
            "This chapter takes no run file.",
            where=str(path),
            remedy="Begin it with a cell “run_file = None” that carries the tag “parameters”.",
        )
    digest = hashlib.sha256(raw).hexdigest()
    return ChapterFile(int(named["number"]), named["name"], path, metadata, digest, own)


def _is_parameters(cell: dict[str, Any]) -> bool:
    source = cell.get("source", "")
    text = source if isinstance(source, str) else "".join(source)
    return "parameters" in cell.get("metadata", {}).get("tags", []) and "run_file" in text


def _explain(error: ValidationError) -> str:
    item = error.errors()[0]
    key = ".".join(str(part) for part in item["loc"])
    return f"{key}: {item['msg'].removeprefix('Value error, ')}."


def _check_needs(chapters: tuple[ChapterFile, ...]) -> None:
    names = [chapter.name for chapter in chapters]
    for chapter in chapters:
        for asked in chapter.metadata.needs.findings:
            if asked != ALL and asked not in names:
                raise UsageError(
                    f"The chapter needs findings of “{asked}”, which is no chapter"
                    f"{did_you_mean(asked, names)}",
                    where=str(chapter.path),
                    remedy=f"Chapters are: {', '.join(names)}.",
                )
    try:
        graphlib.TopologicalSorter(dependencies(chapters)).prepare()
    except graphlib.CycleError as error:
        circle = " → ".join(error.args[1])
        raise UsageError(
            f"These chapters wait for each other: {circle}.",
            where=str(chapters[0].path.parent),
            remedy="Take one of these names out of a notebook's needs.findings.",
        ) from None


def _check_comments(engagement: Engagement, chapters: tuple[ChapterFile, ...]) -> None:
    names = [chapter.name for chapter in chapters]
    for name in engagement.params.comments:
        if name not in names:
            raise UsageError(
                f"comments.{name} comments on a chapter that does not exist{did_you_mean(name, names)}",
                where=str(engagement.path),
                remedy=f"Chapters are: {', '.join(names)}.",
            )
