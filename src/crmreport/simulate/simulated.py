"""A simulated client in memory: its tables, and beside them the truth."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from crmreport.errors import UsageError
from crmreport.simulate.client import draw_client
from crmreport.simulate.feelings import draw_customers
from crmreport.simulate.lines import STORES_A_REGION, customer_ids, product_table, store_table
from crmreport.simulate.people import AGES, GENDERS, REGIONS, People, coded
from crmreport.simulate.purchases import draw_orders
from crmreport.simulate.registry import world_of
from crmreport.simulate.worlds import World

STREAMS = (
    "people",
    "orders",
    "lines",
    "feelings",
    "survey",
    "outreach",
    "complaints",
    "cases",
    "points",
    "returns",
    "leads",
    "staff",
)
"""What is drawn, each from a stream of its own: what one draws does not move the others. Its place in the
list is a stream's seed, so a new one goes to the end."""


@dataclass(frozen=True)
class Truth:
    """What no client knows.

    ``parameters`` are the world's. ``customers`` has a row for each, indexed by ``customer_id``:
    ``joined_on`` (also before the data); ``left_on`` (missing: not by its end); ``rate`` and ``leaving_rate``
    by the week; ``mean_spend``, the mean of an order's value; ``rhythm``; ``favourite``, the brand liked best
    at first; ``switched``; ``deal_share``, of the lines; and ``feeling`` where the world has an attitude.
    ``tables`` are what is true of single rows of other tables, by name: ``invitations``, ``cases``,
    ``messages``. ``known`` are numbers that follow from what was drawn (see ``known.MEANINGS``).
    """

    parameters: dict[str, Any]
    customers: pd.DataFrame
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Simulated:
    """A client drawn from ``world`` with ``seed``.

    - ``lines``: ``customer_id``, ``order_id``, ``product_id``, ``brand``, ``category``, ``store_id``,
      ``channel``, ``sold_at``, ``quantity``, ``revenue`` (what was paid), ``discount`` (what the deal took
      off) and ``cost`` of the line, in order of time
    - ``customers``: ``customer_id``, ``joined_on``, ``age``, ``gender``, ``region``
    - ``products``, ``stores``: see ``product_table`` and ``store_table``
    - ``tables``: what a whole client has besides, by name, as its files hold it: ``answers`` and
      ``invitations``, ``cases``, ``campaigns``, ``arms``, ``contacts``, ``coupons``, ``redemptions``,
      ``points``, ``leads``, ``staff`` and ``staff-survey``
    """

    world: World
    seed: int
    lines: pd.DataFrame
    customers: pd.DataFrame
    products: pd.DataFrame
    stores: pd.DataFrame
    truth: Truth
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


def simulate(world: World | str, *, customers: int, seed: int) -> Simulated:
    """Draw a client of ``customers`` customers; the same three give the same client.

    Raises UsageError where no world has that name, or where there is no customer to draw.
    """
    if isinstance(world, str):
        world = world_of(world)
    if customers < 1:
        raise UsageError("A simulated client needs at least one customer.")
    seeds = np.random.SeedSequence(seed).spawn(len(STREAMS))
    rng = {name: np.random.default_rng(part) for name, part in zip(STREAMS, seeds, strict=True)}
    people, feeling = draw_customers(
        world, customers, stores=STORES_A_REGION, people=rng["people"], feelings=rng["feelings"]
    )
    orders = draw_orders(world, people, rng=rng["orders"])
    drawn = draw_client(world, people, feeling, orders, rng)
    known, true = _known(world, people), _true(world, people)
    if world.attitude is not None:
        true["feeling"] = feeling
    if drawn.refused is not None:
        known["opt_out"] = np.isfinite(drawn.refused)
        true["refused_on"] = _day(world, drawn.refused)
    return Simulated(
        world=world,
        seed=seed,
        lines=drawn.lines,
        customers=known,
        products=product_table(world),
        stores=store_table(),
        truth=Truth(_parameters(world), true, drawn.true, drawn.known),
        tables=drawn.tables,
    )


def _known(world: World, people: People) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": customer_ids(len(people)),
            "joined_on": _day(world, people.joined),
            "age": coded(people.age, AGES),
            "gender": coded(people.gender, GENDERS),
            "region": coded(people.region, REGIONS),
        }
    )


def _true(world: World, people: People) -> pd.DataFrame:
    ended = np.where(people.left < world.days, people.left, np.nan)
    return pd.DataFrame(
        {
            "joined_on": _day(world, people.joined),
            "left_on": _day(world, ended),
            "rate": people.rate,
            "leaving_rate": people.leaving,
            "mean_spend": people.mean_spend,
            "rhythm": coded(people.rhythm, [one.id for one in world.rhythms]),
            "favourite": coded(people.preference.argmax(axis=1), [brand.id for brand in world.brands]),
            "switched": people.switched,
            "deal_share": people.on_deal,
        },
        index=pd.Index(customer_ids(len(people)), name="customer_id"),
    )


def _day(world: World, time: np.ndarray) -> np.ndarray:
    day = np.full(len(time), np.datetime64("NaT", "s"))
    told = np.isfinite(time)
    day[told] = np.datetime64(world.start, "s") + np.floor(time[told]).astype("timedelta64[D]")
    return day


def _parameters(world: World) -> dict[str, Any]:
    """The world as plain values, with its last day."""
    assert world.end == world.start + timedelta(days=world.days - 1)
    plain = asdict(world) | {"end": world.end}
    return {name: _plain(value) for name, value in plain.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
