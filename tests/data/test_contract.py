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


def test_keys_are_required_and_people_are_personal() -> None:
    for table in TABLES.values():
        assert not table.keys or table.keys[0].required
        assert all(column.personal for column in table.columns if column.name == "customer_id")
