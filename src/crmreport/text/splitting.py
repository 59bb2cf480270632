"""A text's words: Latin ones as they stand, Chinese ones as a dictionary parts them.

Which words are not counted is written in ``stopwords/en.txt`` and ``stopwords/zh.txt``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import rjieba

from crmreport.text.masking import is_shouted

_LISTS = Path(__file__).with_name("stopwords")
_PIECES = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][A-Za-zÀ-ɏ]+)*|[\u3400-\u9fff]+|[^\sA-Za-zÀ-ɏ\u3400-\u9fff]+")
_LINES = re.compile(r"[（(]*(?:[\u3400-\u9fff]+|[^\s\u3400-\u9fff（(]+)[，、：；）)]*\s*|\S\s*|\s+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_OWNED = re.compile(r"['’](?:s|S)$")
_OF_HEADERS = ("中位數", "期間", "訂單", "訂單數", "明細", "行數", "滿意者", "满意者", "諮詢")
_SHORTEST = {"latin": 3, "han": 2}


@cache
def stop_words() -> frozenset[str]:
    """The words that say nothing alone, of both languages."""
    lines = (line for file in sorted(_LISTS.glob("*.txt")) for line in file.read_text("utf-8").splitlines())
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def runs(text: str) -> Iterator[list[str]]:
    """The words of a text that are counted, in runs: what a stop word, a number, a sign or a covered place
    parts is in two runs. Latin words are in small letters."""
    run: list[str] = []
    for word in _words(text):
        if word is None:
            if run:
                yield run
            run = []
        else:
            run.append(word)
    if run:
        yield run


def phrases(text: str) -> Iterator[str]:
    """The pieces of a short text between which a line may break, which together are the text.

    A space, a mark or a closing bracket stays with the piece before it, an opening bracket with the one
    after. Single Chinese characters in a row are one piece, and one alone goes with a neighbour: the
    dictionary parts more than a reader does.
    """
    for piece in _LINES.findall(text):
        opening = piece[: len(piece) - len(piece.lstrip("（("))]
        inner = piece[len(opening) :]
        han = _HAN.match(inner)
        if not han:
            yield piece
            continue
        *first, last = _joined(_headers_dictionary().cut(han[0]))
        last += inner[han.end() :]
        words = [*first, last]
        yield opening + words[0]
        yield from words[1:]


@cache
def _headers_dictionary() -> rjieba.Jieba:
    """The dictionary, which is of Simplified Chinese, with words of headers that it lacks."""
    dictionary = rjieba.Jieba()
    for word in _OF_HEADERS:
        dictionary.add_word(word, None, None)
    return dictionary


def _joined(words: list[str]) -> list[str]:
    """Words of at least two characters, as far as there are so many."""
    found: list[str] = []
    single = False
    for word in words:
        if len(word) == 1 and found and single:
            found[-1] += word
            continue
        single = len(word) == 1
        found.append(word)
    whole: list[str] = []
    for word in found:
        if whole and (len(word) == 1 or len(whole[-1]) == 1):
            whole[-1] += word
        else:
            whole.append(word)
    return whole


def _words(text: str) -> Iterator[str | None]:
    for piece in _PIECES.findall(text):
        if piece[0] >= "\u3400":
            yield from (_kept(word, "han") for word in rjieba.cut(piece))
        elif piece[0].isalpha():
            yield _kept(_OWNED.sub("", piece).casefold(), "latin")
        else:
            yield None


def _kept(word: str, script: str) -> str | None:
    return word if len(word) >= _SHORTEST[script] and word not in stop_words() else None


def capitals(text: str) -> Iterator[tuple[str, bool]]:
    """Every Latin word of ``text`` that does not begin a sentence, in small letters, and whether it is
    written with a capital; nothing of a text that is shouted."""
    if is_shouted(text):
        return
    begins = True
    for piece in _PIECES.findall(text):
        if piece[0].isalpha() and piece[0] < "\u3400":
            if not begins:
                yield _OWNED.sub("", piece).casefold(), piece[0].isupper()
            begins = False
        else:
            begins = any(one in '.!?:;"“”()' for one in piece) or piece[0] >= "\u3400"
