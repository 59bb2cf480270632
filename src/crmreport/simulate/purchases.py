"""When the customers of a world buy, and for how much.

The season is a change of clock: between two midnights of December more days of buying pass than between
two of June (``World.clock``). In that time everybody buys evenly, each in a rhythm of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmreport.simulate.people import Codes, Floats, People
from crmreport.simulate.worlds import WEEK, Rhythm, World


@dataclass(frozen=True)
class Orders:
    """One entry an order, in order of time: the customer's number, the time in days since the world's
    start, and the value in cents."""

    customer: Codes
    time: Floats
    cents: Codes

    def __len__(self) -> int:
        return len(self.customer)

    def of(self, rows: np.ndarray) -> Orders:
        """Those of which ``rows`` is true."""
        return Orders(self.customer[rows], self.time[rows], self.cents[rows])


def merged(orders: Orders, others: Orders) -> tuple[Orders, Codes]:
    """All of both in order of time, and of each its place among the ``others``, -1 where it is none."""
    time = np.concatenate([orders.time, others.time])
    owner = np.concatenate([orders.customer, others.customer])
    order = np.lexsort((owner, time))
    cents = np.concatenate([orders.cents, others.cents])[order]
    place = np.concatenate([np.full(len(orders), -1), np.arange(len(others))])[order]
    return Orders(owner[order], time[order], cents), place


def draw_orders(world: World, people: People, *, rng: np.random.Generator) -> Orders:
    """The first order of everybody who joins within the data, on joining, and those that follow until they
    leave or the data ends; of those who joined before it, the orders within it."""
    clock, day = world.clock(), np.arange(world.days + 1, dtype=float)
    begin = np.interp(people.joined, day, clock)
    end = np.interp(np.minimum(people.left, world.days), day, clock)
    new = np.flatnonzero(people.joined >= 0)
    owners, times = [new], [people.joined[new]]
    for place, rhythm in enumerate(world.rhythms):
        who = np.flatnonzero(people.rhythm == place)
        whose, passed = _repeats(rhythm, people.rate[who] / WEEK, begin[who], end[who], rng)
        owners.append(who[whose])
        times.append(np.interp(passed, clock, day))
    owner, time = np.concatenate(owners), np.concatenate(times)
    order = np.lexsort((owner, time))
    owner, time = owner[order], time[order]
    value = rng.gamma(world.p, size=len(owner)) * (people.mean_spend[owner] / world.p)
    return Orders(owner, time, np.maximum(np.round(100 * value), 1).astype(np.int64))


def _repeats(
    rhythm: Rhythm, rate: Floats, begin: Floats, end: Floats, rng: np.random.Generator
) -> tuple[Codes, Floats]:
    """Place of the customer and time of each purchase after the first; ``rate`` is by the day."""
    parents = rate * rhythm.every / (1 + rhythm.follow_ups)
    owner = np.repeat(np.arange(len(rate)), rng.poisson(parents * (end - begin)))
    time = begin[owner] + rng.uniform(size=len(owner)) * (end - begin)[owner]
    if rhythm.every > 1:
        owner, time = _each_nth(owner, time, rhythm.every)
    if rhythm.follow_ups:
        first = np.concatenate([np.arange(len(rate)), owner])
        since = np.concatenate([begin, time])
        follow = np.repeat(np.arange(len(first)), rng.poisson(rhythm.follow_ups, len(first)))
        later = since[follow] + rng.exponential(rhythm.within_days, len(follow))
        whose = first[follow]
        kept = later < end[whose]
        owner, time = np.concatenate([owner, whose[kept]]), np.concatenate([time, later[kept]])
    return owner, time


def _each_nth(owner: Codes, time: Floats, n: int) -> tuple[Codes, Floats]:
    """Of each owner's times the n-th, the 2n-th and so on. ``owner`` rises."""
    order = np.lexsort((time, owner))
    starts = np.searchsorted(owner, owner)
    kept = (np.arange(len(owner)) - starts) % n == n - 1
    return owner[kept], time[order][kept]
