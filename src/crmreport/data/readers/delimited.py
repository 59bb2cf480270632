"""Delimited texts: which delimiter and quote, and the rows, whole or set aside."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from crmreport.data.readers.header import Row, find_header, name_columns

BLOCK = 16_384
SAMPLE = 1_000
"""Rows from whose look a table's delimiter, header and columns are found."""

_DELIMITERS = ",\t;|^~\x01\x1f"
_SNIFFED = 200
_HINT = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


class Unread(NamedTuple):
    """A row that the reader could not take: its place in the file, and its text."""

    row: int
    text: str


class Block(NamedTuple):
    """Some rows, each as wide as the table, with their places in the file, and what was not read."""

    numbers: Sequence[int]
    rows: Sequence[Row]
    unread: Sequence[Unread]


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    quote: str | None = '"'
    escape: str | None = None

    def reader(self, lines: Iterable[str], *, strict: bool) -> Iterator[list[str]]:
        options: dict[str, Any] = {"quotechar": self.quote} if self.quote else {"quoting": csv.QUOTE_NONE}
        if self.escape:
            options |= {"escapechar": self.escape, "doublequote": False}
        if self.delimiter == " ":
            options |= {"skipinitialspace": True}  # columns set out with spaces: a run of them is one
        return csv.reader(lines, delimiter=self.delimiter, strict=strict, **options)


@dataclass(frozen=True)
class Shape:
    """How the rows of a delimited text lie: ``header`` is the place of the header, from 0, or -1."""

    dialect: Dialect
    header: int
    columns: tuple[str, ...]


