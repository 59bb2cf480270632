"""What a sale is, worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.data.commerce import coupons, matched_returns, net_revenue, provisional_from
from crmreport.data.ledger import Tally
from crmreport.params_data import Commerce
from tests.data.shop import rows, sales, shop, store_of

MONEY = pa.decimal128(18, 2)
AMOUNTS = {
    "revenue": ["100.00", "100.00", None],
    "shop_coupon": ["10.00", "-10.00", "1.00"],
    "platform_coupon": ["5.00", None, "1.00"],
    "refund": ["20.00", "-20.00", "1.00"],
}


def amounts(*mapped: str) -> Any:
    columns = {
        name: pa.array([value and Decimal(value) for value in values], MONEY)
        for name, values in AMOUNTS.items()
    }
    table = ibis.memtable(pa.table(columns))
    return lambda name: table[name] if name in mapped else None


@pytest.mark.parametrize(
    ("commerce", "expected"),
    [
        ({}, [100, 100, None]),
        ({"revenue": "received"}, [100, 100, None]),
        ({"revenue": "paid"}, [105, 100, None]),
        ({"revenue": "before_coupons"}, [90, 90, None]),
        ({"refunds": "deducted"}, [100, 100, None]),
        ({"revenue": "before_coupons", "refunds": "separate"}, [70, 70, None]),
        ({"revenue": "paid", "refunds": "separate"}, [85, 80, None]),
    ],
)
def test_revenue_is_what_the_client_receives(commerce: dict[str, Any], expected: list[Any]) -> None:
    net = net_revenue(amounts(*AMOUNTS), Commerce(**commerce))
    assert net.to_pyarrow().to_pylist() == expected
    assert net_revenue(amounts("revenue"), Commerce(**commerce)).to_pyarrow().to_pylist() == [100, 100, None]


def test_coupons_of_shop_and_platform_add_up_unless_told() -> None:
    table = ibis.memtable(
        pa.table(
            {
                "coupon_discount": pa.array([Decimal("1.00")], MONEY),
                "shop_coupon": pa.array([Decimal("-2.00")], MONEY),
                "platform_coupon": pa.array([Decimal("4.00")], MONEY),
            }
        )
    )
    both = {"shop_coupon", "platform_coupon"}
    for supplied, value in ((both, 6), ({"shop_coupon"}, 2), (both | {"coupon_discount"}, 1), (set(), 1)):
        assert coupons(table, supplied).to_pyarrow().to_pylist() == [value]


def test_a_sale_is_provisional_while_it_may_be_returned() -> None:
    """With 7 days, what was sold on the 24th may be returned until the 31st, the day of the export."""
    week, until = Commerce(return_window_days=7), date(2017, 12, 31)
    assert provisional_from(week, known_until=until, last_day=until) == date(2017, 12, 25)
    assert provisional_from(week, known_until=until, last_day=date(2017, 12, 25)) == date(2017, 12, 25)
    assert provisional_from(week, known_until=until, last_day=date(2017, 12, 24)) is None
    assert provisional_from(Commerce(return_window_days=0), known_until=until, last_day=until) is None
    assert provisional_from(Commerce(), known_until=until, last_day=until) is None


Event = tuple[str, str, int, int]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.sampled_from("pq"), st.integers(0, 4), st.sampled_from([-2, -1, 1, 2])
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(events=EVENTS)
def test_a_return_takes_back_one_earlier_sale(events: list[Event]) -> None:
    """Against a walk through the days that keeps count of what is sold and not yet returned."""
    unreturned: dict[tuple[str, str, int], int] = {}
    matched = 0
    for customer, product, _, quantity in sorted(events, key=lambda event: (event[2], event[3] < 0)):
        key = (customer, product, abs(quantity))
        if quantity > 0:
            unreturned[key] = unreturned.get(key, 0) + 1
        elif unreturned.get(key, 0):
            unreturned[key] -= 1
            matched += 1
    start = datetime(2023, 1, 1)
    table = pa.table(
        {
            "customer_id": pa.array([event[0] for event in events], pa.string()),
            "product_id": pa.array([event[1] for event in events], pa.string()),
            "sold_at": pa.array([start + timedelta(event[2]) for event in events], pa.timestamp("us")),
            "quantity": pa.array([Decimal(event[3]) for event in events], pa.decimal128(18, 3)),
            "revenue": pa.array([Decimal(event[3]) for event in events], MONEY),
        }
    )
    found = matched_returns(ibis.memtable(table), {"quantity", "product_id"})
    assert found.rows == matched
    assert (found == Tally()) == (matched == 0)


TOTALS = [
    "c1,r1,,2023-03-01 10:00,,25.00,,",
    "c2,r2,,2023-03-02 10:00,,-5.00,,",
    ",r3,,2023-03-05 10:00,,8.00,,",
]


def test_totals_of_orders_are_sale_lines_without_products(tmp_path: Path) -> None:
    columns = {"customer_id": "card", "order_id": "receipt", "sold_at": "time", "revenue": "paid"}
    sources = {"sale_lines": sales(columns=columns)["sale_lines"]}
    brands = [{"id": "all", "name": "All", "where": {"order_id": ["r1", "r2"]}}]
    commerce = {"sale_date": "paid", "return_window_days": 4}
    store = store_of(shop(tmp_path, TOTALS, sources=sources, brands=brands, commerce=commerce))
    assert rows(store, "sale_lines", "product_id", "quantity", "revenue", "is_purchase", "brand_id") == [
        (None, None, Decimal(25), True, "all"),
        (None, None, Decimal(-5), False, "all"),
        (None, None, Decimal(8), True, None),
    ]
    ledger = store.ledger.sale_lines
    assert (ledger.used, ledger.provisional_from) == (Tally(rows=3, money=Decimal(28)), date(2023, 3, 2))
    assert {rule.id for rule in ledger.rules if rule.found.rows} == {
        "no_customer",
        "return",
        "return_unmatched",
    }
    assert not store.ledger.supplied("sale_lines", "product_id")
