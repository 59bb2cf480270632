"""Which case holds which word, by hand, and that no planted name is among them."""

from __future__ import annotations

from datetime import datetime

import ibis
import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.features.cases import case_table
from crmreport.features.narratives import case_terms, narrative_terms
from tests.features.test_cases import AS_OF, SCHEMA

TEXTS = {
    "1": "The parcel was late. Parcel lost!",
    "2": "Late parcels, and Quimby was rude",
    "3": "We told Quimby of the late parcel",
    "4": "客服态度差，包裹破损",
    "5": "包裹一直没到，客服不回复",
}


def test_a_case_counts_once_for_a_word_and_a_plural_as_its_singular() -> None:
    found = case_terms(TEXTS, minimum=2)
    # “Quimby” stands twice inside a sentence, with a capital: a name. “late parcel” is in 2 and 3 alone.
    assert found == [
        ("1", "late", 1),
        ("1", "parcel", 1),
        ("2", "late", 1),
        ("2", "late parcel", 2),
        ("2", "parcel", 1),
        ("3", "late", 1),
        ("3", "late parcel", 2),
        ("3", "parcel", 1),
        ("4", "包裹", 1),
        ("4", "客服", 1),
        ("5", "包裹", 1),
        ("5", "客服", 1),
    ]


def test_what_few_cases_hold_is_not_even_kept() -> None:
    assert {term for _, term, _ in case_terms(TEXTS, minimum=3)} == {"late", "parcel"}
    assert case_terms({}, minimum=1) == []


@settings(max_examples=20, deadline=None)
@given(st.permutations(list(TEXTS)), st.integers(1, 3))
def test_the_order_of_the_texts_does_not_matter(order: list[str], minimum: int) -> None:
    turned = {case: TEXTS[case] for case in order}
    assert case_terms(turned, minimum=minimum) == case_terms(TEXTS, minimum=minimum)


def test_the_terms_of_a_brand_are_those_of_its_cases() -> None:
    rows = [
        {"case_id": "a", "brand_id": "rosa", "narrative": "late parcel"},
        {"case_id": "b", "brand_id": "rosa", "narrative": "parcel late, I am Jonathan Quimby"},
        {"case_id": "c", "brand_id": None, "narrative": "late again"},
        {"case_id": "d", "brand_id": None, "narrative": "  "},
    ]
    blank = dict.fromkeys(SCHEMA.names) | {"opened_at": datetime.fromisoformat("2024-03-01 10:00")}
    table = ibis.memtable(pa.Table.from_pylist([blank | row for row in rows], schema=SCHEMA.to_pyarrow()))
    terms = narrative_terms(case_table(table, as_of=AS_OF), minimum=2)
    assert terms is not None
    frame: pd.DataFrame = terms.to_pandas()
    counts = frame.groupby(["scope", "term"])["case"].nunique().to_dict()
    assert counts == {
        ("_group", "late"): 3,
        ("_group", "parcel"): 2,
        ("rosa", "late"): 2,
        ("rosa", "parcel"): 2,
    }
    assert "narrative" not in frame.columns
    assert not set(frame["customer_id"].dropna())


def test_without_texts_there_are_no_terms() -> None:
    blank = dict.fromkeys(SCHEMA.names) | {"opened_at": datetime.fromisoformat("2024-03-01 10:00")}
    table = ibis.memtable(pa.Table.from_pylist([blank], schema=SCHEMA.to_pyarrow()))
    assert narrative_terms(case_table(table, as_of=AS_OF), minimum=1) is None
