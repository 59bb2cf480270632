"""Traditional characters folded to Simplified ones, so that a header needs one spelling in our lists.

The table beside this module is OpenCC's ``t2s``, one character for one, over all characters of Big5
(``python -m crmreport.data.inspection.folding`` writes it; OpenCC is needed for that alone). It serves to
compare headers, never to write Chinese.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("traditional.txt")


def to_simplified(text: str) -> str:
    """The text with each Traditional character replaced by its Simplified one."""
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    traditional, simplified = TABLE.read_text("utf-8").splitlines()
    return dict(zip(map(ord, traditional), simplified, strict=True))


def table_from_opencc() -> str:
    """The table's text, made anew with OpenCC."""
    import opencc

    convert = opencc.OpenCC("t2s").convert
    pairs = [
        (char, plain)
        for char in map(chr, range(0x4E00, 0xA000))
        if _in_big5(char) and len(plain := convert(char)) == 1 and plain != char
    ]
    return "\n".join("".join(side) for side in zip(*pairs, strict=True)) + "\n"


def _in_big5(char: str) -> bool:
    try:
        char.encode("big5hkscs")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    TABLE.write_text(table_from_opencc(), "utf-8")
