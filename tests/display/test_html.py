"""Blocks as HTML, each with the whole fragment that is expected."""

from __future__ import annotations

import csv
import io
from urllib.parse import unquote

import pytest

from crmreport.display.blocks import (
    Block,
    Bullets,
    Bundle,
    Callout,
    Card,
    CardPoint,
    Cards,
    Column,
    Comment,
    Data,
    Glossary,
    Heading,
    Kpi,
    KpiStrip,
    Missing,
    Paragraph,
    Table,
    Term,
    sentence,
    text,
)
from crmreport.display.html import block_html, bundle_html, csv_text, csv_uri
from crmreport.display.prose import plain
from crmreport.params import LocalText
from tests.sample_report import (
    BEFORE,
    HOSTILE,
    LANXI,
    LAPSING,
    LAPSING_CHANGE,
    NEW_REPEAT,
    REPEAT,
    REVENUE,
    SEGMENTS,
    sample_context,
    sample_figure,
    sample_finding,
    sample_segmentation,
    sample_summary,
    sample_table,
    sample_words,
)

EN = sample_words("en")
ZH = sample_words("zh-Hans")
REPEAT_HTML = '<data class="finding" data-finding="sample.repeat_rate" value="0.3136">31.4%</data>'
BODY = sentence("sample.callout_body", rate=REPEAT)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (
            Heading(title=sentence("sample.section")),
            '<h3 id="a"><span class="number">2.1</span> Who brings the revenue'
            '<a class="anchor" href="#a" aria-label="Link to this section">#</a></h3>',
        ),
        (
            Paragraph(sentences=(sentence("sample.callout_key"), BODY), lead=True),
            '<p class="lead">The one thing to remember Growth rests on customers who come back, and '
            f"{REPEAT_HTML} do.</p>",
        ),
        (
            Bullets(items=(sentence("sample.bullet_two"),), ordered=True),
            "<ol><li>Lapsing customers are the largest group by number.</li></ol>",
        ),
        (
            Callout(style="warning", title=sentence("sample.callout_warning"), body=(BODY,)),
            '<aside class="callout warning"><p class="title">What limits this</p>'
            f"<p>Growth rests on customers who come back, and {REPEAT_HTML} do.</p></aside>",
        ),
        (
            Comment(text=LocalText("One <line>.\n\nAnother.")),
            '<aside class="callout comment"><p class="title">Analyst&#39;s comment</p>'
            "<p><bdi>One &lt;line&gt;.</bdi></p><p><bdi>Another.</bdi></p></aside>",
        ),
        (
            Missing(reason="not_supplied", body=(sentence("sample.missing_body"),)),
            '<aside class="callout missing"><p class="title">Not supplied</p><p>No survey was supplied. '
            "It would have told how satisfied customers are.</p></aside>",
        ),
    ],
    ids=lambda value: value.kind if hasattr(value, "kind") else "",
)
def test_a_block(block: Block, expected: str) -> None:
    assert block_html(block, EN, number="2.1", anchor="a") == expected


def test_chinese_sentences_follow_each_other_without_a_space() -> None:
    paragraph = Paragraph(sentences=(sentence("sample.bullet_two"), sentence("sample.action_body")))
    assert block_html(paragraph, ZH) == "<p>即将流失的顾客人数最多。两周内触达即将流失的顾客。</p>"


def test_a_number_is_marked_with_its_finding_in_each_form() -> None:
    paragraph = sample_segmentation()[0]
    shown = block_html(paragraph, EN)
    key = '<data class="finding" data-finding="sample.repeat_rate" value="0.3136">'
    assert [part.split("</data>")[0] for part in shown.split(key)[1:]] == [
        "31.4%",
        "between 29.4% and 33.3%",
        "2,180",
    ]


def test_the_clients_text_is_shown_as_text_and_kept_apart() -> None:
    slots = {"product": text(f"{HOSTILE}\x00"), "segment": LANXI}
    shown = block_html(Paragraph(sentences=(sentence("sample.data", **slots),)), EN)
    assert shown == (
        "<p>The most bought product is <bdi>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; "
        "&#34;q&#34; ]]&gt; [U+202E]RTL[U+202C] #emph[t] [U+1F600][U+0000]</bdi>; its buyers mostly "
        "belong to <bdi>Lanxi Skincare</bdi>.</p>"
    )


