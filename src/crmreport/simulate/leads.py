"""How customers came: leads that became customers, that were given up, and that are still open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmreport.simulate.lines import customer_ids
from crmreport.simulate.outreach import dated
from crmreport.simulate.people import REGIONS, Codes, People, coded
from crmreport.simulate.settings import Leads
from crmreport.simulate.worlds import World

_DAYS_TO_BUY = 20.0


def draw_leads(
    world: World, leads: Leads, people: People, staff: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """``lead_id``, ``customer_id`` (of who became one), ``created_at``, ``channel``, ``stage``, ``status``,
    ``closed_on``, ``staff_id``, ``unit`` and ``region``; in order of time.

    Of a channel's leads as many become customers as ``Leads`` says, by chance; a lead that does not is given
    up after an exponential time, and open until then.
    """
    won, lost = _won_and_lost(leads, people, rng)
    created = rng.uniform(0, world.days, len(lost))
    given_up = created + rng.exponential(leads.days, len(lost))
    begun = np.concatenate([won["created"].to_numpy(), created])
    closed = np.concatenate([people.joined[won["customer"]], given_up])
    n, over = len(begun), closed < world.days
    converted = np.arange(n) < len(won)
    somebody = rng.uniform(size=n) < leads.assigned
    centre = staff[staff["unit"] == "Advice centre"]["staff_id"].to_numpy()
    worker = rng.integers(0, len(centre), n)
    customer = np.concatenate([won["customer"].to_numpy(), np.full(len(lost), -1)])
    channel = np.concatenate([won["channel"].to_numpy(), lost])
    table = pd.DataFrame(
        {
            "customer_id": coded(customer, customer_ids(len(people))).astype("object"),
            "created_at": dated(world, begun) + np.timedelta64(10, "h"),
            "channel": coded(channel, [name for name, _, _ in leads.channels]),
            "stage": np.where(converted, "bought", np.where(somebody, "advised", "new")),
            "status": np.where(converted, "converted", np.where(over, "lost", "open")),
            "closed_on": dated(world, np.where(over, closed, np.nan)),
            "staff_id": pd.Series(centre[worker], dtype="object").where(somebody),
            "unit": pd.Series("Advice centre", index=range(n), dtype="object").where(somebody),
            "region": coded(rng.integers(0, len(REGIONS), n), REGIONS),
        }
    )
    table = table.iloc[np.argsort(begun, kind="stable")].reset_index(drop=True)
    table.insert(0, "lead_id", [f"l{number:06}" for number in range(1, n + 1)])
    return table


def _won_and_lost(leads: Leads, people: People, rng: np.random.Generator) -> tuple[pd.DataFrame, Codes]:
    """``customer``, ``channel`` and the day a lead was ``created`` of those won, and the channel of the
    others: of each channel as many as let its part be won."""
    shares = np.array([share for _, share, _ in leads.channels])
    channel = rng.choice(len(shares), len(people), p=shares)
    came = (rng.uniform(size=len(people)) < leads.through) & (people.joined > 0)
    waited = rng.exponential(_DAYS_TO_BUY, len(people))
    who = np.flatnonzero(came & (people.joined > waited))
    lost = [
        rng.negative_binomial((channel[who] == at).sum(), p) for at, (_, _, p) in enumerate(leads.channels)
    ]
    won = {"customer": who, "channel": channel[who], "created": people.joined[who] - waited[who]}
    return pd.DataFrame(won), np.repeat(np.arange(len(shares)), lost)
