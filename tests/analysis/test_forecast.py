"""Forecasts on trial: what is believed, what is refused, and where an alarm is raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import calibration, forecast
from crmreport.simulate import simulate
from tests.analysis.histories import histories, simulated_days, week_counts
from tests.stats.btyd import cdnow

AS_OF = date(2023, 6, 30)
RNG = 7


@dataclass(frozen=True)
class Rate:
    """A stand-in for a model: everybody buys at one rate by the week, and nobody leaves."""

    params: dict[str, float]
    standard_errors: dict[str, float]
    log_likelihood: float
    n: float
    problems: tuple[str, ...] = ()
    covariance: tuple[tuple[float, ...], ...] = ((0.0001,),)

    def expected_purchases(self, horizon, *, frequency, **_):
        return np.full(np.shape(frequency), self.params["rate"] * horizon)

    def probability_alive(self, *, frequency, **_):
        return np.ones(np.shape(frequency))

    def expected_repeats(self, age):
        return self.params["rate"] * np.asarray(age)

    def draw_purchases(self, horizon, *, frequency, rng, draws, **_):
        return rng.poisson(self.params["rate"] * horizon, (draws, len(frequency)))


def rate(value: float, **more) -> Rate:
    return Rate({"rate": value}, {}, 0.0, 200, **more)


def part(actual: np.ndarray, frequency: np.ndarray) -> pd.DataFrame:
    n = len(actual)
    return pd.DataFrame(
        {
            "frequency": frequency.astype(float),
            "recency": np.where(frequency > 0, 20.0, 0.0),
            "T": np.full(n, 25.0),
            "before": frequency,
            "actual": actual,
            "followed": np.ones(n, dtype=bool),
        }
    )


def test_following_begins_with_a_whole_week() -> None:
    times = forecast.Times.of(date(2023, 3, 1), AS_OF, holdout_weeks=8)
    # Nine weeks and two days up to the split: from 4 March on.
    assert times == forecast.Times(date(2023, 3, 4), date(2023, 5, 5), AS_OF)
    assert (times.weeks, times.fit_weeks) == (8, 9)
    # Where nobody bought before, nobody is left out.
    complete = forecast.Times.of(date(2023, 3, 1), AS_OF, holdout_weeks=8, complete=True)
    assert complete.begin == date(2023, 2, 25)


def test_what_is_fitted_by_hand() -> None:
    days = pd.DataFrame(
        [
            ("ann", "2023-03-04", 5.0),
            ("ann", "2023-03-18", 6.0),
            ("ann", "2023-05-06", 7.0),
            ("bob", "2023-03-03", 1.0),
            ("cat", "2023-05-05", 2.0),
            ("dan", "2023-06-01", 2.0),
        ],
        columns=["customer_id", "sold_on", "revenue"],
    )
    days["sold_on"] = pd.to_datetime(days["sold_on"])
    times = forecast.Times.of(date(2023, 3, 1), AS_OF, holdout_weeks=8)
    table = histories(days, as_of=AS_OF, weeks=8)
    found = forecast.fitted_part(table, times)
    # Cat came on the split itself and has not been watched for a day; Bob was there before the run-in's end.
    assert found.to_dict("list") == {
        "frequency": [1.0, 0.0],
        "recency": [2.0, 0.0],
        "T": [62 / 7, 9.0],
        "before": [1, 0],
        "actual": [1, 0],
        "followed": [True, False],
    }
    everybody = forecast.whole(table, times)
    assert everybody["frequency"].tolist() == [2, 0, 0, 0]
    assert everybody["T"].tolist() == pytest.approx([118 / 7, 17, 8, 29 / 7])


def test_a_forecast_that_comes_true_is_believed() -> None:
    rng = np.random.default_rng(RNG)
    frequency = rng.poisson(2.5, 400)
    found = forecast.check(part(rng.poisson(1.0, 400), frequency), rate(0.1), weeks=10, rng=rng)
    assert found.reasons == ()
    assert found.alarms == ()
    assert found.expected == pytest.approx(400)
    # Poisson's deviation, and one in a hundred of the rate's: sqrt(400 + 4 squared) either way.
    assert found.high - found.expected == pytest.approx(1.96 * np.sqrt(416), rel=0.05)


@pytest.mark.parametrize(
    ("mean", "model", "n", "reasons"),
    [
        (1.5, rate(0.1), 400, ("level",)),
        (0.7, rate(0.1), 400, ("level",)),
        (1.0, rate(0.1), 50, ("few",)),
        (1.0, rate(0.1, problems=("boundary", "not_identified")), 400, ("boundary",)),
    ],
)
def test_what_is_refused(mean, model, n, reasons) -> None:
    rng = np.random.default_rng(RNG)
    found = forecast.check(part(rng.poisson(mean, n), rng.poisson(2.5, n)), model, weeks=10, rng=rng)
    assert found.reasons[: len(reasons)] == reasons


def test_purchases_on_the_wrong_customers_are_refused() -> None:
    # All that comes is what came before, and the model spreads it evenly.
    rng = np.random.default_rng(RNG)
    frequency = rng.poisson(1.0, 400) * 3
    found = forecast.check(part(frequency, frequency), rate(frequency.mean() / 10), weeks=10, rng=rng)
    assert found.naive["same"] == 0
    assert found.reasons == ("naive", "placed")
    assert "classes" in found.alarms
    assert found.misplaced == pytest.approx(
        np.abs(
            [
                (frequency == count).sum() * count - (frequency == count).sum() * frequency.mean()
                for count in (0, 3, 6)
            ]
        ).sum()
        / frequency.sum(),
        abs=0.25,
    )


@pytest.mark.slow
def test_cdnow_is_accepted_with_reserve() -> None:
    """In the holdout a seventh more came than the BG/NBD foretold, as the papers' own figures show."""
    days = cdnow.purchases().drop_duplicates()
    days = days.assign(customer_id=days["customer"], sold_on=days["day"], revenue=1.0)
    table = histories(days, as_of=date(1998, 6, 30), weeks=39)
    times = forecast.Times.of(date(1997, 1, 1), date(1998, 6, 30), holdout_weeks=39)
    found = forecast.fitted_part(table, times)
    judged = forecast.judge(found, weeks=39, minimum=20, rng=np.random.default_rng(RNG))
    assert judged is not None
    assert judged.believed
    assert judged.name == "mbg"
    assert judged.check.actual == 1882
    assert judged.check.alarms == ("total", "classes")
    classes = calibration.by_frequency(found, calibration.shown(found, judged), 39)
    assert classes["customers"].tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert classes["bg"].tolist() == pytest.approx(
        [0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157], abs=0.002
    )
    track = calibration.tracking(week_counts(days, times), table["first_on"], judged.model, times)
    assert track["came"].iloc[-1] == table["repeats"].sum()
    assert track["since_weeks"].tolist() == list(range(1, 79))


