"""There is a whole publication at every moment, whatever is killed when."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crmreport.errors import OutputError, RenderError
from crmreport.runs import publish
from crmreport.runs.publish import EngagementFolder, check_publication


@pytest.fixture
def folder(tmp_path: Path) -> EngagementFolder:
    made = EngagementFolder(tmp_path / "out", "acme")
    made.prepare()
    return made


def stage(folder: EngagementFolder, text: str) -> None:
    staged = folder.stage("2023-Q4", "north")
    (staged / "notebooks").mkdir()
    (staged / "notebooks" / "a.ipynb").write_text(text)
    (staged / "report.en.html").write_text(text)


def published(folder: EngagementFolder) -> dict[str, str]:
    place = folder.publication("2023-Q4", "north")
    files = sorted(path for path in place.rglob("*") if path.is_file())
    return {path.relative_to(place).as_posix(): path.read_text() for path in files}


def whole(text: str) -> dict[str, str]:
    return {"notebooks/a.ipynb": text, "report.en.html": text}


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_publication_replaces_the_one_before(
    folder: EngagementFolder, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    if not exchanges:
        monkeypatch.setattr(publish, "_exchange", lambda *_: False)
    for text in ("first", "second"):
        stage(folder, text)
        folder.publish("2023-Q4", "north")
        folder.recover()
        assert published(folder) == whole(text)
    assert not (folder.path / ".staging").exists()


KILLED = """
import os, signal
from pathlib import Path
from crmreport.runs import publish

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def no_exchange(*_):
    return False

{kill}
publish.EngagementFolder(Path({out!r}), "acme").publish("2023-Q4", "north")
"""


@pytest.mark.parametrize(
    ("kill", "left"),
    [
        ("publish._sync = die", "old"),
        ("publish._exchange = die", "old"),
        ("publish._sync_folder = lambda path: die() if path.name == '2023-Q4' else None", "new"),
        ("publish._exchange, publish.Path.rename = no_exchange, die", "old"),
    ],
)
def test_a_kill_leaves_the_old_or_the_new(folder: EngagementFolder, kill: str, left: str) -> None:
    stage(folder, "old")
    folder.publish("2023-Q4", "north")
    folder.recover()
    stage(folder, "new")
    script = KILLED.format(kill=kill, out=str(folder.out))
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert published(folder) == whole(left)
    folder.recover()
    assert published(folder) == whole(left)


def test_a_kill_between_two_renames_is_finished_by_the_next_run(folder: EngagementFolder) -> None:
    stage(folder, "old")
    folder.publish("2023-Q4", "north")
    folder.recover()
    stage(folder, "new")
    kill = (
        "publish._exchange, rename = no_exchange, publish.Path.rename\n"
        "publish.Path.rename = lambda a, b: (rename(a, b), die())"
    )
    script = KILLED.format(kill=kill, out=str(folder.out))
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert published(folder) == {}
    folder.recover()
    assert published(folder) == whole("new")


def test_a_half_written_report_is_thrown_away(folder: EngagementFolder) -> None:
    stage(folder, "old")
    folder.publish("2023-Q4", "north")
    folder.recover()
    folder.stage("2023-Q4", "north").joinpath("report.en.html").write_text("ha")
    folder.recover()
    assert published(folder) == whole("old")
    stage(folder, "new")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.en.html", b"<html>cut o"),
        ("report.en.html", b""),
        ("report.en.pdf", b"%PDF-1.7 cut o"),
        ("workbook.xlsx", b"PK\3\4 cut o"),
        ("workbook.xlsx", None),
        ("findings.json", b'{"findings": ['),
        ("recommendations.json", b"["),
        ("manifest.json", None),
    ],
)
def test_what_is_not_whole_is_not_published(tmp_path: Path, name: str, content: bytes | None) -> None:
    files = {
        "report.en.html": b"<html></html>\n",
        "report.en.pdf": b"%PDF-1.7 x %%EOF\n",
        "workbook.xlsx": b"PK\5\6" + bytes(18),
        **dict.fromkeys(
            ("report.ipynb", "findings.json", "recommendations.json", "manifest.json", "run.json"), b"{}"
        ),
    }
    for one, good in files.items():
        (tmp_path / one).write_bytes(good)
    check_publication(tmp_path, ["en"], ["html", "pdf"])
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(RenderError, match=name):
        check_publication(tmp_path, ["en"], ["html", "pdf"])


def test_a_simulated_clients_files_go_by_their_own_names(tmp_path: Path) -> None:
    for name in ("report.ipynb", "findings.json", "recommendations.json", "manifest.json", "run.json"):
        (tmp_path / name).write_bytes(b"{}")
    (tmp_path / "simulated-report.en.html").write_bytes(b"<html></html>\n")
    (tmp_path / "simulated-workbook.xlsx").write_bytes(b"PK\5\6" + bytes(18))
    check_publication(tmp_path, ["en"], ["html"], simulated=True)
    with pytest.raises(RenderError, match=r"report\.en\.html"):
        check_publication(tmp_path, ["en"], ["html"])


def test_nothing_is_written_through_a_link_that_leads_out(folder: EngagementFolder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder.path / "2023-Q4").symlink_to(tmp_path / "elsewhere")
    stage(folder, "new")
    with pytest.raises(OutputError, match="leads out of the output folder"):
        folder.publish("2023-Q4", "north")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_output_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="cannot be written to"):
        EngagementFolder(tmp_path / "out", "acme").prepare()
