"""What one customer may do: the interval of an expectation beside the predictive interval.

The first says how well the average of such customers is known, and shrinks with more data. The second says
between which counts eight of ten of them come, and does not: people differ from their own average.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from crmreport.analysis.calibration import class_name
from crmreport.analysis.forecast import (
    CONFIDENCE,
    EIGHT_OF_TEN,
    MOST,
    WEEK,
    WEEKS_A_YEAR,
    Model,
    Repeated,
    arrays,
    parameter_slopes,
    variance,
)
from crmreport.stats.btyd import GammaGamma

_DRAWS = 4000


def typical(part: pd.DataFrame) -> pd.DataFrame:
    """Three made-up histories, nobody's own: no repeat, the median repeater's, and one of the busiest tenth.

    ``frequency``, and the median ``recency`` and ``T`` of those who bought as often or nearly so.
    """
    repeats = part["frequency"][part["frequency"] > 0]
    if repeats.empty:
        return part[["frequency", "recency", "T"]][:0]
    rows = []
    for wanted in sorted({0.0, float(repeats.median()), float(repeats.quantile(0.9, interpolation="lower"))}):
        near = part[(part["frequency"] - math.floor(wanted)).abs() <= wanted / 4]
        if len(near):
            middle = near[["recency", "T"]].median()
            rows.append({"frequency": math.floor(wanted), "recency": middle["recency"], "T": middle["T"]})
    return pd.DataFrame(rows)


def one_customer(
    histories: pd.DataFrame, model: Model, money: GammaGamma, *, margin: float, rng: np.random.Generator
) -> pd.DataFrame:
    """What customers with these ``histories`` (see ``typical``) may do in 12 months, each row two intervals.

    ``alive``; the ``average`` of purchases with ``low`` and ``high``, the interval of the expectation at 95%;
    ``few`` to ``many``, the predictive interval of one such customer at 80%; ``worth`` and its predictive
    ``least`` to ``most``, not discounted, for one who spends the common mean.
    """
    known = arrays(histories)
    expected = model.expected_purchases(WEEKS_A_YEAR, **known)
    slopes = parameter_slopes(model, lambda one: one.expected_purchases(WEEKS_A_YEAR, **known))
    error = np.sqrt(variance(slopes.T, model.covariance))
    factor = np.exp(CONFIDENCE * error / expected)
    drawn = model.draw_purchases(WEEKS_A_YEAR, **known, rng=rng, draws=_DRAWS)
    few, many = np.quantile(drawn, EIGHT_OF_TEN, axis=0, method="inverted_cdf")
    common = money.expected_spend(frequency=0, monetary=0)[0]
    past = {"frequency": known["frequency"], "monetary": np.where(known["frequency"] > 0, common, 0.0)}
    least, most = np.quantile(margin * money.draw_spend(drawn, **past, rng=rng), EIGHT_OF_TEN, axis=0)
    return histories.assign(
        repeat_days=histories["frequency"],
        silent_days=(histories["T"] - histories["recency"]) * WEEK,
        alive=model.probability_alive(**known),
        average=expected,
        low=expected / factor,
        high=expected * factor,
        few=few,
        many=many,
        worth=margin * expected * money.expected_spend(**past),
        least=least,
        most=most,
    )


def by_class(simple: Repeated) -> pd.DataFrame:
    """The same of the simpler estimate: by ``purchases`` in the weeks before, the mean of the weeks after
    (``average``, ``low``, ``high``) and between which counts eight of ten came (``few``, ``many``)."""
    return pd.DataFrame(
        {
            "frequency": range(MOST + 1),
            "purchases": [class_name(count) for count in range(MOST + 1)],
            "average": simple.means,
            "low": np.maximum(simple.means - CONFIDENCE * simple.errors, 0),
            "high": simple.means + CONFIDENCE * simple.errors,
            "few": simple.few,
            "many": simple.many,
        }
    )


def example_of(made: pd.DataFrame) -> pd.Series | None:
    """The row that the text speaks of: the middle one of those where one customer may differ from the next;
    None where there is none."""
    wide = made[made["many"] > made["few"]]
    return wide.iloc[len(wide) // 3] if len(wide) else None
