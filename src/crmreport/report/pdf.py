"""A report as PDF: Typst source compiled in process, tagged, archivable, the same bytes each time."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import cast

import typst

from crmreport.display.palette import THEME, Palette, palette_of
from crmreport.errors import RenderError
from crmreport.params import Language
from crmreport.period import Period
from crmreport.report.exporter import ReportExporter
from crmreport.report.files import Edition
from crmreport.report.flow import Mark, moved, strayed, to_break, to_float, to_shrink
from crmreport.report.model import Report
from crmreport.report.paper import MARGINS
from crmreport.report.typst import TEMPLATES, TypstSource, typst_source
from crmreport.text import Words
from crmreport.text.glyphs import FONTS

log = logging.getLogger(__name__)

# Both are checked while compiling: a figure without alternative text or a character without a glyph
# makes no PDF at all.
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]

_LAYOUTS = 12


def render_pdf(
    report: Report,
    language: Language,
    *,
    edition: Edition = "client",
    catalogues: tuple[Path, ...] = (),
) -> bytes:
    """The report in one language; ``catalogues`` are folders of a consultant's own messages.

    Raises RenderError where it cannot be compiled, with Typst's own message.
    """
    context = report.context
    words = Words.of(language, currency=context.currency, traditional=context.traditional, more=catalogues)
    source = typst_source(report, words, edition=edition)
    if source.unshown:
        told = ", ".join(f"{character} {times} times" for character, times in sorted(source.unshown.items()))
        log.warning("%s, %s: no glyph for %s", context.scope.id, language, told)
    palette = palette_of(context.accent, context.contrast)
    return compile_typst(source.text, period=context.period, flow=_settled(source), palette=palette)


@dataclass(frozen=True)
class Flow:
    """What is set otherwise than in its place, whole and in full size: exhibits that are ``floating``, tables
    that are ``broken``, and charts that are ``scaled``."""

    floating: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    scaled: Mapping[str, float] = field(default_factory=dict)

    @property
    def inputs(self) -> dict[str, str]:
        """As the theme reads it."""
        scaled = " ".join(f"{anchor}={scale:.3f}" for anchor, scale in self.scaled.items())
        return {"floating": " ".join(self.floating), "broken": " ".join(self.broken), "scaled": scaled}


IN_PLACE = Flow()


def compile_typst(source: str, *, period: Period, flow: Flow = IN_PLACE, palette: Palette = THEME) -> bytes:
    """Typst source as PDF, dated at the end of ``period``. Raises RenderError."""
    created = datetime.combine(period.end, time(), UTC)
    with _faults():
        pdf = _compiler(source, flow, palette).compile(
            input=source.encode(), format="pdf", pdf_standards=STANDARDS, timestamp=int(created.timestamp())
        )
    return cast(bytes, pdf)


def _settled(source: TypstSource) -> Flow:
    """What has to be set otherwise for the pages to be full, found layout by layout."""
    flow = IN_PLACE
    kept: set[str] = set()
    large: set[str] = set()
    for _ in range(_LAYOUTS):
        with _faults():
            found = json.loads(
                _compiler(source.text, flow, THEME, trial=True).query("<marks>", field="value", one=True)
            )
        marks = [Mark(**mark) for mark in found]
        if astray := strayed(marks, flow.floating, source.chapters):
            kept.update(astray)
            flow = replace(flow, floating=tuple(one for one in flow.floating if one not in kept))
        elif in_vain := moved(marks, flow.floating) & flow.scaled.keys():
            large.update(in_vain)
            flow = replace(flow, scaled={one: flow.scaled[one] for one in flow.scaled if one not in large})
        elif smaller := to_shrink(marks, flow.floating, _without(source.charts, large | flow.scaled.keys())):
            flow = replace(flow, scaled={**flow.scaled, **smaller})
        elif more := to_float(marks, flow.floating, kept):
            flow = replace(flow, floating=(*flow.floating, *more))
        elif broken := to_break(marks, flow.floating):
            flow = replace(flow, broken=(*flow.broken, *broken))
        else:
            break
    return flow


def _without(charts: Mapping[str, float], some: Collection[str]) -> dict[str, float]:
    return {anchor: height for anchor, height in charts.items() if anchor not in some}


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    # A compile raises the one, a query the other.
    except (typst.TypstError, RuntimeError) as error:
        raise RenderError(
            f"Typst could not compile the PDF: {getattr(error, 'diagnostic', str(error)).strip()}",
            remedy="This is a fault of the report's template or of a chart: please report it.",
        ) from None


def _compiler(source: str, flow: Flow, palette: Palette, *, trial: bool = False) -> typst.Compiler:
    # Its root is the theme's folder: that is all that a report can read.
    return typst.Compiler(
        input=source.encode(),
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={str(role): colour for role, colour in palette.light.items()}
        | {name: str(size) for name, size in MARGINS.items()}
        | flow.inputs
        | {"trial": "yes" if trial else "no"},
    )


@cache
def _fonts() -> typst.Fonts:
    # Typst brings the monospaced face of listings; nothing falls back to what is not named.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])


class CrmreportPDFExporter(ReportExporter):
    """``jupyter nbconvert --to crmreport-pdf``: an executed chapter, or a whole report, as PDF."""

    export_from_notebook = "CRM report (PDF)"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def render(self, report: Report, language: Language, catalogues: tuple[Path, ...]) -> bytes:
        return render_pdf(report, language, catalogues=catalogues)
