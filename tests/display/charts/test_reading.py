"""How the values of a chart are written."""

from __future__ import annotations

import pytest

from crmreport.display.charts.reading import values
from tests.display.charts.examples import table, words


def test_differences_of_shares_read_against_each_other_have_one_number_of_decimals() -> None:
    rows = [("sample.regular", number) for number in (0.009, -0.01, 0.0, None)]
    data = table({"name": "label", "value": "points"}, *rows)
    assert values(data, words()).texts == ("0.9\xa0pp", "−1.0\xa0pp", "0.0\xa0pp", "too few to show")
    assert values(data, words("zh-Hans")).texts[:2] == ("0.9百分点", "−1.0百分点")


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
