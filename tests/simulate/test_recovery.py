"""The methods find the truth of a world as often as their intervals say, where their assumptions hold;
and where they do not, the reports' own checks can see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from crmreport.analysis.pareto import gini
from crmreport.analysis.retention import REPEAT_DAYS, second_purchase
from crmreport.simulate import WORLDS, Simulated, simulate
from crmreport.stats.btyd import GammaGamma, ParetoNBD
from crmreport.stats.estimate import Estimate
from tests.simulate.observed import histories, purchase_days, purchases, rhythm

REPETITIONS = 200
NOMINAL = 0.95
FEWEST, MOST = (int(binom.ppf(tail, REPETITIONS, NOMINAL)) for tail in (0.0005, 0.9995))
"""Fewer, or more, would happen once in 2,000 times by chance, were the coverage nominal."""

TRUE = replace(WORLDS["pareto-nbd"], days=546, lines=1.0)
"""A year and a half: enough to see who left."""

pytestmark = pytest.mark.slow


def worlds(customers: int, seed: int) -> Iterator[Simulated]:
    for number in range(REPETITIONS):
        yield simulate(TRUE, customers=customers, seed=1000 * seed + number)


def holds(estimate: Estimate, truth: float) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high


def in_interval(fit: ParetoNBD | GammaGamma, truth: dict[str, float]) -> list[bool]:
    """Whether each parameter's interval, symmetric in its logarithm, holds the truth."""
    return [
        abs(np.log(fit.params[name] / value)) <= 1.96 * fit.standard_errors[name] / fit.params[name]
        for name, value in truth.items()
    ]


def test_rates_of_buying_and_leaving_lie_in_their_intervals() -> None:
    """Of every order at its moment. Purchase days, where two orders of a day are one, would make the
    frequent buyers of this world look a few percent slower than they are."""
    assert TRUE.s is not None
    truth = {"r": TRUE.r, "alpha": TRUE.alpha, "s": TRUE.s, "beta": TRUE.beta}
    found = [
        in_interval(ParetoNBD.fit(**histories(purchases(made), TRUE.end)), truth) for made in worlds(800, 1)
    ]
    covered = np.sum(found, axis=0)
    assert ((covered >= FEWEST) & (covered <= MOST)).all(), covered


def test_spending_lies_in_its_intervals() -> None:
    truth = {"p": TRUE.p, "q": TRUE.q, "gamma": TRUE.gamma}
    found = []
    for made in worlds(1500, 2):
        values = made.lines.groupby("order_id")["revenue"].sum()
        owner = made.lines.groupby("order_id")["customer_id"].first().cat.codes
        own = values.groupby(owner.to_numpy()).agg(["count", "mean"])
        found.append(in_interval(GammaGamma.fit(own["count"], own["mean"]), truth))
    covered = np.sum(found, axis=0)
    assert ((covered >= FEWEST) & (covered <= MOST)).all(), covered


def repeats(made: Simulated, seed: int) -> tuple[Estimate, Estimate]:
    """The share back within 90 days, and the day by which half are."""
    rng = np.random.default_rng(seed)
    curve = second_purchase(rhythm(purchase_days(made)), as_of=made.world.end, rng=rng)
    return curve.ended_by(REPEAT_DAYS), curve.day_when(0.5)


def spread(made: Simulated, seed: int) -> Estimate:
    revenue = made.lines.groupby("customer_id", observed=True)["revenue"].sum()
    return gini(revenue, rng=np.random.default_rng(seed))


def test_repeats_and_concentration_lie_in_their_intervals() -> None:
    """The truth is that of a world of the same kind so large that it has hardly any error left."""
    large = simulate(TRUE, customers=300_000, seed=7)
    share, half = (estimate.value for estimate in repeats(large, 0))
    uneven = _gini(large.lines.groupby("customer_id", observed=True)["revenue"].sum().to_numpy())
    found = []
    for seed, made in enumerate(worlds(900, 3)):
        back, median = repeats(made, seed)
        found.append((holds(back, share), holds(median, half), holds(spread(made, seed), uneven)))
    covered = np.sum(found, axis=0)
    # A percentile bootstrap of what a long tail decides covers a little less than it says.
    assert (covered >= [FEWEST, FEWEST, 0.9 * REPETITIONS]).all(), covered
    assert covered[0] <= MOST


