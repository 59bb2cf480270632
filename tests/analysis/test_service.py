"""Who complained, and what became of it."""

from datetime import date

import pandas as pd

from crmreport.analysis.service import complained, complaints_of

YEAR = {"start": date(2024, 1, 1), "end": date(2024, 12, 31)}


def cases(*rows):
    table = pd.DataFrame(rows, columns=["customer_id", "opened_on", "kind", "resolved"])
    return table.assign(opened_on=pd.to_datetime(table["opened_on"]))


def heard(table):
    own = complaints_of(table, complaint=["complaint", "投诉"], enquiry=["enquiry"])
    return complained(own, **YEAR)


def test_the_last_complaint_of_a_customer_counts():
    found = heard(
        cases(
            ("a", "2024-02-01", "Complaint", False),
            ("a", "2024-05-01", "complaint", True),
            ("b", "2024-03-01", "投诉", False),
            ("b", "2024-01-01", "complaint", True),
            ("c", "2024-03-01", "enquiry", False),
            ("d", "2023-12-31", "complaint", True),
            (None, "2024-03-01", "complaint", True),
        )
    )

    assert found.to_dict() == {"a": "resolved", "b": "open"}


def test_without_kinds_every_case_is_one_to_be_heard():
    table = cases(("a", "2024-02-01", None, True), ("b", "2024-02-01", "bill", False))

    assert heard(table).to_dict() == {"a": "resolved", "b": "open"}
    assert heard(table[:0]).empty


def test_an_enquiry_is_no_complaint_where_nothing_is_called_one():
    table = cases(("a", "2024-02-01", "claim form", True), ("b", "2024-02-01", "Enquiry", False))

    assert heard(table).to_dict() == {"a": "resolved"}
