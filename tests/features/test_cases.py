"""Cases as the report knows them on its day."""

from __future__ import annotations

from datetime import date, datetime

import ibis
import pandas as pd
import pyarrow as pa

from crmreport.data.contract import CASES
from crmreport.features.cases import case_table, product_orders, with_next_purchase

SCHEMA = ibis.schema({column.name: column.type for column in CASES.columns})
AS_OF = date(2024, 3, 31)


def cases(*rows: dict) -> ibis.Table:
    blank = dict.fromkeys(SCHEMA.names) | {"brand_id": "rosa"}
    return ibis.memtable(pa.Table.from_pylist([blank | row for row in rows], schema=SCHEMA.to_pyarrow()))


def found(table: ibis.Table, scope: str = "rosa") -> pd.DataFrame:
    frame = case_table(table, as_of=AS_OF).to_pandas()
    return frame[frame["scope"] == scope].sort_values("opened_on", ignore_index=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_hours_until_answered_or_until_the_reports_day() -> None:
    table = found(
        cases(
            {"opened_at": at("2024-03-01 10:00"), "responded_at": at("2024-03-01 12:30")},
            {"opened_at": at("2024-03-31 12:00"), "responded_at": at("2024-04-02 12:00")},
            {"opened_at": at("2024-03-10 12:00"), "responded_at": at("2024-03-09 12:00")},
            {"opened_at": at("2024-04-01 00:00")},
        )
    )
    assert table["opened_on"].dt.strftime("%m-%d").tolist() == ["03-01", "03-10", "03-31"]
    # An answer of April is not known at the end of March: twelve hours have passed, and it is open.
    assert table["responded"].tolist() == [True, True, False]
    assert table["response_hours"].tolist()[::2] == [2.5, 12.0]
    assert pd.isna(table["response_hours"][1])
    assert not table["resolved"].any()


def test_a_case_resolved_without_a_response_on_record_waits_no_longer() -> None:
    table = found(
        cases(
            {"opened_at": at("2024-03-01 10:00"), "resolved_at": at("2024-03-02 10:00")},
            {"opened_at": at("2024-03-02 10:00"), "resolved_at": at("2024-04-02 10:00")},
            {"opened_at": at("2024-03-03 10:00"), "resolved_at": at("2024-03-02 10:00")},
            {
                "opened_at": at("2024-03-04 10:00"),
                "responded_at": at("2024-03-04 12:00"),
                "resolved_at": at("2024-03-04 11:00"),
            },
        )
    )
    assert table["responded"].tolist() == [False, False, False, True]
    # A day; until the end of March, as long as that is all that is known; impossible; as it was noted.
    assert table["response_hours"].tolist()[:2] == [24, 29 * 24 + 14]
    assert pd.isna(table["response_hours"][2])
    assert table["response_hours"][3] == 2


def test_the_clients_numbers_stay_behind() -> None:
    columns = found(cases({"opened_at": at("2024-03-01 10:00"), "narrative": "secret"})).columns
    assert not {"case_id", "order_id", "staff_id"} & set(columns)


def test_a_case_has_one_number_in_every_scope_whatever_the_order_of_the_rows() -> None:
    rows = [{"opened_at": at("2024-03-01 10:00"), "case_id": name} for name in ("b", "a", "c")]
    for order in (rows, rows[::-1]):
        group, brand = (found(cases(*order), scope) for scope in ("_group", "rosa"))
        assert sorted(group["case"]) == sorted(brand["case"]) == [f"{n:010}" for n in range(3)]


def test_who_was_gone_back_to_by_the_day_of_the_report() -> None:
    table = found(
        cases(
            {"opened_at": at("2024-03-01 10:00"), "followed_up_at": at("2024-03-08 10:00")},
            {"opened_at": at("2024-03-02 10:00"), "followed_up_at": at("2024-04-08 10:00")},
            {"opened_at": at("2024-03-03 10:00")},
        )
    )
    assert table["followed_up"].fillna(False).tolist() == [True, False, False]


def test_orders_that_hold_a_product_or_a_category_count_once_each() -> None:
    sold = [
        ("rosa", "a", "1", "cream", "skin", date(2024, 3, 1), True),
        ("rosa", "a", "1", "cream", "skin", date(2024, 3, 1), True),
        ("rosa", "a", "1", "mask", "skin", date(2024, 3, 1), True),
        ("rosa", None, "2", "cream", "skin", date(2024, 3, 2), True),
        ("mira", "a", "1", "soap", None, date(2024, 3, 1), True),
        ("rosa", "a", "3", "cream", "skin", date(2024, 3, 3), False),
        ("rosa", "a", "4", "cream", "skin", date(2024, 4, 1), True),
        ("rosa", "a", "5", None, None, date(2024, 3, 4), True),
    ]
    names = ["brand_id", "customer_id", "order_id", "product_id", "category", "sold_on", "is_purchase"]
    lines = ibis.memtable(pd.DataFrame(sold, columns=names))
    table = product_orders(lines, start=date(2024, 3, 1), end=AS_OF).to_pandas()
    counts = table.set_index(["scope", "kind", "item"])["orders"].to_dict()
    assert counts == {
        ("_group", "product", "cream"): 2,
        ("_group", "product", "mask"): 1,
        ("_group", "product", "soap"): 1,
        ("_group", "category", "skin"): 2,
        ("rosa", "product", "cream"): 2,
        ("rosa", "product", "mask"): 1,
        ("rosa", "category", "skin"): 2,
        ("mira", "product", "soap"): 1,
    }


def test_the_group_holds_every_case_and_a_brand_its_own() -> None:
    table = cases(
        {"opened_at": at("2024-03-01 10:00")}, {"opened_at": at("2024-03-02 10:00"), "brand_id": None}
    )
    assert len(found(table)) == 1
    assert len(found(table, "_group")) == 2


def test_the_next_purchase_is_after_the_day_of_the_case() -> None:
    days = ibis.memtable(
        pd.DataFrame(
            {
                "scope": "rosa",
                "customer_id": ["a", "a", "a", "b"],
                "sold_on": [date(2024, 3, 1), date(2024, 3, 5), date(2024, 3, 9), date(2024, 3, 2)],
                "orders": [1, 0, 1, 1],
            }
        )
    )
    table = case_table(
        cases(
            {"opened_at": at("2024-03-01 10:00"), "customer_id": "a"},
            {"opened_at": at("2024-03-01 11:00"), "customer_id": "a"},
            {"opened_at": at("2024-03-03 10:00"), "customer_id": "b"},
            {"opened_at": at("2024-03-03 10:00")},
        ),
        as_of=AS_OF,
    )
    frame = with_next_purchase(table.filter(table.scope == "rosa"), days).to_pandas()
    by = frame.sort_values(["opened_on", "customer_id"])["bought_on"]
    assert [f"{one:%m-%d}" if pd.notna(one) else None for one in by] == ["03-09", "03-09", None, None]
