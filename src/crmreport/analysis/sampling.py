"""How many answers a survey needs before its result says anything."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from scipy.stats import norm

NPS_VARIANCE = 2 / 3
"""Of one answer scored +1, 0 or -1 where the three are equally frequent; up to 1 with opposed answers."""
SHARE_VARIANCE = 1 / 4
"""Of a yes or no at one half, the most it can be."""
RESPONSE_RATE = 0.15
"""An assumption, until a first wave has its own."""
HALF_WIDTHS = (("fine", 0.05), ("coarse", 0.1))
VARIANCES = (("nps", NPS_VARIANCE), ("csat", SHARE_VARIANCE))

QUESTIONS = (
    "overall",
    "recommend",
    "effort",
    "expectation",
    "perception",
    "value",
    "trust",
    "repurchase",
    "price",
    "rivals",
    "complaint",
    "open",
)
"""The topics of the questionnaire in the order in which they are asked."""


@dataclass(frozen=True)
class Need:
    """``answers`` to be had, and the ``invitations`` it takes to get them."""

    answers: int
    invitations: int


def answers_needed(
    variance: float, half_width: float, *, population: int, response_rate: float, confidence: float = 0.95
) -> Need:
    """Answers of a simple random sample for a normal interval of ``half_width`` to each side.

    n0 = z^2 variance / half_width^2, less what a finite population saves (Cochran 1977, eq. 4.4);
    ``invitations`` are answers over the response rate and may exceed the population.
    """
    z = float(norm.ppf((1 + confidence) / 2))
    unlimited = z * z * variance / half_width**2
    answers = math.ceil(unlimited / (1 + unlimited / population)) if population else 0
    return Need(answers, math.ceil(answers / response_rate))


def plan(population: int, *, response_rate: float) -> pd.DataFrame:
    """``measure``, ``half_width``, ``answers`` and ``invitations`` for the score and the share satisfied."""
    rows = [
        (f"{measure}_{grade}", half_width, need.answers, need.invitations)
        for measure, variance in VARIANCES
        for grade, half_width in HALF_WIDTHS
        for need in [answers_needed(variance, half_width, population=population, response_rate=response_rate)]
    ]
    return pd.DataFrame(rows, columns=["measure", "half_width", "answers", "invitations"])
