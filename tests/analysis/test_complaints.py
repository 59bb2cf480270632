"""Complaints by hand: counts, waits with open cases, outcomes and who came back."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis.complaints import (
    Reach,
    backlog,
    by_brand,
    by_group,
    in_days,
    rate,
    reach,
    recovery,
    share_of,
    tally,
    waits,
    within,
)


def cases(**columns: list) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    blank = {"opened_on": pd.to_datetime(["2024-03-01"] * n), "customer_id": [f"c{i}" for i in range(n)]}
    blank |= {"responded": [True] * n, "resolved": [True] * n, "topic": [None] * n}
    blank |= {"response_hours": [1.0] * n, "resolution_hours": [24.0] * n, "bought_on": [pd.NaT] * n}
    table = pd.DataFrame(blank | columns)
    table["bought_on"] = pd.to_datetime(table["bought_on"])
    return table


def test_a_rate_per_thousand_orders() -> None:
    found = rate(12, 8000)
    assert (found.value, found.n) == (1.5, 12)
    assert found.low < 1.5 < found.high


def test_the_period_takes_the_cases_opened_in_it() -> None:
    days = pd.to_datetime(["2024-02-29", "2024-03-01", "2024-03-31", "2024-04-01"])
    assert len(within(cases(opened_on=days), date(2024, 3, 1), date(2024, 3, 31))) == 2


def test_topics_with_the_rest_joined() -> None:
    table = tally(
        cases(topic=["late"] * 50 + ["broken"] * 35 + ["rude"] * 9 + ["odd"] * 6 + [None]),
        "topic",
        minimum=10,
    )
    assert table["name"].tolist() == ["late", "broken", None]
    assert table["cases"].tolist() == [50, 35, 15]
    assert table["part"].tolist() == pytest.approx([0.5, 0.35, 0.15])


def named_so_often(*counts: int) -> pd.DataFrame:
    """Cases of as many topics as there are counts, and one without any."""
    return cases(topic=[f"t{at}" for at, count in enumerate(counts) for _ in range(count)] + [None])


def test_how_many_topics_it_takes_to_make_most_of_the_cases() -> None:
    # Of 100 cases 50 + 30 make 80; evenly spread it would take 8 of 10 topics.
    found = reach(named_so_often(50, 30, 4, 3, 3, 3, 3, 2, 1, 1), "topic", 0.8)
    assert found == Reach(few=2, of=10, even=8)
    assert found.shape == "few"
    # 20 + 18 + 16 + 14 + 12 = 80: five of seven, against six. That is nearly all of them.
    found = reach(named_so_often(20, 18, 16, 14, 12, 10, 10), "topic", 0.8)
    assert found == Reach(few=5, of=7, even=6)
    assert found.shape == "many"
    # 40 + 30 + 10 = 80: three of eight are more than a quarter, and fewer than half of seven.
    found = reach(named_so_often(40, 30, 10, 4, 4, 4, 4, 4), "topic", 0.8)
    assert (found.few, found.of, found.even, found.shape) == (3, 8, 7, "some")


def test_of_three_topics_nobody_asks_how_many_make_most() -> None:
    assert reach(named_so_often(80, 10, 10), "topic", 0.8) is None
    assert reach(named_so_often(97, 1, 1, 1), "topic", 0.8) == Reach(few=1, of=4, even=4)


def test_a_rest_that_would_be_small_takes_the_smallest_named_with_it() -> None:
    table = tally(cases(topic=["late"] * 50 + ["broken"] * 12 + ["odd"] * 3), "topic", minimum=10)
    assert table["name"].tolist() == ["late", None]
    assert table["cases"].tolist() == [50, 15]


@given(st.lists(st.sampled_from("abcdef"), max_size=80), st.integers(1, 12))
def test_no_small_group_is_told_or_can_be_worked_out(topics: list[str], minimum: int) -> None:
    table = tally(cases(topic=topics or [None]), "topic", minimum=minimum)
    assert (table["cases"] >= minimum).all()
    assert table["cases"].sum() in (0, len(topics))


def test_open_cases_make_the_median_longer() -> None:
    hours = [2.0, 4.0, 6.0, 8.0, 100.0] * 20
    table = cases(response_hours=hours, responded=[True, True, True, True, False] * 20)
    found = waits(table, "response", rng=np.random.default_rng(1))
    assert found.day_when(0.5).value == 6  # of those that are answered alone it would be 4
    assert found.ended_by(4).value == pytest.approx(0.4)
    assert in_days(found.day_when(0.5)).value == 0.25


def test_begun_hours_count_as_full_and_impossible_ones_not_at_all() -> None:
    table = cases(resolution_hours=[0.2, 1.0, np.nan])
    found = waits(table, "resolution", rng=np.random.default_rng(1))
    assert found.n == 2
    assert found.ended_by(1).value == 1


def test_shares_of_what_is_known() -> None:
    table = cases(disputed=[True, False, False, None], resolved=[True, True, False, False])
    assert (share_of(table, "disputed").value, share_of(table, "disputed").n) == (pytest.approx(1 / 3), 3)
    assert backlog(table).value == 0.5


def test_the_most_disputed_products_beyond_chance() -> None:
    product = ["a"] * 100 + ["b"] * 100 + ["c"] * 100 + ["few"] * 4
    disputed = [True] * 40 + [False] * 60 + ([True] * 20 + [False] * 80) * 2 + [True] * 4
    table = by_group(cases(product_id=product, disputed=disputed), "disputed", "product_id", minimum=30)
    assert table["name"].tolist() == ["a", "b", "c"]
    assert table["real"].tolist()[0]
    assert table["value"].tolist() == pytest.approx([0.4, 0.2, 0.2])


def test_brands_side_by_side() -> None:
    table = by_brand(
        cases(
            brand=["a"] * 40 + ["b"] * 30 + ["c"] * 5,
            in_time=[True] * 30 + [False] * 10 + [True] * 15 + [None] * 20,
            disputed=[None] * 75,
            reopened=[True] * 75,
        ),
        minimum=30,
    )
    assert table["name"].tolist() == ["a", "b"]
    assert table["cases"].tolist() == [40, 30]
    # Of b it is known of fifteen cases only.
    assert table["in_time"].tolist()[0] == 0.75
    assert table["in_time"].isna().tolist() == [False, True]
    assert table["disputed"].isna().all()


def test_who_came_back_counts_a_customer_once_and_only_who_can_be_followed() -> None:
    table = cases(
        customer_id=["a", "a", "b", "c", "late", None],
        opened_on=pd.to_datetime(
            ["2024-01-01", "2024-02-01", "2024-01-01", "2024-01-01", "2024-06-01", "2024-01-01"]
        ),
        resolved=[True, True, True, False, True, True],
        resolution_hours=[24.0, 24.0, 24 * 91.0, 24 * 120.0, 1.0, 1.0],
        bought_on=["2024-03-01", None, "2024-01-05", "2024-06-01", "2024-06-02", "2024-01-02"],
    )
    found = recovery(table, as_of=date(2024, 6, 30))
    assert (found.resolved.value, found.resolved.n) == (1.0, 1)
    assert (found.unresolved.value, found.unresolved.n) == (0.5, 2)
    assert found.difference.value == 0.5


def test_a_case_that_ended_before_it_began_says_nothing_of_recovery() -> None:
    table = cases(
        customer_id=["a", "a", "b", "c"],
        opened_on=pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-01", "2024-01-01"]),
        resolved=[True, True, True, False],
        resolution_hours=[float("nan"), 24.0, float("nan"), 24 * 120.0],
        bought_on=["2024-01-05", "2024-01-05", "2024-01-05", None],
    )
    found = recovery(table, as_of=date(2024, 6, 30))
    # Of a, the second case counts; of b, none.
    assert (found.resolved.value, found.resolved.n) == (1.0, 1)
    assert (found.unresolved.value, found.unresolved.n) == (0.0, 1)


def test_without_cases_nothing_is_said() -> None:
    none = cases(topic=[None])[:0]
    found = recovery(none.assign(bought_on=pd.NaT, resolved=False), as_of=date(2024, 6, 30))
    assert not any(one.known for one in vars(found).values())
    curve = waits(none, "response", rng=np.random.default_rng(1))
    assert not curve.day_when(0.5).known
    assert not curve.ended_by(24).known
    assert not rate(3, 0.0).known
    assert tally(none, "topic", minimum=1).empty