def test_a_table_types_its_columns() -> None:
    data = Data(
        columns=(
            Column(key="name", label="sample.segment", kind="text"),
            Column(key="revenue", label="sample.revenue", kind="money"),
        ),
        rows=(("<b>", 1200.4), ("All", None)),
    )
    table = Table(id="t", data=data, headline=sentence("sample.table_headline"), total=True)
    assert block_html(table, EN) == (
        '<figure class="table">\n<figcaption>Regular buyers spend most per head</figcaption>\n'
        '<div class="scroll">\n<table>\n'
        "<thead><tr><th scope=col>Segment<th scope=col class=n>Revenue (CN¥)</thead>\n"
        "<tbody><tr><th scope=row><bdi>&lt;b&gt;</bdi><td class=n>1,200"
        '<tr class="total"><th scope=row><bdi>All</bdi><td class=n>–'
        "</tbody></table>\n</div></figure>"
    )


def test_a_table_in_a_report_is_numbered_and_named() -> None:
    shown = block_html(sample_table(), ZH, number="1", anchor="table-segments")
    assert '<span class="number">表1</span> 稳定购买者人均消费最高</figcaption>' in shown
    assert 'role="region" aria-labelledby="table-segments-caption" tabindex="0"' in shown
    assert '<a class="csv" download="table-segments.csv" href="data:text/csv;' in shown
    assert "短横线表示该项不足30位顾客，未予列示。" in shown


def test_a_kpi_says_where_it_moved_and_whether_that_is_good() -> None:
    against = sentence("sample.against", period=BEFORE)
    kpi = Kpi(label="sample.kpi_lapsing", finding=LAPSING, change=LAPSING_CHANGE, change_label=against)
    assert block_html(KpiStrip(items=(kpi,)), EN) == (
        '<dl class="kpis"><div><dt>Lapsing customers</dt>\n'
        '<dd class="value"><data class="finding" data-finding="sample.lapsing" value="0.272">27.2%</data>'
        '</dd><dd class="interval">Interval 25.3% to 29.1%</dd>'
        '<dd class="change good"><span aria-hidden="true">▼</span> '
        '<data class="finding" data-finding="sample.lapsing_change" value="-0.018">'
        "−1.8 percentage points</data> "
        '<span class="against">against Q3 2017</span></dd></div></dl>'
    )


def test_a_withheld_kpi_shows_no_number_and_no_change() -> None:
    change = sample_finding("repeat_change", 0.1, "points", interval=(0.05, 0.15))
    strip = KpiStrip(items=(Kpi(label="sample.kpi_repeat", finding=NEW_REPEAT, change=change),))
    assert block_html(strip, EN) == (
        '<dl class="kpis"><div><dt>Bought again</dt>\n<dd class="value unknown">Withheld</dd></div></dl>'
    )


@pytest.mark.parametrize(
    ("value", "unit", "interval", "shown"),
    [
        (0.8227, "share", (0.8064, 0.838), ("Interval 80.6% to 83.8%", "置信区间80.6%至83.8%")),
        (40.39, "number", (37.49, 43.2), ("Interval 37.5 to 43.2", "置信区间37.5至43.2")),
        (4.0712, "number", (3.995, 4.1004), ("Interval 4.00 to 4.10", "置信区间4.00至4.10")),
        (-3.0, "number", (-8.04, 2.0), ("Interval −8.04 to 2.00", "置信区间 −8.04至2.00")),
        (1.2e6, "money", (1.1e6, 1.3e6), ("Interval CN¥1.1 million to CN¥1.3 million", "110万元至130万元")),
        (0.5, "share", None, ("", "")),
    ],
)
def test_a_kpi_of_a_sample_shows_its_interval_and_a_census_none(value, unit, interval, shown) -> None:
    finding = sample_finding("repeat_rate", value, unit, interval=interval)
    for words, text_shown in zip((EN, ZH), shown, strict=True):
        html = block_html(KpiStrip(items=(Kpi(label="sample.kpi_repeat", finding=finding),)), words)
        assert ('class="interval"' in html) == bool(text_shown)
        assert text_shown in html.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("value", "interval", "better", "expected"),
    [
        (0.02, (0.01, 0.03), "up", '<dd class="change good"><span aria-hidden="true">▲</span>'),
        (-0.02, (-0.03, -0.01), "up", '<dd class="change bad"><span aria-hidden="true">▼</span>'),
        (0.02, (0.01, 0.03), "neutral", '<dd class="change neutral"><span aria-hidden="true">▲</span>'),
        # It may be no change at all: neither good nor bad.
        (0.02, (-0.01, 0.05), "up", '<dd class="change neutral"><span aria-hidden="true">▲</span>'),
        # What rounds to zero did not move.
        (0.0001, None, "up", '<dd class="change neutral"><data'),
    ],
)
def test_the_colour_of_a_change(value, interval, better, expected) -> None:
    change = sample_finding("repeat_change", value, "points", interval=interval, better=better)
    strip = KpiStrip(items=(Kpi(label="sample.kpi_revenue", finding=REVENUE, change=change),))
    assert expected in block_html(strip, EN)


