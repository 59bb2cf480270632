"""Where customers stand in their life with a brand, at the end of a period and of the one before.

What is kept of each customer says the state at a day for limits that are known: purchases within the
dormant limit of that day are never further apart than the limit, so the last purchase before that stretch
and the first inside it tell all (see ``crmreport.analysis.lifecycle``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from crmreport.features.rhythm import WHOLE
from crmreport.features.totals import Spans
from crmreport.params import GROUP, Lifecycle
from crmreport.stats.survival import Survival

AT_RISK = 30
"""A curve of purchase intervals is followed as long as this many customers are left in it."""
LIMITS = ("dormant", "lost")
SCENARIOS = {"usual": "", "short": "_low", "long": "_high", "purchases": "_purchases"}
"""The limits themselves, both at the lower and at the upper end of their intervals, and what they would be
if each purchase counted once instead of each customer; with the ending of their columns in ``limits``."""

_SEED = 20170101
_KEY = ["scope", "customer_id"]
_COLUMNS = ["scope", "customers", "reach", *(f"{name}{end}" for name in LIMITS for end in SCENARIOS.values())]


def interval_curve(gaps: pd.DataFrame) -> Survival:
    """By when a customer comes back, each customer counted once, whose closed gaps are alike.

    ``gaps`` is ``gap_counts`` of one scope. Kaplan and Meier's estimate over recurrent gaps in the form of
    Wang & Chang (JASA 1999): the closed gaps of a customer share one weight; one who has not come back yet
    counts with the open gap, as censored. Counted by purchases, frequent buyers would stand for everybody,
    and the time would look shorter. Bootstrap over parts of the customers.
    """
    weights = (gaps[name].to_numpy() / WHOLE for name in ("closed_weight", "open_weight"))
    rng = np.random.default_rng(_SEED)
    return Survival.of_gaps(
        gaps["part"].to_numpy(), gaps["gap_days"].to_numpy(), *weights, rng=rng, at_least=AT_RISK
    )


def limits(gaps: pd.DataFrame, settings: Lifecycle) -> pd.DataFrame:
    """One row per ``scope`` with gaps: the limits in days of the purchase rhythm, with their intervals.

    ``gaps`` is ``gap_counts`` of all scopes. ``dormant`` is the day by which ``dormant_share`` of the
    customers who come back within ``reach`` days are back (see ``interval_curve``); ``lost`` the same for
    ``lost_share``; each with ``_low`` and ``_high`` (percentile bootstrap), and ``_purchases``, where each
    purchase counts once. ``reach`` is how far ``AT_RISK`` of the ``customers`` can be followed. Limits that
    the settings fix have no interval. A scope without a closed gap, or whose limits fall together, has no
    row.
    """
    rows = []
    for scope, of in gaps.groupby("scope", sort=True):
        curve, counted = interval_curve(of), _by_purchases(of)
        row: dict[str, Any] = {"scope": scope, "customers": curve.n, "reach": curve.reach}
        for number, (name, share) in enumerate(
            zip(LIMITS, (settings.dormant_share, settings.lost_share), strict=True)
        ):
            found = curve.day_when(share, of_ended_by=curve.reach)
            told = (found.value, found.low, found.high)
            if settings.days:
                told = (settings.days[number], None, None)
            by_purchases = counted.day_when(share, of_ended_by=counted.reach).value
            row |= dict(
                zip((f"{name}{end}" for end in SCENARIOS.values()), (*told, by_purchases), strict=True)
            )
        rows.append(row)
    table = pd.DataFrame(rows, columns=_COLUMNS).astype(dict.fromkeys(_COLUMNS[3:], "float64"))
    return table[table["lost"] > table["dormant"]].reset_index(drop=True)


def _by_purchases(gaps: pd.DataFrame) -> Survival:
    counted = (gaps[name].to_numpy() for name in ("part", "gap_days", "closed", "open"))
    return Survival.of_gaps(*counted, rng=np.random.default_rng(_SEED), at_least=AT_RISK)


def scenario(row: Mapping[str, Any] | pd.Series, name: str) -> tuple[int, int]:
    """The dormant and the lost limit of one of ``SCENARIOS``, from a row of ``limits``.

    Where one has none of its own, such as an interval, the limit itself.
    """
    end = SCENARIOS[name]
    dormant, lost = (int(row[one] if pd.isna(row[f"{one}{end}"]) else row[f"{one}{end}"]) for one in LIMITS)
    return dormant, lost


def lifecycle_table(days: ir.Table, found: pd.DataFrame, spans: Spans) -> ir.Table:
    """One row per ``scope`` and ``customer_id`` who has ever bought, in the scopes that have limits.

    - ``first_on``, ``last_on``: the first and the last purchase day in the data
    - ``<at>_before``, ``<at>_since``: the last purchase day before, and the first in, the stretch of the
      dormant limit that ends on a day: for each of ``SCENARIOS`` the period's last day, for ``then`` the last
      day of the period before, by the limits themselves
    - ``then_last_on``: the last purchase day up to the end of the period before; ``back_on``: the first
      in the period
    - ``days``: purchase days in the period; ``revenue``, ``revenue_before``: in the period and in the one
      before, net of returns; NULL where the client supplied no revenue

    ``days`` is ``day_table`` up to the period's end.
    """
    (begin, end), (begin_before, end_before) = spans["period"], spans["previous"]
    rows: list[dict[str, Any]] = found.to_dict("records")  # type: ignore[assignment]
    cuts = ibis.memtable(
        [
            {"scope": row["scope"], "then": end_before - timedelta(days=scenario(row, "usual")[0])}
            | {name: end - timedelta(days=scenario(row, name)[0]) for name in SCENARIOS}
            for row in rows
        ],
        schema=ibis.schema({"scope": "string"} | dict.fromkeys(("then", *SCENARIOS), "date")),
    )
    all_days = days.join(cuts, "scope")
    on, bought = all_days.sold_on, all_days.orders > 0
    inside, until = on.between(begin, end), {"then": end_before} | dict.fromkeys(SCENARIOS, end)
    stretches = {}
    for name, last in until.items():
        stretches[f"{name}_before"] = on.max(where=bought & (on < all_days[name]))
        stretches[f"{name}_since"] = on.min(where=bought & (on >= all_days[name]) & (on <= last))
    table = all_days.group_by(_KEY).agg(
        first_on=on.min(where=bought),
        last_on=on.max(where=bought),
        **stretches,
        then_last_on=on.max(where=bought & (on <= end_before)),
        back_on=on.min(where=bought & inside),
        days=all_days.count(where=bought & inside),
        revenue=_sum(all_days, inside),
        revenue_before=_sum(all_days, on.between(begin_before, end_before)),
    )
    return table.filter(table.first_on.notnull())


def _sum(days: ir.Table, inside: ir.BooleanValue) -> ir.Value:
    """Revenue inside a span: zero where nothing was sold, NULL where none was supplied at all."""
    supplied = days.revenue.count() > 0
    total = days.revenue.sum(where=inside).fill_null(0).cast("decimal(18, 2)")
    return ibis.cases((supplied, total))


def known_since(days: ir.Table, customers: ir.Table | None) -> ir.Table:
    """One row per ``customer_id`` that the client knows by the end of ``days``: ``known_on``, the day on
    which he or she joined or first bought, whichever is earlier; NULL for one of the customers table who
    has no date of joining and never bought: known at any time.
    """
    seen = days.filter(days.scope == GROUP)
    seen = seen.group_by("customer_id").agg(seen_on=seen.sold_on.min())
    if customers is None:
        return seen.select("customer_id", known_on="seen_on")
    listed = customers.select(listed_id="customer_id", joined_on="joined_on")
    every = seen.outer_join(listed, seen.customer_id == listed.listed_id)
    return every.select(
        customer_id=ibis.coalesce(every.customer_id, every.listed_id),
        known_on=ibis.ifelse(
            every.seen_on.isnull() | (every.joined_on < every.seen_on).fill_null(False),
            every.joined_on,
            every.seen_on,
        ),
    )


def known_counts(known: ir.Table, at: Mapping[str, date]) -> dict[str, int]:
    """How many customers the client knows on each day of ``at``, by its name."""
    counted = known.agg(
        **{
            name: known.count(where=known.known_on.isnull() | (known.known_on <= on))
            for name, on in at.items()
        }
    )
    return {name: int(n) for name, n in counted.to_pyarrow().to_pylist()[0].items()}
