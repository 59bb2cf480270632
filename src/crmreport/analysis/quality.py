"""What is wrong with the data, by table and by dimension, and how grave it is.

Five dimensions (after DAMA): completeness, validity, uniqueness, timeliness, consistency. A problem is
measured by the part of a table's rows that it concerns; a table's status in a dimension is that of its
gravest problem there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import pandas as pd

from crmreport.analysis import outages
from crmreport.data.ledger import Ledger, RuleId

Dimension = Literal["completeness", "validity", "uniqueness", "timeliness", "consistency"]
DIMENSIONS: tuple[Dimension, ...] = ("completeness", "validity", "uniqueness", "timeliness", "consistency")
Kind = Literal[
    "silent",
    "short",
    "gap",
    "drift",
    "late",
    "missing",
    "anonymous",
    "invalid",
    "range",
    "repeated",
    "spelling",
    "unmatched",
]
"""``data.effect.<kind>`` says what a problem does, ``.where`` in which chapters."""

GOOD, POOR = 0.01, 0.1
"""Under the first part of its rows a table is good, from the second on it is poor."""

MATTERS = 0.001
"""A problem that concerns a smaller part of a table's rows is counted, but not spoken of."""

RULES: Mapping[RuleId, tuple[Kind, Dimension]] = {
    "missing_date": ("missing", "completeness"),
    "missing_key": ("missing", "completeness"),
    "missing_value": ("missing", "completeness"),
    "no_answer": ("missing", "completeness"),
    "no_customer": ("anonymous", "completeness"),
    "unreadable_date": ("invalid", "validity"),
    "impossible_date": ("invalid", "validity"),
    "future_date": ("invalid", "validity"),
    "unreadable_amount": ("invalid", "validity"),
    "unreadable_value": ("invalid", "validity"),
    "unreadable_row": ("invalid", "validity"),
    "absurd_price": ("invalid", "validity"),
    "impossible_age": ("invalid", "validity"),
    "scientific_id": ("invalid", "validity"),
    "money_without_quantity": ("invalid", "validity"),
    "duplicate": ("repeated", "uniqueness"),
    "repeated_key": ("repeated", "uniqueness"),
    "lost_zeros": ("spelling", "consistency"),
    "two_cases": ("spelling", "consistency"),
}
"""The rules of the ledger that find something wrong, rather than something that belongs to trade."""

KEYS: frozenset[RuleId] = frozenset(
    [
        "unknown_campaign",
        "unknown_customer",
        "unknown_product",
        "unknown_store",
        "unknown_staff",
        "unknown_lead",
    ]
)
"""Those about keys that do not meet: where their rows are used all the same, keys are counted here."""


Check = Callable[[str], pd.DataFrame]


@dataclass(frozen=True)
class Problem:
    """Something wrong with ``rows`` of the ``of`` rows of a table; ``facts`` tell this one from others."""

    kind: Kind
    dimension: Dimension
    table: str
    rows: int
    of: int
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> float:
        return self.rows / self.of if self.of else 0.0

    @property
    def timed(self) -> bool:
        """Whether it was found over time: it is told whatever its size."""
        return self.kind in ("silent", "short", "gap", "drift", "late")

    @property
    def matters(self) -> bool:
        return self.timed or self.share >= MATTERS


def problems(
    ledger: Ledger, check: Check, weeks: pd.DataFrame, *, first: date, last: date, until: date, open_days: int
) -> list[Problem]:
    """Everything found: what happened over time first, and of each the gravest first.

    ``check`` gives the tables of ``crmreport.features.checks``, ``weeks`` are those of
    ``coverage.full_weeks``. Sales run from ``first`` to ``last``, on ``open_days`` days; the period ends
    with ``until``.
    """
    found = [
        *_by_rules(ledger),
        *_by_keys(check("matches")),
        *_by_ranges(check("ranges")),
        *_over_time(check, weeks, first=first, last=last),
    ]
    if late := outages.days_late(open_days, first=first, last=last, until=until):
        days = (until - first).days + 1
        found.append(Problem("late", "timeliness", "sale_lines", late, days, {"last": last}))
    return sorted(found, key=_gravest)


def _gravest(one: Problem) -> tuple[bool, float, str, str, str]:
    return (not one.timed, -one.share, one.table, one.kind, repr(sorted(one.facts.items())))


def _by_rules(ledger: Ledger) -> Iterable[Problem]:
    for account in ledger.tables:
        own = account.used.rows + account.set_aside.rows
        for rule in account.rules:
            if not rule.found.rows:
                continue
            facts = {"rule": rule.id}
            if rule.id in KEYS and rule.effect == "set_aside":
                yield Problem("unmatched", "consistency", account.table, rule.found.rows, own, facts)
            # A lead need be nobody's who has bought.
            if rule.id in RULES and (account.table, rule.id) != ("leads", "no_customer"):
                kind, dimension = RULES[rule.id]
                yield Problem(kind, dimension, account.table, rule.found.rows, own, facts)


