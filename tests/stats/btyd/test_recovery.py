"""The truth of a simulated world lies in the intervals as often as they say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy.stats import binom

from crmreport.stats.btyd import BetaGeoNBD, GammaGamma, ModifiedBetaGeoNBD, ParetoNBD
from tests.stats.btyd import worlds

REPETITIONS = 200
NOMINAL = 0.95
FEWEST = int(binom.ppf(0.0005, REPETITIONS, NOMINAL))
"""So few would happen once in 2,000 times by chance, were the coverage nominal."""

pytestmark = pytest.mark.slow


def covered(fit, truth: Mapping[str, float]) -> list[bool]:
    """Whether each parameter's interval, symmetric in its logarithm, holds the truth."""
    return [
        abs(np.log(fit.params[name] / value)) <= 1.96 * fit.standard_errors[name] / fit.params[name]
        for name, value in truth.items()
    ]


def fits(model, seed: int):
    rng = np.random.default_rng(seed)
    for _ in range(REPETITIONS):
        if model is ParetoNBD:
            truth = {"r": 1.1, "alpha": 4.0, "s": 0.8, "beta": 10.0}
            seen, _ = worlds.pareto(rng, 900, **truth, T=40)
        else:
            truth = {"r": 1.1, "alpha": 4.0, "a": 0.9, "b": 2.5}
            seen, _ = worlds.beta_geo(rng, 1500, **truth, T=40, first=model is ModifiedBetaGeoNBD)
        yield model.fit(**seen), truth


@pytest.mark.parametrize("model", [BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD])
def test_parameters_lie_in_their_intervals(model) -> None:
    found = [covered(fit, truth) for fit, truth in fits(model, 17)]
    assert (np.sum(found, axis=0) >= FEWEST).all(), np.mean(found, axis=0)


def test_spending_lies_in_its_intervals() -> None:
    rng, truth = np.random.default_rng(23), {"p": 4.0, "q": 3.5, "gamma": 20.0}
    found = []
    for _ in range(REPETITIONS):
        x = 1 + rng.poisson(2, 1500)
        scale = rng.gamma(truth["q"], 1 / truth["gamma"], 1500)
        found.append(covered(GammaGamma.fit(x, rng.gamma(truth["p"] * x, 1 / (scale * x))), truth))
    assert (np.sum(found, axis=0) >= FEWEST).all(), np.mean(found, axis=0)


@pytest.mark.parametrize("model", [BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD])
def test_what_is_foretold_happens(model) -> None:
    """In a world of its own kind: alive as often as said, and as many purchases as expected."""
    rng = np.random.default_rng(29)
    if model is ParetoNBD:
        seen, truth = worlds.pareto(rng, 40_000, r=1.1, alpha=4, s=0.8, beta=10, T=40)
    else:
        first = model is ModifiedBetaGeoNBD
        seen, truth = worlds.beta_geo(rng, 40_000, r=1.1, alpha=4, a=0.9, b=2.5, T=40, first=first)
    fit = model.fit(**seen)
    alive = fit.probability_alive(**seen)
    expected = fit.expected_purchases(40, **seen)
    for low in np.arange(0, 1, 0.2):
        here = (alive >= low) & (alive < low + 0.2 + 1e-9)
        if here.sum() < 500:
            continue
        error = np.sqrt(alive[here].mean() * (1 - alive[here].mean()) / here.sum())
        assert truth["alive"][here].mean() == pytest.approx(alive[here].mean(), abs=4 * error + 0.01)
        spread = truth["later"][here].std() / np.sqrt(here.sum())
        assert truth["later"][here].mean() == pytest.approx(expected[here].mean(), abs=4 * spread + 0.02)
