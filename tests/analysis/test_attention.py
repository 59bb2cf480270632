"""Contacts by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.attention import (
    confounded,
    kept,
    load,
    per_customer,
    pressure_groups,
    refused,
    response,
    shares,
    week_table,
)


def pressure(*rows: tuple[int, int, bool, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["contacts", "busiest", "bought_before", "bought"])


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
