from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from pypdf import PdfReader
from pypdf.generic import Destination
from traitlets import TraitError

from crmreport.display.blocks import KpiStrip, findings_of, sentences_of
from crmreport.display.prose import plain
from crmreport.errors import RenderError
from crmreport.params import LANGUAGES, Language
from crmreport.report import typst as module
from crmreport.report.pdf import CrmreportPDFExporter, compile_typst, render_pdf
from tests.report.page_fill import gaping, page_fill
from tests.report.stub_chart import stub_chart
from tests.sample_report import CATALOGUES, PERIOD, sample_notebook, sample_report, sample_words

ROOT = Path(__file__).parents[2]
TOP = """#set document(title: "Test", date: datetime(year: 2017, month: 12, day: 31))
#set text(font: "Noto Sans SC", fallback: false)
"""


@pytest.fixture(autouse=True)
def _stub_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "draw", stub_chart)


def sample_pdf(language: Language) -> bytes:
    return render_pdf(sample_report(), language, catalogues=(CATALOGUES,))


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def letters(text: str) -> str:
    """Text without spaces and soft hyphens: line breaks are the page's matter."""
    return "".join(text.replace("\u00ad", "").split())


def tagged(element: Any, kind: str) -> Iterator[Any]:
    """The elements of one kind in a PDF's structure tree."""
    element = element.get_object()
    if isinstance(element, list):
        for one in element:
            yield from tagged(one, kind)
    elif isinstance(element, dict):
        if element.get("/S") == kind:
            yield element
        if "/K" in element:
            yield from tagged(element["/K"], kind)


@pytest.mark.parametrize(
    ("language", "tag", "title"),
    [
        ("en", "en", "Lanxi Skincare: Customer relationship report, Q4 2017"),
        ("zh-Hans", "zh-CN", "澜汐护肤客户关系分析报告（2017年第四季度）"),
        ("zh-Hant", "zh-TW", "瀾汐護膚客戶關係分析報告（2017年第四季）"),
    ],
)
def test_a_report_says_its_language_and_title(language: Language, tag: str, title: str) -> None:
    reader = read(sample_pdf(language))
    assert reader.metadata is not None
    assert (reader.trailer["/Root"]["/Lang"].lower(), reader.metadata.title) == (tag.lower(), title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_and_number_stands_in_the_pdf(language: Language) -> None:
    words = sample_words(language)
    text = letters("".join(page.extract_text() for page in read(sample_pdf(language)).pages))
    for numbered in sample_report().blocks:
        for sentence in sentences_of(numbered.block):
            shown = module.visible(plain(sentence, words), language)
            assert letters(shown) in text
        if isinstance(numbered.block, KpiStrip):
            for finding in findings_of(numbered.block):
                value = words.number(abs(finding.number()), finding.unit, "bare")
                assert letters(value) in text


def test_hostile_text_stands_in_the_pdf_as_text() -> None:
    text = letters("".join(page.extract_text() for page in read(sample_pdf("en")).pages))
    hostile = "<script>alert('x')</script>&\"q\"]]>[U+202E]RTL[U+202C]#emph[t][U+1F600]"
    assert text.count(hostile) == 2


def test_the_outline_leads_to_chapters_and_sections() -> None:
    def titles(entries: list[Any]) -> list[Any]:
        return [one.title if isinstance(one, Destination) else titles(one) for one in entries]

    assert titles(read(sample_pdf("en")).outline) == [
        "1 Summary",
        "2 Customer segments and value",
        ["2.1 Who brings the revenue", ["2.1.1 How the groups differ"]],
    ]


def test_pages_are_numbered_of_how_many() -> None:
    pages = read(sample_pdf("en")).pages
    assert [f"{n} of {len(pages)}" in page.extract_text() for n, page in enumerate(pages, 1)] == [
        False,
        *[True] * (len(pages) - 1),
    ]


def test_what_is_simulated_draft_or_confidential_says_so_on_every_page() -> None:
    for page in read(sample_pdf("en")).pages:
        text = letters(page.extract_text())
        assert {"Draft", "Confidential"} <= {one for one in ("Draft", "Confidential") if one in text}
        assert letters("Simulated data: no real customer is described here") in text


def test_a_figure_has_its_finding_and_its_data_as_alternative_text() -> None:
    reader = read(sample_pdf("en"))
    (figure,) = tagged(reader.trailer["/Root"]["/StructTreeRoot"], "/Figure")
    assert figure["/Alt"] == (
        "61.4% of revenue comes from regular buyers: Regular buyers, 61.4%; Promising, 27.4%; Lapsing, 11.2%."
    )


def test_the_text_of_charts_can_be_searched() -> None:
    assert any("chart bars" in page.extract_text() for page in read(sample_pdf("en")).pages)


def test_only_the_fonts_of_the_package_are_in_it() -> None:
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in read(sample_pdf("zh-Hant")).pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert {name.partition("-")[0] for name in fonts} <= {"NotoSansTC", "NotoSansSC"}
    assert fonts


SCRIPT = """
import sys
from crmreport.report import typst
from tests.report.stub_chart import stub_chart
typst.draw = stub_chart
from tests.report.test_pdf import sample_pdf
sys.stdout.buffer.write(sample_pdf("zh-Hant"))
"""


@pytest.mark.slow
def test_another_directory_time_zone_locale_and_process_give_the_same_bytes(tmp_path: Path) -> None:
    elsewhere = {"TZ": "Asia/Shanghai", "LC_ALL": "C", "RAYON_NUM_THREADS": "1", "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **elsewhere},
        capture_output=True,
        check=True,
    )
    assert done.stdout == sample_pdf("zh-Hant")


def test_a_second_report_of_a_process_has_the_same_bytes() -> None:
    assert sample_pdf("zh-Hans") == sample_pdf("zh-Hans")


LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1" width="2" height="1">'
    '<path d="M0 0h2v1z" fill="#ff0000"/></svg>'
)


