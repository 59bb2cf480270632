import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from crmreport.stats.multiple import benjamini_hochberg
from crmreport.stats.survival import Survival, kaplan_meier, log_rank

# Weeks of remission, Freireich et al. 1963: 6-mercaptopurine (negative: still in remission) and placebo.
DRUG = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
CASES = st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=60)


def rng():
    return np.random.default_rng(3)


def cases(days):
    return np.abs(days), np.array(days) > 0


def survival(days, **options):
    return Survival.of_cases(*cases(days), rng=rng(), **options)


def test_freireich_medians():
    assert survival(PLACEBO).day_when(0.5).value == 8
    assert np.flatnonzero(survival(DRUG).value <= 0.5)[0] == 23


def test_a_median_whose_interval_is_open_is_not_published():
    # In many samples like the one of the drug, more than half are still in remission at the end.
    assert not survival(DRUG).day_when(0.5).known


def test_freireich_survival_at_six_weeks():
    found = survival(DRUG)

    assert found.value[6] == pytest.approx(0.8571, abs=5e-5)
    assert found.ended_by(6).value == pytest.approx(1 - 0.8571, abs=5e-5)
    assert found.ended_by(6).low < 1 - 0.8571 < found.ended_by(6).high


def test_freireich_log_rank():
    days, ended = (np.concatenate(pair) for pair in zip(cases(DRUG), cases(PLACEBO), strict=True))

    chi2, p = log_rank(days, ended, ["drug"] * 21 + ["placebo"] * 21)

    assert chi2 == pytest.approx(16.793, abs=5e-4)
    assert p < 1e-4


def test_benjamini_hochberg_of_the_1995_paper():
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]

    assert benjamini_hochberg(p).tolist() == [True] * 4 + [False] * 11
    assert benjamini_hochberg([]).tolist() == []


def test_closed_cases_alone_are_biased_short():
    # Two came back after 10 days; two others have been away for 30 so far.
    found = survival([10, 10, -30, -30])

    assert found.ended_by(10).value == 0.5
    assert survival([10, 10]).ended_by(10).value == 1


def test_nothing_is_said_past_the_reach():
    found = survival([1, 2, 2, -5], at_least=3)

    assert found.reach == 2
    assert found.ended_by(2).value == 0.75
    assert not found.ended_by(3).known
    assert not found.day_when(0.9).known


def test_where_all_have_ended_nothing_more_can_happen():
    assert survival([1, 2, 2], at_least=3).ended_by(90).value == 1


def test_the_day_by_which_most_of_those_who_end_have_ended():
    # By day 30 eight of ten have ended: six on day 5, one on 10, one on 30. Three quarters of eight: day 5.
    found = survival([5] * 6 + [10, 30, -40, -40])

    assert found.day_when(0.75, of_ended_by=30).value == 5
    assert found.day_when(0.80, of_ended_by=30).value == 10
    assert not found.day_when(0.75, of_ended_by=41).known


def test_the_intervals_of_a_share_and_of_a_median_cover_as_often_as_they_say():
    # Waits with a mean of 40 hours, a third of them still open when they were last looked at.
    draw, held, median, draws = rng(), 0, 0, 100
    for _ in range(draws):
        waits, looked = draw.exponential(40, 80), draw.uniform(0, 160, 80)
        days = np.floor(np.minimum(waits, looked)).astype(int)
        found = Survival.of_cases(days, waits <= looked, rng=draw)
        ended, half = found.ended_by(29), found.day_when(0.5)
        held += ended.low <= 1 - np.exp(-30 / 40) <= ended.high
        median += half.low <= np.floor(40 * np.log(2)) <= half.high

    assert 0.89 <= held / draws <= 0.99
    assert 0.89 <= median / draws <= 0.995


def test_nobody():
    nobody = Survival.of_cases(np.array([], dtype=int), np.array([], dtype=bool), rng=rng())

    assert (nobody.n, nobody.reach, nobody.value.tolist()) == (0, 0, [1.0])
    assert not nobody.ended_by(0).known
    assert not nobody.day_when(0.5).known


