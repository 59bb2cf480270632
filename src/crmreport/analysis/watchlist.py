"""Whom to watch, and why: risk times value, the same list tried on a past day, and reasons by group."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmreport.analysis import warning
from crmreport.analysis.risk_models import FAMILIES, Logistic, Model, design, directions
from crmreport.analysis.warning import Judged, Refusal
from crmreport.stats.estimate import Estimate
from crmreport.stats.intervals import share

GROUPS = ("best", "middle", "rest")
BEST, MIDDLE = 0.2, 0.5
"""The fifth of customers who bring most, those down to the half, and the rest."""


REASONS = ("group", "customers", "raises", "raises_odds", "second_reason", "lowers")
COLUMNS = ("customer_id", "probability", "value", "at_stake", "group", "listed")


@dataclass(frozen=True)
class WatchList:
    """Everybody at risk on the as-of date: ``customer_id``, ``probability``, ``value`` (brought in the
    lookback), ``at_stake`` (their product), ``group`` and whether ``listed``.

    ``tried``: the share lost of a list made in the same way for the validation; ``tried_groups``: that of
    each group then; ``reasons``: see ``reasons``. Without a model all is empty and unknown.
    """

    customers: pd.DataFrame
    tried: Estimate
    tried_groups: dict[str, Estimate]
    reasons: pd.DataFrame

    @property
    def size(self) -> Estimate:
        count = int(self.customers["listed"].sum())
        return Estimate(count or math.nan, count)

    @property
    def value_share(self) -> Estimate:
        """What part of the value of all those at risk the listed ones brought: a census."""
        return self._part("value")

    @property
    def stake_share(self) -> Estimate:
        """What part of all value times risk lies with the listed: a census of what the model says."""
        return self._part("at_stake")

    def _part(self, column: str) -> Estimate:
        total = float(self.customers[column].sum())
        part = float(self.customers.loc[self.customers["listed"], column].sum())
        return Estimate(part / total if total > 0 else math.nan, int(self.customers["listed"].sum()))

    def reachable(self, may: pd.Series, minimum: int) -> Estimate:
        """How many of the listed may be contacted; ``may`` says it of each ``customer_id``, its index.

        Not known where those who may, or those who may not, are fewer than ``minimum`` and not nobody.
        """
        ids = self.customers.loc[self.customers["listed"], "customer_id"]
        count = int(may.reindex(ids).fillna(False).astype(bool).sum())
        few = any(0 < part < minimum for part in (count, len(ids) - count))
        return Estimate(math.nan if few or not len(ids) else count, 0 if few else len(ids))


def of_outcome(
    snapshots: pd.DataFrame, outcome: Judged | Refusal, *, list_share: float, minimum: int
) -> WatchList:
    """The watch list that a judged model makes of the snapshot of the as-of date."""
    now = snapshots[snapshots["role"] == "now"].reset_index(drop=True)
    if isinstance(outcome, Refusal) or now.empty:
        unknown = Estimate(math.nan, 0)
        none = pd.DataFrame(columns=list(COLUMNS)).astype({"listed": "bool"})
        return WatchList(none, unknown, dict.fromkeys(GROUPS, unknown), pd.DataFrame(columns=list(REASONS)))
    model = warning.refit(snapshots, outcome)
    customers = watch(now, model, outcome, list_share=list_share, minimum=minimum)
    past = warning.known(snapshots, outcome)
    parted = Logistic.fit(*past)
    return WatchList(
        customers,
        tried(outcome, list_share=list_share, minimum=minimum),
        tried_groups(outcome),
        reasons(now, parted, customers, alone=directions(*past), minimum=minimum),
    )


def watch(
    now: pd.DataFrame, model: Model, judged: Judged, *, list_share: float, minimum: int
) -> pd.DataFrame:
    """The ``customers`` of a watch list, from the snapshot ``now``: listed is the ``list_share`` of them with
    most at stake, and no fewer than ``minimum``."""
    features = design(now).reindex(columns=list(judged.features))
    table = pd.DataFrame(
        {
            "customer_id": now["customer_id"].to_numpy(),
            "probability": model.probability(features),
            "value": warning.value(now).to_numpy(),
        }
    )
    table["at_stake"] = table["probability"] * table["value"]
    table["group"] = value_groups(table["value"])
    return table.assign(listed=_most(table, list_share, minimum))


def _most(table: pd.DataFrame, part: float, minimum: int) -> pd.Series:
    """Which customers have most at stake, ``minimum`` of them at least; of equals, those of the lower id."""
    order = table.assign(stake=table["probability"] * table["value"])
    order = order.sort_values(["stake", "customer_id"], ascending=[False, True])
    chosen = order.index[: max(round(part * len(table)), minimum)]
    return pd.Series(table.index.isin(chosen), table.index)


def value_groups(value: pd.Series) -> pd.Series:
    """Each customer's group of ``GROUPS`` by what he brought; equal customers are in one group."""
    cuts = [float(value.quantile(1 - part, interpolation="higher")) for part in (BEST, MIDDLE)]
    return pd.Series(np.select([value >= cut for cut in cuts], GROUPS[:2], GROUPS[2]), value.index)


