"""The repeat rate between two pairs of periods: did buyers come back otherwise, or are they others?

A rate falls where more of the buyers are of a kind that seldom comes back, though every kind comes back as
before (Simpson's trap). ``repeats`` has one row per ``base`` (``previous``, ``earlier``) and ``group`` with
``customers`` and how many came ``again``; see ``features.repeats``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.analysis.mix import rate_and_mix
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import bounded, share, share_difference

ORDER = ("once", "few", "often")
_BASES = ("previous", "earlier")
_REPLICATES = 2000


@dataclass(frozen=True)
class Bridge:
    """``now``, the share of the last period's buyers who bought again, ``before``, that of the pair before,
    and their ``change``; its parts ``rate`` and ``mix`` add up to it. ``groups`` has one row per ``group``:
    ``share_before``, ``again_before``, ``share_now``, ``again_now``."""

    now: Estimate
    before: Estimate
    change: Estimate
    rate: Estimate
    mix: Estimate
    groups: pd.DataFrame


def bridge(repeats: pd.DataFrame, *, minimum: int, rng: np.random.Generator) -> Bridge | None:
    """The change in the repeat rate, parted with the mean weights of ``mix.rate_and_mix``.

    A group with fewer than ``minimum`` customers in either base joins the one beside it. None where that
    leaves fewer than two: then there is no mix. Intervals of the two rates are Wilson's, that of the change
    Newcombe's, those of its parts from draws of both pairs' buyers; they treat the pairs as independent, and
    so are too wide rather than too narrow where the same people are in both.
    """
    counts = _merged(_counts(repeats), minimum)
    if len(counts) < 2:
        return None
    sums = counts.sum()
    told = (int(sums["again_now"]), int(sums["now"]), int(sums["again_before"]), int(sums["before"]))
    value = rate_and_mix(_as_parts(counts))
    drawn = _drawn(counts, rng)
    parts = {name: bounded(np.concatenate([[value[name]], drawn[name]]), told[1]) for name in ("rate", "mix")}
    groups = pd.DataFrame(
        {
            "share_before": counts["before"] / told[3],
            "again_before": counts["again_before"] / counts["before"],
            "share_now": counts["now"] / told[1],
            "again_now": counts["again_now"] / counts["now"],
        }
    ).rename_axis("group")
    change = share_difference(*told)
    return Bridge(
        share(*told[:2]), share(*told[2:]), change, parts["rate"], parts["mix"], groups.reset_index()
    )


def larger(found: Bridge) -> str:
    """What moved the rate most, ``rate`` or ``mix``; ``neither`` where chance may have made both."""
    sure = {
        name: abs(one.value)
        for name, one in (("rate", found.rate), ("mix", found.mix))
        if one.low is not None and one.high is not None and (one.low > 0 or one.high < 0)
    }
    return max(sure, key=lambda name: sure[name], default="neither")


def _counts(repeats: pd.DataFrame) -> pd.DataFrame:
    wide = repeats.pivot_table(index="group", columns="base", values=["customers", "again"], aggfunc="sum")
    columns = pd.MultiIndex.from_product([["customers", "again"], _BASES])
    wide = wide.reindex(index=list(ORDER), columns=columns).fillna(0)
    flat = {
        "now": wide["customers"]["previous"],
        "again_now": wide["again"]["previous"],
        "before": wide["customers"]["earlier"],
        "again_before": wide["again"]["earlier"],
    }
    return pd.DataFrame(flat).astype("int64")


def _merged(counts: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Groups from the rarest up, a small one added to the next; the last, where small, to its neighbour."""
    rows: list[tuple[str, pd.Series]] = []
    carried = None
    for name, row in counts[::-1].iterrows():
        row = row if carried is None else row + carried
        carried = row if row[["now", "before"]].min() < minimum else None
        if carried is None:
            rows.append((str(name), row))
    if carried is not None and rows:
        name, row = rows.pop()
        rows.append((name, row + carried))
    return pd.DataFrame(dict(rows[::-1]), index=counts.columns).T


def _as_parts(counts: pd.DataFrame) -> pd.DataFrame:
    names = {
        "now": "orders",
        "again_now": "revenue",
        "before": "orders_before",
        "again_before": "revenue_before",
    }
    return counts.rename(columns=names)


def _drawn(counts: pd.DataFrame, rng: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """The two parts in draws of each pair's buyers, as many as there were, with the groups' rates."""
    weight, rate = zip(*(_draw(counts, name, rng) for name in ("now", "before")), strict=True)
    with np.errstate(invalid="ignore"):
        return {
            "rate": ((rate[0] - rate[1]) * (weight[0] + weight[1]) / 2).sum(axis=1),
            "mix": ((weight[0] - weight[1]) * (rate[0] + rate[1]) / 2).sum(axis=1),
        }


def _draw(
    counts: pd.DataFrame, name: str, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    sizes = counts[name].to_numpy(dtype=float)
    held = rng.multinomial(int(sizes.sum()), sizes / sizes.sum(), size=_REPLICATES)
    again = rng.binomial(held, counts[f"again_{name}"].to_numpy(dtype=float) / sizes)
    with np.errstate(invalid="ignore", divide="ignore"):
        return held / sizes.sum(), np.where(held > 0, again / held, math.nan)
