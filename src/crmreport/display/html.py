"""Blocks as HTML: the fragments of which a report's page is made, and a cell's view in JupyterLab.

The templates escape whatever they print. Only what this module marks as safe goes through: a chart's
SVG, which has been parsed and holds nothing but a drawing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from crmreport.display.blocks import Block, Bundle, Data, Figure
from crmreport.display.cells import cells, headers
from crmreport.display.charts import draw
from crmreport.display.drawing import inline_svg
from crmreport.display.kpis import kpi_view
from crmreport.display.palette import THEME, Palette, palette_of
from crmreport.display.prose import plain, runs
from crmreport.display.theme import COLUMN_WIDTH, PHONE_WIDTH
from crmreport.params import LocalText
from crmreport.text import Words
from crmreport.text.glyphs import visible

TEMPLATES = Path(__file__).with_name("templates")
_PLAIN = frozenset(",.-–−()（）、，·：「」“”")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@cache
def environment(words: Words, palette: Palette, *more: Path) -> Environment:
    """Jinja for one language and client; ``more`` are folders of further templates.

    Every text that a template prints is escaped, and shows each character that no font of ours has.
    """
    made = Environment(
        loader=FileSystemLoader([*more, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=partial(_finalize, words=words),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "label": words.label,
        "wide": COLUMN_WIDTH,
        "narrow": PHONE_WIDTH,
        "newline": Markup("\n"),  # which in a text would be shown as a space
        "sentence_gap": "" if words.chinese else " ",
    }
    made.filters |= {
        "runs": partial(runs, words=words),
        "chart": partial(_chart, words=words, palette=palette),
        "headers": partial(headers, words=words),
        "cells": partial(cells, words=words),
        "csv": partial(csv_uri, words=words),
        "kpi": partial(kpi_view, words=words),
        "lines": partial(_lines, words=words),
    }
    return made


def _finalize(value: Any, *, words: Words) -> Any:
    return visible(value, words.language) if type(value) is str else value


def block_html(
    block: Block, words: Words, *, number: str = "", anchor: str = "", palette: Palette = THEME
) -> Markup:
    """One block; ``number`` and ``anchor`` are those of its place in a report, if it stands in one."""
    macros = environment(words, palette).get_template("blocks.html.j2").module
    return Markup(getattr(macros, block.kind)(block, number, anchor))  # noqa: S704  # escaped by the macro


def bundle_html(bundle: Bundle, words: Words) -> str:
    """What one cell shows, as JupyterLab shows it: with a style of its own that keeps to the cell."""
    palette = palette_of(bundle.context.accent, bundle.context.contrast)
    inside = "\n".join(block_html(block, words, palette=palette) for block in bundle.blocks)
    return (
        f'<div class="crmreport cell" lang="{language_tag(words)}">'
        f"<style>{cell_style(palette)}</style>\n{inside}\n</div>"
    )


def language_tag(words: Words) -> str:
    """The page's language as BCP 47 has it: ``zh-Hant-TW``."""
    return str(words.locale).replace("_", "-")


def colour_variables(colours: Mapping[Any, str]) -> str:
    """Colours by role as declarations of CSS variables."""
    return "".join(f"--{role.replace('_', '-')}:{colour};" for role, colour in colours.items())


@cache
def blocks_style() -> str:
    """The style sheet of the blocks; it touches nothing outside ``.crmreport``."""
    return (TEMPLATES / "blocks.css").read_text("utf-8")


@cache
def cell_style(palette: Palette) -> str:
    """The blocks' style with the client's colours, in JupyterLab's light and dark style."""
    return (
        f".crmreport{{{colour_variables(palette.light)}}}\n"
        f'[data-jp-theme-light="false"] .crmreport{{{colour_variables(palette.dark)}}}\n{blocks_style()}'
    )


def _chart(figure: Figure, width: float, *, words: Words, palette: Palette) -> Markup:
    headline = plain(figure.headline, words)
    svg = draw(figure.chart, figure.data, figure.options, words, title=headline, width=width)
    return Markup(  # noqa: S704  # parsed, and written anew
        inline_svg(
            svg,
            prefix=f"{figure.id}-{width:.0f}",
            label=visible(headline, words.language),
            variables=palette.variables,
        )
    )


def _lines(text: LocalText, *, words: Words) -> list[str]:
    return [line for line in text.in_language(words.language).splitlines() if line.strip()]


# ---------------------------------------------------------------- data to take away

_LARGE = 10_000


def csv_uri(data: Data, words: Words) -> Markup:
    """The table as a CSV file in a ``data:`` address.

    It starts with a byte order mark, without which spreadsheet programs garble Chinese.
    """
    content = "".join(map(_in_address, "\ufeff" + csv_text(data, words)))
    return Markup(f"data:text/csv;charset=utf-8,{content}")  # noqa: S704  # nothing in it is markup


def _in_address(character: str) -> str:
    """A character as a ``data:`` address holds it: what means something there, or in HTML, by its bytes."""
    if character.isalnum() or character in _PLAIN:
        return character
    return quote(character, safe="")


def csv_text(data: Data, words: Words) -> str:
    """The table as CSV. A text that a spreadsheet program would run as a formula gets an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_harmless(title) for title, _ in headers(data, words))
    for row, texts in zip(data.rows, cells(data, words), strict=True):
        numeric = (column.numeric for column in data.columns)
        writer.writerow(
            _number(value) if is_number else _harmless(text)
            for value, text, is_number in zip(row, texts, numeric, strict=True)
        )
    return stream.getvalue()


def _number(value: Any) -> Any:
    """Six digits, three more than the page shows; ten of a large one, so that an amount keeps its cents."""
    if not isinstance(value, float):
        return value
    return f"{value:.6g}" if abs(value) < _LARGE else f"{value:.10g}"


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
