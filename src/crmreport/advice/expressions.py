"""The small language in which a playbook's rules speak of findings.

    segmentation.slipping_revenue >= 0.05 and not known(satisfaction.nps)

Numbers, finding keys (``customers.effect[driver=buyers]``), ``+ - * /``, comparisons, ``and``, ``or``,
``not``, parentheses, and five functions of one finding: ``low``, ``high`` (the ends of its interval, the
value itself for a census), ``n``, ``known`` (it has a number) and ``supplied`` (its data was there).

Its logic has three values (Kleene 1952): a finding that is withheld, not supplied or absent is unknown,
and so is a comparison with it; ``false and unknown`` is false, ``true or unknown`` is true. An expression
is parsed here, never run as Python: it can reach nothing but findings.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from crmreport.errors import did_you_mean
from crmreport.findings import Finding

Kind = Literal["number", "condition"]
Value = float | bool | None
Evaluate = Callable[[Mapping[str, Finding]], Value]

LONGEST = 2000
"""Characters of an expression."""
DEEPEST = 32
"""Parentheses, signs and negations within each other."""

_NAME = r"[a-z][a-z0-9_]*"
_DIMENSION = rf"{_NAME}=[A-Za-z0-9_-]+"
KEY = re.compile(rf"{_NAME}(?:\.{_NAME})+(?:\[{_DIMENSION}(?:,{_DIMENSION})*\])?")
_TOKENS = re.compile(
    rf"(?P<space>[ \t\n]+)|(?P<key>{KEY.pattern})|(?P<word>{_NAME})"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<sign><=|>=|==|!=|[<>+\-*/()])"
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
_FUNCTIONS = ("high", "known", "low", "n", "supplied")


class ExpressionError(ValueError):
    """What is wrong with an expression, at which ``column`` (from 1)."""

    def __init__(self, problem: str, column: int) -> None:
        super().__init__(f"column {column}: {problem}")
        self.problem = problem
        self.column = column


@dataclass(frozen=True)
class Expression:
    """A parsed expression; ``keys`` are the findings it speaks of, in order."""

    kind: Kind
    keys: tuple[str, ...]
    evaluate: Evaluate


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int


@lru_cache(maxsize=1024)
def parse(text: str, kind: Kind) -> Expression:
    """Parse an expression that is to give a ``kind``. Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(f"more than {LONGEST} characters; part the rule in two", LONGEST + 1)
    parser = _Parser(list(_tokens(text)))
    found, evaluate = parser.any_of(0)
    parser.expect_end()
    if found != kind:
        wanted = "a condition, such as customers.buyers > 100" if kind == "condition" else "a number"
        raise ExpressionError(f"this gives a {found}; it must give {wanted}", 1)
    return Expression(kind, tuple(dict.fromkeys(parser.keys)), evaluate)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        found = _TOKENS.match(text, at)
        if not found:
            raise ExpressionError(f"“{text[at]}” has no meaning here", at + 1)
        if found.lastgroup != "space":
            yield _Token(str(found.lastgroup), found.group(), at + 1)
        at = found.end()
    yield _Token("end", "", len(text) + 1)


def normal_key(text: str) -> str:
    """A finding's key with its dimensions in the order of ``Finding.key``."""
    id, bracket, inner = text.partition("[")
    return f"{id}[{','.join(sorted(inner[:-1].split(',')))}]" if bracket else id


Typed = tuple[Kind, Evaluate]


