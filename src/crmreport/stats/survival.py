"""How long until it happens, when for some it has not happened yet: Kaplan and Meier's estimate.

A case that is still open counts as at risk until the day it was last looked at, and then drops out; to
leave it out, or to take it as closed, makes every time look shorter than it is (Kaplan & Meier 1958).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.duration.survfunc import survdiff

from crmreport.stats.estimate import Estimate

Floats = NDArray[np.float64]

REPLICATES = 500
_HAIR = 1e-12


def kaplan_meier(closed: Floats, still_open: Floats) -> Floats:
    """The share that has not ended after day 0, 1, 2, …; days along the last axis.

    ``closed`` and ``still_open`` count the cases that ended, or were last seen open, on each day. Past
    the last case at risk the value stays what it was.
    """
    leaving = closed + still_open
    at_risk = leaving[..., ::-1].cumsum(axis=-1)[..., ::-1]
    hazard = np.divide(closed, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    return np.asarray(np.cumprod(1 - hazard, axis=-1))


@dataclass(frozen=True)
class Survival:
    """An estimated curve with its bootstrap replicates.

    ``value`` is the share still open after each of the ``days`` (0, 1, …), ``replicates`` the same of
    resampled cases, one a row; ``n`` the cases. It reaches as far as enough cases are at risk.
    """

    value: Floats
    replicates: Floats
    n: int
    confidence: float = 0.95

    @classmethod
    def of_cases(
        cls, days: NDArray[np.int64], ended: NDArray[np.bool_], *, rng: np.random.Generator, at_least: int = 1
    ) -> Survival:
        """Of independent cases: each lasted ``days``, and had then ``ended`` or not.

        Drawing cases is drawing from the counts of equal ones, so the work does not grow with n.
        """
        n = len(days)
        size = int(days.max()) + 1 if n else 1
        closed = np.bincount(days[ended], minlength=size).astype(float)
        still_open = np.bincount(days[~ended], minlength=size).astype(float)
        cells = np.concatenate([closed, still_open])
        drawn = rng.multinomial(n, cells / n, size=REPLICATES).astype(float) if n else np.zeros((1, 2))
        return cls._reaching(closed, still_open, drawn[:, :size], drawn[:, size:], n, at_least)

    @classmethod
    def of_parts(
        cls, closed: Floats, still_open: Floats, *, rng: np.random.Generator, at_least: int = 1
    ) -> Survival:
        """Of cases that belong together: counts by part (rows) and day.

        Whole parts are drawn, so the interval holds though one customer has several gaps.
        """
        parts = len(closed)
        weights = rng.multinomial(parts, np.full(parts, 1 / parts), size=REPLICATES).astype(float)
        n = round(float(closed.sum() + still_open.sum()))
        drawn = weights @ closed, weights @ still_open
        return cls._reaching(closed.sum(axis=0), still_open.sum(axis=0), *drawn, n, at_least)

    @classmethod
    def of_gaps(
        cls,
        part: NDArray[np.int64],
        days: NDArray[np.int64],
        closed: NDArray[Any],
        still_open: NDArray[Any],
        *,
        rng: np.random.Generator,
        at_least: int = 1,
    ) -> Survival:
        """Of rows that count cases: how many of a ``part`` ended, or were still open, after ``days``.

        Cases of one part belong together, as in ``of_parts``. The order of the rows does not matter. Counts
        may be weighted, as where the gaps of one customer count as one case together.
        """
        if not len(part):
            return cls.of_cases(np.array([], dtype=np.int64), np.array([], dtype=bool), rng=rng)
        parts, row = np.unique(part, return_inverse=True)
        tables = [np.zeros((len(parts), int(days.max()) + 1)) for _ in range(2)]
        for table, counts in zip(tables, (closed, still_open), strict=True):
            np.add.at(table, (row, days), counts.astype(float))
        return cls.of_parts(*tables, rng=rng, at_least=at_least)

    @classmethod
    def _reaching(
        cls, closed: Floats, still_open: Floats, c: Floats, o: Floats, n: int, at_least: int
    ) -> Survival:
        at_risk = (closed + still_open)[::-1].cumsum()[::-1]
        complete = not still_open.any()
        reach = len(closed) if complete else max(int((at_risk >= at_least).sum()), 1)
        return cls(kaplan_meier(closed, still_open)[:reach], kaplan_meier(c, o)[:, :reach], n)

    @property
    def reach(self) -> int:
        """The last day about which the curve says anything."""
        return len(self.value) - 1

    def band(self) -> tuple[Floats, Floats]:
        """Pointwise bounds of the curve (percentile bootstrap), never inside it."""
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(self.replicates, [tail, 1 - tail], axis=0)
        return np.minimum(low, self.value), np.maximum(high, self.value)

    def ended_by(self, day: int) -> Estimate:
        """The share that has ended by ``day``; NaN past the curve's reach, unless all have ended."""
        if self.n and not self.value[-1]:
            day = min(day, self.reach)
        if not self.n or day > self.reach:
            return Estimate(float("nan"), self.n)
        return self._estimate(1 - float(self.value[day]), 1 - self.replicates[:, day])

    def day_when(self, share: float, *, of_ended_by: int | None = None) -> Estimate:
        """The first day by which ``share`` has ended: of all, or of those who end by ``of_ended_by``.

        NaN where the curve, or a bound of the interval, does not get there.
        """
        if not self.n or (of_ended_by is not None and of_ended_by > self.reach):
            return Estimate(float("nan"), self.n)
        found = _first_day(self.value[None, :], share, of_ended_by)
        drawn = _first_day(self.replicates, share, of_ended_by)
        return self._estimate(float(found[0]), drawn)

    def _estimate(self, value: float, drawn: Floats) -> Estimate:
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(drawn, [tail, 1 - tail], method="inverted_cdf")
        if not np.isfinite([value, low, high]).all():
            return Estimate(float("nan"), self.n)
        return Estimate(value, self.n, min(float(low), value), max(float(high), value), self.confidence)


def _first_day(curves: Floats, share: float, of_ended_by: int | None) -> Floats:
    ended = 1 - curves
    wanted = share * (ended[:, [of_ended_by]] if of_ended_by is not None else 1.0)
    there = (ended >= wanted - _HAIR) & (ended > 0)
    return np.where(there.any(axis=1), there.argmax(axis=1), np.inf)


def log_rank(
    days: NDArray[np.int64], ended: NDArray[np.bool_], groups: Sequence[object]
) -> tuple[float, float]:
    """Chi squared and p of the log-rank test that all groups share one curve (Mantel 1966)."""
    chi2, p = survdiff(days, ended.astype(int), np.asarray(groups))
    return float(chi2), float(p)
