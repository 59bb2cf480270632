"""Messages, campaigns and follow-up calls: who gets them, what they bring, and whom they tire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from crmreport.simulate.lines import customer_ids
from crmreport.simulate.people import Codes, Floats, People, coded
from crmreport.simulate.purchases import Orders
from crmreport.simulate.settings import Outreach, Trial
from crmreport.simulate.worlds import WEEK, World

MOST = 4
"""Messages in one week; more would fall on one day."""
CHANNELS = ("sms", "email", "app-push")
CALL = "phone"
_CHANNEL_SHARES = (0.45, 0.35, 0.20)
UNITS = ("CRM team", "Stores", "Advice centre")
_UNIT_SHARES = (0.6, 0.25, 0.15)
ARMS = ("control", "contacted")


@dataclass(frozen=True)
class Reached:
    """``messages``: ``customer`` (number), ``week``, ``day``, ``campaign``, ``channel``, ``unit``, the ``k``
    contacts of that week, and ``responded``. ``calls``: planned ones. ``arms``: ``trial``, ``customer``,
    ``contacted``. ``refused``: the day on which a customer refused, infinite for who never did. ``orders``:
    what messages and trials brought; ``cause`` is the message's number, -1 for a trial's."""

    messages: pd.DataFrame
    calls: pd.DataFrame
    arms: pd.DataFrame
    refused: Floats
    orders: Orders
    cause: Codes


def draw_outreach(world: World, people: People, orders: Orders, *, rng: np.random.Generator) -> Reached:
    """Write to the customers of ``orders``, who buy in answer besides."""
    outreach = world.outreach
    assert outreach is not None
    nobody = pd.DataFrame({"trial": [], "customer": [], "contacted": []})
    nobody = nobody.astype({"trial": "object", "customer": "int64", "contacted": "bool"})
    each = [_arms(world, trial, people, orders, rng) for trial in outreach.trials]
    arms = pd.concat(each, ignore_index=True) if each else nobody
    messages, refused = _messages(world, outreach, people, orders, arms, rng)
    # Nobody who has refused is in a trial, in neither group.
    asked = arms["trial"].map({one.id: _begins(world, one) for one in outreach.trials})
    arms = arms[refused[arms["customer"]] > asked].reset_index(drop=True)
    when, whose, cause = [], [], []
    hit = np.flatnonzero(messages["responded"])
    when.append(messages["day"].to_numpy()[hit] + rng.uniform(0.5, 3.5, len(hit)))
    whose.append(messages["customer"].to_numpy()[hit])
    cause.append(hit)
    for trial in outreach.trials:
        time, owner = _lifted(world, trial, people, arms, rng)
        when.append(time)
        whose.append(owner)
        cause.append(np.full(len(time), -1))
    time, customer, why = np.concatenate(when), np.concatenate(whose), np.concatenate(cause)
    inside = (time < people.left[customer]) & (time < world.days)
    time, customer, why = time[inside], customer[inside], why[inside]
    value = rng.gamma(world.p, size=len(time)) * (people.mean_spend[customer] / world.p)
    brought = Orders(customer, time, np.maximum(np.round(100 * value), 1).astype(np.int64))
    calls = _calls(world, outreach, people, rng)
    return Reached(messages, calls, arms, refused, brought, why)


# ---------------------------------------------------------------- campaigns with a known effect


def _begins(world: World, trial: Trial) -> int:
    return (trial.starts - world.start).days


def _arms(
    world: World, trial: Trial, people: People, orders: Orders, rng: np.random.Generator
) -> pd.DataFrame:
    """Who bought in the year before, and who of them is contacted."""
    begins = _begins(world, trial)
    before = (orders.time < begins) & (orders.time >= begins - 365)
    bought = np.bincount(orders.customer[before], minlength=len(people))
    who = np.flatnonzero(bought)
    drawn = rng.permutation(len(who))
    if trial.by_lot:
        contacted = drawn < len(who) // 2
    else:
        rank = np.lexsort((drawn, -bought[who]))
        contacted = np.zeros(len(who), dtype=bool)
        contacted[rank[: len(who) // 3]] = True
    return pd.DataFrame({"trial": trial.id, "customer": who, "contacted": contacted})


def _lifted(
    world: World, trial: Trial, people: People, arms: pd.DataFrame, rng: np.random.Generator
) -> tuple[Floats, Codes]:
    """Moments and owners of the orders that a trial brings: of those contacted, ``lift`` times as many as
    they make anyway while it lasts."""
    who = arms.loc[(arms["trial"] == trial.id) & arms["contacted"], "customer"].to_numpy()
    begins = _begins(world, trial)
    clock, day = world.clock(), np.arange(world.days + 1, dtype=float)
    ends = np.minimum(np.minimum(people.left[who], begins + trial.days), world.days)
    first, last = (np.interp(each, day, clock) for each in (np.full(len(who), float(begins)), ends))
    passed = np.maximum(last - first, 0)
    number = rng.poisson(trial.lift * people.rate[who] / WEEK * passed)
    owner = np.repeat(np.arange(len(who)), number)
    at = np.interp(first[owner] + rng.uniform(size=len(owner)) * passed[owner], clock, day)
    return at, who[owner]


# ---------------------------------------------------------------- messages week by week


def _messages(
    world: World,
    outreach: Outreach,
    people: People,
    orders: Orders,
    arms: pd.DataFrame,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, Floats]:
    begins = (outreach.begins - world.start).days
    begins -= outreach.begins.weekday()
    logs = np.log(np.maximum(people.rate, 1e-9))
    much = outreach.weekly * outreach.by_rate ** np.clip((logs - logs.mean()) / logs.std(), -2, 2)
    refused = np.full(len(people), np.inf)
    parts = []
    for week, monday in enumerate(range(begins, world.days - 6, 7)):
        trials = _contacts_of(world, outreach, arms, monday)
        may = _lately(orders, monday, outreach.active_days, len(people)) & (refused > monday)
        sent = np.where(may, np.minimum(rng.poisson(much), MOST), 0)
        k = sent + np.bincount(trials[refused[trials] > monday], minlength=len(people))
        chance = outreach.refuse * np.exp(outreach.annoyed * (k - 1))
        now = (k > 0) & (rng.uniform(size=len(people)) < chance)
        refused[now] = monday + 6
        parts.append(_of_week(world, week, monday, sent, k, rng))
    table = pd.concat(parts, ignore_index=True)
    chance = outreach.respond * np.exp(-outreach.fatigue * (table["k"] - 1))
    there = table["day"].to_numpy() < people.left[table["customer"].to_numpy()]
    table["responded"] = there & (rng.uniform(size=len(table)) < chance)
    return table, refused


def _contacts_of(world: World, outreach: Outreach, arms: pd.DataFrame, monday: int) -> Codes:
    """The customers whom a trial contacts in the week, once for each trial."""
    now = [one.id for one in outreach.trials if monday <= _begins(world, one) < monday + 7]
    return arms.loc[arms["trial"].isin(now) & arms["contacted"], "customer"].to_numpy()


def _lately(orders: Orders, day: int, days: int, customers: int) -> np.ndarray:
    inside = slice(*np.searchsorted(orders.time, (day - days, day)))
    return np.bincount(orders.customer[inside], minlength=customers) > 0


def _of_week(
    world: World, week: int, monday: int, sent: Codes, k: Codes, rng: np.random.Generator
) -> pd.DataFrame:
    """The messages of one week, those to one customer on different days."""
    customer = np.repeat(np.arange(len(sent)), sent)
    place = np.arange(len(customer)) - np.repeat(np.cumsum(sent) - sent, sent)
    first = rng.integers(0, 7, len(sent))[customer]
    return pd.DataFrame(
        {
            "customer": customer,
            "week": week,
            "day": monday + (first + 2 * place) % 7,
            "channel": rng.choice(len(CHANNELS), len(customer), p=_CHANNEL_SHARES),
            "unit": rng.choice(len(UNITS), len(customer), p=_UNIT_SHARES),
            "k": k[customer],
        }
    )


def _calls(world: World, outreach: Outreach, people: People, rng: np.random.Generator) -> pd.DataFrame:
    """Calls planned for days of work; those that are kept happen on the day, or up to three days later."""
    begins = (outreach.begins - world.start).days
    number = rng.poisson(outreach.calls / 100 * len(people) * (world.days - begins) / 7)
    planned = rng.integers(begins, world.days - 4, number)
    unit = rng.integers(0, len(outreach.kept), number)
    who = rng.integers(0, len(people), number)
    known = people.joined[who] < planned
    late = rng.choice(4, number, p=(0.6, 0.2, 0.1, 0.1))
    kept = rng.uniform(size=number) < np.array([share for _, share in outreach.kept])[unit]
    calls = pd.DataFrame(
        {"customer": who, "planned": planned, "day": planned + late, "unit": unit, "kept": kept}
    )
    return calls[known].drop_duplicates(["customer", "planned", "unit"], ignore_index=True)


# ---------------------------------------------------------------- as the client's files have it


def campaign_ids(world: World) -> list[str]:
    """Of the monthly mailings (``mail-2024-03``), in order, and of the trials."""
    assert world.outreach is not None
    months = pd.period_range(world.outreach.begins, world.end, freq="M")
    return [*(f"mail-{month}" for month in months), *(trial.id for trial in world.outreach.trials)]


def mailing(world: World, day: Codes) -> Codes:
    """Of each day the place of its mailing among ``campaign_ids``."""
    assert world.outreach is not None
    days = pd.date_range(world.start, world.end)
    months = 12 * (days.year - world.outreach.begins.year) + days.month - world.outreach.begins.month
    return months.to_numpy()[day]


def contact_table(world: World, reached: Reached, customers: int) -> pd.DataFrame:
    """``customer_id``, ``campaign_id``, ``contacted_on``, ``channel``, ``unit``, ``planned_on``, ``kept``."""
    assert world.outreach is not None
    table = pd.concat(
        [_sent(world, reached), *_of_trials(world, reached), _called(world, reached)], ignore_index=True
    )
    day = table["day"].fillna(table["planned"]).to_numpy()
    table = table.iloc[np.lexsort((np.arange(len(table)), table["customer"], day))]
    return pd.DataFrame(
        {
            "customer_id": coded(table["customer"].to_numpy(), customer_ids(customers)),
            "campaign_id": coded(table["campaign"].to_numpy(), campaign_ids(world)),
            "contacted_on": dated(world, table["day"].to_numpy()),
            "channel": coded(table["channel"].to_numpy(), (*CHANNELS, CALL)),
            "unit": coded(table["unit"].to_numpy(), UNITS),
            "planned_on": dated(world, table["planned"].to_numpy()),
            "kept": table["kept"].to_numpy(),
        }
    )


def _sent(world: World, reached: Reached) -> pd.DataFrame:
    """The messages, with the codes of campaign, channel and unit, as are the other parts of the table."""
    messages = reached.messages
    table = messages[["customer", "channel", "unit"]].assign(day=messages["day"].astype(float))
    return table.assign(campaign=mailing(world, messages["day"].to_numpy()))


def _of_trials(world: World, reached: Reached) -> list[pd.DataFrame]:
    """The contacts of each trial, on the day it begins."""
    assert world.outreach is not None
    ids, parts = campaign_ids(world), []
    for trial in world.outreach.trials:
        mine = reached.arms[(reached.arms["trial"] == trial.id) & reached.arms["contacted"]]
        of = {"day": float(_begins(world, trial)), "campaign": ids.index(trial.id), "channel": 0, "unit": 0}
        parts.append(mine[["customer"]].assign(**of))
    return parts


def _called(world: World, reached: Reached) -> pd.DataFrame:
    """The calls planned; those that were not kept have no day."""
    assert world.outreach is not None
    calls = reached.calls
    places = np.array([UNITS.index(name) for name, _ in world.outreach.kept], dtype=np.int64)
    return pd.DataFrame(
        {
            "customer": calls["customer"],
            "day": calls["day"].where(calls["kept"]).astype(float),
            "campaign": -1,
            "channel": len(CHANNELS),
            "unit": places[calls["unit"].to_numpy()],
            "planned": calls["planned"].astype(float),
            "kept": calls["kept"],
        }
    )


def dated(world: World, day: np.ndarray) -> np.ndarray:
    """Days since the start as days; missing where not a number."""
    found = np.full(len(day), np.datetime64("NaT", "s"))
    told = np.isfinite(day)
    found[told] = np.datetime64(world.start, "s") + np.floor(day[told]).astype("timedelta64[D]")
    return found


def campaign_table(world: World) -> pd.DataFrame:
    """``campaign_id``, ``campaign_type``, ``starts_on``, ``ends_on``, ``channel``, ``cost``."""
    outreach = world.outreach
    assert outreach is not None
    months = pd.period_range(outreach.begins, world.end, freq="M")
    rows: list[tuple[Any, ...]] = [
        (
            f"mail-{month}",
            "mailing",
            month.start_time,
            min(month.end_time, pd.Timestamp(world.end)),
            None,
            None,
        )
        for month in months
    ]
    rows += [
        (one.id, "trial", one.starts, one.starts + timedelta(days=one.days - 1), "sms", one.cost)
        for one in outreach.trials
    ]
    columns = ["campaign_id", "campaign_type", "starts_on", "ends_on", "channel", "cost"]
    table = pd.DataFrame(rows, columns=columns)
    for name in ("starts_on", "ends_on"):
        table[name] = pd.to_datetime(table[name]).dt.normalize()
    return table


def arm_table(world: World, reached: Reached, customers: int) -> pd.DataFrame:
    """``campaign_id``, ``customer_id``, ``arm``, ``drawn_by_lot``, ``assigned_on`` of the trials by lot."""
    outreach = world.outreach
    assert outreach is not None
    by_lot = {one.id: _begins(world, one) - 1 for one in outreach.trials if one.by_lot}
    arms = reached.arms[reached.arms["trial"].isin(list(by_lot))]
    return pd.DataFrame(
        {
            "campaign_id": arms["trial"],
            "customer_id": coded(arms["customer"].to_numpy(), customer_ids(customers)),
            "arm": coded(arms["contacted"].to_numpy().astype(np.int64), ARMS),
            "drawn_by_lot": True,
            "assigned_on": dated(world, arms["trial"].map(by_lot).to_numpy(dtype=float)),
        }
    ).reset_index(drop=True)
