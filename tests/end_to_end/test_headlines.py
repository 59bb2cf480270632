"""Headlines follow the data: over the demo's reports, each says what its own findings say."""

import re
from dataclasses import replace
from itertools import combinations

import pytest

from crmreport.display.blocks import LabelSlot, Paragraph, sentences_of
from crmreport.text import Words
from tests.end_to_end.headlines import direction_of, headlines, misdirected, read

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

SCOPES = ("_group", "supplier-764", "own-label-69", "supplier-1420")
WORDS = Words.of("en", currency="USD")

NAME = "names what stands in it; what is said of it stands there with its findings"
METHOD = "says how to read, not what was found"
ASKED = "tells what to supply, since nothing was supplied"
JUDGED = "weighs what the analyst wrote in the params, not data"
PLANNED = "follows from the number of customers and a stated precision, not from an estimate"

# Every headline that shows no finding, and why it may be the same whatever the data says.
STATIC = {
    "summary.caveats.title": METHOD,
    "summary.year_unknown": "says that the data holds no comparable year before",
    "environment.macro.": JUDGED,
    "environment.forces.": JUDGED,
    "environment.competitors.headline": JUDGED,
    "environment.sources.headline": JUDGED,
    "environment.swot.": NAME,
    "environment.options.title": NAME,
    "environment.limits.title": METHOD,
    "customers.year.events": "introduces the calendar's events, which are dates",
    "data.": "is of the same data in every report: what was supplied",
    "customers.first.title": METHOD,
    "segmentation.card.title": NAME,
    "segmentation.ties.title": NAME,
    "lifecycle.limitations.title": METHOD,
    "retention.categories.days": NAME,
    "retention.overdue.title": NAME,
    "retention.limits.title": METHOD,
    "warning.lead_few": "says that too few customers fell silent, or stayed, for any number",
    "warning.list.title": METHOD,
    "warning.limits.title": METHOD,
    "types.card.title": NAME,
    "types.sensitivity.": NAME,
    "loyalty.limits.title": METHOD,
    "loyalty.index.anchors": METHOD,
    "portfolio.switch_none": "says that no flow passes a test made of many; none of them is the one to show",
    "portfolio.limits.title": METHOD,
    "engagement.limits.title": METHOD,
    "satisfaction.lead": ASKED,
    "satisfaction.questionnaire.headline": ASKED,
    "satisfaction.sample.headline": PLANNED,
    "satisfaction.limits.title": METHOD,
    "value.verdict.": "says whether the check was stood; the points under it show its findings",
    "value.calibration.table": NAME,
    "value.one.": "an example, made up from medians or of a class, which is no finding",
    "value.limits.title": METHOD,
    "marketing.selection.title": METHOD,
    "marketing.test.title_": PLANNED,
    "recommendations.card": NAME,
    "recommendations.watch.title": METHOD,
    "recommendations.basis_of_pay.title": NAME,
    "appendix.": "explains numbers and claims none",
}
WAYS = "up|down|more|less|above|below|grows|shrinks|most|few|main|part"
POINTING = re.compile(rf"(?:_|\.)(?:{WAYS})(?:_said)?$")
TERMS = ("definition.", "finding.", "method.")  # they explain findings, and are named after them
TRAITS = ("types.trait.",)  # in what a type differs from all others; its own test holds them against the data
# Messages that end in such a word and yet do not set a finding against a mark.
NOT_POINTING = {
    "lifecycle.flows.few",
    "lifecycle.regained.few",
    "retention.categories.few",
    "retention.overdue.more",
    "summary.once_few",
    "segmentation.abc.apart_few",
    "segmentation.cuts.few",
    "segmentation.moved.few",
    "segmentation.ties.few",
    "loyalty.duplication.more",
    "warning.lead_few",
    "warning.list.tried_more",  # one share against another
    "warning.refused.few",
    "warning.causes.few",
    "types.lead_few",
    "types.trials.few",
    "value.lead_up",  # one finding against another; tests/analysis/test_value.py tells which
    "value.lead_down",
    "value.refused.few",
    "marketing.reach.own_few",
    "recommendations.stake.once_more",
}


