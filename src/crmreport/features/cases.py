"""Complaints and enquiries: one row a case, without whose it is but for a number."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from crmreport.data.contract import SALE_LINES
from crmreport.data.store import Store
from crmreport.features.days import scoped
from crmreport.features.job import Job
from crmreport.features.narratives import narrative_terms

DESCRIBED = (
    "kind",
    "topic",
    "cause",
    "product_id",
    "channel",
    "unit",
    "store_id",
    "region",
    "status",
    "outcome",
    "unsolved_reason",
    "advised",
    "in_time",
    "reopened",
    "disputed",
    "compensation",
    "satisfaction",
)
"""What is told of a case as it was supplied; the narrative is not among it."""

COLUMNS = (
    "customer_id",
    "opened_on",
    *DESCRIBED,
    "response_hours",
    "responded",
    "resolution_hours",
    "resolved",
    "followed_up",
    "case",
    "has_text",
    "category",
    "bought_on",
)
"""What is known of a case, ``bought_on`` where there are sales."""

_SECONDS_AN_HOUR = 3600
_DIGITS = 10


def case_table(cases: ir.Table, *, as_of: date) -> ir.Table:
    """One row per ``scope`` and case opened up to ``as_of``.

    - ``opened_on``
    - ``responded`` and ``resolved``: whether that happened by the end of ``as_of``; ``response_hours`` and
      ``resolution_hours`` from the opening until then, or until the end of ``as_of`` where it has not
      happened; NULL for a case that ended before it began. A case that was resolved without a response on
      record waits for none any longer: it was seen waiting until its resolution
    - ``followed_up``: whether somebody went back to the customer by the end of ``as_of``
    - what ``DESCRIBED`` names, NULL where not supplied
    - ``customer_id`` where it is known
    - ``case``: a number that is the case's in every scope; ``narrative``, NULL where nothing was written
    """
    end = ibis.literal(datetime.combine(as_of + timedelta(days=1), time()))
    seen = cases.filter(cases.opened_at < end)
    columns = {name: seen[name] for name in DESCRIBED}
    closed = ibis.least(seen.resolved_at.fill_null(end), end)
    for name, at, last in (
        ("response", seen.responded_at, closed),
        ("resolution", seen.resolved_at, end),
    ):
        happened = at.notnull() & (at < end)
        until = ibis.ifelse(happened, at, last)
        hours = (until.epoch_seconds() - seen.opened_at.epoch_seconds()) / _SECONDS_AN_HOUR
        columns[f"{name}_hours"] = ibis.ifelse(hours >= 0, hours, ibis.null("float64"))
        columns["responded" if name == "response" else "resolved"] = happened
    columns["followed_up"] = seen.followed_up_at.notnull() & (seen.followed_up_at < end)
    columns["narrative"] = seen.narrative.strip().nullif("")
    # By the id where there is one; nothing but the row's own content tells cases apart that have none.
    order = ("case_id", "opened_at", "customer_id", "brand_id", "narrative", *DESCRIBED)
    place = ibis.row_number().over(ibis.window(order_by=[seen[name] for name in order]))
    table = seen.select(
        "brand_id",
        "customer_id",
        case=place.cast("string").lpad(_DIGITS, "0"),
        opened_on=seen.opened_at.cast("date"),
        **columns,
    )
    return scoped(table)


def product_orders(lines: ir.Table, *, start: date, end: date) -> ir.Table:
    """One row per ``scope``, ``kind`` (``product`` or ``category``) and ``item`` of it: the ``orders`` from
    ``start`` to ``end`` that hold it, those of unknown customers too."""
    bought = lines.filter(lines.is_purchase, lines.sold_on.between(start, end))
    parts = []
    for kind, name in (("product", "product_id"), ("category", "category")):
        named = bought.filter(bought[name].notnull())
        held = scoped(named.select("brand_id", "customer_id", "order_id", "sold_on", item=name).distinct())
        counted = held.distinct().group_by(["scope", "item"]).agg(orders=ibis._.count())
        parts.append(counted.mutate(kind=ibis.literal(kind)))
    return ibis.union(*parts)


def with_next_purchase(cases: ir.Table, days: ir.Table) -> ir.Table:
    """``cases`` with ``bought_on``: the customer's first purchase day in the scope after the opening."""
    keys = ["scope", "customer_id", "opened_on"]
    opened = cases.filter(cases.customer_id.notnull()).select(keys).distinct()
    bought = days.filter(days.orders > 0).select("scope", "customer_id", "sold_on")
    later = opened.join(bought, ["scope", "customer_id"])
    later = later.filter(later.sold_on > later.opened_on)
    first = later.group_by(keys).agg(bought_on=later.sold_on.min())
    joined = cases.left_join(first, keys)
    return joined.drop(*(name for name in joined.columns if name.endswith("_right")))


def build_cases(job: Job) -> None:
    """Write ``cases``, ``case_terms``, ``case_products`` and, with sales, ``product_orders``."""
    store = job.store
    if not store.has("cases"):
        return
    found = case_table(store.table("cases"), as_of=job.as_of)
    terms = narrative_terms(found, minimum=job.engagement.params.minimum_group)
    if terms is not None:
        job.write("case_terms", terms, "words", "term", "case")
    found = found.mutate(has_text=found.narrative.notnull()).drop("narrative")
    if store.has(SALE_LINES.name):
        found = with_next_purchase(found, job.days)
        orders = product_orders(job.lines, start=job.period.start, end=job.period.end)
        job.write("product_orders", orders, "kind", "item")
    found = _with_category(found, store)
    job.write("cases", found, "case")
    names = pd.DataFrame(columns=["product_id", "product_name"], dtype="object")
    if store.ledger.supplied("products", "product_name"):
        asked = store.table("products").semi_join(found.filter(found.product_id.notnull()), "product_id")
        names = asked.select(*names.columns).order_by("product_id").to_pandas()
    names.to_parquet(job.aside / "case_products.parquet", index=False)


def _with_category(cases: ir.Table, store: Store) -> ir.Table:
    """``cases`` with the ``category`` of the product that each is about, NULL where it is not known."""
    if not store.ledger.supplied("products", "category"):
        return cases.mutate(category=ibis.null("string"))
    kinds = store.table("products").select("product_id", "category")
    return cases.left_join(kinds, "product_id").drop("product_id_right")
