"""What tells the state of a customer, counted by hand."""

from datetime import date

import ibis
import pandas as pd
import pytest

from crmreport.features.days import day_table
from crmreport.features.lifecycle import (
    interval_curve,
    known_counts,
    known_since,
    lifecycle_table,
    limits,
    scenario,
)
from crmreport.features.rhythm import WHOLE
from crmreport.params import Lifecycle
from tests.features.lines import sale_lines, values

SPANS = {
    "period": (date(2023, 4, 1), date(2023, 6, 30)),
    "previous": (date(2023, 1, 1), date(2023, 3, 31)),
}


def day(text):
    return date.fromisoformat(text)


# North has limits of 30 and 60 days. Ann buys on 10 January, 5 March and 20 June, with a return after;
# Bob on 2 January, and something of nobody's brand on 3 April; Cy for the first time on 10 April.
DAYS = day_table(
    sale_lines(
        [
            ("ann", "1", "soap/a", "north", "2023-01-10", 1, "9.00", "0", "0"),
            ("ann", "2", "soap/a", "north", "2023-03-05", 1, "5.00", "0", "0"),
            ("ann", "3", "soap/a", "north", "2023-06-20", 1, "6.00", "0", "0"),
            ("ann", "4", "soap/a", "north", "2023-06-25", -1, "-2.00", "0", "0"),
            ("bob", "5", "soap/a", "north", "2023-01-02", 1, "4.00", "0", "0"),
            ("bob", "6", "soap/d", None, "2023-04-03", 1, "1.00", "0", "0"),
            ("cy", "7", "soap/a", "north", "2023-04-10", 1, "7.00", "0", "0"),
        ]
    )
)


def row(scope="north", **other):
    found = {"scope": scope, "dormant": 30.0, "lost": 60.0}
    ends = {f"{name}_{end}": None for name in ("dormant", "lost") for end in ("low", "high", "purchases")}
    return found | ends | other


def test_the_purchases_around_the_dormant_stretch():
    table = lifecycle_table(DAYS, pd.DataFrame([row(dormant_low=5.0, lost_low=40.0)]), SPANS)

    # On 31 March the stretch begins on 1 March, on 30 June on 31 May; with five days on 25 June, when Ann's
    # return is no purchase.
    columns = ("customer_id", "first_on", "then_before", "then_since", "usual_before", "usual_since")
    assert values(table, *columns) == [
        (
            "ann",
            *map(day, ("2023-01-10", "2023-01-10", "2023-03-05", "2023-03-05", "2023-06-20")),
        ),
        ("bob", day("2023-01-02"), day("2023-01-02"), None, day("2023-01-02"), None),
        ("cy", day("2023-04-10"), None, None, day("2023-04-10"), None),
    ]
    assert values(table, "customer_id", "short_before", "short_since", "long_since") == [
        ("ann", day("2023-06-20"), None, day("2023-06-20")),
        ("bob", day("2023-01-02"), None, None),
        ("cy", day("2023-04-10"), None, None),
    ]


def test_purchases_and_money_of_both_periods():
    table = lifecycle_table(DAYS, pd.DataFrame([row()]), SPANS)

    columns = ("customer_id", "last_on", "then_last_on", "back_on", "days", "revenue", "revenue_before")
    assert values(table, *columns) == [
        ("ann", day("2023-06-20"), day("2023-03-05"), day("2023-06-20"), 1, 4, 14),
        ("bob", day("2023-01-02"), day("2023-01-02"), None, 0, 0, 4),
        ("cy", day("2023-04-10"), None, day("2023-04-10"), 1, 7, 0),
    ]


def test_only_scopes_with_limits_are_told():
    table = lifecycle_table(DAYS, pd.DataFrame([row("_group")]), SPANS)

    assert set(values(table, "scope", "customer_id")) == {("_group", name) for name in ("ann", "bob", "cy")}


