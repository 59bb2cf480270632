"""What customers feel, and what it does to their buying: who feels well buys more often and stays longer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from crmreport.simulate.people import Floats, People
from crmreport.simulate.settings import Attitude


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
