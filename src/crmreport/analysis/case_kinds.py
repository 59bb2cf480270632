"""Complaints and enquiries told apart, and what became of each: solved, given up, advised, followed up.

A complaint for every thousand orders is about what went wrong; a question before a purchase is not, and would
make a shop that is asked much look bad.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share


def of_kind(cases: pd.DataFrame, words: Collection[str]) -> pd.DataFrame:
    """The cases whose ``kind`` is one of ``words``, whatever its capitals and the spaces around it."""
    return cases[_is_one_of(cases["kind"], words)]


def unsolvable(cases: pd.DataFrame, words: Collection[str]) -> pd.Series:
    """Whether each case is known to be beyond solving: it has a reason for it, or its ``outcome`` or
    ``status`` is one of ``words``."""
    said = _is_one_of(cases["outcome"], words) | _is_one_of(cases["status"], words)
    return cases["unsolved_reason"].notna() | said


def _is_one_of(column: pd.Series, words: Collection[str]) -> pd.Series:
    wanted = {word.strip().casefold() for word in words}
    return column.astype("object").map(lambda one: str(one).strip().casefold() in wanted).astype(bool)


def unsolvable_share(cases: pd.DataFrame, words: Collection[str]) -> Estimate:
    """The share of the closed cases, solved or given up, that could not be solved (Wilson)."""
    lost = unsolvable(cases, words)
    closed = lost | cases["resolved"]
    return share(int(lost.sum()), int(closed.sum()))


def why_unsolvable(cases: pd.DataFrame, words: Collection[str]) -> tuple[pd.DataFrame, str | None]:
    """The cases that could not be solved, and the column that says why; None where none does.

    That is the reason noted for it; else the outcome, where the state alone says that it could not be solved;
    else the cause of the case.
    """
    lost = cases[unsolvable(cases, words)]
    lost = lost.assign(outcome=lost["outcome"].where(~_is_one_of(lost["outcome"], words)))
    names = ("unsolved_reason", "outcome", "cause")
    return lost, next((name for name in names if lost[name].notna().any()), None)


def advice(enquiries: pd.DataFrame) -> tuple[Estimate, Estimate]:
    """The share of enquiries that were given advice, of those of which it is known; and the share of the
    advised whom somebody went back to (Wilson)."""
    known = enquiries[enquiries["advised"].notna()]
    advised = known[known["advised"].astype(bool)]
    followed = int(advised["followed_up"].astype(bool).sum())
    return share(len(advised), len(known)), share(followed, len(advised))
