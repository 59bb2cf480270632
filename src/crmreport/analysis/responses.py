"""A survey's answers as a table of respondents, and whether they can be trusted.

A *response* is what one respondent answered on one day of one wave; who answers in two waves gives two.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from crmreport.analysis.disclosure import small_groups
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share
from crmreport.stats.weighting import Raked, design_effect, effective_n, rake

KINDS = ("answered", "blank", "not_applicable", "dont_know", "off_scale")
BATTERY = 5
"""Items on one scale from which to give the same answer to all of them is worth a look."""

OTHERS = 0.2
"""From this difference to all customers on, in standard deviations, those who answered are others (Cohen's
small effect, 1988)."""

_PERSON = ["respondent", "wave", "answered_on"]


@dataclass(frozen=True)
class Responses:
    """``values``: a response a row and an item a column, NaN where there is no answer. ``people`` has the
    same rows: ``respondent``, ``customer_id``, ``wave``, ``mode``, ``answered_on``, ``weight`` (NaN
    without one), and the choices of the profile items."""

    values: pd.DataFrame
    people: pd.DataFrame

    @property
    def n(self) -> int:
        return len(self.people)

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """A weight for each response, with a mean of 1; None where no response has one.

        Who has none where others have, or one of zero or less, stands for nobody: the weight is 0, and what
        is weighted leaves the response out (see ``unweighted``).
        """
        weight = self.people["weight"].to_numpy(dtype=float)
        there = np.isfinite(weight) & (weight > 0)
        if not there.any():
            return None
        kept = np.where(there, weight, 0.0) / weight[there].max()
        return np.asarray(kept / kept[there].mean())

    @property
    def unweighted(self) -> int:
        """How many responses are without a weight where others have one."""
        weights = self.weights
        return 0 if weights is None else int((weights == 0).sum())

    def of(self, rows: pd.Series) -> Responses:
        """The responses of which ``rows`` is true."""
        return Responses(self.values[rows], self.people[rows])

    def reweighted(self, weights: NDArray[np.float64]) -> Responses:
        return Responses(self.values, self.people.assign(weight=weights))


def responses(answers: pd.DataFrame, items: Sequence[str], profile: Sequence[str] = ()) -> Responses:
    """The responses in ``answers`` (one row an answer: see the feature), with a column for each of ``items``
    and of the ``profile`` items, whether anybody answered it or not. Sorted by respondent, wave and day."""
    rows = answers.assign(response=answers.groupby(_PERSON, sort=True, dropna=False).ngroup())
    people = rows.groupby("response")[[*_PERSON, "customer_id", "mode", "weight"]].first()
    choices = _wide(rows, "choice", profile).reindex(people.index)
    values = _wide(rows, "value", items).reindex(people.index).astype(float)
    return Responses(values.reset_index(drop=True), people.join(choices).reset_index(drop=True))


def _wide(rows: pd.DataFrame, column: str, items: Sequence[str]) -> pd.DataFrame:
    known = rows[rows["item"].isin(items) & rows[column].notna()]
    # Who ticked several answers to an item of one answer gave none that can be told from the other.
    wide = known.groupby(["response", "item"])[column].agg(["first", "nunique"])
    single = wide["first"].where(wide["nunique"] == 1)
    return single.unstack("item").reindex(columns=list(items))


def dated(answers: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    """The answers given from ``start`` to ``end``, and those without a day."""
    day = answers["answered_on"]
    return answers[day.isna() | day.between(pd.Timestamp(start), pd.Timestamp(end))]


def brand_of(respondents: pd.Series, by_brand: Mapping[str, Collection[int]], *, minimum: int) -> pd.Series:
    """The brand that each of ``respondents`` answered about, as categories in the order given.

    Missing are those who answered about none or several, and brands under ``minimum`` with as many others as
    it takes not to give them away (see ``small_groups``).
    """
    found = pd.Series(None, index=respondents.index, dtype="object")
    times = pd.Series(0, index=respondents.index)
    for brand, those in by_brand.items():
        mine = respondents.isin(list(those))
        found = found.mask(mine, brand)
        times += mine.astype(int)
    found = found.where(times == 1)
    sizes = found.value_counts().reindex(list(by_brand), fill_value=0)
    small = small_groups(sizes, minimum)
    kept = [brand for brand in by_brand if sizes[brand] and brand not in small]
    return found.where(found.isin(kept)).astype(pd.CategoricalDtype(kept, ordered=True))


def answer_kinds(answers: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """One row an item: how many values of each of ``KINDS``, and ``all`` of them."""
    counts = answers.groupby(["item", "kind"]).size().unstack("kind", fill_value=0)
    table = counts.reindex(index=list(items), columns=list(KINDS), fill_value=0)
    table["all"] = table.sum(axis=1)
    return table


# ---------------------------------------------------------------- who did not read the questions


def straight_lined(values: pd.DataFrame, batteries: Sequence[Sequence[str]]) -> pd.Series:
    """Which responses give one answer to all items of a battery, of at least five they answered.

    ``batteries`` are groups of items on one scale that are asked together. Somebody may mean it; many are
    a sign that nobody read.
    """
    flat = pd.Series(False, index=values.index)
    for battery in batteries:
        given = values[list(battery)]
        answered = given.notna().sum(axis=1)
        flat |= (answered >= BATTERY) & (given.max(axis=1) == given.min(axis=1))
    return flat


def too_fast(values: pd.DataFrame, item: str | None, fastest: float | None) -> pd.Series:
    """Which responses took less than ``fastest`` seconds; none where nobody measured."""
    if item is None or fastest is None or item not in values:
        return pd.Series(False, index=values.index)
    return values[item] < fastest


def marked(which: pd.Series) -> Estimate:
    """The share of the responses of which something is true (Wilson)."""
    return share(int(which.sum()), len(which))


def batteries(items: Mapping[str, tuple[float, float]]) -> list[list[str]]:
    """The items (given with their scale) in groups of one scale that are long enough to look at."""
    grouped: dict[tuple[float, float], list[str]] = {}
    for name, scale in items.items():
        grouped.setdefault(scale, []).append(name)
    return [names for names in grouped.values() if len(names) >= BATTERY]


# ---------------------------------------------------------------- whom they stand for


def response_rate(responses: int, invited: int | None) -> Estimate:
    """The share of those asked who answered (Wilson); NaN where nobody said how many were asked."""
    if invited is None or invited < responses:
        return Estimate(math.nan, 0)
    return share(responses, invited)


@dataclass(frozen=True)
class Weighting:
    """What weights do to the sample: Kish's ``effective`` n and ``design_effect``."""

    n: int
    effective: float
    design_effect: float


