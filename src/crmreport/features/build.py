"""The features of a period: computed once from a store and kept as Parquet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import ibis
import pandas as pd

from crmreport.data.contract import CUSTOMERS, SALE_LINES
from crmreport.data.store import Store, publish
from crmreport.errors import ParamsError
from crmreport.features.campaigns import (
    Marketing,
    campaign_groups,
    campaign_reach,
    made_contacts,
    touch_table,
)
from crmreport.features.cases import build_cases
from crmreport.features.checks import checks
from crmreport.features.contacts import (
    contact_pressure,
    contact_weeks,
    contacts_by_sender,
    dated_contacts,
    planned_contacts,
    sender_weeks,
)
from crmreport.features.customers import customer_categories, customer_table, kinds_of, with_products
from crmreport.features.dated import check_any_row, rows_in_period
from crmreport.features.days import MEASURES
from crmreport.features.deals import deal_mix, deal_months, depth_mix, spending
from crmreport.features.histories import history_table, holdout_weeks, week_table
from crmreport.features.job import Job
from crmreport.features.launches import launch_table
from crmreport.features.leads import open_leads
from crmreport.features.lifecycle import known_counts, known_since, lifecycle_table, limits
from crmreport.features.losses import case_causes, silent_customers, survey_causes
from crmreport.features.loyalty import requirements, rival_counts, shared_buyers
from crmreport.features.market import (
    in_markets,
    market_cells,
    market_customers,
    market_months,
    own_categories,
    with_rivals,
)
from crmreport.features.mix import basket_mix, category_mix, day_orders, time_mix
from crmreport.features.people import contact_states, profile_columns
from crmreport.features.places import place_mix
from crmreport.features.points import member_points, with_revenue
from crmreport.features.portfolio import portfolio_buyers, price_quarters
from crmreport.features.quality import active_months, column_fill, week_totals
from crmreport.features.reading import Features
from crmreport.features.regions import category_months, region_mix, steps_of
from crmreport.features.repeats import repeat_groups
from crmreport.features.restated import late_refunds
from crmreport.features.rhythm import cohort_counts, gap_counts, rhythm_table
from crmreport.features.segments import build_segments
from crmreport.features.snapshots import (
    plan,
    plan_rows,
    silence_days,
    snapshot_table,
    wanted_days,
)
from crmreport.features.survey import survey_answers
from crmreport.features.totals import Spans, month_totals, scope_totals
from crmreport.features.trials import campaign_spans, trial_arms
from crmreport.features.voices import voices
from crmreport.features.windows import LENGTHS, window_customers
from crmreport.params import Engagement
from crmreport.period import Period, add_months, midpoint

_COUNTS = ("buyers", "first_observed", "orders", "purchase_days", "lines")
_AMOUNTS = (*(name for name in MEASURES if name != "lines"), "revenue_without_customer")
_MARKET_KEYS = ("span", "month", "category", "customer_id", "rival", "other", "brand_id", "quarter")


def build_features(engagement: Engagement, store: Store, period: Period) -> Features:
    """The features of ``period``; computes them where they are not yet there.

    Raises InputDataError where the data holds no sale in the period; without any sales, where nothing else
    is dated in it. Raises ParamsError where nobody has listed the days of an event of the calendar.
    """
    window = engagement.params.window_months
    content = [
        _code(),
        str(period.start),
        str(period.end),
        window,
        engagement.params.minimum_group,
        engagement.params.chapters.environment.category_share,
        engagement.params.chapters.lifecycle.model_dump(mode="json"),
        str(engagement.params.chapters.segmentation.baseline),
        engagement.params.chapters.value.holdout_weeks,
        list(engagement.params.chapters.engagement.lapsed),
        engagement.params.calendar.model_dump(mode="json"),
        engagement.params.questionnaire.model_dump(mode="json"),
        engagement.params.chapters.warning.model_dump(
            mode="json", include={"horizon_days", "gap_days", "reason_item"}
        ),
    ]
    key = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:8]
    folder = store.folder / "features" / f"{period.label}-{key}"
    if not folder.is_dir():
        _check_calendar(engagement, period)
        check_any_row(engagement, store, period)
        publish(folder, lambda aside: _build(engagement, store, period, aside))
    return Features(folder)


def _check_calendar(engagement: Engagement, period: Period) -> None:
    """What compares spans of which it knows half would call every event moved."""
    first, last = period.last_year().start, period.end
    for event in engagement.params.calendar.unknown(first, last):
        raise ParamsError(
            f"The days of “{event.id}” are not known of all years from {first.year} to {last.year}.",
            where=f"{engagement.path.name}, calendar",
            remedy=f"Add an event with the id {event.id} and its “dates” under calendar.own.",
        )


@cache
def _code() -> str:
    """What computes the features: after a change of it, no older ones are taken for them."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _build(engagement: Engagement, store: Store, period: Period, aside: Path) -> None:
    job = Job(engagement, store, period, aside)
    _build_filled(job)
    rows_in_period(store, period).to_parquet(aside / "rows.parquet", index=False)
    _build_survey(job)
    build_cases(job)
    _build_points(job)
    if store.has(SALE_LINES.name):
        for build in _FROM_SALES:
            build(job)


