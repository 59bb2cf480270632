"""The features of a period: computed once from a store, kept as Parquet, read as pandas."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import ibis.expr.types as ir
import pandas as pd
import pyarrow.parquet as pq

from crmreport.data.contract import CUSTOMERS, SALE_LINES
from crmreport.data.store import Store, publish
from crmreport.errors import InputDataError, ParamsError
from crmreport.features.campaigns import (
    COLUMNS,
    Marketing,
    campaign_groups,
    campaign_reach,
    made_contacts,
    touch_table,
)
from crmreport.features.checks import checks
from crmreport.features.customers import customer_categories, customer_table
from crmreport.features.dated import check_any_row, rows_in_period
from crmreport.features.days import MEASURES
from crmreport.features.deals import deal_mix, deal_months, depth_mix, spending
from crmreport.features.loyalty import requirements, rival_counts, shared_buyers
from crmreport.features.market import (
    in_markets,
    market_cells,
    market_customers,
    market_months,
    own_categories,
    with_rivals,
)
from crmreport.features.mix import basket_mix, category_mix, store_mix, time_mix
from crmreport.features.people import contact_states, profile_columns
from crmreport.features.quality import active_months, column_fill, week_totals
from crmreport.features.restated import late_refunds
from crmreport.features.rhythm import cohort_counts, gap_counts, rhythm_table
from crmreport.features.totals import Spans, month_totals, scope_totals
from crmreport.features.windows import LENGTHS, window_customers
from crmreport.params import GROUP, Engagement
from crmreport.period import Period, add_months, midpoint, trailing_window

_COUNTS = ("buyers", "first_observed", "orders", "purchase_days", "lines")
_AMOUNTS = (*(name for name in MEASURES if name != "lines"), "revenue_without_customer")
_MARKET_KEYS = ("scope", "span", "month", "category", "customer_id", "rival", "other")
_DAYS = ("first_purchase_on", "last_purchase_on", "start", "end", "month", "starts_on", "ends_on", "week")
_RETURNS = ("first_on", "second_on", "last_on", "client_last_on", "after_on", "cohort")
# The database widens a sum of whole numbers beyond what pandas has.
_TYPES = (
    dict.fromkeys((*_DAYS, *_RETURNS), "datetime64[s]")
    | dict.fromkeys(("orders", "purchase_days"), "int64")
    | dict.fromkeys(("products", "categories"), "float64")
)


@dataclass(frozen=True)
class Features:
    """The features of one period; every method reads its own small part."""

    folder: Path

    def customers(self, scope: str) -> pd.DataFrame:
        """The customer table of a scope, sorted by ``customer_id``; see ``customer_table``.

        Amounts are float64, exact to the cent, NaN where the client did not supply them.
        """
        return _read(self.folder / "customers.parquet", scope)

    def customer_categories(self, scope: str) -> pd.DataFrame:
        """What each customer of a scope spent by category in the window; see ``customer_categories``."""
        return _read(self.folder / "customer_categories.parquet", scope)

    def windows(self, scope: str) -> pd.DataFrame:
        """Customers by ``months``, the length of a trailing window; see ``window_customers``. The lengths
        are 6, 9, 12 and the engagement's own."""
        return _read(self.folder / "windows.parquet", scope)

    def totals(self, scope: str) -> pd.DataFrame:
        """Totals by span (``period``, ``previous``, ``last_year``, ``window``); see ``scope_totals``.

        Where Lunar New Year has moved between January and February, also ``together`` and
        ``together_last_year``; see ``Calendar.together``.

        Also ``start``, ``end``, and ``covered_days``: how many days of the span lie between the first
        and the last sale of all the data.
        """
        return _read(self.folder / "totals.parquet", scope).set_index("span")

    def restated(self, scope: str, span: str) -> tuple[int, float] | None:
        """How many sales of a span were refunded after its end, and for how much; see ``late_refunds``.

        None where the client tells no dates of refunds.
        """
        path = self.folder / "restated.parquet"
        if not path.is_file():
            return None
        found = _read(path, scope).set_index("span")
        if span not in found.index:
            return 0, 0.0
        return int(found["lines"][span]), float(found["refunded"][span])

    def months(self, scope: str) -> pd.DataFrame:
        """``month`` (its first day), ``buyers``, ``orders``, ``revenue``: every month from the first of
        the data to the as-of date, with zeros where nothing was sold."""
        return _read(self.folder / "months.parquet", scope)

    def categories(self, scope: str) -> pd.DataFrame:
        """By ``span`` and ``category``; see ``category_mix``."""
        return _read(self.folder / "categories.parquet", scope)

    def baskets(self, scope: str) -> pd.DataFrame:
        """By ``span`` and ``kind`` of basket; see ``basket_mix``."""
        return _read(self.folder / "baskets.parquet", scope)

    def stores(self, scope: str) -> pd.DataFrame:
        """By ``store_id``, in the period; see ``store_mix``."""
        return _read(self.folder / "stores.parquet", scope)

    def times(self, scope: str) -> pd.DataFrame:
        """By ``weekday`` and ``part`` of the day, in the period; see ``time_mix``."""
        return _read(self.folder / "times.parquet", scope)

    def weeks(self, scope: str) -> pd.DataFrame:
        """By ``week``, up to the as-of date; see ``week_totals``. Weeks without sales are not in it."""
        return _read(self.folder / "weeks.parquet", scope)

    def active(self, scope: str) -> pd.DataFrame:
        """``customers`` by the number of ``months`` of the window in which they bought."""
        return _read(self.folder / "active.parquet", scope)

    def rows(self, scope: str) -> pd.Series:
        """How many rows of each table fall into the period, by ``table``; a table that has none of a brand's
        is not in it."""
        return _read(self.folder / "rows.parquet", scope).set_index("table")["rows"]

    def filled(self) -> pd.DataFrame:
        """One row per ``table`` and ``column`` as it is used: its ``rows`` and how many are ``filled``."""
        return pd.read_parquet(self.folder / "filled.parquet")

    def check(self, name: str) -> pd.DataFrame:
        """One of the small tables of ``crmreport.features.checks``, such as ``senders``; of all data."""
        return pd.read_parquet(self.folder / f"check_{name}.parquet")

    def profiles(self) -> pd.DataFrame:
        """The client's attributes of each customer, by ``customer_id``; without rows where none came."""
        return pd.read_parquet(self.folder / "profiles.parquet").set_index("customer_id")

    def contact_states(self) -> pd.Series:
        """Whether each customer of the customers table may be contacted, by ``customer_id``; see
        ``contact_states``."""
        return pd.read_parquet(self.folder / "contact_states.parquet").set_index("customer_id")["state"]

    def market(self, scope: str) -> pd.DataFrame:
        """The market of a scope by ``span`` (``period``, ``previous``), ``category`` and ``rival``; see
        ``market_cells``."""
        return _read(self.folder / "market.parquet", scope)

    def market_months(self, scope: str) -> pd.DataFrame:
        """A brand's ``own`` revenue and ``buyers`` and its ``market`` revenue by ``month``; none for the
        group."""
        return _read(self.folder / "market_months.parquet", scope)

    def market_customers(self, scope: str) -> pd.DataFrame:
        """What each customer spent ``now`` and ``before`` with each rival; see ``market_customers``."""
        return _read(self.folder / "market_customers.parquet", scope)

    def rhythm(self, scope: str) -> pd.DataFrame:
        """When each customer of a scope came back; see ``rhythm_table``. The landmark is the middle of
        the window's days that the data covers."""
        return _read(self.folder / "rhythm.parquet", scope)

    def gaps(self, scope: str) -> pd.DataFrame:
        """How long the gaps between purchase days are; see ``gap_counts``."""
        return _read(self.folder / "gaps.parquet", scope)

    def cohorts(self, scope: str) -> pd.DataFrame:
        """Who of each month's first buyers bought again, and when; see ``cohort_counts``."""
        return _read(self.folder / "cohorts.parquet", scope)

    def requirements(self, scope: str) -> pd.DataFrame:
        """What each buyer of a brand spends in its market; see ``requirements``. None for the group."""
        return _read(self.folder / "requirements.parquet", scope)

    def rivals(self, scope: str) -> pd.DataFrame:
        """Buyers and occasions of each rival in a scope's market; see ``rival_counts``."""
        return _read(self.folder / "rivals.parquet", scope).set_index("rival")

    def shared(self, scope: str) -> pd.DataFrame:
        """How many customers a rival shares with each other one; see ``shared_buyers``."""
        return _read(self.folder / "shared.parquet", scope)

    def deals(self, scope: str) -> pd.DataFrame:
        """By ``span`` and ``kind`` of deal; see ``deal_mix``."""
        return _read(self.folder / "deals.parquet", scope)

    def deal_months(self, scope: str) -> pd.DataFrame:
        """By ``month`` and ``kind`` of deal; see ``deal_months``."""
        return _read(self.folder / "deal_months.parquet", scope)

    def depths(self, scope: str) -> pd.DataFrame:
        """By ``depth`` of discount, in the period; see ``depth_mix``."""
        return _read(self.folder / "depths.parquet", scope)

    def spending(self, scope: str) -> pd.DataFrame:
        """What the period's buyers spent and how unevenly, in one row; see ``spending``."""
        return _read(self.folder / "spending.parquet", scope)

    def touches(self, scope: str) -> pd.DataFrame:
        """By customer and campaign of the window; see ``touch_table``. Empty without campaigns."""
        return self._of_campaigns("touches", scope)

    def campaigns(self, scope: str) -> pd.DataFrame:
        """By campaign of the window; see ``campaign_reach``. Empty without campaigns."""
        return self._of_campaigns("campaigns", scope)

    def campaign_groups(self, scope: str) -> pd.DataFrame:
        """By campaign, those contacted and the others; see ``campaign_groups``. Empty without campaigns."""
        return self._of_campaigns("campaign_groups", scope)

    def _of_campaigns(self, name: str, scope: str) -> pd.DataFrame:
        path = self.folder / f"{name}.parquet"
        return _read(path, scope) if path.is_file() else pd.DataFrame(columns=list(COLUMNS[name]))


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
        engagement.params.chapters.environment.category_share,
        engagement.params.calendar.model_dump(mode="json"),
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


