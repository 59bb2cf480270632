"""Purchase histories, cut at the split, counted by hand."""

from datetime import date

import ibis
import pytest

from crmreport.features.days import day_table
from crmreport.features.histories import history_table, holdout_weeks, split_of, week_table
from tests.features.lines import sale_lines, values

# Ann buys on 3 January (twice that day), 20 January, 1 May and 10 June, with a return in May. Bob buys on the
# last day before the split, Cat only after it, Dan once, two years before.
LINES = sale_lines(
    [
        ("ann", "1", "soap/a", "north", "2023-01-03", 1, "9.00", "0", "0"),
        ("ann", "2", "soap/a", "north", "2023-01-03", 1, "5.00", "0", "0"),
        ("ann", "3", "soap/a", "north", "2023-01-20", 1, "6.00", "0", "0"),
        ("ann", "4", "soap/a", "north", "2023-05-01", 1, "3.00", "0", "0"),
        ("ann", "5", "soap/a", "north", "2023-05-20", -1, "-3.00", "0", "0"),
        ("ann", "6", "soap/a", None, "2023-06-10", 1, "2.00", "0", "0"),
        ("bob", "7", "soap/a", "north", "2023-05-05", 1, "4.00", "0", "0"),
        ("cat", "8", "soap/a", "north", "2023-05-06", 1, "7.00", "0", "0"),
        ("dan", "9", "soap/a", "north", "2021-06-30", 1, "8.00", "0", "0"),
    ]
)
AS_OF, WEEKS = date(2023, 6, 30), 8


def of_scope(table, scope):
    return table.filter(table.scope == scope)


def test_histories_before_and_after_the_split():
    assert split_of(AS_OF, WEEKS) == date(2023, 5, 5)
    table = history_table(day_table(LINES), as_of=AS_OF, weeks=WEEKS)
    shown = ("customer_id", "repeats", "spent", "fit_repeats", "fit_spent", "earlier_days", "holdout_days")
    # Two orders of one day are one purchase day; what the first one brought is in no mean of repeats.
    assert values(of_scope(table, "_group"), *shown) == [
        ("ann", 3, 11, 2, 9, 1, 1),
        ("bob", 0, None, 0, None, 1, 0),
        ("cat", 0, None, 0, None, 0, 1),
        ("dan", 0, None, 0, None, 0, 0),
    ]
    # Her last purchase was of no brand.
    north = values(of_scope(table, "north"), "customer_id", "repeats", "last_on", "fit_last_on")
    assert north[0] == ("ann", 2, date(2023, 5, 1), date(2023, 5, 1))
    assert north[2] == ("cat", 0, date(2023, 5, 6), None)


def test_the_past_is_net_of_returns_and_of_whole_months():
    table = history_table(day_table(LINES), as_of=AS_OF, weeks=WEEKS)
    past = values(of_scope(table, "_group"), "customer_id", "past_12", "past_36")
    assert past == [("ann", 22, 22), ("bob", 4, 4), ("cat", 7, 7), ("dan", None, 8)]


def test_margins_where_costs_are_known():
    # All that was sold before May cost three a piece; of the rest nobody knows.
    cost = ibis.ifelse(LINES.sold_on < date(2023, 5, 1), 3, ibis.null("decimal(18, 2)"))
    table = history_table(day_table(LINES.mutate(cost=cost)), as_of=AS_OF, weeks=WEEKS)

    margins = values(of_scope(table, "_group"), "customer_id", "margin_12", "margin_36")
    assert margins == [("ann", 11, 11), ("bob", None, None), ("cat", None, None), ("dan", None, 5)]


def test_weeks_are_counted_from_the_split():
    table = of_scope(week_table(day_table(LINES), as_of=AS_OF, weeks=WEEKS), "_group")
    found = values(table, "first_week", "at_week", "first", "repeats")
    # Bob's day ends week -1, Cat's begins week 0; Ann's days lie 122, 105, 4 days before and 36 after.
    assert sorted(row for row in found if row[0] == -18) == [
        (-18, -18, 1, 0),
        (-18, -16, 0, 1),
        (-18, -1, 0, 1),
        (-18, 5, 0, 1),
    ]
    assert (-1, -1, 1, 0) in found
    assert (0, 0, 1, 0) in found


@pytest.mark.parametrize(
    ("begins", "asked", "weeks"),
    [
        (date(2022, 7, 1), None, 17),  # a third of the 52 weeks
        (date(2010, 1, 1), None, 52),  # never more than a year
        (date(2022, 7, 1), 10, 10),
        (date(2022, 7, 1), 40, 26),  # at most half
        (date(2023, 6, 28), None, 1),
    ],
)
def test_the_holdout_is_a_third_unless_asked(begins, asked, weeks):
    assert holdout_weeks(begins, AS_OF, asked=asked) == weeks
