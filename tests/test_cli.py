"""Each row of the table of exit codes: a message that says what, where and what next, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from crmreport import __version__, cli, resources
from crmreport.simulate import WORLDS
from tests.runs.workshop import PARAMS, SHOW, write_chapter, write_engagement

QUARTER = ("--period", "2023-Q4")
MAIN = [sys.executable, "-c", "from crmreport.cli import main; main()"]


class Answer(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Answer]


@pytest.fixture
def crmreport(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    """Runs a command in this process, in a folder of its own."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str | Path) -> Answer:
        monkeypatch.setattr(sys, "argv", ["crmreport", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        code = caught.value.code
        assert isinstance(code, int)
        answer = Answer(code, *capsys.readouterr())
        assert "Traceback" not in answer.out + answer.err
        return answer

    yield command
    signal.signal(signal.SIGTERM, before)


CHAPTERS = ("01-summary.ipynb", "05-segmentation.ipynb", "19-appendix.ipynb")


@pytest.fixture
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny client, with a few tiny chapters in place of the packaged ones."""
    path, packaged = write_engagement(tmp_path / "client"), tmp_path / "packaged"
    for chapter in CHAPTERS:
        write_chapter(packaged, chapter)
    monkeypatch.setattr("crmreport.resources.notebooks", lambda: packaged)
    return path


# ---------------------------------------------------------------- 0: all published


def test_all_published(crmreport: Command, params: Path, tmp_path: Path) -> None:
    answer = crmreport("run", params, "--period", "2023-Q4", "--lang", "en", "--format", "html")
    assert answer.code == 0
    assert answer.out == f"3 of 3 reports published: {tmp_path / 'reports' / 'index.html'}\n"
    chapters = 3 * len(CHAPTERS)
    assert answer.err == (
        f"Data: 1 of 1\nChapters: {chapters} of {chapters}\nPages: 3 of 3\nPublishing: 3 of 3\n"
    )
    place = tmp_path / "reports" / "acme" / "2023-Q4"
    assert sorted(path.name for path in place.iterdir()) == ["_group", "north", "south"]


@pytest.mark.slow
def test_one_brand_in_one_language_and_format(crmreport: Command, params: Path, tmp_path: Path) -> None:
    answer = crmreport(
        "run", params, "--period", "2023-11", "--brand", "_group", "--lang", "zh-Hans", "--format", "pdf",
        "--out", "here",
    )  # fmt: skip
    assert answer.code == 0
    place = tmp_path / "here" / "acme" / "2023-11" / "_group"
    assert sorted(path.name for path in place.glob("report.*")) == ["report.ipynb", "report.zh-Hans.pdf"]


def test_a_made_up_client_is_written_and_sound(crmreport: Command, tmp_path: Path) -> None:
    told = ("simulate", "made-up", "--customers", "50", "--world", "seasonal", "--seed", "3")
    answer = crmreport(*told)
    assert answer.code == 0
    assert answer.out.startswith("50 customers, ")
    assert answer.out.endswith("Then: crmreport run made-up/simulated.yml --period 2024-Q4\n")
    assert crmreport("check", "made-up/simulated.yml").code == 0

    again = crmreport(*told)
    assert again.code == 2
    assert "--force" in again.err
    shown = " ".join(crmreport("simulate", "--help").out.split())
    assert all(name in shown for name in WORLDS)
    assert crmreport(*told, "--force").code == 0


# ---------------------------------------------------------------- 1: some brand or chapter failed


@pytest.mark.slow
def test_a_failing_chapter(crmreport: Command, params: Path, tmp_path: Path) -> None:
    fail = 'assert chapter.scope.id != "north", "[bold]no[/bold] north"'
    write_chapter(params.parent / "notebooks", "05-segmentation.ipynb", [fail, SHOW])
    asked = ("--brand", "north", "--brand", "south", "--lang", "en", "--format", "html")
    answer = crmreport("run", params, *QUARTER, *asked)
    assert answer.code == 1
    log = tmp_path / "reports" / "acme" / "logs" / "2023-Q4.log"
    assert answer.err.splitlines()[-3:] == [
        "Not published: North (north)",
        "  chapter segmentation: cell [4] raised AssertionError: [bold]no[/bold] north",
        f"The log holds the details: {log}",
    ]
    assert answer.out == f"1 of 2 reports published: {tmp_path / 'reports' / 'index.html'}\n"
    assert "Traceback" in log.read_text()
    assert "The chapter “Segmentation and value” failed." in (tmp_path / "reports" / "index.html").read_text()


# ---------------------------------------------------------------- 2: usage

USAGE = {
    "period": (["--period", "2023-Q7"], "“2023-Q7” is not a period", "Write a month"),
    "brand": ([*QUARTER, "--brand", "nroth"], "“nroth” (did you mean “north”?)", "_group, north, south"),
    "language": ([*QUARTER, "--lang", "zh-Hant"], "no language “zh-Hant”", "en, zh-Hans"),
    "format": ([*QUARTER, "--format", "odt"], "no format “odt”", "html, pdf"),
    "output": ([*QUARTER, "--out", "acme.yml/x"], "cannot be written to", "--out"),
}  # fmt: skip


@pytest.mark.parametrize("case", USAGE)
def test_a_usage_error(crmreport: Command, params: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    arguments, what, after = USAGE[case]
    monkeypatch.chdir(params.parent)
    answer = crmreport("run", params, *arguments)
    assert answer.code == 2
    assert what in answer.err
    assert after in answer.err.partition("next:")[2]
    assert not (params.parent / "reports" / "acme" / "2023-Q4").exists()


BROKEN = {
    "missing": None,
    "binary": b"\x00\xff\xfe",
    "not yaml": b"client: [",
    "misspelt": PARAMS.replace("currency:", "currncy:").encode(),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("command", ["check", "list", "run"])
def test_a_params_file_that_cannot_be_read(
    crmreport: Command, tmp_path: Path, case: str, command: str
) -> None:
    path = tmp_path / "acme.yml"
    if BROKEN[case] is not None:
        path.write_bytes(BROKEN[case])
    answer = crmreport(command, path, *(QUARTER if command == "run" else ()))
    assert answer.code == 2
    assert f"where: {path}" in answer.err
    if case == "misspelt":
        assert "did you mean “currency”" in answer.err


@pytest.mark.parametrize(
    "arguments", [["run"], ["run", "acme.yml"], ["run", "acme.yml", "--perod", "2017"], ["rn"]]
)
def test_a_command_that_is_no_command(crmreport: Command, arguments: list[str]) -> None:
    answer = crmreport(*arguments)
    assert answer.code == 2
    assert "Error" in answer.err


# ---------------------------------------------------------------- 3: input data


def test_a_missing_file(crmreport: Command, params: Path) -> None:
    (params.parent / "sales.csv").unlink()
    for command in (["run", params, *QUARTER], ["check", params]):
        answer = crmreport(*command)
        assert answer.code == 3
        assert "sales.csv" in answer.err


def test_a_missing_column(crmreport: Command, params: Path) -> None:
    sales = params.parent / "sales.csv"
    sales.write_text(sales.read_text().replace("amount", "amnt", 1))
    answer = crmreport("run", params, *QUARTER)
    assert answer.code == 3
    assert "amount" in answer.err
    assert "amnt" in answer.err


def test_no_data_in_the_period(crmreport: Command, params: Path) -> None:
    answer = crmreport("run", params, "--period", "2019-Q1")
    assert answer.code == 3
    assert "next:" in answer.err


# ---------------------------------------------------------------- the others


def test_version_help_and_schema(crmreport: Command) -> None:
    assert crmreport("--version") == Answer(0, f"crmreport {__version__}\n", "")
    assert "crmreport demo" in crmreport("--help").out
    assert "--brand _group" in crmreport("run", "--help").out.replace("\n", " ")
    assert '"minimum_group"' in crmreport("schema").out


def test_list_and_check(crmreport: Command, params: Path) -> None:
    write_chapter(params.parent / "notebooks", "20-outlook.ipynb", needs={"tables": ["customers"]})
    listed = crmreport("list", params)
    assert listed.code == 0
    assert "  20 outlook (group and brand; your own; not supplied: customers)\n" in listed.out
    assert listed.out.endswith("Brands\n  _group Acme (all brands)\n  north North\n  south South <b>&</b>\n")
    checked = crmreport("check", params)
    assert checked.code == 0
    assert "is sound: 2 brands, 2 files" in checked.out


def test_an_unexpected_error_is_one_message_and_a_log(
    crmreport: Command, params: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr("crmreport.runs.plan.find_chapters", fail)
    answer = crmreport("list", params)
    assert answer.code == 1
    log = Path(answer.err.partition("where: ")[2].splitlines()[0])
    assert "KeyError: 'surprise'" in log.read_text()
    log.unlink()


def test_help_and_mistakes_answer_without_heavy_imports() -> None:
    script = (
        "import sys\nfrom crmreport import cli, params\nfrom crmreport.runs import order, processes\n"
        "print(*({'pandas', 'ibis', 'matplotlib', 'papermill', 'nbformat', 'duckdb'} & sys.modules.keys()))"
    )
    assert subprocess.check_output([sys.executable, "-c", script]) == b"\n"


# ---------------------------------------------------------------- killed and interrupted


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A run in a process of its own whose chapters hang, with a whole publication before it.

    Each of its kernels leaves its number beside the params file. The client has tiny chapters of its own in
    place of the packaged ones.
    """
    params = write_engagement(tmp_path / "client")
    for chapter in resources.notebooks().glob("*.ipynb"):
        write_chapter(params.parent / "notebooks", chapter.name)
    asked = ["run", params, *QUARTER, "--brand", "north", "--lang", "en", "--format", "html"]
    command = [*MAIN, *map(str, asked), "--out", str(params.parent / "out")]
    subprocess.run(command, check=True, capture_output=True)
    hang = f"import os, time\nopen({str(params.parent)!r} + f'/kernel-{{os.getpid()}}', 'w')\ntime.sleep(300)"
    for path in (params.parent / "notebooks").glob("*.ipynb"):
        write_chapter(path.parent, path.name, [hang])
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not list(params.parent.glob("kernel-*")):
            assert process.poll() is None
            time.sleep(0.1)
        yield process, params.parent
        process.kill()


def assert_nothing_is_left(folder: Path) -> None:
    kernels = [int(path.name.partition("-")[2]) for path in folder.glob("kernel-*")]
    assert kernels
    until = time.monotonic() + 20
    while any(Path(f"/proc/{kernel}").exists() for kernel in kernels):
        assert time.monotonic() < until, "a kernel outlives its run"
        time.sleep(0.1)
    place = folder / "out" / "acme" / "2023-Q4" / "north"
    assert (place / "report.en.html").read_text().rstrip().endswith("</html>")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(
    ("signum", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_run_that_is_ended_leaves_no_kernel_and_the_last_publication(
    hanging: tuple[subprocess.Popen[bytes], Path], signum: int, code: int
) -> None:
    process, folder = hanging
    os.kill(process.pid, signum)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert b"Traceback" not in err
    if signum == signal.SIGINT:
        assert b"Interrupted" in err
    assert_nothing_is_left(folder)
