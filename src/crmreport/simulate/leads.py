"""How customers came: leads that became customers, that were given up, and that are still open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmreport.simulate.lines import customer_ids
from crmreport.simulate.outreach import dated
from crmreport.simulate.people import REGIONS, People, coded
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
    shares = np.array([share for _, share, _ in leads.channels])
    channel = rng.choice(len(shares), len(people), p=shares)
    came = (rng.uniform(size=len(people)) < leads.through) & (people.joined > 0)
    waited = rng.exponential(_DAYS_TO_BUY, len(people))
    won = np.flatnonzero(came & (people.joined > waited))
    lost = [
        rng.negative_binomial((channel[won] == at).sum(), p) for at, (_, _, p) in enumerate(leads.channels)
    ]
    of_lost = np.repeat(np.arange(len(shares)), lost)
    created = rng.uniform(0, world.days, len(of_lost))
    given_up = created + rng.exponential(leads.days, len(of_lost))
    n = len(won) + len(of_lost)
    begun = np.concatenate([people.joined[won] - waited[won], created])
    closed = np.concatenate([people.joined[won], given_up])
    converted = np.arange(n) < len(won)
    over = closed < world.days
    somebody = rng.uniform(size=n) < leads.assigned
    centre = staff[staff["unit"] == "Advice centre"]["staff_id"].to_numpy()
    worker = rng.integers(0, len(centre), n)
    ids = customer_ids(len(people)).to_numpy(dtype=object)
    stage = np.where(converted, "bought", np.where(somebody, "advised", "new"))
    table = pd.DataFrame(
        {
            "customer_id": np.concatenate([ids[won], np.full(len(of_lost), None, dtype=object)]),
            "created_at": dated(world, begun) + np.timedelta64(10, "h"),
            "channel": coded(
                np.concatenate([channel[won], of_lost]), [name for name, _, _ in leads.channels]
            ),
            "stage": stage,
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
