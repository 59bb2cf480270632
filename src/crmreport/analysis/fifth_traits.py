"""What the most and the least satisfied bought, and how they were treated: by response, of those linked.

The ends exaggerate, since the middle is left out. So each trait also has its place in an ordered logit of
all answers, alone: beside the others, traits that go together would hide each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu, norm

from crmreport.analysis.drivers import Complete, ordered_logit
from crmreport.analysis.fifths import Fifths
from crmreport.findings import Unit
from crmreport.stats.estimate import Estimate
from crmreport.stats.multiple import benjamini_hochberg

UNITS: dict[str, Unit] = {
    "revenue": "money",
    "order_revenue": "money",
    "purchase_days": "number",
    "categories": "number",
    "deal_share": "share",
    "recency_days": "days",
    "contacts": "number",
}
"""The traits that are numbers, in the order in which a table has them."""
MOST_CATEGORIES = 6
_SKEWED = ("revenue", "order_revenue", "contacts")
"""What a few have very much of, and what the model therefore takes in logarithms."""
_SEPARATED = 1000.0


def bought(ids: pd.Series, customers: pd.DataFrame) -> pd.DataFrame:
    """What each response's customer bought in the window; NaN for who is not among ``customers``.

    Columns: ``revenue``, ``purchase_days``, ``order_revenue`` (for each order), ``categories``,
    ``deal_share`` and ``recency_days``, as far as the customer table has them.
    """
    known = customers.set_index("customer_id")
    wanted = ("revenue", "purchase_days", "categories", "deal_share", "recency_days")
    table = pd.DataFrame({name: known[name].astype(float) for name in wanted if name in known})
    if "revenue" in table:
        per_order = table["revenue"] / known["orders"].where(known["orders"] > 0)
        table["order_revenue"] = per_order
    return table.dropna(axis="columns", how="all").reindex(ids).set_axis(ids.index)


def categories_bought(ids: pd.Series, spent: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Whether each response's customer bought each of the six categories with most buyers.

    ``spent`` has a row a customer and category. NA for who is not among ``customers``.
    """
    most = spent["category"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    among = ids.isin(customers["customer_id"])
    found = {}
    for category in most.index[:MOST_CATEGORIES]:
        buyers = spent.loc[spent["category"] == category, "customer_id"]
        found[category] = ids.isin(buyers).astype("boolean").where(among)
    return pd.DataFrame(found, index=ids.index)


def complaints(ids: pd.Series, fates: pd.Series) -> pd.DataFrame:
    """Whether each response's customer complained, and, of who did, whether the last complaint is open.

    ``fates`` is ``service.complained``. NA for a response of nobody known, and ``unresolved`` of who did not.
    """
    fate = ids.map(fates)
    complained = fate.notna().astype("boolean").where(ids.notna())
    unresolved = (fate == "open").astype("boolean").where(fate.notna())
    return pd.DataFrame({"complained": complained, "unresolved": unresolved})


def ends(traits: pd.DataFrame, cut: Fifths, *, minimum: int) -> pd.DataFrame:
    """The mean of each trait at both ends and of all, one row a trait, those that differ most first.

    ``trait``, ``top``, ``bottom`` and ``everyone`` with ``n_top`` and ``n_bottom``; ``size``, the
    probability that one of the most satisfied has more than one of the least, less its half, without its
    sign; ``real`` where it stands at a false discovery rate of 5% over all traits (Mann and Whitney 1947).
    Traits known of fewer than ``minimum`` at either end are left out.
    """
    rows, p_values = [], []
    for trait in traits.columns:
        high, low = traits.loc[cut.top, trait].dropna(), traits.loc[cut.bottom, trait].dropna()
        if min(len(high), len(low)) < minimum:
            continue
        test = mannwhitneyu(high, low)
        size = abs(float(test.statistic) / (len(high) * len(low)) - 0.5)
        p_values.append(float(test.pvalue))
        means = (float(high.mean()), float(low.mean()), float(traits[trait].mean()))
        rows.append((trait, *means, len(high), len(low), size))
    columns = ["trait", "top", "bottom", "everyone", "n_top", "n_bottom", "size"]
    found = pd.DataFrame(rows, columns=columns)
    found["real"] = benjamini_hochberg(p_values)
    return found.sort_values(["real", "size", "trait"], ascending=[False, False, True], ignore_index=True)


def across(found: pd.DataFrame) -> pd.DataFrame:
    """``ends`` turned: a row for the ``satisfied``, the ``dissatisfied`` and ``everyone`` (``end``), and a
    column ``end_`` with the mean of each trait."""
    means = found.set_index("trait")[["top", "bottom", "everyone"]].T.add_prefix("end_")
    return means.assign(end=["satisfied", "dissatisfied", "everyone"]).reset_index(drop=True)


def odds_alone(traits: pd.DataFrame, outcome: pd.Series) -> dict[str, Estimate]:
    """The odds ratio of a better answer for each trait, alone in a proportional odds model of all answers.

    For one standard deviation more of a number (of its logarithm for amounts and contacts), for yes
    against no of what is true or false (McCullagh 1980). A trait is left out where it never varies, where
    its model does not converge, or where it parts the answers so wholly that the ratio has no end.
    """
    found = {}
    for trait in traits.columns:
        told = traits[trait].dropna()
        told = told[outcome.reindex(told.index).notna()].astype(float)
        if trait in _SKEWED:
            told = told.clip(lower=0.0).transform(np.log1p)
        answers = outcome.reindex(told.index)
        if told.nunique() < 2 or answers.nunique() < 2:
            continue
        fitted = ordered_logit(Complete(answers, told.to_frame(trait), (), len(told)))
        if fitted is None or not 1 / _SEPARATED < fitted.odds[str(trait)].value < _SEPARATED:
            continue
        one = fitted.odds[str(trait)]
        whole = 1.0 / float(told.std(ddof=0)) if traits[trait].dtype == "boolean" else 1.0
        assert one.low is not None
        assert one.high is not None
        found[str(trait)] = Estimate(one.value**whole, one.n, one.low**whole, one.high**whole, one.confidence)
    return found


def as_table(odds: Mapping[str, Estimate]) -> pd.DataFrame:
    """A row a trait, with its ``odds``, ``low`` and ``high``."""
    rows = [(trait, one.value, one.low, one.high) for trait, one in odds.items()]
    return pd.DataFrame(rows, columns=["trait", "odds", "low", "high"])


def with_odds(profiled: pd.DataFrame, choices: pd.DataFrame, outcome: pd.Series) -> pd.DataFrame:
    """``fifths.profile`` with the odds ratio, its ``low`` and ``high``, of a better answer among all, for who
    gave the answer of a row against who gave another."""
    given = {
        at: (choices[item] == answer).astype("boolean").where(choices[item].notna())
        for at, item, answer in zip(profiled.index, profiled["item"], profiled["answer"], strict=True)
    }
    odds = as_table(odds_alone(pd.DataFrame(given), outcome))
    return profiled.join(odds.assign(trait=odds["trait"].astype(int)).set_index("trait"))


def beyond_chance(odds: Mapping[str, Estimate]) -> dict[str, bool]:
    """Which odds ratios differ from one, by their Wald intervals, as one family (Benjamini-Hochberg)."""
    p_values = []
    for one in odds.values():
        assert one.low is not None
        assert one.high is not None
        error = math.log(one.high / one.low) / (2 * norm.ppf(0.5 + (one.confidence or 0.95) / 2))
        p_values.append(2 * float(norm.sf(abs(math.log(one.value)) / error)))
    return dict(zip(odds, benjamini_hochberg(p_values).tolist(), strict=True))
