"""Contacts by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.attention import (
    confounded,
    kept,
    kept_by_unit,
    load,
    over_shares,
    per_customer,
    pressure_groups,
    refused,
    response,
    senders,
    shares,
    week_table,
)


def pressure(*rows: tuple[int, int, bool, bool]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["contacts", "busiest", "bought_before", "bought"])
    return table.assign(known_before=True)


def test_weeks_over_the_limit_by_hand() -> None:
    weeks = pd.DataFrame({"contacts": [1, 2, 3, 4], "units": [1, 1, 2, 2], "weeks": [60, 25, 10, 5]})
    people = pressure((0, 0, False, False), (4, 2, True, True), (9, 4, True, True), (5, 3, True, False))
    found = load(weeks, people, limit=2)
    assert found.weeks.value == pytest.approx(0.15)
    assert found.several.value == pytest.approx(0.15)
    assert (found.customers.value, found.weeks.n) == (2, 3)
    assert load(weeks, people, limit=4).customers.value == 0
    assert per_customer(people).value == 6


def test_nobody_was_contacted() -> None:
    found = load(
        pd.DataFrame({"contacts": [], "units": [], "weeks": []}), pressure((0, 0, True, True)), limit=2
    )
    assert not found.weeks.known
    assert not per_customer(pressure((0, 0, True, True))).known


def test_groups_are_cut_at_the_median_of_those_contacted() -> None:
    people = pressure(*((n, 1, False, False) for n in (0, 1, 2, 3, 9)))
    assert pressure_groups(people).tolist() == ["none", "some", "some", "many", "many"]


def test_those_contacted_most_bought_most_before() -> None:
    rng = np.random.default_rng(1)
    loyal = rng.random(900)
    contacts = np.where(loyal > 0.75, 6, np.where(loyal > 0.3, 2, 0))
    people = pd.DataFrame(
        {
            "contacts": contacts,
            "busiest": 1,
            "bought": rng.random(900) < loyal,
            "bought_before": rng.random(900) < loyal,
            "known_before": True,
        }
    )
    table = response(people, minimum=30)
    assert table["group"].tolist() == ["none", "some", "many"]
    assert table["bought"].is_monotonic_increasing
    assert confounded(table)
    assert shares(table, "bought")["many"].n == int((contacts == 6).sum())
    drawn = people.assign(contacts=rng.permutation(contacts))
    assert not confounded(response(drawn, minimum=30))


def test_small_groups_are_left_out() -> None:
    people = pressure(*[(0, 0, True, True)] * 40, *[(3, 1, True, True)] * 5)
    assert response(people, minimum=30)["group"].tolist() == ["none"]


def test_planned_kept_and_in_time() -> None:
    done, in_time = kept(pd.DataFrame({"planned": [30, 10], "kept": [24, 4], "in_time": [15, 4]}))
    assert (done.value, in_time.value, done.n) == (0.7, 0.475, 40)


def test_who_refused() -> None:
    assert refused(pd.Series(["yes", "refused", "no_consent", "yes"])).value == 0.25


def test_rare_numbers_of_contacts_are_joined() -> None:
    weeks = pd.DataFrame({"contacts": [1, 2, 3, 4], "units": 1, "weeks": [60, 25, 10, 5]})
    found = week_table(weeks, minimum=12)
    assert found["contacts"].tolist() == ["1", "2", "3+"]
    assert found["weeks_share"].tolist() == pytest.approx([0.6, 0.25, 0.15])
    assert week_table(weeks[:0], minimum=12).empty


def test_who_first_bought_in_the_period_is_in_no_group() -> None:
    people = pressure(*[(2, 1, True, True)] * 3, *[(2, 1, False, True)] * 2)
    people["known_before"] = [True] * 3 + [False] * 2
    table = response(people, minimum=1)
    assert table["customers"].tolist() == [3]


BY_SENDER = pd.DataFrame(
    [
        ("unit", "shop", 400, 100),
        ("unit", "crm", 900, 90),
        ("channel", "mail", 900, 90),
        ("unit", "few", 50, 5),
    ],
    columns=["kind", "sender", "contacts", "customers"],
)
SENDER_WEEKS = pd.DataFrame(
    [
        *(("unit", "shop", 1, 300), ("unit", "shop", 3, 20), ("unit", "crm", 3, 30), ("unit", "crm", 4, 10)),
        ("channel", "mail", 2, 100),
    ],
    columns=["kind", "sender", "contacts", "weeks"],
)


def test_who_has_a_part_in_weeks_over_the_limit() -> None:
    # 40 weeks hold more than two contacts; the shop is in 20 of them, the CRM team in all of them.
    table = senders(BY_SENDER, SENDER_WEEKS, 40, weeks=10, limit=2, minimum=30)
    assert table["sender"].tolist() == ["crm", "shop", "mail"]
    assert table["per_week"].tolist() == pytest.approx([1.0, 0.4, 1.0])
    assert table["over_share"].tolist() == pytest.approx([1.0, 0.5, 0.0])
    found = over_shares(table, 40)
    assert {name: (one.value, one.n) for name, one in found.items()} == {"crm": (1.0, 40), "shop": (0.5, 40)}
    channels = table[table["kind"] == "channel"]
    assert list(over_shares(channels, 40)) == ["mail"]


def test_few_weeks_over_the_limit_are_nobodys() -> None:
    assert over_shares(senders(BY_SENDER, SENDER_WEEKS, 29, weeks=10, limit=2, minimum=30), 29) == {}


def test_kept_by_unit_the_worst_first() -> None:
    columns = ["unit", "planned", "kept", "in_time"]
    plan = pd.DataFrame(
        [("a", 40, 36, 20), ("b", 50, 25, 25), ("c", 5, 0, 0), (None, 60, 1, 1)], columns=columns
    )
    table = kept_by_unit(plan, minimum=30)
    assert table["unit"].tolist() == ["b", "a"]
    assert table["kept"].tolist() == pytest.approx([0.5, 0.9])
    assert table["in_time"].tolist() == pytest.approx([0.5, 0.5])
