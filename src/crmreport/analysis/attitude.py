"""What customers feel about the brand, from the questions of a survey: a mark from 0 to 100.

The roles asked count alike, however many questions each has, and satisfaction is none of them: people may
be content and indifferent. 0 is the worst answer to every question, 100 the best.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.analysis.responses import Responses
from crmreport.analysis.satisfaction import boxed, mean, unreversed
from crmreport.params import Questionnaire
from crmreport.params_survey import Role
from crmreport.stats.association import rank_correlation
from crmreport.stats.estimate import Estimate, within

Floats = NDArray[np.float64]

ROLES: tuple[Role, ...] = (
    "trust",
    "attachment",
    "recommend",
    "repurchase",
    "price_tolerance",
    "competitors",
)
"""What the emotional side of loyalty is asked by."""
HABITS: tuple[Role, ...] = ("switching", "decision_time")
"""How they choose: whether they turn to other brands, and how long it takes them to decide."""
ENOUGH = 0.5
"""Who answered fewer of the roles has no attitude that could be told."""
STRONG = 0.5
"""A correlation from which two measures are said to go closely together (Cohen 1988)."""
SERVED = ("reliability", "responsiveness", "assurance", "empathy")
"""The dimensions that judge how one was served, not what the place looks like."""


def marks(values: pd.DataFrame, asked: Questionnaire) -> pd.DataFrame:
    """Each response's mark from 0 to 100 for each of ``ROLES`` that was asked: the mean of its answers."""
    return pd.DataFrame(
        {role: _mark(values, asked, asked.of(role)) for role in ROLES if asked.of(role)}, index=values.index
    )


def _mark(values: pd.DataFrame, asked: Questionnaire, items: list[str]) -> pd.Series:
    return pd.DataFrame({name: _placed(values[name], asked, name) for name in items}).mean(axis=1)


def _placed(answers: pd.Series, asked: Questionnaire, name: str) -> pd.Series:
    low, high = asked.scale_of(name)
    upright = unreversed(answers, (low, high), turned=asked.items[name].reversed)
    return 100 * (upright - low) / (high - low)


def attitude(table: pd.DataFrame) -> pd.Series:
    """The mean of the ``marks``' roles; NaN for who answered fewer than half of those asked."""
    told = table.notna().sum(axis=1) >= max(1, math.ceil(ENOUGH * table.shape[1]))
    return table.mean(axis=1).where(told)


def satisfied(values: pd.DataFrame, asked: Questionnaire) -> pd.Series:
    """1 for who gives one of the two best answers on overall satisfaction, 0 for the others; NaN without,
    and for all where two of the scale's answers do not say it (see ``satisfaction.boxed``)."""
    overall = asked.one("overall")
    if overall is None or not boxed(asked.scale_of(overall)):
        return pd.Series(math.nan, index=values.index)
    scale = asked.scale_of(overall)
    answers = unreversed(values[overall], scale, turned=asked.items[overall].reversed)
    return (answers >= scale[1] - 1).astype(float).where(answers.notna())


def service(values: pd.DataFrame, asked: Questionnaire) -> pd.Series:
    """Each response's mean mark, 0 to 100, for how it was served: the perceptions of the dimensions
    ``SERVED``; of all attributes where none of them is declared. NaN where none was answered."""
    perceived = asked.of("perception")
    of_service = [name for name in perceived if asked.items[name].dimension in SERVED]
    items = of_service or perceived
    return _mark(values, asked, items) if items else pd.Series(math.nan, index=values.index)


def latest(heard: Responses) -> Responses:
    """The last response of each customer; those that are linked to nobody are left out."""
    people = heard.people[heard.people["customer_id"].notna()]
    order = people.sort_values(["answered_on", "wave"], na_position="first", kind="stable")
    last = order.drop_duplicates("customer_id", keep="last").index.sort_values()
    return Responses(heard.values.loc[last], heard.people.loc[last])


def by_customer(heard: Responses, asked: Questionnaire) -> pd.DataFrame:
    """One row for each customer who answered: ``attitude``, ``satisfied``, ``weight`` (1 where the survey has
    none); indexed by ``customer_id``. Who has no weight where others have stands for nobody, and has neither.
    """
    own = latest(heard)
    weight = np.ones(own.n) if own.weights is None else own.weights
    counts = weight > 0
    return pd.DataFrame(
        {
            "attitude": np.where(counts, attitude(marks(own.values, asked)), math.nan),
            "satisfied": np.where(counts, satisfied(own.values, asked), math.nan),
            "weight": np.where(counts, weight, 1.0),
        },
        index=pd.Index(own.people["customer_id"], name="customer_id"),
    )


def role_means(table: pd.DataFrame, weights: Floats | None) -> dict[str, Estimate]:
    """The mean mark of each role, and of ``attitude``, with Student's interval inside 0 to 100."""
    columns = {str(role): table[role] for role in table} | {"attitude": attitude(table)}
    return {role: within(mean(values, weights), 0, 100) for role, values in columns.items()}


def goes_with(one: pd.Series, other: pd.Series) -> Estimate:
    """Spearman's correlation of two measures of the same responses, over those that have both."""
    both = one.notna() & other.notna()
    return rank_correlation(one[both].to_numpy(dtype=float), other[both].to_numpy(dtype=float))


def strength(value: float, low: float, high: float) -> Literal["strong", "weak", "against", "none"]:
    """What a rank correlation is called: none where its interval holds zero, strong from a half on."""
    if high < 0:
        return "against"
    return "none" if low <= 0 else "strong" if value >= STRONG else "weak"


def habits(
    values: pd.DataFrame, asked: Questionnaire, felt: pd.Series
) -> dict[str, tuple[Estimate, Estimate]]:
    """By each of ``HABITS`` that was asked: the mean answer as it was given (Student), and how it goes with
    the attitude ``felt``: staying with the brand for ``switching``, the time itself for ``decision_time``."""
    found = {}
    for role in HABITS:
        if items := asked.of(role):
            answers = values[items].mean(axis=1)
            compared = _mark(values, asked, items) if role == "switching" else answers
            found[str(role)] = (mean(answers), goes_with(compared, felt))
    return found
