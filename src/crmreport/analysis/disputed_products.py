"""Products by their complaints for every thousand orders that hold them, and which of them stand out.

A list of products by the number of complaints is a list of what sells; by the rate alone it is a list of what
few bought. So each product's rate is compared with that of all others together, exactly, as one family of
comparisons.
"""

from __future__ import annotations

import pandas as pd
from scipy.stats import binomtest

from crmreport.analysis.complaints import PER
from crmreport.stats.estimate import Estimate
from crmreport.stats.multiple import benjamini_hochberg
from crmreport.stats.rates import poisson_rate

ALPHA = 0.05


def rate_test(events: int, exposure: float, others: int, other_exposure: float) -> float:
    """The p of two Poisson rates being one: given their sum, the events of one are binomial with its part of
    the exposure (Przyborowski & Wilenski 1940). 1 where nothing happened or nothing was exposed."""
    if events + others == 0 or exposure <= 0 or other_exposure <= 0:
        return 1.0
    part = exposure / (exposure + other_exposure)
    return float(binomtest(events, events + others, part).pvalue)


def product_rates(
    cases: pd.DataFrame, orders: pd.Series, *, minimum: int, by: str = "product_id"
) -> pd.DataFrame:
    """One row per product, or other value of ``by`` that ``orders`` are counted by, with at least ``minimum``
    cases and orders, the highest rate first.

    ``name``, ``cases``, ``orders``, ``rate`` for every 1,000 orders that hold the product, ``low``, ``high``
    (exact), and ``apart``: 1 where the rate is higher than that of all other products at a false discovery
    rate of 5% over the products shown, -1 where it is lower, else 0. Cases about a product that nobody
    ordered in the period are in no rate, but for the comparison all others count.
    """
    named = cases[by].dropna().value_counts()
    counts = named.reindex(orders.index, fill_value=0)
    total, ordered = int(counts.sum()), float(orders.sum())
    rows, p_values = [], []
    for name in sorted(orders.index[(counts >= minimum) & (orders >= minimum)]):
        events, exposure = int(counts[name]), float(orders[name])
        one = poisson_rate(events, exposure, per=PER)
        others = poisson_rate(total - events, ordered - exposure, per=PER)
        more = one.value > others.value
        rows.append((str(name), events, int(exposure), one.value, one.low, one.high, more))
        p_values.append(rate_test(events, exposure, total - events, ordered - exposure))
    table = pd.DataFrame(rows, columns=["name", "cases", "orders", "rate", "low", "high", "more"])
    real = benjamini_hochberg(p_values, level=ALPHA)
    ways = table.pop("more").astype(bool)
    table["apart"] = [0 if not one else 1 if up else -1 for one, up in zip(real, ways, strict=True)]
    return table.sort_values(["rate", "name"], ascending=[False, True], ignore_index=True)


def rates(table: pd.DataFrame) -> dict[str, Estimate]:
    """The rate of each product of ``product_rates``; n is the number of its cases."""
    return {
        row["name"]: Estimate(
            float(row["rate"]), int(row["cases"]), float(row["low"]), float(row["high"]), 0.95
        )
        for _, row in table.iterrows()
    }
