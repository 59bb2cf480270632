"""One person, several ids: which ids of the client's files are linked, by which key.

A till knows a card, a mini-programme an OpenID, a marketplace a buyer. Two ids are one person where
they share a key that is the same after normalisation (see ``normalised``); links add up, so that a
card and a buyer's id that share no key are linked through a third id. Nothing is guessed from names,
and a key that many ids share (a shop's own telephone) links none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis.backends.duckdb import Backend
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from crmreport.data.people import KeyAccount, MatchAccount
from crmreport.params_privacy import Matching, MatchKey

_FULL_WIDTH = "０１２３４５６７８９＋－（）＠．"  # as Chinese keyboards write them
_PLAIN = "0123456789+-()@."
_CHINA = "86"
_CODED = {"86": r"^861[3-9][0-9]{9}$", "1": r"^1[2-9][0-9]{9}$"}
"""Numbers that bear their country's code without a plus sign: what they look like, where that is certain."""
_CHINESE_MOBILE = r"^1[3-9][0-9]{9}$"
_ANY_MOBILE = r"^[0-9]{6,14}$"
_MAIL = r"^[^@\s*]+@[^@\s*]+\.[^@\s*.]+$"


def normalised(value: ir.StringValue, key: MatchKey, *, country_code: str) -> ir.StringValue:
    """What of a key is compared; NULL where it is none.

    - a mobile number: its digits, without the country's calling code (``+86``, ``0086``, ``86``) and
      leading zeros; another country's keeps its own. A masked one (``138****1234``), a landline of
      China and one of a single repeated digit are none.
    - a mail address: trimmed and in lower case. Dots and what follows a plus sign stay: they tell
      people apart with some providers.
    - the others: trimmed, as they stand.
    """
    plain = value.translate(_FULL_WIDTH, _PLAIN).strip()
    if key == "mobile":
        return _mobile(plain, country_code)
    if key == "email":
        lower = plain.lower()
        return ibis.ifelse(lower.re_search(_MAIL), lower, ibis.null("string"))
    return ibis.ifelse(plain.contains("*"), ibis.null("string"), plain).nullif("")


def _mobile(plain: ir.StringValue, country_code: str) -> ir.StringValue:
    bare = plain.re_replace(r"[\s().\-]", "")
    international = bare.re_search(r"^(\+|00)")
    digits = bare.re_replace(r"^(\+|00)", "")
    foreign = international & ~digits.startswith(country_code)
    coded = international | digits.re_search(_CODED.get(country_code, "^$"))
    national = ibis.ifelse(coded, digits.re_replace(f"^{country_code}", ""), digits).re_replace("^0+", "")
    valid = national.re_search(_CHINESE_MOBILE if country_code == _CHINA else _ANY_MOBILE)
    number = ibis.cases(
        (foreign & digits.re_search(r"^[1-9][0-9]{6,14}$"), ibis.literal("+") + digits),
        (~foreign & valid, national),
    )
    repeated = number.replace(number.substr(length=1, start=1), "") == ""
    return ibis.ifelse(repeated, ibis.null("string"), number)


@dataclass(frozen=True)
class Matched:
    """``links`` has one row per linked id: ``supplied_id`` and the ``person_id`` that stands for all of
    its person's (the first of them); an id not in it stands for itself. ``usable`` has one row per id
    with any usable key."""

    links: pd.DataFrame
    usable: pd.DataFrame
    account: MatchAccount


