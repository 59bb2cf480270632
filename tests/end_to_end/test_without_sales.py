"""Engagements without sales, and with nothing of them but customers and dates."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from crmreport.params import Engagement, load_params
from crmreport.runs import processes
from crmreport.runs.order import make_order
from crmreport.runs.run import run
from crmreport.text import Words
from tests.data.clinic import clinic
from tests.end_to_end.pages import Page, read_page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("without sales")]

CASES = "opened,company,topic\n" + "".join(
    f"2024-{1 + number % 6:02}-10,{'N' if number % 3 else 'S'},{'bill' if number % 2 else 'wait'}\n"
    for number in range(120)
)
SURVEY = "day,company,q1,q2\n" + "".join(
    f"2024-03-{1 + number % 28:02},{'N' if number % 2 else 'S'},{1 + number % 5},\n" for number in range(60)
)
BRANDS = [
    {"id": "north", "name": "North", "where": {"company": "N"}},
    {"id": "south", "name": "South", "where": {"company": "S"}},
]
LANGUAGES = ["en", "zh-Hans", "zh-Hant"]
NAMES = dict.fromkeys(LANGUAGES, "Ames")


def published(engagement: Engagement, period: str) -> Path:
    processes.start_warming()
    result = run(make_order(engagement, period, out=engagement.path.parent / "out", formats=["html"]))
    assert result.exit_code == 0, [one.troubles for one in result.failed]
    return engagement.path.parent / "out" / engagement.params.client.id / period


def page(folder: Path, scope: str, language: str) -> Page:
    read = read_page((folder / scope / f"report.{language}.html").read_text("utf-8"))
    for nonsense in ("nan", "None", "NaT", "inf", "€"):
        assert not any(nonsense == word.strip(".,;:()") for word in read.text.split()), nonsense
    return read


def states(folder: Path, scope: str) -> dict[str, str]:
    manifest = json.loads((folder / scope / "manifest.json").read_text("utf-8"))
    return {one["name"]: one["state"] for one in manifest["chapters"]}


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources: dict[str, Any] = {
        "cases": {"columns": {"opened_at": "opened", "topic": "topic"}, "attributes": ["company"]},
        "survey_answers": {
            "columns": {"answered_on": "day"},
            "wide": ["q*"],
            "attributes": ["company"],
        },
    }
    files = {"cases": CASES, "survey_answers": SURVEY}
    client = {"id": "clinic", "name": "Clinic"}
    engagement = clinic(
        tmp_path_factory.mktemp("clinic"), files, sources, brands=BRANDS, client=client, languages=["en"]
    )
    return published(engagement, "2024-Q1")


def test_a_report_without_sales_says_what_came_in(complaints: Path) -> None:
    text = page(complaints, "_group", "en").text
    # 20 cases a month; two questions of 60 people, the second of which nobody answered.
    assert "Complaints and enquiries: 120 rows, from January 10, 2024 to June 10, 2024" in text
    assert "of which 60 in Q1 2024" in text
    assert "Question left open, rows used all the same: 60." in text
    assert "It rests on 2 tables with 240 rows, all of which are used." in text


def test_a_brand_has_its_own_rows(complaints: Path) -> None:
    # Every third case is South's: of the 60 of the quarter, 20. Of 120 answers, half.
    text = page(complaints, "south", "en").text
    assert "This brand’s in Q1 2024: fewer than 30." in text
    assert "This brand’s in Q1 2024: 60." in text


def test_chapters_about_sales_are_told_in_one(complaints: Path) -> None:
    found = states(complaints, "_group")
    lacking = {name for name, state in found.items() if state == "not_supplied"}
    assert {"customers", "segmentation", "retention", "loyalty", "marketing"} <= lacking
    assert not {"summary", "data", "satisfaction", "complaints", "recommendations", "appendix"} & lacking
    text = page(complaints, "_group", "en").text
    assert f"{len(lacking)} chapters are left out" in text
    assert "needs the client's sales records, which were not supplied" not in text
    assert "Retention. With them it would show" in text


def test_a_survey_that_nobody_declared_is_counted_and_complaints_are_told_elsewhere(complaints: Path) -> None:
    text = page(complaints, "_group", "en").text
    assert "what each question asks for has not been declared: they are counted here and not scored." in text
    assert "Complaints and enquiries have a chapter of their own." in text
    assert "Nobody has said yet which scale each question has" in text
    assert "no survey was supplied" not in text


def test_complaints_without_a_survey_are_not_taken_for_satisfaction(tmp_path: Path) -> None:
    sources: dict[str, Any] = {
        "cases": {"columns": {"opened_at": "opened", "topic": "topic"}, "attributes": ["company"]}
    }
    client = {"id": "clinic", "name": NAMES}
    engagement = clinic(tmp_path, {"cases": CASES}, sources, brands=BRANDS[:1], client=client)
    folder = published(engagement, "2024-Q1")
    text = page(folder, "_group", "en").text
    assert "no survey was supplied. Complaints and enquiries were, and have a chapter of their own" in text
    assert "has not been declared" not in text
    for language in LANGUAGES[1:]:
        page(folder, "_group", language)


def test_what_was_complained_of_is_summed_up_and_acted_upon(complaints: Path) -> None:
    text = page(complaints, "_group", "en").text
    # 60 cases in the quarter, 60 in the next: the quarter before is not in the data.
    assert "60 cases were opened in Q1 2024." in text
    advice = json.loads((complaints / "_group" / "recommendations.json").read_text("utf-8"))
    rules = {one["rule"]: one["at_stake"] for one in advice["recommendations"]}
    assert rules["case_times"] is None
    assert "Note when a case is resolved, and why it came" in text


RECOMMEND = {10: 60, 9: 30, 8: 40, 7: 20, 3: 50, 11: 7}
OVERALL = {5: 90, 4: 60, 3: 30, 1: 20, "Blank": 7}
ASKED = {
    "no_answer": {"blank": ["Blank"]},
    "items": {
        "NPS": {"role": "recommend", "scale": [0, 10], "no_answer": {"not_applicable": [11]}},
        "all": {"role": "overall"},
    },
}


def spread_out(counts: dict[Any, int]) -> list[Any]:
    """Each answer as often as it was given."""
    return [answer for answer, given in counts.items() for _ in range(given)]


@pytest.fixture(scope="module")
def surveyed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dice = random.Random(7)
    columns = [spread_out(RECOMMEND), spread_out(OVERALL)]
    for column in columns:
        dice.shuffle(column)
    rows = zip(*columns, strict=True)
    survey = "who,day,NPS,all\n" + "".join(
        f"r{number},2024-02-{1 + number % 28:02},{first},{second}\n"
        for number, (first, second) in enumerate(rows)
    )
    sources: dict[str, Any] = {
        "cases": {"columns": {"opened_at": "opened", "topic": "topic"}, "attributes": ["company"]},
        "survey_answers": {
            "columns": {"respondent_id": "who", "answered_on": "day"},
            "wide": ["NPS", "all"],
        },
    }
    client = {"id": "clinic", "name": "Clinic"}
    engagement = clinic(
        tmp_path_factory.mktemp("surveyed"),
        {"cases": CASES, "survey_answers": survey},
        sources,
        brands=BRANDS[:1],
        client=client,
        languages=["en"],
        questionnaire=ASKED,
    )
    return published(engagement, "2024-Q1")


def figures(folder: Path, scope: str) -> dict[str, dict[str, Any]]:
    read = json.loads((folder / scope / "findings.json").read_text("utf-8"))
    return {" ".join([one["id"], *map(str, one["dimensions"].values())]): one for one in read["findings"]}


def test_a_survey_alone_is_scored_by_its_answers(surveyed: Path) -> None:
    found = figures(surveyed, "_group")
    # 90 of 200 recommend and 50 do not; 7 could not say. 150 of 200 gave a 4 or a 5.
    assert found["satisfaction.nps"]["value"] == pytest.approx(20)
    assert found["satisfaction.nps"]["n"] == 200
    assert found["satisfaction.csat"]["value"] == pytest.approx(0.75)
    assert found["satisfaction.csat"]["n"] == 200
    assert found["satisfaction.mean"]["value"] == pytest.approx((90 * 5 + 60 * 4 + 30 * 3 + 20) / 200)
    # Nobody said how many were invited.
    assert found["satisfaction.response_rate"]["value"] is None
    assert states(surveyed, "_group")["satisfaction"] == "done"


def test_a_survey_alone_tells_what_people_feel_and_makes_no_index_of_it(surveyed: Path) -> None:
    found = figures(surveyed, "_group")
    # Recommendation is all that was asked: 60 tens, 30 nines, 40 eights, 20 sevens and 50 threes, of ten.
    assert found["loyalty.mark attitude"]["value"] == pytest.approx(74)
    assert states(surveyed, "_group")["loyalty"] == "done"
    text = page(surveyed, "_group", "en").text
    assert "Those who answered give what they feel for the brand 74 of a hundred (between " in text
    assert "An index of loyalty takes at least two of its three sides." in text
    assert "loyalty.index" not in found


def test_the_appendix_explains_what_such_a_report_shows(surveyed: Path, complaints: Path) -> None:
    for folder in (surveyed, complaints):
        text, words = page(folder, "_group", "en").text, Words.of("en", currency="EUR")
        found = json.loads((folder / "_group" / "findings.json").read_text("utf-8"))["findings"]
        found = [one for one in found if one["status"] != "not_supplied"]
        assert {"complaints.cases", "recommendations.actions"} <= {one["id"] for one in found}
        lacking = [one["id"] for one in found if words.label(f"definition.{one['id']}") not in text]
        lacking += [one["method"] for one in found if words.label(one["method"]) not in text]
        assert not lacking
        assert "A figure about cases rests on those opened in the period" in text
        # Nothing of what only sales could tell.
        assert "How much the window decides" not in text
        assert "revenue is net" not in text
    assert words.label("teaching.nps.source") in page(surveyed, "_group", "en").text


def test_complaints_without_orders_are_counted_and_have_no_rate(surveyed: Path) -> None:
    found = figures(surveyed, "_group")
    # 20 a month. Of the quarter's 60 every third is about a bill: too few to be told, as is what is left.
    assert found["complaints.cases"]["value"] == 60
    assert not {"complaints.topic_part bill", "complaints.topic_part wait"} & set(found)
    assert found["complaints.per_thousand_orders"]["status"] == "not_supplied"


def test_customers_and_dates_alone_make_a_report(tmp_path: Path) -> None:
    dice = random.Random(1)
    days = [date(2022, 1, 1) + timedelta(days=n) for n in range(730)]
    lines = [f"c{dice.randint(1, 200)},{dice.choice(days)}" for _ in range(2000)]
    (tmp_path / "sale_lines.csv").write_text("\n".join(["who,day", *lines]) + "\n", "utf-8")
    source = {"columns": {"customer_id": "who", "sold_at": "day"}, "constants": {"channel": "web"}}
    brands = [{"id": "north", "name": NAMES, "where": {"channel": "web"}}]
    client = {"id": "clinic", "name": NAMES}
    engagement = clinic(tmp_path, {}, {"sale_lines": source}, brands=brands, client=client, currency="EUR")
    folder = published(load_params(engagement.path), "2023-Q4")
    found = states(folder, "north")
    assert {name for name, state in found.items() if state == "not_supplied"} == {
        "environment",
        "customers",
        "segmentation",
        "value",
        "complaints",
        "engagement",
        "types",
    }
    text = page(folder, "north", "en").text
    assert "The sales records came without amounts" in text
    for language in LANGUAGES[1:]:
        page(folder, "north", language)
