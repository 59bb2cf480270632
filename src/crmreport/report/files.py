"""The editions of a report and the names of its files.

What somebody opens, sends on or prints says in its name when nobody in it is real: a page that is labelled as
simulated is soon a file among others.
"""

from __future__ import annotations

from typing import Literal

Edition = Literal["client", "teaching"]
EDITIONS: tuple[Edition, ...] = ("client", "teaching")
_SIMULATED = "simulated-"


def file_name(language: str, format: str, edition: Edition = "client", *, simulated: bool = False) -> str:
    """``report.en.html``, ``report.teaching.en.html``; ``simulated-report.en.html`` of a made-up client."""
    name = f"report.{'' if edition == 'client' else edition + '.'}{language}.{format}"
    return f"{_SIMULATED if simulated else ''}{name}"


def workbook_name(*, simulated: bool = False) -> str:
    """``workbook.xlsx``, or ``simulated-workbook.xlsx``."""
    return f"{_SIMULATED if simulated else ''}workbook.xlsx"
