"""A report as Typst source: one text that holds everything, its charts included.

The template says what follows what, ``theme.typ`` how it looks. Whatever the template prints goes
through ``typst_value``: a text becomes a Typst string literal, in which nothing is markup, so that no
text of a client's data can be.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crmreport.display.blocks import (
    Block,
    Bullets,
    Callout,
    Card,
    Cards,
    Comment,
    Data,
    Figure,
    Glossary,
    Heading,
    Kpi,
    KpiStrip,
    Missing,
    Paragraph,
    Sentence,
    Table,
    Term,
)
from crmreport.display.cells import cells, headers
from crmreport.display.charts import draw
from crmreport.display.kpis import ChangeView, kpi_view
from crmreport.display.palette import Palette, palette_of
from crmreport.display.prose import plain
from crmreport.report.columns import column_widths, header_lines
from crmreport.report.files import Edition
from crmreport.report.model import Numbered, Report, ReportChapter
from crmreport.report.teaching import Lesson, lessons
from crmreport.text import Words
from crmreport.text.glyphs import FAMILIES, unshown, visible

TEMPLATES = Path(__file__).with_name("templates") / "typst"

_UNBROKEN_ROWS = 10
_WHOLE_ROWS = 14
"""A table of so many rows stands whole where that leaves no large gap; one of fewer, anyway."""
_ALT_ROWS = 12
_ALT_LONGEST = 4000
"""Characters: nobody listens to more, and a PDF holds no text of 32,768."""
_HEIGHT = re.compile(r'viewBox="[^"]* ([\d.]+)"')
_REGIONS = {"zh_Hans": "cn", "zh_Hant_TW": "tw", "zh_Hant_HK": "hk"}


@dataclass(frozen=True)
class TypstSource:
    """``unshown`` counts the characters that no font has and that are shown by their number; ``chapters``
    gives the number of the chapter of each figure and table, ``charts`` the height of each chart in points.
    """

    text: str
    unshown: Counter[str]
    chapters: Mapping[str, str]
    charts: Mapping[str, float]


class Code(str):
    """Typst code that the template prints as it is."""

    __slots__ = ()


def string_literal(text: str) -> str:
    r"""``text`` as a Typst string: only ``\`` and ``"`` mean anything in one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    # Typst reads a lone carriage return and its kin as line ends; written as escapes they stay themselves.
    return '"' + "".join(_escaped(one) for one in escaped) + '"'


def _escaped(character: str) -> str:
    return character if character.isprintable() or character == "\u3000" else f"\\u{{{ord(character):x}}}"


def typst_value(value: Any, show: Callable[[str], str] = str) -> str:
    """A value as Typst code; ``show`` is applied to every text before it is written.

    Raises TypeError for a type that Typst has no counterpart for.
    """
    match value:
        case Code():
            return value
        case str():
            return string_literal(show(value))
        case bool():
            return "true" if value else "false"
        case None:
            return "none"
        case int() | float():
            return repr(value)
        case Mapping():
            pairs = [f"{string_literal(key)}: {typst_value(one, show)}" for key, one in value.items()]
            return f"({', '.join(pairs) or ':'})"
        case Sequence():
            return "(" + "".join(f"{typst_value(one, show)}, " for one in value) + ")"
    raise TypeError(f"{type(value).__name__} cannot be written as Typst")


def typst_source(report: Report, words: Words, *, edition: Edition = "client") -> TypstSource:
    """The report in the language of ``words``."""
    missing: Counter[str] = Counter()

    def show(text: str) -> str:
        missing.update(unshown(text, words.language))
        return visible(text, words.language)

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=partial(typst_value, show=show),
        autoescape=False,  # noqa: S701  # Typst, not HTML: finalize turns every text into a literal
    )
    template = environment.get_template("report.typ.j2")
    palette = palette_of(report.context.accent, report.context.contrast)
    taught = lessons(report, words) if edition == "teaching" else {}
    chapters = list(_chapters(report, words, palette, taught))
    text = template.render(page=_page(report, words), chapters=chapters)
    placed = {
        _anchor(numbered): str(chapter.number)
        for chapter in report.chapters
        for numbered in chapter.blocks
        if isinstance(numbered.block, Figure | Table)
    }
    heights = {
        block["anchor"]: block["height"]
        for chapter in chapters
        for block in chapter["blocks"]
        if block["kind"] == "figure"
    }
    return TypstSource(text, missing, placed, heights)


