"""What a campaign did to those whom the lot gave it: the only comparison of the report that is an effect.

Each arm is set against the arm that was left out, as the lot drew them (intention to treat). What a
customer spent before the campaign is taken into account (Deng, Xu, Kohavi & Walker 2013: CUPED, the
regression adjustment of Fisher's analysis of covariance): it narrows the interval and moves no truth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy.stats import norm, t

from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share, share_difference, share_test
from crmreport.stats.multiple import benjamini_hochberg

CONFIDENCE = 0.95
_FAR = float(norm.ppf(0.9995) / norm.ppf(0.975))

Sums = Callable[[pd.Series], tuple[float, float]]
"""Of an arm: the sum of a measure over its customers, and of its squares."""


@dataclass(frozen=True)
class Trial:
    """One arm of a campaign against the one left out (``control``).

    - ``bought``, ``control_bought``: the shares who bought during the campaign (Wilson); ``more_buyers``:
      their difference (Newcombe)
    - ``more_spent``: revenue a customer more than in the control during the campaign, adjusted for the time
      before it; ``control_spent``: that of the control, as it is
    - ``gap_before``: revenue a customer more before the campaign, where the lot should leave none
    - ``spent_clearly``, ``bought_clearly``: whether what was spent, and who bought, differ by more than
      chance explains, all arms of the report taken as one family each

    n is the smaller arm's customers.
    """

    campaign_id: str
    arm: str
    control: str
    customers: int
    left_out: int
    bought: Estimate
    control_bought: Estimate
    more_buyers: Estimate
    more_spent: Estimate
    control_spent: Estimate
    gap_before: Estimate
    spent_clearly: bool
    bought_clearly: bool


def trials(arms: pd.DataFrame, *, minimum: int) -> list[Trial]:
    """Every arm against its campaign's control: the one that was reached least, by less than half the part
    of the arm it is compared with. Arms under ``minimum`` customers are left out; so are campaigns without
    an arm left out, which compare offers and not a campaign with none, and pairs in which nobody bought, as
    of a brand that few know: they have nothing to tell apart. Clear ones first, then by size.

    ``arms`` has the columns of ``trial_arms`` of one scope.
    """
    pairs = [
        (arm, control)
        for _, own in arms[arms["customers"] >= minimum].groupby("campaign_id", sort=True)
        for arm, control in _pairs(own)
        if arm["buyers"] + control["buyers"] > 0
    ]
    judged = [_adjusted(arm, control) for arm, control in pairs]
    spent = benjamini_hochberg([p for _, p in judged])
    bought = benjamini_hochberg(
        [share_test(*(int(one[name]) for one in pair for name in ("buyers", "customers"))) for pair in pairs]
    )
    found = [
        _trial(arm, control, more, spent_clearly=bool(one), bought_clearly=bool(other))
        for (arm, control), (more, _), one, other in zip(pairs, judged, spent, bought, strict=True)
    ]
    return sorted(
        found, key=lambda one: (not one.spent_clearly, not one.bought_clearly, -_size(one.more_spent))
    )


def _size(estimate: Estimate) -> float:
    return abs(estimate.value) if estimate.known else 0.0


def verdict(found: Sequence[Trial]) -> Literal["more", "less", "buyers", "none"]:
    """What the first of ``trials`` moved by more than chance explains: what is spent, or else who buys."""
    if not found:
        return "none"
    first = found[0]
    if first.spent_clearly:
        return "more" if first.more_spent.value > 0 else "less"
    return "buyers" if first.bought_clearly else "none"


def uneven(gap: Estimate) -> bool:
    """Whether two groups differed before the campaign by more than a lot would leave (at 99.9%, so that
    a report of many campaigns cries wolf seldom)."""
    if gap.low is None or gap.high is None:
        return False
    return abs(gap.value) > (gap.high - gap.low) / 2 * _FAR


def _pairs(own: pd.DataFrame) -> list[tuple[pd.Series, pd.Series]]:
    own = own.assign(part=own["reached"] / own["customers"]).sort_values(["part", "arm"])
    control = own.iloc[0]
    return [(arm, control) for _, arm in own.iloc[1:].iterrows() if control["part"] < arm["part"] / 2]


def _trial(
    arm: pd.Series, control: pd.Series, more: Estimate, *, spent_clearly: bool, bought_clearly: bool
) -> Trial:
    sizes = [int(one["customers"]) for one in (arm, control)]
    buyers = [int(one["buyers"]) for one in (arm, control)]
    return Trial(
        campaign_id=str(arm["campaign_id"]),
        arm=str(arm["arm"]),
        control=str(control["arm"]),
        customers=sizes[0],
        left_out=sizes[1],
        bought=share(buyers[0], sizes[0]),
        control_bought=share(buyers[1], sizes[1]),
        more_buyers=share_difference(buyers[0], sizes[0], buyers[1], sizes[1]),
        more_spent=more,
        control_spent=Estimate(float(control["during"]) / sizes[1], sizes[1]),
        gap_before=_difference(arm, control, _before)[0],
        spent_clearly=spent_clearly,
        bought_clearly=bought_clearly,
    )


def _before(one: pd.Series) -> tuple[float, float]:
    return float(one["before"]), float(one["before_squares"])


def _adjusted(arm: pd.Series, control: pd.Series) -> tuple[Estimate, float]:
    """The difference of the means of during less theta times before; theta is pooled within the arms."""
    theta = _theta([arm, control])

    def less_before(one: pd.Series) -> tuple[float, float]:
        total = one["during"] - theta * one["before"]
        squares = one["during_squares"] - 2 * theta * one["products"] + theta**2 * one["before_squares"]
        return float(total), float(squares)

    return _difference(arm, control, less_before)


def _theta(arms: Sequence[pd.Series]) -> float:
    """The slope of during on before within the arms; nought where nobody bought before."""
    around = [one["before_squares"] - one["before"] ** 2 / one["customers"] for one in arms]
    together = [one["products"] - one["before"] * one["during"] / one["customers"] for one in arms]
    return float(sum(together) / sum(around)) if sum(around) > 0 else 0.0


def _difference(arm: pd.Series, control: pd.Series, sums: Sums) -> tuple[Estimate, float]:
    """The difference of two means with Welch's interval, and the p-value that there is none; not known where
    all spent the same, which leaves no error to judge it by."""
    means, variances = [], []
    for one in (arm, control):
        n = float(one["customers"])
        total, squares = sums(one)
        means.append(total / n)
        variances.append(max(squares - total**2 / n, 0.0) / (n - 1) / n)
    value, error, n = (
        means[0] - means[1],
        math.sqrt(sum(variances)),
        int(min(arm["customers"], control["customers"])),
    )
    if not error:
        return Estimate(math.nan, n), 1.0
    sizes = [float(one["customers"]) for one in (arm, control)]
    freedom = sum(variances) ** 2 / sum(v**2 / (size - 1) for v, size in zip(variances, sizes, strict=True))
    reach = float(t.ppf((1 + CONFIDENCE) / 2, freedom)) * error
    return Estimate(value, n, value - reach, value + reach, CONFIDENCE), float(
        2 * t.sf(abs(value) / error, freedom)
    )
