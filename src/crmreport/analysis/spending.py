"""What a purchase brings: by customer, apart from how often they buy.

That the two can be told apart is the assumption of the Gamma-Gamma model, and is checked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.stats.association import rank_correlation
from crmreport.stats.btyd import GammaGamma
from crmreport.stats.estimate import Estimate

Floats = NDArray[np.float64]

DEPENDENT = 0.2
"""A correlation of frequency and spending that is surely larger, either way, forbids to treat them apart."""
_STEP = 1e-3


@dataclass(frozen=True)
class Spending:
    """What a purchase day brings. ``model`` is None where the Gamma-Gamma model cannot be used: its fit is
    not sound, too few have a repeat, or frequent buyers spend differently (``correlation``)."""

    model: GammaGamma | None
    correlation: Estimate
    each: Floats
    """By customer: what a further purchase day is expected to bring."""
    repeats: Floats
    mean: Floats

    @property
    def kind(self) -> Literal["model", "dependent", "own"]:
        """By the model; by own means since the two go together; or since the model cannot be fitted."""
        return "model" if self.model is not None else "dependent" if dependent(self.correlation) else "own"


def spending(histories: pd.DataFrame, *, minimum: int) -> Spending:
    """What a further purchase day of each customer is expected to bring, in revenue.

    By the Gamma-Gamma model, to repeat purchase days with a positive mean (Fader, Hardie & Lee 2005). Where
    it cannot be used, a customer's own mean counts for as many days as they have, the common one for one.
    """
    repeats = histories["repeats"].to_numpy(dtype=float)
    spent = histories["spent"].fillna(0).to_numpy(dtype=float)
    usable = (repeats > 0) & (spent > 0)
    count, mean = np.where(usable, repeats, 0.0), np.where(usable, spent / np.maximum(repeats, 1), 0.0)
    n = int(usable.sum())
    correlation = rank_correlation(count[usable], mean[usable])
    common = float(spent[usable].sum() / repeats[usable].sum()) if n else 0.0
    own = (count * mean + common) / (count + 1)
    if n < minimum or dependent(correlation):
        return Spending(None, correlation, own, count, mean)
    model = GammaGamma.fit(count[usable], mean[usable])
    if model.problems or model.params["q"] <= 1:
        return Spending(None, correlation, own, count, mean)
    return Spending(model, correlation, model.expected_spend(frequency=count, monetary=mean), count, mean)


def dependent(correlation: Estimate) -> bool:
    """Whether the correlation is surely beyond ``DEPENDENT``, up or down."""
    if correlation.low is None or correlation.high is None:
        return False
    return correlation.low > DEPENDENT or correlation.high < -DEPENDENT


def spend_slopes(money: Spending) -> tuple[Floats, Floats]:
    """How what a purchase brings moves with the logarithms of the Gamma-Gamma model's parameters, one a row,
    and their covariance; without rows where there is no model."""
    if money.model is None:
        return np.zeros((0, len(money.each))), np.zeros((0, 0))
    found = []
    for name, value in money.model.params.items():
        sides = [
            GammaGamma(
                money.model.params | {name: value * math.exp(sign * _STEP)}, {}, 0.0, money.model.n
            ).expected_spend(frequency=money.repeats, monetary=money.mean)
            for sign in (1, -1)
        ]
        found.append((sides[0] - sides[1]) / (2 * _STEP))
    return np.array(found), np.array(money.model.covariance)
