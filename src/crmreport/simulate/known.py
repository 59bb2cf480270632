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