def lines_of(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The lines with their ends. A byte that the encoding lacks becomes a lone surrogate, found later."""
    errors = "strict" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    text = io.TextIOWrapper(stream, encoding, errors=errors, newline="")
    try:
        yield from text
    finally:
        with contextlib.suppress(ValueError):  # whoever opened the stream has closed it already
            text.detach()


def shape_of(
    lines: Iterable[str], *, delimiter: str | None, quote: str | None, header_row: int | None
) -> Shape:
    """The shape that a text's first rows show; what is declared is taken as it is."""
    sample = list(itertools.islice(lines, SAMPLE))
    hint = _HINT.fullmatch(sample[0]) if sample else None
    dialect = _dialect(sample[bool(hint) :], delimiter or (hint and hint[1]), quote)
    rows = _parsed(sample, dialect)
    if header_row == 0:
        return Shape(dialect, -1, name_columns([], rows))
    header = (
        header_row - 1
        if header_row
        else find_header([[] if hint and not at else row for at, row in enumerate(rows)])
    )
    named = rows[header] if header < len(rows) else []
    return Shape(dialect, header, name_columns(named, rows[header + 1 :]))


def blocks(lines: Iterable[str], shape: Shape) -> Iterator[Block]:
    """The rows under the header. Rows of blanks are none; those too short end in blanks.

    Not read are a row with more fields than the table has columns, one whose quotes do not end or end
    within a text, and one with bytes that the encoding does not have. Of a row of several lines only
    the first is given up, and the next ones are read again: an open quote must not swallow them.
    """
    source = _Lines(lines)
    above = list(itertools.islice(shape.dialect.reader(source, strict=False), shape.header + 1))
    number, width = 1 + len(above), len(shape.columns)
    while taken := source.take(BLOCK):
        try:
            rows = list(shape.dialect.reader(taken, strict=True))
            clean = all(map(width.__eq__, map(len, rows))) and _encodable(taken)
        except csv.Error:  # something is broken, or the last row goes on below
            clean = False
        if not clean:
            source.read_again(taken)
            block, number = _one_by_one(source, shape, number)
            yield block
        elif all(map(any, rows)):
            yield Block(range(number, number + len(rows)), rows, ())
            number += len(rows)
        else:
            filled = [at for at, row in enumerate(rows) if any(row)]
            yield Block([number + at for at in filled], [rows[at] for at in filled], ())
            number += len(rows)


def _one_by_one(source: _Lines, shape: Shape, number: int) -> tuple[Block, int]:
    numbers: list[int] = []
    kept: list[Row] = []
    unread: list[Unread] = []
    reader, width = shape.dialect.reader(source, strict=True), len(shape.columns)
    for _ in range(BLOCK):
        source.kept.clear()
        try:
            row = _fitted(next(reader), width, lines=len(source.kept))
        except StopIteration:
            break
        except csv.Error:
            row = None
            reader = shape.dialect.reader(source, strict=True)
        if row is None or not _encodable(source.kept):
            first, *others = source.kept
            source.read_again(others)
            unread.append(Unread(number, first.rstrip("\r\n").encode("utf-8", "backslashreplace").decode()))
        elif any(row):
            numbers.append(number)
            kept.append(row)
        number += 1
    return Block(numbers, kept, unread), number


def _fitted(row: list[str], width: int, *, lines: int) -> Row | None:
    if len(row) > width and not any(cell.strip() for cell in row[width:]):
        row = row[:width]
    if len(row) > width or (len(row) < width and lines > 1):
        return None
    return [*row, *[""] * (width - len(row))]


def _encodable(lines: Sequence[str]) -> bool:
    try:
        "".join(lines).encode()
    except UnicodeEncodeError:
        return False
    return True


class _Lines:
    """Lines that can be read again: those handed out since ``kept`` was last cleared."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._next = iter(lines)
        self._again: deque[str] = deque()
        self.kept: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._next)
        self.kept.append(line)
        return line

    def take(self, most: int) -> list[str]:
        """The next lines, all at once."""
        again = [self._again.popleft() for _ in range(min(most, len(self._again)))]
        return again + list(itertools.islice(self._next, most - len(again)))

    def read_again(self, lines: Sequence[str]) -> None:
        self._again.extendleft(reversed(lines))


# ---------------------------------------------------------------- finding out the dialect


def _dialect(sample: Sequence[str], delimiter: str | None, quote: str | None) -> Dialect:
    """A single quote encloses texts only where it is declared or clearly does: it is an apostrophe too."""
    candidates = []
    for one in delimiter or _DELIMITERS:
        mark = None if quote == "none" else quote or ("'" if _enclose(sample, "'", one) else '"')
        candidates.append(Dialect(one, mark, _escape(sample, mark)))
    return max(candidates, key=lambda one: _fit(sample, one))


def _fit(sample: Sequence[str], dialect: Dialect) -> tuple[float, int]:
    """How well a dialect fits: rows of one width, that of the header among them; then, how wide."""
    rows = [row for row in _parsed(sample[:_SNIFFED], dialect) if any(row)]
    width, times = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
    if width == 1:
        return 0.1, 1
    header = len(rows[find_header(rows)])
    return round(times / len(rows), 1) + (0.5 if header == width else 0.0), width


def _enclose(sample: Sequence[str], mark: str, delimiter: str) -> bool:
    """Whether half of the lines hold a field that begins and ends with the mark."""
    edge = re.escape(delimiter)
    field = re.compile(rf"(?:^|{edge}){mark}[^{mark}]*{mark}(?:{edge}|$)")
    return 2 * sum(1 for line in sample if field.search(line.rstrip("\r\n"))) > len(sample)


def _escape(sample: Sequence[str], quote: str | None) -> str | None:
    r"""A backslash before quotes (\"), where quotes are not doubled (""). One that only stands before quotes
    at the end of a field is its last character."""
    text = "".join(sample)
    if not quote or not re.search(rf"\\{quote}[^,;\t|\r\n]", text):
        return None
    doubled = re.search(rf"[^,;\t|\n{quote}]{quote}{quote}|{quote}{quote}[^,;\t|\r\n{quote}]", text)
    return None if doubled else "\\"


def _parsed(sample: Sequence[str], dialect: Dialect) -> list[list[str]]:
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):  # a field without end: the rows before it tell enough
        rows.extend(dialect.reader(sample, strict=False))
    return rows
