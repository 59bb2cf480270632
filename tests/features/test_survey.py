"""Answers against their questionnaire, row by row."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import ibis
import pandas as pd
import pyarrow as pa

from crmreport.features.survey import survey_answers
from crmreport.params import Questionnaire

ASKED = Questionnaire.model_validate(
    {
        "items": {
            "all": {"role": "overall", "labels": {"Very good": 5}},
            "nps": {"role": "recommend", "scale": [0, 10], "no_answer": {"blank": [11, "none"]}},
            "home": {"role": "profile", "no_answer": {"dont_know": "?"}},
        },
        "no_answer": {"blank": 0, "not_applicable": 6},
    }
)
DAY = date(2024, 5, 31)
SCHEMA = ibis.schema(
    {
        "respondent_id": "string",
        "customer_id": "string",
        "wave": "string",
        "mode": "string",
        "answered_on": "date",
        "item": "string",
        "answer": "string",
        "score": "float64",
        "weight": "float64",
        "brand_id": "string",
    }
)


def answers(*rows: tuple[str, str, str], on: date | None = DAY) -> ibis.Table:
    def score(text: str) -> float | None:
        try:
            return float(text)
        except ValueError:
            return None

    made = [
        {
            "respondent_id": who,
            "customer_id": None,
            "wave": None,
            "mode": None,
            "answered_on": on,
            "item": item,
            "answer": answer,
            "score": score(answer),
            "weight": 1.5,
            "brand_id": "rosa",
        }
        for who, item, answer in rows
    ]
    return ibis.memtable(pa.Table.from_pylist(made, schema=SCHEMA.to_pyarrow()))


def found(table: ibis.Table, scope: str = "rosa") -> list[tuple]:
    frame = survey_answers(table, ASKED, as_of=DAY).to_pandas()
    frame = frame[frame["scope"] == scope].sort_values(["respondent", "item"])
    rows = frame[["respondent", "item", "kind", "value", "choice"]].astype(object)
    return [tuple(row) for row in rows.where(pd.notna(rows), None).to_numpy()]


def test_each_kind_of_answer() -> None:
    table = answers(
        ("a", "all", "4"),
        ("b", "all", " very GOOD "),
        ("c", "all", "6.0"),
        ("d", "all", "0"),
        ("e", "all", "7"),
        ("f", "all", "bad"),
        ("g", "nps", "11"),
        ("h", "nps", "None"),
        ("i", "nps", "0"),
        ("j", "home", " Wuxi "),
        ("k", "home", "?"),
        ("l", "hobby", "tea with my neighbour Li Wei"),
    )
    assert found(table) == [
        (0, "all", "answered", 4.0, None),
        (1, "all", "answered", 5.0, None),
        (2, "all", "not_applicable", None, None),
        (3, "all", "blank", None, None),
        (4, "all", "off_scale", None, None),
        (5, "all", "off_scale", None, None),
        (6, "nps", "blank", None, None),
        (7, "nps", "blank", None, None),
        (8, "nps", "answered", 0.0, None),
        (9, "home", "answered", None, "Wuxi"),
        (10, "home", "dont_know", None, None),
    ]


def test_a_respondent_is_one_number_in_every_scope_and_order_of_rows() -> None:
    rows = [("x", "all", "3"), ("w", "all", "2"), ("x", "nps", "9")]
    expected = [(0, "all", "answered", 2.0, None), (1, "all", "answered", 3.0, None)]
    expected.append((1, "nps", "answered", 9.0, None))
    for order in permutations(rows):
        assert found(answers(*order)) == found(answers(*order), scope="_group") == expected


def test_later_answers_are_not_looked_at_and_undated_ones_are() -> None:
    assert found(answers(("a", "all", "4"), on=date(2024, 6, 1))) == []
    assert len(found(answers(("a", "all", "4"), on=None))) == 1


def test_how_long_the_interview_took_is_a_number_of_its_own() -> None:
    timed = ASKED.model_copy(update={"duration_item": "secs", "fastest_seconds": 90.0})
    rows = answers(("a", "all", "4"), ("a", "secs", "3600"), ("b", "secs", "-3"))
    frame = survey_answers(rows, timed, as_of=DAY).to_pandas()
    own = frame[(frame["scope"] == "rosa") & (frame["item"] == "secs")].sort_values("respondent")
    assert own["kind"].tolist() == ["answered", "off_scale"]
    assert own["value"].iloc[0] == 3600
    assert found(rows) == [(0, "all", "answered", 4.0, None)]
