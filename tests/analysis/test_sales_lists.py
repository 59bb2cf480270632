"""The four lists of a sales team, counted by hand."""

from datetime import date

import pandas as pd
import pytest

from crmreport.analysis import sales_lists

AS_OF = date(2023, 12, 31)
CUSTOMERS = pd.DataFrame({"last_on": pd.to_datetime(["2022-12-30"] * 45 + ["2022-12-31"] * 40)})
LEADS = pd.Series({"public": 70, "in_work": 33, "staff": 2})


def sizes(leads=LEADS, *, minimum=30, begins=date(2021, 1, 1)):
    return sales_lists.sizes(
        CUSTOMERS, leads, silent_days=365, as_of=AS_OF, data_begins=begins, minimum=minimum
    )


def test_the_lists_by_hand():
    # 366 days ago is silent, 365 is not.
    assert {name: one.value for name, one in sizes().items()} == {
        "public": 70,
        "in_work": 33,
        "silent": 45,
        "current": 40,
    }


def test_a_small_list_takes_the_other_with_it():
    assert [name for name, one in sizes(minimum=41).items() if one.known] == ["public", "in_work"]


def test_short_data_knows_nobody_silent():
    found = sizes(begins=date(2023, 1, 2))

    assert [name for name, one in found.items() if one.known] == ["public", "in_work"]


def test_without_leads_there_are_no_lists():
    assert sizes(None) == {}
    assert not sales_lists.weeks_of_work({}, None, ration=10).known


@pytest.mark.parametrize(("ration", "weeks"), [(10, 3), (22, 2), (23, 1)])
def test_weeks_until_all_silent_are_spoken_to(ration, weeks):
    # 45 among two salespeople.
    assert sales_lists.weeks_of_work(sizes(), LEADS, ration=ration).value == weeks


def test_nobody_to_take_them():
    assert not sales_lists.weeks_of_work(sizes(), LEADS.replace(2, 0), ration=10).known


def test_the_table_names_list_and_rule():
    found = sales_lists.table({"public": 70, "silent": None})

    assert found["list"].tolist() == ["lifecycle.list.public", "lifecycle.list.silent"]
    assert found["persons"].isna().tolist() == [False, True]
