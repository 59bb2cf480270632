"""Past and expected value, their intervals, and the four kinds, by hand and in known worlds."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import forecast, one_customer, quadrants, spending, value
from crmreport.analysis.spending import Spending
from crmreport.stats.btyd import GammaGamma, ModifiedBetaGeoNBD, ParetoNBD
from crmreport.stats.estimate import Estimate
from tests.analysis.histories import histories, simulated_days

LOGS = ((0.01, 0.0, 0.0, 0.0), (0.0, 0.02, 0.0, 0.0), (0.0, 0.0, 0.03, 0.0), (0.0, 0.0, 0.0, 0.04))
MODEL = ModifiedBetaGeoNBD({"r": 0.5, "alpha": 6.2, "a": 0.9, "b": 1.6}, {}, 0.0, 500, covariance=LOGS)
CDNOW = GammaGamma({"p": 6.25, "q": 3.74, "gamma": 15.44}, {}, 0.0, 946, covariance=((0.01, 0, 0),) * 3)
SIMPLE = forecast.Repeated(
    means=np.array([0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0]),
    errors=np.full(8, 0.1),
    few=np.zeros(8),
    many=np.full(8, 12.0),
    weeks=26,
)
PART = pd.DataFrame({"frequency": [0.0, 3.0], "recency": [0.0, 20.0], "T": [30.0, 30.0]})


def flat(each: list[float]) -> Spending:
    n = len(each)
    return Spending(None, Estimate(0.0, n), np.array(each), np.zeros(n), np.zeros(n))


def test_a_year_of_purchases_discounted_by_half_years() -> None:
    found = value.expected_by_model(PART, MODEL, flat([10.0, 20.0]), margin=0.5, rate=0.1)
    year = 365.25 / 7
    known = {name: PART[name].to_numpy() for name in PART}
    half, whole = (MODEL.expected_purchases(weeks, **known) for weeks in (year / 2, year))
    by_hand = (half * 1.1**-0.25 + (whole - half) * 1.1**-0.75) * np.array([5.0, 10.0])
    assert found.value[12].tolist() == pytest.approx(by_hand.tolist())
    assert (found.value[36] > found.value[12]).all()
    assert (found.value[36] < 3 * found.value[12]).all()
    undiscounted = value.expected_by_model(PART, MODEL, flat([10.0, 20.0]), margin=0.5, rate=0.0)
    assert undiscounted.value[12].tolist() == pytest.approx((whole * np.array([5.0, 10.0])).tolist())


def test_the_interval_of_an_expectation_is_that_of_the_parameters() -> None:
    """Against draws of the parameters: the delta method on the logarithm."""
    found = value.expected_by_model(PART, MODEL, flat([10.0, 20.0]), margin=1.0, rate=0.1)
    total = found.total(12, np.array([True, True]))
    rng = np.random.default_rng(3)
    drawn = []
    for logs in rng.multivariate_normal(np.zeros(4), LOGS, 400):
        params = {
            name: one * math.exp(log) for (name, one), log in zip(MODEL.params.items(), logs, strict=True)
        }
        moved = ModifiedBetaGeoNBD(params, {}, 0.0, 500, covariance=LOGS)
        drawn.append(
            value.expected_by_model(PART, moved, flat([10.0, 20.0]), margin=1.0, rate=0.1).value[12].sum()
        )
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert total.low == pytest.approx(low, rel=0.07)
    assert total.high == pytest.approx(high, rel=0.07)
    mean = found.mean(12, np.array([True, True]))
    assert (mean.value, mean.low) == pytest.approx((total.value / 2, total.low / 2))


def test_the_simpler_estimate_goes_on_for_a_year_and_no_longer() -> None:
    found = value.expected_repeated(pd.Series([1, 30]), SIMPLE, flat([10.0, 2.0]), margin=0.5, rate=0.0)
    twice = 365.25 / 7 / 26
    assert found.value[12].tolist() == pytest.approx([1.0 * twice * 5, 9.0 * twice])
    assert np.isnan(found.value[36]).all()
    assert not found.total(36, np.array([True, True])).known
    # Two classes, independent errors of a tenth each.
    error = 0.1 * twice * math.hypot(5, 1)
    total = found.total(12, np.array([True, True]))
    assert math.log(total.high / total.value) == pytest.approx(1.96 * error / total.value, rel=1e-3)


def test_two_ways_share_the_parameters_of_spending() -> None:
    repeats, mean = np.array([2.0, 4.0]), np.array([20.0, 50.0])
    money = Spending(
        CDNOW, Estimate(0.0, 2), CDNOW.expected_spend(frequency=repeats, monetary=mean), repeats, mean
    )
    model = value.expected_by_model(PART, MODEL, money, margin=1.0, rate=0.1)
    simple = value.expected_repeated(pd.Series([0, 3]), SIMPLE, money, margin=1.0, rate=0.1)
    both = value.joined(model, simple, np.array([True, False]))
    assert both.value[12].tolist() == [model.value[12][0], simple.value[12][1]]
    first, second = np.array([True, False]), np.array([False, True])
    assert both.total(12, first) == pytest.approx(model.total(12, first))
    assert both.total(12, second) == pytest.approx(simple.total(12, second))
    # Errors in what a purchase brings are common, so that they do not cancel.
    apart = [one.total(12, chosen) for one, chosen in ((model, first), (simple, second))]
    widths = [math.log(one.high / one.value) * one.value for one in apart]
    together = both.total(12, first | second)
    assert math.log(together.high / together.value) * together.value > math.hypot(*widths)


def test_spending_is_drawn_towards_the_common_mean() -> None:
    rng = np.random.default_rng(5)
    n = 600
    repeats = 1 + rng.poisson(2, n)
    nu = rng.gamma(4.0, 1 / 60.0, n)
    mean = rng.gamma(4.0 * repeats, 1 / (nu * repeats))
    table = pd.DataFrame({"repeats": repeats, "spent": repeats * mean})
    table.loc[0, ["repeats", "spent"]] = [0, np.nan]
    found = spending.spending(table, minimum=30)
    assert found.kind == "model"
    common = found.model.expected_spend(frequency=0, monetary=0)[0]
    assert found.each[0] == pytest.approx(common)
    low, high = np.minimum(mean, common), np.maximum(mean, common)
    assert ((found.each >= low - 1e-9) & (found.each <= high + 1e-9))[1:].all()
    assert abs(found.correlation.value) < 0.1


def test_where_frequency_and_spending_go_together_own_means_count() -> None:
    rng = np.random.default_rng(5)
    repeats = 1 + rng.poisson(3, 300)
    table = pd.DataFrame({"repeats": repeats, "spent": repeats * (10.0 * repeats + rng.uniform(0, 1, 300))})
    found = spending.spending(table, minimum=30)
    assert found.kind == "dependent"
    common = table["spent"].sum() / table["repeats"].sum()
    by_hand = (table["spent"] + common) / (table["repeats"] + 1)
    assert found.each.tolist() == pytest.approx(by_hand.tolist())
    assert spending.spending(table[:5], minimum=30).kind in ("own", "dependent")


@pytest.mark.parametrize(
    ("low", "high", "past", "kind"),
    [(90, 110, 80, "up"), (90, 110, 100, "flat"), (90, 110, 120, "down"), (None, None, 9, "short")],
)
def test_more_or_less_than_last_year(low, high, past, kind) -> None:
    assert value.direction(Estimate(100, 50, low, high, 0.95), past) == kind


def test_margin_by_cost_before_the_rate_before_revenue() -> None:
    table = pd.DataFrame({"revenue": [100.0, 50.0, 30.0], "margin": [40.0, 20.0, np.nan]})
    assert value.money_of(table, 0.25) == (pytest.approx(0.4), "cost")
    table["margin"] = np.nan
    assert value.money_of(table, 0.25) == (0.25, "margin")
    assert value.money_of(table, None) == (1.0, "revenue")


def test_days_that_the_data_covers() -> None:
    assert value.covered_days(date(2017, 1, 1), date(2017, 12, 31)) == 365
    assert value.covered_days(date(2017, 7, 1), date(2017, 12, 31)) == 184
    assert value.covered_days(date(2010, 1, 1), date(2017, 12, 31)) == 365


# ---------------------------------------------------------------- groups and kinds


def values_by_hand() -> pd.DataFrame:
    return pd.DataFrame(
        {"past_12": [90.0, 60.0, 10.0, 0.0], "expected_12": [80.0, 10.0, 50.0, 4.0]},
        index=pd.Index(["ann", "bob", "cat", "dan"], name="customer_id"),
    )


def test_the_four_kinds_by_hand() -> None:
    table = values_by_hand()
    kinds, past, ahead = quadrants.quadrants(table)
    assert (past, ahead) == (40, 36)
    assert kinds.tolist() == ["keep", "falling", "rising", "low"]
    held = pd.DataFrame({"contacts": [1.0, 3.0]}, index=["bob", "dan"])
    found = quadrants.by_quadrant(table, kinds, held)
    assert found.loc["falling"].to_dict() == pytest.approx(
        {
            "customers": 1,
            "past": 60,
            "ahead": 10,
            "contacts": 1,
            "customers_share": 0.25,
            "past_share": 60 / 160,
            "ahead_share": 10 / 144,
            "contacts_share": 0.25,
            "past_each": 60,
            "ahead_each": 10,
        }
    )


def test_what_each_customer_was_given() -> None:
    customers = pd.DataFrame({"customer_id": ["ann", "bob"], "coupon_discount": [2.5, np.nan]})
    touches = pd.DataFrame({"customer_id": ["bob", "zoe"], "contacts": [4, 9]})
    cases = pd.DataFrame({"customer_id": ["ann", "ann", None]})
    found = quadrants.resources(touches, customers, cases)
    assert found.to_dict("list") == {"contacts": [0, 4], "coupons": [2.5, 0], "cases": [2, 0]}
    assert quadrants.resources(touches, customers, None)["cases"].tolist() == [0, 0]


def test_the_service_that_each_kind_had_by_hand() -> None:
    # Of 40 in each kind, those who carry the business write one case each, 30 of 40 answered in ten hours and
    # ten in 50; the occasional ones 40 cases, ten answered at once, 25 open for long, five opened just now.
    kinds = pd.Series(
        ["keep"] * 40 + ["low"] * 40 + ["rising"] * 3, index=[f"c{number}" for number in range(83)]
    )
    given = pd.DataFrame({"contacts": 6.0}, index=kinds.index[:40])
    cases = pd.DataFrame(
        {
            "customer_id": kinds.index[:80],
            "responded": [True] * 50 + [False] * 30,
            "response_hours": [10.0] * 30 + [50.0] * 10 + [1.0] * 10 + [300.0] * 25 + [2.0] * 5,
        }
    )

    def service(cases: pd.DataFrame | None) -> dict[str, quadrants.Service]:
        return quadrants.service(kinds, given, cases, months=12, rng=np.random.default_rng(1), minimum=30)

    found = service(cases)
    keep, low = found["keep"], found["low"]
    assert (keep.contacts_a_month.value, low.contacts_a_month.value) == (0.5, 0)
    assert (keep.cases_a_hundred.value, keep.cases_a_hundred.n) == (100, 40)
    assert keep.response.value == pytest.approx(10 / 24)
    assert (keep.prompt.value, keep.prompt.n) == (30 / 40, 40)
    assert (low.prompt.value, low.prompt.n) == (10 / 35, 35)  # the five of just now cannot tell yet
    assert not low.response.known  # more than half still wait: no median
    assert quadrants.prompter(found).value == pytest.approx(30 / 40 - 10 / 35)
    assert not found["rising"].contacts_a_month.known
    assert found["rising"].contacts_a_month.n == 0
    without = service(None)
    assert without["keep"].contacts_a_month.known
    assert not without["keep"].cases_a_hundred.known
    assert not quadrants.prompter(without).known


def test_tenths_keep_equal_customers_together() -> None:
    table = pd.DataFrame({"expected_12": [9.0, 8, 7, 6, 5, 4, 3, 1, 1, 1]})
    assert value.tenths(table).tolist() == ["1", "2", "3", "4", "5", "6", "7", "8", "8", "8"]


def test_groups_that_are_small_are_left_out() -> None:
    table = pd.DataFrame({"past_12": np.arange(100.0), "expected_12": 1.0, "expected_36": 2.0, "alive": 0.5})
    expected = value.Expected(
        {12: np.ones(100), 36: np.full(100, 2.0)},
        {12: np.full((100, 1), 0.1), 36: np.full((100, 1), 0.2)},
        np.array([[1.0]]),
        np.full(100, 0.5),
        0,
    )
    groups = pd.Series(pd.Categorical(["a"] * 50 + ["b"] * 40 + ["c"] * 10, categories=["a", "b", "c", "d"]))
    found = value.grouped(table, groups, expected, 30)
    # c would follow from the total, were b shown.
    assert found["group"].tolist() == ["a"]
    assert found.loc[0, "past_12"] == 24.5
    assert found.loc[0, "low"] == pytest.approx(math.exp(-0.196), rel=1e-3)


def test_who_bought_nothing_in_the_window_is_kept_apart() -> None:
    table = pd.DataFrame({"customer_id": ["ann", "bob"], "past_12": [10.0, np.nan], "past_36": [10.0, 5.0]})
    expected = value.expected_repeated(pd.Series([1, 0]), SIMPLE, flat([1.0, 1.0]), margin=0.5, rate=0)
    segments = pd.Series(pd.Categorical(["loyal"], categories=["loyal"]), index=["ann"])
    found = value.value_table(table, expected, margin=0.5, segments=segments)
    assert found["segment"].tolist() == ["loyal", "away"]
    assert found["past_12"].tolist() == [5, 0]
    costed = table.assign(margin_12=[2.0, np.nan], margin_36=[2.0, 4.0])
    own = value.value_table(costed, expected, margin=0.5, segments=segments, own=True)
    assert (own["past_12"].tolist(), own["past_36"].tolist()) == ([2, 0], [2, 4])


def test_a_customers_own_margin_needs_the_cost_of_every_line() -> None:
    filled = pd.DataFrame(
        {"table": ["sale_lines", "products"], "column": ["cost", "cost"], "rows": [9, 9], "filled": [9, 0]}
    )
    assert value.all_costed(filled)
    assert not value.all_costed(filled.assign(filled=8))
    assert not value.all_costed(filled[1:])


# ---------------------------------------------------------------- one customer


def test_one_customer_is_not_the_average() -> None:
    part = pd.DataFrame(
        {"frequency": [0.0, 0, 2, 2, 8], "recency": [0.0, 0, 10, 20, 28], "T": [30.0, 20, 30, 30, 30]}
    )
    made = one_customer.typical(part)
    # The median repeater has two; the busiest tenth, by the lower quantile, two as well.
    assert made.to_dict("list") == {"frequency": [0, 2], "recency": [0, 15], "T": [25, 30]}
    found = one_customer.one_customer(made, MODEL, CDNOW, margin=0.5, rng=np.random.default_rng(1))
    assert (found["low"] < found["average"]).all()
    assert (found["average"] < found["high"]).all()
    # The expectation is known to a fraction of what one customer may do.
    assert (found["high"] - found["low"] < found["many"] - found["few"])[1]
    assert found["silent_days"].tolist() == [175, 105]
    assert found["most"][1] > found["worth"][1] > found["least"][1]


def test_the_example_is_one_where_customers_differ() -> None:
    made = one_customer.by_class(SIMPLE).assign(few=0.0, many=[0, 0, 0, 2, 3, 4, 5, 9])
    assert one_customer.example_of(made)["frequency"] == 4
    assert one_customer.example_of(made.assign(many=0)) is None


def test_eight_of_ten_lie_in_the_predictive_interval() -> None:
    rng = np.random.default_rng(9)
    rate, leaving = rng.gamma(0.55, 1 / 10.6, 40_000), rng.gamma(0.61, 1 / 11.7, 40_000)
    life, year = rng.exponential(1 / leaving), 365.25 / 7
    first = rng.poisson(rate * np.minimum(life, 40))
    chosen = first == 2
    seen = np.minimum(life, 40)[chosen]
    last = seen * np.sqrt(rng.uniform(size=len(seen)))
    later = rng.poisson(rate[chosen] * (np.clip(life[chosen], 40, 40 + year) - 40))
    model = ParetoNBD({"r": 0.55, "alpha": 10.6, "s": 0.61, "beta": 11.7}, {}, 0.0, 1, covariance=LOGS)
    drawn = model.draw_purchases(
        year, frequency=np.full(len(last), 2.0), recency=last, T=np.full(len(last), 40.0), rng=rng, draws=50
    )
    few, many = np.quantile(drawn, [0.1, 0.9], axis=0, method="inverted_cdf")
    inside = ((later >= few) & (later <= many)).mean()
    assert 0.8 <= inside <= 0.97  # counts are coarse: never fewer than eight of ten
    assert drawn.mean() == pytest.approx(later.mean(), rel=0.08)


def test_an_outlook_uses_the_model_only_where_it_is_believed() -> None:
    days = simulated_days("pareto-nbd", customers=900, seed=4)
    end, weeks = date(2024, 12, 31), 34
    times = forecast.Times.of(date(2023, 1, 1), end, holdout_weeks=weeks, complete=True)
    table = histories(days, as_of=end, weeks=weeks)
    money = spending.spending(table, minimum=30)
    simple = forecast.repeated(table, times, minimum=30)
    settings = {"simple": simple, "money": money, "margin": 1.0, "rate": 0.1}
    without = value.outlook(table, times, None, **settings)
    assert without.model is None
    assert not without.told.any()
    good = forecast.Check(900, 900, 880, 800, 950, 0.05, {}, ())
    judged = forecast.Judged("mbg", MODEL, good, None)
    told = value.outlook(table, times, judged, **settings)
    assert told.model is not None
    assert told.told.all()
    assert not np.array_equal(told.expected.value[12], without.expected.value[12])
    poor = forecast.Judged("mbg", MODEL, forecast.Check(900, 9, 880, 800, 950, 0.5, {}, ("level",)), None)
    assert value.outlook(table, times, poor, **settings).model is None


@pytest.mark.slow
def test_expected_value_is_met_in_a_world_of_the_models_own() -> None:
    """What 3,000 customers bring in the half year after, against what was expected of them and its error."""
    days = simulated_days("pareto-nbd", customers=3000, seed=8)
    split, weeks = date(2024, 7, 2), 26
    table = histories(days, as_of=split, weeks=20)
    times = forecast.Times.of(date(2023, 1, 1), split, holdout_weeks=20)
    part = forecast.whole(table, times)
    model = ParetoNBD.fit(**forecast.arrays(part))
    money = spending.spending(table, minimum=30)
    bought = model.expected_purchases(weeks, **forecast.arrays(part))
    until = pd.Timestamp(split) + pd.Timedelta(days=7 * weeks)
    later = days[(days["sold_on"] > pd.Timestamp(split)) & (days["sold_on"] <= until)]
    later = later[later["customer_id"].isin(table["customer_id"])]
    assert len(later) == pytest.approx(bought.sum(), rel=0.06)
    assert later["revenue"].sum() == pytest.approx((bought * money.each).sum(), rel=0.08)
