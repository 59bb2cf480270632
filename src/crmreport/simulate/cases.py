"""Complaints and enquiries: which orders they follow, whether they are solved, and who stays away then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmreport.simulate.lines import customer_ids
from crmreport.simulate.narratives import draw_narratives
from crmreport.simulate.outreach import dated
from crmreport.simulate.people import Codes, Floats, People, coded
from crmreport.simulate.purchases import Orders
from crmreport.simulate.settings import Service
from crmreport.simulate.worlds import World

WITHIN = 90
"""So many days after a complaint the truth says whether its customer bought again."""

CAUSES = {
    # What it is about, the share of its complaints, and how its reasons are told apart.
    "allergy": ("Product", 0.28),
    "damaged": ("Delivery", 0.12),
    "late": ("Delivery", 0.35),
    "wrong-price": ("Price", 0.05),
    "rude": ("Staff", 0.04),
    "bad-advice": ("Staff", 0.03),
    "slow-till": ("Service", 0.04),
    "out-of-stock": ("Service", 0.09),
}
"""The cause of a complaint: its topic, and its share of all."""
ASKED = ("Use of a product", "Order status", "Membership", "Shop hours")
"""Topics of enquiries."""
SOLVED = ("replaced", "refunded", "explained", "voucher")
_SOLVED_SHARES = (0.35, 0.30, 0.25, 0.10)
UNSOLVABLE = ("no-proof", "used-up", "discontinued", "not-reached")
_UNSOLVABLE_SHARES = (0.65, 0.2, 0.1, 0.05)
_ADVISED, _FOLLOWED = 0.6, 0.5
"""The parts of enquiries that are given advice, and of these whom somebody goes back to."""
UNITS = ("Advice centre", "Stores", "Online service")
_RESPONSE_HOURS, _RESOLUTION_HOURS = (5.0, 16.0, 9.0), (40.0, 90.0, 60.0)
"""The medians of each unit."""
CHANNELS = ("hotline", "store", "online")
"""Each unit answers on one."""


@dataclass(frozen=True)
class Complained:
    """``kept``: which orders happen after all. ``cases``: a row a case, of an order that happens: its
    ``order`` (place among those that are kept), ``customer``, the moment it was ``opened`` (days since the
    start), whether it is a ``complaint``, whether it is ``solved``, and of complaints ``if_solved`` and
    ``if_unsolved``: whether the customer would have bought within 90 days, had it been so."""

    kept: np.ndarray
    cases: pd.DataFrame


def draw_complaints(
    world: World, people: People, feeling: Floats, orders: Orders, *, rng: np.random.Generator
) -> Complained:
    """Who complains after which order, and which later orders are lost by it."""
    service = world.service
    assert service is not None
    n = len(orders)
    who = orders.customer
    odds = service.complain - service.by_feeling * feeling[who]
    drawn = rng.uniform(size=n)
    complains = drawn < 1 / (1 + np.exp(-odds))
    asks = ~complains & (drawn > 1 - service.enquire)
    opened = orders.time + 0.02 + rng.exponential(service.days, n)
    # A rate that stands for that of a customer who hardly ever buys has no logarithm of its own.
    logs = np.log(np.maximum(people.rate, 1e-4))
    much = ((logs - logs.mean()) / logs.std())[who]
    solved = rng.uniform(size=n) < 1 / (1 + np.exp(-(service.solve + service.by_rate * much)))
    luck = rng.uniform(size=n)
    kept = _kept(service, orders, complains, solved, opened, luck)
    case = np.flatnonzero(kept & (complains | asks) & (opened < world.days))
    cases = pd.DataFrame(
        {
            "order": np.cumsum(kept)[case] - 1,
            "customer": who[case],
            "opened": opened[case],
            "complaint": complains[case],
            "solved": solved[case] | asks[case],
        }
    )
    for name, chance in (("if_solved", service.kept_solved), ("if_unsolved", service.kept_unsolved)):
        cases[name] = _again(orders, luck < chance, who[case], opened[case])
    return Complained(kept, cases)


def _kept(
    service: Service, orders: Orders, complains: np.ndarray, solved: np.ndarray, opened: Floats, luck: Floats
) -> np.ndarray:
    """Which orders happen: the customers' first ones together, then their second ones, and so on."""
    n, customers = len(orders), int(orders.customer.max()) + 1
    own = np.argsort(orders.customer, kind="stable")
    begins = np.searchsorted(orders.customer[own], np.arange(customers))
    many = np.bincount(orders.customer, minlength=customers)
    chance, later, since = np.ones(customers), np.ones(customers), np.full(customers, np.inf)
    kept = np.zeros(n, dtype=bool)
    for place in range(int(many.max())):
        who = np.flatnonzero(many > place)
        order = own[begins[who] + place]
        begun = orders.time[order] > since[who]
        chance[who[begun]] = later[who[begun]]
        happens = luck[order] < chance[who]
        kept[order] = happens
        told = happens & complains[order]
        later[who[told]] = np.where(solved[order[told]], service.kept_solved, service.kept_unsolved)
        since[who[told]] = opened[order[told]]
    return kept


