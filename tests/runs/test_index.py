"""The index is made from what lies there, whatever ran before."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from crmreport.errors import OutputError
from crmreport.findings import Scope
from crmreport.params import LocalText
from crmreport.runs.index import write_failures, write_index
from crmreport.runs.manifest import Client, Manifest

LANXI = LocalText({"en": "Lanxi", "zh-Hans": "澜汐", "zh-Hant": "瀾汐"})


def put(out: Path, period: str, scope: str, name: str | LocalText = "North", **changes: object) -> None:
    content = {
        "client": Client(id="lanxi", name=LANXI),
        "scope": Scope(kind="group" if scope == "_group" else "brand", id=scope),
        "scope_name": LocalText.model_validate(name) if isinstance(name, str) else name,
        "period": period,
        "fiscal_year_start": 1,
        "languages": ("en", "zh-Hant"),
        "formats": ("html", "pdf"),
        "mark": (),
        "simulated": False,
        "inputs": (),
        "fingerprint": "f",
        "params": "p",
        "chapters": (),
        "code": "c",
        "versions": {},
    }
    folder = out / "lanxi" / period / scope
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(Manifest.model_validate(content | changes).to_json(), "utf-8")


def page_of(out: Path) -> str:
    return write_index(out).read_text("utf-8")


def text_of(page: str) -> list[str]:
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    return [line.strip() for line in re.sub(r"<[^>]+>", "\n", body).splitlines() if line.strip()]


def test_latest_period_first_and_the_group_before_its_brands(tmp_path: Path) -> None:
    put(tmp_path, "2023-Q4", "north")
    put(tmp_path, "2023-Q4", "_group", LANXI)
    put(tmp_path, "2024-01", "north")
    links = ["English", "HTML", "PDF", "Traditional Chinese", "HTML", "PDF"]
    page = page_of(tmp_path)
    assert text_of(page)[1:] == [
        "Customer relationship reports",
        "Every published report, latest period first.",
        "Lanxi", "澜汐", "瀾汐",
        "January 2024", "North", *links,
        "Q4 2023", "Lanxi: all brands", "澜汐", "瀾汐", *links, "North", *links,
    ]  # fmt: skip
    assert 'href="lanxi/2023-Q4/_group/report.zh-Hant.pdf"' in page
    assert '<span lang="zh-Hant">瀾汐</span>' in page


def test_a_failure_is_named_with_the_report_that_remains(tmp_path: Path) -> None:
    put(tmp_path, "2023-Q3", "north")
    (tmp_path / "lanxi" / "logs").mkdir()
    failures = {
        "2023-Q4": {
            "north": {"failure": "timeout", "chapter": "segmentation"},
            "south": {"failure": "cell", "chapter": "outlook"},
        }
    }
    write_failures(tmp_path / "lanxi" / "logs" / "failures.json", failures)
    said = text_of(page_of(tmp_path))
    here = said[said.index("Q4 2023") : said.index("Q3 2023")]
    assert here[1] == "North"
    assert here[-5:-3] == ["Not published.", said[said.index("Q4 2023") + 9]]
    assert here[-4].endswith("took too long. The last report remains: Q3 2023.")
    assert here[-3:] == ["south", "Not published.", "The chapter “outlook” failed."]


def test_names_from_data_are_escaped(tmp_path: Path) -> None:
    put(tmp_path, "2023-Q4", "north", "<script>alert('x')</script> & \"co\"")
    page = page_of(tmp_path)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;co&#34;" in page


def test_marks_are_shown(tmp_path: Path) -> None:
    put(tmp_path, "2023-Q4", "north", mark=("draft",), simulated=True)
    page = page_of(tmp_path)
    assert "Draft · Simulated data: no real customer is described here" in text_of(page)


def test_the_files_of_a_simulated_client_are_called_so(tmp_path: Path) -> None:
    put(tmp_path, "2023-Q4", "north", simulated=True, workbook="en")
    addresses = re.findall(r'href="(lanxi/[^"]+)"', page_of(tmp_path))
    assert len(addresses) == 5
    assert all("/north/simulated-" in address for address in addresses)


def test_nothing_is_fetched_and_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    put(tmp_path, "2023-Q4", "north")
    page = page_of(tmp_path)
    assert page == page_of(tmp_path)
    assert not re.search(r"https?:|src=|@import|url\((?!data:)", page)


def test_an_unfinished_run_is_no_publication(tmp_path: Path) -> None:
    put(tmp_path, "2023-Q4", "north")
    staging = tmp_path / "lanxi" / ".staging" / "2024-01"
    staging.mkdir(parents=True)
    (staging / "manifest.json").write_text("half")
    assert "North" in page_of(tmp_path)


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    put(tmp_path, "2023-Q4", "north")
    path = tmp_path / "lanxi" / "2023-Q4" / "north" / "manifest.json"
    path.write_text(json.dumps({"client": 1}))
    with pytest.raises(OutputError) as caught:
        write_index(tmp_path)
    assert caught.value.where == str(path)
