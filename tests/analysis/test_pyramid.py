"""Prices against the brands' own categories, on a table that can be checked by hand."""

import math

import pandas as pd
import pytest

from crmreport.analysis import pyramid

# Soap costs 2 on average (60 for 30), diapers 20 (100 for 5). North sells dear soap, south cheap diapers.
PRICES = pd.DataFrame(
    [
        ("soap", "north", 4, 40.0, 10),
        ("soap", None, 1, 20.0, 20),
        ("diapers", "south", 1, 30.0, 2),
        ("diapers", None, 4, 70.0, 3),
    ],
    columns=["category", "brand_id", "quarter", "revenue", "units"],
)
BUYERS = pd.Series({"north": 40, "south": 50, "east": 60})


def test_the_index_is_against_the_brands_own_categories():
    assert pyramid.price_index(PRICES, "north") == pytest.approx(40 / (10 * 2))
    assert pyramid.price_index(PRICES, "south") == pytest.approx(30 / (2 * 20))
    assert math.isnan(pyramid.price_index(PRICES, "east"))


def test_the_pyramid_by_hand():
    found = pyramid.pyramid(PRICES, BUYERS, minimum=30)

    assert found["brand"].tolist() == ["north", "south"]  # per unit the maker of diapers would be the dearer
    assert found["quarter_4"].tolist() == [1, 0]
    assert found["quarter_1"].tolist() == [0, 1]
    assert found["tier"].tolist() == ["premium", "value"]
    assert pyramid.tier_shares(PRICES, found) == pytest.approx(
        {"value": 30 / 70, "middle": 0, "premium": 40 / 70}
    )


def test_a_brand_with_few_buyers_is_not_told():
    assert pyramid.pyramid(PRICES, BUYERS, minimum=45)["brand"].tolist() == ["south"]
    assert pyramid.pyramid(PRICES[:0], BUYERS, minimum=1).empty


@pytest.mark.parametrize(
    ("shares", "tier"),
    [
        ([0.0, 0.1, 0.39, 0.51], "premium"),
        ([0.4, 0.36, 0.0, 0.24], "value"),
        ([0.3, 0.45, 0.25, 0.0], "middle"),
        ([0.25, 0.25, 0.25, 0.25], "middle"),
        ([0.0, 0.0, 0.5, 0.5], "middle"),
    ],
)
def test_tiers_go_by_units(shares, tier):
    # The dearest quarter brings most of the revenue whatever the brand, so revenue tells no tier.
    rows = [("soap", "north", place + 1, 100.0 * 9**place, 100 * part) for place, part in enumerate(shares)]
    prices = pd.DataFrame(rows, columns=PRICES.columns)
    assert pyramid.pyramid(prices, BUYERS, minimum=1)["tier"].tolist() == [tier]
