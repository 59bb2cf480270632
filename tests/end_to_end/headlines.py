"""What a report says in large letters, and which way its findings point.

The rules here are written down a second time, from the findings alone: a notebook that picks the wrong
message for a finding must not be able to excuse itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

from crmreport.display.blocks import (
    Block,
    Bullets,
    Callout,
    Cards,
    Figure,
    FindingSlot,
    LabelSlot,
    Paragraph,
    Sentence,
    Table,
    sentences_of,
)
from crmreport.display.prose import finding_text, plain, runs
from crmreport.findings import Finding, Findings
from crmreport.report.model import Report, read_report
from crmreport.text import Words


@dataclass(frozen=True)
class Headline:
    """``place`` is where it stands: ``figure:months``, ``lead``, ``card`` and so on."""

    chapter: str
    place: str
    sentence: Sentence
    text: str

    @property
    def message(self) -> str:
        return self.sentence.message

    @property
    def findings(self) -> dict[str, Finding]:
        """The findings it was given, spoken or not, by slot."""
        slots = self.sentence.slots.items()
        return {name: slot.finding for name, slot in slots if isinstance(slot, FindingSlot)}

    @property
    def labels(self) -> dict[str, str]:
        slots = self.sentence.slots.items()
        return {name: slot.message for name, slot in slots if isinstance(slot, LabelSlot)}

    def speaks(self, words: Words) -> bool:
        """Whether it shows a finding, or says of one that it is not shown."""
        unknown = any(not finding.known for finding in self.findings.values())
        return unknown or any(run.finding for run in runs(self.sentence, words))

    def shown(self, words: Words) -> tuple[tuple[str, str, str], ...]:
        """Each finding it was given as a page would print it."""
        return tuple(
            (slot, one.id, finding_text(one, "value", words) if one.known else one.status)
            for slot, one in sorted(self.findings.items())
        )


def read(folder: Path) -> tuple[Report, Findings]:
    """A published report, and its findings as ``findings.json`` has them."""
    report = read_report(nbformat.read(folder / "report.ipynb", as_version=4))
    return report, Findings.from_json((folder / "findings.json").read_text("utf-8"))


def headlines(report: Report, words: Words) -> list[Headline]:
    """Headlines of figures and tables, leads, titles of cards and callouts, what a callout finds, and
    the summary's findings and actions."""
    return [
        Headline(chapter.id, place, one, plain(one, words))
        for chapter in report.chapters
        for numbered in chapter.blocks
        for place, one in _large(numbered.block, chapter.id)
    ]


def _large(block: Block, chapter: str) -> Iterator[tuple[str, Sentence]]:
    match block:
        case Figure() | Table():
            yield f"{block.kind}:{block.id}", block.headline
        case Paragraph(lead=True):
            yield from (("lead", one) for one in block.sentences)
        case Callout():
            yield "callout", block.title
            for one in block.body:
                if any(isinstance(slot, FindingSlot) for slot in one.slots.values()):
                    yield "callout-body", one
        case Cards():
            yield from (("card", card.title) for card in block.items)
        case Bullets() if chapter == "summary":
            yield from (("bullet", one) for one in block.items)


# ---------------------------------------------------------------- which way a finding points


@dataclass(frozen=True)
class Direction:
    """A family of messages ``stem`` + way, of which the finding ``key`` chooses one.

    The finding is above ``around`` (``up``), below (``down``), or not surely either (``flat``): within
    ``within`` of it, or with an interval that holds it. ``key`` may name a slot: ``slot:change``.
    """

    stem: str
    key: str
    up: str = "up"
    flat: str = "flat"
    down: str = "down"
    unknown: str = "flat"
    around: float = 0.0
    within: float = 0.005

    @property
    def ways(self) -> set[str]:
        return {self.up, self.flat, self.down, self.unknown}

    def way_of(self, message: str) -> str | None:
        """The way that ``message`` says, where it is one of this family."""
        rest = message.removeprefix(self.stem)
        if rest == message:
            return None
        bare = rest.removesuffix("_said").removesuffix("_mix").removesuffix("_text")
        return bare if bare in self.ways else None

    def expected(self, sentence: Sentence, findings: Findings) -> str:
        key = self.key
        if key.startswith("slot:"):
            slot = sentence.slots[key.removeprefix("slot:")]
            assert isinstance(slot, FindingSlot)
            key = slot.finding.key
        finding = findings[key]
        if finding.value is None:
            return self.unknown
        away = finding.value - self.around
        low, high = finding.low, finding.high
        if abs(away) <= self.within or (low is not None and high is not None and low <= self.around <= high):
            return self.flat
        return self.up if away > 0 else self.down


