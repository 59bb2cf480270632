"""Where a group's brands stand by price: against their own categories, and quarter by quarter.

``prices`` has ``category``, ``brand_id``, ``quarter`` (1: the cheapest quarter of the category's units),
``revenue`` and ``units``; see ``features.portfolio``. All of it is a census of the window's sales.
"""

from __future__ import annotations

import math

import pandas as pd

QUARTERS = (1, 2, 3, 4)
TIERS = ("value", "middle", "premium")
_COLUMNS = ["brand", "index", *(f"quarter_{quarter}" for quarter in QUARTERS), "tier"]


def price_index(prices: pd.DataFrame, brand: str) -> float:
    """What was paid for the brand's units over what they cost at each category's mean; 1 is the mean.

    The mean is that of all units sold in the category, the brand's own included (a Paasche index). The wrong
    way, revenue over units of everything, would call a brand dear because it sells diapers.
    """
    market = prices.groupby("category")[["revenue", "units"]].sum()
    own = prices[prices["brand_id"] == brand].groupby("category")[["revenue", "units"]].sum()
    at_mean = (own["units"] * (market["revenue"] / market["units"]).reindex(own.index)).sum()
    return float(own["revenue"].sum() / at_mean) if at_mean > 0 else math.nan


def pyramid(prices: pd.DataFrame, buyers: pd.Series, *, minimum: int) -> pd.DataFrame:
    """One row per brand with ``minimum`` of ``buyers`` (by brand), the dearest first.

    ``index`` (see ``price_index``); the shares of its units by quarter of price, ``quarter_1`` to
    ``quarter_4``, a quarter each for a brand like all; its ``tier``: ``premium`` where more than half of its
    units lie in the dearest quarter, ``value`` where three quarters lie in the cheaper two, else ``middle``.
    By revenue nearly every brand would be premium: a unit of the dearest quarter weighs most.
    """
    rows = []
    for brand in buyers.index[buyers >= minimum]:
        own = prices[prices["brand_id"] == brand]
        sums = own.groupby("quarter")["units"].sum().reindex(list(QUARTERS), fill_value=0.0)
        if not sums.sum() > 0:
            continue
        shares = [float(value) for value in sums / sums.sum()]
        rows.append((brand, price_index(prices, str(brand)), *shares, _tier(shares)))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return table.sort_values(["index", "brand"], ascending=[False, True], ignore_index=True)


def _tier(shares: list[float]) -> str:
    return "premium" if shares[3] > 0.5 else "value" if shares[0] + shares[1] > 0.75 else "middle"


def tier_shares(prices: pd.DataFrame, tiers: pd.DataFrame) -> dict[str, float]:
    """The share of the brands' revenue by tier; ``tiers`` is that of ``pyramid``. NaN without any brand."""
    revenue = prices.groupby("brand_id")["revenue"].sum().reindex(tiers["brand"]).to_numpy()
    sums = pd.Series(revenue, index=tiers["tier"]).groupby(level=0).sum().reindex(list(TIERS), fill_value=0.0)
    return {tier: float(sums[tier] / sums.sum()) if sums.sum() > 0 else math.nan for tier in TIERS}