def spans_of(period: Period, *, window_months: int) -> dict[str, tuple[date, date]]:
    """First and last day of the period, of those it is compared with, and of the trailing window."""
    previous, last_year = period.previous(), period.last_year()
    return {
        "period": (period.start, period.end),
        "previous": (previous.start, previous.end),
        "last_year": (last_year.start, last_year.end),
        "window": trailing_window(period.as_of, window_months),
    }


def _build(engagement: Engagement, store: Store, period: Period, aside: Path) -> None:
    _build_filled(store, aside)
    rows_in_period(store, period).to_parquet(aside / "rows.parquet", index=False)
    if store.has(SALE_LINES.name):
        _build_sales(engagement, store, period, aside)


def _build_sales(engagement: Engagement, store: Store, period: Period, aside: Path) -> None:
    lines = store.table(SALE_LINES.name)
    window = engagement.params.window_months
    scopes = [GROUP, *(brand.id for brand in engagement.params.brands)]
    first, last = store.ledger.sale_lines.first_day, store.ledger.sale_lines.last_day
    assert first is not None
    assert last is not None

    customers = customer_table(lines, as_of=period.as_of, window_months=window)
    store.backend.to_parquet(customers.order_by(["scope", "customer_id"]), aside / "customers.parquet")

    held = customer_categories(lines, as_of=period.as_of, window_months=window)
    keys = ["scope", "customer_id", "category"]
    store.backend.to_parquet(held.order_by(keys), aside / "customer_categories.parquet")

    found = window_customers(lines, as_of=period.as_of, lengths=(*LENGTHS, window))
    keys = ["scope", "months", "customer_id"]
    store.backend.to_parquet(found.order_by(keys), aside / "windows.parquet")

    spans = spans_of(period, window_months=window)
    # January and February together, where Lunar New Year parts them otherwise than last year.
    compared = spans | engagement.params.calendar.together(period)
    totals = _every_span(scope_totals(lines, compared).to_pandas(), scopes, compared, (first, last))
    totals.to_parquet(aside / "totals.parquet", index=False)

    if store.ledger.supplied("sale_lines", "refunded_on"):
        late = late_refunds(lines, spans).order_by(["scope", "span"])
        store.backend.to_parquet(late, aside / "restated.parquet")

    months = month_totals(lines, as_of=period.as_of).to_pandas()
    _every_month(months, scopes, first, min(last, period.as_of)).to_parquet(
        aside / "months.parquet", index=False
    )
    _build_mixes(lines, period, spans, store, aside)
    _build_quality(lines, period, spans["window"], store, aside)
    _build_market(engagement, store, spans, aside)
    _build_deals(lines, period, spans, store, aside)
    _build_campaigns(lines, spans["window"], (first, min(last, period.as_of)), store, aside)
    _build_rhythm(lines, period, window, midpoint(max(spans["window"][0], first), period.as_of), store, aside)


