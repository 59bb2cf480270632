"""The contract and what is said of it in every language."""

from __future__ import annotations

from typing import get_args

import pytest

from crmreport.data.contract import TABLES
from crmreport.data.ledger import RuleId
from crmreport.params import Params
from crmreport.text import load_catalogue


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant-TW", "zh-Hant-HK"])
def test_every_table_column_and_rule_is_named_in_every_language(language: str) -> None:
    wanted = {f"data.{table}.title" for table in TABLES}
    wanted |= {table.meaning(name) for table in TABLES.values() for name in table.names}
    wanted |= {f"data.rule.{rule}{more}" for rule in get_args(RuleId) for more in ("", ".reason")}
    wanted |= {f"data.column.{name}" for table in TABLES.values() for name in table.names}
    prefixes = (*(f"data.{table}." for table in TABLES), "data.rule.", "data.column.")
    catalogue = load_catalogue(language)
    assert {message for message in catalogue if message.startswith(prefixes)} == wanted


def test_params_and_contract_know_the_same_tables() -> None:
    keys, _ = get_args(Params.model_fields["sources"].annotation)
    assert set(get_args(keys)) == set(TABLES)


_PEOPLE = {"customer_id", "staff_id", "respondent_id", "referred_id", "lead_id"}
_NUMBERS = {"order_id", "entry_id", "opportunity_id", "case_id", "interaction_id", "review_id"}
_WORDS = {"answer", "narrative", "review_text", "age_years"}
_IDENTITIES = {
    "name",
    "mobile",
    "email",
    "address",
    "postcode",
    "birth_date",
    "member_card",
    "unionid",
    "openid",
    "wecom_external_id",
    "marketplace_buyer_id",
}


def test_people_and_what_they_wrote_are_personal_in_every_table() -> None:
    for table in TABLES.values():
        for column in table.columns:
            assert column.personal == (column.name in _PEOPLE | _NUMBERS | _WORDS), (table.name, column)
            assert column.identity == (column.name in _IDENTITIES), (table.name, column)
            assert column.publishable == (not column.personal and not column.identity)


def test_the_declarations_fit_together() -> None:
    for table in TABLES.values():
        assert len(set(table.names)) == len(table.names), table.name
        assert not any(column.derived and (column.required or column.key) for column in table.columns)
        assert table.dated is None or table[table.dated].type in ("date", "timestamp")
        if table.wide:
            assert all(not table[name].derived for name in table.wide)
        # A blank number of a case does not make it the case of another blank one.
        assert table.events or not table.keys or table.keys[0].required


def test_a_column_is_of_one_type_wherever_it_stands() -> None:
    types: dict[str, set[str]] = {}
    for table in TABLES.values():
        for column in table.columns:
            types.setdefault(column.name, set()).add(column.type)
    assert {name: found for name, found in types.items() if len(found) > 1} == {}
