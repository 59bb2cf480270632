"""What campaigns reached, who redeemed, and why that is no effect.

Nothing here compares what a campaign did with what would have been without it: whoever chose the
contacts chose by past buying. ``groups`` shows how far apart the two were before it began.
"""

from __future__ import annotations

import math

import pandas as pd
from scipy.stats import t
from statsmodels.stats.proportion import proportions_ztest

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share
from crmreport.stats.multiple import benjamini_hochberg

GROUPS = ("contacted", "others")
WHEN = ("before", "during")
CONFIDENCE = 0.95
_LEVEL = 0.05
_UNKNOWN = Estimate(math.nan, 0)


def shares(customers: int, touches: pd.DataFrame) -> dict[str, Estimate]:
    """Shares of the customers with Wilson intervals, from one row a customer and campaign.

    ``contacted_share``; ``redeemers_share``: redeemed a coupon of whatever product; ``own_redeemers_share``:
    one of the scope's own products; and ``redemption_rate``: of the contacted, those who redeemed. All are
    unknown without touches; those of redemptions where nobody recorded them.
    """
    if touches.empty:
        return dict.fromkeys(
            ("contacted_share", "redeemers_share", "own_redeemers_share", "redemption_rate"), _UNKNOWN
        )
    by_customer = touches.groupby("customer_id").agg(
        contacted=("contacted", "max"),
        redemptions=("redemptions", "max"),
        own_redemptions=("own_redemptions", "max"),
    )
    contacted = by_customer["contacted"].astype(bool)
    return {
        "contacted_share": share(int(contacted.sum()), customers),
        "redeemers_share": _having(by_customer["redemptions"], customers),
        "own_redeemers_share": _having(by_customer["own_redemptions"], customers),
        "redemption_rate": _having(by_customer["redemptions"][contacted], int(contacted.sum())),
    }


def _having(counts: pd.Series, of: int) -> Estimate:
    return share(int((counts > 0).sum()), of) if counts.notna().any() else _UNKNOWN


def own_share(touches: pd.DataFrame) -> Estimate:
    """The share of all coupons redeemed that were for the scope's own products; a census.

    Its n is the customers who redeemed one of these, or all who redeemed where nobody did.
    """
    if touches.empty or touches["own_redemptions"].isna().all():
        return _UNKNOWN
    by_customer = touches.groupby("customer_id")[["redemptions", "own_redemptions"]].sum()
    redeemers, own = (int((by_customer[name] > 0).sum()) for name in by_customer)
    total = by_customer["redemptions"].sum()
    value = by_customer["own_redemptions"].sum() / total if total else math.nan
    return Estimate(float(value), own or redeemers)


def rates(reach: pd.DataFrame, *, as_of: pd.Timestamp, minimum: int) -> pd.DataFrame:
    """The redemption rate of each campaign that has ended, best first: ``rate``, ``low``, ``high``.

    Campaigns that contacted fewer than ``minimum`` customers are left out. ``stands_out``: whether the
    rate lies above that of the other campaigns together by more than chance allows, in score tests
    under Benjamini and Hochberg (1995).
    """
    if reach.empty or reach["redeemers"].isna().all():
        empty = pd.DataFrame(columns=[*reach.columns, "rate", "low", "high", "stands_out"])
        return empty.astype({"contacted": "int64", "rate": "float64", "stands_out": "bool"})
    ended = reach[(reach["ends_on"] <= as_of) & (reach["contacted"] >= minimum)]
    table = ended.sort_values("campaign_id").copy()
    found = [share(int(a), int(n)) for a, n in zip(table["redeemers"], table["contacted"], strict=True)]
    for name in ("low", "high"):
        table[name] = [getattr(one, name) for one in found]
    table["rate"] = [one.value for one in found]
    table["stands_out"] = _stand_out(table["redeemers"].astype(int), table["contacted"].astype(int))
    table = table.astype({"stands_out": "bool"})
    return table.sort_values("rate", ascending=False, kind="stable").reset_index(drop=True)


def _stand_out(redeemers: pd.Series, contacted: pd.Series) -> list[bool]:
    if len(redeemers) < 2 or not 0 < redeemers.sum() < contacted.sum():
        return [False] * len(redeemers)
    pairs = list(zip(redeemers, contacted, strict=True))
    all_redeemers, all_contacted = int(redeemers.sum()), int(contacted.sum())
    tests = [
        proportions_ztest([a, all_redeemers - a], [n, all_contacted - n], alternative="larger")[1]
        for a, n in pairs
    ]
    return [bool(one) for one in benjamini_hochberg(tests, level=_LEVEL)]


