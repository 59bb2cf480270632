"""The ledger of a member card: points earned, used and lapsed, to the point."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmreport.simulate.lines import customer_ids
from crmreport.simulate.people import coded
from crmreport.simulate.settings import Card
from crmreport.simulate.worlds import World

_DAY, _LAST_MINUTE = np.timedelta64(1, "D"), np.timedelta64(23 * 60 + 59, "m")
EARNED, USED, LAPSED = "earned", "redeemed", "expired"


def draw_points(
    world: World, card: Card, lines: pd.DataFrame, customers: int, *, rng: np.random.Generator
) -> pd.DataFrame:
    """``entry_id``, ``customer_id``, ``booked_at``, ``kind``, ``points`` (negative when used or lapsed),
    ``expires_on`` (of points earned), ``order_id`` and ``store_id``; in order of time.

    All orders of all customers are gone through by their place among their customer's: the first ones
    together, then the second ones.
    """
    orders = lines.drop_duplicates("order_id")
    money = lines.groupby("order_id", sort=True)["revenue"].sum().to_numpy()
    owner = orders["customer_id"].cat.codes.to_numpy().astype(np.int64)
    at = orders["sold_at"].to_numpy()
    year = orders["sold_at"].dt.year.to_numpy()
    gains = np.floor(np.round(100 * money) / (100 * card.money)).astype(np.int64)
    wants = rng.uniform(size=len(orders)) < card.use
    own = np.argsort(owner, kind="stable")
    begins = np.searchsorted(owner[own], np.arange(customers))
    many = np.bincount(owner, minlength=customers)
    old, new = np.zeros(customers, dtype=np.int64), np.zeros(customers, dtype=np.int64)
    now = np.full(customers, world.start.year)
    uses = np.zeros(len(orders), dtype=np.int64)
    lapses: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for place in range(int(many.max())):
        who = np.flatnonzero(many > place)
        order = own[begins[who] + place]
        lapses += _year_ends(who, year[order], old, new, now)
        spent = np.where(wants[order], (old[who] + new[who]) // card.step * card.step, 0)
        of_old = np.minimum(spent, old[who])
        old[who] -= of_old
        new[who] -= spent - of_old
        new[who] += gains[order]
        uses[order] = spent
    after = np.full(customers, world.end.year + int((world.end.month, world.end.day) == (12, 31)))
    lapses += _year_ends(np.arange(customers), after, old, new, now)
    return _ledger(orders, owner, at, year, gains, uses, lapses, customers)


def _year_ends(
    who: np.ndarray, year: np.ndarray, old: np.ndarray, new: np.ndarray, now: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Let the points of ``who`` lapse at each end of a year before ``year``: customers, years and points."""
    found = []
    while len(late := who[now[who] < year]):
        year = year[now[who] < year]
        who = late
        gone = old[who] > 0
        found.append((who[gone], now[who][gone], old[who][gone].copy()))
        old[who], new[who] = new[who], 0
        now[who] += 1
    return found


def _year_end(year: np.ndarray) -> np.ndarray:
    """The last day of each year."""
    return np.asarray((year - 1970 + 1).astype("datetime64[Y]").astype("datetime64[s]") - _DAY)


def _ledger(
    orders: pd.DataFrame,
    owner: np.ndarray,
    at: np.ndarray,
    year: np.ndarray,
    gains: np.ndarray,
    uses: np.ndarray,
    lapses: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    customers: int,
) -> pd.DataFrame:
    stores, numbers = orders["store_id"].astype("str").to_numpy(), orders["order_id"].to_numpy()
    parts = []
    for kind, points, sign in ((EARNED, gains, 1), (USED, uses, -1)):
        some = points > 0
        until = pd.DatetimeIndex(_year_end(year[some] + 1)) if kind == EARNED else pd.NaT
        parts.append(
            pd.DataFrame(
                {
                    "customer": owner[some],
                    "booked_at": at[some],
                    "kind": kind,
                    "points": sign * points[some],
                    "expires_on": until,
                    "order_id": numbers[some].astype(float),
                    "store_id": stores[some],
                }
            )
        )
    who, ends, points = (np.concatenate([one[place] for one in lapses]) for place in range(3))
    lapsed = {"customer": who, "booked_at": _year_end(ends) + _LAST_MINUTE}
    parts.append(pd.DataFrame(lapsed | {"kind": LAPSED, "points": -points}))
    table = pd.concat(parts, ignore_index=True)
    table["expires_on"] = pd.to_datetime(table["expires_on"])
    table = table.iloc[np.lexsort((table["customer"], table["booked_at"]))].reset_index(drop=True)
    table["order_id"] = table["order_id"].astype("Int64")
    table.insert(0, "entry_id", [f"p{number:07}" for number in range(1, len(table) + 1)])
    owned = pd.Series(coded(table.pop("customer").to_numpy(), customer_ids(customers)))
    table.insert(1, "customer_id", owned)
    return table
