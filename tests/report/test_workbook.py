"""The workbook as a spreadsheet program reads it: typed cells, one sheet a figure or table, no formula."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from crmreport.params import LANGUAGES, Language
from crmreport.report.workbook import render_workbook
from tests.sample_report import CATALOGUES, sample_report

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
Row = list[str | float | None]


def book(language: Language = "en") -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(render_workbook(sample_report(), language, catalogues=(CATALOGUES,))))


def xml(content: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(content.read(name))


def sheets(content: zipfile.ZipFile) -> dict[str, list[Row]]:
    """By name, the rows that hold something, a text as str and a number as float."""
    texts = ["".join(one.itertext()) for one in xml(content, "xl/sharedStrings.xml")]
    names = [str(one.get("name")) for one in xml(content, "xl/workbook.xml").findall(".//m:sheet", NS)]
    return {
        name: list(_rows(xml(content, f"xl/worksheets/sheet{number}.xml"), texts))
        for number, name in enumerate(names, start=1)
    }


def _rows(sheet: ElementTree.Element, texts: list[str]) -> Iterator[Row]:
    for row in sheet.findall(".//m:row", NS):
        yield [_cell(cell, texts) for cell in row]


def _cell(cell: ElementTree.Element, texts: list[str]) -> str | float | None:
    value = cell.find("m:v", NS)
    if value is None or value.text is None:
        return None
    return texts[int(value.text)] if cell.get("t") == "s" else float(value.text)


def test_the_sheets_and_the_way_to_them() -> None:
    found = sheets(book())
    assert list(found) == ["Contents", "Findings", "Figure 1", "Table 1", "Definitions"]
    assert found["Contents"] == [
        ["Customer relationship report"],
        [
            "Lanxi Skincare · Q4 2017 · Draft · Confidential · "
            "Simulated data: no real customer is described here"
        ],
        ["Findings", "Every finding of the report"],
        ["Figure 1", "61.4% of revenue comes from regular buyers"],
        ["Table 1", found["Table 1"][0][0]],
        ["Definitions", "What each finding counts"],
    ]


def test_a_table_keeps_its_numbers_and_its_blanks() -> None:
    rows = sheets(book())["Table 1"]
    assert rows[3:] == [
        ["Regular buyers", 436, 11_450_120, 0.6142, 2.1, rows[3][5]],
        ["Promising", 812, 5_102_080.5, 0.2737, -0.4, "=HYPERLINK(A1)"],
        ["Lapsing", 932, 2_090_110, 0.1121, None, "Day cream (50 ml)"],
        ["All customers", 2180, 18_642_310.5, 1, None, None],
    ]


def test_a_finding_with_all_that_defends_it() -> None:
    rows = {str(row[0]): row for row in sheets(book())["Findings"]}
    assert rows["sample.top_revenue_share"][2:10] == [
        0.6142,
        "share",
        2180,
        "customers",
        0.581,
        0.647,
        0.95,
        "estimate",
    ]
    assert rows["sample.revenue"][6:10] == [None, None, None, "census"]
    assert rows["sample.new_repeat_rate"][2:10] == [
        None,
        "share",
        12,
        "customers",
        None,
        None,
        None,
        "withheld",
    ]
    assert rows["sample.repeat_change"][2:4] == [-2.6, "pp"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_becomes_a_formula_or_a_link(language: Language) -> None:
    content = book(language)
    for name in content.namelist():
        assert "<f>" not in content.read(name).decode()
        assert b'TargetMode="External"' not in content.read(name)
    assert "[U+1F600]" in content.read("xl/sharedStrings.xml").decode()


def test_headers_stay_and_columns_can_be_filtered() -> None:
    sheet = xml(book(), "xl/worksheets/sheet4.xml")
    pane = sheet.find(".//m:pane", NS)
    rule = sheet.find("m:autoFilter", NS)
    assert pane is not None
    assert rule is not None
    assert (pane.get("topLeftCell"), pane.get("state")) == ("B5", "frozen")
    assert rule.get("ref") == "A4:F8"


def test_its_labels_are_in_the_language_asked_for() -> None:
    assert list(sheets(book("zh-Hans"))) == ["目录", "指标结果", "图1", "表1", "指标口径"]


def test_the_same_report_gives_the_same_bytes_whatever_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    before = render_workbook(sample_report(), "en", catalogues=(CATALOGUES,))
    monkeypatch.setattr("time.time", lambda: 1e9)
    assert render_workbook(sample_report(), "en", catalogues=(CATALOGUES,)) == before
    created = zipfile.ZipFile(io.BytesIO(before)).read("docProps/core.xml").decode()
    assert "2017-12-31T00:00:00Z" in created


def test_a_report_without_findings_still_makes_a_workbook() -> None:
    from crmreport.findings import Findings

    bare = replace(sample_report(), findings=Findings(), chapters=())
    content = zipfile.ZipFile(io.BytesIO(render_workbook(bare, "en", catalogues=(CATALOGUES,))))
    assert list(sheets(content)) == ["Contents", "Findings", "Definitions"]
