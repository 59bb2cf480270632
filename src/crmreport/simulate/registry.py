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
from crmreport.simulate.worlds import Brand, Festival, Rhythm, Switch, World

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

_FESTIVALS = (
    Festival("womens-day", 3, 1, 8, 1.3),
    Festival("mid-year", 6, 1, 18, 1.5),
    Festival("singles-day", 11, 1, 11, 2.0),
    Festival("year-end", 12, 20, 12, 1.35),
)
"""The shopping days of a Chinese year."""

_WAVES = (
    Wave("2023-H2", date(2023, 11, 6), {}),
    Wave("2024-H1", date(2024, 5, 6), {"speed": 0.2}),
    Wave("2024-H2", date(2024, 11, 4), {"speed": 0.5, "advice": 0.3}),
)

_TRIALS = (
    Trial("trial-spring", date(2024, 3, 11), 28, lift=0.10, by_lot=True, cost=2500.0),
    Trial("best-buyers", date(2024, 6, 10), 28, lift=0.0, by_lot=False, cost=2000.0),
    Trial("trial-autumn", date(2024, 10, 14), 28, lift=0.40, by_lot=True, cost=4000.0),
)

_CLIENT = replace(
    _TRUE,
    older=7 * 365,
    season=0.06,
    festivals=_FESTIVALS,
    weekend=1.3,
    beta=60.0,
    priced=True,
    ratio=1.4,
    returned=0.02,
    attitude=Attitude(),
    outreach=Outreach(date(2023, 7, 3), _TRIALS),
    service=Service(),
    staff=Staff(),
)
"""A business seven years older than its data, which grows by those who come and stay."""

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
            _CLIENT,
            id="beauty-group",
            r=1.8,
            alpha=17.0,
            gamma=150.0,
            cheapest=9.0,
            brands=_PYRAMID,
            survey=Survey(_WAVES, by_brand=True),
            leads=Leads(),
        ),
        replace(
            _CLIENT,
            id="retail-chain",
            r=1.6,
            alpha=12.5,
            gamma=64.0,
            cheapest=2.5,
            festivals=tuple(replace(one, times=1 + (one.times - 1) / 2) for one in _FESTIVALS),
            brands=_SHELVES,
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