# ---------------------------------------------------------------- the page around the chapters


def _page(report: Report, words: Words) -> dict[str, Any]:
    context = report.context
    brand = context.scope_name.in_language(words.language)
    client = context.client.in_language(words.language)
    day = context.period.as_of
    marks = [words.label(f"page.{mark}") for mark in context.mark]
    simulated = words.label("page.simulated") if context.simulated else ""
    title = words.label("page.title")
    period = words.period(context.period)
    return {
        "document-title": words.label("print.title", brand=brand, title=title, period=period),
        "title": title,
        "brand": brand,
        "client": client if client != brand else "",
        "logo": _logo(report.logo),
        "logo-alt": client,
        "period": period,
        "as-of": words.label("page.as_of", date=words.date(day)),
        "date": Code(f"datetime(year: {day.year}, month: {day.month}, day: {day.day})"),
        "marks": marks,
        "simulated": simulated,
        "contents": words.label("page.contents"),
        "page-of": [(part.literal, part.slot) for part in words.catalogue.parts("page.page_of")],
        "lang": words.locale.language,
        "region": _REGIONS.get(str(words.locale)),
        "fonts": FAMILIES[words.language],
    }


def _logo(address: str) -> Code | None:
    """The picture as Typst's bytes."""
    if not address:
        return None
    picture = base64.b64decode(address.partition(",")[2])
    return Code(f"bytes(({','.join(map(str, picture))},))")


def _name(numbered: Numbered, words: Words) -> str:
    return words.label(f"page.{numbered.block.kind}", number=numbered.number)


def _anchor(numbered: Numbered) -> str:
    # By number: ids need only be unique within their chapter.
    return f"{numbered.block.kind}-{numbered.number}"


def _chapters(
    report: Report, words: Words, palette: Palette, taught: Mapping[str, Lesson]
) -> Iterator[dict[str, Any]]:
    before: ReportChapter | None = None
    for chapter in report.chapters:
        yield {
            "number": str(chapter.number),
            "title": plain(chapter.title, words),
            # The summary has its page to itself: many readers read no more.
            "fresh": before is None or before.id == "summary",
            # A chapter that only says what it lacks takes no page to itself.
            "brief": all(isinstance(numbered.block, Missing) for numbered in chapter.blocks),
            "blocks": list(_with_lessons(chapter, words, palette, taught)),
        }
        before = chapter


def _with_lessons(
    chapter: ReportChapter, words: Words, palette: Palette, taught: Mapping[str, Lesson]
) -> Iterator[dict[str, Any]]:
    """Each block, and after the last of a cell what that cell teaches."""
    following: list[Numbered | None] = [*chapter.blocks[1:], None]
    for place, (numbered, after) in enumerate(zip(chapter.blocks, following, strict=True)):
        loose = _text_follows(chapter, place)
        leading = after is not None and isinstance(after.block, Cards)
        yield _block(numbered, words, palette, loose=loose) | {"leading": leading}
        if (lesson := taught.get(numbered.cell)) and (after is None or after.cell != numbered.cell):
            yield {"kind": "lesson", "lesson": _lesson(lesson, words)}


def _text_follows(chapter: ReportChapter, place: int) -> bool:
    """Whether text comes after a block: at once, or with the next section.

    The next section's is none for the only block of a section, which would leave its heading alone.
    """
    before, after, beyond = (
        chapter.blocks[at].block if 0 <= at < len(chapter.blocks) else None
        for at in (place - 1, place + 1, place + 2)
    )
    if isinstance(after, Heading) and not isinstance(before, Heading):
        after = beyond
    return isinstance(after, Paragraph | Bullets)


def _lesson(lesson: Lesson, words: Words) -> dict[str, Any]:
    methods = [{"title": one.title, "rows": list(one.rows)} for one in lesson.methods]
    return {"methods": methods, "label": words.label("teaching.code"), "code": list(lesson.code)}


# ---------------------------------------------------------------- blocks


def _block(numbered: Numbered, words: Words, palette: Palette, *, loose: bool) -> dict[str, Any]:
    block = numbered.block
    content = {"kind": block.kind, "number": numbered.number} | _content(block, words, palette)
    if isinstance(block, Figure | Table):
        content |= {"label": _name(numbered, words), "anchor": _anchor(numbered), "loose": loose}
    return content


