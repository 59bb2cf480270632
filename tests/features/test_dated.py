"""Which days there are, where there are no sales."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmreport.errors import InputDataError
from crmreport.features.build import build_features
from crmreport.period import parse_period
from tests.data.clinic import clinic
from tests.data.shop import store_of

FILES = {"cases": "opened\n2024-05-01\n2024-06-03\n", "reviews": "day\n2024-01-31 23:00\n"}
SOURCES = {
    "cases": {"columns": {"opened_at": "opened"}, "constants": {"topic": "all"}},
    "reviews": {"columns": {"reviewed_at": "day"}},
}
BRANDS = [{"id": "north", "name": "North", "where": {"topic": "all"}}]


@pytest.mark.parametrize("label", ["2024-05", "2024-01", "2024-Q2", "2024"])
def test_any_dated_row_makes_a_period(tmp_path: Path, label: str) -> None:
    engagement = clinic(tmp_path, FILES, SOURCES, brands=BRANDS)
    features = build_features(engagement, store_of(engagement), parse_period(label))
    filled = features.filled().set_index(["table", "column"])
    assert filled.loc[("cases", "opened_at"), "filled"] == 2
    assert filled.loc[("cases", "resolved_at"), "filled"] == 0
    assert features.profiles().empty


def test_rows_of_the_period_by_table_and_brand(tmp_path: Path) -> None:
    files = FILES | {"cases": "opened,topic\n2024-05-01,a\n2024-05-31 23:59,b\n2024-06-01,a\n"}
    columns = {"opened_at": "opened", "topic": "topic"}
    brands = [{"id": "north", "name": "North", "where": {"topic": "a"}}]
    engagement = clinic(tmp_path, files, SOURCES | {"cases": {"columns": columns}}, brands=brands)
    features = build_features(engagement, store_of(engagement), parse_period("2024-05"))
    assert features.rows("_group").to_dict() == {"cases": 2, "reviews": 0}
    assert features.rows("north").to_dict() == {"cases": 1}


def test_a_period_without_a_row_is_an_input_error(tmp_path: Path) -> None:
    engagement = clinic(tmp_path, FILES, SOURCES, brands=BRANDS)
    with pytest.raises(InputDataError) as raised:
        build_features(engagement, store_of(engagement), parse_period("2024-02"))
    assert str(raised.value) == (
        "clinic.yml: There is no data in the period 2024-02 (2024-02-01 to 2024-02-29). "
        "The client's cases run from 2024-05-01 to 2024-06-03; reviews run from 2024-01-31 to 2024-01-31."
    )


def test_data_without_any_date_is_an_input_error(tmp_path: Path) -> None:
    survey = {"survey_answers": {"wide": ["q1"]}}
    brands = [{"id": "north", "name": "North", "where": {"item": "q1"}}]
    engagement = clinic(tmp_path, {"survey_answers": "q1\n5\n"}, survey, brands=brands)
    with pytest.raises(InputDataError, match=r"^clinic\.yml: Nothing says when: no row of any source"):
        build_features(engagement, store_of(engagement), parse_period("2024-02"))


def test_what_is_made_from_sales_says_so(tmp_path: Path) -> None:
    engagement = clinic(tmp_path, FILES, SOURCES, brands=BRANDS)
    features = build_features(engagement, store_of(engagement), parse_period("2024-05"))
    with pytest.raises(InputDataError, match="what they are made from was not supplied"):
        features.customers("_group")