def _build_filled(job: Job) -> None:
    """What is told of every engagement, whatever its tables."""
    store = job.store
    found = [
        (account.table, name.removeprefix("filled "), row["rows"], filled)
        for account in store.ledger.tables
        for row in column_fill(store.table(account.table)).to_pyarrow().to_pylist()
        for name, filled in row.items()
        if name != "rows"
    ]
    filled = pd.DataFrame(found, columns=["table", "column", "rows", "filled"])
    filled.to_parquet(job.aside / "filled.parquet", index=False)
    if store.has(CUSTOMERS.name):
        known = store.table(CUSTOMERS.name).order_by("customer_id")
        profiles = known.select("customer_id", *profile_columns(store.ledger)).to_pandas()
        states = contact_states(known, store.ledger).order_by("customer_id").to_pandas()
    else:
        profiles = pd.DataFrame({"customer_id": pd.Series(dtype="object")})
        states = profiles.assign(state=pd.Series(dtype="object"))
    profiles.to_parquet(job.aside / "profiles.parquet", index=False)
    states.to_parquet(job.aside / "contact_states.parquet", index=False)


def _build_survey(job: Job) -> None:
    asked = job.engagement.params.questionnaire
    if not (asked.items and job.store.has("survey_answers")):
        return
    found = survey_answers(job.store.table("survey_answers"), asked, as_of=job.as_of)
    job.write("survey_answers", found, "respondent", "wave", "answered_on", "item", "value", "choice")


def _build_points(job: Job) -> None:
    store, (start, end) = job.store, job.spans["period"]
    if not store.has("points_ledger"):
        return
    words = job.engagement.params.chapters.engagement.lapsed
    table = member_points(store.table("points_ledger"), start=start, end=end, lapsed=words, as_of=job.as_of)
    if store.has(SALE_LINES.name):
        table = with_revenue(table, job.days, start=start, end=end)
    job.write("member_points", table, "customer_id")


def _build_customers(job: Job) -> None:
    as_of, months = job.as_of, job.window_months
    kinds = kinds_of(job.lines)
    customers = customer_table(job.lines, as_of=as_of, window_months=months, kinds=kinds)
    if kinds["category"]:
        customers = customers.mutate(products=ibis.null("int64"))
    else:
        customers = with_products(customers, job.lines, as_of=as_of, window_months=months)
    job.write("customers", customers, "customer_id")
    held = customer_categories(job.lines, as_of=as_of, window_months=months)
    job.write("customer_categories", held, "customer_id", "category")
    found = window_customers(job.lines, as_of=as_of, lengths=(*LENGTHS, months), days=job.days)
    job.write("windows", found, "months", "customer_id")


