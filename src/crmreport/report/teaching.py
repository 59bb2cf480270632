"""The teaching edition: after what a cell made, the methods behind it and the code itself.

A method's box comes from the catalogues (``teaching.<method>.formula`` and so on), in the language of the
report, where its first finding was made. Code that shows nothing stands with the next that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crmreport.report.model import Report
from crmreport.text import Words

PARTS = ("formula", "source", "wrong", "right", "parameter")


@dataclass(frozen=True)
class MethodBox:
    """One method: its name, and each of ``PARTS`` with its label."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Lesson:
    """What a cell teaches: the methods it is the first to use, and the lines of its code."""

    methods: tuple[MethodBox, ...]
    code: tuple[str, ...]


def lessons(report: Report, words: Words) -> Mapping[str, Lesson]:
    """By the id of each cell that shows something, its lesson."""
    taught: set[str] = set()
    found = {}
    for cell, code in report.listings.items():
        used = dict.fromkeys(_methods(report, cell))
        new = [one for one in used if one not in taught and f"teaching.{one}.title" in words.catalogue]
        taught.update(new)
        found[cell] = Lesson(tuple(_box(method, words) for method in new), tuple(code.splitlines()))
    return found


def _methods(report: Report, cell: str) -> Iterator[str]:
    """The methods of the findings that a cell made, in their order."""
    for finding in report.findings.values():
        if finding.provenance and finding.provenance.cell == cell:
            yield finding.method.removeprefix("method.")


def _box(method: str, words: Words) -> MethodBox:
    rows = (
        (words.label(f"teaching.{part}"), words.label(f"teaching.{method}.{part}"))
        for part in PARTS
        if f"teaching.{method}.{part}" in words.catalogue
    )
    return MethodBox(words.label(f"teaching.{method}.title"), tuple(rows))
