"""What was sold, and what was done to sell it: campaigns, contacts, coupons, points, leads."""

from __future__ import annotations

from dataclasses import replace

from crmreport.data.contract.columns import (
    AMOUNT,
    BRAND,
    CHANNEL,
    CUSTOMER,
    MONEY,
    ORDER,
    PRODUCT,
    REGION,
    STAFF,
    STORE,
    UNIT,
    Column,
    Table,
)

SALE_LINES = Table(
    "sale_lines",
    (
        Column("customer_id", required=True, personal=True),
        ORDER,
        PRODUCT,
        STORE,
        CHANNEL,
        Column("sold_at", "timestamp", required=True),
        Column("quantity", AMOUNT, unit="number"),
        Column("revenue", MONEY, unit="money"),
        Column("cost", MONEY, unit="money"),
        Column("discount", MONEY, unit="money"),
        Column("coupon_discount", MONEY, unit="money"),
        Column("shop_coupon", MONEY, unit="money"),
        Column("platform_coupon", MONEY, unit="money"),
        Column("refund", MONEY, unit="money"),
        Column("refunded_on", "date"),
        Column("payment_kind"),
        Column("order_status"),
        Column("sold_on", "date", derived=True),
        BRAND,
        Column("category", derived=True),
        Column("gift_quantity", AMOUNT, unit="number", derived=True),
        Column("is_return", "boolean", derived=True),
        Column("is_gift", "boolean", derived=True),
        Column("is_purchase", "boolean", derived=True),
    ),
    dated="sold_on",
)

_CAMPAIGN = Column("campaign_id", key=True, required=True)
_KEYED_CUSTOMER = Column("customer_id", key=True, required=True, personal=True)

CAMPAIGNS = Table(
    "campaigns",
    (
        _CAMPAIGN,
        Column("campaign_name"),
        Column("campaign_type"),
        Column("starts_on", "date", required=True),
        Column("ends_on", "date", required=True),
        CHANNEL,
        Column("cost", MONEY, unit="money"),
        BRAND,
    ),
    dated="starts_on",
)

CAMPAIGN_ARMS = Table(
    "campaign_arms",
    (
        _CAMPAIGN,
        _KEYED_CUSTOMER,
        Column("arm", required=True),
        Column("drawn_by_lot", "boolean"),
        Column("assigned_on", "date"),
    ),
    dated="assigned_on",
)

CONTACTS = Table(
    "contacts",
    (
        _KEYED_CUSTOMER,
        Column("campaign_id", key=True),
        Column("contacted_on", "date", key=True),
        Column("channel", key=True),
        replace(UNIT, key=True),
        replace(STAFF, key=True),
        Column("planned_on", "date", key=True),
        Column("kept", "boolean"),
        Column("arm"),
        BRAND,
    ),
    events=True,
    dated="contacted_on",
)

COUPONS = Table(
    "coupons",
    (
        Column("coupon_id", key=True, required=True),
        Column("product_id", key=True, required=True),
        Column("campaign_id", key=True),
    ),
)

REDEMPTIONS = Table(
    "redemptions",
    (
        _KEYED_CUSTOMER,
        _CAMPAIGN,
        Column("redeemed_on", "date", key=True, required=True),
        Column("coupon_id", key=True),
    ),
    events=True,
    dated="redeemed_on",
)

POINTS_LEDGER = Table(
    "points_ledger",
    (
        Column("entry_id", key=True, personal=True),
        replace(CUSTOMER, required=True),
        Column("booked_at", "timestamp", required=True),
        Column("kind", key=True),
        Column("points", AMOUNT, unit="number", required=True),
        Column("expires_on", "date"),
        ORDER,
        STORE,
        CHANNEL,
        BRAND,
    ),
    events=True,
    dated="booked_at",
    wide=("kind", "points"),
)

MEMBER_TIERS = Table(
    "member_tiers",
    (
        _KEYED_CUSTOMER,
        Column("tier", key=True, required=True),
        Column("starts_on", "date", key=True),
        Column("ends_on", "date"),
        BRAND,
    ),
    dated="starts_on",
)

CHANNEL_COSTS = Table(
    "channel_costs",
    (
        Column("channel", key=True, required=True),
        Column("starts_on", "date", key=True, required=True),
        Column("ends_on", "date", key=True),
        Column("kind", key=True),
        Column("campaign_id", key=True),
        Column("amount", MONEY, unit="money", required=True),
        BRAND,
    ),
    dated="starts_on",
    wide=("kind", "amount"),
)

LEADS = Table(
    "leads",
    (
        Column("lead_id", key=True, required=True, personal=True),
        CUSTOMER,
        Column("created_at", "timestamp", required=True),
        CHANNEL,
        Column("campaign_id"),
        Column("stage"),
        Column("status"),
        Column("closed_on", "date"),
        STAFF,
        UNIT,
        REGION,
        PRODUCT,
        BRAND,
    ),
    events=True,
    dated="created_at",
)

OPPORTUNITIES = Table(
    "opportunities",
    (
        Column("opportunity_id", key=True, required=True, personal=True),
        Column("lead_id", personal=True),
        CUSTOMER,
        Column("created_at", "timestamp", required=True),
        Column("stage", required=True),
        Column("stage_since", "date"),
        Column("status"),
        Column("closed_on", "date"),
        Column("expected_on", "date"),
        Column("amount", MONEY, unit="money"),
        Column("cause"),
        STAFF,
        UNIT,
        PRODUCT,
        BRAND,
    ),
    events=True,
    dated="created_at",
)
