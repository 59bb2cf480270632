"""A report as one HTML page that holds all it needs: style, typefaces, charts and their data."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from crmreport.display.blocks import Heading, findings_of, sentence, setting
from crmreport.display.drawing import share_styles
from crmreport.display.html import block_html, blocks_style, colour_variables, environment, language_tag
from crmreport.display.palette import Palette, palette_of
from crmreport.display.prose import finding_text, plain
from crmreport.findings import Finding
from crmreport.params import Language
from crmreport.period import parse_period
from crmreport.report.boldness import bold_characters
from crmreport.report.exporter import ReportExporter
from crmreport.report.files import Edition
from crmreport.report.model import Report, ReportChapter
from crmreport.report.teaching import Lesson, lessons
from crmreport.report.webfonts import code_css, subset_css
from crmreport.text import Words
from crmreport.text.glyphs import visible

TEMPLATES = Path(__file__).with_name("templates") / "html"
_NO_FONTS = '<style id="fonts"></style>'
_NO_DRAWINGS = '<style id="drawings"></style>'


def render_html(
    report: Report,
    language: Language,
    *,
    fonts: str | None = None,
    editions: Mapping[Language, str] | None = None,
    workbook: str = "",
    edition: Edition = "client",
    catalogues: tuple[Path, ...] = (),
) -> str:
    """The report's page in one language.

    ``fonts`` is the CSS of ``subset_css``; None makes it from the page's own characters, and an empty
    text leaves it to ``embed_fonts``. ``editions`` are the addresses of the same report in the languages
    there are, ``workbook`` that of its tables. The teaching ``edition`` also shows methods and code.
    ``catalogues`` are folders of a consultant's own messages.
    """
    context = report.context
    words = Words.of(language, currency=context.currency, traditional=context.traditional, more=catalogues)
    palette = palette_of(context.accent, context.contrast)
    template = environment(words, palette, TEMPLATES).get_template("report.html.j2")
    content = _page(report, words, palette, editions or {}, workbook, edition)
    page = template.render(page=content) + "\n"
    if fonts is None:
        fonts = subset_css(page, language, bold=bold_characters(page) | content["cards"].values)
        if edition == "teaching":
            fonts += code_css("".join(report.listings.values()))
    page, drawings = share_styles(page)
    page = page.replace(_NO_DRAWINGS, f'<style id="drawings">{drawings}</style>', 1)
    return embed_fonts(page, fonts)


def embed_fonts(page: str, css: str) -> str:
    """A page rendered without typefaces, with those of ``css``."""
    return page.replace(_NO_FONTS, f'<style id="fonts">{css}</style>', 1)


class CrmreportHTMLExporter(ReportExporter):
    """``jupyter nbconvert --to crmreport-html``: an executed chapter, or a whole report, as HTML."""

    export_from_notebook = "CRM report (HTML)"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def render(self, report: Report, language: Language, catalogues: tuple[Path, ...]) -> str:
        return render_html(report, language, catalogues=catalogues)


# ---------------------------------------------------------------- what the template shows


def _page(
    report: Report,
    words: Words,
    palette: Palette,
    editions: Mapping[Language, str],
    workbook: str,
    edition: Edition,
) -> dict[str, Any]:
    context = report.context
    brand = context.scope_name.in_language(words.language)
    period = words.period(context.period)
    taught = lessons(report, words) if edition == "teaching" else {}
    return {
        "lang": language_tag(words),
        "policy": _policy(),
        "title": f"{brand} · {period} · {words.label('page.title')}",
        "style": Markup(_style(palette)),  # noqa: S704  # the package's own
        "script": Markup(_script()),  # noqa: S704  # the package's own
        "brand": brand,
        "client": context.client.in_language(words.language),
        "logo": report.logo,
        "period": period,
        "as_of": words.label("page.as_of", date=words.date(context.period.as_of)),
        "marks": [words.label(f"page.{mark}") for mark in context.mark],
        "simulated": words.label("page.simulated") if context.simulated else "",
        "editions": [_edition(language, address, words) for language, address in editions.items()],
        "workbook": workbook,
        "contents": [_entry(chapter, words) for chapter in report.chapters],
        "chapters": [_chapter(chapter, words, palette, taught) for chapter in report.chapters],
        "cards": _packed(dict(_cards(report, words))),
    }


def _edition(language: Language, address: str, words: Words) -> dict[str, Any]:
    return {
        "address": address,
        "lang": language,
        "name": words.label(f"page.language_{language.replace('-', '_').lower()}"),
        "current": language == words.language,
    }


def _entry(chapter: ReportChapter, words: Words) -> dict[str, Any]:
    """A chapter in the contents, with its sections."""
    return {
        "number": chapter.number,
        "anchor": chapter.anchor,
        "title": plain(chapter.title, words),
        "sections": [
            {"number": one.number, "anchor": one.anchor, "title": plain(one.block.title, words)}
            for one in chapter.blocks
            if isinstance(one.block, Heading) and one.block.level == 2
        ],
    }


def _chapter(
    chapter: ReportChapter, words: Words, palette: Palette, taught: Mapping[str, Lesson]
) -> dict[str, Any]:
    return {
        "number": chapter.number,
        "anchor": chapter.anchor,
        "title": plain(chapter.title, words),
        "blocks": list(_blocks(chapter, words, palette, taught)),
    }


def _blocks(
    chapter: ReportChapter, words: Words, palette: Palette, taught: Mapping[str, Lesson]
) -> Iterator[dict[str, Any]]:
    """Each block, and after the last of a cell what that cell teaches."""
    after = [one.cell for one in chapter.blocks[1:]]
    for one, next_cell in zip(chapter.blocks, [*after, ""], strict=True):
        html = block_html(one.block, words, number=one.number, anchor=one.anchor, palette=palette)
        yield {"html": html, "lesson": None if one.cell == next_cell else taught.get(one.cell)}


@cache
def _style(palette: Palette) -> str:
    dark = f":root{{{colour_variables(palette.dark)}}}"
    return "\n".join(
        (
            f":root{{{colour_variables(palette.light)}}}",
            f"@media screen and (prefers-color-scheme: dark){{{dark}}}",
            blocks_style(),
            (TEMPLATES / "report.css").read_text("utf-8"),
        )
    )


@cache
def _script() -> str:
    return (TEMPLATES / "report.js").read_text("utf-8")


@cache
def _policy() -> str:
    """No address may be fetched, and no script run but ours: not even one that data smuggled in."""
    script = base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{script}'; style-src 'unsafe-inline'; font-src data:; "
        "img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


# ---------------------------------------------------------------- what a number rests on


@dataclass(frozen=True)
class _Cards:
    """The cards as JSON that names each text once: most of them share method, period and source.

    A card is a list of numbers: of its shape, then of the texts of its key, title, value and rows. A shape
    lists the terms of the rows; one that is written as ``~number`` is the term of the key itself.
    """

    json: Markup
    values: frozenset[str]
    """The characters that a card shows in bold."""


def _packed(cards: Mapping[str, dict[str, Any]]) -> _Cards:
    texts: dict[str, int] = {}

    def number(text: str) -> int:
        return texts.setdefault(text, len(texts))

    shapes: dict[tuple[int, ...], int] = {}
    packed = []
    for key, card in cards.items():
        terms = tuple(~number(term) if text == key else number(term) for term, text in card["rows"])
        told = (key, card["title"], card["value"], *(text for _, text in card["rows"] if text != key))
        packed.append([shapes.setdefault(terms, len(shapes)), *map(number, told)])
    whole = {"texts": list(texts), "shapes": list(shapes), "cards": packed}
    content = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    # What could end the script element, or begin another, is written as JSON's own escapes.
    for character in "<>&\u2028\u2029":
        content = content.replace(character, f"\\u{ord(character):04x}")
    values = frozenset("".join(card["value"] for card in cards.values()))
    return _Cards(Markup(content), values)  # noqa: S704  # escaped above


def _cards(report: Report, words: Words) -> Iterator[tuple[str, dict[str, Any]]]:
    """By the key of each number on the page: its name, its value, and what it rests on."""
    shown = {finding.key for numbered in report.blocks for finding in findings_of(numbered.block)}
    for key in sorted(shown):
        finding = report.findings[key]
        if finding.known:
            yield key, _card(finding, report.context.period.fiscal_year_start, words)


def _card(finding: Finding, fiscal_year_start: int, words: Words) -> dict[str, Any]:
    rows = [
        ("basis", plain(sentence(f"page.n_{finding.n_of}", n=setting(finding.n, "count")), words)),
        ("interval", _interval(finding, words)),
        ("method", words.label(finding.method)),
    ]
    for term, period in (("period", finding.period), ("compared_with", finding.compared_with)):
        if period:
            shown = words.period(parse_period(period, fiscal_year_start=fiscal_year_start))
            rows.append((term, shown))
    if origin := finding.provenance:
        place = words.label("page.notebook_cell", notebook=origin.notebook, cell=origin.cell)
        rows += [("source", place), ("inputs", origin.inputs)]
    rows.append(("reference", finding.key))
    if finding.simulated:
        rows.append(("data_kind", words.label("page.simulated")))
    show = [(words.label(f"page.{term}"), visible(text, words.language)) for term, text in rows]
    value = finding_text(finding, "exact", words)
    return {"title": words.label(f"finding.{finding.id}"), "value": value, "rows": show}


def _interval(finding: Finding, words: Words) -> str:
    if finding.census or finding.confidence is None:
        return words.label("page.census")
    confidence = setting(finding.confidence, "share")
    return plain(sentence("page.interval_at", value=finding, confidence=confidence), words)
