"""The satisfied fifth against the dissatisfied fifth.

Two extremes exaggerate whatever goes with satisfaction, since the middle is left out; a model of the full
sample belongs beside them. They are cut by answer, so the shares are seldom exactly a fifth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from crmreport.stats.multiple import benjamini_hochberg


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


def profile(choices: pd.DataFrame, cut: Fifths, *, minimum: int) -> pd.DataFrame:
    """Who is at either end: one row for each answer to a profile item, those that differ most first.

    ``item`` and ``question`` (both the column's name), ``answer``, the share of the satisfied who gave it
    (``satisfied_share``) and of the dissatisfied (``dissatisfied_share``), the ``difference``, and ``real``
    where it stands at a false discovery rate of 5% over all rows (Fisher's exact test). Items that under
    ``minimum`` of either end answered are left out, and so are answers that fewer than ``minimum`` gave.
    Of an item that is true or false (dtype ``boolean``) only what is true has a row.
    """
    rows, p_values = [], []
    for item in choices.columns:
        top, bottom = choices.loc[cut.top, item].dropna(), choices.loc[cut.bottom, item].dropna()
        if min(len(top), len(bottom)) < minimum:
            continue
        answers = [True] if choices[item].dtype == "boolean" else sorted(set(top) | set(bottom))
        for answer in answers:
            of_top, of_bottom = int((top == answer).sum()), int((bottom == answer).sum())
            with_it = of_top + of_bottom
            if with_it < minimum or (answer is True and len(top) + len(bottom) - with_it < minimum):
                continue
            table = np.array([[of_top, len(top) - of_top], [of_bottom, len(bottom) - of_bottom]])
            p_values.append(float(fisher_exact(table).pvalue))
            shares = of_top / len(top), of_bottom / len(bottom)
            rows.append((item, item, answer, *shares, shares[0] - shares[1]))
    columns = ["item", "question", "answer", "satisfied_share", "dissatisfied_share", "difference"]
    found = pd.DataFrame(rows, columns=columns)
    found["real"] = benjamini_hochberg(p_values)
    found["size"] = found["difference"].abs()
    return found.sort_values(["real", "size", "item"], ascending=[False, False, True], ignore_index=True)
