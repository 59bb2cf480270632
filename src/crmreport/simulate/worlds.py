"""The worlds: how their customers come, buy, choose and leave. What is set here is the truth.

``pareto-nbd`` is the world in which the models of repeat buying are right: customers buy at random at
rates of their own, which vary as a gamma law, and leave for good at rates of their own (Schmittlein,
Morrison & Colombo 1987); what they spend on an order varies as Gamma-Gamma (Fader, Hardie & Lee 2005); and
they choose among the brands as the Dirichlet model says (Goodhardt, Ehrenberg & Chatfield 1984). Each other
world of sales alone breaks one thing of it, so that a report's own checks have something to find; the whole
clients (see ``registry``) add what such a client also has: answers, cases, contacts, points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from crmreport.simulate.settings import Attitude, Card, Leads, Outreach, Service, Staff, Survey

WEEK = 7.0
"""Rates are by the week, as the models' literature has them; times are in days."""
_YEAR = 365.25


@dataclass(frozen=True)
class Brand:
    """A brand: its ``share`` of all lines, its ``price`` level (1 is usual), its ``margin`` before deals."""

    id: str
    name: str
    chinese: str
    traditional: str
    share: float
    price: float
    margin: float


@dataclass(frozen=True)
class Rhythm:
    """How ``share`` of the customers space their purchases; their mean rate is that of the others.

    ``every`` 1 is pure chance (Poisson); k keeps each k-th of k times as many (gaps vary as Gamma(k): the
    larger k, the more regular). ``follow_ups`` is the mean number of purchases that follow each one on its
    heels, after exponential delays of ``within_days`` on average: clumps.
    """

    id: str
    share: float
    every: int = 1
    follow_ups: float = 0.0
    within_days: float = 5.0


@dataclass(frozen=True)
class Switch:
    """On the day ``on``, ``share`` of those whose favourite is ``source`` turn to ``target`` for good.

    They buy as often as before; what they gave to ``source`` they now give to ``target``.
    """

    on: date
    source: str
    target: str
    share: float


BRANDS = (
    Brand("aster", "Aster", "紫菀", "紫菀", share=0.40, price=1.0, margin=0.55),
    Brand("briar", "Briar", "荆棠", "荊棠", share=0.30, price=0.7, margin=0.45),
    Brand("cedar", "Cedar", "雪松", "雪松", share=0.20, price=1.6, margin=0.65),
    Brand("dahlia", "Dahlia", "大丽", "大麗", share=0.10, price=1.1, margin=0.50),
)


@dataclass(frozen=True)
class World:
    """All that decides a world but its size and its seed.

    - Customers come at even chance within ``joining_days`` of ``start``; the first purchase is the coming.
      The data ends after ``days``.
    - Buying rates (by the week) vary as Gamma(``r``, ``alpha``), leaving rates as Gamma(``s``, ``beta``);
      with ``s`` None nobody leaves.
    - An order's value varies as Gamma(``p``, nu) around its customer's mean, nu as Gamma(``q``, ``gamma``).
    - ``season``: by how much all buy more in mid December, and less in mid June, than on average.
    - ``loyalty``: the sum of the Dirichlet law's parameters; the smaller, the fewer brands one buys.
    - ``lines``: how many lines an order has on average.
    - ``priced``: a line costs as much more as its brand's price level is higher; else who spends much on an
      order does so whatever the brand.
    - ``offers``: in the week of its category's offer, a line costs less with this probability besides.
    - ``returned``: the share of lines bought in shops that are brought back.
    - ``attitude``, ``survey``, ``outreach``, ``service``, ``card``, ``leads``, ``staff``: what a whole client
      has besides; see ``settings``.
    """

    id: str
    start: date = date(2023, 1, 1)
    days: int = 731
    joining_days: int = 365
    r: float = 1.1
    alpha: float = 7.0
    s: float | None = 0.9
    beta: float = 35.0
    p: float = 4.0
    q: float = 4.0
    gamma: float = 60.0
    season: float = 0.0
    rhythms: tuple[Rhythm, ...] = (Rhythm("random", 1.0),)
    brands: tuple[Brand, ...] = BRANDS
    loyalty: float = 1.5
    switch: Switch | None = None
    lines: float = 1.7
    deals: tuple[float, float] = field(default=(1.0, 3.0))
    """The beta law of the share of lines that a customer buys on a deal."""
    priced: bool = False
    offers: float = 0.0
    returned: float = 0.0
    attitude: Attitude | None = None
    survey: Survey | None = None
    outreach: Outreach | None = None
    service: Service | None = None
    card: Card | None = None
    leads: Leads | None = None
    staff: Staff | None = None

    @property
    def end(self) -> date:
        """The last day of the data."""
        return self.start + timedelta(days=self.days - 1)

    def clock(self) -> NDArray[np.float64]:
        """The days of buying that have passed by each midnight since ``start``: those of a calendar where
        there is no season, more of them where the season is high. Its length is ``days`` + 1."""
        day = np.arange(self.days + 1, dtype=float)
        if not self.season:
            return day
        first = self.start.timetuple().tm_yday - 1
        # The integral of 1 + season cos(2 pi (day - 349) / year): the peak is mid December.
        wave = np.sin(2 * np.pi * (day + first - 349) / _YEAR)
        return np.asarray(day + self.season * _YEAR / (2 * np.pi) * (wave - wave[0]))
