"""The mark before decimals, where it has to be declared; hand-made columns."""

import pytest

from crmreport.data.inspection.amounts import open_mark
from crmreport.data.inspection.matching import Field


@pytest.mark.parametrize(
    ("columns", "currency", "mark"),
    [
        ([["1,000", "25", "$3,200"]], "TWD", "."),
        ([["1.000", "25"]], "EUR", ","),
        ([["1.000", "25"]], "USD", "."),
        # A column that tells speaks for its file: quantities of three decimals beside amounts.
        ([["1.000", "2.000"], ["1.234,50", "9,90"]], "USD", ","),
        ([["1.000", "2.000"], ["12.50", "9.90"]], "EUR", "."),
        ([["1,000"], ["1,234,567"]], "USD", "."),
        # Nothing is open.
        ([["1,000.00", "25"]], "TWD", None),
        ([["1,000", "2,000.5"]], "TWD", None),
        ([["10", "25", ""]], "TWD", None),
        ([["0,500", "12,5"]], "EUR", None),
        ([], "USD", None),
    ],
)
def test_the_mark_is_declared_where_it_is_open(columns, currency, mark):
    fields = [Field.of(f"c{place}", cells) for place, cells in enumerate(columns)]
    assert open_mark(fields, currency) == mark
