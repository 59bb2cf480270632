"""The features of a period as chapters read them: small tables of one scope each, as pandas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from crmreport.errors import InputDataError
from crmreport.features.campaigns import COLUMNS
from crmreport.features.cases import COLUMNS as CASES
from crmreport.features.contacts import PRESSURE
from crmreport.features.lifecycle import SCENARIOS
from crmreport.features.losses import COLUMNS as LOSSES
from crmreport.features.narratives import COLUMNS as TERMS
from crmreport.features.snapshots import COLUMNS as SNAPSHOTS
from crmreport.features.survey import COLUMNS as ANSWERS
from crmreport.features.trials import COLUMNS as TRIALS
from crmreport.features.voices import COLUMNS as VOICES

_DAYS = (
    "answered_on",
    "first_purchase_on",
    "last_purchase_on",
    "start",
    "end",
    "month",
    "starts_on",
    "ends_on",
    "week",
)
_WATCHED = ("t0", "day")
_LIFE = (
    *(f"{name}_{end}" for name in ("then", *SCENARIOS) for end in ("before", "since")),
    *("then_last_on", "back_on", "known_on"),
)
_RETURNS = ("first_on", "second_on", "last_on", "client_last_on", "after_on", "cohort", "fit_last_on")
# The database widens a sum of whole numbers beyond what pandas has.
_TYPES = (
    dict.fromkeys((*_DAYS, *_RETURNS, *_WATCHED, *_LIFE), "datetime64[s]")
    | dict.fromkeys(("orders", "purchase_days"), "int64")
    | dict.fromkeys(("products", "categories", "channels"), "float64")
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

    def segment_customers(self, scope: str, span: str) -> pd.DataFrame:
        """Customers of another window: ``before``, or the ``baseline``'s where there is one; see
        ``customers_in``."""
        found = _read(self.folder / "segment_customers.parquet", scope)
        return found[found["span"] == span].drop(columns="span").reset_index(drop=True)

    def items(self, scope: str) -> pd.DataFrame:
        """What each brand, product, store and region brought in the window; see ``item_revenue``."""
        return _read(self.folder / "items.parquet", scope)

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

    def places(self, scope: str, kind: str) -> pd.DataFrame:
        """Stores, regions or channels (``kind``) by ``place`` and ``span``; see ``place_mix``."""
        found = _read(self.folder / "places.parquet", scope)
        return found[found["kind"] == kind].drop(columns="kind").reset_index(drop=True)

    def regions(self, scope: str) -> pd.DataFrame:
        """Buyers by ``region``, ``span`` (``step_0``: the period) and ``category``; see ``region_mix``."""
        return _read(self.folder / "regions.parquet", scope)

    def category_months(self, scope: str) -> pd.DataFrame:
        """By ``category`` and ``month``, up to the as-of date; see ``category_months``."""
        return _read(self.folder / "category_months.parquet", scope)

    def repeats(self, scope: str) -> pd.DataFrame:
        """Who of a period's buyers bought again in the next one, by ``base`` and ``group``; see
        ``repeat_groups``."""
        return _read(self.folder / "repeats.parquet", scope)

    def launches(self, scope: str) -> pd.DataFrame:
        """Products sold after the run-in, who tried them and who came back; see ``launch_table``."""
        return _read(self.folder / "launches.parquet", scope)

    def times(self, scope: str) -> pd.DataFrame:
        """By ``weekday`` and ``part`` of the day, in the period; see ``time_mix``."""
        return _read(self.folder / "times.parquet", scope)

    def day_orders(self, scope: str) -> pd.DataFrame:
        """The ``orders`` of each day of the period, by ``sold_on``; days without any are not in it."""
        return _read(self.folder / "day_orders.parquet", scope)

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

    def snapshot_plan(self, scope: str) -> pd.DataFrame:
        """Each snapshot's ``t0``, ``role`` and lengths in days; see ``plan_rows``. Without rows where the
        data is too short for any."""
        return _read(self.folder / "snapshot_plan.parquet", scope)

    def snapshots(self, scope: str) -> pd.DataFrame:
        """What was known of each customer on each ``t0``, and whether he was then ``lost``; see
        ``snapshot_table``. Empty without a plan."""
        return self._planned("snapshots", scope)

    def silence(self, scope: str) -> pd.DataFrame:
        """By ``day``, frequent buyers who came under watch, left it, and fell silent; see
        ``silence_days``. Empty without a plan."""
        return self._planned("silence", scope)

    def losses(self, scope: str) -> pd.DataFrame:
        """What customers who left had named as the ``cause``, in cases (with their ``topic``) or in a survey;
        see ``case_causes``. Empty where neither was supplied."""
        paths = [self.folder / f"loss_{source}.parquet" for source in ("cases", "survey")]
        found = [_read(path, scope) for path in paths if path.is_file()]
        return pd.concat(found) if found else pd.DataFrame(columns=list(LOSSES))

    def voices(self, scope: str) -> pd.DataFrame:
        """Whom customers referred and what feedback they gave; see ``voices``. Empty where no table tells."""
        return self._or_empty("voices", scope, VOICES)

    def limits(self, scope: str) -> pd.Series | None:
        """The limits of a scope's purchase rhythm (see ``limits``), with ``known`` and ``known_before``: how
        many customers the client knew at the end of the period, and of the one before. None where the
        purchases give no limits."""
        found = _read(self.folder / "limits.parquet", scope)
        return None if found.empty else found.iloc[0]

    def lifecycle(self, scope: str) -> pd.DataFrame:
        """What tells the state of each customer of a scope who has ever bought; see ``lifecycle_table``.

        Also ``known_on``, since when the client knows the customer."""
        return _read(self.folder / "lifecycle.parquet", scope)

    def leads(self, scope: str) -> pd.Series | None:
        """``public``, ``in_work`` and ``staff`` of a scope's open leads; None without a table of leads."""
        path = self.folder / "leads.parquet"
        if not path.is_file():
            return None
        found = _read(path, scope).astype("int64")
        return found.iloc[0] if len(found) else pd.Series({"public": 0, "in_work": 0, "staff": 0})

    def histories(self, scope: str) -> pd.DataFrame:
        """Everybody's purchases before and in the holdout; see ``history_table``."""
        return _read(self.folder / "histories.parquet", scope)

    def history_weeks(self, scope: str) -> pd.DataFrame:
        """First and repeat purchase days by week; see ``week_table``."""
        return _read(self.folder / "history_weeks.parquet", scope)

    def requirements(self, scope: str) -> pd.DataFrame:
        """What each buyer of a brand spends in its market; see ``requirements``. None for the group."""
        return _read(self.folder / "requirements.parquet", scope)

    def rivals(self, scope: str) -> pd.DataFrame:
        """Buyers and occasions of each rival in a scope's market; see ``rival_counts``."""
        return _read(self.folder / "rivals.parquet", scope).set_index("rival")

    def shared(self, scope: str) -> pd.DataFrame:
        """How many customers a rival shares with each other one; see ``shared_buyers``."""
        return _read(self.folder / "shared.parquet", scope)

    def portfolio(self, scope: str) -> pd.DataFrame:
        """Who bought which of the group's brands in which category; see ``portfolio_buyers``."""
        return _read(self.folder / "portfolio.parquet", scope)

    def prices(self, scope: str) -> pd.DataFrame:
        """What was paid for each brand by quarter of price of its categories; see ``price_quarters``."""
        return _read(self.folder / "prices.parquet", scope)

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

    def contact_weeks(self, scope: str) -> pd.DataFrame:
        """How many customers' weeks of the period held how many contacts; see ``contact_weeks``."""
        return _read(self.folder / "contact_weeks.parquet", scope)

    def contacts_by_sender(self, scope: str) -> pd.DataFrame:
        """Contacts of the period by channel and by unit; see ``contacts_by_sender``."""
        return _read(self.folder / "contacts_by_sender.parquet", scope)

    def sender_weeks(self, scope: str) -> pd.DataFrame:
        """In weeks of how many contacts each channel and unit had a part; see ``sender_weeks``."""
        return _read(self.folder / "sender_weeks.parquet", scope)

    def contact_pressure(self, scope: str) -> pd.DataFrame:
        """Contacts and purchases of each customer of a scope; see ``contact_pressure``. Empty where no
        contacts were supplied."""
        return self._or_empty("contact_pressure", scope, PRESSURE)

    def planned_contacts(self) -> pd.DataFrame:
        """Contacts planned for the period and kept, by unit, of all the client; see ``planned_contacts``."""
        return pd.read_parquet(self.folder / "planned_contacts.parquet")

    def member_points(self, scope: str) -> pd.DataFrame:
        """Points earned, used, lapsed and outstanding by member; see ``member_points``. With sales, also the
        ``revenue`` of the period."""
        return _read(self.folder / "member_points.parquet", scope)

    def cases(self, scope: str) -> pd.DataFrame:
        """Every complaint and enquiry up to the as-of date; see ``case_table``. With sales, also
        ``bought_on``, when the customer next bought. ``has_text`` stands for the narrative, which is not
        among the features. Empty where no cases were supplied."""
        return self._or_empty("cases", scope, CASES)

    def case_terms(self, scope: str) -> pd.DataFrame:
        """Which words the text of each case holds, personal data covered; see ``case_terms``. A ``case`` is
        that of ``cases``. Empty where no text was supplied, or all terms are in too few."""
        path = self.folder / "case_terms.parquet"
        return _read(path, scope) if path.is_file() else pd.DataFrame(columns=list(TERMS))

    def product_orders(self, scope: str, kind: str = "product") -> pd.Series:
        """Orders of the period by the product, or the ``category``, that they hold; empty without sales."""
        path = self.folder / "product_orders.parquet"
        if not path.is_file():
            return pd.Series(dtype="int64", name="orders")
        found = _read(path, scope)
        return found[found["kind"] == kind].set_index("item")["orders"]

    def case_products(self) -> dict[str, str]:
        """What each product that a case is about is called, where the client said."""
        found = pd.read_parquet(self.folder / "case_products.parquet").dropna()
        return dict(zip(found["product_id"], found["product_name"], strict=True))

    def survey_answers(self, scope: str) -> pd.DataFrame:
        """Every answer to the questionnaire's items up to the as-of date; see ``survey_answers``. Empty
        without a survey, or where nobody said what it asked."""
        return self._or_empty("survey_answers", scope, ANSWERS)

    def touches(self, scope: str) -> pd.DataFrame:
        """By customer and campaign of the window; see ``touch_table``. Empty without campaigns."""
        return self._of_campaigns("touches", scope)

    def campaigns(self, scope: str) -> pd.DataFrame:
        """By campaign of the window; see ``campaign_reach``. Empty without campaigns."""
        return self._of_campaigns("campaigns", scope)

    def campaign_groups(self, scope: str) -> pd.DataFrame:
        """By campaign, those contacted and the others; see ``campaign_groups``. Empty without campaigns."""
        return self._of_campaigns("campaign_groups", scope)

    def trials(self, scope: str) -> pd.DataFrame:
        """By campaign and arm drawn by lot; see ``trial_arms``. Empty where no lot was told."""
        return self._or_empty("trials", scope, TRIALS)

    def _planned(self, name: str, scope: str) -> pd.DataFrame:
        return self._or_empty(name, scope, SNAPSHOTS[name])

    def _of_campaigns(self, name: str, scope: str) -> pd.DataFrame:
        return self._or_empty(name, scope, COLUMNS[name])

    def _or_empty(self, name: str, scope: str, columns: Iterable[str]) -> pd.DataFrame:
        path = self.folder / f"{name}.parquet"
        return _read(path, scope) if path.is_file() else pd.DataFrame(columns=list(columns))


def _read(path: Path, scope: str) -> pd.DataFrame:
    if not path.is_file():
        raise InputDataError(
            f"There are no features “{path.stem}”: what they are made from was not supplied.",
            remedy="A chapter that reads them names its tables under “needs” in its metadata.",
        )
    table = pq.read_table(path, filters=[("scope", "==", scope)])
    table = table.drop_columns("scope")
    for number, field in enumerate(table.schema):
        if str(field.type).startswith("decimal"):
            table = table.set_column(number, field.name, table[field.name].cast("float64"))
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame.astype({name: kind for name, kind in _TYPES.items() if name in frame.columns})
