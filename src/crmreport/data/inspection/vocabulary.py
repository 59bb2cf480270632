"""How near a header is to what we know, by its words alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from crmreport.data.contract import TABLES
from crmreport.data.inspection.headers import Lexicon, is_meaningless

SYNONYMS = Path(__file__).with_name("synonyms.yml")

DECOY = 0.98
"""A thing that is none of ours loses a tie against one that is."""

_NOT_THE_TELLING = 0.7
_OTHER_HEAD = 0.6
"""What is left of a likeness when the last, and so the most important, words differ."""

_MOST = 0.6

Phrase = tuple[tuple[str, ...], float]


@dataclass(frozen=True)
class Vocabulary:
    """The phrases for each canonical column, and for what is none of ours, read from ``synonyms.yml``."""

    lexicon: Lexicon
    columns: dict[str, tuple[Phrase, ...]]
    by_table: dict[tuple[str, str], tuple[Phrase, ...]]
    decoys: tuple[Phrase, ...]
    brands: tuple[Phrase, ...]
    files: dict[str, tuple[Phrase, ...]]
    contents: dict[str, str]
    signs: dict[str, tuple[str, ...]]
    weights: dict[str, float]

    def likeness(self, header: str, table: str, column: str) -> float:
        """How sure the header alone makes it that it is that column: 0 to 1."""
        phrases = (*self.columns.get(column, ()), *self.by_table.get((table, column), ()))
        return self._nearest(self.lexicon.read(header), phrases)

    def decoy(self, header: str) -> float:
        """How near the header is to a thing that is none of ours: 0 to ``DECOY``."""
        return DECOY * self._nearest(self.lexicon.read(header), self.decoys)

    def brand(self, header: str) -> float:
        """How likely the header names brands, makers or providers: 0 to 1."""
        return self._nearest(self.lexicon.read(header), self.brands)

    def speaks_of(self, name: str, table: str) -> bool:
        """Whether a file's name, or a header, has the words of a table in it."""
        words = set(self.lexicon.read(name))
        return any(words.issuperset(phrase) for phrase, _ in self.files.get(table, ()))

    def _nearest(self, words: tuple[str, ...], phrases: Iterable[Phrase]) -> float:
        return max((weight * self._alike(words, phrase) for phrase, weight in phrases), default=0.0)

    def _alike(self, words: tuple[str, ...], phrase: tuple[str, ...]) -> float:
        """Dice's coefficient of the two sets of words, rare words weighing more than common ones."""
        if not words or not phrase:
            return 0.0
        common = self._weigh(set(words) & set(phrase))
        whole = self._weigh(set(words)) + self._weigh(set(phrase))
        likeness = 2 * common / whole * (1.0 if words[-1] == phrase[-1] else _OTHER_HEAD)
        # “amount” shares a word with “coupon amount”, but not the one that makes it a coupon's.
        telling = max(phrase, key=lambda word: self.weights.get(word, 1.0))
        return likeness * (1.0 if telling in words else _NOT_THE_TELLING)

    def _weigh(self, words: Iterable[str]) -> float:
        return sum(self.weights.get(word, 1.0) for word in words)


@cache
def vocabulary() -> Vocabulary:
    """Our vocabulary, read once."""
    # Every value as it is written: YAML takes the words “on” and “no” for true and false.
    raw: dict[str, Any] = yaml.load(SYNONYMS.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
    lexicon = Lexicon(raw["words"], raw["noise"])

    def phrases(entries: Iterable[Any], *more: str) -> tuple[Phrase, ...]:
        weighed = [pair for entry in entries for pair in _weighed(entry)]
        return tuple(
            (lexicon.read(text), weight) for text, weight in [*weighed, *((one, 1.0) for one in more)]
        )

    names = {column.name for table in TABLES.values() for column in table.mappable}
    columns = {name: phrases(raw["columns"].get(name, []), name) for name in names}
    return Vocabulary(
        lexicon=lexicon,
        columns=columns,
        by_table={
            (table, name): phrases(entries)
            for table, columns_of in raw["tables"].items()
            for name, entries in columns_of.items()
        },
        decoys=phrases(raw["decoys"]),
        brands=phrases(raw["brands"]),
        files={table: phrases(entries) for table, entries in raw["files"].items()},
        contents=raw["contents"],
        signs={table: tuple(entries) for table, entries in raw["signs"].items()},
        weights=_rarity(columns),
    )


def _weighed(entry: str | dict[str, str]) -> list[tuple[str, float]]:
    return [(entry, 1.0)] if isinstance(entry, str) else [(text, float(w)) for text, w in entry.items()]


def _rarity(columns: dict[str, tuple[Phrase, ...]]) -> dict[str, float]:
    """The weight of each word: small where the names of many columns hold it, about 1 where one does."""
    met = Counter(
        word for phrases in columns.values() for word in {w for phrase, _ in phrases for w in phrase}
    )
    most = math.log(1 + len(columns))
    return {word: math.log(1 + len(columns) / count) / most for word, count in met.items()}


def names_nothing(headers: Iterable[str]) -> bool:
    """Whether most headers of a file say nothing, so that its contents have to speak alone."""
    lexicon = vocabulary().lexicon
    nothing = [
        is_meaningless(header) and not any(word in lexicon for word in lexicon.read(header))
        for header in headers
    ]
    return sum(nothing) > _MOST * len(nothing)
