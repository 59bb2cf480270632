"""What the cells of a column look like, whatever its name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from babel.numbers import list_currencies

from crmreport.data.inspection.dates import DateStyle, date_style
from crmreport.data.inspection.folding import to_simplified
from crmreport.data.inspection.worded_answers import points_of

_NUMBER = re.compile(
    r"[-+(]?\s*(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥])?\s*[-+]?(?:\d+|\d{1,3}(?:[,.' ]\d{3})+)"
    r"(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
    r"\s*(?:[%€元円万]|[A-Z]{3})?\)?-?$"
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}$")
_PHONE = re.compile(r"(?:\(?\+?\d{1,4}\)?[ .-]?)?(?:\(?\d{2,4}\)?[ .-]?)?\d{3,4}[ .-]?\d{3,4}$")
_MASKED = re.compile(r"\d{2,4}\*{3,6}\d{2,4}$")
_MARKED = re.compile(r"""^=\s*"([^"]*)"$|^'([0-9][0-9 -]*)$""")
_CODE = re.compile(r"[#]?[A-Za-z0-9][A-Za-z0-9_/.#:-]*$")
_BOOLEANS = frozenset(["yes", "no", "y", "n", "true", "false", "t", "f", "0", "1", "是", "否", "有", "无"])
_GENDERS = frozenset(
    ["m", "f", "u", "male", "female", "unknown", "man", "woman", "男", "女", "未知", "other"]
)
_CURRENCIES = frozenset(list_currencies())
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}$|09\d{8}$|(?:852)?[5-9]\d{7}$|07\d{9}$")
_BLANKS = frozenset(["nan", "null", "none", "n/a", "na", "#n/a", "-", "--", "\\n"])
NO_ANSWERS = {
    "blank": "blank",
    "no answer": "blank",
    "no response": "blank",
    "missing": "blank",
    "未填": "blank",
    "未答": "blank",
    "未作答": "blank",
    "空白": "blank",
    "跳过": "blank",
    "(跳过)": "blank",
    "not applicable": "not_applicable",
    "does not apply": "not_applicable",
    "never used": "not_applicable",
    "不适用": "not_applicable",
    "未使用": "not_applicable",
    "没用过": "not_applicable",
    "未使用过": "not_applicable",
    "don't know": "dont_know",
    "dont know": "dont_know",
    "dk": "dont_know",
    "refused": "dont_know",
    "prefer not to say": "dont_know",
    "不知道": "dont_know",
    "不清楚": "dont_know",
    "拒答": "dont_know",
    "拒绝回答": "dont_know",
    "说不清": "dont_know",
}
"""What surveys write among numbers where nobody answered, in simplified characters, and its kind."""

_LARGEST_ANSWER, _FEWEST_ANSWERS = 11, 3
_ODD, _ODD_CODES = 77, 2
_MOST_WORDS = 15


