"""Who and what there is: customers, products, stores, staff; and what the client plans and compares with."""

from __future__ import annotations

from dataclasses import replace

from crmreport.data.contract.columns import AMOUNT, BRAND, REGION, STAFF, STORE, UNIT, Column, Table

CUSTOMERS = Table(
    "customers",
    (
        Column("customer_id", key=True, required=True, personal=True),
        Column("name", identity=True),
        Column("mobile", identity=True),
        Column("email", identity=True),
        Column("address", identity=True),
        Column("postcode", identity=True),
        Column("birth_date", "date", identity=True),
        Column("member_card", identity=True),
        Column("unionid", identity=True),
        Column("openid", identity=True),
        Column("wecom_external_id", identity=True),
        Column("marketplace_buyer_id", identity=True),
        Column("age_years", "float64", personal=True),
        Column("age_band", derived=True),
        Column("gender"),
        Column("city"),
        REGION,
        Column("joined_on", "date"),
        Column("source_channel"),
        Column("consent_marketing", "boolean"),
        Column("opt_out", "boolean"),
    ),
)

PRODUCTS = Table(
    "products",
    (
        Column("product_id", key=True, required=True),
        Column("product_name"),
        Column("product_type"),
        Column("category"),
        Column("department"),
        Column("manufacturer"),
        Column("package_size"),
    ),
)

STORES = Table(
    "stores",
    (
        Column("store_id", key=True, required=True),
        Column("store_name"),
        Column("store_type"),
        Column("city"),
        REGION,
        Column("opened_on", "date"),
        Column("closed_on", "date"),
        Column("floor_area", AMOUNT, unit="number"),
    ),
)

STAFF_MEMBERS = Table(
    "staff",
    (
        Column("staff_id", key=True, required=True, personal=True),
        Column("name", identity=True),
        Column("role"),
        UNIT,
        STORE,
        Column("joined_on", "date"),
        Column("left_on", "date"),
    ),
)

_SPAN = (Column("starts_on", "date", key=True, required=True), Column("ends_on", "date", key=True))
_MEASURE = Column("measure", key=True, required=True)
_VALUE = (Column("value", "float64", unit="number", required=True), Column("value_unit"))

MARKET = Table(
    "market",
    (
        _MEASURE,
        *_SPAN,
        Column("company", key=True),
        Column("region", key=True),
        Column("category", key=True),
        *_VALUE,
        Column("source"),
    ),
    dated="starts_on",
    wide=("measure", "value"),
)

BENCHMARKS = Table(
    "benchmarks",
    (
        _MEASURE,
        Column("industry", key=True),
        Column("region", key=True),
        *_VALUE,
        Column("sample_size", "int64", unit="count"),
        Column("source", key=True, required=True),
        Column("published_on", "date", key=True),
    ),
    wide=("measure", "value"),
)

TARGETS = Table(
    "targets",
    (
        _MEASURE,
        *_SPAN,
        replace(UNIT, key=True),
        replace(STORE, key=True),
        *_VALUE,
        BRAND,
    ),
    dated="starts_on",
    wide=("measure", "value"),
)

CRM_USAGE = Table(
    "crm_usage",
    (
        replace(STAFF, key=True),
        replace(UNIT, key=True),
        _MEASURE,
        *_SPAN,
        *_VALUE,
    ),
    events=True,
    dated="starts_on",
    wide=("measure", "value"),
)
