"""The satisfied fifth against the dissatisfied fifth.

Two extremes exaggerate whatever goes with satisfaction, since the middle is left out; a model of the full
sample belongs beside them. They are cut by answer, so the shares are seldom exactly a fifth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Fifths:
    """Responses cut by their answer into the most and the least satisfied.

    ``top`` and ``bottom`` mark the rows; ``top_from`` and ``bottom_to`` are the answers cut at, and the
    shares say how many they really are: an answer is never split.
    """

    top: pd.Series
    bottom: pd.Series
    top_from: float
    bottom_to: float
    top_share: float
    bottom_share: float


def fifths(values: pd.Series, *, part: float = 0.2) -> Fifths | None:
    """The cut by answer whose share comes closest to ``part`` at either end; None where all answer alike."""
    given = values.dropna()
    levels = np.sort(given.unique())
    if len(levels) < 2:
        return None
    from_top = {level: float((given >= level).mean()) for level in levels[1:]}
    to_bottom = {level: float((given <= level).mean()) for level in levels[:-1]}
    high = min(from_top, key=lambda level: (abs(from_top[level] - part), -level))
    low = min(to_bottom, key=lambda level: (abs(to_bottom[level] - part), level))
    if low >= high:
        low = float(levels[levels < high].max())
    return Fifths(values >= high, values <= low, high, low, from_top[high], to_bottom[low])
