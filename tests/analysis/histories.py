"""Purchase histories as the features make them, in pandas: from one row a purchase day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from crmreport.analysis.forecast import Times
from crmreport.simulate.people import draw_people
from crmreport.simulate.purchases import draw_orders
from crmreport.simulate.registry import world_of
from crmreport.simulate.worlds import World


def histories(days: pd.DataFrame, *, as_of: date, weeks: int) -> pd.DataFrame:
    """As ``features.histories.history_table`` of one scope; ``days`` has customer_id, sold_on and revenue."""
    split, since = (pd.Timestamp(as_of - timedelta(days=7 * count)) for count in (weeks, 2 * weeks))
    days = days[days["sold_on"] <= pd.Timestamp(as_of)].sort_values(["customer_id", "sold_on"])
    first = days.groupby("customer_id")["sold_on"].transform("min")
    days = days.assign(again=days["sold_on"] > first, before=days["sold_on"] <= split)
    days["fit_on"] = days["sold_on"].where(days["before"])
    days["spent"] = days["revenue"].where(days["again"])
    days["fit_spent"] = days["spent"].where(days["before"])
    days["late"] = days["revenue"].where(~days["before"])
    days["year"] = days["revenue"].where(days["sold_on"] > pd.Timestamp(as_of) - pd.DateOffset(months=12))
    found = days.groupby("customer_id").agg(
        first_on=("sold_on", "min"),
        last_on=("sold_on", "max"),
        repeats=("again", "sum"),
        spent=("spent", "sum"),
        fit_last_on=("fit_on", "max"),
        fit_repeats=("before", "sum"),
        fit_spent=("fit_spent", "sum"),
        holdout_days=("before", "count"),
        holdout_revenue=("late", "sum"),
        past_12=("year", "sum"),
        past_36=("revenue", "sum"),
    )
    found["holdout_days"] -= found["fit_repeats"]
    found["fit_repeats"] = np.maximum(found["fit_repeats"] - 1, 0)
    lately = days[days["before"] & (days["sold_on"] > since)].groupby("customer_id").size()
    found["earlier_days"] = lately.reindex(found.index, fill_value=0)
    return found.reset_index()


def simulated_days(world: World | str, *, customers: int, seed: int) -> pd.DataFrame:
    """The purchase days of a simulated world, with what they brought."""
    world = world_of(world) if isinstance(world, str) else world
    who, when = (np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(2))
    orders = draw_orders(world, draw_people(world, customers, stores=3, rng=who), rng=when)
    sold_on = pd.Timestamp(world.start) + pd.to_timedelta(np.floor(orders.time), unit="D")
    days = pd.DataFrame({"customer_id": orders.customer, "sold_on": sold_on, "revenue": orders.cents / 100})
    return days.groupby(["customer_id", "sold_on"], as_index=False)["revenue"].sum()


def week_counts(days: pd.DataFrame, times: Times) -> pd.DataFrame:
    """As ``features.histories.week_table`` of one scope."""
    first = days.groupby("customer_id")["sold_on"].transform("min")

    def week(day: pd.Series) -> pd.Series:
        return ((day - pd.Timestamp(times.split)).dt.days - 1) // 7

    counted = days.assign(
        first_week=week(first), at_week=week(days["sold_on"]), repeats=days["sold_on"] > first
    )
    return counted.groupby(["first_week", "at_week"], as_index=False)["repeats"].sum()