def _build_totals(job: Job) -> None:
    # January and February together, where Lunar New Year parts them otherwise than last year.
    compared = {**job.spans, **job.engagement.params.calendar.together(job.period)}
    found = scope_totals(job.lines, compared, days=job.days).to_pandas()
    totals = _every_span(found, job.scopes, compared, job.data)
    totals.to_parquet(job.aside / "totals.parquet", index=False)
    if job.store.ledger.supplied("sale_lines", "refunded_on"):
        job.write("restated", late_refunds(job.lines, job.spans), "span")
    first, last = job.data
    months = month_totals(job.lines, as_of=job.as_of, days=job.days).to_pandas()
    months = _every_month(months, job.scopes, first, min(last, job.as_of))
    months.to_parquet(job.aside / "months.parquet", index=False)


def _build_mixes(job: Job) -> None:
    dated = {"start": job.period.start, "end": job.period.end}
    job.write("categories", category_mix(job.lines, job.spans), "span", "category")
    job.write("baskets", basket_mix(job.lines, job.spans), "span", "kind")
    stores = job.store.table("stores") if job.store.has("stores") else None
    compared = {span: job.spans[span] for span in ("period", "previous")}
    job.write("places", place_mix(job.lines, stores, compared), "kind", "place", "span")
    launched = launch_table(job.lines, first_day=job.data[0], as_of=job.as_of)
    job.write("launches", launched, "product_id", "category")
    customers = job.store.table(CUSTOMERS.name) if job.store.has(CUSTOMERS.name) else None
    regions = region_mix(job.lines, stores, customers, steps_of(job.period))
    job.write("regions", regions, "region", "span", "category")
    job.write("category_months", category_months(job.lines, as_of=job.as_of), "category", "month")
    job.write("times", time_mix(job.lines, **dated), "weekday", "part")
    job.write("day_orders", day_orders(job.days, **dated), "sold_on")


def _build_quality(job: Job) -> None:
    start, end = job.window
    job.write("weeks", week_totals(job.lines, as_of=job.as_of), "week")
    job.write("active", active_months(job.lines, start=start, end=end), "months")
    for name, frame in checks(job.store, as_of=job.as_of).items():
        frame.to_parquet(job.aside / f"check_{name}.parquet", index=False)


def _build_market(job: Job) -> None:
    products = job.store.table("products") if job.store.has("products") else None
    lines = with_rivals(job.lines, products)
    least = job.engagement.params.chapters.environment.category_share
    placed = in_markets(lines, own_categories(lines, window=job.window, least=least))
    now, before = job.spans["period"], job.spans["previous"]
    tables = {
        "market": market_cells(placed, {"period": now, "previous": before}),
        "market_months": market_months(placed, as_of=now[1]),
        "market_customers": market_customers(placed, period=now, previous=before),
        "requirements": requirements(placed, window=job.window),
        "rivals": rival_counts(placed, window=job.window),
        "shared": shared_buyers(placed, window=job.window),
        "portfolio": portfolio_buyers(lines, window=job.window, period=now, previous=before),
        "prices": price_quarters(lines, window=job.window),
    }
    for name, table in tables.items():
        job.write(name, table, *(key for key in _MARKET_KEYS if key in table.columns))


def _build_deals(job: Job) -> None:
    dated = {"start": job.period.start, "end": job.period.end}
    job.write("deals", deal_mix(job.lines, job.spans), "span", "kind")
    job.write("deal_months", deal_months(job.lines, as_of=job.as_of), "month", "kind")
    job.write("depths", depth_mix(job.lines, **dated), "depth")
    job.write("spending", spending(job.lines, **dated))


