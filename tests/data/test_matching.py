"""Which ids are one person: normalised keys, links that add up, keys that many share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import ibis
import ibis.expr.types as ir
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.data.engine import connect
from crmreport.data.matching import Matched, match, normalised
from crmreport.params_privacy import Matching, MatchKey

_database = cache(connect)


def compared(value: str, key: MatchKey = "mobile", code: str = "86") -> str | None:
    table = ibis.memtable(pd.DataFrame({"value": [value]}))
    result = _database().execute(table.select(value=normalised(table.value, key, country_code=code)))
    found = result["value"][0]
    return None if pd.isna(found) else str(found)


@pytest.mark.parametrize(
    "written",
    [
        "13812345678",
        " 138 1234 5678 ",
        "138-1234-5678",
        "+86 138 1234 5678",
        "+8613812345678",
        "0086 13812345678",
        "8613812345678",
        "013812345678",
        "(+86)138.1234.5678",
        "１３８１２３４５６７８",
        "＋86 138-1234-5678",
    ],
)
def test_one_mobile_number_however_it_is_written(written: str) -> None:
    assert compared(written) == "13812345678"


@pytest.mark.parametrize(
    "written",
    [
        "138****5678",  # masked by a marketplace
        "138XXXX5678",
        "1381234567",  # a digit short
        "138123456789",
        "010-62345678",  # a landline in Beijing
        "11111111111",
        "+0 138 1234 5678",
        "no phone",
        "13812345678/13912345678",  # two numbers in one field
        "1.38123E+10",
        "-",
    ],
)
def test_what_is_no_mobile_number(written: str) -> None:
    assert compared(written) is None


def test_numbers_of_other_countries() -> None:
    assert compared("+852 9123 4567") == "+85291234567"
    assert compared("00852 91234567") == "+85291234567"
    assert compared("07700 900123", code="44") == compared("+44 7700 900123", code="44") == "7700900123"
    assert compared("(212) 555-0100", code="1") == compared("1-212-555-0100", code="1") == "2125550100"
    # A Chinese number in a British file keeps its country and meets no British one.
    assert compared("+86 138 1234 5678", code="44") == "+8613812345678"


def test_mail_addresses() -> None:
    assert compared(" Ann.Lee@Example.COM ", "email") == "ann.lee@example.com"
    # Neither dots nor tags are taken away: with some providers they tell people apart.
    assert compared("annlee@example.com", "email") != compared("ann.lee@example.com", "email")
    assert compared("ann+shop@example.com", "email") == "ann+shop@example.com"
    for none in ["a***@example.com", "ann", "ann@", "@example.com", "a b@example.com", "a@b@c.com", "a@b"]:
        assert compared(none, "email") is None


def test_other_keys_stay_as_they_are() -> None:
    assert compared(" oAbC-12_x ", "openid") == "oAbC-12_x"
    assert compared("OABC-12_X", "openid") == "OABC-12_X"
    assert compared("tb***88", "marketplace_buyer_id") is None


# ---------------------------------------------------------------- links


def texts(frame: pd.DataFrame) -> ir.Table:
    return ibis.memtable(frame, schema=dict.fromkeys(frame.columns, "string"))


def link(records: Sequence[Mapping[str, str | None]], more: Sequence[str] = (), **rules: object) -> Matched:
    """Match records of ``supplied_id`` and keys; ``more`` ids occur in the sales only."""
    frame = pd.DataFrame(records)
    names = [*frame["supplied_id"], *more]
    backend = connect()
    ids = texts(pd.DataFrame({"supplied_id": names}))
    return match(backend, ids, texts(frame), Matching.model_validate(rules))


def groups(matched: Matched) -> set[tuple[str, ...]]:
    return {tuple(sorted(part)) for _, part in matched.links.groupby("person_id")["supplied_id"]}


CHAIN = [
    {"supplied_id": "card7", "mobile": "13812345678", "email": None},
    {"supplied_id": "mini3", "mobile": "+8613812345678", "email": "a@x.cn"},
    {"supplied_id": "shop9", "mobile": None, "email": "A@X.CN"},
    {"supplied_id": "alone", "mobile": "13900001111", "email": None},
    {"supplied_id": "masked1", "mobile": "138****5678", "email": None},
    {"supplied_id": "masked2", "mobile": "138****5678", "email": None},
]


def test_links_add_up_and_the_first_id_stands_for_all() -> None:
    matched = link(CHAIN)
    assert groups(matched) == {("card7", "mini3", "shop9")}
    assert set(matched.links["person_id"]) == {"card7"}
    account = matched.account
    assert (account.ids, account.persons, account.largest) == (6, 4, 3)
    mobile, email = account.keys
    assert (mobile.key, mobile.supplied, mobile.usable, mobile.linked) == ("mobile", 5, 3, 2)
    assert (email.key, email.supplied, email.usable, email.linked) == ("email", 2, 2, 2)
    assert set(matched.usable["supplied_id"]) == {"card7", "mini3", "shop9", "alone"}


def test_a_key_can_be_switched_off() -> None:
    assert groups(link(CHAIN, mobile=False)) == {("mini3", "shop9")}
    assert groups(link(CHAIN, mobile=False, email=False)) == set()
    assert [one.key for one in link(CHAIN, mobile=False).account.keys] == ["email"]


def test_a_key_that_many_share_links_none_and_is_counted() -> None:
    shop_phone = [{"supplied_id": f"c{n}", "mobile": "13812345678"} for n in range(4)]
    assert groups(link(shop_phone, most_ids=4)) == {("c0", "c1", "c2", "c3")}
    matched = link(shop_phone, most_ids=3)
    assert groups(matched) == set()
    (mobile,) = matched.account.keys
    assert (mobile.shared_by_many, mobile.ids_of_shared, mobile.linked, mobile.usable) == (1, 4, 0, 4)


def test_ids_that_are_keys_themselves_link_where_that_is_declared() -> None:
    records = [{"supplied_id": "card7", "openid": "oX1"}, {"supplied_id": "card8", "openid": None}]
    assert groups(link(records, more=["oX1", "oZ9"])) == set()
    declared = link(records, more=["oX1", "oZ9"], ids_are=["openid"])
    assert groups(declared) == {("card7", "oX1")}
    assert declared.account.persons == 3
    # Of ids only in the sales, only one that some record names has a usable key.
    assert set(declared.usable["supplied_id"]) == {"card7", "oX1"}


def test_without_keys_everybody_is_alone() -> None:
    matched = match(connect(), texts(pd.DataFrame({"supplied_id": ["a", "b"]})), None, Matching())
    assert (matched.account.ids, matched.account.persons, matched.account.keys) == (2, 2, ())
    assert matched.links.empty


def _closed(records: Sequence[Mapping[str, str | None]]) -> set[tuple[str, ...]]:
    """The slow way: join groups that share a key until none do."""
    parts = [({one["supplied_id"]}, {one["mobile"], one["email"]} - {None}) for one in records]
    while pair := next(((a, b) for a in parts for b in parts if a is not b and a[1] & b[1]), None):
        parts = [part for part in parts if part is not pair[0] and part is not pair[1]]
        parts.append((pair[0][0] | pair[1][0], pair[0][1] | pair[1][1]))
    return {tuple(sorted(str(name) for name in ids)) for ids, _ in parts}


keys = st.sampled_from(["13800000001", "13800000002", "13800000003", None])
mails = st.sampled_from(["a@x.cn", "b@x.cn", "c@x.cn", None])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(keys, mails), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_groups_are_those_of_the_closure_whatever_the_order(
    people: list[tuple[str | None, str | None]], random: object
) -> None:
    records = [
        {"supplied_id": f"c{n:02}", "mobile": mobile, "email": mail}
        for n, (mobile, mail) in enumerate(people)
    ]
    expected = {part for part in _closed(records) if len(part) > 1}
    shuffled = records.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = link(records, most_ids=100), link(shuffled, most_ids=100)
    assert groups(first) == groups(second) == expected
    pd.testing.assert_frame_equal(first.links, second.links)
    assert first.account == second.account
