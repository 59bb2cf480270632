"""Which answers an item allows, and which of its values stand for none, told from how often each occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crmreport.data.inspection.contents import no_answer, number_in
from crmreport.data.inspection.worded_answers import points_of

_TOPS = (5, 7, 10)
"""The highest answers of the scales that surveys use."""

_FAR = 77
_FAR_KINDS = {97: "not_applicable", 98: "dont_know"}
_LARGEST = 11
_MOST_VALUES = 24

Code = int | str
Codes = dict[str, tuple[Code, ...]]


@dataclass(frozen=True)
class Answers:
    """The values of one item: how often each whole number occurs, and the texts that stand for no answer.

    ``far`` are numbers far off any scale, such as -99. ``labels`` are texts that stand for a number, on a
    scale that ends at ``ends_at``.
    """

    numbers: Counter[int]
    far: tuple[int, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, int] = field(default_factory=dict)
    ends_at: int | None = None

    @classmethod
    def of(cls, cells: Iterable[str | None]) -> Answers | None:
        """The values of a column; None where texts that stand for no point of a scale, fractions or too many
        numbers are among them."""
        counts = Counter(cell.strip() for cell in cells if cell and cell.strip())
        if len(counts) > _MOST_VALUES:
            return None
        numbers: Counter[int] = Counter()
        texts: dict[str, str] = {}
        worded: list[str] = []
        for text, count in counts.items():
            number = number_in(text)
            if kind := no_answer(text):
                texts[text] = kind
            elif number is None:
                worded.append(text)
            elif not number.is_integer():
                return None
            else:
                numbers[int(number)] += count
        labels, ends_at = points_of(worded, beside=numbers) or ({}, None)
        if worded and not labels:
            return None
        for text, point in labels.items():
            numbers[point] += counts[text]
        far = tuple(sorted(one for one in numbers if one < 0 or one >= _FAR))
        on = Counter({one: count for one, count in numbers.items() if one not in far})
        return cls(on, far, texts, labels, ends_at) if on and max(on) <= _LARGEST else None

    @property
    def n(self) -> int:
        return self.numbers.total()

    @property
    def top(self) -> int:
        return max(self.numbers)


@dataclass(frozen=True)
class Scale:
    """Lowest and highest answer, and by kind the values that are none."""

    low: int
    high: int
    codes: Codes

    @property
    def ends(self) -> tuple[int, int]:
        return self.low, self.high


def scale_of(found: Iterable[Answers], *, tops: frozenset[int], far: bool, recommend: bool = False) -> Scale:
    """The scale that items of one battery share.

    ``tops`` are the highest values of all items of the survey: 6 stands for no answer where others end at
    5. A 0 under a scale that begins at 1, and the value over its end, are taken for no answer. ``far`` says
    whether codes such as -99 are to be declared here. Whether people would recommend is asked from 0 to 10.
    """
    items = list(found)
    values = sorted(set().union(*(one.numbers for one in items)))
    ends = {one.ends_at for one in items if one.ends_at}
    high = max(ends) if ends else 10 if recommend else _high(values, tops)
    low = 0 if high == 10 and ((recommend and not ends) or 0 in values) else 1
    codes: dict[str, list[Code]] = {}
    for value in values:
        if value < low:
            codes.setdefault("blank", []).append(value)
        elif value > high:
            codes.setdefault("not_applicable", []).append(value)
    for value in sorted({one for item in items for one in item.far} if far else ()):
        codes.setdefault(_FAR_KINDS.get(abs(value), "blank"), []).append(value)
    for text, kind in sorted({pair for item in items for pair in item.texts.items()}):
        codes.setdefault(kind, []).append(text)
    return Scale(low, high, {kind: tuple(several) for kind, several in codes.items()})


def _high(values: list[int], tops: frozenset[int]) -> int:
    top = values[-1]
    for natural in _TOPS:
        beyond = [value for value in values if value > natural]
        met = sum(1 <= value <= natural for value in values)
        if natural in values and beyond and natural + 1 not in values and met >= natural - 1:
            return natural
        if top == natural + 1 and (natural in tops or natural == _TOPS[-1]):
            return natural
    return max(top, 2)


def joined(several: Iterable[Codes]) -> Codes:
    """The codes of several items by kind, each once."""
    found: dict[str, list[Code]] = {}
    for codes in several:
        for kind, values in codes.items():
            known = found.setdefault(kind, [])
            known += [value for value in values if value not in known]
    return {
        kind: tuple(sorted(values, key=lambda one: (str(type(one)), one))) for kind, values in found.items()
    }
