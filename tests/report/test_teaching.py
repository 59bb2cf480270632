"""The teaching edition: the client's, and after each cell's blocks its methods and its code."""

from __future__ import annotations

import io
import re

import nbformat
from nbformat import NotebookNode
from pypdf import PdfReader

from crmreport.display.blocks import BLOCK_MIME, Bundle, Paragraph, sentence
from crmreport.params import LANGUAGES
from crmreport.report.files import EDITIONS, file_name, workbook_name
from crmreport.report.html import render_html
from crmreport.report.model import Report, read_report
from crmreport.report.pdf import render_pdf
from crmreport.report.teaching import PARTS, lessons
from crmreport.text import Words
from crmreport.text.catalogue import load_catalogue
from crmreport.text.glyphs import unshown
from tests.sample_report import CATALOGUES, TOP_REVENUE, sample_context, sample_words

CODE = "cut = 0.2\nif cut < 1:\n    show(cut, 'α & <b>')"

# Counts, sums and quotients of sums: their definition says all there is to say.
PLAIN = {
    "at_stake",
    "deal",
    "deal_change",
    "depth",
    "difference",
    "flow",
    "life_lists",
    "life_state",
    "likeness",
    "linked_count",
    "market_share",
    "mean_ratio",
    "own_coupons",
    "points_count",
    "rank",
}


def notebook() -> NotebookNode:
    """Of one chapter: its parameters, a cell that shows nothing, and two that show a share."""
    share = TOP_REVENUE.model_copy(update={"method": "method.share"})
    bundle = Bundle(
        context=sample_context("segmentation"),
        blocks=(Paragraph(sentences=(sentence("sample.bullet_one", share=share),)),),
    )
    output = nbformat.v4.new_output("display_data", data={BLOCK_MIME: bundle.model_dump(mode="json")})
    cell = nbformat.v4.new_code_cell
    return nbformat.v4.new_notebook(
        cells=[
            cell("run_file = None", id="parameters", metadata={"tags": ["parameters"]}),
            cell("import numpy", id="imports"),
            cell(CODE, id="first", outputs=[output]),
            cell("show(again)", id="second", outputs=[output]),
            cell("unused = 1", id="last"),
        ]
    )


def report() -> Report:
    return read_report(notebook())


def test_a_cell_teaches_its_code_and_the_methods_it_is_the_first_to_use() -> None:
    taught = lessons(report(), sample_words("en"))
    assert {cell: [box.title for box in lesson.methods] for cell, lesson in taught.items()} == {
        "first": ["A share and its interval"],
        "second": [],
    }
    assert taught["first"].code == ("import numpy", "", *CODE.splitlines())
    assert taught["second"].code == ("show(again)",)
    assert [label for label, _ in taught["first"].methods[0].rows] == [
        "Formula",
        "Source",
        "The wrong way",
        "The right way",
        "Change and see",
    ]


def test_the_page_shows_them_folded_after_the_block() -> None:
    page = render_html(report(), "en", edition="teaching", catalogues=(CATALOGUES,))
    assert '<details class="code"><summary>The code behind this</summary>' in page
    assert "import numpy\n\ncut = 0.2\nif cut &lt; 1:\n    show(cut, &#39;α &amp; &lt;b&gt;&#39;)" in page
    assert page.index('class="finding"') < page.index('class="lesson"')
    assert '"DejaVu Sans Mono"' in page
    client = render_html(report(), "en", catalogues=(CATALOGUES,))
    assert 'class="lesson"' not in client
    assert "numpy" not in client
    assert client == render_html(report(), "en", edition="client", catalogues=(CATALOGUES,))


def test_the_pdf_keeps_the_lines_of_the_code() -> None:
    pdf = PdfReader(io.BytesIO(render_pdf(report(), "zh-Hans", edition="teaching", catalogues=(CATALOGUES,))))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert "占比及其置信区间" in text
    assert re.search(r"^cut = 0\.2\s*\nif cut < 1:\s*\n\s*show", text, re.MULTILINE)


def test_every_method_with_a_box_has_all_its_parts_and_every_character_a_glyph() -> None:
    for language in LANGUAGES:
        folder = "zh-Hant-TW" if language == "zh-Hant" else language
        catalogue = load_catalogue(folder)
        boxes = {
            message.split(".")[1] for message in catalogue if re.fullmatch(r"teaching\.\w+\.\w+", message)
        }
        methods = {message.removeprefix("method.") for message in catalogue if message.startswith("method.")}
        assert boxes | PLAIN == methods
        assert not boxes & PLAIN
        for method in boxes:
            for part in ("title", *PARTS):
                text = Words.of(language, currency="USD").label(f"teaching.{method}.{part}")
                assert not unshown(text, language), text


def test_names_of_files() -> None:
    assert [file_name("zh-Hans", "pdf", edition) for edition in EDITIONS] == [
        "report.zh-Hans.pdf",
        "report.teaching.zh-Hans.pdf",
    ]
    assert file_name("en", "html", "teaching", simulated=True) == "simulated-report.teaching.en.html"
    assert workbook_name(simulated=True) == "simulated-workbook.xlsx"
