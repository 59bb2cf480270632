"""Snapshots of customers whose risk is known, because it was made."""

from __future__ import annotations

import numpy as np
import pandas as pd

DAYS = {"train": ("2023-03-01", "2023-04-01"), "validate": ("2023-08-01",), "now": ("2023-12-01",)}


def snapshots(
    customers: int, *, seed: int = 0, slope: float = 1.5, recency_slope: float = 0.0, base: float = -1.0
) -> pd.DataFrame:
    """Snapshots as ``snapshot_table`` makes them. The log odds of loss are ``base`` less ``slope`` times the
    purchase days (standardised logarithm) plus ``recency_slope`` times the recency; kept as ``risk``."""
    rng = np.random.default_rng(seed)
    parts = []
    for role, days in DAYS.items():
        for t0 in days:
            n = customers
            bought = 2 + rng.poisson(rng.gamma(2, 2.5, n))
            recency = rng.integers(0, 90, n)
            pace = (np.log1p(bought) - 1.9) / 0.45
            risk = 1 / (1 + np.exp(-(base - slope * pace + recency_slope * (np.log1p(recency) - 3.4))))
            parts.append(
                pd.DataFrame(
                    {
                        "customer_id": [f"{number:05d}" for number in range(n)],
                        "t0": pd.Timestamp(t0),
                        "role": role,
                        "recency_days": recency,
                        "gap_mean_days": rng.uniform(5, 40, n),
                        "days": bought,
                        "late_days": rng.binomial(bought, 0.5),
                        "month_days": rng.poisson(1.0, n),
                        "revenue": rng.gamma(2, 30, n),
                        "late_revenue": 0.0,
                        "deal_revenue": 0.0,
                        "tenure_days": 180,
                        "categories": rng.integers(1, 6, n),
                        "contacts": np.nan,
                        "risk": risk,
                        "lost": rng.random(n) < risk,
                    }
                )
            )
    table = pd.concat(parts, ignore_index=True)
    return table.assign(lost=table["lost"].astype("object").where(table["role"] != "now", None))
