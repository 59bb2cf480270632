"""What holds of every model: exact gradients, probabilities that come true, no use of order or units."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.optimize import check_grad
from scipy.stats import beta as beta_law
from scipy.stats import gamma as gamma_law

from crmreport.stats.btyd import BetaGeoNBD, GammaGamma, ModifiedBetaGeoNBD, ParetoNBD
from crmreport.stats.btyd import beta_geo as beta_geo_module
from crmreport.stats.btyd import gamma_gamma as gamma_gamma_module
from crmreport.stats.btyd import histories as histories_module
from crmreport.stats.btyd import pareto as pareto_module
from crmreport.stats.btyd.histories import grouped
from tests.stats.btyd import worlds

MODELS = (BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD)
HISTORIES = {
    "frequency": np.array([0, 0, 1, 1, 2, 3, 7, 40, 300.0]),
    "recency": np.array([0, 0, 3, 20, 30.43, 12, 38, 39, 38.9]),
    "T": np.array([38.86, 27, 38.86, 38.86, 38.86, 32, 38.86, 39, 39]),
}


def likelihoods():
    one = grouped(**HISTORIES, weights=np.arange(1, 10))
    yield "beta_geo", beta_geo_module._Likelihood(one, 0)
    yield "modified_beta_geo", beta_geo_module._Likelihood(one, 1)
    yield "pareto", pareto_module._Likelihood(one)


@pytest.mark.parametrize(("name", "likelihood"), list(likelihoods()))
@pytest.mark.parametrize("values", [(0.5, 6, 0.6, 2.0), (2.0, 0.3, 1.4, 0.05), (0.1, 50, 3.0, 90)])
def test_the_gradient_is_the_slope(name, likelihood, values) -> None:
    start = np.array(values, dtype=float)
    # Second-order differences: what is left over is rounding.
    for at in range(4):
        step = np.zeros(4)
        step[at] = 1e-5 * start[at]
        slope = (likelihood(start + step)[0] - likelihood(start - step)[0]) / (2 * step[at])
        assert likelihood(start)[1][at] == pytest.approx(slope, rel=2e-5, abs=1e-4)


def test_the_gradient_of_spending_is_the_slope() -> None:
    x, z, weights = np.array([1, 2, 9.0]), np.array([0.2, 1, 3.0]), np.array([5, 2, 1.0])
    error = check_grad(
        lambda values: gamma_gamma_module._likelihood(values, x, z, weights)[0],
        lambda values: gamma_gamma_module._likelihood(values, x, z, weights)[1],
        np.array([6.0, 3.7, 0.4]),
    )
    assert error < 1e-4


def test_pareto_likelihood_by_another_way() -> None:
    """The mixture over both rates, integrated numerically over lifetime and leaving rate."""
    r, alpha, s, beta = 0.55, 10.6, 0.61, 11.7
    x, t_x, end = 2, 30.43, 38.86

    def buys(u: float) -> float:
        """Density of the purchases of somebody alive for u, over buying rates."""
        return quad(
            lambda rate: rate**x * np.exp(-rate * u) * gamma_law.pdf(rate, r, scale=1 / alpha), 0, 20
        )[0]

    def lives(u: float) -> float:
        return s / beta * (beta / (beta + u)) ** (s + 1)

    whole = (beta / (beta + end)) ** s * buys(end) + quad(lambda u: lives(u) * buys(u), t_x, end)[0]
    likelihood = pareto_module._Likelihood(grouped([x], [t_x], [end], None))
    assert likelihood(np.array([r, alpha, s, beta]))[0] == pytest.approx(np.log(whole), rel=1e-7)


CASES = ((0, 0, 40), (5, 39.9, 40), (400, 1.0, 40), (3, 0.001, 40), (0, 0, 0.01), (2, 40, 40))
RATES = ((0.5, 10, 0.6, 11), (2, 0.01, 0.3, 40), (0.3, 30, 1.5, 0.002), (60, 90, 0.02, 1))


@pytest.mark.parametrize(("x", "t_x", "end"), CASES)
@pytest.mark.parametrize("values", RATES)
def test_the_integral_of_pareto_against_adaptive_quadrature(x, t_x, end, values) -> None:
    r, alpha, s, beta = values
    history = (np.array([float(value)]) for value in (x, t_x, end))
    found = pareto_module._log_integral(np.array(values, dtype=float), *history)[0][0]
    if t_x == end:
        assert found == -np.inf
        return
    top = -(r + x) * np.log(alpha + t_x) - (s + 1) * np.log(beta + t_x)

    def integrand(u: float) -> float:
        return np.exp(-(r + x) * np.log(alpha + u) - (s + 1) * np.log(beta + u) - top)

    scale = min((alpha + t_x) / (r + x), beta + t_x)
    steps = t_x + scale * np.array([0, 0.1, 1, 3, 10, 40, 200, 1e4])
    edges = np.unique(np.append(np.clip(steps, t_x, end), end))
    whole = sum(quad(integrand, low, high, epsrel=1e-11)[0] for low, high in pairwise(edges))
    assert found - top == pytest.approx(np.log(whole), abs=1e-7)


@pytest.mark.parametrize("model", [BetaGeoNBD, ModifiedBetaGeoNBD])
@pytest.mark.parametrize("a", [0.4, 1.0, 1.7])
def test_expected_purchases_of_beta_geo_by_another_way(model, a) -> None:
    """E[purchases | rate, leaving, alive] = (1 - exp(-rate leaving t)) / leaving, mixed over both laws."""
    r, alpha, b, end, ahead = 0.8, 5.0, 1.9, 30.0, 26.0
    fit = model({"r": r, "alpha": alpha, "a": a, "b": b}, {}, 0.0, 1)
    for x, t_x in ((0, 0.0), (3, 21.0)):
        # Those alive at T with x purchases left at none of their chances.
        left = x + fit._chances
        rates = gamma_law(r + x, scale=1 / (alpha + end))
        leaving = beta_law(a, b + left)

        def ahead_of(p: float, rates=rates, leaving=leaving) -> float:
            # E over rates of exp(-rate p t) is a Laplace transform of the gamma law.
            reached = 1 - (1 + p * ahead / (alpha + end)) ** -rates.args[0]
            return reached / p * leaving.pdf(p)

        expected = quad(ahead_of, 0, 1, limit=200)[0]
        alive = fit.probability_alive(frequency=x, recency=t_x, T=end)
        found = fit.expected_purchases(ahead, frequency=x, recency=t_x, T=end)
        assert found == pytest.approx(alive * expected, rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_neither_order_nor_rows_nor_unit_matter(model) -> None:
    rng = np.random.default_rng(5)
    seen, _ = worlds.pareto(rng, 3000, r=0.8, alpha=6, s=0.7, beta=9, T=40)
    seen = {name: np.round(values, 1) for name, values in seen.items()}
    seen["recency"] = np.where(seen["frequency"] > 0, np.maximum(seen["recency"], 0.1), 0)
    fit = model.fit(**seen)
    order = rng.permutation(3000)
    assert model.fit(**{name: values[order] for name, values in seen.items()}) == fit
    rows = np.unique(np.array(list(seen.values())), axis=1, return_counts=True)
    grouped_fit = model.fit(*rows[0], weights=rows[1])
    assert grouped_fit.params == pytest.approx(fit.params, rel=1e-5)
    assert grouped_fit.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-6)
    in_days = model.fit(seen["frequency"], seen["recency"] * 7, seen["T"] * 7)
    for name, value in fit.params.items():
        unit = 7 if name in ("alpha", "beta") else 1
        assert in_days.params[name] == pytest.approx(value * unit, rel=1e-4)
    bought = seen["frequency"].sum()
    assert in_days.log_likelihood == pytest.approx(fit.log_likelihood - bought * np.log(7), abs=1e-3)


@pytest.mark.parametrize("model", MODELS)
def test_heavy_buyers_and_long_horizons_stay_finite(model) -> None:
    rng = np.random.default_rng(11)
    seen, _ = worlds.pareto(rng, 2000, r=0.8, alpha=1, s=0.7, beta=9, T=40)
    fit = model.fit(**seen)
    for horizon in (0, 0.01, 39, 5000):
        found = fit.expected_purchases(horizon, **HISTORIES)
        assert np.isfinite(found).all()
        assert (found >= 0).all()
    assert_allclose(fit.expected_purchases(0, **HISTORIES), 0, atol=1e-12)
    alive = fit.probability_alive(**HISTORIES)
    assert ((alive >= 0) & (alive <= 1)).all()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("history", "problem"),
    [
        (([1], [5], [4]), "between 0 and T"),
        (([-1], [0], [4]), "whole numbers"),
        (([1.5], [2], [4]), "whole numbers"),
        (([0], [2], [4]), "recency must be 0"),
        (([2], [0], [4]), "above 0"),
        (([0], [0], [0]), "T must be positive"),
        (([0], [0], [np.nan]), "finite"),
        (([], [], []), "no customer"),
        (([1, 2], [1], [4]), "one value each"),
    ],
)
def test_an_impossible_history_is_named(model, history, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        model.fit(*history)


def test_bad_spending_is_named() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        GammaGamma.fit([0, 2], [0, 3])
    with pytest.raises(ValueError, match="positive where"):
        GammaGamma.fit([1, 2], [-1, 3])
    with pytest.raises(ValueError, match="weights"):
        GammaGamma.fit([1, 2], [1, 3], weights=[1, 0])


def test_expected_spend_lies_between_own_and_common_mean() -> None:
    fit = GammaGamma({"p": 6.25, "q": 3.74, "gamma": 15.44}, {}, 0.0, 946)
    common = fit.expected_spend(frequency=0, monetary=0)[0]
    assert common == pytest.approx(6.25 * 15.44 / 2.74)
    assert 22.35 < fit.expected_spend(frequency=2, monetary=22.35)[0] < common
    assert fit.expected_spend(frequency=5000, monetary=22.35)[0] == pytest.approx(22.35, rel=1e-3)


def test_where_nobody_leaves_the_boundary_is_named() -> None:
    rng = np.random.default_rng(3)
    seen, _ = worlds.pareto(rng, 3000, r=1.2, alpha=4, s=1, beta=1e9, T=60)
    assert "boundary" in BetaGeoNBD.fit(**seen).problems
    # Here only s / beta is seen to be next to nothing, of which neither has a value of its own.
    assert ParetoNBD.fit(**seen).problems


@pytest.mark.parametrize("model", MODELS)
def test_many_histories_reach_the_maximum_of_all_of_them(model, monkeypatch) -> None:
    """A sample shows where to look; what is found is the maximum that the whole search finds."""
    rng = np.random.default_rng(8)
    seen, _ = worlds.pareto(rng, 3_000, r=0.8, alpha=6, s=0.7, beta=9, T=40)
    whole = model.fit(**seen)
    monkeypatch.setattr(histories_module, "_FEW", 500)
    fit = model.fit(**seen)
    assert fit.params == pytest.approx(whole.params, rel=1e-5)
    assert fit.standard_errors == pytest.approx(whole.standard_errors, rel=1e-4)
    assert fit.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-6)
    assert fit.problems == whole.problems == ()


def test_a_sample_keeps_the_weights() -> None:
    x = np.arange(1, 50_001)
    whole = grouped(x % 7 + 1, x / 50_001, np.ones(50_000), np.where(x == 7, 1e5, 1.0))
    part = whole.sample()
    assert part is not None
    assert part.total == histories_module._FEW
    heavy = whole.weights.argmax()
    drawn = part.weights[part.recency == whole.recency[heavy]].sum()
    assert drawn / part.total == pytest.approx(whole.weights[heavy] / whole.total, abs=2e-4)
    assert grouped([1], [1], [2], None).sample() is None


@pytest.mark.parametrize("model", MODELS)
def test_expected_repeats_begin_at_the_first_purchase(model) -> None:
    """They are the mean, over customers alive for a time unlike, of what is drawn from the first day on."""
    names = ("r", "alpha", "s", "beta") if model is ParetoNBD else ("r", "alpha", "a", "b")
    fit = model(dict(zip(names, (0.8, 6.0, 0.9, 3.0), strict=True)), {}, 0.0, 1)
    found = fit.expected_repeats([0.0, 10.0, 40.0])
    assert found[0] == 0
    assert found[1] < found[2]
    newborn = {"frequency": np.zeros(1), "recency": np.zeros(1), "T": np.full(1, 1e-6)}
    drawn = fit.draw_purchases(40.0, **newborn, rng=np.random.default_rng(2), draws=60_000)
    assert drawn.mean() == pytest.approx(found[2], rel=0.05)


@pytest.mark.parametrize("model", MODELS)
def test_purchases_drawn_have_the_expected_mean(model) -> None:
    names = ("r", "alpha", "s", "beta") if model is ParetoNBD else ("r", "alpha", "a", "b")
    fit = model(dict(zip(names, (0.8, 6.0, 0.9, 3.0), strict=True)), {}, 0.0, 1)
    known = {"frequency": np.array([0, 3, 9.0]), "recency": np.array([0, 20, 39.0]), "T": np.full(3, 40.0)}
    drawn = fit.draw_purchases(26.0, **known, rng=np.random.default_rng(4), draws=40_000)
    assert drawn.mean(axis=0) == pytest.approx(fit.expected_purchases(26.0, **known), rel=0.06)


def test_spending_drawn_has_the_expected_mean() -> None:
    fit = GammaGamma({"p": 6.25, "q": 6.0, "gamma": 15.44}, {}, 0.0, 946)
    past = {"frequency": np.array([0.0, 4.0]), "monetary": np.array([0.0, 30.0])}
    bought = np.tile(np.array([2, 3]), (40_000, 1))
    drawn = fit.draw_spend(bought, **past, rng=np.random.default_rng(6))
    assert drawn.mean(axis=0) == pytest.approx(np.array([2, 3]) * fit.expected_spend(**past), rel=0.03)
    assert (fit.draw_spend(np.zeros((5, 2), dtype=np.int64), **past, rng=np.random.default_rng(6)) == 0).all()


def test_the_covariance_is_that_of_the_logarithms() -> None:
    rng = np.random.default_rng(8)
    seen, _ = worlds.pareto(rng, 2000, r=0.8, alpha=6, s=0.7, beta=9, T=40)
    fit = BetaGeoNBD.fit(**seen)
    errors = np.sqrt(np.diag(fit.covariance)) * np.array(list(fit.params.values()))
    assert list(fit.standard_errors.values()) == pytest.approx(errors.tolist())


def test_customers_all_alike_identify_no_spread() -> None:
    assert BetaGeoNBD.fit([0] * 50, [0] * 50, [10] * 50).problems


@pytest.mark.parametrize("model", [BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD])
def test_a_model_made_first_fits_as_the_class_does(model) -> None:
    x, recency, T = [0, 2, 5, 1, 0, 3, 0, 9], [0, 20, 38, 4, 0, 30, 0, 39], [39] * 8
    assert model().fit(x, recency, T) == model.fit(x, recency, T)
    with pytest.raises(ValueError, match="not fitted"):
        model().expected_purchases(10, frequency=[2], recency=[20], T=[39])
    with pytest.raises(ValueError, match="not fitted"):
        model().probability_alive(frequency=[2], recency=[20], T=[39])
