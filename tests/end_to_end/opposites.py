"""A constructed shop and its opposite: the same shape of files, and whatever one says, the other denies.

The thriving shop sells more in the last quarter than in the one before, to customers who come back every
few weeks and spend alike; its brand Own leads, at a price above the market's, seldom on deal, and campaigns
go to those who spend most. The failing shop lives on a few heavy buyers; most others came once and did not
come back; Own sells below the market's price, ever more on deal, and loses to its rivals; campaigns go
to those who spend least.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

PARAMS = """
client: {{id: {name}, name: The Shop}}
timezone: UTC
currency: EUR
tax: included
languages: [en]
sources:
  sale_lines:
    path: sales.csv
    columns: {{customer_id: who, order_id: bill, product_id: item, sold_at: at, quantity: pieces,
              revenue: paid, discount: reduced, coupon_discount: coupon}}
  customers:
    path: customers.csv
    columns: {{customer_id: who}}
    attributes: [home]
  products:
    path: products.csv
    columns: {{product_id: item, category: category, manufacturer: maker}}
  campaigns:
    path: campaigns.csv
    columns: {{campaign_id: campaign, campaign_type: kind, starts_on: begins, ends_on: ends}}
  contacts:
    path: contacts.csv
    columns: {{customer_id: who, campaign_id: campaign}}
  redemptions:
    path: redemptions.csv
    columns: {{customer_id: who, campaign_id: campaign, redeemed_on: day, coupon_id: coupon}}
brands:
  - {{id: own, name: Own, where: {{manufacturer: OWN}}}}
  - {{id: north, name: North, where: {{manufacturer: NORTH}}, report: false}}
  - {{id: south, name: South, where: {{manufacturer: SOUTH}}, report: false}}
"""
FIRST, LAST, QUARTER = date(2023, 1, 1), date(2023, 12, 31), date(2023, 10, 1)
CATEGORIES = ("BALM", "SOAP", "TEA")
MAKERS = ("OWN", "NORTH", "SOUTH")


@dataclass(frozen=True)
class Facts:
    """What is true of a shop; each pair is before October and from then on."""

    name: Literal["thriving", "failing"]
    customers: int
    own_share: tuple[float, float]
    tea_share: tuple[float, float]
    deal_share: tuple[float, float]
    reduced: float
    coupon_part: float
    own_price: float
    rival_price: float
    pieces: tuple[int, int]
    lines: int
    weekdays: tuple[int, ...]
    hour: int
    redeemed: tuple[float, float]
    contacted: Literal["best", "least"]


THRIVING = Facts(
    name="thriving",
    customers=400,
    own_share=(0.75, 0.95),
    tea_share=(0.2, 0.6),
    deal_share=(0.3, 0.1),
    reduced=0.15,
    coupon_part=0.2,
    own_price=6.0,
    rival_price=4.0,
    pieces=(1, 2),
    lines=3,
    weekdays=(0, 1, 2, 3, 4),
    hour=9,
    redeemed=(0.6, 0.3),
    contacted="best",
)
FAILING = Facts(
    name="failing",
    customers=380,
    own_share=(0.5, 0.3),
    tea_share=(0.6, 0.2),
    deal_share=(0.4, 0.8),
    reduced=0.45,
    coupon_part=0.8,
    own_price=3.0,
    rival_price=5.0,
    pieces=(2, 1),
    lines=1,
    weekdays=(5, 6),
    hour=19,
    redeemed=(0.3, 0.6),
    contacted="least",
)


def write_shop(folder: Path, facts: Facts) -> Path:
    """Write the files of a shop and its params, whose path is returned."""
    rng = random.Random(facts.name)
    days = {who: _days(who, facts, rng) for who in range(facts.customers)}
    sales = [line for who in days for day in days[who] for line in _order(who, day, facts, rng)]
    folder.mkdir(parents=True)
    header = ["who", "bill", "item", "at", "pieces", "paid", "reduced", "coupon"]
    _write(folder / "sales.csv", header, sales)
    homes = ("city", "country")
    _write(folder / "customers.csv", ["who", "home"], ((f"c{who}", homes[who % 2]) for who in days))
    products = ((f"{maker}-{category}", category, maker) for maker in MAKERS for category in CATEGORIES)
    _write(folder / "products.csv", ["item", "category", "maker"], products)
    campaigns = [("1", "mail", "2023-10-15", "2023-11-05"), ("2", "mail", "2023-11-10", "2023-12-01")]
    _write(folder / "campaigns.csv", ["campaign", "kind", "begins", "ends"], campaigns)
    contacts = list(_contacts(sales, facts))
    _write(folder / "contacts.csv", ["who", "campaign"], contacts)
    redeemed = (
        (who, campaign, "2023-10-20" if campaign == "1" else "2023-11-20", f"k{campaign}")
        for who, campaign in contacts
        if rng.random() < facts.redeemed[int(campaign) - 1]
    )
    _write(folder / "redemptions.csv", ["who", "campaign", "day", "coupon"], redeemed)
    path = folder / "shop.yml"
    path.write_text(PARAMS.format(name=facts.name), "utf-8")
    return path


def _days(who: int, facts: Facts, rng: random.Random) -> list[date]:
    """The days on which a customer buys.

    Thriving: everyone begins on some day up to November and returns every two to five weeks. Failing:
    one in seven has bought every week since January, the others once, between February and October,
    and one in four of them a second time 110 days later.
    """
    if facts.name == "thriving":
        day, found = FIRST + timedelta(days=rng.randrange(0, 310) if who % 4 else rng.randrange(20)), []
        pace = 14 + 3 * (who % 8)
        while day <= LAST:
            found.append(_on(day, facts, rng))
            day += timedelta(days=pace + rng.randrange(-3, 4))
        return sorted(set(found))
    if who % 7 == 0:
        begin = rng.randrange(7)
        return [_on(FIRST + timedelta(days=begin + 7 * week), facts, rng) for week in range(51)]
    first = FIRST + timedelta(days=rng.randrange(30, 300))
    later = [first + timedelta(days=110)] if who % 4 == 1 else []
    return [_on(day, facts, rng) for day in (first, *later) if day <= LAST]


def _on(day: date, facts: Facts, rng: random.Random) -> date:
    """A day of the shop's busy ones in the same week, as far as the year holds it."""
    moved = day - timedelta(days=day.weekday()) + timedelta(days=rng.choice(facts.weekdays))
    return min(max(moved, FIRST), LAST)