def _by_keys(matches: pd.DataFrame) -> Iterable[Problem]:
    for row in matches[matches["lack"] > 0].to_dict("records"):
        facts = {"column": row["column"], "other": row["other"]}
        yield Problem("unmatched", "consistency", row["table"], row["lack"], row["rows"], facts)


def _by_ranges(ranges: pd.DataFrame) -> Iterable[Problem]:
    for row in ranges[ranges["wrong"] > 0].to_dict("records"):
        yield Problem("range", "validity", row["table"], row["wrong"], row["rows"], {"column": row["column"]})


def _over_time(check: Check, weeks: pd.DataFrame, *, first: date, last: date) -> Iterable[Problem]:
    fills = check("fills")
    months = month_lines(fills)
    total = int(months.sum())
    if len(gaps := weeks[weeks["gap"]]):
        lacking = round(float((gaps["expected"] - gaps["lines"]).clip(lower=0).sum()))
        yield Problem("gap", "completeness", "sale_lines", lacking, total, {"weeks": len(gaps)})
    quiet = outages.silences(check("senders"))
    for row in quiet.to_dict("records"):
        facts = {key: row[key] for key in ("by", "sender", "since", "until", "pause", "usual", "lines")}
        yield Problem("silent", "completeness", "sale_lines", round(row["missing"]), total, facts)
    whole = months.reindex(outages.full_months(first, last), fill_value=0)
    short = outages.short_months(whole)
    each = outages.short_sender_months(check("sender_months"), months, first=first, last=last)
    for row in [*short.to_dict("records"), *each.to_dict("records")]:
        if not _told(row, quiet):
            lacking = max(0, round(row["expected"] - row["lines"]))
            yield Problem(
                "short",
                "completeness",
                "sale_lines",
                lacking,
                total,
                {str(key): value for key, value in row.items()},
            )
    for row in outages.drifts(fills).to_dict("records"):
        facts = {key: row[key] for key in ("column", "since", "until", "outside", "inside", "rows")}
        lacking = round(abs(row["outside"] - row["inside"]) * row["rows"])
        rows = fills[(fills["table"] == row["table"]) & (fills["column"] == row["column"])]["rows"].sum()
        yield Problem("drift", "completeness", row["table"], lacking, int(rows), facts)


def _told(month: Mapping[Any, Any], quiet: pd.DataFrame) -> bool:
    """Whether a sender's short month is only the month of its silence."""
    own = quiet[(quiet["by"] == month.get("by")) & (quiet["sender"] == month.get("sender"))]
    ends = month["month"] + pd.offsets.MonthEnd()
    return bool(((own["since"] <= ends) & (own["until"].isna() | (own["until"] >= month["month"]))).any())


def month_lines(fills: pd.DataFrame) -> pd.Series:
    """All sale lines by month, from the counts that ``fills`` are shares of."""
    sold = fills[fills["table"] == "sale_lines"]
    return sold.groupby("month")["rows"].first()


# ---------------------------------------------------------------- the scorecard


def checked(ledger: Ledger, matches: pd.DataFrame) -> dict[str, set[Dimension]]:
    """In which dimensions each table could be looked at at all.

    Rows without a key cannot be told to be delivered twice; those that refer to nothing cannot miss it.
    """
    table: dict[str, set[Dimension]] = {}
    for account in ledger.tables:
        name = account.table
        dimensions: set[Dimension] = {"completeness", "validity"}
        if name != "sale_lines" or ledger.supplied(name, "order_id"):
            dimensions.add("uniqueness")
        if name == "sale_lines":
            dimensions.add("timeliness")
        if name in set(matches["table"]):
            dimensions.add("consistency")
        table[name] = dimensions
    return table


def scorecard(
    found: Iterable[Problem],
    tables: Iterable[str],
    filled: pd.DataFrame,
    looked_at: Mapping[str, set[Dimension]],
) -> pd.DataFrame:
    """A row for each table, a column for each dimension: ``good``, ``limited``, ``poor``, ``unchecked``.

    ``filled`` has ``rows`` and ``filled`` by ``table`` and column supplied: blanks count for completeness.
    ``looked_at`` says in which dimensions a table could be looked at.
    """
    found, rows = list(found), []
    for table in tables:
        own = filled[filled["table"] == table]
        blank = 1 - own["filled"].sum() / own["rows"].sum() if own["rows"].sum() else 0.0
        status: dict[str, str] = {}
        for dimension in DIMENSIONS:
            here = [one for one in found if (one.table, one.dimension) == (table, dimension)]
            worst = max([one.share for one in here], default=0.0)
            worst = max(worst, blank) if dimension == "completeness" else worst
            known = bool(here) or dimension in looked_at.get(table, set())
            status[dimension] = _status(worst, timed=any(one.timed for one in here)) if known else "unchecked"
        rows.append({"table": table, **status})
    return pd.DataFrame(rows, columns=["table", *DIMENSIONS])


def _status(share: float, *, timed: bool) -> str:
    if share >= POOR:
        return "poor"
    return "limited" if timed or share >= GOOD else "good"
