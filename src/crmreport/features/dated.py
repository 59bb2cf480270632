"""Which days the tables of a store speak of."""

from __future__ import annotations

from datetime import date

import pandas as pd

from crmreport.data.contract import SALE_LINES, TABLES
from crmreport.data.mapping import no_dates
from crmreport.data.store import Store
from crmreport.errors import InputDataError
from crmreport.params import GROUP, Engagement
from crmreport.period import Period


def check_any_row(engagement: Engagement, store: Store, period: Period) -> None:
    """Raises InputDataError where nothing was sold in the period; where no sales were supplied, where
    nothing else is dated in it.
    """
    spans = _dated(store)
    if SALE_LINES.name in spans:
        spans = {SALE_LINES.name: spans[SALE_LINES.name]}
    if not spans:
        raise no_dates(engagement)
    for name in spans:
        rows = store.table(name)
        day = rows[_date_of(name)].cast("date")
        if rows.filter(day.between(period.start, period.end)).limit(1).count().to_pyarrow().as_py():
            return
    listed = "; ".join(f"{_called(name)} run from {first} to {last}" for name, (first, last) in spans.items())
    raise InputDataError(
        f"There is no data in the period {period.label} ({period.start} to {period.end}).",
        where=engagement.path.name,
        remedy=f"The client's {listed}.",
    )


def _called(table: str) -> str:
    return "sales" if table == SALE_LINES.name else table.replace("_", " ")


def rows_in_period(store: Store, period: Period) -> pd.DataFrame:
    """``scope``, ``table``, ``rows``: how many rows of each dated table fall into the period; of the group,
    and of each brand that has any."""
    found = []
    for name in _dated(store):
        rows = store.table(name)
        inside = rows.filter(rows[_date_of(name)].cast("date").between(period.start, period.end))
        found.append({"scope": GROUP, "table": name, "rows": inside.count().to_pyarrow().as_py()})
        if "brand_id" in rows.columns:
            of_brands = inside.filter(inside.brand_id.notnull())
            by_brand = of_brands.group_by("brand_id").agg(rows=of_brands.count()).order_by("brand_id")
            counted = by_brand.to_pyarrow().to_pylist()
            found += [{"scope": one["brand_id"], "table": name, "rows": one["rows"]} for one in counted]
    return pd.DataFrame(found, columns=["scope", "table", "rows"])


def _dated(store: Store) -> dict[str, tuple[date, date]]:
    """First and last day of the tables whose rows are dated."""
    return {
        one.table: (one.first_day, one.last_day)
        for one in store.ledger.tables
        if one.first_day is not None and one.last_day is not None
    }


def _date_of(table: str) -> str:
    column = TABLES[table].dated
    assert column is not None
    return column
