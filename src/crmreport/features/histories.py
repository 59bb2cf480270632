"""Purchase histories: what models of future purchases are fitted to, and what they are checked against.

The time of the data is cut at the *split*: what lies before it is for the fit, the whole weeks after it,
the *holdout*, tell whether the fit foretold them. Weeks are counted from the split, backwards too: week 0
is the first of the holdout.
"""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from crmreport.period import trailing_window

_KEY = ["scope", "customer_id"]
_MONEY = "decimal(18, 2)"
_WEEK = 7
_HOLDOUT_PART = 3
_LONGEST = 52
_YEAR, _YEARS = 12, 36
"""Months of the past that value is told of."""


def holdout_weeks(begins: date, as_of: date, *, asked: int | None) -> int:
    """How many whole weeks the holdout has: those asked for, at most half of the data's; by default a third
    of them, at most a year. At least one."""
    weeks = ((as_of - begins).days + 1) // _WEEK
    wanted = min(weeks // _HOLDOUT_PART, _LONGEST) if asked is None else asked
    return max(1, min(wanted, weeks // 2))


def split_of(as_of: date, weeks: int) -> date:
    """The last day before a holdout of ``weeks``."""
    return as_of - timedelta(days=_WEEK * weeks)


def history_table(days: ir.Table, *, as_of: date, weeks: int) -> ir.Table:
    """One row per ``scope`` and ``customer_id`` with a purchase up to ``as_of``; ``days`` as of ``Job.days``.

    - ``first_on``, ``last_on``: the first and the last purchase day in all the data
    - ``repeats``: purchase days after the first; ``spent``: what they brought, net of returns of those days
    - ``fit_last_on``, ``fit_repeats``, ``fit_spent``: the same up to the split; NULL or 0 for who came later
    - ``earlier_days``: purchase days in as many weeks before the split as the holdout has
    - ``holdout_days``, ``holdout_revenue``: in the holdout of ``weeks``, which ends on ``as_of``
    - ``past_12``, ``past_36``: revenue of the last 12 and 36 months, net of all returns; ``margin_12``,
      ``margin_36``: the margin of the lines whose cost is known, NULL where none is
    """
    split = split_of(as_of, weeks)
    bought = days.filter(days.orders > 0)
    place = ibis.row_number().over(ibis.window(group_by=_KEY, order_by="sold_on"))
    bought = bought.mutate(again=place > 0)
    before, again = bought.sold_on <= split, bought.again
    earlier = before & (bought.sold_on > split_of(split, weeks))
    table = bought.group_by(_KEY).agg(
        first_on=bought.sold_on.min(),
        last_on=bought.sold_on.max(),
        repeats=bought.count(where=again),
        spent=bought.revenue.sum(where=again).cast(_MONEY),
        fit_last_on=bought.sold_on.max(where=before),
        fit_repeats=bought.count(where=again & before),
        fit_spent=bought.revenue.sum(where=again & before).cast(_MONEY),
        earlier_days=bought.count(where=earlier),
        holdout_days=bought.count(where=~before),
        holdout_revenue=bought.revenue.sum(where=~before).cast(_MONEY),
    )
    net = days.group_by(_KEY).agg(
        **{
            f"{name}_{months}": of.sum(where=days.sold_on >= trailing_window(as_of, months)[0]).cast(_MONEY)
            for name, of in (("past", days.revenue), ("margin", days.margin))
            for months in (_YEAR, _YEARS)
        }
    )
    return table.left_join(net, _KEY).drop("scope_right", "customer_id_right")


def week_table(days: ir.Table, *, as_of: date, weeks: int) -> ir.Table:
    """Purchase days by ``scope``, ``first_week`` (the week of the customer's first purchase day) and
    ``at_week``: how many ``first`` ones, and how many ``repeats``. For weeks see the module."""
    origin = ibis.literal(split_of(as_of, weeks))
    bought = days.filter(days.orders > 0)
    first_on = bought.sold_on.min().over(ibis.window(group_by=_KEY))
    dated = bought.select(
        "scope",
        first_week=_week_of(first_on, origin),
        at_week=_week_of(bought.sold_on, origin),
        again=bought.sold_on > first_on,
    )
    return dated.group_by(["scope", "first_week", "at_week"]).agg(
        first=dated.count(where=~dated.again), repeats=dated.count(where=dated.again)
    )


def _week_of(day: ir.Value, origin: ir.Value) -> ir.Value:
    return ((day.delta(origin, unit="day") - 1) / _WEEK).floor().cast("int64")
