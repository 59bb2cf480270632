"""``index.html``: the way to every publication under an output folder.

It is made anew from the manifests found there, and from each engagement's ``logs/failures.json``, so
it is right after any run, whatever ran before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import ValidationError

from crmreport.display.theme import COLOURS, DARK
from crmreport.errors import OutputError
from crmreport.params import GROUP, LocalText
from crmreport.period import Period, parse_period
from crmreport.report.files import file_name, workbook_name
from crmreport.report.webfonts import subset_css
from crmreport.runs.manifest import Manifest
from crmreport.runs.publish import write_whole
from crmreport.text import Words

NAME = "index.html"
_NO_FONTS = "/* fonts */"
Failures = dict[str, dict[str, dict[str, str]]]
"""Period, scope, and then ``failure`` and ``chapter`` of what was not published."""


@dataclass(frozen=True)
class Links:
    """One language's files: the label of the language, and each file's name with its address."""

    language: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """A scope in a period: its links where it is published, its failure where it is not."""

    name: str
    other_names: tuple[tuple[str, str], ...]
    group: bool
    links: tuple[Links, ...] = ()
    workbook: str = ""
    failure: str = ""
    kept: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One engagement: its periods, latest first, each with its rows, the group first."""

    id: str
    name: str
    other_names: tuple[tuple[str, str], ...]
    periods: tuple[tuple[str, tuple[Row, ...]], ...]


def read_failures(path: Path) -> Failures:
    """What an engagement's last runs could not publish; nothing where none has failed yet."""
    try:
        content: Failures = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise _damaged(path, error) from None
    return content


def write_failures(path: Path, failures: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
    kept = {period: scopes for period, scopes in failures.items() if scopes}
    write_whole(path, json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def write_index(out: Path) -> Path:
    """Write ``index.html`` for all that lies under ``out``. Raises OutputError for a damaged manifest."""
    words = Words.of("en", currency="USD")
    sections = tuple(_sections(out, words))
    environment = Environment(
        loader=PackageLoader("crmreport.runs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("index.html.j2").render(
        sections=sections, label=words.label, colours=COLOURS, dark=DARK
    )
    path = out / NAME
    write_whole(path, page.replace(_NO_FONTS, subset_css(page, "en"), 1))
    return path


def _sections(out: Path, words: Words) -> Iterator[Section]:
    found: dict[str, list[Manifest]] = {}
    for path in sorted(out.glob("*/*/*/manifest.json")):
        if not path.relative_to(out).parts[1].startswith("."):
            found.setdefault(path.relative_to(out).parts[0], []).append(_read(path))
    failures = {path.parts[-3]: read_failures(path) for path in out.glob("*/logs/failures.json")}
    for engagement in sorted(found.keys() | {name for name, content in failures.items() if content}):
        yield _section(engagement, found.get(engagement, []), failures.get(engagement, {}), words)


def _read(path: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(path.read_text("utf-8"))
    except ValidationError as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: ValueError) -> OutputError:
    return OutputError(
        f"This file cannot be read ({str(error).splitlines()[0]}).",
        where=str(path),
        remedy="Remove its folder, and run that period again.",
    )


def _section(engagement: str, manifests: list[Manifest], failures: Failures, words: Words) -> Section:
    names = {one.scope.id: one for one in sorted(manifests, key=_ended)}
    fiscal = {one.period: one.fiscal_year_start for one in manifests}
    periods = {label: _period(label, fiscal) for label in {*fiscal, *failures}}
    shown = []
    for label in sorted(periods, key=lambda one: (periods[one].end, periods[one].days), reverse=True):
        here = {one.scope.id: one for one in manifests if one.period == label}
        failed = failures.get(label, {})
        scopes = sorted({*here, *failed}, key=lambda scope: (scope != GROUP, scope))
        rows = tuple(
            _row(scope, here.get(scope), names.get(scope), failed.get(scope), label, words)
            for scope in scopes
        )
        shown.append((words.period(periods[label]), rows))
    client = manifests[-1].client.name if manifests else LocalText.model_validate(engagement)
    return Section(engagement, *_names(client), tuple(shown))


def _period(label: str, fiscal: Mapping[str, int]) -> Period:
    return parse_period(label, fiscal_year_start=fiscal.get(label, 1))


def _ended(manifest: Manifest) -> tuple[object, int]:
    period = parse_period(manifest.period, fiscal_year_start=manifest.fiscal_year_start)
    return period.end, period.days


def _row(
    scope: str,
    here: Manifest | None,
    last: Manifest | None,
    failure: Mapping[str, str] | None,
    label: str,
    words: Words,
) -> Row:
    shown = here or last
    name, others = _names(shown.scope_name if shown else LocalText.model_validate(scope))
    said = kept = ""
    if failure:
        said = words.label(f"index.failed_{failure['failure']}", chapter=_title(failure["chapter"], words))
        if shown:
            before = parse_period(shown.period, fiscal_year_start=shown.fiscal_year_start)
            kept = words.label("index.kept", period=words.period(before))
    links = tuple(_links(shown, words)) if shown else ()
    workbook = ""
    if shown and shown.workbook:
        workbook = f"{_folder(shown)}/{workbook_name(simulated=shown.simulated)}"
    marks = () if shown is None else (*shown.mark, *(("simulated",) if shown.simulated else ()))
    return Row(
        name, others, scope == GROUP, links, workbook, said, kept, tuple(f"page.{mark}" for mark in marks)
    )


def _title(chapter: str, words: Words) -> str:
    """The chapter's title; the name of a consultant's own chapter, whose words are elsewhere."""
    title = f"{chapter}.title"
    return f"“{words.label(title) if title in words.catalogue else chapter}”"


def _links(manifest: Manifest, words: Words) -> Iterator[Links]:
    folder = _folder(manifest)
    for language in manifest.languages:
        label = f"index.language_{language.replace('-', '_').lower()}"
        files = [
            (
                words.label(f"index.{edition}", format=format.upper()),
                f"{folder}/{file_name(language, format, edition, simulated=manifest.simulated)}",
            )
            for edition in manifest.editions
            for format in manifest.formats
        ]
        yield Links(label, tuple(files))


def _folder(manifest: Manifest) -> str:
    return "/".join(map(quote, (manifest.client.id, manifest.period, manifest.scope.id)))


def _names(text: LocalText) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The English name (or the first there is), and the others that differ, each with its language."""
    first = text.root.get("en") or next(iter(text.root.values()))
    others: dict[str, str] = {}
    for language, name in text.root.items():
        if name != first:
            others.setdefault(name, language)
    return first, tuple((language, name) for name, language in others.items())
