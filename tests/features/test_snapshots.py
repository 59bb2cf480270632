"""Snapshots of what was known, and silence, counted by hand."""

from datetime import date

import ibis
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.features.days import day_table
from crmreport.features.snapshots import (
    LOOKBACKS,
    Plan,
    plan,
    plan_rows,
    silence_days,
    snapshot_table,
    wanted_days,
)
from tests.features.lines import sale_lines, values


def day(text):
    return date.fromisoformat(text)


# ---------------------------------------------------------------- the plan


def test_a_year_of_sales_leaves_two_snapshots_to_learn_from():
    found = plan(begins=day("2017-01-01"), as_of=day("2017-12-31"), wanted=59, gap=7)

    # 59 days are 9 weeks; 365 days less 182 and less two times 70 leave 43, one step of 28.
    assert found == Plan(
        horizon=63,
        wanted=63,
        gap=7,
        lookback=182,
        train=(day("2017-07-16"), day("2017-08-13")),
        validate=(day("2017-10-22"),),
        now=day("2017-12-31"),
    )


def test_a_long_rhythm_is_watched_as_long_as_the_data_allows():
    found = plan(begins=day("2017-01-01"), as_of=day("2017-12-31"), wanted=189, gap=7)

    # (365 - 91) / 2 - 7 = 130 days, of which 18 weeks; the own rhythm would ask for 27.
    assert found is not None
    assert (found.horizon, found.wanted, found.lookback) == (126, 189, 91)
    assert found.train == (day("2017-04-09"),)


@pytest.mark.parametrize(("as_of", "wanted"), [("2017-03-31", 30), ("2017-05-27", 30), ("2017-12-31", 300)])
def test_too_short_for_any(as_of, wanted):
    assert plan(begins=day("2017-01-01"), as_of=day(as_of), wanted=wanted, gap=7) is None


def test_many_years_give_six_to_learn_from_and_three_to_be_judged_by():
    found = plan(begins=day("2014-01-01"), as_of=day("2017-12-31"), wanted=60, gap=7)

    assert found is not None
    assert (len(found.train), len(found.validate)) == (6, 3)


@given(days=st.integers(1, 1500), wanted=st.integers(1, 400), gap=st.integers(0, 60))
def test_what_is_judged_could_have_been_known(days, wanted, gap):
    begins = day("2015-01-01")
    as_of = (pd.Timestamp(begins) + pd.Timedelta(days=days)).date()
    found = plan(begins=begins, as_of=as_of, wanted=wanted, gap=gap)
    if found is None:
        return
    known = pd.Timedelta(days=found.gap + found.horizon)
    assert pd.Timestamp(max(found.train)) + known <= pd.Timestamp(min(found.validate))
    assert pd.Timestamp(max(found.validate)) + known == pd.Timestamp(as_of)
    assert pd.Timestamp(min(found.train)) - pd.Timedelta(days=found.lookback - 1) >= pd.Timestamp(begins)
    assert found.lookback in LOOKBACKS
    assert found.horizon >= 28
    assert 2 * found.horizon >= found.wanted


def test_the_plan_as_rows():
    found = plan_rows({"north": PLAN})

    assert list(found["role"]) == ["train", "validate", "now"]
    assert list(found["t0"]) == [day("2023-06-01"), day("2023-07-20"), day("2023-09-07")]
    assert found[
        ["horizon_days", "wanted_days", "gap_days", "lookback_days"]
    ].drop_duplicates().to_numpy().tolist() == [[28, 28, 7, 91]]
    assert plan_rows({}).empty


def test_the_horizon_counts_open_gaps_as_open():
    gaps = pd.DataFrame(
        {"scope": "north", "gap_days": [10, 20, 30, 30], "closed": [5, 4, 1, 0], "open": [0, 0, 0, 2]}
    )

    # By day 10 5/12, by day 20 9/12, by day 30 10/12; nine tenths of the last is 9/12.
    assert wanted_days(gaps) == {"north": 20}
    assert wanted_days(gaps.assign(closed=0)) == {}


# ---------------------------------------------------------------- what was known

PLAN = Plan(28, 28, 7, 91, (day("2023-06-01"),), (day("2023-07-20"),), day("2023-09-07"))
# Ann buys every twenty days or so and comes back after the gap; Bob buys twice and never again; Cem once
# before the lookback and once in it; Dee only in the gap after 1 June.
LINES = [
    ("ann", "1", "soap/a", "north", "2023-04-10", 1, "9.00", "0", "0"),
    ("ann", "2", "hair/b", "north", "2023-05-01", 1, "6.00", "2.00", "0"),
    ("ann", "3", "soap/a", "north", "2023-05-20", 1, "3.00", "0", "0"),
    ("ann", "4", "soap/a", "north", "2023-05-25", -1, "-1.00", "0", "0"),
    ("ann", "5", "soap/a", "north", "2023-06-30", 1, "3.00", "0", "0"),
    ("bob", "6", "hair/b", "north", "2023-03-20", 1, "4.00", "0", "0"),
    ("bob", "7", "hair/d", "north", "2023-03-30", 1, "4.00", "0", "0"),
    ("cem", "8", "hair/b", "north", "2023-01-30", 1, "4.00", "0", "0"),
    ("cem", "9", "hair/b", "north", "2023-05-30", 1, "4.00", "0", "0"),
    ("dee", "10", "hair/b", "north", "2023-05-11", 1, "4.00", "0", "0"),
    ("dee", "11", "hair/b", "north", "2023-05-12", 1, "4.00", "0", "0"),
    ("dee", "12", "hair/b", "north", "2023-06-07", 1, "4.00", "0", "0"),
]


