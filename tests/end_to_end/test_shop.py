"""A constructed shop: one brand of size, one with three customers, and a file that begins too late."""

import csv
import json
from datetime import date, timedelta

import pytest

from crmreport.findings import Findings
from crmreport.params import load_params
from crmreport.runs import processes
from crmreport.runs.order import make_order
from crmreport.runs.run import run
from tests.end_to_end.pages import read_page

pytestmark = pytest.mark.xdist_group("shop")

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
    assert not [finding for finding in findings.values() if finding.known]
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


def test_no_comparison_is_made_with_days_that_the_data_lacks(shop):
    findings, page = _findings(shop, "large"), _page(shop, "large")

    assert findings["customers.revenue_change"].status == "not_supplied"
    assert "does not reach far enough back" in page.text
    assert "needs sales of every day of that period, and the data begins on October 15, 2023" in page.text
    assert (
        "The window of 12 months begins on January 1, 2023, but the data only on October 15, 2023"
        in page.text
    )


def test_marks_and_the_analysts_comment_are_shown_as_text(shop):
    text = _page(shop, "large").text

    assert "Draft" in text
    assert "Confidential" in text
    assert "Analyst’s comment" in text.replace("'", "’")
    assert "The shop moved in November. <b>Not bold.</b>" in text


def test_the_manifest_accounts_for_the_chapters(shop):
    manifest = json.loads((shop / "large" / "manifest.json").read_text("utf-8"))

    assert {chapter["state"] for chapter in manifest["chapters"]} == {"done"}
