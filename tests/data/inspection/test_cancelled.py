"""Cancelled orders, told from a status or from how their numbers begin."""

import pytest

from crmreport.data.inspection.cancelled import cancelled_prefix, cancelled_statuses
from crmreport.data.inspection.matching import Field

COLUMNS = {"order_id": "no", "quantity": "qty", "order_status": "state"}


def test_statuses_by_their_words():
    cells = ["Cancelled", "shipped", "交易關閉", "已完成", "Pending payment", "closed"] * 10
    fields = [Field.of("state", cells)]

    assert cancelled_statuses(fields, COLUMNS) == ["Cancelled", "Pending payment", "交易關閉"]
    assert cancelled_statuses(fields, {}) == []


@pytest.mark.parametrize(
    ("taken_back", "others", "prefix"),
    [
        (["C1", "C2", "C3", "C4", "C5"], ["1", "2", "3"], "C"),
        (["C1", "C2", "C3", "C4"], ["1", "2", "3"], None),
        (["C1", "C2", "C3", "C4", "D5"], ["1", "2", "3"], None),
        (["C1", "C2", "C3", "C4", "C5"], ["C1", "C2", "3"], None),
        (["1", "2", "3", "4", "5"], ["6", "7"], None),
        (["C1", "C2", "C3", "C4", "C5"], [], None),
    ],
)
def test_a_letter_that_begins_the_orders_taken_back(taken_back, others, prefix):
    fields = [
        Field.of("no", [*taken_back, *others, None]),
        Field.of("qty", [*("-1" for _ in taken_back), *("1" for _ in others), "-2"]),
    ]

    assert cancelled_prefix(fields, COLUMNS) == prefix
