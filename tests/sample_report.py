"""A small executed report that holds every kind of block, for the tests of the renderers.

The client and all numbers are invented. Its messages stand in ``sample_catalogues``, so that a
chapter's wording can change without a renderer's test noticing.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from crmreport.display.blocks import (
    BLOCK_MIME,
    Block,
    Bullets,
    Bundle,
    Callout,
    Card,
    CardPoint,
    Cards,
    Column,
    Comment,
    Context,
    Data,
    Figure,
    Glossary,
    Heading,
    Kpi,
    KpiStrip,
    Missing,
    Paragraph,
    Table,
    Term,
    label,
    sentence,
    setting,
    text,
)
from crmreport.findings import Better, Finding, Provenance, Scope, Unit
from crmreport.params import Language, LocalText
from crmreport.period import Period, parse_period
from crmreport.report.model import Report, read_report
from crmreport.text import Words

CATALOGUES = Path(__file__).with_name("sample_catalogues")
PERIOD = parse_period("2017-Q4")
HOSTILE = "<script>alert('x')</script> & \"q\" ]]> \u202eRTL\u202c #emph[t] \N{GRINNING FACE}"

LANXI = LocalText({"en": "Lanxi Skincare", "zh-Hans": "澜汐护肤", "zh-Hant": "瀾汐護膚"})
CLIENT = LocalText({"en": "Lanxi Group", "zh-Hans": "澜汐集团", "zh-Hant": "瀾汐集團"})
COMMENT = LocalText(
    {
        "en": "The store in the west was closed for refitting in November.",
        "zh-Hans": "西区门店11月因装修停业。",
        "zh-Hant": "西區門市11月因裝修停業。",
    }
)


def sample_words(language: Language) -> Words:
    return Words.of(language, currency="CNY", more=(CATALOGUES,))


def sample_context(chapter: str) -> Context:
    return Context(
        engagement="lanxi",
        client=CLIENT,
        scope=Scope(kind="brand", id="skincare"),
        scope_name=LANXI,
        period=PERIOD,
        currency="CNY",
        languages=("en", "zh-Hans", "zh-Hant"),
        traditional="tw",
        mark=("draft", "confidential"),
        simulated=True,
        chapter=chapter,
        chapter_title=f"sample.{chapter}_title",
    )


def sample_finding(
    id: str,
    value: float,
    unit: Unit,
    *,
    interval: tuple[float, float] | None = None,
    n: int = 2180,
    better: Better = "up",
    compared_with: Period | None = None,
) -> Finding:
    """A finding of the sample; without ``interval`` a census."""
    return Finding(
        id=f"sample.{id}",
        scope=Scope(kind="brand", id="skincare"),
        value=value,
        unit=unit,
        better=better,
        n=n,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        confidence=0.95 if interval else None,
        census=interval is None,
        method="method.sample_wilson" if interval else "method.sample_sum",
        period=PERIOD.label,
        compared_with=compared_with.label if compared_with else None,
        simulated=True,
        provenance=Provenance(notebook="segmentation", cell="", inputs="5f1c9ae04b7d"),
    )


BEFORE = PERIOD.previous()
REVENUE = sample_finding("revenue", 18_642_310.5, "money")
CUSTOMERS = sample_finding("customers", 2180, "count", better="up")
TOP_SHARE = sample_finding("top_share", 0.2, "share")
TOP_REVENUE = sample_finding("top_revenue_share", 0.6142, "share", interval=(0.581, 0.647))
REPEAT = sample_finding("repeat_rate", 0.3136, "share", interval=(0.294, 0.333))
NEW_REPEAT = sample_finding("new_repeat_rate", 0.5, "share", n=12, interval=(0.25, 0.75)).withheld()
LAPSING = sample_finding("lapsing", 0.272, "share", interval=(0.253, 0.291), better="down")
REVENUE_CHANGE = sample_finding("revenue_change", 0.1174, "share", compared_with=BEFORE)
REPEAT_CHANGE = sample_finding(
    "repeat_change", -0.026, "points", interval=(-0.04, -0.012), compared_with=BEFORE
)
LAPSING_CHANGE = sample_finding(
    "lapsing_change", -0.018, "points", interval=(-0.03, -0.006), better="down", compared_with=BEFORE
)

SEGMENTS = Data(
    columns=(
        Column(key="segment", label="sample.segment", kind="label"),
        Column(key="customers", label="sample.customers", kind="count"),
        Column(key="revenue", label="sample.revenue", kind="money"),
        Column(key="share", label="sample.share", kind="share"),
        Column(key="change", label="sample.change", kind="points"),
        Column(key="favourite", label="sample.favourite", kind="text"),
    ),
    rows=(
        ("sample.regular", 436, 11_450_120.0, 0.6142, 0.021, HOSTILE),
        ("sample.promising", 812, 5_102_080.5, 0.2737, -0.004, "=HYPERLINK(A1)"),
        ("sample.lapsing", 932, 2_090_110.0, 0.1121, None, "Day cream (50 ml)"),
        ("sample.all", 2180, 18_642_310.5, 1.0, None, None),
    ),
)
BARS = Data(
    columns=(SEGMENTS.columns[0], SEGMENTS.columns[3]),
    rows=tuple((row[0], row[3]) for row in SEGMENTS.rows[:3]),
)


def sample_figure() -> Figure:
    return Figure(
        id="revenue-by-segment",
        chart="bars",
        data=BARS,
        headline=sentence("sample.figure_headline", share=TOP_REVENUE),
        source=sentence("sample.figure_source", period=PERIOD, revenue=REVENUE),
    )


def sample_table() -> Table:
    return Table(
        id="segments",
        data=SEGMENTS,
        headline=sentence("sample.table_headline"),
        note=sentence("sample.table_note", minimum=setting(30, "count")),
        total=True,
    )


def sample_kpis() -> KpiStrip:
    against = sentence("sample.against", period=BEFORE)
    return KpiStrip(
        items=(
            Kpi(label="sample.kpi_revenue", finding=REVENUE, change=REVENUE_CHANGE, change_label=against),
            Kpi(label="sample.kpi_customers", finding=CUSTOMERS),
            Kpi(label="sample.kpi_repeat", finding=REPEAT, change=REPEAT_CHANGE, change_label=against),
            Kpi(label="sample.kpi_lapsing", finding=LAPSING, change=LAPSING_CHANGE, change_label=against),
        )
    )


def sample_summary() -> tuple[Block, ...]:
    lead = sentence(
        "sample.lead",
        brand=LANXI,
        revenue=REVENUE,
        period=PERIOD,
        share=TOP_SHARE,
        revenue_share=TOP_REVENUE,
    )
    return (
        Paragraph(sentences=(lead,), lead=True),
        sample_kpis(),
        Callout(
            style="key",
            title=sentence("sample.callout_key"),
            body=(sentence("sample.callout_body", rate=REPEAT),),
        ),
        Bullets(
            items=(
                sentence("sample.bullet_one", share=TOP_REVENUE),
                sentence("sample.bullet_two"),
            ),
            ordered=True,
        ),
    )


def sample_segmentation() -> tuple[Block, ...]:
    return (
        Paragraph(
            sentences=(
                sentence("sample.text", rate=REPEAT, months=setting(12, "count"), day=PERIOD.as_of),
                sentence("sample.data", product=text(HOSTILE), segment=label("sample.regular")),
                sentence("sample.small", rate=NEW_REPEAT),
            )
        ),
        Heading(title=sentence("sample.section")),
        sample_figure(),
        Heading(title=sentence("sample.subsection"), level=3),
        sample_table(),
        Bullets(items=(sentence("sample.bullet_one", share=TOP_REVENUE), sentence("sample.bullet_two"))),
        Callout(
            style="warning",
            title=sentence("sample.callout_warning"),
            body=(sentence("sample.warning_body"),),
        ),
        Callout(
            style="action",
            title=sentence("sample.callout_action"),
            body=(sentence("sample.action_body"),),
        ),
        Cards(
            items=tuple(
                Card(
                    title=sentence("sample.card_title", name=text(name)),
                    facts=(sentence("sample.small", rate=NEW_REPEAT),),
                    points=(CardPoint(label="sample.offer", text=sentence("sample.action_body")),),
                )
                for name in ("<b>Loyal</b>", "Drowsy", "Lost")
            )
        ),
        Glossary(
            title=sentence("sample.subsection"),
            terms=tuple(
                Term(
                    name=sentence("sample.card_title", name=text(name)),
                    meaning=sentence("sample.small", rate=NEW_REPEAT),
                    note=sentence("sample.bullet_two"),
                )
                for name in ("<i>Loyal</i>", "Drowsy", "Lost")
            ),
        ),
        Comment(text=COMMENT),
        Missing(reason="not_supplied", body=(sentence("sample.missing_body"),)),
        Missing(reason="withheld", body=(sentence("sample.small", rate=NEW_REPEAT),)),
    )


def sample_notebook() -> NotebookNode:
    """The executed notebook of two chapters: each cell shows one of them."""
    notebook = nbformat.v4.new_notebook()
    chapters = {"summary": sample_summary(), "segmentation": sample_segmentation()}
    for name, blocks in chapters.items():
        bundle = Bundle(context=sample_context(name), blocks=blocks)
        output = nbformat.v4.new_output(
            "display_data", data={BLOCK_MIME: bundle.model_dump(mode="json"), "text/plain": "blocks"}
        )
        notebook.cells.append(nbformat.v4.new_code_cell(id=f"{name}-cell", source="", outputs=[output]))
    return notebook


def sample_report() -> Report:
    return read_report(sample_notebook())
