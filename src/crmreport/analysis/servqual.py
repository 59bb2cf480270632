"""What customers expected against what they found: gaps by attribute, and how far a gap can be trusted.

Parasuraman, Zeithaml & Berry (1988) score service by perception less expectation. A difference of two
answers is less reliable than either, so perceptions alone (SERVPERF; Cronin & Taylor 1992) stand beside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from crmreport.analysis.satisfaction import Floats, mean
from crmreport.stats.estimate import Estimate


def gaps(values: pd.DataFrame, expected: Mapping[str, str], perceived: Mapping[str, str]) -> pd.DataFrame:
    """One row for each attribute of which both expectation and perception were asked.

    ``attribute``, the means ``expected`` and ``perceived``, and the ``gap``, perceived less expected of the
    same respondents, with ``low`` and ``high`` (Student) and their number ``n``; largest shortfall first.
    (Parasuraman, Zeithaml & Berry 1988.)
    """
    rows = []
    for attribute in expected:
        if attribute not in perceived:
            continue
        pairs = values[[expected[attribute], perceived[attribute]]].dropna()
        before, after = pairs.iloc[:, 0], pairs.iloc[:, 1]
        gap = mean(after - before)
        if not gap.known:
            continue
        rows.append((attribute, before.mean(), after.mean(), gap.value, gap.low, gap.high, gap.n))
    columns = ["attribute", "expected", "perceived", "gap", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns).sort_values(["gap", "attribute"], ignore_index=True)


def difference_reliability(expected: Floats, perceived: Floats, alphas: Sequence[float]) -> float:
    """How reliable the difference of two scale scores is, given the alpha of each.

    (s1² α1 + s2² α2 - 2 s12) / (s1² + s2² - 2 s12); Peter, Churchill & Brown 1993. The closer the two go
    together, the less of their difference is more than error.
    """
    shared = np.cov(expected, perceived)
    own = shared[0, 0] * alphas[0] + shared[1, 1] * alphas[1] - 2 * shared[0, 1]
    whole = shared[0, 0] + shared[1, 1] - 2 * shared[0, 1]
    return float(own / whole) if whole > 0 else math.nan


def row_estimate(row: pd.Series) -> Estimate:
    """The gap in a row of ``gaps``."""
    return Estimate(float(row["gap"]), int(row["n"]), float(row["low"]), float(row["high"]), 0.95)
