"""The CDNOW data of the papers, as the package lifetimes carries it; the package itself is never run."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd


def _folder() -> Path:
    spec = importlib.util.find_spec("lifetimes")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "datasets"


def summary() -> pd.DataFrame:
    """2,357 customers: frequency, recency and T in weeks, at the end of September 1997."""
    return pd.read_csv(_folder() / "cdnow_customers_summary.csv")


def spending() -> pd.DataFrame:
    """The same with the mean value of a repeat purchase: x, zbar."""
    return pd.read_csv(_folder() / "cdnow_customers_summary_with_transactions.csv")


def purchases() -> pd.DataFrame:
    """Every purchase of them to the end of June 1998: customer, day."""
    names = ["master", "customer", "day", "units", "money"]
    table = pd.read_csv(_folder() / "CDNOW_sample.txt", sep=r"\s+", header=None, names=names)
    return table.assign(day=pd.to_datetime(table["day"].astype(str)))[["customer", "day"]]
