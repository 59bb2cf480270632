"""Personal data planted in what customers wrote is in nothing that a run publishes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.data.clinic import clinic
from tests.end_to_end.pages import read_page
from tests.end_to_end.test_without_sales import published

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("narratives")]

# Each stands in thirty texts and more, as many as the minimum group: only covering keeps it
# out. Zebediah stands once.
PLANTED = ("Fitzgerald", "Quimby", "13812345678", "jon.q@mail.example", "4111", "李明华", "Millbrook")
TEXTS = (
    "Mr. Fitzgerald never answered. My name is Jonathan Quimby, mail jon.q@mail.example, "
    "card 4111 1111 1111 1111, 12 Millbrook Road. The refund for the invoice is late.",
    "我叫李明华，电话13812345678，退款太慢，发票开错了。",
)
CASES = "opened,company,topic,text\n" + "".join(
    f'2024-{1 + number % 3:02}-{1 + number % 28:02},{"NS"[number % 2]},bill,"{TEXTS[number % 5 < 3]}"\n'
    for number in range(80)
)
ONCE = '2024-03-05,N,bill,"The invoice was wrong, said zebediah at the desk."\n'
BRANDS = [
    {"id": "north", "name": "North", "where": {"company": "N"}},
    {"id": "south", "name": "South", "where": {"company": "S"}},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    columns = {"opened_at": "opened", "topic": "topic", "narrative": "text"}
    sources = {"cases": {"columns": columns, "attributes": ["company"]}}
    engagement = clinic(
        tmp_path_factory.mktemp("clinic"),
        {"cases": CASES + ONCE},
        sources,
        brands=BRANDS,
        client={"id": "clinic", "name": "Clinic"},
        languages=["en"],
    )
    return published(engagement, "2024-Q1")


def contents(file: Path) -> str:
    if file.suffix != ".xlsx":
        return file.read_text("utf-8", errors="replace")
    with zipfile.ZipFile(file) as book:
        return "".join(book.read(name).decode("utf-8", errors="replace") for name in book.namelist())


def test_no_published_file_holds_what_was_planted(folder: Path) -> None:
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert {".html", ".json", ".ipynb"} <= {file.suffix for file in files}
    for file in files:
        text = contents(file)
        for one in (*PLANTED, "zebediah", "Zebediah"):
            assert one not in text, f"{one} in {file.name}"


def test_the_words_of_the_complaint_are_counted(folder: Path) -> None:
    page = read_page((folder / "_group" / "report.en.html").read_text("utf-8"))
    assert "What customers write" in page.text
    findings = json.loads((folder / "_group" / "findings.json").read_text("utf-8"))["findings"]
    parts = {
        one["dimensions"]["term"]: (one["n"], round(one["value"], 3))
        for one in findings
        if one["id"].startswith("complaints.term_part")
    }
    # Of 81 texts 48 are the Chinese ones and 32 the English; one more names the invoice.
    assert parts["退款"] == (81, 0.593)
    assert parts["invoice"] == (81, 0.407)
    assert parts["answered"] == (81, 0.395)
