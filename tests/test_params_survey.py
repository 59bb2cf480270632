"""The questionnaire in a params file: what it refuses, and what two ways of writing a code have in common."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from crmreport.params_survey import Questionnaire, code_key


def asked(items: dict[str, Any], **more: Any) -> Questionnaire:
    return Questionnaire.model_validate({"items": items} | more)


@pytest.mark.parametrize("code", [6, 6.0, "6", " 6 ", "6,0", "6.0"])
def test_ways_of_writing_six(code) -> None:
    assert code_key(code) == "6.0"


def test_zero_has_no_sign_and_a_text_no_case() -> None:
    assert code_key("-0") == code_key(0)
    assert code_key(" Blank") == code_key("BLANK") == "blank"


@pytest.mark.parametrize(
    ("items", "more", "problem"),
    [
        ({"a": {"role": "overall"}, "b": {"role": "overall"}}, {}, "two items have the role “overall”: a, b"),
        ({"a": {"role": "perception"}}, {}, "needs “attribute”"),
        ({"a": {"role": "overall", "attribute": "staff"}}, {}, "has no “attribute”"),
        ({"a": {"role": "overall", "dimension": "empathy"}}, {}, "“dimension” goes with"),
        ({"a": {"role": "overall", "scale": [5, 1]}}, {}, "the lowest answer, then the highest"),
        ({"a": {"role": "overall"}}, {"no_answer": {"blank": 3}}, "declared blank for “a”, but lies on its"),
        ({"a": {"role": "overall", "labels": {"Good": 9}}}, {}, "“Good” of “a” stands for 9, which is off"),
        ({"a": {"role": "overall"}}, {"rake": {"a": {"x": 1}}}, "no item of the role profile"),
        ({"a": {"role": "profile"}}, {"rake": {"a": {"x": 0.4}}}, "sum to 1"),
        ({"a": {"role": "overall"}}, {"fastest_seconds": 60}, "go together"),
        ({"a": {"role": "overall"}}, {"fastest_seconds": 60, "duration_item": "a"}, "is no question"),
        (
            {name: {"role": "perception", "attribute": "staff"} for name in ("a", "b")},
            {},
            "two items of the role “perception” ask about “staff”",
        ),
    ],
)
def test_what_is_refused(items, more, problem) -> None:
    with pytest.raises(ValidationError, match=problem):
        asked(items, **more)


def test_what_an_item_leaves_out_is_the_questionnaires() -> None:
    found = asked(
        {"a": {"role": "overall"}, "b": {"role": "recommend", "scale": [0, 10], "no_answer": {"blank": 11}}},
        scale=[1, 7],
        no_answer={"not_applicable": [9]},
    )
    assert found.scale_of("a") == (1, 7)
    assert found.scale_of("b") == (0, 10)
    assert list(found.codes_of("a").kinds()) == [("not_applicable", 9)]
    assert list(found.codes_of("b").kinds()) == [("blank", 11)]
    assert found.one("recommend") == "b"
    assert found.one("effort") is None


def test_a_profile_may_have_any_value() -> None:
    found = asked({"age": {"role": "profile", "no_answer": {"blank": 3}}})
    assert list(found.codes_of("age").kinds()) == [("blank", 3)]


def test_an_attribute_without_a_name_shows_its_words() -> None:
    found = asked({"q1": {"role": "perception", "attribute": "waiting-time"}})
    assert found.by_attribute("perception") == {"waiting-time": "q1"}
    assert found.name_of("waiting-time").in_language("en") == "waiting time"


@pytest.mark.parametrize(
    ("choices", "values", "readable"),
    [
        ({}, ["male", "female"], True),
        ({}, ["18-24", "65+"], True),
        ({}, ["1", "2"], False),
        ({"1": "male", "2": "female"}, ["1.0", "2"], True),
        ({"1": "male"}, ["1", "2"], False),
        ({}, [], True),
    ],
)
def test_codes_without_names_tell_a_reader_nothing(choices, values, readable) -> None:
    found = asked({"gender": {"role": "profile", "choices": choices}})
    assert found.is_readable("gender", values) is readable
