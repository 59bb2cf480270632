"""A million simulated customers: our fits against those of lifetimes, in one run.

uv run python benchmarks/btyd.py

Both fit the same histories; the parameters that they reach are printed beside the times.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter

from crmreport.stats.btyd import BetaGeoNBD, ModifiedBetaGeoNBD

CUSTOMERS = 1_000_000
WEEKS = 39
JOINED_OVER = 12


def histories() -> pd.DataFrame:
    """Pareto/NBD customers who joined over twelve weeks, observed by the day, in weeks."""
    rng = np.random.default_rng(1)
    end = WEEKS - rng.integers(0, JOINED_OVER * 7, CUSTOMERS) / 7
    rate, leaving = rng.gamma(0.55, 1 / 10.6, CUSTOMERS), rng.gamma(0.61, 1 / 11.7, CUSTOMERS)
    seen = np.minimum(rng.exponential(1 / leaving), end)
    frequency = rng.poisson(rate * seen)
    last = seen * rng.uniform(size=CUSTOMERS) ** (1 / np.maximum(frequency, 1))
    recency = np.where(frequency > 0, np.minimum(np.ceil(last * 7) / 7, end), 0)
    return pd.DataFrame({"frequency": frequency.astype(float), "recency": recency, "T": end})


def timed(fit: Callable[[], Any]) -> tuple[float, Any]:
    started = time.monotonic()
    found = fit()
    return time.monotonic() - started, found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    table = histories()
    columns = (table["frequency"], table["recency"], table["T"])
    for name, ours, theirs in (
        ("BG/NBD", BetaGeoNBD, BetaGeoFitter),
        ("MBG/NBD", ModifiedBetaGeoNBD, ModifiedBetaGeoFitter),
    ):
        own, fit = timed(lambda ours=ours: ours.fit(*columns))
        other, fitter = timed(lambda theirs=theirs: theirs().fit(*columns))
        print(f"{name}: {own:.1f} s, lifetimes {other:.1f} s: ratio {other / own:.1f}")
        print("  ours     ", {key: round(value, 4) for key, value in fit.params.items()})
        print("  lifetimes", {key: round(float(value), 4) for key, value in fitter.params_.items()})
