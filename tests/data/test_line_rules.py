"""The rules of cleaning, held against files whose faults were counted as they were written."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crmreport.data.ledger import RuleId, Tally
from crmreport.data.store import Store
from crmreport.errors import ParamsError
from crmreport.text import load_catalogue
from tests.data.badfile import CHANGES, SCENES, BadFile, bad_file
from tests.data.shop import shop, store_of

Counts = st.fixed_dictionaries({name: st.integers(0, 3) for name in SCENES} | {"a sale": st.integers(30, 40)})


def stored(folder: Path, file: BadFile, **changes: Any) -> Store:
    file.write(folder)
    return store_of(shop(folder, **(CHANGES | changes)))


@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(counts=Counts, seed=st.integers(0, 2**32))
def test_every_line_meets_the_fate_that_its_writer_knew(
    tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int], seed: int
) -> None:
    file = bad_file(counts, Random(seed))
    store = stored(tmp_path_factory.mktemp("bad"), file)
    ledger, rules = store.ledger.sale_lines, [rule for _, rule in file.lines]
    assert ledger.supplied == Tally(rows=len(rules), money=sum(file.money(rule) for rule in set(rules)))
    assert ledger.used == Tally(rows=file.rows(None), money=file.money(None))
    assert ledger.outside == Tally()
    found = {rule.id: rule.found for rule in ledger.rules if rule.effect == "set_aside" and rule.found.rows}
    assert found == {
        rule: Tally(rows=file.rows(rule), money=file.money(rule)) for rule in rules if rule is not None
    }
    kept = Counter({rule.id: rule.found.rows for rule in ledger.rules if rule.effect == "kept"})
    assert +kept == file.kept
    aside = store.quarantine("sale_lines").select("row", "rule").to_pyarrow().to_pylist()
    assert [(row["row"], row["rule"]) for row in aside] == file.aside()


def test_quarantine_says_why_in_plain_words(tmp_path: Path) -> None:
    store = stored(tmp_path, bad_file({"a sale": 3, "dollars": 1}, Random(1)))
    (row,) = store.quarantine("sale_lines").to_pyarrow().to_pylist()
    assert (row["file"], row["rule"], row["supplied_paid"]) == ("sales.csv", "other_currency", "$10.00")
    assert row["reason"] == "Amounts of two currencies cannot be added up; convert them before the export."


def test_what_is_no_purchase_keeps_its_money_alone(tmp_path: Path) -> None:
    counts = dict.fromkeys(("a sale", "a gift", "a presale", "a refund", "a part refunded", "a return"), 1)
    lines = stored(tmp_path, bad_file(counts, Random(2))).table("sale_lines")
    columns = ("sold_on", "quantity", "gift_quantity", "revenue", "is_return", "is_gift", "is_purchase")
    found = [tuple(row.values()) for row in lines.select(*columns).to_pyarrow().to_pylist()]
    plain = [(str(day), *map(float, numbers), *flags) for day, *rest in found
             for numbers, flags in [(rest[:3], rest[3:])]]  # fmt: skip
    first, later = "2023-03-01", "2023-03-09"
    assert sorted(plain) == sorted(
        [
            (first, 1, 0, 10, False, False, True),  # the sale
            (first, 0, 2, 0, False, True, False),  # the gift
            (first, 0, 0, 2, False, False, False),  # the deposit, sold with its balance
            (first, 1, 0, 8, False, False, True),
            (first, 0, 0, 0, False, False, False),  # refunded in full
            (first, 1, 0, 6, False, False, True),  # in part
            (first, 1, 0, 10, False, False, True),  # the sale that was returned
            (later, -1, 0, -9, True, False, False),
        ]
    )


def test_effects_are_the_clients_to_choose(tmp_path: Path) -> None:
    counts = {"a sale": 6, "a slip of the point": 1, "delivered twice": 1, "the end of time": 1, "nothing": 1}
    rules = {
        "absurd_price": "set_aside",
        "duplicate": "kept",
        "impossible_date": "kept",
        "nothing_bought": "off",
    }
    cleaning = CHANGES["cleaning"] | {"rules": rules | {"future_date": "off"}}
    ledger = stored(tmp_path, bad_file(counts, Random(3)), cleaning=cleaning).ledger.sale_lines
    found = {rule.id: (rule.effect, rule.found) for rule in ledger.rules if rule.found.rows}
    assert found == {
        "absurd_price": ("set_aside", Tally(rows=1, money=Decimal(1000))),
        "duplicate": ("kept", Tally(rows=1, money=Decimal(10))),
        "impossible_date": ("kept", Tally(rows=1, money=Decimal(10))),
    }
    assert "nothing_bought" not in {rule.id for rule in ledger.rules}
    assert ledger.used.rows == 10


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"cleaning": {"rules": {"lost_zeros": "set_aside"}}},
            "“cleaning”: “lost_zeros” sets no row aside; write kept or off.",
        ),
        (
            {"commerce": {}},
            "Refund is mapped; say under commerce whether “refunds” are deducted from revenue or",
        ),
        (
            {"commerce": {"refunds": "separate"}},
            "Payment_kind is mapped; say under commerce which of its values are “deposits”.",
        ),
    ],
)
def test_what_is_left_open_is_asked(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError) as raised:
        stored(tmp_path, bad_file({"a sale": 1}, Random(4)), **changes)
    assert message in str(raised.value)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_rule_has_a_name_and_a_reason(language: str) -> None:
    catalogue = load_catalogue(language)
    for rule in get_args(RuleId):
        assert catalogue[f"data.rule.{rule}"].forms[0]
        assert catalogue[f"data.rule.{rule}.reason"].forms[0].endswith((".", "。"))
