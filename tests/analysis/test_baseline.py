"""Whose window the cut points come from."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from crmreport.analysis.baseline import basis

NOW = pd.DataFrame({"orders": [1, 2, 3, 4]})
THEN = pd.DataFrame({"orders": [5, 6, 7]})
DATA = (date(2016, 1, 1), date(2018, 3, 31))


def of(baseline: date | None, *, minimum: int = 3) -> tuple[str, date, int]:
    found = basis(
        NOW,
        THEN,
        as_of=date(2018, 1, 31),
        baseline=baseline,
        window_months=12,
        data=DATA,
        minimum=minimum,
    )
    return found.kind, found.as_of, len(found.customers)


@pytest.mark.parametrize(
    ("baseline", "expected"),
    [
        (None, ("own", date(2018, 1, 31), 4)),
        (date(2016, 12, 31), ("baseline", date(2016, 12, 31), 3)),
        (date(2016, 11, 30), ("uncovered", date(2018, 1, 31), 4)),  # its year begins before the data
        (date(2018, 3, 31), ("baseline", date(2018, 3, 31), 3)),  # a report of before the baseline
        (date(2018, 4, 30), ("uncovered", date(2018, 1, 31), 4)),
    ],
)
def test_whose_values_are_cut(baseline, expected) -> None:
    assert of(baseline) == expected


def test_a_baseline_of_too_few_customers_is_not_taken() -> None:
    assert of(date(2016, 12, 31), minimum=4) == ("few", date(2018, 1, 31), 4)