@dataclass(frozen=True)
class Contents:
    """A column's cells: counts, and shares (0 to 1) of the filled ones.

    ``distinct`` values among ``filled`` cells of ``rows``; ``unique`` is their quotient. ``blanks`` are
    texts that mean a blank. ``integer`` and ``number`` are shares; ``lowest``, ``highest`` and ``mean``
    belong to the numbers. ``check_digit`` is the share that are article numbers (GTIN) with a right check
    digit. ``scale`` has the lowest and highest answer where it holds answers on a scale, and ``odd`` the
    codes far off it, such as -99, which surveys write for no answer; ``worded`` says that it holds answers
    in words, such as “Very satisfied”.
    """

    rows: int
    filled: int
    distinct: int
    blanks: tuple[str, ...]
    dates: DateStyle
    number: float
    integer: float
    fraction: float
    sign: float
    negative: float
    lowest: float
    highest: float
    mean: float
    email: float
    phone: float
    masked: float
    code: float
    boolean: float
    gender: float
    currency: float
    check_digit: float
    length: float
    scale: tuple[int, int] | None
    odd: tuple[str, ...]
    worded: bool

    @property
    def fill(self) -> float:
        return self.filled / self.rows if self.rows else 0.0

    @property
    def unique(self) -> float:
        return self.distinct / self.filled if self.filled else 0.0

    @property
    def few(self) -> bool:
        """Whether its values are few, each met often: classes rather than names."""
        return 0 < self.distinct <= max(2, min(200, self.filled // 3))

    @property
    def is_scale(self) -> bool:
        """Whether it holds answers on a scale: few small whole numbers, 0 to 11."""
        return self.scale is not None

    @property
    def is_personal(self) -> bool:
        """Whether cells reach a person by what they look like."""
        return max(self.email, self.phone if not self.few else 0.0, self.masked) > 0.3


def contents(values: Sequence[str | None]) -> Contents:
    """What the cells of a column look like."""
    texts = [_bare(value) for value in values if value is not None]
    blanks = sorted({text for text in texts if text.casefold() in _BLANKS})
    filled = [text for text in texts if text and text not in blanks]
    counts = Counter(filled)
    numbers = [number for text in filled if (number := _number(text)) is not None]
    share = _shares(filled)
    scale, odd = _scale(counts)
    return Contents(
        rows=len(values),
        filled=len(filled),
        distinct=len(counts),
        blanks=tuple(blanks),
        dates=date_style(filled),
        number=len(numbers) / len(filled) if filled else 0.0,
        integer=sum(number.is_integer() for number in numbers) / len(filled) if filled else 0.0,
        fraction=share(lambda text: re.search(r"\d[.,]\d{1,2}\D*$", text) is not None),
        sign=share(lambda text: re.search(r"[$€£¥元円]|^[A-Z]{3}\s?\d|\d\s?[A-Z]{3}$", text) is not None),
        negative=sum(number < 0 for number in numbers) / len(filled) if filled else 0.0,
        lowest=min(numbers, default=0.0),
        highest=max(numbers, default=0.0),
        mean=sum(numbers) / len(numbers) if numbers else 0.0,
        email=share(lambda text: _EMAIL.match(text) is not None),
        phone=share(_is_phone),
        masked=share(lambda text: _MASKED.search(text) is not None),
        code=share(lambda text: _CODE.match(text) is not None),
        boolean=share(lambda text: text.casefold() in _BOOLEANS),
        gender=share(lambda text: text.casefold() in _GENDERS),
        currency=share(lambda text: text in _CURRENCIES),
        check_digit=share(_is_gtin),
        length=sum(map(len, filled)) / len(filled) if filled else 0.0,
        scale=scale,
        odd=odd,
        worded=scale is None and _is_worded(counts),
    )


def _is_worded(counts: Counter[str]) -> bool:
    if len(counts) > _MOST_WORDS:
        return False
    said = [text for text in counts if not no_answer(text)]
    texts = [text for text in said if _number(text) is None]
    numbers = {int(number) for text in said if (number := _number(text)) is not None}
    return bool(texts) and points_of(texts, beside=numbers) is not None


def _scale(counts: Counter[str]) -> tuple[tuple[int, int] | None, tuple[str, ...]]:
    answers: set[int] = set()
    odd: list[str] = []
    for text in counts:
        if no_answer(text):
            continue
        number = _number(text)
        if number is None or not number.is_integer():
            return None, ()
        if 0 <= number <= _LARGEST_ANSWER:
            answers.add(int(number))
        else:
            odd.append(text)
    few_odd = len(odd) <= _ODD_CODES and all(
        abs(_number(text) or 0) >= _ODD or text[0] == "-" for text in odd
    )
    if len(answers) < _FEWEST_ANSWERS or not few_odd:
        return None, ()
    return (min(answers), max(answers)), tuple(sorted(odd))


def _shares(filled: list[str]) -> Callable[[Callable[[str], bool]], float]:
    def share(fits: Callable[[str], bool]) -> float:
        return sum(map(fits, filled)) / len(filled) if filled else 0.0

    return share


def no_answer(cell: str) -> str | None:
    """The kind of no answer that a text stands for, as the questionnaire names kinds; None for others."""
    return NO_ANSWERS.get(to_simplified(_bare(cell)).casefold().replace("’", "'"))


def number_in(cell: str | None) -> float | None:
    """The number in a cell; None where it is blank or holds none."""
    return _number(_bare(cell)) if cell else None


def _bare(cell: str) -> str:
    """A cell in one width, without blanks around it, nor the marks by which ="0012" and '0012 stay texts."""
    text = unicodedata.normalize("NFKC", cell).strip()
    return _MARKED.sub(r"\1\2", text) if text[:1] in "='" else text


def _number(text: str) -> float | None:
    if not _NUMBER.match(text):
        return None
    bare = "".join(char for char in text if char.isdigit() or char in ".,")
    point = max(bare.rfind("."), bare.rfind(","))
    after = len(bare) - point - 1
    grouped = (point >= 0 and after == 3 and bare[point] == ",") or bare.count(bare[point]) > 1
    whole = bare if point < 0 or grouped else bare[:point]
    digits = "".join(char for char in whole if char.isdigit()) or "0"
    decimals = "" if point < 0 or grouped else "".join(char for char in bare[point:] if char.isdigit())
    size = float(f"{digits}.{decimals or 0}")
    return -size if text.startswith(("-", "(")) or text.endswith("-") else size


def _is_phone(text: str) -> bool:
    digits = sum(char.isdigit() for char in text)
    if not 8 <= digits <= 15 or not _PHONE.match(text):
        return False
    # Plain digits are a number of some kind; those of a mobile begin as a network's do.
    return not text.isdigit() or _MOBILE.match(text) is not None


def _is_gtin(text: str) -> bool:
    if not text.isdigit() or len(text) not in (8, 12, 13, 14):
        return False
    *body, check = map(int, text)
    total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return (10 - total % 10) % 10 == check


def determines(one: Iterable[str | None], other: Iterable[str | None]) -> float | None:
    """How far a value of ``one`` settles that of ``other``: the share of rows that agree with their group's
    most frequent value, over groups of at least two rows; None where hardly any value of ``one`` repeats.
    """
    groups: dict[str, Counter[str | None]] = {}
    for key, value in zip(one, other, strict=True):
        if key:
            groups.setdefault(key, Counter())[value] += 1
    repeated = [group for group in groups.values() if group.total() > 1]
    rows = sum(group.total() for group in repeated)
    if rows < 10 or rows < 0.05 * sum(group.total() for group in groups.values()):
        return None
    return sum(group.most_common(1)[0][1] for group in repeated) / rows