def _build_campaigns(job: Job) -> None:
    store = job.store
    if not (store.has("campaigns") and store.has("contacts")):
        return
    supplied = (store.table(name) if store.has(name) else None for name in ("redemptions", "coupons"))
    contacts = made_contacts(store.table("contacts"))
    marketing = Marketing(store.table("campaigns"), contacts, *supplied).within(*job.window)
    customers, (first, last) = job.read("customers"), job.data
    job.write("touches", touch_table(customers, job.lines, marketing), "campaign_id", "customer_id")
    touched = job.read("touches")
    job.write("campaigns", campaign_reach(touched, marketing), "campaign_id")
    groups = campaign_groups(customers, job.lines, touched, marketing, data=(first, min(last, job.as_of)))
    job.write("campaign_groups", groups, "campaign_id", "contacted")
    if store.ledger.supplied("campaign_arms", "drawn_by_lot"):
        spans = campaign_spans(store.table("campaigns"), window=job.window, first_day=first)
        arms = trial_arms(store.table("campaign_arms"), contacts, spans, job.days, job.scopes)
        job.write("trials", arms, "campaign_id", "arm")


def _build_contacts(job: Job) -> None:
    if not job.store.has("contacts"):
        return
    store, customers, (start, end) = job.store, job.read("customers"), job.spans["period"]
    contacts = store.table("contacts")
    campaigns = store.table("campaigns") if store.has("campaigns") else None
    made = dated_contacts(contacts, campaigns, start=start, end=end)
    job.write("contact_weeks", contact_weeks(made, customers), "contacts", "units")
    job.write("contacts_by_sender", contacts_by_sender(made, customers), "kind", "sender")
    job.write("sender_weeks", sender_weeks(made, customers), "kind", "sender", "contacts")
    job.write("contact_pressure", contact_pressure(made, customers, job.days, job.spans), "customer_id")
    planned = planned_contacts(contacts, start=start, end=end).order_by("unit").to_pandas()
    planned.to_parquet(job.aside / "planned_contacts.parquet", index=False)


def _build_rhythm(job: Job) -> None:
    as_of, months = job.as_of, job.window_months
    earlier = job.period.previous().previous()
    pairs = {name: job.spans[name] for name in ("period", "previous")}
    pairs["earlier"] = (earlier.start, earlier.end)
    job.write("repeats", repeat_groups(job.days, pairs), "base", "group")
    landmark = midpoint(max(job.window[0], job.data[0]), as_of)
    rhythm = rhythm_table(job.lines, as_of=as_of, window_months=months, landmark=landmark, days=job.days)
    job.write("rhythm", rhythm, "customer_id")
    gaps = gap_counts(job.lines, as_of=as_of, window_months=months, days=job.days)
    job.write("gaps", gaps, "part", "gap_days")
    job.write("cohorts", cohort_counts(job.lines, as_of=as_of, days=job.days), "cohort", "since")


def _build_snapshots(job: Job) -> None:
    asked, store, begins = job.engagement.params.chapters.warning, job.store, job.data[0]
    wanted = wanted_days(job.read("gaps").to_pandas())
    if asked.horizon_days:
        wanted = dict.fromkeys(wanted, asked.horizon_days)
    found = {
        scope: plan(begins=begins, as_of=min(job.as_of, job.data[1]), wanted=days, gap=asked.gap_days)
        for scope, days in wanted.items()
    }
    plans = {scope: one for scope, one in found.items() if one is not None}
    plan_rows(plans).to_parquet(job.aside / "snapshot_plan.parquet", index=False)
    if not plans:
        return
    horizons = {scope: one.horizon for scope, one in plans.items()}
    contacts = None
    if store.has("contacts"):
        campaigns = store.table("campaigns") if store.has("campaigns") else None
        contacts = dated_contacts(store.table("contacts"), campaigns, start=begins, end=job.as_of)
    table = snapshot_table(job.days, job.lines, contacts, plans, begins=begins)
    job.write("snapshots", table, "t0", "customer_id")
    job.write("silence", silence_days(job.days, horizons), "day")
    _build_losses(job, horizons)


def _build_voices(job: Job) -> None:
    store = job.store
    names = ("referrals", "reviews", "survey_answers")
    supplied = (store.table(name) if store.has(name) else None for name in names)
    table = voices(*supplied, since=job.window[0], as_of=job.as_of)
    if table is not None:
        job.write("voices", table, "customer_id")


