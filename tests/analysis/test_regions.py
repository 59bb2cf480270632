"""What regions buy, and whose mix moves apart, by hand and against drawn regions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import regions

STEPS = ("step_0", "step_1", "step_2", "step_3")


def table(cells: dict[str, dict[str | None, list[int]]]) -> pd.DataFrame:
    """Buyers by region and category (None: anything), the period first."""
    rows = [
        (region, span, category, buyers)
        for region, categories in cells.items()
        for category, counts in categories.items()
        for span, buyers in zip(STEPS, counts, strict=False)
    ]
    return pd.DataFrame(rows, columns=["region", "span", "category", "buyers"])


# In the north soap grows by ten points a step, in the south it stands at half; balm stands still in both.
MOVED = table(
    {
        "north": {None: [1000] * 4, "soap": [800, 700, 600, 500], "balm": [300] * 4},
        "south": {None: [2000] * 4, "soap": [1000] * 4, "balm": [600] * 4},
    }
)


def test_a_mix_that_moves_by_hand():
    found = regions.by_region(MOVED, STEPS, minimum=30).set_index(["region", "category"])

    assert list(found.index) == [("south", "soap"), ("south", "balm"), ("north", "soap"), ("north", "balm")]
    soap = found.loc[("north", "soap")]
    assert (soap["reach"], soap["elsewhere"]) == (0.8, 0.5)
    assert soap[list(STEPS)].tolist() == [0.8, 0.7, 0.6, 0.5]
    assert soap["gained"] == pytest.approx(0.3)  # from the first step to the period
    assert found.loc[("south", "soap"), "gained"] == pytest.approx(-0.3)
    assert found["tells_gained"].tolist() == [True, False, True, False]
    assert found["tells_apart"].tolist() == [True, False, True, False]
    assert regions.apart(soap).value == pytest.approx(0.3)
    assert regions.gained(soap).n == 1000
    assert regions.tests_of(found) == 8


def test_what_all_regions_have_in_common_is_no_movement_of_one():
    season = table(
        {
            name: {None: [1000] * 4, "soap": [int(1000 * part) for part in (0.6, 0.5, 0.4, 0.3)]}
            for name in ("north", "south", "west")
        }
    )
    found = regions.by_region(season, STEPS, minimum=30)

    assert found["gained"].abs().max() < 1e-9
    assert not found[["tells_apart", "tells_gained"]].any(axis=None)


def test_one_step_tells_no_movement():
    found = regions.by_region(MOVED, STEPS[:1], minimum=30)

    assert found["gained"].isna().all()
    assert found["tells_apart"].any()
    assert not found["tells_gained"].any()
    assert regions.tests_of(found) == 4


def test_small_regions_and_pairs_are_left_out():
    cells = {
        "north": {None: [100] * 4, "soap": [80] * 4, "balm": [29] * 4},
        "south": {None: [90] * 4, "soap": [50] * 4, "balm": [40] * 4},
        "west": {None: [90, 90, 90, 29], "soap": [80] * 4},
    }
    found = regions.by_region(table(cells), STEPS, minimum=30)

    assert found[["region", "category"]].to_numpy().tolist() == [
        ["north", "soap"],
        ["south", "soap"],
        ["south", "balm"],
    ]
    # Balm of the north is not shown, and is in what is elsewhere all the same.
    assert found["elsewhere"].tolist() == [50 / 90, 80 / 100, 29 / 100]
    del cells["south"]
    assert regions.by_region(table(cells), STEPS, minimum=30).empty
    assert regions.by_region(table({}), STEPS, minimum=30).empty


@pytest.mark.slow
def test_chance_alone_moves_no_region():
    chance = np.random.default_rng(5)
    called = 0
    for _ in range(60):
        cells = {}
        for region in ("a", "b", "c", "d"):
            bought: dict[str | None, list[int]] = {
                name: chance.binomial(400, share, size=4).tolist()
                for name, share in (("soap", 0.6), ("balm", 0.3), ("wax", 0.2))
            }
            cells[region] = {None: [400] * 4, **bought}
        found = regions.by_region(table(cells), STEPS, minimum=30)
        called += bool(found[["tells_apart", "tells_gained"]].any(axis=None))

    # At most one world in twenty is expected to have any: of 60, eight or more come once in a hundred.
    assert called <= 7


@pytest.mark.slow
def test_the_interval_of_a_movement_holds_the_truth():
    chance = np.random.default_rng(6)
    inside = []
    for _ in range(300):
        cells = {
            "a": {None: [500] * 4, "soap": [int(chance.binomial(500, p)) for p in (0.5, 0.46, 0.42, 0.38)]},
            "b": {None: [900] * 4, "soap": [int(chance.binomial(900, 0.4)) for _ in range(4)]},
        }
        row = regions.by_region(table(cells), STEPS, minimum=30).set_index("region").loc["a"]
        inside.append(row["low"] <= 0.12 <= row["high"])

    assert abs(np.mean(inside) - 0.95) < 0.04
