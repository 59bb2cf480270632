"""What one number of a KPI strip says, the same in HTML and PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crmreport.display.blocks import Kpi
from crmreport.display.prose import finding_text, plain
from crmreport.findings import Finding, Unit
from crmreport.text import Words

Mood = Literal["good", "bad", "neutral"]
_WRITTEN_LONG: tuple[Unit, ...] = ("count", "money")  # millions are not written out in a card


@dataclass(frozen=True)
class ChangeView:
    """A change with its sign; ``arrow`` is empty where nothing changed."""

    finding: Finding
    text: str
    arrow: str
    mood: Mood


@dataclass(frozen=True)
class KpiView:
    """``finding`` is None where the number is not shown; ``value`` then says why.

    ``interval`` is empty for a census.
    """

    label: str
    value: str
    finding: Finding | None
    interval: str
    change: ChangeView | None
    against: str


def kpi_view(item: Kpi, words: Words) -> KpiView:
    """One KPI in the language of ``words``; a change that is not known is left out."""
    known = item.finding.known
    value = (
        finding_text(item.finding, "value", words) if known else words.label(f"page.{item.finding.status}")
    )
    change = _change(item.change, words) if known and item.change and item.change.known else None
    against = plain(item.change_label, words) if change and item.change_label else ""
    shown = item.finding if known else None
    return KpiView(words.label(item.label), value, shown, _interval(item.finding, words), change, against)


def _interval(finding: Finding, words: Words) -> str:
    """The bounds of what is estimated, with one number of decimals."""
    if finding.value is None or finding.low is None or finding.high is None:
        return ""
    if finding.unit in _WRITTEN_LONG:
        low, high = (words.number(bound, finding.unit) for bound in (finding.low, finding.high))
    else:
        _, low, high = words.column((finding.value, finding.low, finding.high), finding.unit)
    return words.label("page.kpi_interval", low=words.after_words(low), high=words.after_words(high))


def _change(change: Finding, words: Words) -> ChangeView:
    value = change.number()
    text = finding_text(change, "signed", words)
    signed = text[0] in "+\N{MINUS SIGN}"  # what rounds to zero has no sign, so gets no arrow
    arrow = ("▲" if value > 0 else "▼") if signed else ""
    return ChangeView(change, text, arrow, mood(change) if signed else "neutral")


def mood(change: Finding) -> Mood:
    """Good or bad for the client, or neutral where it is neither, or may be no change at all."""
    value = change.number()
    uncertain = change.low is not None and change.high is not None and change.low <= 0 <= change.high
    if uncertain or value == 0 or change.better == "neutral":
        return "neutral"
    return "good" if (value > 0) == (change.better == "up") else "bad"
