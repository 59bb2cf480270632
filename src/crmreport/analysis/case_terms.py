"""What customers write about, by counting: in how many texts a word stands. No model, nothing inferred.

A text counts once for a word, however often it holds it. What fewer than the minimum group of customers wrote
is not told: it may be a name.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share


def terms_of(terms: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``terms`` (``case``, ``term``, ``words``) that are of ``cases``."""
    return terms[terms["case"].isin(cases["case"])]


def counted(
    terms: pd.DataFrame,
    cases: pd.DataFrame,
    *,
    words: int,
    minimum: int,
    without: Collection[str] = (),
) -> pd.DataFrame:
    """How many of the ``cases`` with a text hold each term of so many ``words``, most first.

    ``term``, ``cases``, ``part`` of all with a text, ``low``, ``high`` (Wilson). Left out are the terms that
    hold a word of ``without``, and those that fewer than ``minimum`` customers wrote; a case whose customer
    is not known counts as one of its own.
    """
    told = cases[cases["has_text"].astype(bool)]
    mine = terms_of(terms, told)
    whose = told[["case", "customer_id"]].rename(columns={"customer_id": "who"})
    mine = mine[mine["words"] == words].merge(whose, on="case")
    mine["who"] = mine["who"].where(mine["who"].notna(), "case " + mine["case"])
    unwanted = {word.casefold() for word in without}
    kept = [not unwanted & set(term.casefold().split()) for term in mine["term"]]
    by_term = mine[pd.Series(kept, index=mine.index, dtype=bool)].groupby("term")
    found = by_term.agg(cases=("case", "nunique"), customers=("who", "nunique"))
    found = found[found["customers"] >= minimum].reset_index()
    found = found.sort_values(["cases", "term"], ascending=[False, True], ignore_index=True)
    parts = [share(int(count), len(told)) for count in found["cases"]]
    found["part"] = [one.value for one in parts]
    found["low"] = [one.low for one in parts]
    found["high"] = [one.high for one in parts]
    return found[["term", "cases", "part", "low", "high"]]


def tied(table: pd.DataFrame) -> bool:
    """Whether the first two terms of ``counted`` stand in equally many texts, so that neither is first."""
    return len(table) > 1 and bool(table["cases"].iloc[0] == table["cases"].iloc[1])


def holding(terms: pd.DataFrame, cases: pd.DataFrame, term: str) -> pd.DataFrame:
    """The ``cases`` that hold a term: what a count rests on, to be looked at."""
    return cases[cases["case"].isin(terms.loc[terms["term"] == term, "case"])]


def parts(table: pd.DataFrame, n: int) -> dict[str, Estimate]:
    """The share of the ``n`` texts that hold each term of ``counted``."""
    return {
        row["term"]: Estimate(float(row["part"]), n, float(row["low"]), float(row["high"]), 0.95)
        for _, row in table.iterrows()
    }


def mostly(terms: pd.DataFrame, cases: pd.DataFrame, term: str, by: str, *, minimum: int) -> str | None:
    """The value of ``by`` that most cases with a term have, where ``minimum`` of them have it."""
    counts = holding(terms, cases, term)[by].dropna().value_counts().sort_index()
    counts = counts.sort_values(ascending=False, kind="stable")
    return str(counts.index[0]) if len(counts) and counts.iloc[0] >= minimum else None
