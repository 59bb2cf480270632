"""What is in the orders: brand, category and product of each line, deal, price, cost, place."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from crmreport.simulate.goods import GOODS
from crmreport.simulate.people import AGES, REGIONS, Codes, Floats, People, coded
from crmreport.simulate.purchases import Orders
from crmreport.simulate.worlds import World

CATEGORIES = tuple(GOODS)
_BY_AGE = (
    (0.25, 0.40, 0.15, 0.10, 0.10),
    (0.30, 0.30, 0.15, 0.12, 0.13),
    (0.35, 0.22, 0.18, 0.13, 0.12),
    (0.40, 0.15, 0.20, 0.15, 0.10),
    (0.42, 0.10, 0.23, 0.17, 0.08),
)
"""The share of each category in the lines of each age."""
STORES_A_REGION = 6
CHANNELS = ("store", "online", "app")
_OF_ONLINE_BY_APP = 0.4
_AT_HOME = 0.85
"""The share of orders in stores that are made in one's own."""
_QUANTITIES = (0.8, 0.15, 0.05)
_HOURS, _PASSED = (9, 11, 13, 16, 18, 20, 22), (0, 0.10, 0.27, 0.48, 0.68, 0.90, 1)
"""By which hour of the day which share of its orders has been made."""
_DEPTHS = (0.1, 0.2, 0.3, 0.5)
_STEPS = 12
"""How many products a brand has in each category, each dearer than the one before by the same ratio."""


def list_price(world: World) -> Floats:
    """By brand and step of price; the same in each category."""
    level = np.array([brand.price for brand in world.brands])
    return np.asarray(np.round(level[:, None] * world.cheapest * world.ratio ** np.arange(_STEPS), 2))


def product_table(world: World) -> pd.DataFrame:
    """``product_id``, ``product``, ``category``, ``brand`` and ``list_price`` of all that is sold."""
    prices = list_price(world)
    rows = [
        (
            f"{brand.id}-{c + 1}{step + 1:02}",
            f"{brand.name} {GOODS[category][step][0]}",
            category,
            brand.name,
            price,
        )
        for b, brand in enumerate(world.brands)
        for c, category in enumerate(CATEGORIES)
        for step, price in enumerate(prices[b])
    ]
    return pd.DataFrame(rows, columns=["product_id", "product", "category", "brand", "list_price"])


def store_table() -> pd.DataFrame:
    """``store_id``, ``store`` and ``region``: the stores, and last the one online, which is in no region."""
    rows = [
        (f"{region.lower()}-{number}", f"{region} {number}", region)
        for region in REGIONS
        for number in range(1, STORES_A_REGION + 1)
    ]
    return pd.DataFrame([*rows, ("online", "Online", None)], columns=["store_id", "store", "region"])


def draw_lines(world: World, people: People, orders: Orders, *, rng: np.random.Generator) -> pd.DataFrame:
    """The sale lines in order of time; what they hold says ``Simulated.lines``."""
    order = np.repeat(np.arange(len(orders)), 1 + rng.poisson(world.lines - 1, len(orders)))
    customer = orders.customer[order]
    cents = _split(orders.cents, order, rng)
    brand = _brands(world, people, orders.time[order], customer, rng)
    if world.priced:
        level = np.array([one.price for one in world.brands])
        cents = np.maximum(np.round(cents * level[brand]), 1).astype(np.int64)
    category = _pick(rng, np.cumsum(np.array(_BY_AGE), axis=1)[people.age[customer]])
    quantity = 1 + _pick(rng, np.cumsum(_QUANTITIES)[None, :], len(order))
    on_deal = rng.uniform(size=len(order)) < people.on_deal[customer]
    if world.offers:
        week = np.floor(orders.time[order] / 7).astype(np.int64) % len(CATEGORIES)
        on_deal |= (week == category) & (rng.uniform(size=len(order)) < world.offers)
    depth = np.where(on_deal, rng.choice(_DEPTHS, len(order)), 0)
    discount = np.round(cents * depth / (1 - depth)).astype(np.int64)
    full = cents + discount
    step = _step(world, full / quantity / 100, brand)
    margin = np.array([one.margin for one in world.brands])
    channel, store = _places(people, orders, rng)
    products, stores = product_table(world), store_table()
    item = (brand * len(CATEGORIES) + category) * _STEPS + step
    return pd.DataFrame(
        {
            "customer_id": coded(customer, customer_ids(len(people))),
            "order_id": order + 1,
            "product_id": coded(item, products["product_id"]),
            "brand": coded(brand, [one.name for one in world.brands]),
            "category": coded(category, CATEGORIES),
            "store_id": coded(store[order], stores["store_id"]),
            "channel": coded(channel[order], CHANNELS),
            "sold_at": _moments(world.start, orders.time)[order],
            "quantity": quantity,
            "revenue": cents / 100,
            "discount": discount / 100,
            "cost": np.round(full * (1 - margin[brand])) / 100,
        }
    )


