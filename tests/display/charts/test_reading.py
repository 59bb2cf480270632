"""How the values of a chart are written."""

from __future__ import annotations

import pytest

from crmreport.display.charts.reading import values
from tests.display.charts.examples import table, words


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ((-0.896, -0.6, -0.0162, 0.133), ("−0.90", "−0.60", "−0.02", "0.13")),
        ((4.157, 3.5, None), ("4.16", "3.50", "too few to show")),
        ((12345.0, 980.0), ("12.3K", "980")),
        ((0.0213, 0.0038), ("0.0213", "0.0038")),
        ((0.0, 0.0), ("0", "0")),
    ],
)
def test_numbers_read_against_each_other_have_one_number_of_decimals(
    numbers: tuple[float | None, ...], texts: tuple[str, ...]
) -> None:
    rows = [("sample.regular", number) for number in numbers]
    assert values(table({"name": "label", "value": "number"}, *rows), words()).texts == texts
