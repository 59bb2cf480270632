"""``manifest.json``: what a publication was made from. The same inputs give the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

import crmreport
from crmreport.advice.playbook import own_playbook
from crmreport.brandfile import Look
from crmreport.chapter import scope_of
from crmreport.data.ledger import Ledger
from crmreport.findings import Scope
from crmreport.own_modules import own_modules
from crmreport.params import Engagement, Language, LocalText
from crmreport.period import Period
from crmreport.report.files import Edition
from crmreport.runs.execute import ChapterResult
from crmreport.versions import software

_CODE = ("*.py", "*.po", "*.j2", "*.css", "*.js", "*.typ", "*.yml")


class _Model(BaseModel):
    # Read leniently: an output folder may hold what an earlier or a later version published.
    model_config = ConfigDict(frozen=True, extra="ignore")


class Input(_Model):
    """A client's file, by the name that the params give it."""

    table: str
    name: str
    sha256: str


class ManifestChapter(_Model):
    number: int
    name: str
    state: Literal["done", "not_supplied"]
    notebook: str
    sha256: str
    own: bool


class Client(_Model):
    id: str
    name: LocalText


class Manifest(_Model):
    client: Client
    scope: Scope
    scope_name: LocalText
    period: str
    fiscal_year_start: int
    languages: tuple[Language, ...]
    formats: tuple[str, ...]
    editions: tuple[Edition, ...] = ("client",)
    workbook: Language | None = None
    mark: tuple[str, ...]
    simulated: bool
    inputs: tuple[Input, ...]
    fingerprint: str
    params: str
    brand_file: str = ""
    chapters: tuple[ManifestChapter, ...]
    code: str
    catalogues: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    playbook: str = ""
    versions: dict[str, str]

    def to_json(self) -> str:
        content = self.model_dump(mode="json")
        return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def make_manifest(
    engagement: Engagement,
    period: Period,
    scope: str,
    *,
    languages: Sequence[Language],
    formats: Sequence[str],
    editions: Sequence[Edition],
    ledger: Ledger,
    results: Iterable[ChapterResult],
    look: Look,
) -> Manifest:
    """The manifest of a report whose chapters are all done or not supplied."""
    params = engagement.params
    return Manifest(
        client=Client(id=params.client.id, name=params.client.name),
        scope=scope_of(scope),
        scope_name=engagement.scope_name(scope),
        period=period.label,
        fiscal_year_start=period.fiscal_year_start,
        languages=tuple(languages),
        formats=tuple(formats),
        editions=tuple(editions),
        workbook=languages[0],
        mark=params.mark,
        simulated=params.simulated,
        inputs=tuple(
            Input(table=table.table, name=file.name, sha256=file.sha256)
            for table in ledger.tables
            for file in table.files
        ),
        fingerprint=ledger.fingerprint,
        params=hashlib.sha256(engagement.path.read_bytes()).hexdigest(),
        brand_file=look.sha256,
        chapters=tuple(_chapter(result) for result in results),
        code=code_fingerprint(),
        catalogues=tuple(_own_catalogues(engagement)),
        modules=tuple(_own_modules(engagement)),
        playbook=_own_playbook(engagement),
        versions=software(),
    )


def _chapter(result: ChapterResult) -> ManifestChapter:
    chapter = result.chapter
    return ManifestChapter.model_validate(
        {
            "number": chapter.number,
            "name": chapter.name,
            "state": result.state,
            "notebook": chapter.path.name,
            "sha256": chapter.sha256,
            "own": chapter.own,
        }
    )


def _own_catalogues(engagement: Engagement) -> Iterable[str]:
    """Name and SHA-256 of each of the consultant's own catalogues."""
    for folder in engagement.catalogues:
        for path in sorted(folder.rglob("*.po")):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            yield f"{path.relative_to(folder).as_posix()} {digest}"


def _own_modules(engagement: Engagement) -> Iterable[str]:
    """Name and SHA-256 of each module that the consultant's own notebooks may import."""
    folder = engagement.path.parent
    if (folder / "notebooks").is_dir():
        for path in own_modules(folder).values():
            yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _own_playbook(engagement: Engagement) -> str:
    """The SHA-256 of the consultant's own playbook, or an empty text."""
    path = own_playbook(engagement.path.parent)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""


@cache
def code_fingerprint() -> str:
    """SHA-256 of the package's code, catalogues and templates: a version number alone hides an edit."""
    root = Path(crmreport.__file__).parent
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _CODE for path in root.rglob(pattern)}):
        if path.relative_to(root).parts[0] != "share":  # a wheel's copy of what lies elsewhere in a checkout
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
