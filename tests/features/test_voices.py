"""Referrals and feedback, counted by hand."""

from datetime import date, datetime

import ibis

from crmreport.features.voices import voices
from tests.features.lines import values

SPAN = {"since": date(2023, 1, 1), "as_of": date(2023, 6, 30)}


def table(kinds, *rows):
    listed = [dict(zip(kinds, row, strict=True)) for row in rows]
    return ibis.memtable(listed, schema=ibis.schema(kinds))


REFERRALS = table(
    {"customer_id": "string", "referred_on": "date", "brand_id": "string"},
    ("ann", date(2023, 2, 1), "north"),
    ("ann", date(2023, 3, 1), None),
    ("ann", date(2022, 3, 1), "north"),
    ("bob", date(2023, 7, 1), "north"),
)
REVIEWS = table(
    {"customer_id": "string", "reviewed_at": "timestamp", "brand_id": "string"},
    ("bob", datetime(2023, 6, 30, 23, 59), "north"),
    (None, datetime(2023, 6, 1), "north"),
)
ANSWERS = table(
    {
        "customer_id": "string",
        "answered_on": "date",
        "survey_id": "string",
        "wave": "string",
        "brand_id": "string",
    },
    ("ann", date(2023, 5, 1), "s", "1", None),
    ("ann", date(2023, 5, 1), "s", "1", None),
    ("ann", None, "s", "2", None),
)


def test_what_each_customer_brought():
    found = voices(REFERRALS, REVIEWS, ANSWERS, **SPAN)

    assert values(found, "scope", "customer_id", "referrals", "feedback") == [
        ("_group", "ann", 2, 2),
        ("_group", "bob", 0, 1),
        ("north", "ann", 1, 0),
        ("north", "bob", 0, 1),
    ]


def test_what_was_not_supplied_is_not_nought():
    assert values(voices(REFERRALS, None, None, **SPAN), "customer_id", "referrals", "feedback") == [
        ("ann", 1, None),
        ("ann", 2, None),
    ]
    assert values(voices(None, REVIEWS, None, **SPAN), "referrals", "feedback") == [(None, 1), (None, 1)]
    assert voices(None, None, None, **SPAN) is None
