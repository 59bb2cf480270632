"""Who bought again, by how often they had bought, of a few hand-worked lines."""

from __future__ import annotations

from datetime import date

from crmreport.features.days import known_days
from crmreport.features.repeats import repeat_groups
from tests.features.lines import Row, sale_lines, values

SPANS = {
    "earlier": (date(2023, 10, 1), date(2023, 10, 31)),
    "previous": (date(2023, 11, 1), date(2023, 11, 30)),
    "period": (date(2023, 12, 1), date(2023, 12, 31)),
}


def bought(customer: str, *days: str, brand: str = "north", quantity: int = 1) -> list[Row]:
    return [
        (customer, f"{customer}{day}", "soap/1", brand, f"2023-{day}", quantity, "5.00", "0", "0")
        for day in days
    ]


LINES = [
    *bought("anna", "10-01", "11-02", "12-03"),  # once, again; once, again
    *bought("bob", "10-01", "10-02", "11-02"),  # few, again; once, not again
    *bought("carl", "11-01", "11-02", "11-03", "11-04", "12-31"),  # often, again
    *bought("dora", "10-01", "12-01"),  # once, not again in November
    *bought("emma", "10-05", quantity=-1),  # what is brought back is no purchase
    *bought("anna", "09-30", brand="south"),  # in no span
]


def test_groups_by_hand() -> None:
    days = known_days(sale_lines(LINES), as_of=date(2023, 12, 31))

    found = repeat_groups(days, SPANS)

    assert values(found, "scope", "base", "group", "customers", "again") == [
        (scope, *row)
        for scope in ("_group", "north")
        for row in (
            ("earlier", "few", 1, 1),
            ("earlier", "once", 2, 1),
            ("previous", "often", 1, 1),
            ("previous", "once", 2, 1),
        )
    ]