def test_a_card_names_its_points() -> None:
    card = Card(
        title=sentence("sample.card_title", name=text("<b>Loyal</b>")),
        facts=(sentence("sample.action_body"),),
        points=(CardPoint(label="sample.offer", text=sentence("sample.action_body")),),
    )
    body = plain(sentence("sample.action_body"), EN)
    assert block_html(Cards(items=(card,)), EN) == (
        '<div class="cards"><section class="card">'
        '<p class="title">Segment <bdi>&lt;b&gt;Loyal&lt;/b&gt;</bdi></p>'
        f"<p>{body}</p><dl><div><dt>Offer</dt><dd>{body}</dd></div></dl></section></div>"
    )


def test_a_glossary_folds_its_terms() -> None:
    meaning = sentence("sample.action_body")
    known = Term(name=sentence("sample.card_title", name=text("<b>Loyal</b>")), meaning=meaning)
    sourced = Term(name=sentence("sample.section"), meaning=meaning, note=sentence("sample.bullet_two"))
    body, note = plain(meaning, EN), plain(sentence("sample.bullet_two"), EN)
    assert block_html(Glossary(title=sentence("sample.subsection"), terms=(known, sourced)), EN) == (
        '<details class="glossary"><summary>How the groups differ '
        '<span class="count">2</span></summary>\n<dl>'
        f"<div><dt><dfn>Segment <bdi>&lt;b&gt;Loyal&lt;/b&gt;</bdi></dfn></dt><dd>{body}</dd></div>"
        f"<div><dt><dfn>Who brings the revenue</dfn></dt><dd>{body}<cite>{note}</cite></dd></div>"
        "</dl></details>"
    )


def test_a_figure_is_an_image_with_a_name_and_ids_of_its_own() -> None:
    shown = block_html(sample_figure(), EN, number="1", anchor="figure-revenue-by-segment")
    assert shown.count('role="img"') == 2  # for a page's width, and for a phone's
    assert shown.count('aria-label="61.4% of revenue comes from regular buyers"') == 2
    assert "var(--accent,#0f4c5c)" in shown
    assert "xmlns" not in shown


# ---------------------------------------------------------------- CSV


def test_csv_keeps_numbers_whole_and_disarms_formulas() -> None:
    columns = (SEGMENTS.columns[5], SEGMENTS.columns[2])
    rows = (("=1+1", 0.5), ("+49", -3), ("-x", None), ("@SUM", 1 / 3), ('a "b", c', 1234567.25))
    table = csv_text(Data(columns=columns, rows=rows), EN)
    assert list(csv.reader(io.StringIO(table))) == [
        ["Most bought product", "Revenue"],
        ["'=1+1", "0.5"],
        ["'+49", "-3"],
        ["'-x", ""],
        ["'@SUM", "0.333333"],
        ['a "b", c', "1234567.25"],
    ]


def test_csv_starts_with_a_byte_order_mark() -> None:
    head, _, content = csv_uri(SEGMENTS, ZH).partition(",")
    assert head == "data:text/csv;charset=utf-8"
    assert unquote(content).startswith("\ufeff细分,顾客数,")


def test_a_csv_s_address_holds_no_markup_and_loses_nothing() -> None:
    hostile = """"><script>'& 100% #1 \N{GRINNING FACE}\x00"""
    address = csv_uri(Data(columns=(SEGMENTS.columns[5],), rows=((hostile,),)), EN)
    assert not set("\"'<>&#\x00 \n") & set(address)
    assert list(csv.reader(io.StringIO(unquote(address.partition(",")[2]))))[1] == [hostile]


# ---------------------------------------------------------------- a cell in JupyterLab


def test_a_cell_keeps_its_style_to_itself() -> None:
    shown = bundle_html(Bundle(context=sample_context("summary"), blocks=sample_summary()), ZH)
    assert shown.startswith('<div class="crmreport cell" lang="zh-Hans"><style>')
    style = shown.split("<style>")[1].split("</style>")[0]
    selectors = [line for line in style.splitlines() if line.rstrip().endswith("{")]
    assert [one for one in selectors if ".crmreport" not in one and not one.startswith("@")] == []
    assert "<script" not in shown


def test_the_same_blocks_give_the_same_html() -> None:
    bundle = Bundle(context=sample_context("segmentation"), blocks=sample_segmentation())
    again = Bundle.model_validate_json(bundle.model_dump_json())
    assert bundle_html(bundle, EN) == bundle_html(again, sample_words("en"))