def _build_mixes(lines: ir.Table, period: Period, spans: Spans, store: Store, aside: Path) -> None:
    dated = {"start": period.start, "end": period.end}
    tables = {
        "categories": (category_mix(lines, spans), ["span", "category"]),
        "baskets": (basket_mix(lines, spans), ["span", "kind"]),
        "stores": (store_mix(lines, **dated), ["store_id"]),
        "times": (time_mix(lines, **dated), ["weekday", "part"]),
    }
    for name, (table, keys) in tables.items():
        store.backend.to_parquet(table.order_by(["scope", *keys]), aside / f"{name}.parquet")


def _build_quality(
    lines: ir.Table, period: Period, window: tuple[date, date], store: Store, aside: Path
) -> None:
    weeks = week_totals(lines, as_of=period.as_of)
    store.backend.to_parquet(weeks.order_by(["scope", "week"]), aside / "weeks.parquet")
    active = active_months(lines, start=window[0], end=window[1])
    store.backend.to_parquet(active.order_by(["scope", "months"]), aside / "active.parquet")
    for name, frame in checks(store, as_of=period.as_of).items():
        frame.to_parquet(aside / f"check_{name}.parquet", index=False)


def _build_filled(store: Store, aside: Path) -> None:
    """What is told of every engagement, whatever its tables."""
    found = [
        (account.table, name.removeprefix("filled "), row["rows"], filled)
        for account in store.ledger.tables
        for row in column_fill(store.table(account.table)).to_pyarrow().to_pylist()
        for name, filled in row.items()
        if name != "rows"
    ]
    filled = pd.DataFrame(found, columns=["table", "column", "rows", "filled"])
    filled.to_parquet(aside / "filled.parquet", index=False)
    if store.has(CUSTOMERS.name):
        known = store.table(CUSTOMERS.name).order_by("customer_id")
        profiles = known.select("customer_id", *profile_columns(store.ledger)).to_pandas()
        states = contact_states(known, store.ledger).order_by("customer_id").to_pandas()
    else:
        profiles = pd.DataFrame({"customer_id": pd.Series(dtype="object")})
        states = profiles.assign(state=pd.Series(dtype="object"))
    profiles.to_parquet(aside / "profiles.parquet", index=False)
    states.to_parquet(aside / "contact_states.parquet", index=False)


