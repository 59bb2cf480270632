"""A client of traps and canaries, published whole: nothing runs, nothing leaks, nothing lies elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from pypdf import PdfReader, PdfWriter

from crmreport.data.contract import TABLES
from crmreport.params import load_params
from tests.end_to_end import hostile
from tests.end_to_end.pages import read_page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile")]

COMMAND = (str(Path(sys.executable).parent / "crmreport"),)


@dataclass(frozen=True)
class Published:
    root: Path
    said: str

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def group(self) -> Path:
        return self.out / "hostile" / "2023-Q4" / "_group"


def crmreport(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CRMREPORT_KEY": hostile.KEY}
    return subprocess.run(
        [*COMMAND, *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    root = tmp_path_factory.mktemp("hostile")
    params = hostile.write_client(root / "client")
    done = crmreport(root, "run", str(params), "--period", "2023-Q4", "--brand", "_group", "--out", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    return Published(root, done.stdout + done.stderr)


# ---------------------------------------------------------------- canaries


def test_every_personal_column_was_planted_and_taken_in(published: Published) -> None:
    """Else the search below would find nothing because nothing was there."""
    engagement = load_params(published.root / "client" / "hostile.yml")
    assert set(engagement.params.sources) == set(TABLES)
    for table in TABLES.values():
        planted = (published.root / "client" / f"{table.name}.csv").read_text("utf-8")
        for column in table.mappable:
            assert column.publishable or column.name in engagement.params.sources[table.name].columns
        assert hostile.CANARY.search(planted)
    identities = list((published.root / "client" / ".crmreport").rglob("identities/customers.parquet"))
    assert len(identities) == 1
    assert hostile.CANARY.search(pd.read_parquet(identities[0]).to_csv())


def test_no_canary_leaves_the_store(published: Published) -> None:
    assert len(list(published.group.rglob("*.*"))) > 15
    assert hostile.leaks(published.out) == []
    assert not hostile.CANARY.search(published.said)


def test_the_search_would_find_a_leak(published: Published, tmp_path: Path) -> None:
    """The same search finds texts that are meant to be published, in each kind of file of this run; and
    canaries planted where readers seldom look."""
    for name, pattern in {
        "report.en.html": "Kept for the search",
        "report.en.pdf": "Kept for the search",
        "workbook.xlsx": "SUM\\(1",
        "findings.json": "customers.revenue",
        "manifest.json": "sale_lines",
    }.items():
        texts = [text for _, text in hostile.texts_of(published.group / name)]
        assert any(re.search(pattern, text) for text in texts), name
    assert any(
        "Kept for the search" in text
        for notebook in published.group.rglob("*.ipynb")
        for _, text in hostile.texts_of(notebook)
    )

    writer = PdfWriter(clone_from=PdfReader(published.group / "report.en.pdf"))
    writer.add_metadata({"/Subject": "canary in the metadata"})
    writer.add_attachment("list.csv", b"canary in an attachment")
    writer.write(tmp_path / "leaking.pdf")
    with zipfile.ZipFile(tmp_path / "leaking.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", "canary")
    (tmp_path / "canary.log").write_text("13987650001", "utf-8")
    found = "\n".join(hostile.leaks(tmp_path))
    for place in ("metadata", "list.csv", "sharedStrings.xml", "canary.log: its name", "13987650001"):
        assert place in found


@pytest.mark.parametrize(
    ("source", "mapped"),
    [
        ("sale_lines", {"sold_at": "their customer_id"}),
        ("sale_lines", {"revenue": "their order_id"}),
        ("customers", {"birth_date": "their email"}),
        ("customers", {"joined_on": "their name"}),
        ("contacts", {"contacted_on": "their customer_id"}),
        ("sale_lines", {"product_id": "no such column"}),
    ],
)
def test_no_error_tells_a_personal_value(
    published: Published, tmp_path: Path, source: str, mapped: dict[str, str]
) -> None:
    """A column mapped by mistake holds what nobody meant it to hold."""
    content = yaml.safe_load((published.root / "client" / "hostile.yml").read_text("utf-8"))
    for one in content["sources"].values():
        one["path"] = str(published.root / "client" / one["path"])
    content["sources"] = {
        name: one for name, one in content["sources"].items() if name in ("sale_lines", "products", source)
    }
    content["sources"][source]["columns"] |= mapped
    params = tmp_path / "wrong.yml"
    params.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")

    done = crmreport(tmp_path, "run", str(params), "--period", "2023-Q4", "--brand", "_group", "--out", "out")

    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert not re.search(r"canary\d|1398765|1951-11-2", said), said
    if done.returncode:
        assert "wrong.yml" in said or ".csv" in said
    assert [leak for leak in hostile.leaks(tmp_path / "out") if "canary-header" not in leak] == []


# ---------------------------------------------------------------- markup


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_markup_is_shown_as_text_on_the_page(published: Published) -> None:
    html = (published.group / "report.en.html").read_text("utf-8")
    elements = _Elements()
    elements.feed(html)
    for tag, attributes in elements.found:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert tag not in ("iframe", "base", "object", "embed")
        assert attributes.get("src") != "x"
    for script in re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL):
        assert "hacked" not in script
        assert "brand()" not in script
        assert "comment()" not in script
    text = read_page(html).text
    for trap in hostile.TRAPS[:6]:
        assert trap in text, trap
    # The direction is not turned, and who reads sees why.
    assert "\u202e" not in text
    assert "[U+202E]right to left[U+202C]" in text
    assert "x" * 59 + "…" in text
    assert "x" * 100 not in html


def test_markup_is_shown_as_text_in_the_pdf(published: Published) -> None:
    pages = PdfReader(published.group / "report.en.pdf").pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    for trap in ("<script>window.hacked=1</script>", '=cmd|"/Ccalc"!A0', "../../../etc/passwd"):
        assert trap in text, trap
    assert '#import"evil.typ"' in text
    assert r"\input{/etc/passwd}" in text
    assert "{{7*7}}{%raw%}" in text


def test_nothing_in_the_workbook_is_a_formula_or_leads_out(published: Published) -> None:
    with zipfile.ZipFile(published.group / "workbook.xlsx") as archive:
        for name in archive.namelist():
            content = archive.read(name).decode("utf-8", "replace")
            assert not re.search(r"<f[ >]", content), name
            assert "TargetMode" not in content, name
        assert "=cmd|" in archive.read("xl/sharedStrings.xml").decode()


def test_nothing_is_written_elsewhere(published: Published) -> None:
    assert sorted(path.name for path in published.root.iterdir()) == ["client", "out"]
    expected = {f"{name}.csv" for name in TABLES} | {"hostile.yml", ".crmreport"}
    assert {path.name for path in (published.root / "client").iterdir()} == expected
    assert {path.name for path in published.out.iterdir()} <= {"hostile", "index.html", "site"}
    index = (published.out / "index.html").read_text("utf-8")
    assert "<b>Hostile</b>" not in index
    assert "&lt;b&gt;Hostile&lt;/b&gt;" in index


# ---------------------------------------------------------------- small groups


def test_no_small_part_follows_from_what_is_published(published: Published) -> None:
    """The attack: a partition's total less all that is told of it, in findings, tables and figures."""
    minimum = hostile.PARAMS["minimum_group"]
    findings = json.loads((published.group / "findings.json").read_text("utf-8"))["findings"]
    partitions: dict[str, float] = {}
    for one in findings:
        if one["id"] in _PARTITIONS and one["status"] == "value":
            partitions[one["id"]] = partitions.get(one["id"], one["n"]) - one["value"] * one["n"]
    assert partitions, "nothing was attacked"
    for id, rest in partitions.items():
        assert round(rest) <= 0 or round(rest) >= minimum, (id, rest)

    total = next(one["n"] for one in findings if one["id"] == "segmentation.single_order")
    attacked = 0
    for table in _tables(published.group / "report.ipynb"):
        keys = [column["key"] for column in table["data"]["columns"]]
        if table["id"] in ("abc", "segments", "coupon-tiers") and "customers" in keys:
            told = [row[keys.index("customers")] for row in table["data"]["rows"]]
            rest = total - sum(count for count in told if count is not None)
            assert all(not count or count >= minimum for count in told), table["id"]
            assert rest == 0 or rest >= minimum, (table["id"], rest)
            attacked += 1
    assert attacked


_PARTITIONS = ("segmentation.class_customers", "segmentation.segment_customers", "marketing.tier_customers")


def _tables(path: Path) -> Iterator[dict[str, Any]]:
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            bundle = output.get("data", {}).get("application/vnd.crmreport.block+json", {})
            yield from (block for block in bundle.get("blocks", []) if block["kind"] in ("table", "figure"))
