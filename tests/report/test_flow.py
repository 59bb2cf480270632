from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import nbformat
import pytest
from pypdf import PdfReader

from crmreport.display.blocks import (
    BLOCK_MIME,
    Block,
    Bundle,
    Card,
    Cards,
    Column,
    Data,
    Heading,
    Missing,
    Paragraph,
    Table,
    sentence,
    setting,
    text,
)
from crmreport.display.blocks import label as label_slot
from crmreport.report import typst as module
from crmreport.report.flow import (
    SMALLEST,
    TOO_EMPTY,
    VERY_EMPTY,
    Mark,
    moved,
    strayed,
    to_break,
    to_float,
    to_shrink,
)
from crmreport.report.model import Report, read_report
from crmreport.report.paper import BOTTOM, TOP
from crmreport.report.pdf import compile_typst, render_pdf
from crmreport.report.typst import typst_source
from tests.report.page_fill import page_fill
from tests.report.stub_chart import stub_chart
from tests.sample_report import (
    CATALOGUES,
    PERIOD,
    REPEAT,
    sample_context,
    sample_figure,
    sample_words,
)

LOW = BOTTOM - TOO_EMPTY + 1
HIGH = BOTTOM - TOO_EMPTY - 1


def chapter() -> Mark:
    return Mark("chapter", "", False, 0, 0)


def end(page: int, y: float, anchor: str = "") -> Mark:
    return Mark("end", anchor, False, page, y)


def top(anchor: str, page: int, *, loose: bool = True) -> Mark:
    return Mark("top", anchor, loose, page, 76.5)


@pytest.mark.parametrize(
    ("marks", "floating", "found"),
    [
        ([chapter(), end(1, HIGH), top("figure-1", 2)], (), ["figure-1"]),
        ([chapter(), end(1, LOW), top("figure-1", 2)], (), []),  # the page before is full enough
        ([chapter(), end(1, HIGH), top("figure-1", 1)], (), []),  # it stands in its place
        ([chapter(), end(1, HIGH), top("figure-1", 2, loose=False)], (), []),  # no text would fill the gap
        ([end(1, HIGH), chapter(), top("figure-1", 2)], (), []),  # the gap is a chapter's end
        ([chapter(), end(1, HIGH), top("figure-1", 2), end(2, HIGH), top("figure-2", 3)], (), ["figure-1"]),
        (
            [chapter(), end(1, HIGH), top("figure-1", 2), chapter(), end(3, HIGH), top("figure-2", 4)],
            (),
            ["figure-1", "figure-2"],
        ),
        # What floats says nothing of where the text ends.
        (
            [
                chapter(),
                end(1, HIGH),
                top("figure-1", 2),
                end(2, 200, "figure-1"),
                end(1, LOW),
                top("figure-2", 2),
            ],
            ("figure-1",),
            [],
        ),
    ],
)
def test_what_floats(marks: list[Mark], floating: tuple[str, ...], found: list[str]) -> None:
    assert to_float(marks, floating) == found


def test_what_is_kept_in_its_place_does_not_float() -> None:
    assert to_float([chapter(), end(1, HIGH), top("figure-1", 2)], (), {"figure-1"}) == []


@pytest.mark.parametrize(
    ("taller", "chart", "scale"),
    [
        (20, 200.0, 0.9),  # a tenth of the chart is what it lacks
        (0.5, 200.0, 0.9975),
        (30, 200.0, None),  # smaller than can be read well
        (20, None, None),  # a table
    ],
)
def test_a_chart_that_is_a_little_too_tall_is_drawn_smaller(
    taller: float, chart: float | None, scale: float | None
) -> None:
    room = BOTTOM - HIGH
    # On its own page the figure begins under its heading; above both, 24 points are left out there.
    marks = [chapter(), end(1, HIGH), top("figure-1", 2), end(2, TOP + room - 24 + taller, "figure-1")]
    charts = {} if chart is None else {"figure-1": chart}

    found = to_shrink(marks, (), charts)

    assert found == ({} if scale is None else {"figure-1": pytest.approx(scale)})
    assert to_shrink(marks, ("figure-1",), charts) == {}
    assert all(one >= SMALLEST for one in found.values())
    assert moved(marks, ()) == {"figure-1"}


@pytest.mark.parametrize(("gap", "breaks", "found"), [(1, True, ["table-1"]), (1, False, []), (-1, True, [])])
def test_a_table_breaks_only_where_it_would_leave_much_of_a_page_empty(
    gap: float, breaks: bool, found: list[str]
) -> None:
    table = Mark("top", "table-1", False, 2, TOP, breaks)
    marks = [chapter(), end(1, BOTTOM - VERY_EMPTY - gap), table, end(2, 300, "table-1")]

    assert to_break(marks, ()) == found


def test_what_strays_before_its_chapter() -> None:
    begins = Mark("chapter", "2", False, 3, 300)
    chapters = {"figure-1": "1", "figure-2": "2", "figure-3": "2", "figure-4": "2"}
    first = Mark("chapter", "1", False, 1, 80)
    tops = [top("figure-1", 3), top("figure-2", 2), top("figure-3", 3), top("figure-4", 4)]
    # The second stands on the page before, the third above its chapter's heading.
    assert strayed([first, *tops, begins], set(chapters), chapters) == ["figure-2", "figure-3"]
    assert strayed([first, *tops, begins], {"figure-4"}, chapters) == []