def snapshots(rows, contacts=None):
    lines = sale_lines(rows)
    known = day_table(lines)
    return snapshot_table(known, lines, contacts, {"north": PLAN}, begins=day("2023-01-01"))


def test_what_was_known_on_the_day():
    table = snapshots(LINES)
    first = table.filter(table.t0 == day("2023-06-01"))

    # The lookback of 91 days begins on 3 March, its later half on 18 April, the last four weeks on 5 May.
    counted = ("customer_id", "recency_days", "gap_mean_days", "days", "late_days", "month_days", "lost")
    assert values(first, *counted) == [
        ("ann", 12, 20, 3, 2, 1, False),
        ("bob", 63, 10, 2, 0, 0, True),
        ("dee", 20, 1, 2, 2, 2, True),  # she comes in the gap only
    ]
    money = ("customer_id", "revenue", "late_revenue", "deal_revenue", "categories", "tenure_days")
    assert values(first, *money) == [
        ("ann", 17, 8, 6, 2, 52),
        ("bob", 8, 0, 0, 1, 73),
        ("dee", 8, 8, 0, 1, 21),
    ]


def test_of_the_last_day_nobody_knows_who_will_be_lost():
    table = snapshots(LINES)
    last = table.filter(table.role == "now")

    assert values(last, "customer_id", "lost") == []  # nobody bought on two days since 9 June
    assert values(table.filter(table.t0 == day("2023-07-20")), "customer_id", "lost") == [
        ("ann", True),
        ("dee", True),
    ]


def test_nothing_after_the_day_enters_but_the_outcome():
    known = ("customer_id", "recency_days", "gap_mean_days", "days", "late_days", "month_days")
    amounts = ("revenue", "late_revenue", "deal_revenue", "categories", "tenure_days")
    whole, cut = snapshots(LINES), snapshots([row for row in LINES if row[4] <= "2023-06-01"])

    for columns in (known, amounts):
        first = [table.filter(table.t0 == day("2023-06-01")) for table in (whole, cut)]
        assert values(first[0], *columns) == values(first[1], *columns)


def test_contacts_of_the_lookback():
    made = [("ann", "2023-05-01"), ("ann", "2023-06-01"), ("ann", "2023-06-02"), ("bob", "2023-05-15")]
    contacts = ibis.memtable(
        [{"customer_id": customer, "day": day(on)} for customer, on in made],
        schema=ibis.schema({"customer_id": "string", "day": "date"}),
    )
    table = snapshots(LINES, contacts)
    first = table.filter(table.t0 == day("2023-06-01"))

    assert values(first, "customer_id", "contacts") == [("ann", 2), ("bob", 1), ("dee", 0)]
    assert values(snapshots(LINES), "contacts")[0] == (None,)


# ---------------------------------------------------------------- silence


def test_who_is_watched_and_who_falls_silent():
    rows = [
        # Three days within 91: watched from 1 March to 1 April, from then on silent after 28 days.
        ("ann", "1", "soap/a", "north", "2023-01-01", 1, "9.00", "0", "0"),
        ("ann", "2", "soap/a", "north", "2023-02-01", 1, "9.00", "0", "0"),
        ("ann", "3", "soap/a", "north", "2023-03-01", 1, "9.00", "0", "0"),
        ("ann", "4", "soap/a", "north", "2023-03-10", 1, "9.00", "0", "0"),
        # Never three within 91.
        ("bob", "5", "soap/a", "north", "2023-01-01", 1, "9.00", "0", "0"),
        ("bob", "6", "soap/a", "north", "2023-02-01", 1, "9.00", "0", "0"),
        ("bob", "7", "soap/a", "north", "2023-04-03", 1, "9.00", "0", "0"),
    ]
    table = silence_days(day_table(sale_lines(rows)), {"north": 28})

    assert values(table.filter(table.scope == "north"), "day", "starts", "ends", "silent") == [
        (day("2023-03-01"), 1, 0, 0),
        (day("2023-03-10"), 1, 1, 0),
        (day("2023-04-07"), 0, 1, 1),
    ]
    assert values(table.filter(table.scope != "north"), "day") == []
