"""CDNOW from the command line: a model of repeat buying that stands its check, beside the published table."""

import os
import subprocess
from pathlib import Path

import pytest

from crmreport.findings import Findings
from crmreport.text import Words
from tests.end_to_end.conftest import MAIN
from tests.end_to_end.pages import read_page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cdnow")]

PARAMS = Path(__file__).parents[2] / "params" / "cdnow.yml"
# Fader, Hardie & Lee 2005: customers by calibration purchases, what came in 39 weeks, and the BG/NBD.
PUBLISHED = [
    ("0", "1,411", "0.24", "0.23"),
    ("1", "439", "0.70", "0.52"),
    ("2", "214", "1.39", "1.04"),
    ("3", "100", "1.56", "1.52"),
    ("4", "62", "2.53", "2.16"),
    ("5", "38", "2.95", "2.65"),
    ("6", "29", "3.86", "3.50"),
    ("≥ 7", "64", "6.36", "6.16"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("cdnow")
    command = [*MAIN, "run", str(PARAMS), "--period", "1998-Q2", "--brand", "_group", "--lang", "en"]
    answer = subprocess.run(
        [*command, "--out", str(out)], capture_output=True, text=True, env=os.environ, timeout=600
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return out / "cdnow" / "1998-Q2" / "_group"


def test_the_fit_is_accepted_and_what_came_is_told(folder):
    findings = Findings.from_json((folder / "findings.json").read_text("utf-8"))
    assert findings["value.holdout_purchases"].value == 1882
    assert findings["value.holdout_expected"].value == pytest.approx(1577, abs=1)
    assert findings["value.followed"].value == 1
    assert findings["value.expected_36"].known
    page = read_page((folder / "report.en.html").read_text("utf-8"))
    text = " ".join(page.text.split())
    said = Words.of("en", currency="USD").label("value.verdict.reserve", model="MBG/NBD model")
    assert said in text


def test_the_published_table_of_the_holdout_stands_in_the_report(folder):
    html = (folder / "report.en.html").read_text("utf-8")
    for name, customers, came, model in PUBLISHED:
        row = next(line for line in html.split("<tr") if f">{customers}<" in line and f">{came}<" in line)
        assert f">{name}<" in row
        assert f">{model}<" in row
