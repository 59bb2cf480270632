"""Past value against expected value: four kinds of customers, and what each of them is given.

Both are parted at their means, so that a kind says who stands above the average customer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmreport.analysis.complaints import in_days, waits
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share, share_difference

QUADRANTS = ("keep", "falling", "rising", "low")
PLACES = ("falling", "keep", "low", "rising")
"""On the page: expected value grows to the right, past value upwards."""


def quadrants(table: pd.DataFrame) -> tuple[pd.Series, float, float]:
    """Each customer's quadrant, and the two cuts: the mean past and the mean expected value.

    ``keep``: both above the mean; ``falling``: much in the past, little expected; ``rising``: the reverse;
    ``low``: neither.
    """
    past, ahead = float(table["past_12"].mean()), float(table["expected_12"].mean())
    high, rises = table["past_12"] > past, table["expected_12"] > ahead
    kind = np.select([high & rises, high, rises], QUADRANTS[:3], QUADRANTS[3])
    return pd.Series(pd.Categorical(kind, categories=list(QUADRANTS)), index=table.index), past, ahead


def by_quadrant(table: pd.DataFrame, kinds: pd.Series, resources: pd.DataFrame) -> pd.DataFrame:
    """One row a quadrant: ``customers``, the ``past`` and the ``ahead`` value, both per customer
    (``past_each``, ``ahead_each``); and the share of each, and of each column of ``resources`` (by
    customer_id), that the quadrant has, such as ``past_share``."""
    held = resources.reindex(table.index).fillna(0)
    sums = pd.DataFrame({"customers": 1, "past": table["past_12"], "ahead": table["expected_12"]}).join(held)
    found = sums.groupby(kinds, observed=False).sum()
    whole = found.sum()
    for name in sums.columns:
        found[f"{name}_share"] = found[name] / whole[name] if whole[name] > 0 else math.nan
    for name in ("past", "ahead"):
        found[f"{name}_each"] = found[name] / found["customers"].where(found["customers"] > 0)
    return found


def resources(touches: pd.DataFrame, customers: pd.DataFrame, cases: pd.DataFrame | None) -> pd.DataFrame:
    """What each customer was given in the window, by customer_id: ``contacts`` by campaigns, ``coupons``
    (their value) and ``cases`` (complaints and enquiries, a row each, of any customer); 0 where not supplied.
    """
    ids = customers["customer_id"].rename("customer_id")
    given = touches.set_index("customer_id")["contacts"]
    told = pd.Series(dtype=float) if cases is None else cases.groupby("customer_id").size()
    return pd.DataFrame(
        {
            "contacts": given.reindex(ids).fillna(0).to_numpy(dtype=float),
            "coupons": customers["coupon_discount"].fillna(0).to_numpy(dtype=float),
            "cases": told.reindex(ids).fillna(0).to_numpy(dtype=float),
        },
        index=pd.Index(ids),
    )


PROMPT_HOURS = 24
"""A first answer within a day is called prompt."""


@dataclass(frozen=True)
class Service:
    """What service the customers of a quadrant had: ``contacts_a_month`` of each, and ``cases_a_hundred`` (of
    twelve months, for a hundred customers), censuses; days to the first ``response``, the median
    (Kaplan-Meier: who still waits counts with the wait so far), and the share of cases answered ``prompt``,
    ``answered`` of ``cases`` that are old enough to tell."""

    contacts_a_month: Estimate
    cases_a_hundred: Estimate
    response: Estimate
    prompt: Estimate
    answered: int
    cases: int


def service(
    kinds: pd.Series,
    given: pd.DataFrame,
    cases: pd.DataFrame | None,
    *,
    months: int,
    rng: np.random.Generator,
    minimum: int,
) -> dict[str, Service]:
    """The service that each quadrant's customers had, from ``resources`` and, if supplied, their cases.

    Nothing is known of a quadrant with fewer than ``minimum`` customers, nor of the answers to fewer cases.
    """
    found = {}
    for name in QUADRANTS:
        members = kinds.index[(kinds == name).to_numpy()]
        n, held = len(members), given.reindex(members).fillna(0)
        told = n >= minimum
        own = None if cases is None else cases[cases["customer_id"].isin(members)]
        unknown = Estimate(math.nan, 0)
        wait, prompt, answered, old = unknown, unknown, 0, 0
        if own is not None and told and "response_hours" in own.columns:
            enough = own["responded"].astype(bool) | (own["response_hours"] >= PROMPT_HOURS)
            timed = own[own["response_hours"].notna() & enough]
            answered = int(
                (timed["responded"].astype(bool) & (timed["response_hours"] <= PROMPT_HOURS)).sum()
            )
            old = len(timed)
            if old >= minimum and own["responded"].any():
                wait = in_days(waits(own, "response", rng=rng).day_when(0.5))
                prompt = share(answered, old)
        by_month = float(held["contacts"].sum()) / n / months if told else math.nan
        by_hundred = 100 * len(own) / n if own is not None and told else math.nan
        rests = n if told else 0
        each = Estimate(by_month, rests), Estimate(by_hundred, rests)
        found[name] = Service(each[0], each[1], wait, prompt, answered, old)
    return found


def prompter(found: dict[str, Service], *, first: str = "keep", other: str = "low") -> Estimate:
    """How much more often the cases of one quadrant are answered promptly than another's (Newcombe)."""
    one, two = found[first], found[other]
    if not (one.prompt.known and two.prompt.known):
        return Estimate(math.nan, 0)
    return share_difference(one.answered, one.cases, two.answered, two.cases)
