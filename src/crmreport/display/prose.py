"""A sentence in a language: its message with every slot formatted, piece by piece.

The pieces stay apart so that each renderer can mark them: HTML makes a number clickable, Typst turns
each into a string literal, plain text joins them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crmreport.display.blocks import (
    DateSlot,
    FindingSlot,
    LabelSlot,
    NameSlot,
    PeriodSlot,
    Sentence,
    SettingSlot,
    Slot,
    TextSlot,
)
from crmreport.errors import RenderError
from crmreport.findings import Finding
from crmreport.text import Words
from crmreport.text.words import MINUS

_HAN = re.compile(r"[\u3400-\u9fff]")
_SIGNS = ("+", MINUS)


@dataclass(frozen=True)
class Run:
    """A piece of text; ``finding`` is the number it shows, ``data`` marks text of the client's."""

    text: str
    finding: Finding | None = None
    data: bool = False


def runs(sentence: Sentence, words: Words) -> list[Run]:
    """The sentence in the language of ``words``.

    Where a finding that it speaks of is withheld or was not supplied, it says that instead. Raises
    RenderError where message and slots do not fit each other.
    """
    counts = {name: _count(slot) for name, slot in sentence.slots.items()}
    parts = words.catalogue.parts(sentence.message, counts)
    spoken = [_slot(sentence, part.slot, words) for part in parts if part.slot is not None]
    for slot in spoken:
        if isinstance(slot, FindingSlot) and not slot.finding.known:
            return _unknown(slot.finding, words)
    filled = [
        Run(part.literal) if part.slot is None else _fill(sentence.slots[part.slot], part.form, words)
        for part in parts
    ]
    return _with_air(filled) if words.chinese else filled


def _with_air(pieces: list[Run]) -> list[Run]:
    """A space before a sign that follows a Chinese character: renderers give one to digits only."""
    before = ["", *(piece.text[-1:] for piece in pieces)]
    return [
        replace(piece, text=f" {piece.text}") if piece.text[:1] in _SIGNS and _HAN.match(last) else piece
        for last, piece in zip(before, pieces, strict=False)
    ]


def _slot(sentence: Sentence, name: str, words: Words) -> Slot:
    if name not in sentence.slots:
        raise RenderError(
            f"The message “{sentence.message}” has a slot “{name}” that nothing fills.",
            where=str(words.locale),
            remedy=f"The notebook fills: {', '.join(sorted(sentence.slots)) or 'none'}.",
        )
    return sentence.slots[name]


def plain(sentence: Sentence, words: Words) -> str:
    """The sentence as one string, for captions, alternative texts and logs."""
    return "".join(run.text for run in runs(sentence, words))


def _fill(slot: Slot, form: str, words: Words) -> Run:
    match slot:
        case FindingSlot(finding=finding):
            return Run(finding_text(finding, form, words), finding=finding)
        case SettingSlot(value=value, unit=unit):
            return Run(words.number(value, unit, form))
        case LabelSlot(message=message):
            return Run(words.label(message))
        case NameSlot(text=text):
            return Run(text.in_language(words.language), data=True)
        case TextSlot(text=text):
            return Run(text, data=True)
        case DateSlot(date=day):
            return Run(words.date(day))
        case PeriodSlot(period=period):
            return Run(words.period(period))
    raise AssertionError(slot)


def finding_text(finding: Finding, form: str, words: Words) -> str:
    """A known finding as prose shows it: its value in ``form``, its ``interval``, its ``span`` or its ``n``.

    The ``span`` is the interval read in the direction of the value, for what is said without its sign:
    5 points lower, between 2 and 8.
    """
    if form == "n":
        return words.number(finding.n, "count", "exact")
    if form in ("interval", "span"):
        if finding.low is None or finding.high is None:
            raise RenderError(f"{finding.key} is a census and has no interval.")
        ends = (finding.low, finding.high)
        if form == "span" and finding.number() < 0:
            ends = (-finding.high, -finding.low)
        return words.interval(*ends, finding.unit)
    return words.number(finding.number(), finding.unit, form, measured=True)


def _count(slot: Slot) -> float:
    match slot:
        case FindingSlot(finding=finding) if finding.value is not None:
            return finding.value
        case SettingSlot(value=value):
            return value
    return 0


def _unknown(finding: Finding, words: Words) -> list[Run]:
    message = "core.withheld" if finding.status == "withheld" else "core.not_supplied"
    # Not on how many it rests: that is what must not be told.
    what = words.label(f"finding.{finding.id}")
    return [Run(what if part.slot else part.literal) for part in words.catalogue.parts(message, {})]
