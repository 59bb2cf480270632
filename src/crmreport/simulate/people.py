"""The customers of a world: what they are like, which is the truth, and what a client knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.simulate.worlds import WEEK, World

AGES = ("18-24", "25-34", "35-44", "45-54", "55+")
_AGE_SHARES = (0.18, 0.30, 0.24, 0.16, 0.12)
GENDERS = ("F", "M")
_GENDER_SHARES = (0.72, 0.28)
REGIONS = ("North", "East", "South", "West")
_REGION_SHARES = (0.2, 0.4, 0.25, 0.15)

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class People:
    """One entry a customer in each array.

    - ``joined``, ``left``: days since the world's start, negative before it; infinite where a customer never
      leaves
    - ``rate``, ``leaving``: by the week; ``mean_spend``: the mean of an order's value
    - ``rhythm``: place in the world's rhythms; ``preference``: by brand, each row sums to 1
    - ``switched``: where the world has a switch, whether this one takes part
    - ``on_deal``, ``online``: the share of lines bought on a deal, of orders made online
    - ``age``, ``gender``, ``region``, ``home`` (a store of the region): codes
    """

    joined: Floats
    left: Floats
    rate: Floats
    leaving: Floats
    mean_spend: Floats
    rhythm: Codes
    preference: Floats
    switched: NDArray[np.bool_]
    on_deal: Floats
    online: Floats
    age: Codes
    gender: Codes
    region: Codes
    home: Codes

    def __len__(self) -> int:
        return len(self.joined)

    def of(self, rows: NDArray[np.bool_] | Codes) -> People:
        """Those that ``rows`` picks."""
        return People(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    def preference_after(self, world: World) -> Floats:
        """The preferences after the world's switch; those of who takes no part stay."""
        if world.switch is None:
            return self.preference
        ids = [brand.id for brand in world.brands]
        source, target = ids.index(world.switch.source), ids.index(world.switch.target)
        after = self.preference.copy()
        after[self.switched, target] += after[self.switched, source]
        after[self.switched, source] = 0
        return after


def draw_people(world: World, n: int, *, stores: int, rng: np.random.Generator) -> People:
    """``n`` customers; each region has ``stores`` stores."""
    joined = _joined(world, n, rng)
    leaving = np.zeros(n) if world.s is None else rng.gamma(world.s, 1 / world.beta, n)
    with np.errstate(divide="ignore"):
        left = joined + WEEK * rng.exponential(1, n) / leaving
    share = np.array([brand.share for brand in world.brands])
    preference = _dirichlet(rng, world.loyalty * share / share.sum(), n)
    region = _choice(rng, _REGION_SHARES, n)
    return People(
        joined=joined,
        left=left,
        rate=rng.gamma(world.r, 1 / world.alpha, n),
        leaving=leaving,
        mean_spend=world.p / rng.gamma(world.q, 1 / world.gamma, n),
        rhythm=_choice(rng, [rhythm.share for rhythm in world.rhythms], n),
        preference=preference,
        switched=_switched(world, preference, rng),
        on_deal=rng.beta(*world.deals, n),
        online=rng.beta(0.8, 1.2, n),
        age=_choice(rng, _AGE_SHARES, n),
        gender=_choice(rng, _GENDER_SHARES, n),
        region=region,
        home=region * stores + rng.integers(0, stores, n),
    )


def _joined(world: World, n: int, rng: np.random.Generator) -> Floats:
    """When each came: as ``World`` says."""
    if not world.older:
        return rng.uniform(0, world.joining_days, n)
    clock = world.clock()
    passed = rng.uniform(-world.older, clock[-1], n)
    return np.where(passed < 0, passed, np.interp(passed, clock, np.arange(world.days + 1)))


def joint(parts: Sequence[People]) -> People:
    """All of them, in order."""
    each = {one.name: [getattr(part, one.name) for part in parts] for one in fields(People)}
    return People(**{name: np.concatenate(values) for name, values in each.items()})


def _switched(world: World, preference: Floats, rng: np.random.Generator) -> NDArray[np.bool_]:
    drawn = rng.uniform(size=len(preference))
    if world.switch is None:
        return np.zeros(len(preference), dtype=bool)
    favourite = preference.argmax(axis=1)
    source = [brand.id for brand in world.brands].index(world.switch.source)
    return np.asarray((favourite == source) & (drawn < world.switch.share))


def _dirichlet(rng: np.random.Generator, parameters: Floats, n: int) -> Floats:
    # Where all draws of a row vanish (small parameters), it is one brand's alone.
    drawn = rng.gamma(parameters, size=(n, len(parameters))) + 1e-12
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def coded(codes: Codes, names: Sequence[str] | pd.Series | pd.Index) -> pd.Categorical:
    """Each code's name."""
    return pd.Categorical.from_codes(codes, pd.Index(names))


def _choice(rng: np.random.Generator, shares: list[float] | tuple[float, ...], n: int) -> Codes:
    limits = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(limits[:-1], rng.uniform(size=n), side="right").astype(np.int64)
