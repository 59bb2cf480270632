from datetime import date

import pandas as pd

from crmreport.analysis import coverage

# From Sunday 1 January to Friday 10 March 2023; the week of 6 February is half empty, that of the 13th
# was never delivered.
FIRST, LAST = date(2023, 1, 1), date(2023, 3, 10)
LINES = {"01-02": 100, "01-09": 110, "01-16": 90, "01-23": 100, "01-30": 105, "02-06": 40, "02-20": 100}
LINES |= {"02-27": 95, "03-06": 60}
WEEKS = pd.DataFrame(
    {
        "week": pd.to_datetime([f"2023-{day}" for day in LINES]).astype("datetime64[s]"),
        "lines": list(LINES.values()),
        "days": [7, 7, 7, 7, 7, 3, 7, 7, 5],
    }
)


def test_gaps_among_full_weeks():
    found = coverage.full_weeks(WEEKS, first=FIRST, last=LAST)

    assert f"{found['week'].iloc[0]:%m-%d}" == "01-02"
    assert f"{found['week'].iloc[-1]:%m-%d}" == "02-27", "the week of 6 March is not full"
    assert found.loc[found["gap"], "lines"].tolist() == [40, 0]
    assert found["expected"].tolist()[0] == 100  # of 100, 110, 90, 100 and 105


def test_a_file_of_less_than_a_week_has_no_weeks():
    assert coverage.full_weeks(WEEKS, first=FIRST, last=date(2023, 1, 4)).empty


def test_days_without_sales():
    # 69 days, of which 57 have sales.
    assert coverage.days_without_sales(WEEKS, first=FIRST, last=LAST) == 12


CUSTOMERS = pd.DataFrame(
    {
        "first_purchase_on": pd.to_datetime(["2023-01-01", "2023-01-07", "2023-01-08", "2023-01-02"]),
        "last_purchase_on": pd.to_datetime(["2023-03-10", "2023-03-03", "2023-03-10", "2023-03-04"]),
    }
)


def test_who_was_there_early_and_still_is():
    early = coverage.seen_early(CUSTOMERS, first=FIRST, days=7)
    still = coverage.still_active(CUSTOMERS, first=FIRST, last=LAST, days=7)

    assert (early.value, early.n) == (3 / 4, 4)
    assert (still.value, still.n) == (2 / 3, 3)


def test_who_bought_in_every_month():
    active = pd.DataFrame({"months": [1, 2, 3], "customers": [50, 30, 20]})

    assert coverage.every_month(active, 3).value == 0.2
