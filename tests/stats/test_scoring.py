import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from crmreport.stats.intervals import bootstrap
from crmreport.stats.scoring import auc, brier, by_customer, mean

ROWS = st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=4, max_size=40)


def once(n):
    return np.ones((1, n))


def test_pairs_by_hand():
    # Lost at 3 and 1, staying at 2 and 1: of four pairs two are right, one is wrong, one is a tie.
    found = auc(np.array([3.0, 1.0, 2.0, 1.0]), np.array([True, True, False, False]), once(4))

    assert found == pytest.approx([2.5 / 4])


def test_without_a_pair_there_is_no_auc():
    assert np.isnan(auc(np.array([1.0, 2.0]), np.array([True, True]), once(2))).all()


@given(ROWS)
def test_weights_are_repeated_rows(rows):
    score, hit, times = (np.array(column) for column in zip(*rows, strict=True))
    each = np.repeat(np.arange(len(rows)), times)
    if len(set(hit[each])) == 2:
        found = auc(score.astype(float), hit, times[None, :].astype(float))
        assert found[0] == pytest.approx(roc_auc_score(hit[each], score[each]))


def test_brier_by_hand():
    risk, lost = np.array([0.8, 0.4, 0.1]), np.array([True, False, False])

    assert brier(risk, lost, once(3)) == pytest.approx([(0.04 + 0.16 + 0.01) / 3])
    assert brier(risk, lost, once(3))[0] == pytest.approx(brier_score_loss(lost, risk))
    # The second row counts the middle customer twice and the last not at all.
    assert brier(risk, lost, np.array([[1.0, 2.0, 0.0]])) == pytest.approx([(0.04 + 0.32) / 3])


def test_rows_of_one_customer_are_drawn_together():
    rng = np.random.default_rng(2)
    values = rng.normal(size=50)
    single = bootstrap(lambda w: mean(values, w), 50, rng=np.random.default_rng(7), replicates=500)

    # Each customer five times over says nothing more.
    people = np.repeat(np.arange(50), 5)
    found = by_customer(
        {"mean": lambda w: mean(np.repeat(values, 5), w)}, people, rng=np.random.default_rng(7)
    )["mean"]

    assert (found.n, found.value) == (50, pytest.approx(single.value))
    assert (found.low, found.high) == pytest.approx((single.low, single.high))


def test_a_statistic_that_some_draw_lacks_is_unknown():
    one_lost = np.arange(6) == 0
    statistics = {"auc": lambda w: auc(np.arange(6.0), one_lost, w), "one": lambda w: mean(np.ones(6), w)}

    found = by_customer(statistics, np.arange(6), rng=np.random.default_rng(1))

    assert not found["auc"].known
    assert found["one"].value == found["one"].low == found["one"].high == 1
    assert not by_customer(statistics, np.arange(0), rng=np.random.default_rng(1))["one"].known
