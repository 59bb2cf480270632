"""The customer table: who bought in the trailing window, and how."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from crmreport.data.marks import CODED
from crmreport.features.days import MEASURES, measured, scoped
from crmreport.params import GROUP
from crmreport.period import trailing_window

_KEY = ["scope", "customer_id"]
_SUMS = tuple(name for name in MEASURES if name != "lines")
_COUNTS = ("orders", "purchase_days", "gap_squares")
_BITS = 62
"""Of a word of a mask: one less than fit, since not every engine has unsigned numbers."""


# Ibis knows the first of the two for some engines, the second for none; DuckDB, Spark and BigQuery have both.
@ibis.udf.agg.builtin  # type: ignore[untyped-decorator]
def bit_or(words: int) -> int:
    """The bits that are set in any of the words."""
    raise NotImplementedError("the database computes it")


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def bit_count(word: int) -> dt.int8:
    """How many bits of a word are set."""
    raise NotImplementedError("the database computes it")


def kinds_of(lines: ir.Table) -> dict[str, int]:
    """How many different values each of the numbered columns of marked lines has."""
    found = lines.agg(**{name: lines[f"{name}_no"].max() for name in CODED}).to_pyarrow().to_pylist()[0]
    return {name: 0 if last is None else last + 1 for name, last in found.items()}


def customer_table(
    lines: ir.Table, *, as_of: date, window_months: int, kinds: Mapping[str, int] | None = None
) -> ir.Table:
    """One row per ``scope`` and ``customer_id`` with a purchase in the window of whole months to ``as_of``.

    - ``first_purchase_on``, ``last_purchase_on``: over the whole history up to ``as_of``; the first one
      in the data, which need not be the customer's first ever
    - ``recency_days``: from the last purchase to ``as_of``
    - ``orders``, ``purchase_days`` in the window; ``revenue``, ``units``, ``discount``,
      ``coupon_discount``, ``deal_revenue`` (of lines bought on any deal) and ``margin`` (revenue less
      cost, of lines whose cost is known) in the window, net of returns
    - ``deal_share``: of the revenue; NULL where no deals are told, or the revenue is not above zero
    - ``gap_mean``, ``gap_spread``: mean and sample standard deviation of the days between purchase days of
      the window; NULL where there are fewer than one gap, or two
    - ``categories``, ``channels``: how many different ones in the window, NULL where none is known

    ``lines`` are marked (see ``crmreport.data.marks``); ``kinds`` are their ``kinds_of``, asked of them where
    not given. Those without a customer are in none of it; those after ``as_of`` are not looked at. Scores and
    classes of the customers are made of this table (``crmreport.analysis.rfm`` and ``pareto``), where their
    cut points are.
    """
    start, end = trailing_window(as_of, window_months)
    kinds = kinds_of(lines) if kinds is None else kinds
    inside = lines.filter(lines.customer_id.notnull(), lines.sold_on.between(start, end))
    masks = _masks(inside, kinds)
    parts = inside.group_by(["brand_id", "customer_id"]).agg(
        **_counted(inside, start, ""),
        **_counted(inside, start, "brand_"),
        inside_first_on=inside.sold_on.min(where=inside.brand_opens_day),
        last_on=inside.sold_on.max(where=inside.brand_opens_day),
        **{name: value for name, value in measured(inside).items() if name in _SUMS},
        **masks,
    )
    group = parts.group_by("customer_id").agg(
        first_on=parts.first_on.min(),
        **{name: parts[name].sum() for name in (*_COUNTS, *_SUMS)},
        inside_first_on=parts.inside_first_on.min(),
        last_on=parts.last_on.max(),
        **{name: bit_or(parts[name]) for name in masks},
    )
    group = group.mutate(scope=ibis.literal(GROUP))
    brands = parts.filter(parts.brand_id.notnull()).drop("first_on", *_COUNTS)
    names = {name: f"brand_{name}" for name in ("first_on", *_COUNTS)} | {"scope": "brand_id"}
    both = ibis.union(group, brands.rename(names).select(group.columns).cast(group.schema()))
    return _finished(both.filter(both.purchase_days > 0), end)


def _counted(inside: ir.Table, start: date, prefix: str) -> dict[str, ir.Value]:
    """What the marks give: of the whole business, or of the line's brand."""
    gap = inside[f"{prefix}day_gap"]
    closed = gap <= inside.sold_on.delta(ibis.literal(start), unit="day")
    return {
        f"{prefix}first_on": inside[f"{prefix}first_on"].min(),
        f"{prefix}orders": inside[f"{prefix}opens_order"].sum().cast("int32"),
        f"{prefix}purchase_days": inside[f"{prefix}opens_day"].sum().cast("int32"),
        # Whole numbers: floats hold their sums exactly.
        f"{prefix}gap_squares": ibis.ifelse(closed, (gap * gap).cast("float64"), None).sum(),
    }