def _build_market(engagement: Engagement, store: Store, spans: Spans, aside: Path) -> None:
    products = store.table("products") if store.has("products") else None
    lines = with_rivals(store.table("sale_lines"), products)
    least = engagement.params.chapters.environment.category_share
    placed = in_markets(lines, own_categories(lines, window=spans["window"], least=least))
    now, before = spans["period"], spans["previous"]
    tables = {
        "market": market_cells(placed, {"period": now, "previous": before}),
        "market_months": market_months(placed, as_of=now[1]),
        "market_customers": market_customers(placed, period=now, previous=before),
        "requirements": requirements(placed, window=spans["window"]),
        "rivals": rival_counts(placed, window=spans["window"]),
        "shared": shared_buyers(placed, window=spans["window"]),
    }
    for name, table in tables.items():
        keys = [column for column in _MARKET_KEYS if column in table.columns]
        store.backend.to_parquet(table.order_by(keys), aside / f"{name}.parquet")


def _build_rhythm(
    lines: ir.Table, period: Period, window_months: int, landmark: date, store: Store, aside: Path
) -> None:
    as_of = period.as_of
    rhythm = rhythm_table(lines, as_of=as_of, window_months=window_months, landmark=landmark)
    tables = {
        "rhythm": (rhythm, ["customer_id"]),
        "gaps": (gap_counts(lines, as_of=as_of, window_months=window_months), ["part", "gap_days"]),
        "cohorts": (cohort_counts(lines, as_of=as_of), ["cohort", "since"]),
    }
    for name, (table, keys) in tables.items():
        store.backend.to_parquet(table.order_by(["scope", *keys]), aside / f"{name}.parquet")


