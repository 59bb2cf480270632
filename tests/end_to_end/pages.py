"""What a reader sees of a page, and which of it is marked as a number of the analysis."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_SILENT = {"script", "style", "template", "svg", "title"}
_PROSE = {"p", "li", "figcaption", "h1", "h2", "h3", "h4", "dt", "dd"}


@dataclass
class Page:
    """``numbers`` are pairs of a finding's key and the text shown for it; ``prose`` are the texts of
    paragraphs, captions and headings, without tables, cited works and the client's own data."""

    numbers: list[tuple[str, str]] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[str] = []
        self._number: list[str] | None = None

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag not in ("meta", "link", "br", "hr", "img", "input", "wbr"):
            self._open.append(tag)
        if tag in _PROSE:
            self.page.prose.append("")
        if tag in ("td", "th"):
            self.page.text += " "  # cells are texts of their own
        if tag == "data" and "data-finding" in found:
            self._number = [found["data-finding"], ""]

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass
        if tag == "data" and self._number:
            self.page.numbers.append((self._number[0], self._number[1]))
            self._number = None

    def handle_data(self, data):
        if _SILENT & set(self._open):
            return
        self.page.text += data
        if self._number:
            self._number[1] += data
        if _PROSE & set(self._open) and not {"bdi", "cite", "table", "nav", "dialog"} & set(self._open):
            self.page.prose[-1] += data


def read_page(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    return reader.page