def _masks(lines: ir.Table, kinds: Mapping[str, int]) -> dict[str, ir.Value]:
    """Which values of the numbered columns occur among purchases: words with one bit a value."""
    found: dict[str, ir.Value] = {}
    one = ibis.literal(1).cast("int64")
    for name in CODED:
        for word, first in enumerate(range(0, max(kinds[name], 1), _BITS)):
            place = lines[f"{name}_no"] - first
            held = (
                lines.is_purchase if kinds[name] <= _BITS else lines.is_purchase & place.between(0, _BITS - 1)
            )
            found[f"{name}_{word}"] = bit_or(ibis.ifelse(held, one << place.cast("int64"), None))
    return found


def _finished(table: ir.Table, end: date) -> ir.Table:
    share = table.deal_revenue.cast("float64") / table.revenue.cast("float64")
    gaps = (table.purchase_days - 1).cast("float64")
    total = table.last_on.delta(table.inside_first_on, unit="day").cast("float64")
    # Whole numbers until the last step: the order of the gaps leaves no trace.
    variance = (gaps * table.gap_squares - total * total) / (gaps * (gaps - 1))
    return table.select(
        "scope",
        "customer_id",
        first_purchase_on=table.first_on,
        last_purchase_on=table.last_on,
        recency_days=ibis.literal(end).delta(table.last_on, unit="day"),
        orders=table.orders.cast("int64"),
        purchase_days=table.purchase_days.cast("int64"),
        **{
            name: table[name].cast("decimal(18, 3)" if name == "units" else "decimal(18, 2)")
            for name in _SUMS
        },
        deal_share=ibis.ifelse(table.revenue > 0, share, None),
        gap_mean=ibis.ifelse(gaps > 0, total / gaps, None),
        gap_spread=ibis.ifelse(gaps > 1, variance, None).sqrt(),
        categories=_set_bits(table, "category"),
        channels=_set_bits(table, "channel"),
    )


def _set_bits(table: ir.Table, name: str) -> ir.IntegerValue:
    """How many values the masks hold; NULL where they hold none."""
    words = [table[column] for column in table.columns if column.startswith(f"{name}_")]
    return sum(bit_count(word.fill_null(0)).cast("int64") for word in words).nullif(0)


def customer_categories(lines: ir.Table, *, as_of: date, window_months: int) -> ir.Table:
    """One row per ``scope``, ``customer_id`` and ``category`` bought in the window: net ``revenue``.

    Without rows where the client named no categories.
    """
    bought = _bought(lines, "category", trailing_window(as_of, window_months))
    parts = bought.group_by(["brand_id", "customer_id", "category"]).agg(revenue=bought.revenue.sum())
    rows = scoped(parts)
    return rows.group_by(["scope", "customer_id", "category"]).agg(
        revenue=rows.revenue.sum().cast("decimal(18, 2)")
    )


def with_products(customers: ir.Table, lines: ir.Table, *, as_of: date, window_months: int) -> ir.Table:
    """The customer table with how many different ``products`` each bought in the window: breadth, where the
    client names no categories. NULL where no product is known."""
    bought = _bought(lines, "product_id", trailing_window(as_of, window_months))
    rows = scoped(bought.select("brand_id", "customer_id", "product_id").distinct()).distinct()
    found = rows.group_by(_KEY).agg(products=rows.count())
    return customers.left_join(found, _KEY).drop("scope_right", "customer_id_right")


def _bought(lines: ir.Table, known: str, window: tuple[date, date]) -> ir.Table:
    """The lines that known customers bought in the window, those whose ``known`` column is filled."""
    return lines.filter(
        lines.customer_id.notnull(), lines[known].notnull(), lines.sold_on.between(*window), lines.is_purchase
    )
