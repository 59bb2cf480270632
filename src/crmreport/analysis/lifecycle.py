"""Where customers stand, and who moved: states by the brand's own purchase rhythm, and flows between them.

Two limits come from the purchases themselves (see ``crmreport.features.lifecycle``): who has been away for
longer than three quarters of those who come back is dormant, for longer than nine tenths lost. At a day d,
with the dormant limit D and the lost limit L, a customer is

- ``prospect``: known to the client, but nothing bought so far
- ``lost`` or ``dormant``: away for more than L, or for more than D days
- otherwise in touch. Purchases of the last D days are never further apart than D, so they are one stretch,
  and the gap before its first purchase tells: ``active`` where it is at most D, ``returning`` where it is
  longer than D, ``regained`` where it is longer than L, ``new`` where there was no purchase before.

So everybody is in exactly one state, and keeps the name of an arrival for D days.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmreport.analysis.disclosure import hidden_cells
from crmreport.features.lifecycle import SCENARIOS, scenario
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import bootstrap, share

Floats = NDArray[np.float64]

STATES = ("prospect", "new", "active", "returning", "regained", "dormant", "lost")
BOUGHT = STATES[1:]
IN_TOUCH = ("new", "active", "returning", "regained")
AWAY = ("dormant", "lost")
ORIGINS = ("unseen", *STATES)
"""Where someone may have been at the end of the period before; ``unseen``: not known to the client then."""

GROUPS = {"none": ("unseen", "prospect"), "in_touch": IN_TOUCH, "dormant": ("dormant",), "lost": ("lost",)}
"""The states of those who have bought, and where they came from, in few groups."""

MOVES = ("joined", "returned", "regained", "fell_silent")
"""What changes the number of customers in touch: first purchases of the period, purchases of those who had
been dormant or lost, and everybody in touch or arrived who is away at its end."""
MONEY = ("joined", "returned", "regained", "stayed", "faded", "still_away")
"""Who spent: those who arrived, who ``stayed`` in touch, who were in touch and ``faded``, and who were away
and did not come."""


@dataclass(frozen=True)
class Limits:
    """After how many days away a customer is dormant, and lost."""

    dormant: int
    lost: int


def cases(row: pd.Series | None) -> dict[str, Limits]:
    """The limits by scenario (``usual`` first), from a row of the features; without one, where nobody has a
    state, limits of no days."""
    return {name: Limits(*(scenario(row, name) if row is not None else (0, 0))) for name in SCENARIOS}


def limit_of(row: pd.Series | None, name: str) -> Estimate:
    """The limit ``name`` (``dormant``, ``lost``) in days, with its interval; fixed ones are a census."""
    if row is None:
        return Estimate(math.nan, 0)
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if math.isnan(low):
        return Estimate(value, int(row["customers"]))
    return Estimate(value, int(row["customers"]), low, high, 0.95)


def states(customers: pd.DataFrame, limits: Limits, *, on: date, at: str) -> pd.Series:
    """The state of each customer on the day ``on``: one of ``STATES``.

    ``<at>_before`` is the last purchase day before the stretch of ``limits.dormant`` days that ends on
    that day, ``<at>_since`` the first one inside it; both missing: nothing bought so far.
    """
    before, since = customers[f"{at}_before"], customers[f"{at}_since"]
    gap = (since - before).dt.days
    away = (pd.Timestamp(on) - before).dt.days
    found = np.select(
        [
            since.isna() & before.isna(),
            since.isna() & (away > limits.lost),
            since.isna(),
            before.isna(),
            gap > limits.lost,
            gap > limits.dormant,
        ],
        ["prospect", "lost", "dormant", "new", "regained", "returning"],
        "active",
    )
    return pd.Series(found, customers.index, dtype=pd.CategoricalDtype(list(STATES)))


def first_name(limits: Limits, *, data_begins: date, until: date) -> Literal["new", "first_observed"]:
    """Whether who is first seen within the dormant limit of ``until`` may be called new.

    The data before that stretch must be longer than the lost limit: then a purchase before it would have
    been a lapse that nine in ten do not come back from so late.
    """
    run_in = (until - data_begins).days - limits.dormant
    return "new" if run_in >= limits.lost else "first_observed"


def tells(days: int, *, begins: date, on: date) -> bool:
    """Whether the data reaches back so far that an absence of more than ``days`` can be seen on a day."""
    return (on - begins).days > days


# ---------------------------------------------------------------- flows between two days


@dataclass(frozen=True)
class Flows:
    """State at the end of the period before (rows, ``ORIGINS``) by state at the end of this one (columns,
    ``STATES``): ``customers``, and what they spent in the period ``before`` and ``now``."""

    customers: pd.DataFrame
    before: pd.DataFrame
    now: pd.DataFrame


def origins(customers: pd.DataFrame, then: pd.Series, *, on: date) -> pd.Series:
    """The states ``then``, those not yet known to the client on that day as ``unseen``."""
    unknown = customers["known_on"] > pd.Timestamp(on)
    found = then.astype("object").mask((then == "prospect") & unknown, "unseen")
    return found.astype(pd.CategoricalDtype(list(ORIGINS)))


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


# ---------------------------------------------------------------- states and how they end


def state_table(flows: Flows, minimum: int) -> pd.DataFrame:
    """One row a state with customers on either day: ``customers`` now, ``before``, and ``bought_share``, the
    share now of all who have bought; small states are blank, with as many others as hide them."""
    told = {
        "customers": flows.customers.sum(axis=0),
        "before": flows.customers.sum(axis=1).reindex(list(STATES)),
    }
    seen = [state for state in STATES if any(sizes[state] for sizes in told.values())]
    bought = [state for state in seen if state in BOUGHT]
    blank = {name: _blanked(sizes[seen], [bought], minimum) for name, sizes in told.items()}
    part = blank["customers"][bought] / told["customers"][list(BOUGHT)].sum()
    return pd.DataFrame({**blank, "bought_share": part}, index=pd.Index(seen, name="state")).reset_index()


def counts(table: pd.DataFrame, column: str) -> dict[str, Estimate]:
    """A column of ``state_table`` by state, each count resting on itself; blank ones are not known."""
    return {
        str(state): Estimate(math.nan, 0) if math.isnan(n) else Estimate(int(n), int(n))
        for state, n in zip(table["state"], table[column], strict=True)
    }


def in_touch(found: pd.Series) -> Estimate:
    """How many customers are in touch: a census."""
    n = int(found.isin(IN_TOUCH).sum())
    return Estimate(n, n)


def _blanked(sizes: pd.Series, sums: list[list[str]], minimum: int) -> pd.Series:
    hidden = hidden_cells(sizes, sums, minimum)
    return sizes.astype("float64").mask(np.array([cell in hidden for cell in sizes.index]))


def back_shares(customers: pd.DataFrame, then: pd.Series, minimum: int) -> dict[str, Estimate]:
    """Of those who were in touch, dormant or lost at the end of the period before: the share who bought in
    this one (Wilson interval). It tells whether the limits mean what they say."""
    bought = customers["back_on"].notna()
    return {
        name: _share(bought & then.isin(of), then.isin(of), minimum)
        for name, of in GROUPS.items()
        if name != "none"
    }


def _share(which: pd.Series, of: pd.Series, minimum: int) -> Estimate:
    """A share; not known where it, or what is left of the whole, speaks of a few."""
    count, n = int(which.sum()), int(of.sum())
    few = 0 < count < minimum or 0 < n - count < minimum
    return Estimate(math.nan, 0) if few else share(count, n)


@dataclass(frozen=True)
class Regained:
    """Who had been lost and bought in the period.

    ``customers`` and what they spent (censuses), their ``part`` of the revenue of all customers, what one
    spent on average (bootstrap), the median days ``away`` before they came back (bootstrap), and the share
    who bought on a second day of the period (Wilson).
    """

    customers: Estimate
    revenue: Estimate
    part: Estimate
    each: Estimate
    away: Estimate
    again: Estimate


def regained(customers: pd.DataFrame, then: pd.Series, *, rng: np.random.Generator) -> Regained:
    """Those who were lost at the end of the period before and bought in this one."""
    back = customers[(then == "lost").to_numpy() & customers["back_on"].notna().to_numpy()]
    n, spent = len(back), back["revenue"].to_numpy(dtype=float)
    total, whole = float(spent.sum()), float(customers["revenue"].sum())
    away = (back["back_on"] - back["then_last_on"]).dt.days.to_numpy().astype(np.float64)
    known = np.isfinite(spent).all()
    return Regained(
        Estimate(n, n),
        Estimate(round(total, 2) if known else math.nan, n),
        Estimate(total / whole if known and whole > 0 else math.nan, n),
        bootstrap(lambda weights: weights @ spent / n, n, rng=rng),
        bootstrap(lambda weights: _weighted_median(away, weights), n, rng=rng),
        share(int((back["days"] > 1).sum()), n),
    )


def _weighted_median(values: Floats, weights: Floats) -> Floats:
    order = np.argsort(values, kind="stable")
    reached = weights[:, order].cumsum(axis=1)
    return np.asarray(values[order][(reached >= reached[:, -1:] / 2).argmax(axis=1)])


def sensitivity(
    customers: pd.DataFrame, limits: dict[str, Limits], *, on: date, minimum: int
) -> pd.DataFrame:
    """What other limits would make of the same customers: by ``limits``' name, the two limits and the
    shares of all who have bought that are ``in_touch``, ``dormant`` and ``lost``.

    Two of the three are blank, the smallest and the next, where one counts fewer than ``minimum``.
    """
    rows = []
    for name, of in limits.items():
        found = states(customers, of, on=on, at=name)
        kinds = found.astype("object").where(~found.isin(IN_TOUCH), "in_touch")
        sizes = kinds.value_counts().reindex(["in_touch", *AWAY], fill_value=0)
        parts = _blanked(sizes, [list(sizes.index)], minimum) / max(len(customers), 1)
        rows.append({"case": name, "dormant_days": of.dormant, "lost_days": of.lost, **parts})
    return pd.DataFrame(rows)