@lru_cache(maxsize=2)
def customer_ids(n: int) -> pd.Index:
    """``m0000001`` and on, rising as the customers' numbers do."""
    return pd.Index([f"m{number:07}" for number in range(1, n + 1)])


def _split(cents: Codes, order: Codes, rng: np.random.Generator) -> Codes:
    """Each order's value on its lines, to the cent; nothing is lost, and nothing is free but in orders of
    fewer cents than lines."""
    weight = rng.gamma(2.0, size=len(order))
    each = weight / np.bincount(order, weights=weight)[order]
    parts = np.maximum(np.floor(each * cents[order]), 1)
    rest = cents - np.bincount(order, weights=parts)
    first = np.searchsorted(order, np.arange(len(cents)))
    parts[first] = np.maximum(parts[first] + rest, 0)
    return parts.astype(np.int64)


def _brands(world: World, people: People, time: Floats, customer: Codes, rng: np.random.Generator) -> Codes:
    limits = np.cumsum(people.preference, axis=1)[customer]
    if world.switch is not None:
        after = (time >= (world.switch.on - world.start).days) & people.switched[customer]
        limits[after] = np.cumsum(people.preference_after(world), axis=1)[customer[after]]
    return _pick(rng, limits)


def _pick(rng: np.random.Generator, limits: Floats, n: int | None = None) -> Codes:
    """One of the columns for each row, where ``limits`` are the rising limits of their shares."""
    drawn = rng.uniform(size=(n or len(limits), 1))
    return np.asarray((drawn >= limits[:, :-1]).sum(axis=1))


def _step(world: World, price: Floats, brand: Codes) -> Codes:
    """The step of the brand's list prices that lies nearest to a price by ratio."""
    level = np.array([one.price for one in world.brands])[brand]
    step = np.round(np.log(np.maximum(price, 0.01) / level / world.cheapest) / np.log(world.ratio))
    return np.asarray(np.clip(step, 0, _STEPS - 1), dtype=np.int64)


def _places(people: People, orders: Orders, rng: np.random.Generator) -> tuple[Codes, Codes]:
    """Channel and store of each order."""
    n = len(orders)
    online = rng.uniform(size=n) < people.online[orders.customer]
    app = rng.uniform(size=n) < _OF_ONLINE_BY_APP
    channel = np.where(online, np.where(app, 2, 1), 0)
    anywhere = len(REGIONS) * STORES_A_REGION
    home = people.home[orders.customer]
    store = np.where(rng.uniform(size=n) < _AT_HOME, home, rng.integers(0, anywhere, n))
    return channel, np.where(online, anywhere, store)


def _moments(start: date, time: Floats) -> np.ndarray:
    """The second of each order: on the day of ``time``, at an hour of trade, in the same order as before."""
    day = np.floor(time)
    second = 3600 * np.interp(time - day, _PASSED, _HOURS)
    midnight = np.datetime64(start, "s") + day.astype("timedelta64[D]")
    return np.asarray(midnight + second.astype("timedelta64[s]"))


assert len(_BY_AGE) == len(AGES)
assert all(len(goods) == _STEPS for goods in GOODS.values())
