"""What is true of a whole client in numbers that follow from what was drawn: for ``truth.json``."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmreport.simulate.cases import WITHIN, Complained
from crmreport.simulate.points import EARNED, LAPSED, USED
from crmreport.simulate.worlds import World

MEANINGS = {
    "recovery": "Of complaints that can be followed for 90 days. rate_ratio: of the rate of buying after a "
    "solved complaint to that after an unsolved one. difference: of the shares who buy again within 90 days, "
    "had all been solved, and had none. seen: the same difference between those that were solved and those "
    "that were not; it is larger by the selection, since good customers are served better.",
    "points": "Of the card, to the last day: earned is used, lapsed and open together.",
    "scores": "By wave: csat (share of 4 and 5) and nps (-100 to 100) of all who were asked, and of who "
    "answered; the difference is the bias of response.",
}

WORLD = "What is set: crmreport.simulate.worlds and crmreport.simulate.settings say what each means."
COLUMNS = {
    "customers": "joined_on (also before the data), left_on (missing: not by the end), rate and leaving_rate "
    "by the week, the mean_spend of an order, rhythm, favourite brand, switched, deal_share of the lines; of "
    "whole clients feeling (a standard normal) and refused_on (messages)",
    "invitations": "of each who was asked: the probability of answering, answered, straight (reads nothing), "
    "feeling (for the brand asked about), age, often, and what each would answer: overall, recommend and "
    "the perceptions by attribute",
    "cases": "of each case: complaint (else an enquiry), solved sooner or later, and whether its customer "
    "would buy again within 90 days, if_solved and if_unsolved: one of the two came true",
    "messages": "of each message: the contacts_of_the_week of its customer, and whether it brought an order",
}
"""What the columns of the truth's files mean."""


def of_recovery(world: World, complained: Complained) -> dict[str, float]:
    """See ``MEANINGS``."""
    service = world.service
    assert service is not None
    cases = complained.cases
    told = cases[cases["complaint"] & (cases["opened"] + WITHIN < world.days)]
    solved = told["solved"]
    seen = told["if_solved"][solved].mean() - told["if_unsolved"][~solved].mean()
    return {
        "complaints": len(told),
        "rate_ratio": service.kept_solved / service.kept_unsolved,
        "difference": float(told["if_solved"].mean() - told["if_unsolved"].mean()),
        "seen": float(seen),
    }


def of_points(ledger: pd.DataFrame) -> dict[str, int]:
    sums = ledger.groupby("kind")["points"].sum()
    earned, used, lapsed = (abs(int(sums.get(kind, 0))) for kind in (EARNED, USED, LAPSED))
    return {"earned": earned, "used": used, "lapsed": lapsed, "open": earned - used - lapsed}


def of_scores(invitations: pd.DataFrame) -> dict[str, Any]:
    def scores(rows: pd.DataFrame) -> dict[str, float]:
        of = rows["recommend"]
        return {
            "csat": float((rows["overall"] >= 4).mean()),
            "nps": float(100 * ((of >= 9).mean() - (of <= 6).mean())),
        }

    return {
        str(wave): {"asked": scores(rows), "answered": scores(rows[rows["answered"]])}
        for wave, rows in invitations.groupby("wave")
    }
