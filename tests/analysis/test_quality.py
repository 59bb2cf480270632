from datetime import date
from typing import get_args

import pandas as pd

from crmreport.analysis import quality
from crmreport.analysis.quality import Problem
from crmreport.data.ledger import Ledger, Rule, RuleId, SourceFile, TableLedger, Tally

# What trade brings with it: counted, but no fault of the data.
OF_TRADE = {
    *("other_currency", "test_order", "ignored_product", "cancelled", "zero_price", "unpaid_balance"),
    *("return", "return_unmatched", "refunded", "gift", "deposit", "nothing_bought"),
}
FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)


def _account(table, rows, **rules):
    """A table of which each rule found so many rows; those set aside are marked with a minus."""
    aside = sum(-found for found in rules.values() if found < 0)
    return TableLedger(
        table=table,
        files=(SourceFile(name="f.csv", sha256="0", rows=rows + aside),),
        columns=("customer_id", "order_id"),
        attributes=(),
        supplied=Tally(rows=rows + aside),
        set_aside=Tally(rows=aside),
        used=Tally(rows=rows),
        rules=tuple(
            Rule(id=id, effect="set_aside" if found < 0 else "kept", found=Tally(rows=abs(found)))
            for id, found in rules.items()
        ),
        first_day=FIRST,
        last_day=LAST,
    )


CLEAN = {
    "fills": pd.DataFrame(columns=["table", "column", "month", "rows", "filled"]).astype(
        {"month": "datetime64[s]"}
    ),
    "senders": pd.DataFrame(columns=["by", "sender", "days"]),
    "sender_months": pd.DataFrame(columns=["by", "sender", "month", "lines"]),
    "matches": pd.DataFrame(columns=["table", "column", "other", "rows", "lack"]),
    "ranges": pd.DataFrame(columns=["table", "column", "rows", "wrong"]),
}
EVEN = pd.DataFrame({"lines": [100, 100], "expected": [100, 100], "gap": [False, False]})


def _problems(*accounts, weeks=EVEN, until=LAST, **checks):
    ledger = Ledger(fingerprint="f", tables=accounts)
    tables = CLEAN | checks
    found = quality.problems(
        ledger, tables.__getitem__, weeks, first=FIRST, last=LAST, until=until, open_days=365
    )
    return [(one.kind, one.dimension, one.table, one.rows, one.of) for one in found]


def test_every_rule_of_the_ledger_is_a_problem_or_belongs_to_trade():
    assert set(get_args(RuleId)) == set(quality.RULES) | quality.KEYS | OF_TRADE
    assert not set(quality.RULES) & OF_TRADE


def test_a_clean_table_has_no_problems():
    assert _problems(_account("sale_lines", 1000, **{"return": 20, "gift": 3})) == []


def test_a_lead_need_be_no_customer_yet():
    assert _problems(_account("leads", 1000, no_customer=700)) == []
    assert _problems(_account("cases", 1000, no_customer=700)) != []


def test_what_rules_found_is_measured_against_the_rows_of_the_table():
    # Of 1040 rows 10 lack a date and 30 came twice; of the 1000 used, 200 name nobody.
    found = _problems(_account("sale_lines", 1000, missing_date=-10, duplicate=-30, no_customer=200))

    assert found == [
        ("anonymous", "completeness", "sale_lines", 200, 1040),
        ("repeated", "uniqueness", "sale_lines", 30, 1040),
        ("missing", "completeness", "sale_lines", 10, 1040),
    ]


def test_keys_that_do_not_meet_are_counted_once():
    columns = ["table", "column", "other", "rows", "lack"]
    matches = pd.DataFrame([("sale_lines", "product_id", "products", 900, 90)], columns=columns)
    accounts = _account("sale_lines", 1000, unknown_product=90), _account("contacts", 60, unknown_campaign=-6)

    assert _problems(*accounts, matches=matches) == [
        ("unmatched", "consistency", "sale_lines", 90, 900),
        ("unmatched", "consistency", "contacts", 6, 66),
    ]


def test_gaps_and_an_early_end_come_first():
    ranges = pd.DataFrame([("cases", "resolved_at", 50, 25)], columns=["table", "column", "rows", "wrong"])
    weeks = pd.DataFrame({"lines": [100, 20], "expected": [100, 100], "gap": [False, True]})
    found = _problems(_account("sale_lines", 1000), weeks=weeks, until=date(2024, 1, 31), ranges=ranges)

    assert [one[0] for one in found] == ["late", "gap", "range"]
    assert found[0][3:] == (31, 396)


def test_the_scorecard_by_hand():
    found = [
        Problem("repeated", "uniqueness", "sale_lines", 5, 1000),
        Problem("invalid", "validity", "sale_lines", 10, 1000),
        Problem("silent", "completeness", "sale_lines", 1, 1000),
        Problem("unmatched", "consistency", "sale_lines", 100, 1000),
    ]
    filled = pd.DataFrame({"table": ["products", "products"], "rows": [100, 100], "filled": [100, 70]})
    looked_at = {"sale_lines": set(quality.DIMENSIONS), "products": {"completeness", "validity"}}

    table = quality.scorecard(found, ["sale_lines", "products"], filled, looked_at).set_index("table")

    assert table.loc["sale_lines"].to_dict() == {
        "completeness": "limited",  # a break over time, however small
        "validity": "limited",  # one in a hundred
        "uniqueness": "good",
        "timeliness": "good",
        "consistency": "poor",  # one in ten
    }
    assert table.loc["products"].to_dict() == {
        "completeness": "poor",  # 30 of 200 cells are blank
        "validity": "good",
        "uniqueness": "unchecked",
        "timeliness": "unchecked",
        "consistency": "unchecked",
    }


def test_what_can_be_looked_at():
    lines = _account("sale_lines", 10).model_copy(update={"columns": ("customer_id",)})
    ledger = Ledger(fingerprint="f", tables=(lines, _account("contacts", 10)))
    matches = pd.DataFrame({"table": ["contacts"]})

    assert quality.checked(ledger, matches) == {
        "sale_lines": {"completeness", "validity", "timeliness"},
        "contacts": {"completeness", "validity", "uniqueness", "consistency"},
    }


def test_a_problem_of_hardly_any_rows_is_not_spoken_of_but_a_break_is():
    assert not Problem("invalid", "validity", "t", 1, 2000).matters
    assert Problem("invalid", "validity", "t", 2, 2000).matters
    assert Problem("silent", "completeness", "t", 0, 2000).matters
    assert Problem("invalid", "validity", "t", 0, 0).share == 0
