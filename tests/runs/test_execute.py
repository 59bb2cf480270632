"""How a chapter can end, each told apart from the others by our own state."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crmreport.chapter import RunFile
from crmreport.params import Engagement
from crmreport.runs.execute import ChapterJob, ChapterResult, ScopePlan, execute
from crmreport.runs.plan import find_chapters
from tests.runs.workshop import SHOW, state_of, write_chapter

pytestmark = pytest.mark.usefixtures("warm")

FIND = """\
from crmreport.stats.estimate import Estimate
chapter.show(findings=[chapter.finding("buyers", Estimate(60, 60), "count", method="count")])"""
Runner = Callable[..., list[ChapterResult]]


@pytest.fixture
def run(engagement: Engagement, chapters: Path, tmp_path: Path) -> Runner:
    """Runs the chapters in ``chapters`` for the brand north, on no data."""

    def run_all(cell_timeout: int = 60) -> list[ChapterResult]:
        run_file = RunFile(
            params=engagement.path,
            period="2023-Q4",
            scope="north",
            language="en",
            store=tmp_path,
            features=tmp_path,
        )
        plan = ScopePlan(
            "north",
            find_chapters(engagement),
            job=lambda chapter, found: ChapterJob(
                chapter, run_file, found, tmp_path / "jobs" / chapter.name, cell_timeout
            ),
            missing=lambda chapter: chapter.missing(engagement),
        )
        with ThreadPoolExecutor(2) as executor:
            return list(execute([plan], executor, on_result=lambda _: None)["north"])

    return run_all


def test_a_failing_cell_holds_up_those_that_wait_and_no_others(run: Runner, chapters: Path) -> None:
    write_chapter(chapters, "01-summary.ipynb", needs={"findings": ["customers"]})
    write_chapter(chapters, "04-customers.ipynb", [SHOW, "1 / 0", SHOW])
    write_chapter(chapters, "05-segmentation.ipynb")
    results = run()
    assert state_of(results) == {
        "summary": ("skipped", "waited"),
        "customers": ("failed", "cell"),
        "segmentation": ("done", None),
    }
    failed = results[1]
    assert failed.reason == "cell [5] raised ZeroDivisionError: division by zero"
    assert "ZeroDivisionError" in failed.log
    assert "\x1b[" not in failed.log
    assert failed.notebook is None


def test_a_notebook_beside_the_params_imports_the_modules_there(run: Runner, engagement: Engagement) -> None:
    beside = engagement.path.parent
    (beside / "acme_stores.py").write_text("def buyers() -> int:\n    return 60\n")
    cell = "import acme_stores\nassert acme_stores.buyers() == 60"
    write_chapter(beside / "notebooks", "20-stores.ipynb", [SHOW, cell])
    [result] = run()
    assert result.state == "done", result.reason
    assert not (beside / "__pycache__").exists()


def test_a_block_that_cannot_be_shown_is_no_block_left_out(run: Runner, chapters: Path) -> None:
    nowhere = SHOW.replace("page.title", "page.nowhere")
    write_chapter(chapters, "04-customers.ipynb", [SHOW, nowhere, SHOW])
    (failed,) = run()
    assert (failed.state, failed.failure) == ("failed", "cell")
    assert "page.nowhere" in failed.reason


def test_a_cell_that_takes_too_long(run: Runner, chapters: Path) -> None:
    write_chapter(chapters, "04-customers.ipynb", [SHOW, "import time; time.sleep(60)"])
    [result] = run(cell_timeout=1)
    assert (result.state, result.failure) == ("failed", "timeout")
    assert result.reason == "a cell took more than 1 seconds"
    assert result.seconds < 30


def test_a_kernel_that_dies(run: Runner, chapters: Path) -> None:
    write_chapter(
        chapters, "04-customers.ipynb", [SHOW, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    )
    [result] = run()
    assert (result.state, result.failure) == ("failed", "dead_kernel")


def test_a_notebook_that_exits_early_is_not_done(run: Runner, chapters: Path) -> None:
    # Papermill takes exit(0) for success and calls the rest “completed”.
    write_chapter(chapters, "04-customers.ipynb", [SHOW, "raise SystemExit(0)", SHOW])
    [result] = run()
    assert (result.state, result.failure) == ("failed", "output")
    assert result.reason == "it ended before its cell 6, which did not run"


def test_a_chapter_that_shows_nothing(run: Runner, chapters: Path) -> None:
    write_chapter(chapters, "04-customers.ipynb", ["print('nothing')"])
    [result] = run()
    assert (result.state, result.failure) == ("failed", "output")
    assert "shows nothing to report" in result.reason


def test_a_chapter_that_speaks_as_another(run: Runner, chapters: Path) -> None:
    path = write_chapter(chapters, "04-customers.ipynb")
    path.write_text(path.read_text().replace("open_chapter('customers'", "open_chapter('segmentation'"))
    [result] = run()
    assert result.failure == "output"
    assert "blocks of the chapter “segmentation” of “north”" in result.reason


def test_a_missing_table_is_no_failure(run: Runner, chapters: Path) -> None:
    write_chapter(chapters, "01-summary.ipynb", needs={"findings": ["customers"]})
    write_chapter(chapters, "04-customers.ipynb", ["1 / 0"], needs={"tables": ["customers"]})
    assert state_of(run()) == {"summary": ("done", None), "customers": ("not_supplied", None)}


def test_findings_reach_the_chapter_that_needs_them(run: Runner, chapters: Path) -> None:
    write_chapter(
        chapters,
        "01-summary.ipynb",
        ["assert chapter.findings['customers.buyers'].value == 60", SHOW],
        needs={"findings": ["*"]},
    )
    write_chapter(
        chapters, "04-customers.ipynb", ["chapter._store = type('S', (), {'fingerprint': 'f'})", FIND]
    )
    write_chapter(chapters, "05-segmentation.ipynb", ["assert not chapter.findings", SHOW])
    results = run()
    assert [result.state for result in results] == ["done"] * 3
    finding = results[1].findings["customers.buyers"]
    assert finding.provenance is not None
    assert finding.provenance.cell == "customers-c3"


def test_output_goes_to_the_log_and_not_to_the_terminal(
    run: Runner, chapters: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    noise = (
        "import os, sys, warnings\nprint('said')\nwarnings.warn('careful')\nos.system('echo from a child')"
    )
    write_chapter(chapters, "04-customers.ipynb", [noise + ";", SHOW])
    [result] = run()
    assert result.notebook is not None
    for text in ("said", "careful", "from a child"):
        assert text in result.log
        assert text not in str(result.notebook.cells[2].outputs)
    assert capfd.readouterr() == ("", "")


def test_the_published_form_holds_nothing_of_this_run(run: Runner, chapters: Path, tmp_path: Path) -> None:
    write_chapter(chapters, "04-customers.ipynb")
    first, again = run()[0].notebook, run()[0].notebook
    assert first == again
    assert first is not None
    assert [cell.id for cell in first.cells] == ["customers-c0", "customers-c1", "customers-c2"]
    assert str(tmp_path) not in str(first)
    assert first.cells[0].metadata == {"tags": ["parameters"]}
    assert first.cells[2].metadata == {}


def test_chapters_share_nothing(run: Runner, chapters: Path) -> None:
    write_chapter(chapters, "04-customers.ipynb", ["import pandas; pandas.leaked = 1", SHOW])
    write_chapter(
        chapters,
        "05-segmentation.ipynb",
        ["import pandas; assert not hasattr(pandas, 'leaked')", SHOW],
        needs={"findings": ["customers"]},
    )
    assert [result.state for result in run()] == ["done", "done"]
