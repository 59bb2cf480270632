"""What customers feel, and what it does to their buying: who feels well buys more often and stays longer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from crmreport.simulate.people import Floats, People, draw_people, joint
from crmreport.simulate.settings import Attitude
from crmreport.simulate.worlds import World


def draw_customers(
    world: World, n: int, *, stores: int, people: np.random.Generator, feelings: np.random.Generator
) -> tuple[People, Floats]:
    """``n`` customers who had not left before the data begins, and what each feels; each region has
    ``stores`` stores. They are drawn ``n`` at a time from all who ever came, until there are enough."""
    parts: list[tuple[People, Floats]] = []
    while sum(len(feeling) for _, feeling in parts) < n:
        drawn, feeling = draw_people(world, n, stores=stores, rng=people), feelings.standard_normal(n)
        if world.attitude is not None:
            drawn = moved_by(drawn, world.attitude, feeling)
        there = drawn.left > 0
        parts.append((drawn.of(there), feeling[there]))
    found = joint([drawn for drawn, _ in parts])
    return found.of(np.arange(n)), np.concatenate([feeling for _, feeling in parts])[:n]


def moved_by(people: People, attitude: Attitude, feeling: Floats) -> People:
    """The people with the rates of buying and leaving that go with what they feel; see ``Attitude``.

    A lifetime is as much longer as its rate of leaving is lower, so that it stays exponential at that rate.
    """
    faster = _factor(attitude.on_rate * feeling, attitude.on_rate)
    leaving = _factor(-attitude.on_leaving * feeling, attitude.on_leaving)
    return replace(
        people,
        rate=people.rate * faster,
        leaving=people.leaving * leaving,
        left=people.joined + (people.left - people.joined) / leaving,
    )


def _factor(exponent: Floats, spread: float) -> Floats:
    """The exponential, with a mean of 1 over a normal of that spread."""
    return np.asarray(np.exp(exponent - spread**2 / 2))


def towards(feeling: Floats, share: Floats, attitude: Attitude) -> Floats:
    """What is felt for a brand by those who give it that ``share`` of their lines."""
    return np.asarray(feeling + attitude.on_brand * (share - 0.5))