def test_since_when_a_customer_is_known():
    listed = ibis.memtable(
        {
            "customer_id": ["bob", "cy", "dee", "eve", "fay"],
            "joined_on": [None, day("2023-01-20"), None, day("2023-05-01"), day("2023-08-01")],
        },
        schema=ibis.schema({"customer_id": "string", "joined_on": "date"}),
    )
    known = known_since(DAYS, listed)

    # Bob bought before he was listed, Cy joined before she bought; Dee never bought, and has no date.
    assert values(known, "customer_id", "known_on") == [
        ("ann", day("2023-01-10")),
        ("bob", day("2023-01-02")),
        ("cy", day("2023-01-20")),
        ("dee", None),
        ("eve", day("2023-05-01")),
        ("fay", day("2023-08-01")),
    ]
    ends = {"before": SPANS["previous"][1], "now": SPANS["period"][1]}
    assert known_counts(known, ends) == {"before": 4, "now": 5}
    assert known_counts(known_since(DAYS, None), ends) == {"before": 2, "now": 3}


def gaps(*rows):
    columns = ["scope", "part", "gap_days", "closed", "open", "closed_weight", "open_weight"]
    return pd.DataFrame(rows, columns=columns)


def hundred(scope="north"):
    """Of 100 customers 60 come back after 10 days, 15 after 20, 15 after 50; 10 have been away for 90.

    One of the 60 has come back a thousand times after one day more.
    """
    found = [(part, 10, 1, 0, WHOLE, 0) for part in range(59)]
    found += [(part, 20, 1, 0, WHOLE, 0) for part in range(15)]
    found += [(part, 50, 1, 0, WHOLE, 0) for part in range(15)]
    found += [(part, 90, 0, 1, 0, WHOLE) for part in range(10)]
    found.append((99, 11, 1000, 0, WHOLE, 0))
    return gaps(*((scope, *one) for one in found))


def test_the_limits_of_a_rhythm():
    # Thirty customers can be followed until day 20, and not to day 50, where 15 + 10 are left. By day 20 are
    # 75 back: three quarters of them (56.25) on day 10, when 59 are, nine tenths (67.5) on day 20.
    found = limits(hundred(), Lifecycle()).iloc[0]

    assert (found["customers"], found["reach"]) == (100, 20)
    assert scenario(found, "usual") == (10, 20)


def test_with_more_customers_longer_pauses_are_seen():
    # Ninety in a hundred come back: three quarters (67.5) by day 20, nine tenths (81) by day 50.
    ten_times = hundred()
    ten_times[["closed_weight", "open_weight"]] *= 10
    found = limits(ten_times, Lifecycle()).iloc[0]

    assert (found["customers"], found["reach"]) == (1000, 90)
    assert scenario(found, "usual") == (20, 50)
    low, high = scenario(found, "short"), scenario(found, "long")
    assert low[0] <= 20 <= high[0]
    assert low[1] <= 50 <= high[1]
    # Each purchase once: 1,100 gaps, of which 1,060 take up to 11 days.
    assert found["dormant_purchases"] == 11


def test_fixed_limits_have_no_interval():
    found = limits(hundred(), Lifecycle(days=(60, 365))).iloc[0]

    assert [scenario(found, name) for name in ("usual", "short", "long")] == [(60, 365)] * 3


def test_without_a_return_there_are_no_limits():
    assert limits(gaps(("north", 0, 30, 0, 5, 0, 5 * WHOLE)), Lifecycle()).empty
    assert limits(gaps(), Lifecycle()).empty


def test_the_curve_does_not_depend_on_the_order_of_rows():
    table = hundred()
    shuffled = table.sample(frac=1, random_state=3)

    one, other = interval_curve(table), interval_curve(shuffled)

    assert one.value == pytest.approx(other.value, abs=1e-14)
    assert limits(table, Lifecycle()).equals(limits(shuffled, Lifecycle()))