def _order(who: int, day: date, facts: Facts, rng: random.Random) -> Iterator[tuple[Any, ...]]:
    """The lines of one order, each of another product."""
    late = int(day >= QUARTER)
    bill, at = f"b{who}-{day:%m%d}", f"{day}T{facts.hour + rng.randrange(2):02d}:{rng.randrange(60):02d}:00"
    items = {}
    for line in range(facts.lines):
        maker = "OWN" if rng.random() < _own_share(who, late, facts) else MAKERS[1 + who % 2]
        category = "TEA" if rng.random() < facts.tea_share[late] else CATEGORIES[(who + line) % 2]
        items[f"{maker}-{category}"] = facts.own_price if maker == "OWN" else facts.rival_price
    for item, price in items.items():
        on_deal = rng.random() < facts.deal_share[late]
        coupon = on_deal and rng.random() < facts.coupon_part
        full = price * facts.pieces[late]
        off = facts.reduced * full if on_deal else 0.0
        paid, reduced, used = (full, 0.0, off) if coupon else (full - off, off, 0.0)
        money = (f"{amount:.2f}" for amount in (paid, reduced, used))
        yield (f"c{who}", bill, item, at, facts.pieces[late], *money)


def _own_share(who: int, late: int, facts: Facts) -> float:
    """In the thriving shop half of the customers hold to Own, and the others never buy it; in the failing
    one all buy it now and then, those of the country nearly twice as often."""
    share = facts.own_share[late]
    if facts.name == "thriving":
        return share if who % 5 in (0, 2) or who % 10 == 1 else 0.0
    return share * (1.3 if who % 2 else 0.7)


def _contacts(sales: list[tuple[Any, ...]], facts: Facts) -> Iterator[tuple[str, str]]:
    """Half of the customers, those who spent most or least before the first campaign, get both."""
    spent = {f"c{who}": 0.0 for who in range(facts.customers)}
    for line in sales:
        if line[3] < "2023-10-15":
            spent[line[0]] += float(line[5])
    ranked = sorted(spent, key=lambda who: (spent[who], who), reverse=facts.contacted == "best")
    for who in ranked[: facts.customers // 2]:
        yield who, "1"
        yield who, "2"


def _write(path: Path, header: list[str], rows: Any) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
