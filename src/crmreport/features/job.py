"""What the features of one period are made from, and where each of them is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import ibis.expr.types as ir

from crmreport.data.contract import SALE_LINES
from crmreport.data.store import Store
from crmreport.features.days import known_days
from crmreport.features.totals import Spans
from crmreport.params import GROUP, Engagement
from crmreport.period import Period, trailing_window


def spans_of(period: Period, *, window_months: int) -> dict[str, tuple[date, date]]:
    """First and last day of the period, of those it is compared with, and of the trailing window."""
    previous, last_year = period.previous(), period.last_year()
    return {
        "period": (period.start, period.end),
        "previous": (previous.start, previous.end),
        "last_year": (last_year.start, last_year.end),
        "window": trailing_window(period.as_of, window_months),
    }


@dataclass(frozen=True)
class Job:
    """One period's features in the making. ``aside`` is the folder that they are written to."""

    engagement: Engagement
    store: Store
    period: Period
    aside: Path

    @property
    def as_of(self) -> date:
        return self.period.as_of

    @property
    def window_months(self) -> int:
        return self.engagement.params.window_months

    @property
    def window(self) -> tuple[date, date]:
        """First and last day of the trailing window."""
        return self.spans["window"]

    @cached_property
    def spans(self) -> Spans:
        return spans_of(self.period, window_months=self.window_months)

    @property
    def scopes(self) -> list[str]:
        return [GROUP, *(brand.id for brand in self.engagement.params.brands)]

    @property
    def data(self) -> tuple[date, date]:
        """The first and the last day of all sales, those after the period too."""
        sold = self.store.ledger.sale_lines
        assert sold.first_day is not None
        assert sold.last_day is not None
        return sold.first_day, sold.last_day

    @property
    def lines(self) -> ir.Table:
        """All sale lines."""
        return self.store.table(SALE_LINES.name)

    @cached_property
    def days(self) -> ir.Table:
        """What each known customer did on each day up to the as-of date, in each scope; see ``known_days``.

        Summed once from the lines: who counts from days need not read the lines again.
        """
        self.write("days", known_days(self.lines, as_of=self.as_of), "customer_id", "sold_on")
        return self.read("days")

    def write(self, name: str, table: ir.Table, *keys: str) -> None:
        """Keep ``table``, which has a column ``scope``, in the order of scope and ``keys``."""
        self.store.backend.to_parquet(table.order_by(["scope", *keys]), self.aside / f"{name}.parquet")

    def read(self, name: str) -> ir.Table:
        """A table that has been written."""
        return self.store.backend.read_parquet(self.aside / f"{name}.parquet")