def widest(reach: pd.DataFrame, groups: pd.DataFrame, *, as_of: pd.Timestamp) -> str | None:
    """The campaign that contacted most customers, of those that have ended and have a time before them."""
    if groups.empty:
        return None
    known = reach[reach["campaign_id"].isin(groups["campaign_id"]) & (reach["ends_on"] <= as_of)]
    order = known.sort_values(["contacted", "campaign_id"], ascending=[False, True])
    return str(order["campaign_id"].iloc[0]) if len(order) else None


def spending(
    groups: pd.DataFrame, reach: pd.DataFrame, campaign: str | None, customers: int
) -> dict[str, Estimate]:
    """What a customer spent a week, ``before`` and ``during`` a campaign, by group: ``contacted.before``
    and so on, with Student's interval of the mean. Those who spent nothing count with nothing."""
    if campaign is None:
        return {f"{group}.{when}": _UNKNOWN for group in GROUPS for when in WHEN}
    contacted = int(reach.set_index("campaign_id")["contacted"][campaign])
    rows = groups[groups["campaign_id"] == campaign].set_index("contacted")
    sizes = {"contacted": contacted, "others": customers - contacted}
    weeks = float(rows["days"].iloc[0]) / 7
    found = {}
    for group in GROUPS:
        for when in WHEN:
            inside = group == "contacted"
            spent = rows[rows.index == inside]
            total, squares = float(spent[when].sum()), float(spent[f"{when}_squares"].sum())
            found[f"{group}.{when}"] = _mean(sizes[group], total / weeks, squares / weeks**2)
    return found


def _mean(n: int, total: float, squares: float) -> Estimate:
    if n < 2:
        return Estimate(math.nan, n)
    mean = total / n
    error = math.sqrt(max(squares - n * mean**2, 0.0) / (n - 1) / n)
    reach = float(t.ppf((1 + CONFIDENCE) / 2, n - 1)) * error
    return Estimate(mean, n, mean - reach, mean + reach, CONFIDENCE)


def gap(one: Estimate, other: Estimate) -> Estimate:
    """The difference of two means with Welch's interval, its degrees of freedom those of the smaller n."""
    if one.low is None or other.low is None:
        return Estimate(math.nan, min(one.n, other.n))
    n = min(one.n, other.n)
    errors = [
        (e.value - e.low) / float(t.ppf((1 + CONFIDENCE) / 2, e.n - 1))
        for e in (one, other)
        if e.low is not None
    ]
    reach = float(t.ppf((1 + CONFIDENCE) / 2, n - 1)) * math.hypot(*errors)
    value = one.value - other.value
    return Estimate(value, n, value - reach, value + reach, CONFIDENCE)


def times(one: Estimate, other: Estimate) -> Estimate:
    """How many times the other's mean one's is; a census of these customers."""
    known = one.known and other.known and other.value > 0
    return Estimate(one.value / other.value if known else math.nan, min(one.n, other.n))


def tier_share(table: pd.DataFrame, tier: str, measure: str) -> Estimate:
    """One tier's share of a measure of ``tiers``, a census; that of redemptions rests on who redeemed."""
    if tier not in table.index or not table[measure].sum():
        return _UNKNOWN
    n = table["redeemers" if measure == "redemptions" else "customers"][tier]
    return Estimate(float(table[f"{measure}_share"][tier]), int(n))


def tier_gap(table: pd.DataFrame, tier: str) -> Estimate:
    """A tier's share of the redemptions less its share of the revenue, in points; a census."""
    redemptions, revenue = tier_share(table, tier, "redemptions"), tier_share(table, tier, "revenue")
    return Estimate(redemptions.value - revenue.value, redemptions.n)


def tiers(customers: pd.DataFrame, classes: pd.Series, touches: pd.DataFrame) -> pd.DataFrame:
    """Each value class's shares: of customers, revenue, contacts, redemptions; in order of the classes.

    ``customers`` and ``classes`` are aligned; ``touches`` holds ``customer_id``, ``contacts`` and
    ``redemptions``. Also ``redeemers``, the number of customers with a redemption.
    """
    counts = touches.set_index("customer_id").reindex(customers["customer_id"]).fillna(0.0)
    table = pd.DataFrame(
        {
            "customers": 1.0,
            "revenue": customers["revenue"].to_numpy(),
            "contacts": counts["contacts"].to_numpy(dtype=float),
            "redemptions": counts["redemptions"].to_numpy(dtype=float),
            "redeemers": (counts["redemptions"].to_numpy(dtype=float) > 0).astype(float),
        }
    )
    sums = table.groupby(classes.to_numpy(), observed=True).sum()
    sums = sums.reindex([name for name in classes.cat.categories if name in sums.index])
    for name in ("customers", "revenue", "contacts", "redemptions"):
        sums[f"{name}_share"] = sums[name] / (sums[name].sum() or 1.0)
    return sums.astype({"customers": "int64", "redeemers": "int64"})
