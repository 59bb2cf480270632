"""The Dirichlet against its published example, on cases worked by hand, and on simulated buying."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.stats import dirichlet
from crmreport.stats.dirichlet import Dirichlet, Incidence, nbd_incidence, nbd_shape

# Toothpaste in the United Kingdom, first quarter of 1973, AGB panel of 5,240 (Goodhardt, Ehrenberg &
# Chatfield 1984, section 3): 56% buy the category, 2.6 times each. The expected figures are those that the
# R package NBDdirichlet 1.4 prints for these brands (its user guide, section 2), to two decimals.
SHARES = np.array([0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02])
BOUGHT = np.array([0.20, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02])
PUBLISHED = {
    "penetration": [0.20, 0.16, 0.09, 0.09, 0.08, 0.07, 0.03, 0.02],
    "rate": [1.82, 1.76, 1.68, 1.68, 1.67, 1.66, 1.62, 1.61],
    "category_rate": [3.16, 3.22, 3.30, 3.30, 3.31, 3.32, 3.37, 3.38],
}
ALSO_BUY = [0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02]


@pytest.fixture(scope="module")
def toothpaste():
    return nbd_incidence(0.56, 2.6)


def own_spread(incidence):
    """The authors' S: each brand's own value, weighted by the brands' shares."""
    alone = Incidence(incidence.counts, np.tile(incidence.weights, (len(SHARES), 1)))
    each = dirichlet.fit(SHARES[:, None], BOUGHT[:, None], alone)
    return float((each * SHARES).sum() / SHARES.sum())


def test_the_published_parameters(toothpaste):
    assert nbd_shape(0.56, 2.6) == pytest.approx(0.78, abs=0.005)
    assert toothpaste.mean == pytest.approx(1.456, abs=1e-6)
    assert toothpaste.buyers == pytest.approx(0.56, abs=1e-6)


def test_the_published_expectations(toothpaste):
    model = Dirichlet(SHARES, np.array(1.3), toothpaste)

    for name, expected in PUBLISHED.items():
        assert np.round(getattr(model, name), 2).tolist() == expected, name
    also = [float(model.both(0, other) / model.penetration[0]) for other in range(1, len(SHARES))]
    assert np.round(also, 2).tolist() == ALSO_BUY


def test_one_equation_over_all_brands_is_close_to_the_mean_of_the_brands_own(toothpaste):
    fitted = float(dirichlet.fit(SHARES, BOUGHT, toothpaste))

    model = Dirichlet(SHARES, np.array(fitted), toothpaste)
    assert model.penetration.sum() == pytest.approx(BOUGHT.sum(), abs=1e-6)
    assert np.abs(model.penetration - BOUGHT).max() < 0.011
    assert own_spread(toothpaste) == pytest.approx(fitted, rel=0.35)


def test_two_purchases_by_hand():
    # Everybody buys twice, two equal brands, S = 2: alpha 1 and 1. The chance that neither purchase is of
    # the first is 1/2 x 2/3 = 1/3: 2/3 buy each, 1/3 both, and each buyer 2 x 1/2 / (2/3) = 1.5 times.
    model = Dirichlet(np.array([0.5, 0.5]), np.array(2.0), Incidence(np.array([2.0]), np.array([1.0])))

    assert model.penetration == pytest.approx([2 / 3, 2 / 3])
    assert model.both(0, 1) == pytest.approx(1 / 3)
    assert model.rate == pytest.approx([1.5, 1.5])
    assert model.category_rate == pytest.approx([2, 2])
    assert model.requirements == pytest.approx([0.75, 0.75])
    assert model.sole == pytest.approx([0.5, 0.5])


def test_a_single_brand_is_bought_by_everybody_who_buys():
    model = Dirichlet(np.array([1.0]), np.array(2.0), Incidence(np.array([0.0, 3.0]), np.array([0.25, 0.75])))

    assert model.penetration == pytest.approx([0.75])
    assert model.sole == pytest.approx([1])


@pytest.mark.parametrize(("penetration", "rate"), [(0.0, 2), (1.0, 2), (0.5, 1.0), (0.9, 1.01)])
def test_what_no_negative_binomial_can_be(penetration, rate):
    with pytest.raises(ValueError, match="no negative binomial"):
        nbd_shape(penetration, rate)


@given(
    parts=st.lists(st.floats(0.05, 1), min_size=2, max_size=6),
    s=st.floats(0.05, 50),
    weights=st.lists(st.floats(0.05, 1), min_size=1, max_size=8),
)
def test_expectations_hang_together(parts, s, weights):
    shares = np.array(parts) / sum(parts)
    incidence = Incidence(np.arange(1.0, len(weights) + 1), np.array(weights) / sum(weights))
    model = Dirichlet(shares, np.array(s), incidence)

    assert (model.penetration > 0).all()
    assert (model.penetration <= 1 + 1e-9).all()
    # What the brands sell is what is bought.
    assert (model.penetration * model.rate).sum() == pytest.approx(incidence.mean)
    # Larger brands are bought by more people, and no less often.
    order = np.argsort(shares)
    assert (np.diff(model.penetration[order]) >= -1e-9).all()
    assert (np.diff(model.rate[order]) >= -1e-9).all()
    # Nobody buys both more often than either.
    assert -1e-9 <= model.both(0, 1) <= model.penetration[:2].min() + 1e-9
    assert (model.sole <= 1 + 1e-9).all()


@given(s=st.floats(0.05, 50), share=st.floats(0.02, 0.6))
def test_the_inverses(s, share):
    incidence = Incidence(np.array([1.0, 3, 8]), np.array([0.5, 0.3, 0.2]))
    shares = np.array([share, 1 - share])
    bought = dirichlet.penetrations(shares, np.array(s), incidence)

    assert float(dirichlet.fit(shares, bought, incidence)) == pytest.approx(s, rel=1e-3)
    assert dirichlet.share_at(bought, np.array(s), incidence) == pytest.approx(shares, abs=1e-5)


def simulated(rng, people, *, mean, k, alphas):
    """Purchases by brand (columns) of people who follow the model."""
    counts = rng.poisson(rng.gamma(k, mean / k, people))
    return np.array([rng.multinomial(n, rng.dirichlet(alphas)) for n in counts])


def test_simulated_buying_gives_back_its_parameters():
    alphas = np.array([0.6, 0.3, 0.2, 0.1])
    bought = simulated(np.random.default_rng(5), 20_000, mean=2.0, k=0.8, alphas=alphas)
    totals = bought.sum(axis=1)
    counts, people = np.unique(totals, return_counts=True)
    incidence = Incidence(counts.astype(float), people / people.sum())

    buys = (bought > 0).mean(axis=0)
    s = float(dirichlet.fit(bought.sum(axis=0) / bought.sum(), buys, incidence))

    assert s == pytest.approx(alphas.sum(), rel=0.06)
    assert nbd_shape(float((totals > 0).mean()), totals.sum() / (totals > 0).sum()) == pytest.approx(
        0.8, rel=0.05
    )
    model = Dirichlet(bought.sum(axis=0) / bought.sum(), np.array(s), incidence)
    both = ((bought[:, 0] > 0) & (bought[:, 1] > 0)).mean()
    assert float(model.both(0, 1)) == pytest.approx(both, rel=0.06)
    assert model.rate == pytest.approx(bought.sum(axis=0) / (bought > 0).sum(axis=0), rel=0.05)