def test_the_client_s_colours_and_logo() -> None:
    plain = sample_report()
    context = plain.context.model_copy(update={"accent": "#0033a0"})
    address = "data:image/svg+xml;base64," + base64.b64encode(LOGO.encode()).decode()
    reader = read(render_pdf(replace(plain, context=context, logo=address), "en", catalogues=(CATALOGUES,)))
    figures = list(tagged(reader.trailer["/Root"]["/StructTreeRoot"], "/Figure"))
    assert next(figure["/Alt"] for figure in figures) == "Lanxi Group"
    cover = reader.pages[0].get_contents()
    assert cover is not None
    assert b"0 0.2 0.627" in cover.get_data()


# ---------------------------------------------------------------- planted faults


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ('= One\n#image(bytes("<svg xmlns=\\"http://www.w3.org/2000/svg\\"/>"), format: "svg")', "alt text"),
        ('= One\n#"\\u{1f600}"', "could not be displayed"),
        ("= One\n=== Three", "skipped"),
        ("= One\n#nothing", "unknown variable"),
        ('= One\n#read("/etc/hostname")', "not found"),
    ],
)
def test_a_fault_makes_no_pdf(fault: str, said: str) -> None:
    with pytest.raises(RenderError, match=said):
        compile_typst(TOP + fault, period=PERIOD)


def test_a_chart_with_a_character_without_a_glyph_makes_no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "draw", lambda *_, **__: stub_chart("ก", None, {}, None, title=""))
    with pytest.raises(RenderError, match="could not be displayed"):
        sample_pdf("en")


# ---------------------------------------------------------------- pages


def test_no_page_of_the_sample_gapes() -> None:
    for language in LANGUAGES:
        assert gaping(sample_pdf(language)) == []


def test_a_gaping_page_is_found() -> None:
    pages = """#set page(margin: (x: 20mm, top: 27mm, bottom: 24mm))
= One
Short.
#pagebreak()
#v(1fr)
End.
#pagebreak()
= Two
Short.
"""
    pdf = compile_typst(TOP + pages, period=PERIOD)
    first, *others = page_fill(pdf)
    assert gaping(pdf) == [first]
    assert (first.page, first.chapter_end) == (1, False)
    assert 0 < first.filled < 0.2
    assert [page.chapter_end for page in others] == [True, True]
    assert others[0].filled > 0.95


def test_cover_and_contents_are_not_judged() -> None:
    assert [page.page for page in page_fill(sample_pdf("en"))] == [3, 4, 5]


# ---------------------------------------------------------------- nbconvert


def test_the_exporter_is_registered() -> None:
    assert get_exporter("crmreport-pdf") is CrmreportPDFExporter


def exporter(**traits: Any) -> CrmreportPDFExporter:
    return CrmreportPDFExporter(catalogues=[str(CATALOGUES)], **traits)


def test_a_joined_report_is_exported_in_its_first_language() -> None:
    pdf, resources = exporter().from_notebook_node(sample_notebook())
    assert pdf == sample_pdf("en")
    assert resources["output_extension"] == ".pdf"


def test_one_chapter_is_exported_in_the_language_asked_for() -> None:
    notebook = sample_notebook()
    notebook.cells = notebook.cells[1:]
    pdf, _ = exporter(language="zh-Hans").from_notebook_node(notebook)
    assert read(pdf).outline[0].title == "1 客户细分与价值"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(TraitError, match="language"):
        exporter(language="fr")


def test_a_notebook_without_blocks_is_refused() -> None:
    with pytest.raises(RenderError, match="nothing to report"):
        exporter().from_notebook_node(nbformat.v4.new_notebook())
