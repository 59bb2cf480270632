"""The published results on CDNOW, to the last digit that was printed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmreport.stats.btyd import BetaGeoNBD, GammaGamma, ModifiedBetaGeoNBD, ParetoNBD
from tests.stats.btyd import cdnow


@pytest.fixture(scope="module")
def histories() -> dict[str, pd.Series]:
    table = cdnow.summary()
    assert len(table) == 2357
    return {name: table[name] for name in ("frequency", "recency", "T")}


def test_beta_geo(histories: dict[str, pd.Series]) -> None:
    fit = BetaGeoNBD.fit(**histories)
    assert list(fit.params) == ["r", "alpha", "a", "b"]
    assert list(fit.params.values()) == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=5e-4)
    assert fit.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert fit.problems == ()
    again = fit.expected_purchases(39, frequency=2, recency=30.43, T=38.86)
    assert again == pytest.approx([1.226], abs=5e-4)


def test_pareto(histories: dict[str, pd.Series]) -> None:
    fit = ParetoNBD.fit(**histories)
    assert list(fit.params) == ["r", "alpha", "s", "beta"]
    assert list(fit.params.values()) == pytest.approx([0.553, 10.578, 0.606, 11.669], abs=0.002)
    assert fit.log_likelihood == pytest.approx(-9595.0, abs=0.05)
    assert fit.problems == ()


def test_modified_beta_geo_is_close_to_its_siblings_and_lets_single_buyers_leave(
    histories: dict[str, pd.Series],
) -> None:
    fit = ModifiedBetaGeoNBD.fit(**histories)
    # The BG/NBD and the Pareto/NBD bound it on these data (Hoppe & Wagner 2007 find the same).
    assert -9595.0 < fit.log_likelihood < -9575.0
    once = {"frequency": 0, "recency": 0, "T": 38.86}
    assert 0.2 < fit.probability_alive(**once)[0] < 0.6
    assert BetaGeoNBD.fit(**histories).probability_alive(**once)[0] == 1


def test_gamma_gamma() -> None:
    table = cdnow.spending()
    table = table[table["x"] > 0]
    fit = GammaGamma.fit(table["x"], table["zbar"])
    assert len(table) == 946
    assert list(fit.params) == ["p", "q", "gamma"]
    assert list(fit.params.values()) == pytest.approx([6.25, 3.74, 15.44], abs=0.01)
    assert fit.log_likelihood == pytest.approx(-4055.92, abs=0.01)


def test_holdout_by_purchases_in_the_calibration_period(histories: dict[str, pd.Series]) -> None:
    """The 39 weeks after: Fader, Hardie & Lee 2005, figure on conditional expectations."""
    days = cdnow.purchases().drop_duplicates()
    after = days[days["day"] > pd.Timestamp("1997-09-30")].groupby("customer").size()
    first = days.groupby("customer")["day"].min()
    actual = after.reindex(first.index, fill_value=0).to_numpy()
    expected = BetaGeoNBD.fit(**histories).expected_purchases(39, **histories)
    cells = np.minimum(histories["frequency"], 7)
    found = pd.DataFrame({"actual": actual, "expected": expected}).groupby(cells.to_numpy())
    assert found.size().tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert found["actual"].mean().tolist() == pytest.approx(
        [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359], abs=0.0006
    )
    assert found["expected"].mean().tolist() == pytest.approx(
        [0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157], abs=0.002
    )
