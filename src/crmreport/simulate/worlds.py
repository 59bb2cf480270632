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


@dataclass(frozen=True)
class Festival:
    """A stretch of each year in which all buy ``times`` as much as on other days: from the ``month`` and
    ``day`` on, for ``days`` days."""

    id: str
    month: int
    day: int
    days: int
    times: float


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
      The data ends after ``days``. Where the business is ``older`` than its data by so many days, they came
      as evenly before as they come after (with the season, after), to the end of the data; who had left by
      ``start`` is not among them, and what was bought before it is in no file.
    - Buying rates (by the week) vary as Gamma(``r``, ``alpha``), leaving rates as Gamma(``s``, ``beta``);
      with ``s`` None nobody leaves.
    - An order's value varies as Gamma(``p``, nu) around its customer's mean, nu as Gamma(``q``, ``gamma``).
    - ``season``: by how much all buy more in mid December, and less in mid June, than on average;
      ``festivals``: the days of each year on which they buy more besides; ``weekend``: how many times as
      much on a Saturday or Sunday.
    - ``loyalty``: the sum of the Dirichlet law's parameters; the smaller, the fewer brands one buys.
    - ``lines``: how many lines an order has on average.
    - ``priced``: a line costs as much more as its brand's price level is higher; else who spends much on an
      order does so whatever the brand.
    - ``cheapest``, ``ratio``: list prices of a category, of a brand of price level 1, begin with the cheapest
      and rise by that ratio from step to step.
    - ``offers``: in the week of its category's offer, a line costs less with this probability besides.
    - ``returned``: the share of lines bought in shops that are brought back.
    - ``attitude``, ``survey``, ``outreach``, ``service``, ``card``, ``leads``, ``staff``: what a whole client
      has besides; see ``settings``.
    """

    id: str
    start: date = date(2023, 1, 1)
    days: int = 731
    joining_days: int = 365
    older: int = 0
    r: float = 1.1
    alpha: float = 7.0
    s: float | None = 0.9
    beta: float = 35.0
    p: float = 4.0
    q: float = 4.0
    gamma: float = 60.0
    season: float = 0.0
    festivals: tuple[Festival, ...] = ()
    weekend: float = 1.0
    rhythms: tuple[Rhythm, ...] = (Rhythm("random", 1.0),)
    brands: tuple[Brand, ...] = BRANDS
    loyalty: float = 1.5
    switch: Switch | None = None
    lines: float = 1.7
    deals: tuple[float, float] = field(default=(1.0, 3.0))
    """The beta law of the share of lines that a customer buys on a deal."""
    priced: bool = False
    cheapest: float = 6.0
    ratio: float = 1.35
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
        passed = day
        if self.season:
            first = self.start.timetuple().tm_yday - 1
            # The integral of 1 + season cos(2 pi (day - 349) / year): the peak is mid December.
            wave = np.sin(2 * np.pi * (day + first - 349) / _YEAR)
            passed = np.asarray(day + self.season * _YEAR / (2 * np.pi) * (wave - wave[0]))
        if not self.festivals and self.weekend == 1:
            return passed
        busy = np.diff(passed) * self._pace()
        return np.asarray(np.concatenate([[0.0], np.cumsum(busy)]) * passed[-1] / busy.sum())

    def _pace(self) -> NDArray[np.float64]:
        """By each day how much faster all buy for its weekday and the festivals."""
        weekday = (self.start.weekday() + np.arange(self.days)) % 7
        pace = np.where(weekday >= 5, self.weekend, 1.0)
        for festival in self.festivals:
            for year in range(self.start.year - 1, self.end.year + 1):
                begins = (date(year, festival.month, festival.day) - self.start).days
                pace[max(begins, 0) : max(begins + festival.days, 0)] *= festival.times
        return pace