def _build_losses(job: Job, horizons: Mapping[str, int]) -> None:
    """Why customers left, where their cases or a survey say so."""
    store, item = job.store, job.engagement.params.chapters.warning.reason_item
    dated = {"since": job.window[0], "as_of": job.as_of}
    if store.has("cases"):
        silent = silent_customers(job.days, horizons, as_of=job.as_of)
        job.write("loss_cases", case_causes(store.table("cases"), silent, **dated), "cause", "topic")
    if store.has("survey_answers") and item:
        job.write("loss_survey", survey_causes(store.table("survey_answers"), item, **dated), "cause")


def _build_lifecycle(job: Job) -> None:
    store, settings = job.store, job.engagement.params.chapters.lifecycle
    found = limits(job.read("gaps").to_pandas(), settings)
    table = lifecycle_table(job.days, found, job.spans)
    listed = store.table(CUSTOMERS.name) if store.has(CUSTOMERS.name) else None
    known = known_since(job.days, listed)
    dated = table.left_join(known, "customer_id")
    job.write("lifecycle", dated.select(*table.columns, "known_on"), "customer_id")
    counts = known_counts(known, {"known": job.as_of, "known_before": job.spans["previous"][1]})
    found.assign(**counts).to_parquet(job.aside / "limits.parquet", index=False)
    if store.has("leads"):
        opportunities = store.table("opportunities") if store.has("opportunities") else None
        job.write("leads", open_leads(store.table("leads"), opportunities, job.days, as_of=job.as_of))


def _build_histories(job: Job) -> None:
    asked = job.engagement.params.chapters.value.holdout_weeks
    weeks = holdout_weeks(job.data[0], job.as_of, asked=asked)
    job.write("histories", history_table(job.days, as_of=job.as_of, weeks=weeks), "customer_id")
    job.write("history_weeks", week_table(job.days, as_of=job.as_of, weeks=weeks), "first_week", "at_week")


_FROM_SALES = (
    _build_customers,
    _build_totals,
    _build_mixes,
    _build_quality,
    _build_market,
    _build_deals,
    _build_campaigns,  # reads the customers
    _build_contacts,  # reads the customers
    _build_rhythm,
    _build_snapshots,  # reads the gaps
    _build_voices,
    _build_lifecycle,  # reads the gaps
    build_segments,
    _build_histories,
)


def _every_span(
    found: pd.DataFrame, scopes: list[str], spans: Spans, data: tuple[date, date]
) -> pd.DataFrame:
    """A row for every scope and span, with zeros where nothing was sold."""
    index = pd.MultiIndex.from_product([scopes, spans], names=["scope", "span"])
    table = _complete(found.set_index(["scope", "span"]), index)
    limits = [spans[span] for _, span in index]
    table.insert(0, "start", pd.to_datetime([start for start, _ in limits]))
    table.insert(1, "end", pd.to_datetime([end for _, end in limits]))
    table.insert(2, "covered_days", [_overlap(limit, data) for limit in limits])
    return table.reset_index()


def _every_month(found: pd.DataFrame, scopes: list[str], first: date, last: date) -> pd.DataFrame:
    months = [first.replace(day=1)]
    while (following := add_months(months[-1], 1)) <= last:
        months.append(following)
    days = pd.to_datetime(months)
    found = found.assign(month=pd.to_datetime(found["month"]))
    index = pd.MultiIndex.from_tuples(list(product(scopes, days)), names=["scope", "month"])
    return _complete(found.set_index(["scope", "month"]), index).reset_index()


def _complete(found: pd.DataFrame, index: pd.MultiIndex) -> pd.DataFrame:
    """``found`` on ``index``. A row that is added holds zeros; a column never supplied stays NaN."""
    found = found.astype({name: "float64" for name in found.columns if name in _AMOUNTS})
    supplied = found.columns[found.notna().any()]
    table = found.reindex(index)
    table[supplied] = table[supplied].fillna(0)
    return table.astype({name: "int64" for name in table.columns if name in _COUNTS})


def _overlap(span: tuple[date, date], data: tuple[date, date]) -> int:
    return max(0, (min(span[1], data[1]) - max(span[0], data[0])).days + 1)