def _again(orders: Orders, happens: np.ndarray, customer: Codes, opened: Floats) -> np.ndarray:
    """Whether each had bought on a later day, within ``WITHIN`` days, had those orders happened."""
    day = np.floor(orders.time[happens]).astype(np.int64)
    far = int(day.max()) + WITHIN + 2
    both = np.sort(orders.customer[happens] * far + day)
    first = np.searchsorted(both, customer * far + np.floor(opened).astype(np.int64) + 1)
    last = np.searchsorted(both, customer * far + np.floor(opened).astype(np.int64) + WITHIN, side="right")
    return np.asarray(last > first)


# ---------------------------------------------------------------- as the client's file has it


def case_table(
    world: World, complained: Complained, lines: pd.DataFrame, customers: int, *, rng: np.random.Generator
) -> pd.DataFrame:
    """``case_id``, ``customer_id``, ``opened_at``, ``responded_at``, ``resolved_at``, ``kind``, ``topic``,
    ``cause``, ``narrative``, ``product_id``, ``order_id``, ``channel``, ``unit``, ``store_id``, ``status``,
    ``outcome`` of the solved, ``unsolved_reason`` of those given up, ``advised`` and ``followed_up_at`` of
    enquiries, ``reopened``, ``compensation``, ``satisfaction``; in order of the opening."""
    assert world.service is not None
    cases = complained.cases
    line = _line_of(lines, cases["order"].to_numpy(), rng)
    unit = rng.choice(len(UNITS), len(cases), p=(0.5, 0.25, 0.25))
    course = _course(world, world.service, cases, unit, rng)
    table = pd.DataFrame(
        {
            "customer_id": coded(cases["customer"].to_numpy(), customer_ids(customers)),
            "opened_at": _moment(world, course.opened),
            "responded_at": _moment(world, course.responded),
            "resolved_at": _moment(world, course.resolved),
            **_about(course.complaint, rng),
            **{name: lines[name].to_numpy()[line] for name in ("product_id", "order_id")},
            "channel": coded(unit, CHANNELS),
            "unit": coded(unit, UNITS),
            "store_id": lines["store_id"].to_numpy()[line],
            **_endings(course, rng),
            **_aftermath(world, world.service, course, lines["revenue"].to_numpy()[line], rng),
        }
    )
    table = table.iloc[np.argsort(course.opened, kind="stable")].reset_index(drop=True)
    table.insert(0, "case_id", [f"c{number:06}" for number in range(1, len(table) + 1)])
    return table


@dataclass(frozen=True)
class _Course:
    """How each case went: moments in days since the start, not a number where they lie past the end;
    ``waited`` days between response and solution, whether it is ``done``, or ``closed`` unsolved."""

    complaint: np.ndarray
    opened: Floats
    responded: Floats
    resolved: Floats
    waited: Floats
    done: np.ndarray
    closed: np.ndarray


def _course(
    world: World, service: Service, cases: pd.DataFrame, unit: Codes, rng: np.random.Generator
) -> _Course:
    n, solved = len(cases), cases["solved"].to_numpy()
    opened = cases["opened"].to_numpy()
    responded = opened + np.array(_RESPONSE_HOURS)[unit] / 24 * np.exp(rng.normal(0, 0.9, n))
    waited = np.array(_RESOLUTION_HOURS)[unit] / 24 * np.exp(rng.normal(0, 0.8, n))
    over = responded + waited
    closed = ~solved & (rng.uniform(size=n) < service.unsolvable) & (over < world.days)
    return _Course(
        complaint=cases["complaint"].to_numpy(),
        opened=opened,
        responded=np.where(responded < world.days, responded, np.nan),
        resolved=np.where(solved & (over < world.days), over, np.nan),
        waited=waited,
        done=solved & (over < world.days),
        closed=closed,
    )


