"""Who was drawn by lot, and what each arm bought: hand-worked."""

from __future__ import annotations

from datetime import date

import ibis

from crmreport.features.days import day_table
from crmreport.features.trials import campaign_spans, trial_arms
from tests.features.lines import Row, sale_lines, values

D = date
CAMPAIGNS = ibis.memtable(
    [
        ("spring", "Spring", D(2023, 3, 11), D(2023, 3, 20)),
        ("early", "Early", D(2023, 1, 3), D(2023, 1, 20)),  # not as many days of data before it
        ("late", "Late", D(2023, 4, 20), D(2023, 5, 20)),  # not ended
    ],
    schema={"campaign_id": "string", "campaign_name": "string", "starts_on": "date", "ends_on": "date"},
)
SPANS = campaign_spans(CAMPAIGNS, window=(D(2023, 1, 1), D(2023, 4, 30)), first_day=D(2023, 1, 1))
ARMS = ibis.memtable(
    [
        ("spring", "ann", "letter", True),
        ("spring", "bob", "letter", True),
        ("spring", "cyd", "none", True),
        ("spring", "dan", "none", True),
        ("spring", "eve", "letter", False),  # somebody chose her
        ("spring", "flo", "letter", True),  # in both arms: in neither
        ("spring", "flo", "none", True),
        ("late", "ann", "letter", True),
    ],
    schema={"campaign_id": "string", "customer_id": "string", "arm": "string", "drawn_by_lot": "boolean"},
)
CONTACTS = ibis.memtable(
    [("spring", "ann"), ("spring", "ann"), ("spring", "eve"), ("late", "bob")],
    schema={"campaign_id": "string", "customer_id": "string"},
)
LINES: list[Row] = [
    ("ann", "1", "soap/1", "north", "2023-02-28", 1, "90.00", "0", "0"),  # before the days before
    ("ann", "2", "soap/1", "north", "2023-03-01", 1, "3.00", "0", "0"),
    ("ann", "3", "soap/1", "south", "2023-03-11", 1, "4.00", "0", "0"),
    ("ann", "4", "soap/1", "north", "2023-03-20", 1, "6.00", "0", "0"),
    ("ann", "5", "soap/1", "north", "2023-03-21", 1, "90.00", "0", "0"),  # after it
    ("cyd", "6", "soap/1", "north", "2023-03-10", 1, "5.00", "0", "0"),
    ("cyd", "7", "soap/1", "north", "2023-03-12", -1, "-5.00", "0", "0"),  # brings it back: no buyer
    ("eve", "8", "soap/1", "north", "2023-03-12", 1, "7.00", "0", "0"),
]


def test_only_campaigns_that_ended_with_as_many_days_before_them() -> None:
    assert values(SPANS, "campaign_id", "before_from") == [("spring", D(2023, 3, 1))]


def test_each_arm_counts_all_whom_the_lot_put_there() -> None:
    found = trial_arms(ARMS, CONTACTS, SPANS, day_table(sale_lines(LINES)), ["_group", "south"])
    counts = ("scope", "arm", "customers", "reached", "buyers", "before", "during")
    assert values(found, *counts) == [
        ("_group", "letter", 2, 1, 1, 3, 10),
        ("_group", "none", 2, 0, 0, 5, -5),
        ("south", "letter", 2, 1, 1, 0, 4),
        ("south", "none", 2, 0, 0, 0, 0),
    ]
    squares = ("scope", "arm", "before_squares", "during_squares", "products", "campaign_name")
    assert values(found, *squares) == [
        ("_group", "letter", 9, 100, 30, "Spring"),
        ("_group", "none", 25, 25, -25, "Spring"),
        ("south", "letter", 0, 16, 0, "Spring"),
        ("south", "none", 0, 0, 0, "Spring"),
    ]
