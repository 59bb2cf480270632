"""Weights of a sample: how much they cost, and how they are raked to what is known of everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from crmreport.stats.given import check_positive

Floats = NDArray[np.float64]

_ROUNDS = 200
_CLOSE = 1e-9


def effective_n(weights: ArrayLike) -> float:
    """Kish's effective sample size (1965): as many equally weighted answers would tell as much.

    The square of the sum of the weights over the sum of their squares; 0 without weights.
    """
    weight = np.asarray(weights, dtype=float)
    largest = float(np.abs(weight).max(initial=0.0))
    if not largest > 0:
        return 0.0
    weight = weight / largest
    return float(weight.sum() ** 2 / (weight**2).sum())


def design_effect(weights: ArrayLike) -> float:
    """How many times the variance of a mean is that of an unweighted sample (Kish): n over effective n."""
    weight = np.asarray(weights, dtype=float)
    effective = effective_n(weight)
    return len(weight) / effective if effective > 0 else float("nan")


@dataclass(frozen=True)
class Raked:
    """``weights`` with a mean of 1. ``reached``: the margins are met; ``worst`` is the largest gap left."""

    weights: Floats
    reached: bool
    worst: float


def rake(
    categories: Mapping[str, Sequence[object]],
    targets: Mapping[str, Mapping[str, float]],
    *,
    weights: ArrayLike | None = None,
    bound: float = 5.0,
) -> Raked:
    """Weights whose margins are the ``targets`` (iterative proportional fitting, Deming & Stephan 1940).

    ``categories`` gives each respondent's value by variable; ``targets`` the share of each value among
    everybody. A value without a target, such as a refusal, keeps the share it has. Weights are held
    between 1/``bound`` and ``bound`` times the mean; where that keeps a margin from being met,
    ``reached`` is False.

    Raises ValueError where a target's value has no respondent, or shares or weights are not positive.
    """
    n = len(next(iter(categories.values())))
    base = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    check_positive(base, "respondent")
    base = base / base.max()
    base = base / base.mean()
    cells = [_cells(name, categories[name], shares) for name, shares in targets.items()]
    weight = base.copy()
    for _ in range(_ROUNDS):
        for members, wanted in cells:
            known = sum(weight[member].sum() for member in members)
            for member, share in zip(members, wanted, strict=True):
                weight[member] *= share * known / weight[member].sum()
        weight = _bounded(weight, bound)
        if _worst(weight, cells) < _CLOSE:
            break
    worst = _worst(weight, cells)
    return Raked(weight, worst < 1e-4, worst)


def _bounded(weight: Floats, bound: float) -> Floats:
    """With a mean of 1, and within the bounds: to cut one weight moves the mean, and so the others."""
    for _ in range(_ROUNDS):
        weight = weight / weight.mean()
        if weight.max() <= bound * (1 + _CLOSE) and weight.min() >= (1 - _CLOSE) / bound:
            break
        weight = np.clip(weight, 1 / bound, bound)
    return weight


_Cells = tuple[list[NDArray[np.bool_]], list[float]]


def _cells(name: str, values: Sequence[object], shares: Mapping[str, float]) -> _Cells:
    total = sum(shares.values())
    members, wanted = [], []
    given = np.asarray(values, dtype=object)
    for value, share in shares.items():
        if share <= 0:
            raise ValueError(f"the share of “{value}” in “{name}” must be positive")
        member = given == value
        if not member.any():
            raise ValueError(f"nobody answered “{value}” to “{name}”, so weights cannot stand for them")
        members.append(member)
        wanted.append(share / total)
    return members, wanted


def _worst(weight: Floats, cells: Sequence[_Cells]) -> float:
    gaps = [
        abs(weight[member].sum() / sum(weight[one].sum() for one in members) - share)
        for members, wanted in cells
        for member, share in zip(members, wanted, strict=True)
    ]
    return float(max(gaps, default=0.0))
