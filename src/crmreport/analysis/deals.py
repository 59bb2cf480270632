"""How much is sold on a deal, how deep the discounts are, and how this moves.

Shares are of the revenue of known customers, net of returns. They are censuses; their n is the number
of buyers behind what would be given away: those who bought on the deal.
"""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd

from crmreport.stats.estimate import Estimate

COUPON, DISCOUNT, FULL = "coupon", "discount", "full"
_HIGH, _ALWAYS = 1 / 3, 3 / 4
_UNKNOWN = Estimate(math.nan, 0)


def of_span(deals: pd.DataFrame, span: str) -> pd.DataFrame:
    """The ``buyers``, ``revenue`` and ``discount`` of each kind of deal in one span, zeros included."""
    found = deals[deals["span"] == span].set_index("kind")[["buyers", "revenue", "discount"]]
    return found.reindex([COUPON, DISCOUNT, FULL]).fillna(0.0)


def deal_share(kinds: pd.DataFrame, buyers: int) -> Estimate:
    """The share of a span's revenue that was bought with a coupon or at a discount."""
    return _part(kinds, [COUPON, DISCOUNT], buyers)


def reliance(share: Estimate) -> str:
    """How far revenue depends on deals: ``high`` from a third of it, ``always`` from three quarters,
    else an empty text."""
    return "always" if share.value >= _ALWAYS else "high" if share.value >= _HIGH else ""


def coupon_share(kinds: pd.DataFrame, buyers: int) -> Estimate:
    """The share of revenue bought with a coupon; its n is the buyers with one, or all where none was."""
    return _part(kinds, [COUPON], int(kinds["buyers"][COUPON]) or buyers)


def discount_share(kinds: pd.DataFrame, buyers: int) -> Estimate:
    """The share bought at a discount without a coupon.

    With ``deal_share`` beside it, it gives the coupons' share away: its n is the smaller of the two kinds'.
    """
    some = [int(count) for count in kinds["buyers"][[COUPON, DISCOUNT]] if count]
    return _part(kinds, [DISCOUNT], min(some, default=buyers))


def depth(kinds: pd.DataFrame) -> Estimate:
    """What a discount takes off the full price, on average over what was sold at one without a coupon."""
    at_discount = kinds[kinds.index == DISCOUNT]
    given, full_price = at_discount["discount"].sum(), at_discount[["revenue", "discount"]].sum().sum()
    value = float(given / full_price) if full_price > 0 else math.nan
    return Estimate(value, int(at_discount["buyers"].sum()))


def given(kinds: pd.DataFrame, buyers: int) -> Estimate:
    """What the store's discounts took off, in money, over all kinds; see ``discount_share`` for its n."""
    return Estimate(float(kinds["discount"].sum()), discount_share(kinds, buyers).n)


def _part(kinds: pd.DataFrame, wanted: list[str], n: int) -> Estimate:
    total = kinds["revenue"].sum()
    return Estimate(float(kinds["revenue"][wanted].sum() / total), n) if total > 0 else _UNKNOWN


def change(now: Estimate, before: Estimate) -> Estimate:
    """The difference of two census shares, in points."""
    return Estimate(now.value - before.value, min(now.n, before.n))


def course(months: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """``month`` and ``deal_share``, NaN in months whose deals had fewer than ``minimum`` buyers."""
    on_deal = months[months["kind"] != FULL].groupby("month")
    table = pd.DataFrame(
        {
            "revenue": months.groupby("month")["revenue"].sum(),
            "deal": on_deal["revenue"].sum(),
            "buyers": on_deal["buyers"].max(),  # a buyer of both kinds is one buyer
        }
    ).fillna(0.0)
    share = table["deal"] / table["revenue"].where(table["revenue"] > 0)
    hidden = (table["buyers"] > 0) & (table["buyers"] < minimum)
    return share.mask(hidden).rename("deal_share").reset_index()


def depth_table(depths: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """What was sold at each depth of discount: ``reduction`` (``10–20%``), ``revenue_share``, and ``buyers``.

    From the deepest up, classes of fewer than ``minimum`` buyers are joined to the next; the largest
    number of buyers of one class is a safe count of those of both.
    """
    deepest_first = depths.sort_values("depth", ascending=False)[["depth", "buyers", "revenue"]]
    rows: list[tuple[int, int, float]] = []
    for depth, buyers, revenue in deepest_first.to_numpy(dtype=float):
        if rows and rows[-1][1] < minimum:
            _, fewer, more = rows.pop()
            rows.append((int(depth), max(int(buyers), fewer), revenue + more))
        else:
            rows.append((int(depth), int(buyers), revenue))
    if len(rows) > 1 and rows[-1][1] < minimum:
        (least, _, some), (_, buyers, revenue) = rows.pop(), rows.pop()
        rows.append((least, buyers, revenue + some))
    table = pd.DataFrame(rows[::-1], columns=["depth", "buyers", "revenue"])
    table["reduction"] = _reductions(table["depth"].astype(int).tolist())
    table["revenue_share"] = table["revenue"] / (table["revenue"].sum() or 1.0)
    return table[table["buyers"] >= minimum].reset_index(drop=True)


def _reductions(tenths: list[int]) -> list[str]:
    """What each class of depth spans, from the shallowest: ``< 10%``, ``10–20%``, ``≥ 20%``."""
    percents = [10 * tenth for tenth in tenths]
    spans = [f"{low}–{high}%" if low else f"< {high}%" for low, high in pairwise(percents)]
    return [*spans, *(f"≥ {low}%" for low in percents[-1:])]


def class_share(table: pd.DataFrame) -> Estimate:
    """The share of what was sold at a discount that the largest class of ``depth_table`` has."""
    if table.empty:
        return _UNKNOWN
    largest = table.iloc[int(table["revenue_share"].argmax())]
    return Estimate(float(largest["revenue_share"]), int(largest["buyers"]))
