"""Wide files, and values that the params give to all rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crmreport.data.mapping import check_inputs
from crmreport.errors import InputDataError, ParamsError
from tests.data.clinic import clinic, found, ingest
from tests.data.shop import rows

ANSWERS = "no,day,q1,q2,q_text,town\n7,2024-05-01,5,3,fine,Ulm\n8,2024-05-02,,4,-,Bonn\n"
SURVEY: dict[str, Any] = {
    "columns": {"respondent_id": "no", "answered_on": "day"},
    "attributes": ["town"],
    "wide": ["q*"],
}
BRANDS = [{"id": "north", "name": "North", "where": {"town": "Ulm"}}]


def test_items_in_columns_become_rows(tmp_path: Path) -> None:
    survey = SURVEY | {"missing": ["-"], "constants": {"wave": 2024, "scale_min": 1, "scale_max": 5}}
    store = ingest(tmp_path, {"survey_answers": ANSWERS}, {"survey_answers": survey}, brands=BRANDS)
    columns = ("item", "answer", "score", "wave", "scale_max", "town", "brand_id")
    stored = rows(store, "survey_answers", *columns)
    assert sorted(stored, key=lambda row: (row[5], row[0]), reverse=True) == [
        ("q_text", "fine", None, "2024", 5.0, "Ulm", "north"),
        ("q2", "3", 3.0, "2024", 5.0, "Ulm", "north"),
        ("q1", "5", 5.0, "2024", 5.0, "Ulm", "north"),
        ("q_text", None, None, "2024", 5.0, "Bonn", None),
        ("q2", "4", 4.0, "2024", 5.0, "Bonn", None),
        ("q1", None, None, "2024", 5.0, "Bonn", None),
    ]
    assert found(store, "survey_answers") == {"no_answer": 2}
    ledger = store.ledger.of("survey_answers")
    assert (ledger.supplied.rows, ledger.used.rows) == (6, 6)
    assert (ledger.items, ledger.rows_of_files) == (3, 2)
    assert (str(ledger.first_day), str(ledger.last_day)) == ("2024-05-01", "2024-05-02")
    assert "item" in ledger.columns


def test_the_rows_of_files_with_other_items_and_a_broken_one(tmp_path: Path) -> None:
    """Three rows in two files, three items in all; of a fourth row no item could be read."""
    survey = {"path": "wave-*.csv", "wide": ["q*"], "constants": {"answered_on": "2024-05-01"}}
    (tmp_path / "wave-1.csv").write_text("q1,q2\n5,3\n5,3\n1,2,3\n", "utf-8")
    (tmp_path / "wave-2.csv").write_text("q1,q3\n4,4\n", "utf-8")
    brands = [{"id": "north", "name": "North", "where": {"item": "q1"}}]
    ledger = ingest(tmp_path, {}, {"survey_answers": survey}, brands=brands).ledger.of("survey_answers")
    assert (ledger.items, ledger.supplied.rows, ledger.rows_of_files) == (3, 10, 4)


def test_answers_are_numbers_as_a_chinese_keyboard_writes_them_too(tmp_path: Path) -> None:
    survey = {"wide": ["q1"], "constants": {"answered_on": "2024-05-01"}}
    brands = [{"id": "all", "name": "All", "where": {}}]
    written = "q1\n５\n 4 \n3，5\n4 stars\n1 2\n"
    store = ingest(tmp_path, {"survey_answers": written}, {"survey_answers": survey}, brands=brands)
    stored = rows(store, "survey_answers", "score")
    assert [score for (score,) in stored] == [5, 4, 3.5, None, None]  # two ticks in one cell are no twelve


def test_who_answered_is_the_row_where_nobody_is_numbered(tmp_path: Path) -> None:
    survey = {"wide": ["q1", "q2"], "constants": {"answered_on": "2024-05-01"}}
    alike = "q1,q2\n5,3\n5,3\n"
    brands = [{"id": "north", "name": "North", "where": {"item": "q1"}}]
    store = ingest(tmp_path, {"survey_answers": alike}, {"survey_answers": survey}, brands=brands)
    answers = store.table("survey_answers")
    assert answers.count().to_pyarrow().as_py() == 4
    assert answers.respondent_id.nunique().to_pyarrow().as_py() == 2


def test_amounts_in_columns_and_what_is_blank(tmp_path: Path) -> None:
    points = {
        "columns": {"customer_id": "card", "booked_at": "day", "entry_id": "slip"},
        "wide": ["earned", "spent"],
    }
    slips = "card,day,slip,earned,spent\nc1,2024-05-01 10:00,s1,12,-5\nc1,2024-05-02 10:00,s2,,x\n"
    brands = [{"id": "north", "name": "North", "where": {"kind": "earned"}}]
    store = ingest(tmp_path, {"points_ledger": slips}, {"points_ledger": points}, brands=brands)
    stored = rows(store, "points_ledger", "kind", "points", "brand_id")
    assert [(kind, float(n), brand) for kind, n, brand in stored] == [
        ("earned", 12.0, "north"),
        ("spent", -5.0, None),
    ]
    assert found(store, "points_ledger") == {"missing_value": 1, "unreadable_amount": 1}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"constants": {"wavve": 1}},
            "clinic.yml, sources.survey_answers.constants: “wavve” is not a column of survey_answers",
        ),
        (
            {"constants": {"answered_on": "2024-01-01"}},
            "clinic.yml, sources.survey_answers.columns: answered_on is mapped, and comes from constants "
            "too. Keep one of the two.",
        ),
        (
            {"columns": {"respondent_id": "no", "answer": "q1"}},
            "clinic.yml, sources.survey_answers.columns: answer is mapped, and comes from wide too. "
            "Keep one of the two.",
        ),
        ({"wide": []}, "clinic.yml, sources.survey_answers.columns: item is not mapped."),
    ],
)
def test_what_the_params_get_wrong_is_said(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    engagement = clinic(
        tmp_path, {"survey_answers": ANSWERS}, {"survey_answers": SURVEY | changes}, brands=BRANDS
    )
    with pytest.raises(ParamsError) as raised:
        check_inputs(engagement)
    assert str(raised.value).startswith(message)


def test_only_some_tables_hold_items(tmp_path: Path) -> None:
    cases = {"columns": {"opened_at": "day"}, "wide": ["q1"], "attributes": ["town"]}
    engagement = clinic(tmp_path, {"cases": ANSWERS}, {"cases": cases}, brands=BRANDS)
    with pytest.raises(ParamsError, match=r"sources\.cases\.wide: The rows of cases hold no items\."):
        check_inputs(engagement)


@pytest.mark.parametrize("entry", ["p*", "q9", "no"])
def test_an_entry_that_names_no_item_is_an_input_error(tmp_path: Path, entry: str) -> None:
    survey = SURVEY | {"wide": ["q*", entry]}
    engagement = clinic(tmp_path, {"survey_answers": ANSWERS}, {"survey_answers": survey}, brands=BRANDS)
    with pytest.raises(InputDataError) as raised:
        check_inputs(engagement)
    assert str(raised.value).startswith(
        f"survey_answers.csv: no column to turn into rows is called “{entry}”"
    )