def test_gaps_of_one_customer_do_not_count_as_so_many_cases():
    # Ten customers with a hundred equal gaps each: short for five, long for five.
    closed = np.zeros((10, 21))
    closed[:5, 5], closed[5:, 20] = 100, 100

    found = Survival.of_parts(closed, np.zeros_like(closed), rng=rng()).ended_by(5)

    assert (found.value, found.n) == (0.5, 1000)
    assert found.high - found.low > 0.4


def counted(days):
    """Each customer's gaps in days, negative: still open, as rows that count each customer once."""
    rows = []
    for number, own in enumerate(days):
        closed = [gap for gap in own if gap > 0]
        rows += [(number, gap, 1 / len(closed), 0) for gap in closed]
        rows += [(number, -gap, 0, 1) for gap in own if gap < 0 and not closed]
    return [np.array(column) for column in zip(*rows, strict=True)]


def test_each_customer_counts_once():
    # Wang and Chang's weights: four gaps of one day weigh as much as one of ten, and as one still open at 20.
    found = Survival.of_gaps(*counted([[1, 1, 1, 1, -3], [10], [-20]]), rng=rng())

    assert found.n == 3
    assert found.value[[1, 10, 20]] == pytest.approx([2 / 3, 1 / 3, 1 / 3])


def test_a_typical_customers_gap_is_recovered_where_rhythms_differ():
    draw, customers = rng(), []
    for mean in draw.gamma(2, 30, size=4000) + 5:
        at, own = draw.uniform(0, 330), []
        while at + (gap := max(1, round(draw.gamma(2, mean / 2)))) <= 365:
            at += gap
            own.append(gap)
        customers.append([*own, -max(1, int(365 - at))])

    found = Survival.of_gaps(*counted(customers), rng=rng())
    purchases = Survival.of_cases(*cases([gap for own in customers for gap in own]), rng=rng())

    # Drawn from the same distribution without an end of the data: half within 42 days, 90% within 142.
    assert found.day_when(0.5).value == pytest.approx(42, abs=3)
    assert found.day_when(0.9).value == pytest.approx(142, abs=8)
    assert purchases.day_when(0.9).value < 115  # frequent buyers bring most purchases


@settings(max_examples=10)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 30), st.booleans()), min_size=1, max_size=20))
def test_the_order_of_rows_does_not_matter(rows):
    part, days, ended = (np.array(column) for column in zip(*rows, strict=True))
    one, other = (
        Survival.of_gaps(part[order], days[order], ended[order] * 1, ~ended[order] * 1, rng=rng())
        for order in (np.arange(len(rows)), np.arange(len(rows))[::-1])
    )

    assert one.value == pytest.approx(other.value, abs=1e-15)
    assert one.replicates == pytest.approx(other.replicates, abs=1e-12)


@given(CASES)
def test_it_is_the_curve_of_statsmodels(given_cases):
    days, ended = (np.array(column) for column in zip(*given_cases, strict=True))
    closed = np.bincount(days[ended], minlength=61).astype(float)
    still_open = np.bincount(days[~ended], minlength=61).astype(float)

    reference = SurvfuncRight(days, ended.astype(int))

    found = kaplan_meier(closed, still_open)
    assert found[reference.surv_times.astype(int)] == pytest.approx(reference.surv_prob, abs=1e-12)
    assert (np.diff(found) <= 1e-15).all()


@settings(max_examples=30)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.randoms())
def test_where_nothing_is_open_it_is_the_share_of_those_who_lasted_longer(days, random):
    shuffled = days.copy()
    random.shuffle(shuffled)
    given_days, ended = np.array(shuffled), np.ones(len(days), dtype=bool)
    found = kaplan_meier(np.bincount(given_days).astype(float), np.zeros(given_days.max() + 1))

    lasted = [(np.array(days) > day).mean() for day in range(max(days) + 1)]
    assert found == pytest.approx(lasted, abs=1e-12)
    assert Survival.of_cases(given_days, ended, rng=rng()).ended_by(max(days)).value == pytest.approx(1)
