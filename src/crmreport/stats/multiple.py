"""Many comparisons at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from statsmodels.stats.multitest import multipletests


def benjamini_hochberg(p_values: ArrayLike, *, level: float = 0.05) -> NDArray[np.bool_]:
    """Which tests of a family pass, at most ``level`` of them being expected to do so by chance.

    Benjamini and Hochberg's step-up procedure (JRSS B 1995).
    """
    family = np.asarray(p_values, dtype=float)
    if not len(family):
        return np.zeros(0, dtype=bool)
    return np.asarray(multipletests(family, alpha=level, method="fdr_bh")[0], dtype=bool)