def _build_deals(lines: ir.Table, period: Period, spans: Spans, store: Store, aside: Path) -> None:
    dated = {"start": period.start, "end": period.end}
    tables = {
        "deals": (deal_mix(lines, spans), ["span", "kind"]),
        "deal_months": (deal_months(lines, as_of=period.as_of), ["month", "kind"]),
        "depths": (depth_mix(lines, **dated), ["depth"]),
        "spending": (spending(lines, **dated), []),
    }
    for name, (table, keys) in tables.items():
        store.backend.to_parquet(table.order_by(["scope", *keys]), aside / f"{name}.parquet")


def _build_campaigns(
    lines: ir.Table, window: tuple[date, date], data: tuple[date, date], store: Store, aside: Path
) -> None:
    if not (store.has("campaigns") and store.has("contacts")):
        return
    supplied = (store.table(name) if store.has(name) else None for name in ("redemptions", "coupons"))
    contacts = made_contacts(store.table("contacts"))
    marketing = Marketing(store.table("campaigns"), contacts, *supplied).within(*window)
    customers = store.backend.read_parquet(aside / "customers.parquet")
    keys = ["scope", "campaign_id"]
    touched = touch_table(customers, lines, marketing).order_by([*keys, "customer_id"])
    store.backend.to_parquet(touched, aside / "touches.parquet")
    touched = store.backend.read_parquet(aside / "touches.parquet")
    reach = campaign_reach(touched, marketing).order_by(keys)
    store.backend.to_parquet(reach, aside / "campaigns.parquet")
    groups = campaign_groups(customers, lines, touched, marketing, data=data)
    store.backend.to_parquet(groups.order_by([*keys, "contacted"]), aside / "campaign_groups.parquet")


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


def _read(path: Path, scope: str) -> pd.DataFrame:
    if not path.is_file():
        raise InputDataError(
            f"The features “{path.stem}” are made from sales, and none were supplied.",
            remedy='A chapter that reads them says so: "needs": {"tables": ["sale_lines"]}.',
        )
    table = pq.read_table(path, filters=[("scope", "==", scope)])
    table = table.drop_columns("scope")
    for number, field in enumerate(table.schema):
        if str(field.type).startswith("decimal"):
            table = table.set_column(number, field.name, table[field.name].cast("float64"))
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame.astype({name: kind for name, kind in _TYPES.items() if name in frame.columns})
