"""Who moved between the states of a life cycle from the end of one period to the end of the next.

States come from ``crmreport.analysis.lifecycle``, by the same limits on both days, so the flows add up to the
customer, and their revenue to the cent.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from crmreport.analysis.disclosure import blank_cells, hidden_cells
from crmreport.analysis.lifecycle import AWAY, BOUGHT, GROUPS, IN_TOUCH, ORIGINS, STATES
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

MOVES = ("joined", "returned", "regained", "fell_silent")
"""What changes the number of customers in touch: first purchases of the period, purchases of those who had
been dormant or lost, and everybody in touch or arrived who is away at its end."""
MONEY = ("joined", "returned", "regained", "stayed", "faded", "still_away")
"""Who spent: those who arrived, who ``stayed`` in touch, who were in touch and ``faded``, and who were away
and did not come."""


@dataclass(frozen=True)
class Flows:
    """State at the end of the period before (rows, ``ORIGINS``) by state at the end of this one (columns,
    ``STATES``): ``customers``, and what they spent in the period ``before`` and ``now``."""

    customers: pd.DataFrame
    before: pd.DataFrame
    now: pd.DataFrame


def flows(
    customers: pd.DataFrame, then: pd.Series, now: pd.Series, *, known_before: int = 0, known: int = 0
) -> Flows:
    """The flows of all customers: of those who have bought, and of the prospects who still have not.

    ``then`` are ``origins``. ``known_before`` and ``known`` count those whom the client knew on the two
    days, buyers included; of these the table of ``customers`` holds only who has bought.
    """
    keys = [then.to_numpy(), now.to_numpy()]
    tables = {
        name: customers.groupby(keys, observed=True)[name].sum() for name in ("revenue_before", "revenue")
    } | {"customers": customers.groupby(keys, observed=True).size()}
    full = {
        name: of.unstack(fill_value=0).reindex(index=list(ORIGINS), columns=list(STATES), fill_value=0)
        for name, of in tables.items()
    }
    still = max(known_before - int((then != "unseen").sum()), 0)
    joined = max(known - len(customers) - still, 0)
    waiting = pd.DataFrame({"prospect": {"prospect": still, "unseen": joined}})
    counts = full["customers"].add(waiting, fill_value=0).reindex_like(full["customers"]).astype("int64")
    return Flows(counts, full["revenue_before"].round(2), full["revenue"].round(2))


def kinds_of_move(customers: pd.DataFrame, then: pd.Series, now: pd.Series) -> pd.Series:
    """What each customer who has bought did in the period: one of ``MONEY``."""
    bought, inside = customers["back_on"].notna(), then.isin(IN_TOUCH)
    kinds = np.select(
        [then.isin(GROUPS["none"]), inside & now.isin(IN_TOUCH), inside, ~bought, then == "lost"],
        ["joined", "stayed", "faded", "still_away", "regained"],
        "returned",
    )
    return pd.Series(kinds, customers.index, dtype=pd.CategoricalDtype(list(MONEY)))


def moves(kinds: pd.Series, now: pd.Series) -> pd.Series:
    """By how much each of ``MOVES`` changed the number in touch; they sum to its change exactly.

    ``kinds`` are ``kinds_of_move``. Nobody gets in touch without a purchase in the period.
    """
    arrived = [int((kinds == name).sum()) for name in MOVES[:3]]
    silent = int((kinds.isin(("faded", *MOVES[:3])) & ~now.isin(IN_TOUCH)).sum())
    return pd.Series([*arrived, -silent], list(MOVES))


def merged_moves(moved: pd.Series, minimum: int) -> pd.Series:
    """The moves to show: those that are too small to be, and what would give them away, as one: as
    ``came_back`` where it is the two kinds of return, else as ``others``."""
    hidden = hidden_cells(moved.abs(), [list(moved.index)], minimum)
    names = [_merged(hidden) if move in hidden else str(move) for move in moved.index]
    return moved.groupby(names, sort=False).sum()


def wording(known: Collection[str]) -> Literal["apart", "together"] | None:
    """Which sentence can tell the ``known`` moves: the two kinds of return apart, or together, or none."""
    if set(known) == set(MOVES):
        return "apart"
    return "together" if set(known) == {"joined", "came_back", "fell_silent"} else None


def _merged(hidden: set[Hashable]) -> str:
    return "came_back" if hidden == {"returned", "regained"} else "others"


def money_moves(customers: pd.DataFrame, kinds: pd.Series, minimum: int) -> pd.DataFrame:
    """By kind of ``MONEY``: ``customers``, revenue ``before`` and ``now`` and its ``change``.

    Kinds of too few customers, and what would give them away, are one, as in ``merged_moves``. The
    changes sum to the change in revenue of all known customers, to the cent.
    """
    sizes = kinds.value_counts().reindex(list(MONEY))
    hidden = hidden_cells(sizes, [list(MONEY)], minimum)
    names = kinds.astype("object").where(~kinds.isin(hidden), _merged(hidden))
    spent = {"before": customers["revenue_before"], "now": customers["revenue"]}
    table = pd.DataFrame(spent).groupby(names).sum().round(2)
    table.insert(0, "customers", names.value_counts())
    shown = [name for name in ("joined", "came_back", *MONEY[1:], "others") if name in table.index]
    return table.loc[shown].assign(change=lambda kept: (kept["now"] - kept["before"]).round(2))


def shown_flows(flows: Flows, minimum: int) -> pd.DataFrame:
    """One row a flow of those who have bought: ``then``, ``now``, ``customers``, ``revenue`` of the period.

    By state where at least half of the flows can be shown, else by ``GROUPS``. Who had not bought before
    stands in one row, ``none``. Flows of fewer than ``minimum`` customers are blank, and with them as many
    others as it takes that no total which the chapter shows gives one away. What nobody was in is left out.
    """
    groups = _cells(flows, GROUPS, minimum)
    states = {"none": GROUPS["none"]} | {state: (state,) for state in BOUGHT}
    fine = _cells(flows, states, minimum, told=_stayed(groups) is not None)
    there = fine["customers"] != 0
    return fine if fine["customers"][there].notna().mean() >= 1 / 2 else groups


def kept(flows: Flows, minimum: int) -> Estimate:
    """The share of those in touch at the end of the period before who still are (Wilson interval); not known
    where that flow is not shown."""
    stayed = _stayed(_cells(flows, GROUPS, minimum))
    n = int(flows.customers.loc[list(IN_TOUCH)].to_numpy().sum())
    return Estimate(math.nan, 0) if stayed is None else share(stayed, n)


def _stayed(groups: pd.DataFrame) -> int | None:
    both = groups[(groups["then"] == "in_touch") & (groups["now"] == "in_touch")]["customers"]
    return None if both.empty or both.isna().any() else int(both.iloc[0])


def _cells(
    flows: Flows, groups: Mapping[str, tuple[str, ...]], minimum: int, *, told: bool = False
) -> pd.DataFrame:
    """The flows between ``groups``, small ones blank; ``told`` where it is said how many stayed in touch."""
    kept = {
        (then, now): (list(before), list(after))
        for then, before in groups.items()
        for now, after in groups.items()
        if now != "none"
    }
    sizes = pd.Series({cell: int(flows.customers.loc[of].to_numpy().sum()) for cell, of in kept.items()})
    spent = pd.Series({cell: float(flows.now.loc[of].to_numpy().sum()) for cell, of in kept.items()})
    hidden = hidden_cells(sizes, _told(sizes, minimum, stayed=told), minimum)
    table = pd.DataFrame({"customers": sizes, "revenue": spent.round(2)}, dtype="float64")
    table.loc[[cell in hidden for cell in sizes.index]] = math.nan
    table = table.rename_axis(["then", "now"]).reset_index()
    there = table["customers"] != 0
    seen = table["then"].isin(table["then"][there]) & table["now"].isin(table["now"][there])
    return table[seen].reset_index(drop=True)


def _told(sizes: pd.Series, minimum: int, *, stayed: bool) -> list[list[tuple[str, str]]]:
    """The cells of each sum that the chapter shows as well: states at both ends, groups, and who came back.

    Nobody comes back from being dormant or lost but into a state in touch, or dormant again.
    """
    cells = list(sizes.index)
    inside, near = {"in_touch", *IN_TOUCH}, {"in_touch", *IN_TOUCH, "dormant"}
    back = {away: [cell for cell in cells if cell[0] == away and cell[1] in near] for away in AWAY}
    apart = [of for of in back.values() if min(sizes[one].sum() for one in back.values()) >= minimum]
    return [
        *([cell for cell in cells if cell[0] == then] for then in dict.fromkeys(cell[0] for cell in cells)),
        *([cell for cell in cells if cell[1] == now] for now in dict.fromkeys(cell[1] for cell in cells)),
        [cell for cell in cells if cell[0] in inside],
        [cell for cell in cells if cell[1] in inside],
        *([[cell for cell in cells if cell[0] in inside and cell[1] in inside]] if stayed else []),
        back["dormant"] + back["lost"],
        *apart,
    ]


def state_table(flows: Flows, minimum: int) -> pd.DataFrame:
    """One row a state with customers on either day: ``customers`` now, ``before``, and ``bought_share``, the
    share now of all who have bought; small states are blank, with as many others as hide them."""
    told = {
        "customers": flows.customers.sum(axis=0),
        "before": flows.customers.sum(axis=1).reindex(list(STATES)),
    }
    seen = [state for state in STATES if any(sizes[state] for sizes in told.values())]
    bought = [state for state in seen if state in BOUGHT]
    blank = {name: blank_cells(sizes[seen], [bought], minimum) for name, sizes in told.items()}
    part = blank["customers"][bought] / told["customers"][list(BOUGHT)].sum()
    return pd.DataFrame({**blank, "bought_share": part}, index=pd.Index(seen, name="state")).reset_index()
