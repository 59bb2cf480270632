"""What campaigns reached: contacts, redemptions and spending of each scope's customers.

A customer of a scope is one of its customer table: who bought in the window. Contacts and redemptions
after the as-of date are not looked at. ``Campaigns`` are those with a day in the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from crmreport.features.days import scoped

_COUNTS = ("contacted", "redeemers", "own_redeemers", "redemptions", "own_redemptions")
COLUMNS = {
    "touches": ("campaign_id", "customer_id", "contacts", "contacted", "redemptions", "own_redemptions"),
    "campaigns": ("campaign_id", "campaign_name", "campaign_type", "starts_on", "ends_on", *_COUNTS),
    "campaign_groups": ("campaign_id", "days", "contacted", "before", "during"),
}
"""What is in the tables where campaigns were supplied, for an empty one where they were not."""

_PAIR = ["campaign_id", "customer_id"]


@dataclass(frozen=True)
class Marketing:
    """The canonical tables of campaigns; ``redemptions`` and ``coupons`` are None where not supplied."""

    campaigns: ir.Table
    contacts: ir.Table
    redemptions: ir.Table | None
    coupons: ir.Table | None

    def within(self, start: date, end: date) -> Marketing:
        """What lies in a window: its campaigns, and their contacts and redemptions up to its end.

        A contact of an unknown day counts on the first of its campaign's.
        """
        campaigns = self.campaigns.filter(self.campaigns.starts_on <= end, self.campaigns.ends_on >= start)
        contacts = self.contacts.semi_join(campaigns, "campaign_id")
        contacts = contacts.filter(contacts.contacted_on.isnull() | (contacts.contacted_on <= end))
        redemptions = self.redemptions
        if redemptions is not None:
            redemptions = redemptions.semi_join(campaigns, "campaign_id")
            redemptions = redemptions.filter(redemptions.redeemed_on.between(start, end))
        return Marketing(campaigns, contacts, redemptions, self.coupons)


def made_contacts(contacts: ir.Table) -> ir.Table:
    """The contacts that took place: one that is only planned reached nobody."""
    happened = contacts.contacted_on.notnull() | contacts.planned_on.isnull()
    return contacts.filter(contacts.kept.fill_null(happened))


def touch_table(customers: ir.Table, lines: ir.Table, marketing: Marketing) -> ir.Table:
    """One row per ``scope``, ``campaign_id`` and customer of the scope whom the campaign contacted or who
    redeemed a coupon of it.

    - ``contacted``: whether there was a contact; ``contacts``: how many
    - ``redemptions``: coupons redeemed; ``own_redemptions``: those valid for a product of the scope that
      the customer bought on that very day. NULL where redemptions, or coupons, were not supplied
    """
    everyone = customers.select("scope", "customer_id")
    contacts = marketing.contacts.group_by(_PAIR).agg(lambda t: t.count().name("contacts"))
    reached = everyone.join(contacts, "customer_id")
    absent = ibis.null("int64")
    if marketing.redemptions is None:
        return reached.mutate(contacted=True, redemptions=absent, own_redemptions=absent)
    used = marketing.redemptions.group_by(_PAIR).agg(lambda t: t.count().name("redemptions"))
    redeemed = everyone.join(used, "customer_id")
    keys = ["scope", *_PAIR]
    touched = ibis.union(
        reached.select(*keys, "contacts", redemptions=ibis.literal(0).cast("int64")),
        redeemed.select(*keys, contacts=ibis.literal(0).cast("int64"), redemptions="redemptions"),
    )
    table = touched.group_by(keys).agg(contacts=touched.contacts.sum(), redemptions=touched.redemptions.sum())
    table = table.mutate(contacted=table.contacts > 0)
    if marketing.coupons is None:
        return table.mutate(own_redemptions=absent)
    own = _own_redemptions(lines, marketing.redemptions, marketing.coupons)
    joined = table.left_join(own, keys)
    return joined.select(*table.columns, own_redemptions=joined.own_redemptions.fill_null(0))


def _own_redemptions(lines: ir.Table, redemptions: ir.Table, coupons: ir.Table) -> ir.Table:
    bought = scoped(
        lines.filter(lines.is_purchase, lines.product_id.notnull())
        .select("brand_id", "customer_id", "product_id", "sold_on")
        .distinct()
    )
    valid = coupons.select("coupon_id", "product_id").distinct()
    used = redemptions.join(valid, "coupon_id")
    used = used.join(
        bought,
        [
            used.customer_id == bought.customer_id,
            used.product_id == bought.product_id,
            used.redeemed_on == bought.sold_on,
        ],
    )
    once = used.select("scope", *_PAIR, "coupon_id", "redeemed_on").distinct()
    return once.group_by(["scope", *_PAIR]).agg(own_redemptions=once.count())


def campaign_reach(touched: ir.Table, marketing: Marketing) -> ir.Table:
    """One row per ``scope`` and campaign that touched a customer of the scope.

    The campaign's own columns, ``contacted`` (customers of the scope), of these the ``redeemers`` of any
    of its coupons and the ``own_redeemers``, and the ``redemptions`` and ``own_redemptions`` of all.
    """
    inside = touched.contacted
    found = touched.group_by(["scope", "campaign_id"]).agg(
        contacted=touched.count(where=inside),
        redeemers=_count(touched, touched.redemptions, inside),
        own_redeemers=_count(touched, touched.own_redemptions, inside),
        redemptions=touched.redemptions.sum(),
        own_redemptions=touched.own_redemptions.sum(),
    )
    return found.join(marketing.campaigns, "campaign_id")


def _count(table: ir.Table, measured: ir.IntegerValue, inside: ir.BooleanValue) -> ir.IntegerValue:
    """How many rows have some of it; NULL where nobody counted it."""
    counted: ir.IntegerValue = ibis.ifelse(
        measured.notnull().cast("int64").max() == 1,
        table.count(where=inside & (measured > 0)),
        ibis.null("int64"),
    )
    return counted


def campaign_groups(
    customers: ir.Table, lines: ir.Table, touched: ir.Table, marketing: Marketing, *, data: tuple[date, date]
) -> ir.Table:
    """What the scope's customers spent in a campaign and in as many days before it, by ``contacted``.

    One row per ``scope``, campaign and group with a buyer: ``days`` of the campaign up to the as-of date,
    the amounts ``before`` and ``during`` over the group, and the sums of each customer's squares,
    ``before_squares`` and ``during_squares``. Customers who spent nothing are not counted here. Only
    campaigns whose days, and those before, lie within ``data``, the first and last day that there is.
    """
    spans = with_days_before(marketing.campaigns, data)
    known = lines.filter(lines.customer_id.notnull())
    sold = known.group_by(["brand_id", "customer_id", "sold_on"]).agg(revenue=known.revenue.sum())
    sold = scoped(sold)
    sold = sold.join(spans, [sold.sold_on >= spans.before_from, sold.sold_on <= spans.until])
    sold = sold.semi_join(customers, ["scope", "customer_id"])
    later = sold.sold_on >= sold.starts_on
    zero = ibis.literal(0).cast("decimal(16, 2)")
    spent = sold.group_by(["scope", "campaign_id", "days", "customer_id"]).agg(
        before=sold.revenue.sum(where=~later).fill_null(0).cast(zero.type()),
        during=sold.revenue.sum(where=later).fill_null(0).cast(zero.type()),
    )
    reached = touched.filter(touched.contacted).select("scope", *_PAIR, contacted=True)
    joined = spent.left_join(reached, ["scope", *_PAIR])
    grouped = joined.mutate(contacted=joined.contacted.fill_null(False))
    return grouped.group_by(["scope", "campaign_id", "days", "contacted"]).agg(
        before=grouped.before.sum(),
        during=grouped.during.sum(),
        before_squares=(grouped.before * grouped.before).sum(),
        during_squares=(grouped.during * grouped.during).sum(),
    )


def with_days_before(campaigns: ir.Table, data: tuple[date, date]) -> ir.Table:
    """The campaigns that have, in ``data``, as many days before them: with their last day there, ``until``,
    the number of ``days`` up to it, and ``before_from``, the first of the days before."""
    until = ibis.least(campaigns.ends_on, ibis.literal(data[1]))
    spans = campaigns.mutate(until=until)
    spans = spans.mutate(days=spans.until.delta(spans.starts_on, unit="day") + 1)
    spans = spans.filter(spans.days > 0)
    spans = spans.mutate(before_from=(spans.starts_on - spans.days.as_interval("D")).cast("date"))
    return spans.filter(spans.before_from >= data[0])