def _gini(values: np.ndarray) -> float:
    rising = np.sort(values)
    rank = np.arange(1, len(rising) + 1) - 0.5
    return float(2 * (rank @ rising) / (len(rising) * rising.sum()) - 1)


# ---------------------------------------------------------------- where the model is wrong


def foretold(
    name: str, as_of: date, weeks: int, *, brand: str | None = None
) -> tuple[ParetoNBD, pd.DataFrame]:
    """The fit to what is seen by ``as_of``, and by customer what it ``expected`` of the ``weeks`` after it
    and what was ``bought``, with the probability ``alive`` and the history."""
    made = simulate(name, customers=12_000, seed=11)
    days = purchase_days(made, brand=brand)
    seen = histories(days, as_of)
    fit = ParetoNBD.fit(**seen)
    after = np.datetime64(as_of, "D").astype(np.int64)
    later = days[(days["day"] > after) & (days["day"] <= after + 7 * weeks)].groupby("customer_id").size()
    table = seen.assign(
        expected=fit.expected_purchases(weeks, **seen),
        alive=fit.probability_alive(**seen),
        bought=later.reindex(seen.index, fill_value=0),
    ).join(made.truth.customers[["left_on", "rhythm", "switched"]])
    table["stayed"] = ~(table["left_on"] <= pd.Timestamp(as_of))
    return fit, table


def off(table: pd.DataFrame) -> float:
    """By how many standard errors more was bought than expected."""
    surplus = table["bought"] - table["expected"]
    return float(surplus.sum() / (surplus.std() * np.sqrt(len(table))))


YEAR_END = date(2023, 12, 31)
MIDSUMMER = date(2024, 6, 30)


@pytest.mark.parametrize("as_of", [YEAR_END, MIDSUMMER])
def test_in_a_true_world_what_is_foretold_happens(as_of: date) -> None:
    fit, table = foretold("pareto-nbd", as_of, 13)
    assert fit.problems == ()
    assert abs(off(table)) < 3.5
    for _, part in table.groupby(pd.cut(table["alive"], [0, 0.2, 0.4, 0.6, 0.8, 1])):
        error = np.sqrt(part["alive"].mean() * (1 - part["alive"].mean()) / len(part))
        assert part["stayed"].mean() == pytest.approx(part["alive"].mean(), abs=4 * error + 0.01)


def test_a_season_makes_the_forecast_miss_the_quarter() -> None:
    """After December less is bought than expected, after midsummer more, by far beyond chance."""
    _, winter = foretold("seasonal", date(2024, 1, 31), 13)
    _, summer = foretold("seasonal", date(2024, 8, 31), 13)
    assert off(winter) < -10
    assert off(summer) > 10


def test_regular_and_clumpy_buyers_are_misjudged_in_opposite_ways() -> None:
    _, table = foretold("rhythms", MIDSUMMER, 26)
    bought = table[table["frequency"] >= 3]
    gap = (bought["stayed"] - bought["alive"]).groupby(bought["rhythm"], observed=True).mean()
    # Who pauses in clumps looks lost, and is not; a regular buyer who is late has left sooner than it seems.
    assert gap["clumpy"] > 0.03
    late = bought[(bought["rhythm"] == "regular") & (bought["alive"].between(0.3, 0.8))]
    assert late["stayed"].mean() < late["alive"].mean() - 0.1


def test_a_switch_of_brands_looks_like_leaving_to_the_brand_alone() -> None:
    _, table = foretold("switching", date(2024, 3, 31), 26, brand="Aster")
    assert off(table) < -10
    assert (table.loc[table["switched"], "bought"] == 0).all()
    _, group = foretold("switching", date(2024, 3, 31), 26)
    assert abs(off(group)) < 3.5


def test_where_nobody_leaves_the_fit_says_so() -> None:
    fit, table = foretold("no-dropout", MIDSUMMER, 13)
    assert table["stayed"].all()
    # Either the fit is refused, or it finds next to nobody gone.
    assert fit.problems or table["alive"].mean() > 0.98
