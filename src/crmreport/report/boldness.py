"""Which characters of a page are shown bold: a bold face of all characters would weigh as much again.

What the style sheets set in bold is named here once more; a test in a browser holds the two together.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_TAGS = frozenset({"h1", "h2", "h3", "h4", "thead", "b", "strong", "em", "summary", "figcaption"})
_CLASSES = frozenset({"title", "value", "change", "total", "when", "mark", "simulated", "languages"})
_HEAVY = re.compile(r"font-weight:\s*700")
_EMPTY = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_ALWAYS = frozenset(map(chr, range(0x20, 0x7F)))


def bold_characters(page: str) -> frozenset[str]:
    """The characters in the bold elements of a page, and all of ASCII. Scripts are not looked into."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return _ALWAYS | reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY:
            return
        given = dict(attrs)
        named = not _CLASSES.isdisjoint((given.get("class") or "").split())
        heavy = tag in _TAGS or named or _HEAVY.search(given.get("style") or "") is not None
        self._open.append((tag, heavy or (bool(self._open) and self._open[-1][1])))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A drawing's path and the like: it holds no text."""

    def handle_endtag(self, tag: str) -> None:
        if tag in (name for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][1]:
            self.found.update(data)
