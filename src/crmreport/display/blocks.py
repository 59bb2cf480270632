"""The semantic blocks that a notebook cell shows.

A block says what is meant, in no language and no format: message ids with named slots, typed tables,
the name of a chart with its data. Renderers (HTML in JupyterLab and in the report, Typst for the PDF)
turn it into a page. Everything here is plain data: JSON in and out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from crmreport.advice.recommend import Recommendation
from crmreport.findings import Finding, Scope, Unit
from crmreport.params import Language, LocalText
from crmreport.period import Period

BLOCK_MIME = "application/vnd.crmreport.block+json"

MessageId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)+$")]
BlockId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# ---------------------------------------------------------------- slots: what a message is filled with


LONGEST = 60
"""Characters of a text from the client's data that are shown: no name is longer, and a page holds no more."""


def shortened(text: str) -> str:
    """The text, cut where it is too long to be a name; the dots show that something is missing."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


class FindingSlot(_Model):
    """A number of the analysis; the page marks it with the finding's key."""

    kind: Literal["finding"] = "finding"
    finding: Finding


class SettingSlot(_Model):
    """A number that the params file or a method sets, such as the months of the window."""

    kind: Literal["setting"] = "setting"
    value: int | float
    unit: Unit


class LabelSlot(_Model):
    """A term of the catalogues, such as the name of a segment."""

    kind: Literal["label"] = "label"
    message: MessageId


class NameSlot(_Model):
    """A name from the params file, given in each language."""

    kind: Literal["name"] = "name"
    text: LocalText


class TextSlot(_Model):
    """A text from the client's data; it is data, in no language of ours, and escaped everywhere."""

    kind: Literal["text"] = "text"
    text: Annotated[str, AfterValidator(shortened)]


class DateSlot(_Model):
    kind: Literal["date"] = "date"
    date: date


class PeriodSlot(_Model):
    kind: Literal["period"] = "period"
    period: Period


Slot = Annotated[
    FindingSlot | SettingSlot | LabelSlot | NameSlot | TextSlot | DateSlot | PeriodSlot,
    Field(discriminator="kind"),
]
SlotValue = Finding | Period | date | LocalText | Slot


class Sentence(_Model):
    """A message of the catalogues and what fills its slots."""

    kind: Literal["sentence"] = "sentence"
    message: MessageId
    slots: dict[str, Slot] = {}


Sentences = Annotated[tuple[Sentence, ...], Field(min_length=1)]
"""Whatever says something says at least one sentence."""


def sentence(message: str, /, **slots: SlotValue) -> Sentence:
    """A sentence; findings, periods, dates and names are put into the slot type of their kind."""
    return Sentence(message=message, slots={name: _slot(value) for name, value in slots.items()})


def _slot(value: SlotValue) -> Slot:
    match value:
        case Finding():
            return FindingSlot(finding=value)
        case Period():
            return PeriodSlot(period=value)
        case date():
            return DateSlot(date=value)
        case LocalText():
            return NameSlot(text=value)
        case _:
            return value


def by_sign(
    finding: Finding, *, up: str, flat: str, down: str, unknown: str | None = None, within: float = 0.005
) -> str:
    """The message for a change: ``flat`` where it is within ``within`` of zero or its interval holds zero.

    ``unknown`` is for a finding without a number; without it ``flat`` is, and the sentence will say
    that the number is not shown.
    """
    if finding.value is None:
        return unknown or flat
    uncertain = finding.low is not None and finding.high is not None and finding.low <= 0 <= finding.high
    if uncertain or abs(finding.value) <= within:
        return flat
    return up if finding.value > 0 else down


def label(message: str) -> LabelSlot:
    return LabelSlot(message=message)


def text(value: str) -> TextSlot:
    return TextSlot(text=value)


def setting(value: float, unit: Unit) -> SettingSlot:
    return SettingSlot(value=value, unit=unit)


# ---------------------------------------------------------------- tables


class Column(_Model):
    """One typed column. ``label`` is a message id, unless ``title`` holds a name from the data.

    Cells of kind ``label`` hold message ids, ``name`` a text by language, ``text`` data, ``date`` an
    ISO date; the others are numbers of that unit, None where withheld or absent.
    """

    key: str
    label: MessageId
    kind: Unit | Literal["label", "name", "text", "date"]

    @property
    def numeric(self) -> bool:
        return self.kind not in ("label", "name", "text", "date")


