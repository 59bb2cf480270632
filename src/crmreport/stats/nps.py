"""Net promoter score: the share who would recommend less the share who would not, in points."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from crmreport.stats.given import check_positive, check_same_order, numbers
from crmreport.stats.weighting import effective_n

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class NetPromoterScore:
    """``value`` in points from -100 to 100, ``low`` to ``high`` its interval at ``confidence``.

    ``promoters``, ``passives`` and ``detractors`` count the ``n`` answers, unweighted. ``n_effective`` is
    Kish's: as many equally weighted answers would tell as much. ``scale`` other than (0, 10) gives scores
    that do not compare with published ones.
    """

    value: float
    low: float
    high: float
    n: int
    promoters: int
    passives: int
    detractors: int
    n_effective: float
    confidence: float
    scale: tuple[int, int]

    @property
    def comparable(self) -> bool:
        """Whether the question was asked on the scale that the score is defined for."""
        return self.scale == (0, 10)


def net_promoter_score(
    answers: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    scale: tuple[int, int] = (0, 10),
    confidence: float = 0.95,
) -> NetPromoterScore:
    """Score the answers to “how likely are you to recommend”; NaN is no answer, and is left out.

    On 0 to 10 (and 1 to 10), promoters answer 9 or 10, detractors 6 or less (Reichheld 2003). On another
    scale promoters stand in its top tenth and detractors in its lower six tenths, such as 5 against 1 to 3
    of five. The interval is the adjusted Wald one: 3 more answers, 3/4 of them promoters and 3/4
    detractors (Bonett & Price 2012, as Sauro & Lewis apply it), on the effective n where there are weights.
    It is drawn towards zero, and reaches out to the value where a handful of answers agree.

    Raises ValueError where there is no answer, one is no number or lies off the scale, or weights are not
    positive or in another order.
    """
    if not 0 < confidence < 1:
        raise ValueError("confidence must lie between 0 and 1")
    given, weight = _given(answers, weights, scale)
    most, least = _cuts(scale)
    promoter, detractor = given >= most, given <= least
    share_for, share_against = (float(np.average(one, weights=weight)) for one in (promoter, detractor))
    n_effective = effective_n(weight)
    low, high = _adjusted_wald(share_for, share_against, n_effective, confidence)
    n, for_it, against = len(given), int(promoter.sum()), int(detractor.sum())
    value = share_for - share_against
    return NetPromoterScore(
        value=100 * value,
        low=100 * min(low, value),
        high=100 * max(high, value),
        n=n,
        promoters=for_it,
        passives=n - for_it - against,
        detractors=against,
        n_effective=n_effective,
        confidence=confidence,
        scale=scale,
    )


def _given(answers: ArrayLike, weights: ArrayLike | None, scale: tuple[int, int]) -> tuple[Floats, Floats]:
    asked = numbers(answers, "answers")
    weight = np.ones(asked.shape) if weights is None else numbers(weights, "weights")
    if asked.ndim != 1 or weight.shape != asked.shape:
        raise ValueError(
            f"answers must be one-dimensional, with one weight for each; their shape is {asked.shape}"
            + ("" if weights is None else f", that of the weights {weight.shape}")
        )
    check_same_order(answers, weights, ("answers", "weights"))
    if scale[0] >= scale[1]:
        raise ValueError(f"scale must name its lowest, then its highest answer, and is {scale}")
    answered = ~np.isnan(asked)
    if not answered.any():
        raise ValueError(f"there is no answer among the {len(asked)} given")
    off = np.flatnonzero((asked < scale[0]) | (asked > scale[1]))
    if len(off):
        raise ValueError(
            f"the answer {asked[off[0]]:g} is off the scale from {scale[0]} to {scale[1]} (answer "
            f"{off[0] + 1}): make it NaN where it stands for none, or name the scale that was asked"
        )
    check_positive(np.where(answered, weight, 1.0), "answer")
    asked, weight = asked[answered], weight[answered]
    # Weights are known up to a factor; so no weight is too large or small to be squared.
    weight = weight / weight.max()
    return asked, weight


def _cuts(scale: tuple[int, int]) -> tuple[float, float]:
    low, high = scale
    if high == 10 and low in (0, 1):
        return 9, 6
    return low + 0.9 * (high - low), low + 0.6 * (high - low)


def _adjusted_wald(
    share_for: float, share_against: float, n: float, confidence: float
) -> tuple[float, float]:
    more = n + 3
    up, down = (share_for * n + 0.75) / more, (share_against * n + 0.75) / more
    margin = float(norm.ppf((1 + confidence) / 2)) * math.sqrt((up + down - (up - down) ** 2) / more)
    return max(-1.0, up - down - margin), min(1.0, up - down + margin)