def test_too_few_followed_are_not_fitted() -> None:
    few = part(np.ones(10, dtype=int), np.ones(10, dtype=int))
    assert forecast.judge(few, weeks=10, minimum=30, rng=np.random.default_rng(1)) is None
    assert not forecast.outcome(None)["actual"].known


# ---------------------------------------------------------------- worlds of which the truth is known


def judged_world(days, begin, end):
    weeks = 34
    times = forecast.Times.of(begin, end, holdout_weeks=weeks, complete=True)
    table = histories(days, as_of=end, weeks=weeks)
    found = forecast.fitted_part(table, times)
    judged = forecast.judge(found, weeks=weeks, minimum=30, rng=np.random.default_rng(RNG))
    alarms = judged.check.alarms
    if not judged.model.problems:
        first_on = table["first_on"][found.index]
        track = calibration.tracking(week_counts(days, times), first_on, judged.model, times)
        alarms = (*alarms, *(["waves"] if calibration.waves(track) else []))
    return judged, alarms


@pytest.mark.slow
@pytest.mark.parametrize(
    ("world", "raised"),
    [("pareto-nbd", ()), ("seasonal", ("waves",)), ("rhythms", ("classes",)), ("no-dropout", ())],
)
def test_the_check_raises_the_alarm_where_the_model_is_wrong(world, raised) -> None:
    days = simulated_days(world, customers=3000, seed=1)
    judged, alarms = judged_world(days, date(2023, 1, 1), date(2024, 12, 31))
    if world == "no-dropout":
        assert judged.check.reasons[0] in ("boundary", "not_identified")
    else:
        assert judged.believed
        assert set(raised) <= set(alarms)
    if world == "pareto-nbd":
        assert alarms == ()