def report_of(*blocks: Block) -> Report:
    return report_of_chapters({"segmentation": blocks})


def report_of_chapters(chapters: Mapping[str, Sequence[Block]]) -> Report:
    cells = []
    for name, blocks in chapters.items():
        context = sample_context("segmentation").model_copy(update={"chapter": name})
        bundle = Bundle(context=context, blocks=tuple(blocks))
        output = nbformat.v4.new_output("display_data", data={BLOCK_MIME: bundle.model_dump(mode="json")})
        cells.append(nbformat.v4.new_code_cell(id=name, source="", outputs=[output]))
    return read_report(nbformat.v4.new_notebook(cells=cells))


def sample_paragraph() -> Paragraph:
    said = sentence("sample.text", rate=REPEAT, months=setting(12, "count"), day=PERIOD.as_of)
    also = sentence("sample.data", product=text("Day cream"), segment=label_slot("sample.regular"))
    return Paragraph(sentences=(said, also))


def gappy_report() -> Report:
    """Text to the middle of the page, a figure that is too tall for the rest of it, and more text."""
    text_before = [sample_paragraph()] * 9
    return report_of(*text_before, sample_figure(), *text_before)


def pages_of(rows: int, paragraphs: int) -> list[list[str]]:
    """The names of a long table's rows, by page; text stands before it."""
    names = [f"Row {number}." for number in range(1, rows + 1)]
    columns = (Column(key="name", label="sample.segment", kind="text"),)
    table = Table(
        id="long",
        data=Data(columns=columns, rows=tuple((name,) for name in names)),
        headline=sentence("sample.table_headline"),
    )
    report = report_of(*[sample_paragraph()] * paragraphs, table)
    pdf = PdfReader(io.BytesIO(render_pdf(report, "en", catalogues=(CATALOGUES,))))
    shown = ([name for name in names if name in page.extract_text()] for page in pdf.pages)
    return [page for page in shown if page]


@pytest.mark.parametrize("paragraphs", [6, 9, 12])
def test_a_table_that_breaks_leaves_three_rows_at_least_on_each_page(paragraphs: int) -> None:
    pages = pages_of(20, paragraphs)
    assert [name for page in pages for name in page] == [f"Row {number}." for number in range(1, 21)]
    assert all(len(page) >= 3 for page in pages)


@pytest.mark.parametrize(("paragraphs", "parts"), [(4, 1), (8, 2), (12, 1)])
def test_a_table_of_fourteen_rows_stays_whole_unless_much_of_a_page_would_be_empty(
    paragraphs: int, parts: int
) -> None:
    assert len(pages_of(14, paragraphs)) == parts


def tall_chart(*_: object, **__: object) -> str:
    return stub_chart("tall", sample_figure().data, {}, sample_words("en"), title="").replace("120", "380")


def test_text_fills_the_page_that_a_tall_figure_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "draw", tall_chart)
    in_place = compile_typst(typst_source(gappy_report(), sample_words("en")).text, period=PERIOD)
    flowing = render_pdf(gappy_report(), "en", catalogues=(CATALOGUES,))
    assert page_fill(in_place)[0].filled < 0.7
    assert page_fill(flowing)[0].filled > 0.9


def test_the_next_section_fills_what_a_short_end_of_its_section_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "draw", tall_chart)
    text_before, heading = [sample_paragraph()] * 9, Heading(title=sentence("sample.segmentation_title"))
    report = report_of(*text_before, sample_figure(), sample_paragraph(), heading, *text_before)

    assert page_fill(render_pdf(report, "en", catalogues=(CATALOGUES,)))[0].filled > 0.9


@pytest.mark.parametrize("paragraphs", [6, 8, 9])
def test_up_to_four_cards_stay_on_one_page_with_the_sentence_before_them(paragraphs: int) -> None:
    fact = sentence("sample.text", rate=REPEAT, months=setting(12, "count"), day=PERIOD.as_of)
    card = Card(title=sentence("sample.card_title", name=text("Vier")), facts=(fact,) * 3)
    leading = Paragraph(sentences=(sentence("sample.card_title", name=text("Above")),))
    report = report_of(*[sample_paragraph()] * paragraphs, leading, Cards(items=(card,) * 4))

    pdf = PdfReader(io.BytesIO(render_pdf(report, "en", catalogues=(CATALOGUES,))))

    pages = [page.extract_text() for page in pdf.pages]
    shown = [page for page in pages if "Segment Vier" in page]
    assert [page.count("Segment Vier") for page in shown] == [4]
    assert "Segment Above" in shown[0]


def test_chapters_that_only_say_what_they_lack_share_a_page() -> None:
    box = Missing(reason="not_supplied", body=sample_paragraph().sentences)
    lacking = {name: [box] for name in ("one", "two", "three", "four")}
    # A chapter with more to say than a box still starts a page where the other half is taken.
    full = lacking | {"four": [sample_paragraph()]}

    pages = {
        name: page_fill(render_pdf(report_of_chapters(each), "en", catalogues=(CATALOGUES,)))
        for name, each in (("lacking", lacking), ("full", full))
    }

    assert len(pages["lacking"]) == 1
    assert pages["lacking"][0].filled > 0.6
    assert len(pages["full"]) == 2
