"""Typical buyers of categories and who spends more, on customers made for it."""

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis import habits
from crmreport.stats.estimate import Estimate


def described(people=400):
    """Half young, half old, which says all; north and south, which says nothing."""
    ids = [f"c{number:03d}" for number in range(people)]
    return pd.DataFrame(
        {
            "age": ["young", "old"] * (people // 2),
            "region": ["north", "north", "south", "south"] * (people // 4),
        },
        index=ids,
    )


def bought(profiles):
    """All buy soap, of the young three in four buy balm, of the old one in four."""
    draw = np.random.default_rng(1).random(len(profiles))
    balm = np.where(profiles["age"] == "young", draw < 0.75, draw < 0.25)
    # A quarter of each group, whatever it is, does not buy soap.
    soap = np.arange(len(profiles)) % 16 < 12
    rows = [(name, "soap", 9.0) for name in profiles.index[soap]]
    rows += [(name, "balm", 5.0) for name in profiles.index[balm]]
    return pd.DataFrame(rows, columns=["customer_id", "category", "revenue"])


def test_only_what_differs_beyond_chance_is_typical():
    profiles = described()
    found = habits.typical_buyers(bought(profiles), profiles, minimum=30)

    told = found[found["tells"]]
    assert told[["category", "attribute", "value"]].to_numpy().tolist() == [
        ["balm", "age", "young"],
        ["balm", "age", "old"],
    ]
    assert told["index"].iloc[0] == pytest.approx(1.5, abs=0.1)
    assert told["low"].iloc[0] > 0.5 > told["high"].iloc[1]


def test_a_category_that_everybody_buys_has_no_typical_buyers():
    profiles = described(80)
    held = bought(profiles).query("category == 'soap'")
    everybody = pd.DataFrame({"customer_id": profiles.index, "category": "all", "revenue": 1.0})

    assert "all" not in set(
        habits.typical_buyers(pd.concat([held, everybody]), profiles, minimum=5)["category"]
    )
    assert habits.typical_buyers(held[:0], profiles, minimum=5).empty
    assert habits.typical_buyers(held, profiles[:0], minimum=5).empty


def test_who_spends_more():
    profiles = described()
    spread = np.random.default_rng(2).exponential(10, len(profiles))
    revenue = pd.Series(np.where(profiles["age"] == "old", 3.0, 1.0) * spread, index=profiles.index)

    found = habits.spend_by(revenue, profiles, minimum=30)
    by = found.set_index("value")
    assert by["tells"].to_dict() == {"young": True, "old": True, "north": False, "south": False}
    old = revenue[profiles["age"] == "old"]
    assert by["mean"]["old"] == pytest.approx(old.mean())
    # Student's 97.5% quantile with 199 degrees of freedom is 1.972.
    assert by["high"]["old"] - by["mean"]["old"] == pytest.approx(1.97196 * old.std() / 200**0.5, rel=1e-4)
    assert habits.clearest(found)["value"].tolist() == ["old", "young"]
    assert habits.spends(by.loc["old"]) == Estimate(
        by["mean"]["old"], 200, by["low"]["old"], by["high"]["old"], 0.95
    )


def test_small_groups_are_merged_and_where_nothing_tells_nothing_is_clearest():
    profiles = pd.DataFrame({"home": ["own"] * 50 + ["rent"] * 45 + ["boat"] * 5}, index=range(100))
    found = habits.spend_by(pd.Series(np.arange(100) % 7, index=range(100)), profiles, minimum=30)

    assert found["value"].tolist() == ["own", "others"]
    assert found["buyers"].tolist() == [50, 50]
    assert habits.clearest(found).empty
    assert habits.spend_by(pd.Series(1.0, index=range(100)), profiles, minimum=30).empty
    assert habits.clearest(habits.spend_by(pd.Series(dtype=float), profiles, minimum=30)).empty
