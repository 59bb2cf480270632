"""A run on a tiny client: what is published, what is kept, and that nothing of the machine is in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest

from crmreport.errors import InputDataError
from crmreport.params import Engagement, load_params
from crmreport.runs.order import make_order
from crmreport.runs.run import Progress, RunResult, run
from tests.runs.workshop import SHOW, write_chapter

pytestmark = pytest.mark.usefixtures("warm")

COUNT = """\
from crmreport.stats.estimate import Estimate
buyers = len(chapter.customers)
chapter.show(findings=[chapter.finding("buyers", Estimate(buyers, buyers), "count", method="count")])"""
FAIL_NORTH = 'assert chapter.scope.id != "north", "no north"'


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def go(engagement: Engagement, out: Path, period: str = "2023-Q4", **asked: object) -> RunResult:
    asked = {"formats": ("html",), "languages": ("en",), **asked}
    order = make_order(engagement, period, out=out, **asked)  # type: ignore[arg-type]
    return run(order, cell_timeout=60)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.slow
def test_a_brand_file_and_the_teaching_edition(engagement: Engagement, chapters: Path, out: Path) -> None:
    write_chapter(chapters, "04-customers.ipynb", [SHOW, COUNT])
    (engagement.path.parent / "_brand.yml").write_text("color: {primary: '#ff9900'}\nlogo: logo.svg\n")
    (engagement.path.parent / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    result = go(engagement, out, scopes=("north",), editions=("teaching",))
    assert result.exit_code == 0
    place = out / "acme" / "2023-Q4" / "north"
    assert {name for name in files(place) if name.startswith(("report.", "workbook"))} == {
        "report.ipynb",
        "report.teaching.en.html",
        "workbook.xlsx",
    }
    page = (place / "report.teaching.en.html").read_text("utf-8")
    assert "--accent:#a36002;" in page
    assert '<img class="logo" src="data:image/svg+xml;base64,' in page
    assert 'class="lesson"' in page
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert (manifest["editions"], manifest["workbook"], len(manifest["brand_file"])) == (
        ["teaching"],
        "en",
        64,
    )
    assert "#ff9900 cannot be read on white" in result.log.read_text("utf-8")
    index = result.index.read_text("utf-8")
    assert "acme/2023-Q4/north/report.teaching.en.html" in index
    assert "acme/2023-Q4/north/workbook.xlsx" in index


@pytest.mark.slow
def test_a_report_on_nobody_says_so_in_the_names_of_its_files(
    engagement: Engagement, chapters: Path, out: Path
) -> None:
    """In each language, and in what the pages link to."""
    write_chapter(chapters, "04-customers.ipynb", [SHOW])
    engagement.path.write_text("simulated: true\n" + engagement.path.read_text("utf-8"), "utf-8")
    result = go(load_params(engagement.path), out, scopes=("north",), languages=("en", "zh-Hans"))
    assert result.exit_code == 0
    place = out / "acme" / "2023-Q4" / "north"
    opened = {name for name in files(place) if name.endswith((".html", ".pdf", ".xlsx"))}
    assert opened == {
        *(f"simulated-report.{language}.html" for language in ("en", "zh-Hans")),
        "simulated-workbook.xlsx",
    }
    page = (place / "simulated-report.en.html").read_text("utf-8")
    assert 'href="simulated-report.zh-Hans.html"' in page
    assert 'href="simulated-workbook.xlsx"' in page


def test_a_whole_run(engagement: Engagement, chapters: Path, out: Path) -> None:
    write_chapter(chapters, "01-summary.ipynb", needs={"findings": ["*"]})
    write_chapter(chapters, "04-customers.ipynb", [SHOW, COUNT])
    seen: list[Progress] = []
    order = make_order(engagement, "2023-Q4", out=out, languages=("en", "zh-Hans"))
    result = run(order, on_progress=seen.append)
    assert result.exit_code == 0
    assert [outcome.scope for outcome in result.outcomes] == ["_group", "north", "south"]
    assert files(out / "acme" / "2023-Q4" / "north") == [
        "findings.json",
        "manifest.json",
        "notebooks/01-summary.ipynb",
        "notebooks/04-customers.ipynb",
        "recommendations.json",
        "report.en.html",
        "report.en.pdf",
        "report.ipynb",
        "report.zh-Hans.html",
        "report.zh-Hans.pdf",
        "run.json",
        "workbook.xlsx",
    ]
    assert files(out / "acme")[:1] == [".lock"]
    assert sorted(path.name for path in out.iterdir()) == ["acme", "index.html"]
    ends = {at.stage: (at.done, at.total) for at in seen}
    assert ends == {"data": (1, 1), "chapters": (6, 6), "pages": (6, 6), "publish": (3, 3)}
    report = nbformat.read(out / "acme" / "2023-Q4" / "north" / "report.ipynb", as_version=4)
    assert [cell.id for cell in report.cells][:3] == ["summary-c0", "summary-c1", "summary-c2"]
    [found] = json.loads((out / "acme" / "2023-Q4" / "north" / "findings.json").read_text())["findings"]
    assert (found["id"], found["provenance"]["cell"]) == ("customers.buyers", "customers-c3")
    manifest = json.loads((out / "acme" / "2023-Q4" / "north" / "manifest.json").read_text())
    assert [one["name"] for one in manifest["inputs"]] == ["sales.csv", "products.csv"]
    assert all(len(one["sha256"]) == 64 for one in manifest["inputs"])
    assert set(manifest["versions"]) >= {"crmreport", "duckdb", "pandas", "typst"}
    assert len(manifest["code"]) == 64
    text = json.dumps(manifest)
    assert os.uname().nodename not in text or len(os.uname().nodename) < 4


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes_wherever(
    engagement: Engagement, chapters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_chapter(chapters, "04-customers.ipynb", [SHOW, COUNT])
    go(engagement, tmp_path / "one", scopes=("north", "_group"), formats=("html", "pdf"))
    other = tmp_path / "a much longer way" / "client"
    other.parent.mkdir()
    engagement.path.parent.rename(other)
    moved = Engagement(other / engagement.path.name, engagement.params)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "C")
    go(moved, tmp_path / "two", scopes=("north",), formats=("html", "pdf"))
    first, second = (tmp_path / one / "acme" / "2023-Q4" / "north" for one in ("one", "two"))
    for name in files(first):
        if name != "run.json":
            assert (first / name).read_bytes() == (second / name).read_bytes(), name
            assert str(tmp_path).encode() not in (first / name).read_bytes(), name


def test_a_brand_that_fails_keeps_its_last_publication(
    engagement: Engagement, chapters: Path, out: Path
) -> None:
    write_chapter(chapters, "04-customers.ipynb")
    assert go(engagement, out).exit_code == 0
    kept = {path: path.read_bytes() for path in (out / "acme" / "2023-Q4" / "north").rglob("*.*")}
    write_chapter(chapters, "04-customers.ipynb", [FAIL_NORTH, SHOW, COUNT])
    result = go(engagement, out)
    assert result.exit_code == 1
    [failed] = result.failed
    assert (failed.scope, failed.name) == ("north", "North")
    assert [(one.chapter, one.failure) for one in failed.troubles] == [("customers", "cell")]
    assert failed.troubles[0].reason == "cell [4] raised AssertionError: no north"
    assert {path: path.read_bytes() for path in kept} == kept
    south = json.loads((out / "acme" / "2023-Q4" / "south" / "findings.json").read_text())
    assert [one["id"] for one in south["findings"]] == ["customers.buyers"]
    assert "AssertionError: no north" in result.log.read_text()
    assert "AssertionError" not in result.index.read_text()
    assert "Not published." in result.index.read_text()
    write_chapter(chapters, "04-customers.ipynb")
    assert go(engagement, out, scopes=("north",)).exit_code == 0
    assert "Not published." not in result.index.read_text()


def test_a_report_that_cannot_be_rendered_is_not_published(
    engagement: Engagement, chapters: Path, out: Path
) -> None:
    # A message without what fills its slots; JupyterLab's view of it, which would fail too, is left out.
    write_chapter(
        chapters,
        "04-customers.ipynb",
        [
            "from crmreport.display.blocks import BLOCK_MIME, Bundle",
            'block = Paragraph(sentences=[sentence("core.too_few")])',
            "bundle = Bundle(context=chapter.context, blocks=[block])",
            "{BLOCK_MIME: bundle.model_dump(mode='json')}",
            "from IPython.display import display; display(_, raw=True)",
        ],
    )
    result = go(engagement, out, scopes=("north",))
    [failed] = result.failed
    assert failed.troubles[0].failure == "render"
    assert "core.too_few" in failed.troubles[0].reason
    assert "Traceback" in result.log.read_text()
    assert not (out / "acme" / "2023-Q4").exists()


def test_no_sale_in_the_period(engagement: Engagement, chapters: Path, out: Path) -> None:
    write_chapter(chapters, "04-customers.ipynb")
    with pytest.raises(InputDataError):
        go(engagement, out, "2019-Q1")
    assert not (out / "acme" / "2019-Q1").exists()
    assert not (out / "acme" / ".staging").exists()


@pytest.mark.slow
def test_what_an_earlier_run_left_half_done_is_cleared(
    engagement: Engagement, chapters: Path, out: Path
) -> None:
    write_chapter(chapters, "04-customers.ipynb")
    left = out / "acme" / ".staging" / "2023-Q4" / "north" / "publication"
    left.mkdir(parents=True)
    (left / "report.en.html").write_text("half")
    assert go(engagement, out, scopes=("north",)).exit_code == 0
    assert not (out / "acme" / ".staging").exists()
