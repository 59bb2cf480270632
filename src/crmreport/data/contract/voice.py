"""What customers and staff say and do besides buying: surveys, cases, interactions, reviews, referrals."""

from __future__ import annotations

from dataclasses import replace

from crmreport.data.contract.columns import (
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

_RESPONDENT = Column("respondent_id", key=True, required=True, personal=True)
_ANSWERS = (
    Column("survey_id", key=True),
    Column("wave", key=True),
    Column("answered_on", "date", key=True),
    Column("mode"),
    Column("item", key=True, required=True),
    # Part of the key: a respondent may tick several answers to one item.
    Column("answer", key=True, required=True, personal=True),
    Column("score", "float64", unit="number", derived=True),
    Column("scale_min", "float64", unit="number"),
    Column("scale_max", "float64", unit="number"),
    Column("weight", "float64", unit="number"),
)

SURVEY_ANSWERS = Table(
    "survey_answers",
    (_RESPONDENT, CUSTOMER, *_ANSWERS, PRODUCT, STORE, CHANNEL, ORDER, BRAND),
    events=True,
    dated="answered_on",
    wide=("item", "answer"),
)

STAFF_SURVEY = Table(
    "staff_survey",
    (_RESPONDENT, STAFF, UNIT, STORE, *_ANSWERS),
    events=True,
    dated="answered_on",
    wide=("item", "answer"),
)

CASES = Table(
    "cases",
    (
        Column("case_id", key=True, personal=True),
        CUSTOMER,
        Column("opened_at", "timestamp", required=True),
        Column("responded_at", "timestamp"),
        Column("resolved_at", "timestamp"),
        Column("kind"),
        Column("topic"),
        Column("cause"),
        PRODUCT,
        ORDER,
        CHANNEL,
        UNIT,
        STORE,
        STAFF,
        REGION,
        Column("status"),
        Column("outcome"),
        Column("unsolved_reason"),
        Column("in_time", "boolean"),
        Column("reopened", "boolean"),
        Column("disputed", "boolean"),
        Column("advised", "boolean"),
        Column("followed_up_at", "timestamp"),
        Column("compensation", MONEY, unit="money"),
        Column("satisfaction", "float64", unit="number"),
        Column("narrative", personal=True),
        BRAND,
    ),
    events=True,
    dated="opened_at",
)

INTERACTIONS = Table(
    "interactions",
    (
        Column("interaction_id", key=True, personal=True),
        CUSTOMER,
        Column("occurred_at", "timestamp", required=True),
        Column("kind", required=True),
        Column("topic"),
        CHANNEL,
        UNIT,
        STORE,
        STAFF,
        PRODUCT,
        Column("campaign_id"),
        Column("minutes", "float64", unit="number"),
        BRAND,
    ),
    events=True,
    dated="occurred_at",
)

REVIEWS = Table(
    "reviews",
    (
        Column("review_id", key=True, personal=True),
        CUSTOMER,
        Column("reviewed_at", "timestamp", required=True),
        PRODUCT,
        STORE,
        CHANNEL,
        Column("rating", "float64", unit="number"),
        Column("scale_min", "float64", unit="number"),
        Column("scale_max", "float64", unit="number"),
        Column("review_text", personal=True),
        Column("replied_at", "timestamp"),
        BRAND,
    ),
    events=True,
    dated="reviewed_at",
)

REFERRALS = Table(
    "referrals",
    (
        replace(CUSTOMER, key=True, required=True),
        Column("referred_id", key=True, personal=True),
        Column("referred_on", "date", key=True, required=True),
        CHANNEL,
        Column("campaign_id"),
        Column("converted_on", "date"),
        BRAND,
    ),
    events=True,
    dated="referred_on",
)
