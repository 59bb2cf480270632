"""Which encoding a text is in, found from its bytes."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from typing import BinaryIO

import charset_normalizer

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_ENOUGH = 1 << 16
"""Bytes of lines with other than ASCII characters that are looked at."""

_MOST = 0.9
"""Share of the lines that an encoding must be able to read."""

_COMMON = 0.6
"""Share of Chinese characters that are common ones where the encoding is the right one."""

_OFTEN = 0.1
"""Share of frequent characters that is enough by itself: traditional ones are not common ones in GBK."""

_FEW = 100
"""Among fewer bytes that are not ASCII there may be no frequent character at all."""

_FREQUENT = frozenset(
    "的一是不了在人有我他这這中大来來上个個国國到说說们們为為子和你地出道也时時年得就那要下以生会會自着著去之过過家学學"
    "对對可里裡后後小么心多天而能好都然没沒日于於起还還发發成事只作当當想看文无無开開手十用主行方又如前所本见見经經头頭面"
    "公同三已老从從动動两兩长長品店号號名客户戶单單价價格员員编編金额額数數量期间間电電话話省市区區县縣路街北京海广廣州深"
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周林美丽麗华華明水乳霜膏口红紅面膜化妆妝元支付订訂买買卖賣商城会會员員男女"
)
_KANA = frozenset(map(chr, range(0x3041, 0x30FF)))
_SIGNS = frozenset("£€¥§©®°±²³·½¼¾–—‘’“”„•…™«»")
_ALPHABETS = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254")


def detect_encoding(stream: BinaryIO) -> str:
    """The name of the codec that reads a text, found by its mark, its zeros or its other bytes.

    Reads until it has seen enough that is not ASCII, which may be the whole text. GBK is read as
    GB18030, and Big5 as Microsoft's extension of it (cp950): each contains the smaller one.
    """
    head = stream.read(_CHUNK)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if wide := _without_mark(head):
        return wide
    lines = _telling_lines(head, stream)
    return encoding_of(lines) if lines else "utf-8"


def encoding_of(lines: Sequence[bytes]) -> str:
    """The encoding of lines none of which is plain ASCII."""
    # No other text is UTF-8 by chance; a few broken lines do not make it another.
    if _readable(lines, "utf-8") > 0.5:
        return "utf-8"
    chinese = [
        (_common_share(lines, "gb18030", _common_in_gb), "gb18030"),
        (_common_share(lines, "cp950", _common_in_big5), "cp950"),
        (_common_share(lines, "big5hkscs", _common_in_big5) - 1e-9, "big5hkscs"),
    ]
    (share, frequent), name = max(
        ((share, _frequent_share(lines, name)), name) for share, name in _near(chinese)
    )
    if (share >= _COMMON and (frequent or _high(lines) < _FEW)) or frequent >= _OFTEN:
        return name
    return _western(lines)


def _near(scored: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """All that score nearly as well as the best, their scores made equal for the next question."""
    best = max(score for score, _ in scored)
    return [(best, name) for score, name in scored if score > best - 0.05]


def _without_mark(head: bytes) -> str | None:
    """UTF-16 without a mark: in most texts every other byte is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = max(len(head) // 2, 1)
    if odd / pairs > 0.3 and even / pairs < 0.05:
        return "utf-16-le"
    if even / pairs > 0.3 and odd / pairs < 0.05:
        return "utf-16-be"
    return None


def _telling_lines(head: bytes, stream: BinaryIO) -> list[bytes]:
    found: list[bytes] = []
    size, rest, chunk = 0, b"", head
    while chunk and size < _ENOUGH:
        if rest or not chunk.isascii():
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                if not line.isascii():
                    found.append(line)
                    size += len(line)
            rest = rest if not rest.isascii() and len(rest) < _CHUNK else b""
        chunk = stream.read(_CHUNK)
    return [*found, rest] if rest and not chunk else found


def _readable(lines: Sequence[bytes], encoding: str) -> float:
    return sum(_decoded(line, encoding) is not None for line in lines) / len(lines)


def _decoded(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _common_share(lines: Sequence[bytes], encoding: str, common: Callable[[bytes], bool]) -> float:
    """The share of common characters among those that are not ASCII; 0 where too few lines can be read."""
    texts = [text for line in lines if (text := _decoded(line, encoding)) is not None]
    if len(texts) < _MOST * len(lines):
        return 0.0
    characters = [character for character in "".join(texts) if not character.isascii()]
    return sum(common(character.encode(encoding)) for character in characters) / max(len(characters), 1)


def _common_in_gb(code: bytes) -> bool:
    """The first level of GB 2312, its punctuation and its full-width forms."""
    return len(code) == 2 and code[1] >= 0xA1 and (0xB0 <= code[0] <= 0xD7 or 0xA1 <= code[0] <= 0xA3)


def _common_in_big5(code: bytes) -> bool:
    """The first level of Big5 and its punctuation."""
    return len(code) == 2 and 0xA1 <= code[0] <= 0xC6


def _frequent_share(lines: Sequence[bytes], encoding: str, frequent: frozenset[str] = _FREQUENT) -> float:
    text = "".join(line.decode(encoding, "ignore") for line in lines)
    wide = [character for character in text if not character.isascii()]
    return sum(character in frequent for character in wide) / max(len(wide), 1)


def _high(lines: Sequence[bytes]) -> int:
    return sum(byte > 0x7F for line in lines for byte in line)


def _western(lines: Sequence[bytes]) -> str:
    """Other than Chinese. One accented letter fits many encodings; the Western one is the most common."""
    if _frequent_share(lines, "cp932", _KANA) >= _OFTEN and _readable(lines, "cp932") >= _MOST:
        return "cp932"
    if _frequent_share(lines, "cp1252", _SIGNS) == 1:
        return "cp1252"
    found = charset_normalizer.from_bytes(
        b"\n".join(lines), cp_isolation=list(_ALPHABETS), enable_fallback=False
    )
    best = found.best()
    if best is None or any(
        "cp1252" in match.could_be_from_charset and match.chaos <= best.chaos for match in found
    ):
        return "cp1252" if _readable(lines, "cp1252") >= _MOST else "latin-1"
    return best.encoding