def _about(complaint: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    """``kind``, ``topic``, ``cause`` of complaints, and what they say (``narrative``)."""
    n, causes = len(complaint), np.array(list(CAUSES))
    cause = rng.choice(len(causes), n, p=[share for _, share in CAUSES.values()])
    asked = rng.choice(len(ASKED), n)
    topics = np.array([topic for topic, _ in CAUSES.values()])
    return {
        "kind": np.where(complaint, "complaint", "enquiry"),
        "topic": np.where(complaint, topics[cause], np.array(ASKED)[asked]),
        "cause": pd.Series(causes[cause], dtype="object").where(complaint),
        "narrative": draw_narratives(causes[cause], complaint, rng=rng),
    }


def _endings(course: _Course, rng: np.random.Generator) -> dict[str, Any]:
    """``status``, and of what was solved the ``outcome``, of what was given up the reason."""
    n = len(course.opened)
    outcome = np.where(course.complaint, rng.choice(np.array(SOLVED), n, p=_SOLVED_SHARES), "answered")
    why = rng.choice(np.array(UNSOLVABLE), n, p=_UNSOLVABLE_SHARES)
    return {
        "status": np.where(course.done, "closed", np.where(course.closed, "unsolvable", "open")),
        "outcome": pd.Series(outcome, dtype="object").where(course.done),
        "unsolved_reason": pd.Series(why, dtype="object").where(course.closed),
    }


def _aftermath(
    world: World, service: Service, course: _Course, paid: Floats, rng: np.random.Generator
) -> dict[str, Any]:
    """``advised`` and ``followed_up_at`` of enquiries, ``reopened``, the ``compensation`` of complaints for
    goods that were ``paid`` with so much, and the ``satisfaction`` of half of whom a case was closed."""
    n, done = len(paid), course.done
    advised = ~course.complaint & (rng.uniform(size=n) < _ADVISED)
    followed = np.where(advised & (rng.uniform(size=n) < _FOLLOWED), course.resolved + 3.0, np.nan)
    back = np.round(paid * rng.choice((0.0, 0.2, 1.0), n, p=(0.5, 0.3, 0.2)), 2)
    content = np.clip(np.round(4.4 - 0.5 * np.log1p(course.waited) + rng.normal(0, 0.8, n)), 1, 5)
    asked = rng.uniform(size=n) < 0.5
    return {
        "advised": pd.Series(advised, dtype="object").where(~course.complaint),
        "followed_up_at": _moment(world, np.where(followed < world.days, followed, np.nan)),
        "reopened": done & (rng.uniform(size=n) < service.again),
        "compensation": np.where(done & course.complaint, back, 0.0),
        "satisfaction": pd.Series(content).where(done & asked),
    }


def truth_table(complained: Complained, cases: pd.DataFrame) -> pd.DataFrame:
    """``case_id`` with whether it is ``solved`` sooner or later, and both ways it could have gone on."""
    mine = complained.cases.iloc[np.argsort(complained.cases["opened"].to_numpy(), kind="stable")]
    kept = mine[["complaint", "solved", "if_solved", "if_unsolved"]].reset_index(drop=True)
    return pd.concat([cases[["case_id", "customer_id"]], kept], axis=1)


def _line_of(lines: pd.DataFrame, order: Codes, rng: np.random.Generator) -> Codes:
    """A line of each order, by lot. Orders are numbered from 0 in order of their lines."""
    number = lines["order_id"].to_numpy() - 1
    first = np.searchsorted(number, order)
    many = np.searchsorted(number, order, side="right") - first
    return np.asarray(first + np.floor(rng.uniform(size=len(order)) * many).astype(np.int64))


def _moment(world: World, time: Floats) -> np.ndarray:
    """To the minute; missing where not a number."""
    day = dated(world, time)
    minute = np.where(np.isfinite(time), np.floor((np.nan_to_num(time) % 1) * 1440), 0)
    return np.asarray(day + (60 * minute).astype("timedelta64[s]"))
