"""What is out of range, and what is only still to come."""

from __future__ import annotations

import ibis
import pytest

from crmreport.data.contract import TABLES
from crmreport.features.quality import BACKWARDS, COMES_LATER, out_of_range
from tests.features.lines import raw_lines


def wrong(lines: ibis.Table, column: str) -> int:
    (found,) = out_of_range(lines, "sale_lines")[column].to_pyarrow().to_pylist()
    return int(found["wrong"])


def test_a_cost_below_zero_is_wrong_unless_the_goods_came_back() -> None:
    rows = [
        ("anna", "1", "soap/1", "north", "2023-10-01", 1, "9.00", "0", "0"),
        ("anna", "2", "soap/1", "north", "2023-10-02", -1, "-9.00", "0", "0"),
        ("bob", "3", "soap/1", "north", "2023-10-02", 1, "9.00", "0", "0"),
    ]
    lines = raw_lines(rows)
    cost = ibis.ifelse(lines.order_id == "3", -5, lines.quantity * 5).cast("decimal(18, 2)")
    assert wrong(lines.mutate(cost=cost), "cost") == 1
    assert wrong(lines, "cost") == 0


@pytest.mark.parametrize("table", COMES_LATER)
def test_what_comes_later_is_known_to_the_contract(table: str) -> None:
    assert set(COMES_LATER[table]) <= set(TABLES[table].names)


def test_whatever_ends_comes_later() -> None:
    ends = {(table, end) for table, pairs in BACKWARDS.items() for _, end in pairs}
    planned = {("campaigns", "ends_on"), ("channel_costs", "ends_on")}
    assert ends - planned == {(table, end) for table, end in ends if end in COMES_LATER.get(table, ())}