def weighting(responses: Responses) -> Weighting | None:
    """None where the responses have no weights, or all the same. ``n`` are those that have one."""
    weights = responses.weights
    there = np.zeros(0) if weights is None else weights[weights > 0]
    if not len(there) or np.ptp(there) < 1e-12:
        return None
    return Weighting(len(there), effective_n(there), design_effect(there))


def raked(responses: Responses, targets: Mapping[str, Mapping[str, float]]) -> tuple[Responses, Raked | None]:
    """The responses with weights raked to ``targets`` (share by profile item and value).

    As they were, and None, where nobody gave one of these values: no weight could stand for those who did not
    answer. Who has no weight where others have gets none. Raises ValueError as ``stats.weighting.rake`` does.
    """
    given = responses.weights
    there = np.ones(responses.n, dtype=bool) if given is None else given > 0
    chosen = {name: list(responses.people.loc[there, name]) for name in targets}
    if any(set(shares) - set(chosen[name]) for name, shares in targets.items()):
        return responses, None
    found = rake(chosen, targets, weights=None if given is None else given[there])
    weights = np.zeros(responses.n)
    weights[there] = found.weights
    return responses.reweighted(weights), found


def against_customers(linked: pd.DataFrame, customers: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Those who answered beside all customers: one row for each of ``columns`` (such as ``revenue``).

    ``linked`` are the rows of ``customers`` who answered. ``measure``, their mean ``responders``, the mean
    of ``everybody``, and the standardised ``difference`` (in standard deviations of everybody).
    """
    rows = []
    for column in columns:
        everybody, there = customers[column].astype(float), linked[column].astype(float)
        spread = float(everybody.std(ddof=0))
        gap = float(there.mean() - everybody.mean()) / spread if len(there) and spread > 0 else math.nan
        rows.append((column, float(there.mean()), float(everybody.mean()), gap))
    return pd.DataFrame(rows, columns=["measure", "responders", "everybody", "difference"])


def responder_gaps(
    linked: pd.DataFrame, customers: pd.DataFrame, columns: Sequence[str]
) -> dict[str, Estimate]:
    """The standardised ``difference`` of ``against_customers`` by column, with the Student interval that the
    responders' own spread gives it: everybody is all there is. Not known without a spread."""
    table = against_customers(linked, customers, columns).set_index("measure")["difference"]
    found = {}
    for column in columns:
        n, spread = len(linked), float(customers[column].astype(float).std(ddof=0))
        if n < 2 or not spread > 0:
            found[column] = Estimate(math.nan, n)
            continue
        error = float(linked[column].astype(float).std(ddof=1)) / spread / math.sqrt(n)
        reach, gap = float(t.ppf(0.975, n - 1)) * error, float(table[column])
        found[column] = Estimate(gap, n, gap - reach, gap + reach, 0.95)
    return found
