"""The page of a whole report: what it holds, what it must not hold, and that it stays the same."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from fontTools.ttLib import TTFont
from nbconvert.exporters import get_exporter
from traitlets.config import Config

from crmreport.display.blocks import FindingSlot, findings_of, sentences_of
from crmreport.display.prose import finding_text, plain
from crmreport.display.theme import COLOURS
from crmreport.findings import Findings, Provenance
from crmreport.params import LANGUAGES, Language
from crmreport.report.html import embed_fonts, render_html
from crmreport.text.glyphs import visible
from tests.sample_report import (
    CATALOGUES,
    HOSTILE,
    sample_notebook,
    sample_report,
    sample_words,
)

EDITIONS: dict[Language, str] = {"en": "report.en.html", "zh-Hans": "report.zh-Hans.html"}


@cache
def page(language: Language) -> str:
    return render_html(sample_report(), language, editions=EDITIONS, catalogues=(CATALOGUES,))


class Reader(HTMLParser):
    """Collects each start tag with its attributes, the page's visible text, and its marked numbers."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.numbers: set[tuple[str, str]] = set()
        self._open: list[str] = []
        self._number: str | None = None
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "data":
            self._number = dict(attrs)["data-finding"]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag == "data":
            self._number = None

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            return
        self.text += data
        if self._number:
            self.numbers.add((self._number, data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@cache
def read(language: Language) -> Reader:
    return Reader(page(language))


@pytest.mark.parametrize(
    ("language", "tag", "title"),
    [
        ("en", "en", "Lanxi Skincare · Q4 2017 · Customer relationship report"),
        ("zh-Hans", "zh-Hans", "澜汐护肤 · 2017年第四季度 · 客户关系分析报告"),
        ("zh-Hant", "zh-Hant-TW", "瀾汐護膚 · 2017年第四季 · "),
    ],
)
def test_language_and_title(language: Language, tag: str, title: str) -> None:
    assert read(language).all("html") == [{"lang": tag}]
    assert f"<title>{title}" in page(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_stands_on_the_page(language: Language) -> None:
    words = sample_words(language)
    for numbered in sample_report().blocks:
        for sentence in sentences_of(numbered.block):
            assert visible(plain(sentence, words), language) in read(language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_marked_with_its_key_and_value(language: Language) -> None:
    words = sample_words(language)
    shown = read(language).numbers
    for numbered in sample_report().blocks:
        in_slots = [
            slot.finding
            for sentence in sentences_of(numbered.block)
            for slot in sentence.slots.values()
            if isinstance(slot, FindingSlot)
        ]
        for finding in (*in_slots, *findings_of(numbered.block)):
            if not finding.known:
                assert finding.key not in page(language)
                continue
            forms = {finding_text(finding, form, words) for form in ("value", "signed", "n")}
            assert any(key == finding.key and text in forms for key, text in shown)


def test_a_number_can_be_asked_what_it_rests_on() -> None:
    script = re.search(r'<script type="application/json" id="findings">(.*?)</script>', page("en"), re.S)
    assert script is not None
    content = json.loads(script[1])
    texts, cards = content["texts"], {content["texts"][one[1]]: one for one in content["cards"]}
    assert set(cards) == {key for key, _ in read("en").numbers}
    shape, key, title, value, *told = cards["sample.repeat_change"]
    assert (texts[title], texts[value]) == ("Change of the share who bought again", "−2.6 percentage points")
    rows = iter(told)
    # A term below zero is that of the key, which is written once.
    terms = [(texts[~at], key) if at < 0 else (texts[at], next(rows)) for at in content["shapes"][shape]]
    assert [(term, texts[text]) for term, text in terms] == [
        ("Rests on", "2,180 customers"),
        ("Interval", "between −4.0 and −1.2 percentage points, at 95% confidence"),
        ("Method", "Share with a Wilson interval"),
        ("Period", "Q4 2017"),
        ("Compared with", "Q3 2017"),
        ("Computed in", "Notebook segmentation, cell summary-cell"),
        ("Data fingerprint", "5f1c9ae04b7d"),
        ("Reference", "sample.repeat_change"),
        ("Kind of data", "Simulated data: no real customer is described here"),
    ]
    assert "None needed: every case is counted" in [texts[at] for at in cards["sample.revenue"][1:]]


def test_no_text_of_a_card_ends_its_script() -> None:
    report = sample_report()
    made = Provenance(notebook="</script><script>alert(1)</script>", cell="<!--", inputs="&lt;")
    found = Findings(one.model_copy(update={"provenance": made}) for one in report.findings.values())
    content = render_html(replace(report, findings=found), "en", fonts="", catalogues=(CATALOGUES,))
    script = re.search(r'id="findings">(.*?)</script>', content, re.S)
    assert script is not None
    assert not set(script[1]) & set("<>&")
    assert any("Notebook </script><script>alert(1)" in text for text in json.loads(script[1])["texts"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_nothing_of_any_network(language: Language) -> None:
    content = page(language)
    assert re.findall(r"(?:https?:)?//[a-z]", re.sub(r"base64,[A-Za-z0-9+/=]*", "", content)) == []
    for tag, attributes in read(language).tags:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base", "form")
        for name in ("src", "href"):
            address = attributes.get(name) or "#"
            assert address.startswith(("#", "data:text/csv")) or address in EDITIONS.values()
    assert set(re.findall(r"url\(([a-z]+:)", content)) == {"data:"}


def test_only_the_pages_own_script_may_run() -> None:
    scripts = re.findall(r"<script>(.*?)</script>", page("en"), re.S)
    assert len(scripts) == 1
    allowed = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = read("en").all("meta")[2]["content"]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{allowed}'; style-src 'unsafe-inline'; font-src data:; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert len(read("en").all("script")) == 2  # ours, and the data of the numbers
    assert HOSTILE not in page("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_ids_are_unique_and_references_lead_somewhere(language: Language) -> None:
    ids = [attributes["id"] for _, attributes in read(language).tags if "id" in attributes]
    assert [one for one, times in Counter(ids).items() if times > 1] == []
    for _, attributes in read(language).tags:
        address = attributes.get("href") or ""
        targets = [address[1:]] if address.startswith("#") else []
        targets += [attributes[name] or "" for name in ("aria-labelledby",) if name in attributes]
        assert [target for target in targets if target not in ids] == []


def test_the_client_s_colours_and_logo() -> None:
    plain = sample_report()
    context = plain.context.model_copy(update={"accent": "#0033a0"})
    report = replace(plain, context=context, logo="data:image/png;base64,iVBORw0KGgo=")
    shown = render_html(report, "en", fonts="", catalogues=(CATALOGUES,))
    pictures = [attributes for tag, attributes in Reader(shown).tags if tag == "img"]
    assert pictures == [
        {"class": "logo", "src": "data:image/png;base64,iVBORw0KGgo=", "alt": "Lanxi Group"},
    ]
    assert "--accent:#0033a0;" in shown
    assert "var(--accent,#0033a0)" in shown
    assert COLOURS["accent"] not in shown


def test_contents_chapters_and_marks() -> None:
    text = re.sub(r"\s+", " ", read("en").text)
    assert "Draft Confidential" in text.replace("DraftConfidential", "Draft Confidential")
    assert text.count("Simulated data: no real customer is described here") == 2
    anchors = re.findall(r'<a href="(#[^"]+)"><span class="number">([\d.]+)</span>', page("en"))
    assert anchors == [
        ("#chapter-summary", "1"),
        ("#chapter-segmentation", "2"),
        ("#section-2-1", "2.1"),
    ]
    assert "Figure 1" in text
    assert "Table 1" in text


def test_other_languages_are_offered_where_they_exist() -> None:
    assert '<a href="report.en.html" lang="en" hreflang="en" aria-current="page">English</a>' in page("en")
    assert '<a href="report.zh-Hans.html" lang="zh-Hans" hreflang="zh-Hans">简体中文</a>' in page("en")
    alone = render_html(sample_report(), "en", fonts="", catalogues=(CATALOGUES,))
    assert 'class="languages"' not in alone


def test_the_page_carries_the_characters_it_shows() -> None:
    bare = render_html(sample_report(), "zh-Hans", fonts="", editions=EDITIONS, catalogues=(CATALOGUES,))
    assert "@font-face" not in bare
    fonts = re.search(r'<style id="fonts">(.*?)</style>', page("zh-Hans"), re.S)
    assert fonts is not None
    assert embed_fonts(bare, fonts[1]) == page("zh-Hans")
    held = {
        weight: set(TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap())
        for weight, data in re.findall(r"font-weight:(\d+);.*?base64,([^)]+)\)", fonts[1])
    }
    shown = {ord(character) for character in Reader(bare).text if character.isprintable()}
    assert shown <= held["400"]
    assert held["700"] < held["400"]


def test_the_same_report_gives_the_same_bytes() -> None:
    again = render_html(sample_report(), "zh-Hant", editions=EDITIONS, catalogues=(CATALOGUES,))
    assert again == page("zh-Hant")


# ---------------------------------------------------------------- by nbconvert


def exporter(**options: str):
    settings = {"catalogues": [str(CATALOGUES)], **options}
    return get_exporter("crmreport-html")(config=Config({"CrmreportHTMLExporter": settings}))


def test_nbconvert_takes_the_reports_first_language() -> None:
    output, resources = exporter().from_notebook_node(sample_notebook())
    assert output == render_html(sample_report(), "en", catalogues=(CATALOGUES,))
    assert resources["output_extension"] == ".html"


def test_nbconvert_takes_one_chapter_in_another_language(tmp_path: Path) -> None:
    chapter = sample_notebook()
    del chapter.cells[1]
    file = tmp_path / "summary.ipynb"
    nbformat.write(chapter, file)
    output, _ = exporter(language="zh-Hans").from_filename(str(file))
    assert '<html lang="zh-Hans">' in output
    assert "客户细分与价值" not in output
