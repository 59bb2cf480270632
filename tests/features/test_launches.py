"""Products by when they were first sold, on a few hand-worked lines."""

from __future__ import annotations

from datetime import date

from crmreport.features.launches import launch_table
from tests.features.lines import Row, sale_lines, values

# The data begins on 1 January 2023: the run-in ends on 1 April, and what begins by 2 October can be followed.
LINES: list[Row] = [
    ("anna", "1", "soap/old", "north", "2023-01-01", 1, "1.00", "0", "0"),
    ("anna", "2", "soap/old", "north", "2023-05-01", 1, "1.00", "0", "0"),
    ("bob", "3", "soap/old", "north", "2023-05-01", 1, "1.00", "0", "0"),
    ("bob", "4", "soap/old", "north", "2023-07-30", 1, "1.00", "0", "0"),  # 90 days on
    # new on 1 May; dora is late to try it, carl comes back too late
    ("anna", "5", "soap/new", "north", "2023-05-01", 1, "1.00", "0", "0"),
    ("anna", "6", "soap/new", "north", "2023-05-01", 1, "1.00", "0", "0"),
    ("anna", "7", "soap/new", "north", "2023-05-02", 1, "1.00", "0", "0"),
    ("carl", "8", "soap/new", "north", "2023-05-03", 1, "1.00", "0", "0"),
    ("carl", "9", "soap/new", "north", "2023-08-02", 1, "1.00", "0", "0"),
    ("dora", "10", "soap/new", "north", "2023-09-01", 1, "1.00", "0", "0"),
    # too young to be followed
    ("anna", "11", "soap/young", None, "2023-11-01", 1, "1.00", "0", "0"),
    ("anna", "12", "soap/young", None, "2023-11-02", 1, "1.00", "0", "0"),
]


def test_trial_and_repeat_of_new_and_of_old_products() -> None:
    found = launch_table(sale_lines(LINES), first_day=date(2023, 1, 1), as_of=date(2023, 12, 31))

    columns = ("scope", "product_id", "category", "launched", "tried", "firsts", "again")
    assert [row for row in values(found, *columns) if row[0] == "_group"] == [
        ("_group", "soap/new", "soap", True, 2, 3, 1),
        ("_group", "soap/old", "soap", False, 0, 1, 1),  # anna's first lies in the run-in
    ]
