"""The model of risk in made worlds: it finds what is there, refuses what it must, and is judged later."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import warning
from crmreport.analysis.risk_models import FAMILIES, Boosting, Logistic, Recency, design, leak
from crmreport.stats.intervals import share
from tests.analysis.worlds import snapshots


def rng():
    return np.random.default_rng(11)


@cache
def world(customers=600, **options):
    return snapshots(customers, **options)


@cache
def found_in(customers=600, **options):
    return judged(world(customers, **options))


def judged(table, minimum=30):
    found = warning.judge(table, rng=rng(), minimum=minimum)
    assert isinstance(found, warning.Judged)
    return found


# ---------------------------------------------------------------- what it finds


def test_a_model_that_knows_more_than_recency_is_chosen():
    found = found_in()

    assert (found.chosen, found.best) == ("logistic", "logistic")
    assert found.gain.low > 0
    assert found.auc.value == pytest.approx(found.naive_auc.value + found.gain.value)
    assert found.naive_auc.low < 0.5 < found.naive_auc.high  # recency says nothing in this world
    assert found.brier.value < found.flat_brier.value
    assert found.calibrated == "yes"
    assert found.base_rate.n == 600


def test_where_recency_is_all_there_is_the_plain_rule_makes_the_list():
    found = found_in(slope=0.0, recency_slope=1.5)

    assert found.chosen == "recency"
    assert found.gain.low <= 0 <= found.gain.high
    assert found.naive_auc.low > 0.5


def test_without_any_signal_nothing_is_claimed():
    found = found_in(slope=0.0)

    assert found.chosen == "recency"
    assert found.auc.low < 0.55


def test_the_probabilities_are_those_that_were_made():
    table = snapshots(4000, slope=1.2, recency_slope=0.5)
    train = table[table["role"] == "train"]
    model = Logistic.fit(design(train), train["lost"].to_numpy(dtype=bool))
    later = table[table["role"] == "validate"]

    off = model.probability(design(later).reindex(columns=list(model.columns))) - later["risk"]

    assert np.abs(off).mean() < 0.03


def test_a_shift_of_the_base_rate_is_told():
    table = world()
    quiet = snapshots(600, seed=1, base=0.5)
    shifted = pd.concat([table[table["role"] != "validate"], quiet[quiet["role"] == "validate"]])

    found = judged(shifted)

    assert found.calibrated == "low"
    assert found.miss.low > 0
    assert found.miss.value == pytest.approx(found.validation["lost"].mean() - found.foretold.value)


def test_trees_are_taken_where_a_line_does_not_fit():
    table = snapshots(1500, slope=0.0)
    # Lost are those who buy neither seldom nor often: no slope says that.
    middle = table["days"].between(5, 8)
    chance = np.random.default_rng(4).random(len(table))
    table["lost"] = (chance < np.where(middle, 0.7, 0.1)).astype(object)
    table.loc[table["role"] == "now", "lost"] = None

    found = judged(table)

    assert (found.best, found.chosen) == ("boosting", "boosting")


def test_trees_are_not_tried_on_few_rows():
    assert found_in(300).best == "logistic"


# ---------------------------------------------------------------- what it refuses


def test_a_planted_leak_stops_the_model_and_is_named():
    table = snapshots(600)
    # “Purchase days in the last four weeks” that were counted after the day of the warning.
    table["month_days"] = np.where(table["lost"].astype(bool), 0, table["month_days"] + 1)

    found = warning.judge(table, rng=rng(), minimum=30)

    assert isinstance(found, warning.Refusal)
    assert (found.reason, found.feature) == ("leak", "month_days")
    assert found.auc > 0.95


def test_a_strong_but_honest_feature_is_no_leak():
    table = snapshots(600, slope=3.0)
    train = table[table["role"] == "train"]

    assert leak(design(train), train["lost"].to_numpy(dtype=bool)) is None


def test_a_leak_is_seen_in_either_direction():
    lost = np.arange(100) < 30
    features = pd.DataFrame({"honest": np.arange(100) % 7, "answer": np.where(lost, -5.0, 2.0)})

    assert leak(features, lost) == ("answer", 1.0)


def test_too_few_lost():
    found = warning.judge(snapshots(60), rng=rng(), minimum=30)

    assert isinstance(found, warning.Refusal)
    assert found.reason == "few"


def test_without_snapshots():
    empty = snapshots(60).iloc[:0]

    assert warning.judge(empty, rng=rng(), minimum=30) == warning.Refusal("short")
    unknown = warning.estimates(warning.Refusal("short"), minimum=30)
    assert set(unknown) == set(warning.ESTIMATES) == set(warning.METHODS)
    assert not any(one.known for one in unknown.values())


def test_a_model_has_a_feature_for_each_ten_of_the_rarer_outcome():
    table = snapshots(100, base=-1.0)
    events = warning.rarer(table[table["role"] == "train"])

    found = judged(table, minimum=20)

    varied = [name for name in design(table) if design(table)[name].nunique() > 1]
    assert found.features == tuple(varied)[: events // 10]
    assert len(found.features) < len(varied)


# ---------------------------------------------------------------- how it is shown


def test_the_order_of_rows_does_not_matter():
    table = world(300)
    mixed = table.sample(frac=1, random_state=3)

    one, other = judged(table), judged(mixed)

    assert one.auc.value == pytest.approx(other.auc.value)
    assert one.brier.low == pytest.approx(other.brier.low)
    pd.testing.assert_frame_equal(warning.by_risk(one, minimum=30), warning.by_risk(other, minimum=30))


def test_parts_by_risk_add_up_to_all():
    found = found_in()

    parts = warning.by_risk(found, minimum=30)

    assert list(parts["customers"]) == [60] * 10
    for name in ("lost_share", "naive_share"):
        assert parts[name].mean() == pytest.approx(found.validation["lost"].mean())
    lost, lift = warning.top_lift(found, minimum=30)
    assert lost.value == pytest.approx(parts["lost_share"].iloc[0])
    assert lift.value == pytest.approx(lost.value / found.base_rate.value)
    assert lift.low < lift.value < lift.high


def test_customers_who_are_alike_share_what_becomes_of_them():
    rows = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "t0": pd.Timestamp("2023-01-01"),
            "lost": [True, False, False, False],
            "probability": [0.5] * 4,
            "order": [0.5] * 4,
            "model": [0.1, 0.2, 0.8, 0.9],
            "away": [9.0, 9.0, 1.0, 1.0],
            "value": [1.0] * 4,
        }
    )
    one = found_in(300)
    made = warning.Judged(**{**vars(one), "validation": rows})

    parts = warning.by_risk(made, minimum=2)

    assert parts["lost_share"].tolist() == [0.25, 0.25]
    assert parts["naive_share"].tolist() == [0.5, 0.0]
    assert parts["model_share"].tolist() == [0.0, 0.5]  # the best model's, whatever was chosen


def test_the_reliability_curve():
    found = found_in()

    curve = warning.reliability(found, minimum=30)

    assert curve["customers"].sum() == 600
    assert (curve["foretold"].diff().dropna() > 0).all()
    assert ((curve["low"] <= curve["seen"]) & (curve["seen"] <= curve["high"])).all()
    inside = (curve["low"] <= curve["foretold"]) & (curve["foretold"] <= curve["high"])
    assert inside.mean() >= 0.7  # a calibrated model: nearly all of ten intervals hold


def test_the_plain_rules_bands():
    features = pd.DataFrame({"recency": np.log1p(np.repeat([1, 10, 30, 60, 90], 20))})
    lost = np.repeat([0, 0, 0, 1, 1], 20).astype(bool)

    rule = Recency.fit(features, lost)

    # Twenty in each band, and one more of the mean rate of two fifths.
    assert rule.probability(features)[[0, 99]] == pytest.approx([0.4 / 21, 20.4 / 21])
    assert (np.diff(rule.order(features)) >= 0).all()


def test_what_is_unknown_of_a_customer_lies_in_the_middle():
    table = world(300)
    known = design(table)
    model = Logistic.fit(known.iloc[:600], table["lost"].iloc[:600].to_numpy(dtype=bool))
    blank = known.iloc[:1].assign(days=np.nan)

    assert model.parts(blank)["days"].tolist() == [0.0]
    assert model.order(known.iloc[:5]) == pytest.approx(
        model.intercept + model.parts(known.iloc[:5]).sum(axis=1)
    )


def test_every_feature_has_a_reason():
    assert list(design(world(50).assign(contacts=1))) == list(FAMILIES)
    assert "contacts" not in design(world(50))


def test_trees_give_the_same_each_time():
    table = world()
    features, lost = design(table).iloc[:1200], table["lost"].iloc[:1200].to_numpy(dtype=bool)

    one, other = (Boosting.fit(features, lost).probability(features) for _ in range(2))

    assert (one == other).all()


def test_churn_of_a_telephone_company():
    """Counts derived from the telco-churn data: 1,869 of 7,043 left, of those by the month 1,655 of 3,875."""
    everybody, monthly = share(1869, 7043), share(1655, 3875)

    assert everybody.value == pytest.approx(0.2654, abs=5e-5)
    assert monthly.value == pytest.approx(0.4271, abs=5e-5)
    assert everybody.high < monthly.low