def _content(block: Block, words: Words, palette: Palette) -> dict[str, Any]:
    match block:
        case Heading():
            return {"level": block.level, "title": plain(block.title, words)}
        case Paragraph():
            return {"text": _prose(block.sentences, words), "lead": block.lead}
        case Bullets():
            return {"items": [plain(item, words) for item in block.items], "ordered": block.ordered}
        case Figure():
            return _figure(block, words, palette)
        case Table():
            return _table(block, words)
        case KpiStrip():
            return {"items": [_kpi(item, words) for item in block.items]}
        case Callout():
            said = [plain(one, words) for one in block.body] if block.listed else _prose(block.body, words)
            return {"style": block.style, "title": plain(block.title, words), "said": said}
        case Cards():
            return {"cards": [_card(card, words) for card in block.items]}
        case Glossary():
            return {"title": plain(block.title, words), "terms": [_term(term, words) for term in block.terms]}
        case Comment():
            lines = block.text.in_language(words.language).splitlines()
            return {"title": words.label("page.comment"), "lines": [line for line in lines if line.strip()]}
        case Missing():
            return {"title": words.label(f"page.{block.reason}"), "text": _prose(block.body, words)}
    raise AssertionError(block)


def _prose(sentences: Sequence[Sentence], words: Words) -> str:
    return ("" if words.chinese else " ").join(plain(one, words) for one in sentences)


def _card(card: Card, words: Words) -> dict[str, Any]:
    points = [{"label": words.label(point.label), "text": plain(point.text, words)} for point in card.points]
    return {"title": plain(card.title, words), "facts": _prose(card.facts, words), "points": points}


def _term(term: Term, words: Words) -> dict[str, Any]:
    return {
        "name": plain(term.name, words),
        "meaning": plain(term.meaning, words),
        "note": plain(term.note, words) if term.note else "",
    }


def _figure(figure: Figure, words: Words, palette: Palette) -> dict[str, Any]:
    headline = plain(figure.headline, words)
    svg = draw(figure.chart, figure.data, figure.options, words, title=headline, palette=palette)
    return {
        "headline": headline,
        "alt": _alternative(headline, figure.data, words),
        "chart": Code(f"bytes({string_literal(svg)})"),
        "height": float(_HEIGHT.findall(svg)[0]),
        "source": plain(figure.source, words),
    }


def _alternative(headline: str, data: Data, words: Words) -> str:
    """What a reader who cannot see the chart is told: its finding, and the data where that is short."""
    if not 0 < len(data.rows) <= _ALT_ROWS:
        return headline
    row, cell = words.label("print.alt_row"), words.label("print.alt_cell")
    values = row.join(cell.join(texts) for texts in cells(data, words))
    told = words.label("print.alt", headline=headline.rstrip(".。"), values=values)
    return told if len(told) <= _ALT_LONGEST else headline


def _table(table: Table, words: Words) -> dict[str, Any]:
    data = table.data
    rows, numeric = cells(data, words), [column.numeric for column in data.columns]
    titles = [
        words.label("print.unit", label=label, unit=unit) if unit else label
        for label, unit in headers(data, words)
    ]
    shown = [visible(title, words.language) for title in titles]
    widths = column_widths(shown, [[visible(text, words.language) for text in row] for row in rows], numeric)
    return {
        "headline": plain(table.headline, words),
        "titles": [header_lines(title, width) for title, (width, _) in zip(shown, widths, strict=True)],
        "numeric": numeric,
        "widths": [Code(f"{width:.1f}{'pt' if fixed else 'fr'}") for width, fixed in widths],
        "rows": rows,
        "total": table.total,
        "whole": len(rows) <= _WHOLE_ROWS,
        "breaks": _UNBROKEN_ROWS < len(rows) <= _WHOLE_ROWS,
        "note": plain(table.note, words) if table.note else "",
    }


def _kpi(item: Kpi, words: Words) -> dict[str, Any]:
    view = kpi_view(item, words)
    change = view.change
    return {
        "label": view.label,
        "value": view.value,
        "known": view.finding is not None,
        "interval": view.interval,
        "change": _change(change, words) if change else "",
        "mood": change.mood if change else "neutral",
        "against": view.against,
    }


def _change(change: ChangeView, words: Words) -> str:
    text = change.text
    if change.finding.unit == "points" and not words.chinese:
        # “percentage points” does not fit in the strip.
        text = f"{words.column([change.finding.number()], 'points')[0]} {words.unit_note('points')}"
    return f"{change.arrow} {text}".strip()
