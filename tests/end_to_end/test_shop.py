"""A constructed shop: one brand of size, one with three customers, and a file that begins too late."""

import csv
import json
import shutil
from datetime import date, timedelta

import nbformat
import pytest

from crmreport.findings import Findings
from crmreport.params import load_params
from crmreport.runs import processes
from crmreport.runs.order import make_order
from crmreport.runs.run import run
from tests.end_to_end.pages import read_page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shop")]

PARAMS = """
client: {id: shop, name: The Shop}
timezone: Europe/London
currency: GBP
tax: included
languages: [en]
sources:
  sale_lines:
    path: sales.csv
    columns: {customer_id: who, sold_at: day, order_id: order, revenue: paid}
    attributes: [maker]
brands:
  - {id: large, name: Large, where: {maker: LARGE}}
  - {id: tiny, name: Tiny, where: {maker: TINY}}
  - {id: none, name: None at all, where: {maker: NOBODY}}
calendar: {events: [christmas]}
mark: [draft, confidential]
comments: {segmentation: "The shop moved in November. <b>Not bold.</b>"}
"""


def _lines():
    """From 15 October: customer 1 buys once, 2 twice ... for 10 pounds each; three also buy Tiny."""
    order = 0
    for customer in range(60):
        for purchase in range(1 + customer % 6):
            order += 1
            day = date(2023, 10, 15) + timedelta(days=(customer + 11 * purchase) % 77)
            yield (f"c{customer}", day, order, 10, "LARGE")
            if customer < 3:
                yield (f"c{customer}", day, order, 5, "TINY")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    with (folder / "sales.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["who", "day", "order", "paid", "maker"])
        writer.writerows(_lines())
    (folder / "shop.yml").write_text(PARAMS, "utf-8")
    processes.start_warming()
    order = make_order(load_params(folder / "shop.yml"), "2023-Q4", out=folder / "out", formats=["html"])
    result = run(order)
    assert result.exit_code == 0, [one.troubles for one in result.failed]
    return folder / "out" / "shop" / "2023-Q4"


def _page(shop, scope):
    return read_page((shop / scope / "report.en.html").read_text("utf-8"))


def _findings(shop, scope):
    return Findings.from_json((shop / scope / "findings.json").read_text("utf-8"))


def test_a_brand_of_three_customers_is_published_with_its_values_withheld(shop):
    text, findings = _page(shop, "tiny").text, _findings(shop, "tiny")

    assert "Withheld" in text
    assert "3 customers bought in the window" in text
    assert findings["customers.revenue"].status == "withheld"
    # What is said of the data is said of all that the client supplied, not of the brand.
    known = {finding.id for finding in findings.values() if finding.known}
    assert {id for id in known if not id.startswith("data.")} == set()
    assert findings["data.profile_share"].status == "not_supplied"
    # Three customers bought six times Tiny for 5 pounds each.
    assert "£30" not in text


def test_a_brand_that_nobody_bought_is_published_too(shop):
    assert "0 customers bought in the window" in _page(shop, "none").text


def test_the_brand_of_size_is_shown(shop):
    # 60 customers; 10 of each kind from one purchase to six: 210 orders of 10 pounds.
    findings = _findings(shop, "large")

    assert findings["customers.buyers"].value == 60
    assert findings["customers.revenue"].value == 2100
    assert findings["segmentation.single_order"].value == pytest.approx(10 / 60)
    # The best 20% are the 10 with six and 2 with five: 70 orders of 210.
    assert findings["segmentation.top_revenue"].value == pytest.approx(70 / 210)


def test_segments_that_are_all_too_small_have_no_table(shop):
    text = _page(shop, "large").text

    assert "fewer than two segments have 30 of them" in text
    assert "fewer than two groups have 30 of them" in text
    # The merged rest is no segment: nothing is said of it alone, nor is it ever the first of several.
    assert "Other segments" not in text


def test_what_the_all_round_value_lacks_is_said_in_one_sentence(shop):
    text = _page(shop, "large").text

    assert "what different things customers buy, whom customers referred, and reviews and surveys" in text
    assert text.count("weight is shared among the other sides") == 1


def test_no_comparison_is_made_with_days_that_the_data_lacks(shop):
    findings, page = _findings(shop, "large"), _page(shop, "large")

    assert findings["customers.revenue_change"].status == "not_supplied"
    assert "does not reach far enough back" in page.text
    assert "needs sales of every day of that period, and the data begins on October 15, 2023" in page.text
    assert (
        "The window of 12 months begins on January 1, 2023, but the data only on October 15, 2023"
        in page.text
    )


def test_the_data_is_judged_and_the_clients_events_are_marked(shop):
    text, findings = _page(shop, "large").text, _findings(shop, "large")

    assert "How far it can be trusted" in text
    # Sales on each of 76 days, and then on none of the last two.
    assert "The sales end on December 29, 2023, 2 days before the period does." in text
    assert "When will the sales after December 29, 2023 follow?" in text
    assert findings["data.late_days"].value == 2
    assert "Events of the client’s calendar are marked under the weeks" in text
    assert not findings.of("data.pause_days")
    # There is no quarter before to compare with, so nothing to say of events in it either.
    assert "What the calendar changes" not in text


def test_marks_and_the_analysts_comment_are_shown_as_text(shop):
    text = _page(shop, "large").text

    assert "Draft" in text
    assert "Confidential" in text
    assert "Analyst’s comment" in text.replace("'", "’")
    assert "The shop moved in November. <b>Not bold.</b>" in text


def test_the_manifest_accounts_for_the_chapters(shop):
    manifest = json.loads((shop / "large" / "manifest.json").read_text("utf-8"))

    states = {chapter["name"]: chapter["state"] for chapter in manifest["chapters"]}
    lacking = {name for name, state in states.items() if state == "not_supplied"}
    assert lacking == {"complaints", "engagement"}
    assert set(states.values()) == {"done", "not_supplied"}


OWN_CHAPTER = """
chapter = open_chapter("stores", run_file)
buyers = len(chapter.customers)
n = chapter.finding("buyers", Estimate(buyers, buyers), "count", method="total")
chapter.show(Paragraph(sentences=(sentence("stores.lead", n=n),)))
"""


def test_a_consultant_adds_a_chapter_with_words_of_its_own(shop, tmp_path):
    client = tmp_path / "client"
    shutil.copytree(shop.parents[2], client, ignore=shutil.ignore_patterns("out", ".crmreport"))
    cells = [
        nbformat.v4.new_code_cell("run_file = None", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "from crmreport.display.blocks import Paragraph, sentence\n"
            "from crmreport.lab import open_chapter\n"
            "from crmreport.stats.estimate import Estimate" + OWN_CHAPTER
        ),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"crmreport": {"scopes": ["group"]}})
    (client / "notebooks").mkdir()
    nbformat.write(notebook, client / "notebooks" / "20-stores.ipynb")
    (client / "catalogues" / "en").mkdir(parents=True)
    messages = {
        "stores.title": "Our stores",
        "stores.lead": "The stores served {n} members.",
        "finding.stores.buyers": "Members served",
        "definition.stores.buyers": "Members who bought in the window.",
        "customers.title": "Growth, in our words",
    }
    entries = [f'msgid "{key}"\nmsgstr "{text}"\n' for key, text in messages.items()]
    (client / "catalogues" / "en" / "stores.po").write_text("\n".join(entries), "utf-8")
    order = make_order(load_params(client / "shop.yml"), "2023-Q4", out=client / "out", scopes=["_group"])

    result = run(order)

    assert result.exit_code == 0, [one.troubles for one in result.failed]
    published = client / "out" / "shop" / "2023-Q4" / "_group"
    text = read_page((published / "report.en.html").read_text("utf-8")).text
    assert "The stores served 60 members." in text
    assert "Growth, in our words" in text
    assert "Members who bought in the window." in text
    manifest = json.loads((published / "manifest.json").read_text("utf-8"))
    assert [one.split()[0] for one in manifest["catalogues"]] == ["en/stores.po"]
