"""The rules' language: what it says, what it does not know, and what it refuses."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmreport.advice.expressions import DEEPEST, LONGEST, ExpressionError, parse
from crmreport.findings import Findings
from tests.advice.findings import finding

FOUND = Findings(
    [
        finding("a.two", 2.0),
        finding("a.half", 0.5, margin=0.1, n=60),
        finding("a.none", None),
        finding("a.effect[abc=a,driver=buyers]", -30.0),
        finding("a.lost", None).model_copy(update={"status": "not_supplied"}),
    ]
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("12 / 2 / 3", 2),
        ("--2 - -1", 3),
        ("-a.two * 2", -4),
        ("a.two / 4", 0.5),
        ("a.effect[driver=buyers,abc=a]", -30),
        ("low(a.half)", 0.4),
        ("high(a.half)", 0.6),
        ("n(a.half)", 60),
        ("low(a.two) + high( a.two )", 4),
        ("a.none + 1", None),
        ("-a.none", None),
        ("low(a.none)", None),
        ("n(a.none)", None),
        ("a.missing * 0", None),
        ("1 / (a.two - 2)", None),
        ("1" + "0" * 200 + " * 1" + "0" * 200, None),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    assert parse(text, "number").evaluate(FOUND) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a.two >= 2", True),
        ("a.two > 2", False),
        ("a.two == 2 and a.half != 2", True),
        ("a.two < 1 or a.half < 1", True),
        ("not a.two < 1", True),
        ("not not a.two < 1", False),
        # "and" binds closer than "or", "not" closer than both.
        ("1 < 2 or 1 < 2 and 2 < 1", True),
        ("(1 < 2 or 1 < 2) and 2 < 1", False),
        ("not 2 < 1 or 1 < 2", True),
        ("known(a.two)", True),
        ("known(a.none)", False),
        ("known(a.missing)", False),
        ("supplied(a.none)", True),
        ("supplied(a.lost)", False),
        ("supplied(a.missing)", False),
    ],
)
def test_conditions(text: str, value: bool) -> None:
    assert parse(text, "condition").evaluate(FOUND) is value


TRUE, FALSE, UNKNOWN = "1 < 2", "2 < 1", "a.none < 1"


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (TRUE, TRUE, True, True),
        (TRUE, FALSE, False, True),
        (TRUE, UNKNOWN, None, True),
        (FALSE, FALSE, False, False),
        (FALSE, UNKNOWN, False, None),
        (UNKNOWN, UNKNOWN, None, None),
    ],
)
def test_kleenes_tables(left: str, right: str, both: bool | None, either: bool | None) -> None:
    for a, b in ((left, right), (right, left)):
        assert parse(f"{a} and {b}", "condition").evaluate(FOUND) is both
        assert parse(f"{a} or {b}", "condition").evaluate(FOUND) is either


def test_not_unknown_is_unknown() -> None:
    assert parse(f"not {UNKNOWN}", "condition").evaluate(FOUND) is None


def test_the_findings_it_speaks_of_in_their_order_each_once() -> None:
    keys = parse("n(b.one) > 1 and a.two[y=1,x=2] > b.one", "condition").keys
    assert keys == ("b.one", "a.two[x=2,y=1]")


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("", 1, "a number or a finding should stand here, not the end"),
        ("a.two >", 8, "not the end"),
        ("a.two > 1 2", 11, "“2” is one too many here"),
        ("1 < a.two < 3", 11, "“<” is one too many here"),
        ("(a.two > 1", 11, "a closing parenthesis"),
        ("a.two > 1)", 10, "“)” is one too many here"),
        ("a.two and 1 < 2", 1, "a condition is needed here, and this is a number"),
        ("1 < 2 and 3", 11, "a condition is needed here"),
        ("not a.two", 1, "a condition is needed here"),
        ("(1 < 2) + 1 > 0", 1, "a number is needed here, and this is a condition"),
        ("known(a.two) > 1", 1, "a number is needed here"),
        ("-(1 < 2) > 0", 1, "a number is needed here"),
        ("a.two", 1, "this gives a number; it must give a condition"),
        ("hihg(a.two) > 1", 1, "“hihg” is neither a finding nor a function (did you mean “high”?)."),
        ("buyers > 1", 1, "“buyers” is neither a finding nor a function."),
        ("high > 1", 1, "write high(…) with a finding in it"),
        ("n(3) > 1", 3, "n(…) takes a finding"),
        ("low(high(a.two)) > 1", 5, "low(…) takes a finding"),
        ("a.two[x] > 1", 6, "“[” has no meaning here"),
        ("a.two > 1 && 1 < 2", 11, "“&” has no meaning here"),
        ("a.two > " + "9" * 400, 9, "this number is too large"),
        ("(" * (DEEPEST + 1) + "1", DEEPEST + 1, f"nested more than {DEEPEST} deep"),
        ("-" * (DEEPEST + 1) + "1 > 0", DEEPEST + 1, "nested more than"),
        ("not " * (DEEPEST + 1) + "1 > 0", 4 * DEEPEST + 1, "nested more than"),
        ("1" * (LONGEST + 1), LONGEST + 1, f"more than {LONGEST} characters"),
    ],
)
def test_what_is_wrong_is_said_with_its_column(text: str, column: int, problem: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text, "condition")
    assert problem in caught.value.problem
    assert caught.value.column == column


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "a.two.__class__",
        "a.two.real()",
        "().__class__ > 1",
        "[x for x in a.two]",
        "lambda: 1",
        "a.two ** 9 ** 9 > 1",
        "open(a.two) > 1",
        "a.two > 1 if 1 else 2",
        "a.two := 1",
        "'a' == 'a'",
        "True",
        "1e9 > 0",
        "\N{FULLWIDTH DIGIT ONE} > 0",
        "a.two > 1\x00",
        "a.two > 1 # so",
    ],
)
def test_nothing_but_findings_can_be_reached(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text, "condition")


def test_a_hundred_thousand_characters_are_answered_at_once() -> None:
    started = time.perf_counter()
    for text in ("(" * 100_000, "1+" * 50_000 + "1", "a." * 50_000, "not " * 25_000, "-" * 100_000):
        with pytest.raises(ExpressionError):
            parse(text, "number")
    assert time.perf_counter() - started < 1


def test_the_longest_chain_is_evaluated() -> None:
    terms = LONGEST // 2
    assert parse("+".join(["1"] * terms), "number").evaluate(FOUND) == terms


@given(st.text("a.two halfnoekw()<>=!+-*/ 0123456789[]_%\"'", max_size=60))
@example("known(a.two")
@settings(deadline=None)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    for kind in ("number", "condition"):
        try:
            value, column = parse(text, kind).evaluate(FOUND), 1
        except ExpressionError as error:
            value, column = None, error.column
        assert 1 <= column <= len(text) + 1
        assert value is None or isinstance(value, float if kind == "number" else bool)


TERMS = st.recursive(
    st.sampled_from(["1", "2.5", "a.two", "a.half", "3"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=12,
)


@given(TERMS)
@settings(deadline=None)
def test_arithmetic_is_that_of_python(text: str) -> None:
    here = text.replace("a.two", "2.0").replace("a.half", "0.5")
    try:
        expected = eval(here, {"__builtins__": {}})
    except ZeroDivisionError:
        expected = None
    found = parse(text, "number").evaluate(FOUND)
    assert found is None if expected is None else found == pytest.approx(expected)


CONDITIONS = st.recursive(
    st.sampled_from([TRUE, FALSE, UNKNOWN]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda one: f"(not {one})"),
    ),
    max_leaves=8,
)


@given(CONDITIONS)
@settings(deadline=None)
def test_what_is_decided_stays_so_whatever_the_unknown_turns_out_to_be(text: str) -> None:
    found = parse(text, "condition").evaluate(FOUND)
    if found is not None:
        for value in (0.0, 5.0):
            learnt = Findings([finding("a.none", value)])
            assert parse(text, "condition").evaluate(learnt) is found
