"""Places ranked with their uncertainty, and the change of an average by place."""

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import places
from crmreport.analysis.mix import rate_and_mix

COLUMNS = ["place", "span", "buyers", "orders", "revenue", "spent", "squares"]


def rng():
    return np.random.default_rng(7)


def stores(truth, *, buyers=40, seed=1):
    """A place for each true mean, with spending of exponential customers."""
    draw, rows = np.random.default_rng(seed), []
    for number, mean in enumerate(truth):
        spent = draw.exponential(mean, buyers)
        rows.append((f"s{number:02d}", "period", buyers, buyers, spent.sum(), spent.sum(), (spent**2).sum()))
    return pd.DataFrame(rows, columns=COLUMNS)


def test_of_places_that_are_alike_none_is_the_best():
    found = places.ranking(stores([20.0] * 30), minimum=30, rng=rng())

    assert found["raw"].max() > 25  # the luckiest
    assert found["shrunk"].max() < 23
    assert found["best"].max() < places.CLEAR
    assert found["best"].sum() == pytest.approx(1)
    spends, best = places.first_of(found)
    assert spends.low < 20 < spends.high
    assert best.n == 40


def test_a_place_apart_is_found():
    found = places.ranking(stores([20.0] * 10 + [60.0]), minimum=30, rng=rng())

    assert found["place"][0] == "s10"
    assert found["best"][0] > places.CLEAR
    assert (found["rank_low"][0], found["rank_high"][0]) == (1, 1)
    assert found["rank_high"][5] - found["rank_low"][5] > 4


def test_small_places_and_too_few_are_not_ranked():
    table = stores([20.0] * 5)
    table.loc[0, "buyers"] = 29

    assert "s00" not in places.ranking(table, minimum=30, rng=rng())["place"].tolist()
    assert places.ranking(table[:2], minimum=1, rng=rng()).empty
    assert not places.first_of(places.ranking(table[:2], minimum=1, rng=rng()))[0].known


def test_the_order_of_rows_does_not_matter():
    table = stores([20.0, 25, 30, 35])
    one, other = (places.ranking(rows, minimum=30, rng=rng()) for rows in (table, table[::-1]))
    pd.testing.assert_frame_equal(one, other)


def test_every_store_grows_and_the_average_falls():
    # Both stores' orders become dearer, 10 to 11 and 30 to 32, but the cheap store takes most orders.
    rows = [
        ("cheap", "previous", 10, 10, 100.0, 0, 0),
        ("cheap", "period", 30, 30, 330.0, 0, 0),
        ("dear", "previous", 10, 10, 300.0, 0, 0),
        ("dear", "period", 10, 10, 320.0, 0, 0),
        ("gone", "previous", 1, 1, 50.0, 0, 0),
        (None, "period", 1, 1, 40.0, 0, 0),
    ]
    table = places.both_spans(pd.DataFrame(rows, columns=COLUMNS))
    found = rate_and_mix(table)

    assert table.index.tolist() == ["cheap", "dear", ""]
    steady = rate_and_mix(table.drop(index=""))
    assert steady["rate"] == pytest.approx(1 * (0.75 + 0.5) / 2 + 2 * (0.25 + 0.5) / 2)
    assert steady["mix"] < -steady["rate"]  # Simpson: the average falls though each store rises
    assert found["rate"] + found["mix"] == pytest.approx(690 / 41 - 450 / 21)
