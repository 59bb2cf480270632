"""What those who fell silent had named, counted by hand."""

from datetime import date, datetime

import ibis

from crmreport.features.days import day_table
from crmreport.features.losses import case_causes, silent_customers, survey_causes
from tests.features.lines import sale_lines, values

SINCE, AS_OF = date(2023, 1, 1), date(2023, 6, 30)
LINES = sale_lines(
    [
        ("ann", "1", "soap/a", "north", "2023-02-01", 1, "9.00", "0", "0"),
        ("bob", "2", "soap/a", "north", "2023-06-10", 1, "9.00", "0", "0"),
        ("cem", "3", "soap/a", "north", "2023-03-01", 1, "9.00", "0", "0"),
        ("dee", "4", "soap/a", "north", "2023-06-02", 1, "9.00", "0", "0"),
    ]
)
SILENT = silent_customers(day_table(LINES), {"north": 28, "_group": 28}, as_of=AS_OF)
CASES = {
    "case_id": "string",
    "customer_id": "string",
    "opened_at": "timestamp",
    "cause": "string",
    "topic": "string",
    "brand_id": "string",
}


def cases(*rows):
    listed = [dict(zip(CASES, (*row, "north"), strict=True)) for row in rows]
    return ibis.memtable(listed, schema=ibis.schema(CASES))


def test_silent_is_who_has_not_bought_for_the_horizon():
    # 28 days before 30 June is 2 June: on that day dee was last seen, and the 28 days are full.
    assert values(SILENT.filter(SILENT.scope == "north"), "customer_id") == [("ann",), ("cem",), ("dee",)]


def test_each_customers_last_case_counts():
    found = case_causes(
        cases(
            ("1", "ann", datetime(2023, 1, 5), "late delivery", "order"),
            ("2", "ann", datetime(2023, 2, 5), "rude", "counter"),
            ("3", "bob", datetime(2023, 2, 5), "rude", "counter"),  # still buys
            ("4", "cem", datetime(2022, 12, 5), "rude", "counter"),  # before the window
            ("5", "dee", datetime(2023, 5, 5), None, "counter"),  # names no cause
            ("6", "dee", datetime(2023, 4, 5), "rude", "counter"),
        ),
        SILENT,
        since=SINCE,
        as_of=AS_OF,
    )

    north = found.filter(found.scope == "north")
    assert values(north, "source", "cause", "topic", "customers") == [("cases", "rude", "counter", 2)]
    assert found.count().to_pyarrow().as_py() == 2  # and the same of the group


def test_answers_to_the_question_why():
    names = {
        "respondent_id": "string",
        "answered_on": "date",
        "item": "string",
        "answer": "string",
        "brand_id": "string",
    }
    rows = [
        ("1", date(2023, 2, 1), "why", "price", None),
        ("1", date(2023, 3, 1), "why", "moved", None),
        ("2", None, "why", "moved", None),
        ("3", date(2022, 3, 1), "why", "moved", None),
        ("4", date(2023, 3, 1), "nps", "9", None),
    ]
    listed = [dict(zip(names, row, strict=True)) for row in rows]
    answers = ibis.memtable(listed, schema=ibis.schema(names))

    found = survey_causes(answers, "why", since=SINCE, as_of=AS_OF)

    assert values(found, "scope", "source", "cause", "topic", "customers") == [
        ("_group", "survey", "moved", None, 2)
    ]
