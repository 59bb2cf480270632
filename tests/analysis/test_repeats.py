"""The repeat rate by rate and mix, on tables that can be checked by hand, and against drawn buyers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import repeats
from crmreport.stats.estimate import Estimate


def table(**groups: tuple[int, int, int, int]) -> pd.DataFrame:
    """Each group's customers and those who came again: before, then now."""
    rows = []
    for group, (before, again_before, now, again_now) in groups.items():
        rows += [("earlier", group, before, again_before), ("previous", group, now, again_now)]
    return pd.DataFrame(rows, columns=["base", "group", "customers", "again"])


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_every_group_comes_back_as_before_and_yet_the_rate_falls():
    # Half of those who came once return, nine in ten of the others; once 200 and 800, now 800 and 200.
    found = repeats.bridge(
        table(once=(200, 100, 800, 400), often=(800, 720, 200, 180)), minimum=30, rng=rng()
    )

    assert found is not None
    assert (found.before.value, found.now.value) == (0.82, 0.58)
    assert found.change.value == pytest.approx(-0.24)
    assert found.rate.value == pytest.approx(0)
    assert found.mix.value == pytest.approx(-0.24)
    assert repeats.larger(found) == "mix"
    assert found.groups.to_numpy().tolist() == [["once", 0.2, 0.5, 0.8, 0.5], ["often", 0.8, 0.9, 0.2, 0.9]]


def test_the_rate_within_groups():
    found = repeats.bridge(
        table(once=(500, 250, 500, 200), often=(500, 450, 500, 400)), minimum=30, rng=rng()
    )

    assert found is not None
    assert (found.rate.value, found.mix.value) == (pytest.approx(-0.1), pytest.approx(0))
    assert repeats.larger(found) == "rate"


def test_the_parts_add_up():
    found = repeats.bridge(
        table(once=(310, 120, 290, 140), few=(120, 80, 170, 95), often=(60, 55, 40, 30)),
        minimum=30,
        rng=rng(),
    )

    assert found is not None
    assert found.rate.value + found.mix.value == pytest.approx(found.change.value)


def test_chance_is_called_neither():
    found = repeats.bridge(table(once=(50, 25, 50, 23), often=(50, 40, 52, 42)), minimum=30, rng=rng())

    assert found is not None
    assert repeats.larger(found) == "neither"


def test_a_small_group_joins_its_neighbour():
    found = repeats.bridge(
        table(once=(400, 200, 400, 180), few=(90, 50, 80, 40), often=(10, 9, 12, 10)), minimum=30, rng=rng()
    )

    assert found is not None
    assert found.groups["group"].tolist() == ["once", "few"]
    assert found.groups["again_now"].tolist() == [180 / 400, 50 / 92]


@pytest.mark.parametrize(
    "groups",
    [
        {"once": (400, 200, 400, 180)},
        {"once": (400, 200, 400, 180), "often": (9, 9, 9, 9)},
        {"once": (400, 200, 0, 0), "often": (90, 50, 0, 0)},
        {},
    ],
)
def test_one_group_has_no_mix(groups):
    assert repeats.bridge(table(**groups), minimum=30, rng=rng()) is None


@pytest.mark.slow
def test_intervals_hold_the_truth():
    chance = np.random.default_rng(1)
    sizes, rates = np.array([0.6, 0.4]), np.array([0.3, 0.7])
    later, better = np.array([0.5, 0.5]), np.array([0.35, 0.75])
    mix = ((later - sizes) * (rates + better) / 2).sum()
    inside = []
    for _ in range(200):
        counts = []
        for shares, back in ((sizes, rates), (later, better)):
            held = chance.multinomial(800, shares)
            counts.append((held, chance.binomial(held, back)))
        cells = {
            name: tuple(int(value) for held in counts for value in (held[0][place], held[1][place]))
            for place, name in enumerate(("once", "often"))
        }
        found = repeats.bridge(table(**cells), minimum=30, rng=chance)
        assert found is not None
        for one, true in ((found.rate, 0.05), (found.mix, mix)):
            assert one.low is not None
            assert one.high is not None
            inside.append(one.low <= true <= one.high)

    # 400 intervals: 95% of them, give or take three standard errors.
    assert abs(np.mean(inside) - 0.95) < 3 * math.sqrt(0.95 * 0.05 / 400)


def test_the_order_of_rows_does_not_matter():
    rows = table(once=(310, 120, 290, 140), few=(120, 80, 170, 95), often=(60, 55, 40, 30))

    one, other = (
        repeats.bridge(each, minimum=30, rng=rng()) for each in (rows, rows.sample(frac=1, random_state=1))
    )
    assert one is not None
    assert other is not None
    assert one.mix == other.mix
    assert isinstance(one.rate, Estimate)
    pd.testing.assert_frame_equal(one.groups, other.groups)
