"""The demo's pages in a browser: for everyone, on a desk and on a phone, and without a network."""

from __future__ import annotations

import base64
import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest
from fontTools.ttLib import TTFont

from crmreport.resources import demo_params
from tests.browser.axe import violations
from tests.browser.chromium import DESKTOP, PHONE, Browser, Screen, browser

MAIN = [sys.executable, "-c", "from crmreport.cli import main; main()"]
PAGES = ("report.en.html", "report.zh-Hant.html", "report.teaching.en.html", "index.html")

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """By name, the addresses of the demo's group report and of its index."""
    out = tmp_path_factory.mktemp("pages")
    asked = ["--brand", "_group", "--lang", "en", "--lang", "zh-Hant", "--format", "html"]
    editions = ["--edition", "client", "--edition", "teaching"]
    command = [*MAIN, "run", str(demo_params()), "--period", "2017-Q4", *asked, *editions, "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = out / "health-beauty" / "2017-Q4" / "_group"
    return {name: (out if name == "index.html" else folder).joinpath(name).as_uri() for name in PAGES}


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as made:
        yield made


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(
    chromium: Browser, pages: dict[str, str], name: str, screen: Screen, scheme
) -> None:
    with chromium.page(pages[name], screen=screen, scheme=scheme) as page:
        page.run("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
        assert violations(page) == []


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_where_the_card_or_a_figure_is_open(
    chromium: Browser, pages: dict[str, str], screen: Screen
) -> None:
    with chromium.page(pages["report.en.html"], screen=screen) as page:
        page.run("document.querySelector('.kpis data.finding').click()")
        assert page.run("document.getElementById('card').matches(':popover-open')")
        assert violations(page) == []
        page.run("document.getElementById('card').hidePopover()")
        page.run("document.querySelector('button.zoom').click()")
        assert page.run("document.getElementById('zoom').open")
        assert violations(page) == []


def test_a_planted_fault_is_found(chromium: Browser, pages: dict[str, str]) -> None:
    faulty = '<img src="data:,"><p style="color:#bbb;background:#fff">Hard to read</p>'
    with chromium.page(pages["report.en.html"]) as page:
        page.run(f"document.querySelector('main').insertAdjacentHTML('beforeend', `{faulty}`)")
        assert {one.partition(":")[0] for one in violations(page)} == {"image-alt", "color-contrast"}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_asked_of_any_network(chromium: Browser, pages: dict[str, str], name: str) -> None:
    with chromium.page(pages[name]) as page:
        page.run("scrollTo(0, document.body.scrollHeight)")
        assert [one for one in page.requests if not one.startswith("data:")] == [pages[name]]


SHOWN = "document.getElementById('card').matches(':popover-open')"
BOLD_TEXT = """
[...(function* () {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: holder, data } = walker.currentNode;
    if (getComputedStyle(holder).fontWeight >= 600 && !holder.closest("script, style")) yield data;
  }
})()].join("")
"""


@pytest.mark.parametrize("name", PAGES[:3])
def test_the_bold_face_holds_what_is_shown_bold(chromium: Browser, pages: dict[str, str], name: str) -> None:
    with chromium.page(pages[name]) as page:
        fonts = page.run("document.getElementById('fonts').textContent")
        page.run("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        page.click("main p data.finding")
        page.wait(SHOWN)
        shown = {ord(character) for character in page.run(BOLD_TEXT) if character.isprintable()}
    faces = re.findall(r"font-weight:700;.*?base64,([^)]+)\)", fonts)
    held = [set(TTFont(io.BytesIO(base64.b64decode(face))).getBestCmap()) for face in faces]
    assert len(shown) > 40
    assert shown - set().union(*held) == set()


def test_a_page_weighs_at_most_a_megabyte(pages: dict[str, str]) -> None:
    for name in ("report.en.html", "report.zh-Hant.html"):
        assert Path(url2pathname(urlsplit(pages[name]).path)).stat().st_size <= 1_000_000


def test_a_request_would_be_seen(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "asks.html").write_text('<img src="http://127.0.0.1:9/pixel">', "utf-8")
    with chromium.page((tmp_path / "asks.html").as_uri()) as page:
        assert "http://127.0.0.1:9/pixel" in page.requests


def test_a_number_says_what_it_rests_on_by_click_and_by_keyboard(
    chromium: Browser, pages: dict[str, str]
) -> None:
    with chromium.page(pages["report.en.html"]) as page:
        page.click("main p data.finding")
        page.wait(SHOWN)
        assert "Rests on" in page.run("document.getElementById('card').innerText")
        assert page.run("document.querySelector('#card dd').textContent.match(/^[\\d,]+ \\w+/) !== null")
        page.press("Escape", 27)
        page.wait(f"!{SHOWN}")
        assert page.run("document.activeElement === document.querySelector('main p data.finding')")
        page.press("Enter", 13)
        page.wait(SHOWN)
        assert page.run("document.activeElement.className") == "close"


def test_the_contents_mark_where_the_reader_is(chromium: Browser, pages: dict[str, str]) -> None:
    current = "document.querySelector('.contents [aria-current]').hash"
    with chromium.page(pages["report.en.html"]) as page:
        assert page.run(current) == "#chapter-summary"
        page.run("document.getElementById('chapter-segmentation').scrollIntoView()")
        page.wait(f"{current}.startsWith('#chapter-segmentation')")


def test_the_csv_holds_what_the_table_shows(chromium: Browser, pages: dict[str, str]) -> None:
    with chromium.page(pages["report.zh-Hant.html"]) as page:
        address = page.run("document.querySelector('figure.table a.csv').href")
        shown = page.run(
            "[...document.querySelector('figure.table:has(a.csv)').querySelectorAll('tr')].map((row) =>"
            " row.firstElementChild.textContent)"
        )
    content = unquote(address.partition(",")[2]).removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(content)))
    assert [row[0] for row in rows] == shown
    assert len({len(row) for row in rows}) == 1


def test_a_figure_becomes_a_picture_on_white_with_its_text(chromium: Browser, pages: dict[str, str]) -> None:
    counted = """
    (async () => {
      const blob = await picture(document.querySelector("figure.figure"));
      const bitmap = await createImageBitmap(blob);
      const canvas = Object.assign(document.createElement("canvas"), bitmap);
      [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
      const pen = canvas.getContext("2d");
      pen.drawImage(bitmap, 0, 0);
      const points = pen.getImageData(0, 0, bitmap.width, bitmap.height).data;
      const accent = [0x0f, 0x4c, 0x5c].toString();
      let found = 0;
      for (let at = 0; at < points.length; at += 4) found += points.slice(at, at + 3).toString() === accent;
      return { type: blob.type, width: bitmap.width, corner: [...points.slice(0, 4)], found };
    })()
    """
    with chromium.page(pages["report.en.html"], scheme="dark") as page:
        made = page.run(counted)
        page.click("button.copy")
        page.wait("document.getElementById('said').textContent !== ''")
        assert page.run("document.getElementById('said').textContent") in ("Copied", "Saved as a file")
    assert (made["type"], made["width"], made["corner"]) == ("image/png", 1518, [255, 255, 255, 255])
    assert made["found"] > 1000


def test_the_teaching_edition_folds_its_code(chromium: Browser, pages: dict[str, str]) -> None:
    with chromium.page(pages["report.teaching.en.html"]) as page:
        assert page.run("document.querySelectorAll('details.code[open]').length") == 0
        page.click("details.code summary")
        page.wait("document.querySelector('details.code').open")
        assert "\n" in page.run("document.querySelector('details.code pre').textContent")