def match(backend: Backend, ids: ir.Table, identities: ir.Table | None, matching: Matching) -> Matched:
    """Link the ``supplied_id`` of ``ids``, all distinct, by the keys that ``identities`` gives them.

    ``identities`` has ``supplied_id`` and the columns that the client supplied. The result does not
    depend on the order of rows.
    """
    supplied = [key for key in matching.keys if identities is not None and key in identities.columns]
    if identities is None or not supplied:
        empty = pd.DataFrame({"supplied_id": [], "person_id": []}, dtype="object")
        count = int(ids.count().to_pyarrow().as_py())
        return Matched(empty, empty[["supplied_id"]], MatchAccount(ids=count, persons=count, keys=()))
    pairs = backend.create_table("match_keys", _pairs(ids, identities, supplied, matching), temp=True)
    per_value = pairs.group_by(["key", "value"]).agg(ids=pairs.count())
    shared = per_value.filter(per_value.ids > 1)
    used = shared.filter(shared.ids <= matching.most_ids)
    edges = pairs.semi_join(used, ["key", "value"]).order_by(["key", "value", "supplied_id"]).to_pandas()
    links = _persons(edges)
    total = int(ids.count().to_pyarrow().as_py())
    account = MatchAccount(
        ids=total,
        persons=total - len(links) + links["person_id"].nunique(),
        keys=_accounts(identities, pairs, shared, supplied, matching, edges),
        largest=int(links.groupby("person_id").size().max()) if len(links) else 1,
    )
    return Matched(links, pairs.select("supplied_id").distinct().to_pandas(), account)


def _pairs(ids: ir.Table, identities: ir.Table, supplied: list[MatchKey], matching: Matching) -> ir.Table:
    """``supplied_id``, ``key`` and ``value``, each once; ids that are keys themselves included."""
    parts = [
        identities.select(
            "supplied_id",
            key=ibis.literal(key),
            value=normalised(identities[key].cast("string"), key, country_code=matching.country_code),
        )
        for key in supplied
    ]
    known = ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0].distinct()
    known = known.filter(known.value.notnull())
    for key in supplied:
        if key in matching.ids_are:
            itself = ids.select(
                "supplied_id",
                key=ibis.literal(key),
                value=normalised(ids.supplied_id, key, country_code=matching.country_code),
            )
            # An id is a key only where somebody else's record says so.
            itself = itself.semi_join(known, ["key", "value"])
            known = known.union(itself, distinct=True)
    return known


def _persons(edges: pd.DataFrame) -> pd.DataFrame:
    """Connected components of ids and the keys that they share; the first id stands for each."""
    if edges.empty:
        return pd.DataFrame({"supplied_id": [], "person_id": []}, dtype="object")
    # Sorted codes: the first of a component's ids is the one that comes first in order.
    ids, names = pd.factorize(edges["supplied_id"], sort=True)
    keys, _ = pd.factorize(edges["key"] + "\0" + edges["value"])
    size = len(names) + keys.max() + 1
    graph = coo_matrix((np.ones(len(edges), dtype=np.int8), (ids, keys + len(names))), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    table = pd.DataFrame(
        {"supplied_id": np.asarray(names, dtype=object), "component": component[: len(names)]}
    )
    table["person_id"] = table.groupby("component")["supplied_id"].transform("first")
    return table[["supplied_id", "person_id"]]


def _accounts(
    identities: ir.Table,
    pairs: ir.Table,
    shared: ir.Table,
    supplied: list[MatchKey],
    matching: Matching,
    edges: pd.DataFrame,
) -> tuple[KeyAccount, ...]:
    filled = identities.agg(**{key: identities[key].count() for key in supplied}).to_pyarrow().to_pylist()[0]
    usable = _by_key(pairs.group_by("key").agg(n=pairs.supplied_id.nunique()))
    many = shared.filter(shared.ids > matching.most_ids)
    dropped = _by_key(many.group_by("key").agg(n=many.count()))
    dropped_ids = _by_key(many.group_by("key").agg(n=many.ids.sum()))
    return tuple(
        KeyAccount(
            key=key,
            supplied=filled[key],
            usable=usable.get(key, 0),
            linked=int(edges.loc[edges["key"] == key, "supplied_id"].nunique()),
            shared_by_many=dropped.get(key, 0),
            ids_of_shared=dropped_ids.get(key, 0),
        )
        for key in supplied
    )


def _by_key(counts: ir.Table) -> Mapping[str, int]:
    return {row["key"]: int(row["n"]) for row in counts.to_pyarrow().to_pylist()}
