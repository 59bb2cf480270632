"""What a client supplied, a sentence for each table: how many rows, of which days, how many in the period."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from crmreport.data.ledger import TableLedger
from crmreport.display.blocks import Sentence, SlotValue, label, sentence, setting
from crmreport.period import Period


def came_in(
    accounts: Iterable[TableLedger],
    now: pd.Series,
    *,
    period: Period,
    minimum: int,
    brand: bool,
) -> tuple[Sentence, ...]:
    """A sentence for each table; ``now`` holds the rows of the ``period`` by table, of a ``brand`` or of all.

    Rows that all bear one day are told by that day, and rows that all lie in the period as all of them.
    Fewer than ``minimum`` in the period are told as that.
    """
    whose = "_brand" if brand else ""
    return tuple(
        _one(account, int(now.get(account.table, 0)), period, minimum, whose) for account in accounts
    )


def _one(account: TableLedger, now: int, period: Period, minimum: int, whose: str) -> Sentence:
    rows = account.used.rows
    slots: dict[str, SlotValue] = {
        "table": label(f"data.{account.table}.title"),
        "n": setting(rows, "count"),
    }
    if account.first_day is None or account.last_day is None:
        return sentence("data.came.undated", **slots)
    one_day = account.first_day == account.last_day
    slots |= {"begins": account.first_day} | ({} if one_day else {"ends": account.last_day})
    days = "one_day" if one_day else "dated"
    if now == rows and not whose:
        return sentence(f"data.came.{days}_all", period=period, **slots)
    few = 0 < now < minimum
    slots |= {"now": setting(minimum if few else now, "count"), "period": period}
    return sentence(f"data.came.{days}{'_few' * few}{whose}", **slots)