def tried(judged: Judged, *, list_share: float, minimum: int) -> Estimate:
    """The share lost of a list made in the same way on the days of the validation (Wilson's interval)."""
    lists = [
        rows[_most(rows, list_share, minimum)]
        for _, rows in judged.validation.reset_index(drop=True).groupby("t0", sort=True)
    ]
    table = pd.concat(lists)
    n = int(table["customer_id"].nunique())
    return share(round(float(table["lost"].mean()) * n), n) if n else Estimate(math.nan, 0)


def tried_groups(judged: Judged) -> dict[str, Estimate]:
    """By group of value, the share lost in the validation (Wilson's interval over customers)."""
    rows = judged.validation
    group = rows.groupby("t0")["value"].transform(lambda value: value_groups(value))
    found = {}
    for name in GROUPS:
        inside = rows[group == name]
        n = int(inside["customer_id"].nunique())
        found[name] = share(round(float(inside["lost"].mean()) * n), n) if n else Estimate(math.nan, 0)
    return found


def reasons(
    now: pd.DataFrame, model: Logistic, customers: pd.DataFrame, *, alone: pd.Series, minimum: int
) -> pd.DataFrame:
    """Why those of each group who are at more than the mean risk are so, by the logistic model.

    One row per group with ``minimum`` such customers: ``group``, ``customers``; what ``raises`` their log
    odds most against the mean of everybody, and by what factor the odds (``raises_odds``); the
    ``second_reason`` (None where nothing else raises them); and what ``lowers`` them most (None where nothing
    does). Signed contributions, summed by family of features and averaged over the group. A reason is told
    by the feature that does most in its family, and whether the group has ``more`` or ``less`` of it than
    everybody: ``recency_more``. ``alone`` says of each feature whether more of it goes with loss (1) or
    with staying (-1) by itself; a reason that says the opposite, as one of two features that move together
    may in a regression, is not told.
    """
    features = design(now).reindex(columns=list(model.columns))
    parts = model.parts(features)
    apart, beside = parts - parts.mean(), features - features.mean()
    risk, groups = customers["probability"], customers["group"].to_numpy()
    high = (risk > risk.mean()).to_numpy()
    rows = []
    for name in GROUPS:
        inside = high & (groups == name)
        if inside.sum() >= minimum:
            rows.append((name, int(inside.sum()), *_told(apart[inside].mean(), beside[inside].mean(), alone)))
    return pd.DataFrame(rows, columns=list(REASONS))


def _told(
    parts: pd.Series, beside: pd.Series, alone: pd.Series
) -> tuple[str | None, float, str | None, str | None]:
    """The strongest and second reason for more risk with the first one's odds, and the strongest for less."""
    family = pd.Series({name: FAMILIES[str(name)] for name in parts.index}, dtype="object")
    sums = parts.groupby(family).sum().sort_values(ascending=False, kind="stable")

    def words(sign: int) -> list[tuple[str, float]]:
        plain = np.sign(beside) * alone.reindex(parts.index) == sign
        found = []
        for at in sums[sums * sign > 0].sort_values(key=abs, ascending=False, kind="stable").index:
            fitting = (sign * parts)[plain & (family == at)].sort_values(ascending=False, kind="stable")
            if len(fitting) and fitting.iloc[0] > 0:
                more = "more" if beside[fitting.index[0]] > 0 else "less"
                found.append((f"{fitting.index[0]}_{more}", float(sums[at])))
        return found

    up, down = words(1), words(-1)
    first, odds = (up[0][0], math.exp(up[0][1])) if up else (None, math.nan)
    return first, odds, up[1][0] if len(up) > 1 else None, down[0][0] if down else None