@pytest.mark.slow
def test_a_brand_whose_buyers_turn_away_is_refused() -> None:
    """Half of Aster's friends leave it a month before the split: the model has hardly seen it."""
    client = simulate("switching", customers=4000, seed=1)
    lines = client.lines[client.lines["brand"] == "Aster"]
    lines = lines.assign(
        customer_id=lines["customer_id"].astype(str), sold_on=lines["sold_at"].dt.normalize()
    )
    days = lines.groupby(["customer_id", "sold_on"], as_index=False)["revenue"].sum()
    judged, _ = judged_world(days, date(2023, 1, 1), date(2024, 12, 31))
    assert "level" in judged.check.reasons


@pytest.mark.slow
def test_a_sound_model_seldom_raises_an_alarm() -> None:
    raised = []
    for seed in range(6):
        days = simulated_days("pareto-nbd", customers=800, seed=100 + seed)
        judged, alarms = judged_world(days, date(2023, 1, 1), date(2024, 12, 31))
        assert judged.believed
        raised += alarms
    # Three kinds at one in a hundred each: two of 18 are rare.
    assert len(raised) <= 1


# ---------------------------------------------------------------- drawn, and without a model


def test_tracking_by_hand() -> None:
    times = forecast.Times(date(2023, 4, 22), date(2023, 5, 5), date(2023, 5, 19))
    weeks = pd.DataFrame(
        [(-2, -2, 0), (-2, -1, 3), (-2, 1, 1), (-1, 0, 4), (-9, 0, 50)],
        columns=["first_week", "at_week", "repeats"],
    )
    first_on = pd.Series(pd.to_datetime(["2023-04-28", "2023-05-05"]))
    found = calibration.tracking(weeks, first_on, rate(0.5), times)
    # Whoever came before following began is left out. Ages at the weeks' ends: 0, 1, 2, 3 and 0, 0, 1, 2.
    assert found["came"].tolist() == [0, 3, 7, 8]
    assert found["forecast"].tolist() == pytest.approx([0, 0.5, 1.5, 2.5])


def test_waves_are_seen_only_beyond_chance() -> None:
    even = np.cumsum(np.full(24, 100.0))
    wave = np.cumsum(100 * (1 + 0.5 * np.sin(np.arange(24) * np.pi / 12)))
    table = pd.DataFrame({"came": wave, "forecast": even})
    assert calibration.waves(table)
    assert not calibration.waves(table / 100)  # four a week: chance does that
    assert not calibration.waves(pd.DataFrame({"came": 0.7 * even, "forecast": even}))  # level, no wave
    assert not calibration.waves(table * 0)


@pytest.mark.parametrize(
    ("error", "side"), [(0.3, "more"), (-0.3, "fewer"), (0.01, "met"), (float("nan"), "unknown")]
)
def test_more_or_fewer(error, side) -> None:
    assert calibration.side(forecast.Estimate(error, 50)) == side


def test_the_simpler_estimate_by_hand() -> None:
    table = pd.DataFrame(
        {
            "first_on": pd.to_datetime(["2023-01-01"] * 8 + ["2023-06-01"]),
            "earlier_days": [0, 0, 0, 1, 1, 1, 9, 9, 0],
            "holdout_days": [0, 0, 3, 1, 2, 3, 8, 10, 5],
        }
    )
    times = forecast.Times(date(2023, 1, 1), date(2023, 5, 5), AS_OF)
    found = forecast.repeated(table, times, minimum=2)
    # The last one came after the split. Nobody bought two to six times: those classes join the one below.
    assert found.means.tolist() == pytest.approx([1, 2, 2, 2, 2, 2, 2, 9])
    assert found.errors[[0, 1, 7]].tolist() == pytest.approx([1, 1 / np.sqrt(3), 1])
    assert (found.few[0], found.many[0], found.weeks) == (0, 3, 8)
    # Where nobody came, one more customer might have: the mean of three is not known for certain.
    alike = forecast.repeated(table.assign(holdout_days=0), times, minimum=2)
    assert alike.errors[0] == pytest.approx(1 / 3)
    assert found.classes(pd.Series([0, 3, 40])).tolist() == [0, 3, 7]