class Data(_Model):
    """A small typed table: what a chart draws and a table prints."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[JsonValue, ...], ...]

    def records(self) -> Iterator[dict[str, Any]]:
        keys = [column.key for column in self.columns]
        for row in self.rows:
            yield dict(zip(keys, row, strict=True))


# ---------------------------------------------------------------- blocks


class Heading(_Model):
    """A section's heading; level 1 is a chapter's title and is set by the report, not by a cell."""

    kind: Literal["heading"] = "heading"
    title: Sentence
    level: Literal[1, 2, 3] = 2


class Paragraph(_Model):
    kind: Literal["paragraph"] = "paragraph"
    sentences: Sentences
    lead: bool = Field(False, description="the chapter's answer, set larger")


class Bullets(_Model):
    kind: Literal["bullets"] = "bullets"
    items: Sentences
    ordered: bool = False


class Figure(_Model):
    """A chart by name, drawn once per language from ``data``; ``headline`` states the finding."""

    kind: Literal["figure"] = "figure"
    id: BlockId
    chart: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    data: Data
    options: dict[str, JsonValue] = {}
    headline: Sentence
    source: Sentence


class Table(_Model):
    kind: Literal["table"] = "table"
    id: BlockId
    data: Data
    headline: Sentence
    note: Sentence | None = None
    total: bool = Field(False, description="the last row is a total")


class Kpi(_Model):
    """One number of a KPI strip; ``change`` is a finding of its own, shown in sign and colour."""

    label: MessageId
    finding: Finding
    change: Finding | None = None
    change_label: Sentence | None = None


class KpiStrip(_Model):
    kind: Literal["kpis"] = "kpis"
    items: tuple[Kpi, ...]


class Callout(_Model):
    """``key`` is the one thing to remember, ``warning`` what limits it, ``action`` what to do."""

    kind: Literal["callout"] = "callout"
    style: Literal["key", "warning", "action"]
    title: Sentence
    body: Sentences
    listed: bool = Field(False, description="each sentence is a point of its own")


class CardPoint(_Model):
    """A labelled line of a card, such as what to offer."""

    label: MessageId
    text: Sentence


class Card(_Model):
    """One thing of several alike, such as a segment: its name, what is known of it, what to do."""

    title: Sentence
    facts: Sentences
    points: tuple[CardPoint, ...] = ()


class Cards(_Model):
    kind: Literal["cards"] = "cards"
    items: Annotated[tuple[Card, ...], Field(min_length=1)]


class Term(_Model):
    """One entry of a glossary; ``note`` stands beneath, such as the source of a method."""

    name: Sentence
    meaning: Sentence
    note: Sentence | None = None


class Glossary(_Model):
    """Terms and what they mean, to look up rather than to read: folded on a screen, dense on paper."""

    kind: Literal["glossary"] = "glossary"
    title: Sentence
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]


class Comment(_Model):
    """An analyst's comment from the params file, marked as such."""

    kind: Literal["comment"] = "comment"
    text: LocalText


class Missing(_Model):
    """The honest box: what was not supplied (or is too small), and what it would have told."""

    kind: Literal["missing"] = "missing"
    reason: Literal["not_supplied", "withheld"]
    body: Sentences


Block = Annotated[
    Heading
    | Paragraph
    | Bullets
    | Figure
    | Table
    | KpiStrip
    | Callout
    | Cards
    | Glossary
    | Comment
    | Missing,
    Field(discriminator="kind"),
]


class Context(_Model):
    """Whose report a block belongs to: all that a renderer needs beside the blocks themselves."""

    engagement: str
    client: LocalText
    scope: Scope
    scope_name: LocalText
    period: Period
    currency: str
    languages: tuple[Language, ...]
    traditional: Literal["tw", "hk"]
    mark: tuple[Literal["draft", "confidential"], ...]
    simulated: bool
    chapter: str
    chapter_title: MessageId
    accent: str = Field("", description="colour of the client's brand file, #rrggbb; empty: the theme's")
    contrast: str = Field("", description="as accent: what is set against it")


class Bundle(_Model):
    """What one cell shows: whose it is, its blocks in order, the findings and the advice it made."""

    context: Context
    blocks: tuple[Block, ...] = ()
    findings: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()


BLOCK: TypeAdapter[Block] = TypeAdapter(Block)


def sentences_of(block: Block) -> Iterator[Sentence]:
    """Every sentence of a block, in reading order."""
    match block:
        case Heading():
            yield block.title
        case Paragraph():
            yield from block.sentences
        case Bullets():
            yield from block.items
        case Figure():
            yield block.headline
            yield block.source
        case Table():
            yield block.headline
            if block.note:
                yield block.note
        case KpiStrip():
            for item in block.items:
                if item.change_label:
                    yield item.change_label
        case Callout():
            yield block.title
            yield from block.body
        case Missing():
            yield from block.body
        case Cards():
            for card in block.items:
                yield card.title
                yield from card.facts
                yield from (point.text for point in card.points)
        case Glossary():
            yield block.title
            for term in block.terms:
                yield from (term.name, term.meaning)
                if term.note:
                    yield term.note
        case Comment():
            pass


def findings_of(block: Block) -> Iterator[Finding]:
    """Every finding that a block shows, in reading order."""
    if isinstance(block, KpiStrip):
        for item in block.items:
            yield item.finding
            if item.change:
                yield item.change
    for one in sentences_of(block):
        for slot in one.slots.values():
            if isinstance(slot, FindingSlot):
                yield slot.finding
