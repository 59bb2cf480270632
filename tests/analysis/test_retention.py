"""Whether and when customers come back, on rows small enough to count by hand."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis import retention
from crmreport.stats.estimate import Estimate
from crmreport.stats.survival import Survival

AS_OF = date(2023, 12, 31)


def rng():
    return np.random.default_rng(1)


def days(*texts):
    return pd.to_datetime(pd.Series(texts))


def gaps(*rows):
    return pd.DataFrame(rows, columns=["part", "gap_days", "closed", "open"])


def test_the_open_gaps_count():
    # Closed after 10, 10, 20; two have been open for 40: by day 20 three of five have come back.
    curve = retention.interval_curve(gaps((0, 10, 2, 0), (1, 20, 1, 0), (1, 40, 0, 2)), rng=rng())

    assert curve.value[[9, 10, 20, 40]] == pytest.approx([1, 0.6, 0.4, 0.4])
    assert curve.n == 5


def test_no_gaps():
    curve = retention.interval_curve(gaps(), rng=rng())

    assert not curve.day_when(0.5).known
    assert retention.run_in(curve, data_begins=date(2023, 1, 1), as_of=AS_OF).days == 182


def test_run_in_is_where_nine_in_ten_returns_have_been():
    # Of 100 returns 89 come on day 10, the 90th on day 30; 50 never come back and change nothing.
    rows = [(0, 10, 89, 0), (0, 30, 1, 0), (0, 50, 10, 0), (0, 60, 0, 50)]
    curve = retention.interval_curve(gaps(*rows), rng=rng())

    found = retention.run_in(curve, data_begins=date(2023, 1, 1), as_of=AS_OF)

    assert (found.days, found.wanted, found.begin, found.enough) == (30, 30, date(2023, 1, 31), True)


def test_run_in_takes_at_most_half_of_the_data():
    curve = retention.interval_curve(gaps((0, 300, 10, 0)), rng=rng())

    found = retention.run_in(curve, data_begins=date(2023, 1, 1), as_of=AS_OF)

    assert (found.days, found.wanted, found.enough) == (182, 300, False)


FIRSTS = pd.DataFrame(
    {
        "customer_id": list("abcd"),
        "first_on": days("2023-03-01", "2023-06-01", "2023-06-01", "2023-12-01"),
        "second_on": days("2023-03-11", "2023-06-21", None, None),
        "first_category": ["soap", "soap", "soap", "hair"],
    }
)


def test_second_purchase_follows_those_after_the_run_in():
    followed = retention.followed(FIRSTS, date(2023, 6, 1))
    curve = retention.second_purchase(followed, as_of=AS_OF, rng=rng())

    # b came back on day 20; c has been away for 213 days, d for 30: at risk on day 20 are all three.
    assert list(followed["customer_id"]) == ["b", "c", "d"]
    assert curve.ended_by(20).value == pytest.approx(1 / 3)
    assert curve.reach == 213


def returning(category, times, *days):
    """Customers of a category who first bought on 1 June, and again after so many days, or not (None)."""
    first = pd.Timestamp("2023-06-01")
    seconds = [first + pd.Timedelta(days=day) if day else None for day in days] * times
    found = {"first_on": first, "second_on": pd.to_datetime(pd.Series(seconds)), "first_category": category}
    return pd.DataFrame(found)


def test_the_days_of_return_by_category():
    table = retention.by_first_category(
        returning("soap", 20, 10, 20, 30, 80, None), as_of=AS_OF, rng=rng(), minimum=30
    )

    # Four of five are back by day 80: half of them on day 20, three quarters on day 30.
    found = table.iloc[0]
    assert found[["returned", "return_day", "contact_day"]].tolist() == pytest.approx([0.8, 20, 30])
    assert retention.day_estimate(found, "return_day").low <= 20 <= found["return_day_high"]
    unknown = {f"contact_day{end}": math.nan for end in ("", "_low", "_high")}
    assert not retention.day_estimate(pd.Series(unknown), "contact_day").known


def test_first_categories_are_tested_together():
    alike = pd.concat([returning("soap", 20, 10, None), returning("hair", 20, 10, None)])
    apart = pd.concat([returning("soap", 20, 10, 20), returning("hair", 20, None, None)])
    both = pd.Series(["soap", "hair"])

    assert retention.first_category_p(alike, both, as_of=AS_OF) == pytest.approx(1)
    assert retention.first_category_p(apart, both, as_of=AS_OF) < 1e-6
    assert retention.first_category_p(apart, both[:1], as_of=AS_OF) is None


def test_all_tests_of_the_chapter_are_one_family():
    # Alone .04 would hold; of three with .5 and .6 it does not (Benjamini and Hochberg: .04 > .05 / 3).
    assert retention.different({"frequency": 0.04}) == ["frequency"]
    assert retention.different({"frequency": 0.04, "deal": 0.5, "first_category": 0.6}) == []
    assert retention.different({"frequency": 0.04, "first_category": None}) == ["frequency"]
    assert retention.different({}) == []


@pytest.mark.parametrize(
    ("best", "worst", "real", "expected"),
    [
        ((0.5, 0.6), (0.2, 0.4), True, "apart"),
        ((0.3, 0.6), (0.2, 0.4), True, "differ"),
        ((0.5, 0.6), (0.2, 0.4), False, "close"),
    ],
)
def test_the_best_category_is_named_only_where_it_is_sure(best, worst, real, expected):
    first, last = (Estimate(sum(ends) / 2, 50, *ends, 0.95) for ends in (best, worst))

    assert retention.order_of(first, last, real=real) == expected


def test_a_category_under_the_minimum_is_left_out():
    table = retention.by_first_category(FIRSTS, as_of=AS_OF, rng=rng(), minimum=3)

    assert table[["category", "customers"]].to_numpy().tolist() == [["soap", 3]]
    assert table["returned"][0] == pytest.approx(2 / 3)


RHYTHM = pd.DataFrame(
    {
        "customer_id": list("vwxyz"),
        "last_on": days("2023-12-01", "2023-11-01", "2023-11-01", "2023-10-01", "2023-10-01"),
        "days": [4, 4, 9, 3, 12],
        "gap_median": [14.0, 31.0, 30.0, 10.0, 40.0],
        "gap_high": [20.0, 40.0, 55.0, 10.0, 95.0],
    }
)


def test_overdue_is_measured_by_the_customers_own_rhythm():
    # Days away: v 30 > 28 and > 20; w 60 < 62; x 60 = 60, not more; y has no rhythm; z 91 < its 95.
    late = retention.overdue(RHYTHM, as_of=AS_OF)

    assert list(late) == [True, False, False, False, False]


def steady(customers, gaps):
    """Regular buyers whose gaps are all drawn alike, as the features sum them."""
    own = rng().exponential(20, size=(customers, gaps)) + 1
    logs = np.round(np.log(own) * 1e6).sum(axis=1).astype(int)
    return pd.DataFrame({"days": gaps + 1, "gap_total": own.sum(axis=1), "gap_logs": logs})


def test_chance_puts_steady_buyers_on_the_list():
    found = retention.steady_overdue(steady(500, 8), rng=rng())

    assert found.n == 500
    assert 0.05 * 500 < found.low < found.value < found.high < 0.25 * 500


def test_chance_is_said_of_regular_buyers_only():
    with_others = pd.concat([steady(500, 8), steady(300, 2)])

    assert retention.steady_overdue(with_others, rng=rng()) == retention.steady_overdue(
        steady(500, 8), rng=rng()
    )
    assert not retention.steady_overdue(steady(300, 2), rng=rng()).known


@pytest.mark.parametrize(("late", "expected"), [(9, "fewer"), (10, "as"), (30, "as"), (31, "more")])
def test_the_count_is_held_against_chance(late, expected):
    assert retention.against_chance(late, Estimate(20, 500, 10, 30, 0.95)) == expected
    assert retention.against_chance(late, Estimate(math.nan, 500)) == "unknown"


def test_those_who_are_not_overdue_cannot_be_worked_back():
    # 36 of 45 are overdue: the nine others would follow. 12 of 45 leave 33, and nobody is nine less nine.
    which = pd.Series([True] * 45 + [False] * 20)

    def told(late: int) -> Estimate:
        return retention.regulars_told(which, pd.Series(range(65)) < late, 30)

    assert not told(36).known
    assert told(36).n == 0
    assert told(12) == Estimate(45, 45)
    assert told(45) == Estimate(45, 45)


def test_overdue_share_of_revenue():
    customers = pd.DataFrame({"customer_id": list("vwxyz"), "revenue": [30.0, 10, 20, 20, 20]})
    late = pd.Series([True, False, True, False], index=list("vwxy"))

    assert retention.overdue_estimates(customers, late) == (Estimate(2, 2), Estimate(0.5, 2))


def test_cohorts_by_hand():
    counts = pd.DataFrame(
        [
            ("2023-09-01", 0, 90),
            ("2023-10-01", 0, 40),
            ("2023-10-01", 2, 10),
            ("2023-11-01", 0, 5),
            ("2023-11-01", 1, 5),
        ],
        columns=["cohort", "since", "customers"],
    ).assign(cohort=lambda frame: pd.to_datetime(frame["cohort"]))

    table = retention.cohort_table(counts, begin=date(2023, 9, 15), as_of=AS_OF, minimum=30)

    # September is not whole after the run-in; nobody of October bought in November; 5 are too few.
    assert table[["cohort", "since", "customers"]].to_numpy().tolist() == [
        ["2023-10", "1", 40],
        ["2023-10", "2", 40],
        ["2023-11", "1", 5],
    ]
    assert table["share"].tolist() == pytest.approx([0, 0.25, np.nan], nan_ok=True)
    assert retention.cohort_share(table, 2).value == 0.25
    assert retention.cohort_share(table, 1).n == 40


def test_left_the_brand_is_not_left_the_client():
    rhythm = pd.DataFrame(
        {
            "first_on": days("2023-01-05", "2023-01-05", "2023-01-05", "2023-12-20"),
            "last_on": days("2023-12-15", "2023-03-01", "2023-03-01", "2023-12-20"),
            "client_last_on": days("2023-12-15", "2023-12-24", "2023-03-01", "2023-12-20"),
        }
    )

    found = retention.lapse(rhythm, days=30, as_of=AS_OF)

    assert [one.value for one in (found.stayed, found.left, found.gone)] == pytest.approx([1 / 3] * 3)
    assert found.stayed.n == 3  # who first bought eleven days ago cannot have lapsed yet


def landmark_rows(often, once):
    rows = [(8, 100.0, 80.0, "2023-07-12")] * often + [(1, 10.0, 0.0, None)] * once + [(0, None, None, None)]
    columns = ["before_days", "before_revenue", "before_deal_revenue", "after_on"]
    return pd.DataFrame(rows, columns=columns).assign(after_on=lambda f: pd.to_datetime(f["after_on"]))


def test_groups_are_made_of_what_was_known_at_the_landmark():
    groups = retention.landmark_groups(landmark_rows(1, 1))

    assert groups[["frequency", "deal"]].to_numpy().tolist() == [["many", "mostly"], ["one", "seldom"]]


def test_groups_that_differ_are_told_from_chance():
    groups = retention.landmark_groups(landmark_rows(40, 35))
    options = {"landmark": date(2023, 7, 2), "as_of": AS_OF}

    found = retention.compare(groups, "frequency", minimum=30, **options)

    assert found.table[["group", "customers", "returned"]].to_numpy().tolist() == [
        ["frequency_many", 40, 1.0],
        ["frequency_one", 35, 0.0],
    ]
    assert retention.different({"frequency": found.p}) == ["frequency"]
    assert retention.compare(groups, "frequency", minimum=36, **options) is None


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["frequency_many", "frequency_few", "frequency_one"], "real"),
        (["frequency_many", "frequency_one"], "real"),
        (["frequency_one", "frequency_few", "frequency_many"], "other"),
        (["frequency_few", "frequency_many", "frequency_one"], "other"),
        (["deal_seldom", "deal_mostly"], "real"),
        (["deal_mostly", "deal_seldom"], "real"),
    ],
)
def test_a_headline_may_say_the_oftener_the_surer_only_where_it_is_so(groups, expected):
    comparison = retention.Comparison("any", pd.DataFrame({"group": groups}), 0.001)

    assert retention.pattern(comparison, real=True) == expected
    assert retention.pattern(comparison, real=False) == "chance"


def test_no_comparison_before_the_time_is_past():
    groups = retention.landmark_groups(landmark_rows(40, 35))

    assert retention.compare(groups, "frequency", landmark=date(2023, 11, 1), as_of=AS_OF, minimum=30) is None


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0.51, 0.6, "most"), (0.4, 0.6, "half"), (0.1, 0.49, "few")]
)
def test_the_answer_depends_on_the_interval(low, high, expected):
    assert retention.majority(Estimate((low + high) / 2, 100, low, high, 0.95)) == expected


def test_an_unknown_share_is_no_answer():
    assert retention.majority(Estimate(float("nan"), 0)) == "unknown"


def test_the_larger_loss_is_named_only_where_it_is_sure():
    small, large = Estimate(0.1, 99, 0.05, 0.15, 0.95), Estimate(0.3, 99, 0.2, 0.4, 0.95)
    wide = Estimate(0.2, 9, 0.1, 0.5, 0.95)

    assert [retention.larger(large, small), retention.larger(small, large)] == ["left", "gone"]
    assert retention.larger(wide, large) == "even"


@given(st.lists(st.tuples(st.integers(0, 200), st.booleans()), min_size=1, max_size=50))
def test_the_curve_rises_within_its_band(cases):
    waited, ended = (np.array(column) for column in zip(*cases, strict=True))
    table = retention.curve_table(Survival.of_cases(waited, ended, rng=rng()), points=20)

    assert table["returned"].is_monotonic_increasing
    assert ((table["low"] <= table["returned"]) & (table["returned"] <= table["high"])).all()
    assert table["days"].iloc[-1] == waited.max()