@pytest.fixture(scope="module")
def reports(demo):
    return {scope: read(demo.folder / scope) for scope in SCOPES}


@pytest.fixture(scope="module")
def said(reports):
    return {scope: headlines(report, WORDS) for scope, (report, _) in reports.items()}


@pytest.mark.parametrize(("one", "other"), list(combinations(SCOPES, 2)))
def test_two_reports_share_a_headline_only_where_they_share_the_finding(said, one, other):
    of_other = {(line.chapter, line.place, line.text): line for line in said[other]}
    shared = [
        (line, of_other[key])
        for line in said[one]
        if (key := (line.chapter, line.place, line.text)) in of_other
    ]

    assert len(of_other) > 50
    assert [
        (line.text, line.shown(WORDS), twin.shown(WORDS))
        for line, twin in shared
        if (line.message, line.shown(WORDS)) != (twin.message, twin.shown(WORDS))
    ] == []


@pytest.mark.parametrize("scope", SCOPES)
def test_a_headline_states_a_finding_or_is_listed_with_its_reason(said, scope):
    silent = {line.message for line in said[scope] if not line.speaks(WORDS)}

    assert [message for message in sorted(silent) if not message.startswith(tuple(STATIC))] == []


def test_no_reason_is_kept_for_what_is_no_longer_said(said):
    everywhere = [line.message for lines in said.values() for line in lines if not line.speaks(WORDS)]

    assert [stem for stem in STATIC if not any(message.startswith(stem) for message in everywhere)] == []


@pytest.mark.parametrize("scope", SCOPES)
def test_what_points_somewhere_points_where_its_finding_does(reports, scope):
    assert misdirected(*reports[scope]) == []


def _turned_round(block):
    """The block, with a rise of revenue called a fall."""
    if not isinstance(block, Paragraph):
        return block
    said = [one.message.replace("customers.lead_up", "customers.lead_down") for one in block.sentences]
    sentences = (
        one.model_copy(update={"message": message})
        for one, message in zip(block.sentences, said, strict=True)
    )
    return block.model_copy(update={"sentences": tuple(sentences)})


def test_a_lead_turned_round_is_caught(reports):
    report, findings = reports["supplier-764"]
    chapters = (
        replace(chapter, blocks=tuple(replace(one, block=_turned_round(one.block)) for one in chapter.blocks))
        for chapter in report.chapters
    )

    turned = replace(report, chapters=tuple(chapters))

    assert misdirected(turned, findings) == [("customers.lead_down", "up")]


@pytest.mark.parametrize("scope", SCOPES)
def test_every_message_that_points_is_held_against_its_finding(reports, scope):
    report, _ = reports[scope]
    messages = {one.message for numbered in report.blocks for one in sentences_of(numbered.block)}

    pointing = {message for message in messages if POINTING.search(message)} - NOT_POINTING
    unheld = {message for message in pointing if not direction_of(message)}
    assert [message for message in sorted(unheld) if not message.startswith(TERMS + TRAITS)] == []


@pytest.mark.parametrize("scope", SCOPES)
def test_the_driver_that_is_named_is_the_largest_and_moved_that_way(reports, scope):
    report, findings = reports[scope]
    effects = {one.dimensions["driver"]: one.number() for one in findings.of("customers.effect")}
    largest = max(effects, key=lambda name: abs(effects[name]))
    expected = f"customers.driver.{largest}_{'up' if effects[largest] > 0 else 'down'}"

    named = [
        slot.message
        for numbered in report.blocks
        for one in sentences_of(numbered.block)
        for name, slot in one.slots.items()
        if name == "driver" and isinstance(slot, LabelSlot)
    ]
    assert len(named) >= 2
    assert set(named) == {expected}
