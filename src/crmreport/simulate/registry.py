"""The worlds by name: those of sales alone, which break one thing each, and whole clients."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crmreport.errors import UsageError, did_you_mean
from crmreport.simulate.settings import (
    Attitude,
    Card,
    Leads,
    Outreach,
    Service,
    Staff,
    Survey,
    Trial,
    Wave,
)
from crmreport.simulate.worlds import Brand, Rhythm, Switch, World

_TRUE = World("pareto-nbd")

_PYRAMID = (
    Brand("magnolia", "Magnolia", "木兰", "木蘭", share=0.08, price=3.6, margin=0.75),
    Brand("wisteria", "Wisteria", "紫藤", "紫藤", share=0.14, price=2.1, margin=0.68),
    Brand("camellia", "Camellia", "山茶", "山茶", share=0.18, price=1.3, margin=0.60),
    Brand("clover", "Clover", "苜蓿", "苜蓿", share=0.34, price=0.8, margin=0.50),
    Brand("daisy", "Daisy", "雏菊", "雛菊", share=0.26, price=0.5, margin=0.42),
)
"""A group's brands from the top of the market to its breadth."""

_SHELVES = (
    Brand("own-brand", "Acorn", "橡果", "橡果", share=0.28, price=0.7, margin=0.48),
    Brand("linden", "Linden", "椴木", "椴木", share=0.34, price=1.0, margin=0.30),
    Brand("juniper", "Juniper", "刺柏", "刺柏", share=0.24, price=1.3, margin=0.33),
    Brand("larch", "Larch", "落叶松", "落葉松", share=0.14, price=1.8, margin=0.38),
)
"""What a chain sells: its own brand, and those of its suppliers."""

_WAVES = (
    Wave("2023-H2", date(2023, 11, 6), {}),
    Wave("2024-H1", date(2024, 5, 6), {"speed": 0.2}),
    Wave("2024-H2", date(2024, 11, 4), {"speed": 0.5, "advice": 0.3}),
)

_TRIALS = (
    Trial("trial-spring", date(2024, 3, 11), 28, lift=0.30, by_lot=True, cost=9000.0),
    Trial("best-buyers", date(2024, 6, 10), 28, lift=0.0, by_lot=False, cost=6000.0),
    Trial("trial-autumn", date(2024, 10, 14), 42, lift=0.50, by_lot=True, cost=12000.0),
)

_CLIENT = replace(
    _TRUE,
    joining_days=731,
    r=1.3,
    alpha=9.0,
    beta=60.0,
    season=0.25,
    priced=True,
    returned=0.02,
    attitude=Attitude(),
    outreach=Outreach(date(2024, 1, 1), _TRIALS),
    service=Service(),
    staff=Staff(),
)

WORLDS = {
    world.id: world
    for world in (
        _TRUE,
        replace(_TRUE, id="seasonal", season=0.6),
        replace(
            _TRUE,
            id="rhythms",
            rhythms=(
                Rhythm("regular", 0.4, every=6),
                Rhythm("random", 0.3),
                Rhythm("clumpy", 0.3, follow_ups=2.0),
            ),
        ),
        replace(_TRUE, id="switching", switch=Switch(date(2024, 4, 1), "aster", "briar", 0.5)),
        replace(_TRUE, id="no-dropout", s=None),
        replace(
            _CLIENT, id="beauty-group", brands=_PYRAMID, survey=Survey(_WAVES, by_brand=True), leads=Leads()
        ),
        replace(
            _CLIENT,
            id="retail-chain",
            brands=_SHELVES,
            gamma=45.0,
            lines=2.6,
            offers=0.35,
            survey=Survey(_WAVES),
            card=Card(),
        ),
    )
}
"""By id. The first is the one in which the models are right; the last two are whole clients."""


def usual_size(name: str) -> int:
    """How many customers are drawn where nobody says: as many as make a report in about a minute.

    Raises UsageError where there is no such world.
    """
    return 10_000 if world_of(name).survey is None else 5_000


def world_of(name: str) -> World:
    """The world of that id. Raises UsageError where there is none."""
    if name not in WORLDS:
        raise UsageError(
            f"There is no world “{name}”{did_you_mean(name, WORLDS)}", remedy=f"One of: {', '.join(WORLDS)}."
        )
    return WORLDS[name]