_DRIVERS = ("buyers", "frequency", "items", "price", "basket")
DIRECTIONS = (
    Direction("summary.verdict_", "customers.revenue_change", unknown="alone"),
    Direction("summary.year_", "customers.year_change", unknown="unknown"),
    Direction("summary.top_", "segmentation.top_gap", up="more", flat="as", down="less", unknown="as"),
    Direction("summary.share_", "environment.share_change", within=0),
    Direction("environment.lead_", "environment.share_change", unknown="alone", within=0),
    Direction("environment.course_", "environment.share_change", unknown="alone", within=0),
    Direction("environment.lead_mover_", "slot:change", within=0),
    Direction("environment.movers.", "slot:change", flat="none", unknown="none", within=0),
    Direction(
        "environment.market.",
        "environment.market_growth",
        up="grows",
        flat="holds",
        down="shrinks",
        unknown="alone",
        within=0.02,
    ),
    Direction(
        "environment.prices.price_",
        "environment.price_gap",
        up="above",
        flat="near",
        down="below",
        unknown="near",
        within=0.05,
    ),
    Direction("environment.signal.share_", "environment.share_change", within=0),
    Direction("environment.signal.price_", "environment.price_gap", up="above", down="below", within=0.05),
    Direction("customers.lead_", "customers.revenue_change"),
    *(Direction(f"customers.growth.{name}_", f"customers.{name}_change") for name in _DRIVERS),
    Direction("customers.what.", "slot:change", unknown="alone"),
    Direction(
        "customers.launch.",
        "customers.repeat_gap",
        up="more",
        flat="alike",
        down="less",
        unknown="alike",
        within=0,
    ),
    Direction(
        "portfolio.size.", "slot:ratio", up="above", flat="on", down="below", unknown="on", around=1, within=0
    ),
    Direction("customers.who.", "slot:index", up="more", down="less", around=1, within=0),
    Direction("segmentation.lead_", "segmentation.top_gap", up="more", flat="as", down="less", unknown="as"),
    Direction(
        "segmentation.tiers.",
        "slot:gap",
        up="above",
        flat="as_planned",
        down="below",
        unknown="as_planned",
        within=0.05,
    ),
    Direction(
        "segmentation.tiers.coupons_",
        "segmentation.class_coupon_gap",
        up="more",
        flat="alike",
        down="less",
        unknown="alike",
        within=0.001,
    ),
    *(
        Direction(
            f"segmentation.moved.{move}_",
            f"segmentation.moved_excess[move={move}]",
            up="more",
            flat="as",
            down="less",
            unknown="as",
            within=0,
        )
        for move in ("gone", "fell")
    ),
    *(
        Direction(f"lifecycle.{place}_", "lifecycle.in_touch_change", unknown="alone")
        for place in ("lead", "bridge")
    ),
    Direction(
        "retention.lead_",
        "retention.repeat_90",
        up="most",
        flat="half",
        down="few",
        unknown="unknown",
        around=0.5,
        within=0,
    ),
    Direction(
        "loyalty.lead_",
        "loyalty.requirements_share",
        up="main",
        flat="half",
        down="part",
        unknown="unknown",
        around=0.5,
        within=0,
    ),
    Direction("loyalty.lead_", "loyalty.frequency_gap", up="above", flat="law", down="below", within=0),
    Direction("warning.calibration.", "warning.miss", up="low", flat="yes", down="high", within=0),
    Direction("warning.calibration.headline_", "warning.miss", up="low", flat="yes", down="high", within=0),
    Direction("loyalty.law.", "loyalty.frequency_gap", up="above", flat="on", down="below", within=0),
    Direction("value.check.", "slot:error", up="more", flat="met", down="fewer", within=0.02),
    Direction(
        "value.tracking.",
        "slot:error",
        up="more",
        flat="met",
        down="fewer",
        unknown="unknown",
        within=0.02,
    ),
    Direction("marketing.deals.", "marketing.deal_change", unknown="alone"),
    Direction("marketing.selection.", "marketing.gap_before", up="more", flat="alike", down="less", within=0),
    Direction(
        "marketing.tiers.",
        "marketing.tier_gap[abc=a]",
        up="more",
        flat="alike",
        down="less",
        unknown="unknown",
        within=0.03,
    ),
    Direction("data.profile.", "data.profile_gap", up="more", flat="alike", down="less", unknown="alike"),
)


def direction_of(message: str) -> Direction | None:
    """The family that a message belongs to."""
    return next((one for one in DIRECTIONS if one.way_of(message)), None)


def misdirected(report: Report, findings: Findings) -> list[tuple[str, str]]:
    """Messages that point another way than their finding, each with the way it should be."""
    sentences = [one for numbered in report.blocks for one in sentences_of(numbered.block)]
    pointing = [(one, family) for one in sentences if (family := direction_of(one.message))]
    assert len(pointing) > 12, "the reports point hardly anywhere: the families no longer fit the messages"
    return [
        (one.message, expected)
        for one, family in pointing
        if family.way_of(one.message) != (expected := family.expected(one, findings))
    ]


def ways(report: Report, family: Direction) -> set[str]:
    """Which ways of a family a report says, anywhere."""
    said = (family.way_of(one.message) for block in report.blocks for one in sentences_of(block.block))
    return {way for way in said if way}
