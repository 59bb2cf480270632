"""Headers as words: what is left of a column's name when spelling, width, script and language are gone.

“CustomerID”, “customer_id”, “Customer No.” and “会员编号” all become the two words ``person id``. The words
and their spellings are data, in ``synonyms.yml``; a header that nobody foresaw is still read word by word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from crmreport.data.inspection.folding import to_simplified

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s\b)[a-z])")
_PIECES = re.compile(r"[a-z]+|[0-9]+|[\u3400-\u9fff]+")
_BRACKETED = re.compile(r"[(\[{<【「][^)\]}>】」]*[)\]}>】」]")
_MEANINGLESS = re.compile(
    r"^(?:[a-z]{1,2}|(?:col|column|field|var|variable|f|c|v|x|unnamed|列|字段|栏位|栏)?[ _:.-]*\d*)$"
)
_LONGEST_WORD = 16
_MOST_PIECES = 4

_NO_WORD = re.compile(r"^\d+$")


def spelling(header: str) -> str:
    """The header in one width, one script and one case, with camel case taken apart."""
    text = unicodedata.normalize("NFKC", header.replace("\ufeff", ""))
    return to_simplified(_CAMEL.sub(" ", text)).casefold().strip()


def is_meaningless(header: str) -> bool:
    """Whether a name says nothing: A, B, col1, Column 2, 字段3, or none at all."""
    return _MEANINGLESS.match(spelling(header).strip(" _")) is not None


def bracketed(header: str) -> str:
    """What stands in brackets, mostly a unit: “金额(元)” gives “元”."""
    return " ".join(part[1:-1] for part in _BRACKETED.findall(spelling(header)))


class Lexicon:
    """Spellings, and the word that each stands for."""

    def __init__(self, words: Mapping[str, Iterable[str]], noise: Iterable[str] = ()) -> None:
        self._word = {
            _joined(form): word for word, forms in words.items() for form in (word, *forms) if _joined(form)
        }
        self._noise = frozenset(noise)

    def __contains__(self, word: str) -> bool:
        return word in self._word.values()

    def read(self, header: str) -> tuple[str, ...]:
        """The words of a header, the most important one last, as in both English and Chinese.

        “date of birth” is read as “birth date”. What stands in brackets is left out, unless nothing else
        is left. Words of no known spelling stand for themselves.
        """
        text = spelling(header)
        words = self._words(_BRACKETED.sub(" ", text)) or self._words(text)
        while "of" in words[1:-1]:
            at = words.index("of", 1)
            words = (*words[at + 1 :], *words[:at])
        return tuple(word for word in words if word not in self._noise and word != "of")

    def _words(self, text: str) -> tuple[str, ...]:
        pieces = [piece for piece in _PIECES.findall(text) if not _NO_WORD.match(piece)]
        found: list[str] = []
        while pieces:
            for taken in range(min(_MOST_PIECES, len(pieces)), 1, -1):
                # “unit price” is one word of ours, though two of English.
                if word := self._known("".join(pieces[:taken])):
                    found.append(word)
                    break
            else:
                taken = 1
                found += self._split(pieces[0])
            pieces = pieces[taken:]
        return tuple(found)

    @lru_cache(maxsize=4096)  # noqa: B019  # the lexicon lives as long as the process
    def _split(self, piece: str) -> tuple[str, ...]:
        """The piece cut into known words, so that as few letters as possible are left over."""
        if whole := self._known(piece):
            return (whole,)
        latin = piece.isascii()
        # best[i]: letters left over, words used, the words, for the first i letters.
        best: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())]
        for end in range(1, len(piece) + 1):
            left, used, words = best[end - 1]
            options = [(left + 1, used + 1, (*words, piece[end - 1]))]
            # In Latin letters a word of one or two would be found everywhere.
            for start in range(max(0, end - _LONGEST_WORD), end - (2 if latin else 0)):
                if word := self._known(piece[start:end]):
                    before = best[start]
                    options.append((before[0], before[1] + 1, (*before[2], word)))
            if latin:
                options += [
                    (best[end - 2][0], best[end - 2][1] + 1, (*best[end - 2][2], word))
                    for word in [self._word.get(piece[max(0, end - 2) : end])]
                    if word == "id" and end == len(piece) and end > 2
                ]
            best.append(min(options, key=lambda option: option[:2]))
        left, _, words = best[-1]
        if latin and left:
            # Letters that make no words together are one unknown word.
            return (piece,)
        return _runs(words)

    def _known(self, form: str) -> str | None:
        word = self._word.get(form)
        if word is None and form.isascii():
            for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
                if form.endswith(ending) and len(form) > len(ending) + 2:
                    word = word or self._word.get(form.removesuffix(ending) + instead)
        return word


def _joined(form: str) -> str:
    """A spelling without what separates its parts: a lexicon's entry."""
    return "".join(_PIECES.findall(spelling(form)))


def _runs(words: tuple[str, ...]) -> tuple[str, ...]:
    """Neighbouring characters that belong to no word, as one unknown word."""
    found: list[str] = []
    loose = False
    for word in words:
        single = len(word) == 1 and not word.isascii()
        if single and loose:
            found[-1] += word
        else:
            found.append(word)
        loose = single
    return tuple(found)