class _Parser:
    """Recursive descent; each method answers with the kind of what it read, and how to evaluate it."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self.keys: list[str] = []

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _accept(self, *texts: str) -> _Token | None:
        return self._take() if self._next.kind in ("word", "sign") and self._next.text in texts else None

    def expect_end(self) -> None:
        if self._next.kind != "end":
            raise ExpressionError(f"“{self._next.text}” is one too many here", self._next.column)

    def any_of(self, depth: int) -> Typed:
        return self._joined("or", self._all_of, depth)

    def _all_of(self, depth: int) -> Typed:
        return self._joined("and", self._negation, depth)

    def _joined(self, word: str, part: Callable[[int], Typed], depth: int) -> Typed:
        column = self._next.column
        first = part(depth)
        parts = [first]
        while self._accept(word):
            following = self._next.column
            parts.append(_must_be("condition", part(depth), following))
        if len(parts) == 1:
            return first
        _must_be("condition", first, column)
        evaluates = [evaluate for _, evaluate in parts]
        decisive = word == "or"
        return "condition", lambda found: _kleene([one(found) for one in evaluates], decisive)

    def _negation(self, depth: int) -> Typed:
        token = self._accept("not")
        if not token:
            return self._comparison(depth)
        _, inner = _must_be("condition", self._negation(_deeper(depth, token)), token.column)
        return "condition", lambda found: None if (value := inner(found)) is None else not value

    def _comparison(self, depth: int) -> Typed:
        column = self._next.column
        first = self._sum(depth)
        sign = self._accept(*_COMPARE)
        if not sign:
            return first
        _, left = _must_be("number", first, column)
        _, right = _must_be("number", self._sum(depth), sign.column + len(sign.text))
        compare = _COMPARE[sign.text]

        def evaluate(found: Mapping[str, Finding]) -> Value:
            a, b = left(found), right(found)
            return None if a is None or b is None else compare(a, b)

        return "condition", evaluate

    def _sum(self, depth: int) -> Typed:
        return self._chain(("+", "-"), self._product, depth)

    def _product(self, depth: int) -> Typed:
        return self._chain(("*", "/"), self._signed, depth)

    def _chain(self, signs: tuple[str, str], part: Callable[[int], Typed], depth: int) -> Typed:
        column = self._next.column
        first = part(depth)
        rest: list[tuple[str, Evaluate]] = []
        while sign := self._accept(*signs):
            rest.append((sign.text, _must_be("number", part(depth), sign.column)[1]))
        if not rest:
            return first
        start = _must_be("number", first, column)[1]

        def evaluate(found: Mapping[str, Finding]) -> Value:
            value = start(found)
            for sign, operand in rest:
                value = _calculate(sign, value, operand(found))
            return value

        return "number", evaluate

    def _signed(self, depth: int) -> Typed:
        token = self._accept("-")
        if not token:
            return self._atom(depth)
        _, inner = _must_be("number", self._signed(_deeper(depth, token)), token.column)
        return "number", lambda found: None if (value := inner(found)) is None else -value

    def _atom(self, depth: int) -> Typed:
        token = self._take()
        match token.kind:
            case "number":
                return _constant(token)
            case "key":
                key = self._key(token)
                return "number", lambda found: _value(found, key)
            case "word" if token.text in _FUNCTIONS:
                return self._function(token)
            case "sign" if token.text == "(":
                inner = self.any_of(_deeper(depth, token))
                self._close()
                return inner
            case "word" if token.text not in ("and", "or", "not"):
                near = did_you_mean(token.text, _FUNCTIONS)
                raise ExpressionError(
                    f"“{token.text}” is neither a finding nor a function{near}", token.column
                )
        shown = f"“{token.text}”" if token.text else "the end"
        raise ExpressionError(f"a number or a finding should stand here, not {shown}", token.column)

    def _function(self, name: _Token) -> Typed:
        if not self._accept("("):
            raise ExpressionError(f"write {name.text}(…) with a finding in it", name.column)
        token = self._take()
        if token.kind != "key":
            raise ExpressionError(f"{name.text}(…) takes a finding, such as customers.buyers", token.column)
        key = self._key(token)
        self._close()
        match name.text:
            case "known":
                return "condition", lambda found: key in found and found[key].known
            case "supplied":
                return "condition", lambda found: key in found and found[key].status != "not_supplied"
            case "n":
                return "number", lambda found: float(found[key].n) if _value(found, key) is not None else None
            case "low":
                return "number", lambda found: _end(found, key, "low")
        return "number", lambda found: _end(found, key, "high")

    def _key(self, token: _Token) -> str:
        key = normal_key(token.text)
        self.keys.append(key)
        return key

    def _close(self) -> None:
        if not self._accept(")"):
            raise ExpressionError("a closing parenthesis should stand here", self._next.column)


def _must_be(kind: Kind, typed: Typed, column: int) -> Typed:
    if typed[0] != kind:
        raise ExpressionError(f"a {kind} is needed here, and this is a {typed[0]}", column)
    return typed


def _deeper(depth: int, token: _Token) -> int:
    if depth >= DEEPEST:
        raise ExpressionError(f"nested more than {DEEPEST} deep", token.column)
    return depth + 1


def _constant(token: _Token) -> Typed:
    value = float(token.text)
    if not math.isfinite(value):
        raise ExpressionError("this number is too large", token.column)
    return "number", lambda _: value


def _kleene(values: list[Value], decisive: bool) -> bool | None:
    """``or`` where ``decisive`` is True, ``and`` where it is False: one decisive value settles it."""
    if any(value is decisive for value in values):
        return decisive
    return None if None in values else not decisive


def _calculate(sign: str, a: Value, b: Value) -> float | None:
    if a is None or b is None or (sign == "/" and b == 0):
        return None
    value = a + b if sign == "+" else a - b if sign == "-" else a * b if sign == "*" else a / b
    return value if math.isfinite(value) else None


def _value(found: Mapping[str, Finding], key: str) -> float | None:
    return found[key].number() if key in found and found[key].known else None


def _end(found: Mapping[str, Finding], key: str, end: Literal["low", "high"]) -> float | None:
    value = _value(found, key)
    if value is None:
        return None
    bound = found[key].low if end == "low" else found[key].high
    return value if bound is None else float(bound)
