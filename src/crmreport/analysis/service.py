"""Who complained, and what became of it: by customer, for what is told of customers elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

from crmreport.analysis.case_kinds import of_kind

STATES = ("none", "resolved", "open")


def complaints_of(
    cases: pd.DataFrame, *, complaint: Collection[str], enquiry: Collection[str]
) -> pd.DataFrame:
    """The cases that are complaints by the words for their kind; where none is, all that are no enquiries."""
    named = of_kind(cases, complaint)
    return named if len(named) else cases.drop(index=of_kind(cases, enquiry).index)


def complained(own: pd.DataFrame, *, start: date, end: date) -> pd.Series:
    """What became of each customer's last of the complaints ``own`` opened from ``start`` to ``end``:
    ``resolved`` or ``open``, by ``customer_id``. Complaints of nobody known are left out."""
    days = pd.to_datetime(own["opened_on"])
    own = own[days.between(pd.Timestamp(start), pd.Timestamp(end)) & own["customer_id"].notna()]
    last = own.sort_values(["customer_id", "opened_on", "resolved"], kind="stable")
    last = last.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    solved = last["resolved"].astype(bool)
    return pd.Series(np.where(solved, "resolved", "open"), index=last.index, dtype="object")
