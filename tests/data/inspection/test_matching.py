"""Columns are found in exports that the synonyms were not written from, whatever their order."""

import random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.data.contract import TABLES
from crmreport.data.inspection.matching import ENOUGH, Field, match
from crmreport.data.inspection.tables import guesses
from crmreport.data.inspection.vocabulary import SYNONYMS, vocabulary
from tests.data.inspection.exports import exports

EXPORTS = {export.name: export for export in exports()}
OURS = [export for export in EXPORTS.values() if export.table]
SALES = [export for export in OURS if export.table == "sale_lines"]
CORE = {"customer_id", "order_id", "product_id", "sold_at", "quantity", "revenue"}


def fields_of(export, order=None):
    names = list(export.columns)
    if order is not None:
        random.Random(order).shuffle(names)
    return [Field.of(name, export.columns[name]) for name in names]


def found_in(export, order=None):
    found = match(TABLES[export.table], fields_of(export, order))
    return {theirs: ours for ours, theirs in found.columns.items()}


def accuracy(chosen):
    """The share of columns whose first choice is right: ours so named, what is none of ours left alone."""
    right = [
        found.get(header) == export.truth.get(header)
        for export in chosen
        for found in [found_in(export)]
        for header in export.columns
    ]
    return sum(right) / len(right), len(right)


def test_many_exports_are_held_out():
    held_out = [export for export in OURS if export.held_out]
    assert len(EXPORTS) >= 60
    assert len(held_out) >= 20


def test_columns_of_unseen_exports_are_found():
    share, columns = accuracy([export for export in OURS if export.held_out])

    # 204 of 209 when first measured, before anything was mended by it.
    assert columns >= 200
    assert share >= 0.96


def test_columns_of_known_exports_are_found():
    share, _ = accuracy([export for export in OURS if not export.held_out])
    assert share >= 0.98


@pytest.mark.parametrize("export", OURS, ids=lambda export: export.name)
def test_the_table_is_found(export):
    best, *_ = guesses("export.csv", fields_of(export))
    assert (best.table, best.match.missing) == (export.table, ())


@pytest.mark.parametrize(
    "export", [export for export in EXPORTS.values() if not export.table], ids=lambda export: export.name
)
def test_files_that_are_none_of_ours_are_left_out(export):
    assert guesses("export.csv", fields_of(export)) == []


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([export.name for export in OURS]), st.integers(0, 10_000))
def test_the_order_of_columns_does_not_matter(name, order):
    assert found_in(EXPORTS[name]) == found_in(EXPORTS[name], order)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(alphabet="编号订单客户 ordeimtncus_", max_size=12),
            st.sampled_from(["1", "x", "2024-01-01"]),
        ),
        max_size=8,
        unique_by=lambda pair: pair[0],
    ),
    st.sampled_from(sorted(TABLES)),
)
def test_no_column_serves_twice_and_weak_matches_are_none(columns, table):
    found = match(TABLES[table], [Field.of(name, [cell] * 5) for name, cell in columns])

    assert len(set(found.columns.values())) == len(found.columns)
    assert set(found.columns.values()) <= {name for name, _ in columns}
    assert all(score >= ENOUGH for score in found.scores.values())


def test_cells_that_cannot_be_it_outweigh_a_name():
    fields = [Field.of("Order Date", ["yes", "no"] * 5), Field.of("Amount", ["a lot", "little"] * 5)]
    assert match(TABLES["sale_lines"], fields).columns == {}


def test_free_text_is_no_class_that_may_be_published():
    text = [f"Mrs. Jones called about her order {n} and was not pleased at all" for n in range(20)]
    found = match(TABLES["cases"], [Field.of("Subject", text)])
    assert "topic" not in found.columns


# ---------------------------------------------------------------- meaningless headers


def without_names(export, order=0):
    names = list(export.columns)
    random.Random(order).shuffle(names)
    fields = [Field.of(f"col{place}", export.columns[name]) for place, name in enumerate(names)]
    return fields, {f"col{place}": name for place, name in enumerate(names)}


def test_without_headers_contents_find_most_of_a_sale_line():
    right = wrong = asked = 0
    for export in SALES:
        fields, names = without_names(export)
        best, *_ = guesses("data.csv", fields)
        assert (best.table, best.alone) == ("sale_lines", True)
        assert not any(best.is_sure(column) for column in best.match.columns)
        found = {names[theirs]: ours for ours, theirs in best.match.columns.items()}
        core = {header: ours for header, ours in export.truth.items() if ours in CORE}
        asked += len(core)
        right += sum(found.get(header) == ours for header, ours in core.items())
        wrong += sum(found.get(header, ours) != ours for header, ours in core.items())

    # 110 of 130 when measured; what is not found is mostly left open rather than taken for another.
    assert asked >= 120
    assert right / asked >= 0.8
    assert wrong / asked <= 0.05


def test_without_headers_a_customer_list_is_known_by_its_mails_and_phones():
    for name in ("shopify-customers", "crm-members-zh", "members-taiwan"):
        fields, names = without_names(EXPORTS[name])
        best, *_ = guesses("data.csv", fields)
        found = {names[theirs]: ours for ours, theirs in best.match.columns.items()}
        truth = EXPORTS[name].truth
        assert best.table == "customers"
        assert {"customer_id", "email"} <= set(found.values())
        assert all(truth[header] == ours for header, ours in found.items())


@pytest.mark.parametrize("name", ["weather", "iris", "sensor-readings", "stock-levels-zh", "share-prices"])
def test_without_headers_other_files_are_left_out(name):
    fields, _ = without_names(EXPORTS[name])
    assert guesses("data.csv", fields) == []


# ---------------------------------------------------------------- the list of synonyms


def test_the_synonyms_name_columns_and_tables_that_there_are():
    raw = yaml.load(SYNONYMS.read_text("utf-8"), yaml.BaseLoader)
    columns = {column.name for table in TABLES.values() for column in table.mappable}

    assert set(raw["columns"]) <= columns
    assert set(raw["contents"]) <= columns
    assert set(raw["files"]) <= set(TABLES)
    assert {column for table in raw["tables"].values() for column in table} <= columns
    for table, signs in raw["signs"].items():
        assert all(sign in TABLES[table] for sign in signs), table


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_table_has_signs_and_every_column_is_found_by_its_own_name(table):
    assert vocabulary().signs[table.name]
    for column in table.mappable:
        assert vocabulary().likeness(column.name, table.name, column.name) == 1.0
