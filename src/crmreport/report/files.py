"""The editions of a report and the names of its files."""

from __future__ import annotations

from typing import Literal

Edition = Literal["client", "teaching"]
EDITIONS: tuple[Edition, ...] = ("client", "teaching")
WORKBOOK = "workbook.xlsx"


def file_name(language: str, format: str, edition: Edition = "client") -> str:
    """``report.en.html``, ``report.teaching.en.html``."""
    return f"report.{'' if edition == 'client' else edition + '.'}{language}.{format}"
