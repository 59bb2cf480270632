"""The demo as a reader gets it: two of its reports, in all languages, from the command line."""

import re

import pytest

from crmreport.display.prose import finding_text
from crmreport.params import LANGUAGES
from crmreport.text import Words
from tests.end_to_end.pages import read_page
from tests.report.page_fill import gaping

SCOPES = ("_group", "supplier-1420")
FORMS = ("value", "signed", "moved", "apart", "abs", "exact", "bare", "interval", "span", "n")
# What a Chinese reader meets in Latin letters: names of methods, of files and of software.
# Who is cited, and where, keeps the name it is found by.
CITED = re.compile(r"（[A-Za-z][A-Za-z0-9 、，,.&'’–-]*）")
LATIN = re.compile(
    r"ABC|RFM|LMDI|Ang|JASA|Efron|Hughes|Wilson|SHA|CSV|USD|crmreport|n"
    r"|Newcombe|Kaplan|Meier|Ehrenberg|CSAT|NPS|CES|Excel|Benjamini|Hochberg|Kleene"
    r"|MBG|BG|NBD|Pareto|Gamma|Fader|Hardie|Lee|Batislam|Denizel|Filiztekin|Schmittlein|Morrison|Colombo"
    r"|AUC|ROC|EWMA|Spearman|Brier|Bonett|Wright|Marketing|Science|Psychometrika|delta"
)

# Whole reports in three languages: over a minute, so that the quick suite stays quick.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def test_it_ends_with_one_line_that_leads_to_the_index(demo):
    last = demo.answer.stdout.strip().splitlines()[-1]

    assert last.startswith("4 of 4 reports published:")
    assert (demo.folder.parents[1] / "index.html").is_file()


@pytest.mark.parametrize("scope", SCOPES)
def test_every_report_is_whole(demo, scope):
    names = {path.name for path in (demo.folder / scope).iterdir()}

    reports = {f"report.{language}.{kind}" for language in LANGUAGES for kind in ("html", "pdf")}
    accounts = {"findings.json", "recommendations.json", "manifest.json", "run.json"}
    assert names == reports | accounts | {"report.ipynb", "notebooks", "workbook.xlsx"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scope", SCOPES)
def test_every_number_in_a_sentence_is_its_finding(demo, scope, language):
    words = Words.of(language, currency="USD")
    findings = demo.findings(scope)

    numbers = read_page(demo.html(scope, language)).numbers

    assert len(numbers) > 30
    for key, shown in numbers:
        finding = findings[key]
        forms = [form for form in FORMS if form not in ("interval", "span") or finding.low is not None]
        # A sign that follows a Chinese character has a space before it.
        assert shown.lstrip(" ") in {finding_text(finding, form, words) for form in forms}, key


@pytest.mark.parametrize("scope", SCOPES)
def test_the_known_totals_come_out(demo, scope):
    # Summed by hand from the package's files: health and beauty, local time, Q4 2017.
    revenue, buyers = {"_group": (77672.21, 1672), "supplier-1420": (5131.65, 107)}[scope]

    findings = demo.findings(scope)

    assert findings["customers.revenue"].value == pytest.approx(revenue, abs=0.005)
    assert findings["customers.buyers"].value == buyers
    assert findings["customers.revenue"].census


def test_no_finding_rests_on_a_small_group(demo):
    for scope in SCOPES:
        for finding in demo.findings(scope).values():
            assert finding.n >= 30 if finding.known else finding.value is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_raw_reaches_the_reader(demo, language):
    for scope in SCOPES:
        text = read_page(demo.html(scope, language)).text

        assert not re.findall(r"\bnan\b|\bNone\b(?! of)|\bNaT\b|undefined|\{\w+\}", text)
        assert not re.findall(r"\d\.\d{5,}", text)
        assert not re.findall(r"\b(?:customers|segmentation|summary|appendix|column|finding)\.[a-z_]+", text)


@pytest.mark.parametrize("scope", SCOPES)
def test_languages_do_not_mix(demo, scope):
    english = " ".join(read_page(demo.html(scope, "en")).prose)
    assert not re.findall(r"[\u4e00-\u9fff]+", english)
    for language in ("zh-Hans", "zh-Hant"):
        for line in read_page(demo.html(scope, language)).prose:
            left = re.findall(r"[A-Za-z]+", LATIN.sub("", CITED.sub("", line)))
            assert not [word for word in left if len(word) > 1], line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scope", SCOPES)
def test_no_page_gapes(demo, scope, language):
    assert gaping((demo.folder / scope / f"report.{language}.pdf").read_bytes()) == []
