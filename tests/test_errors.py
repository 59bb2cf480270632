"""What an error may tell of a value."""

from __future__ import annotations

import duckdb
import pytest

from crmreport.data.engine import reading
from crmreport.errors import InputDataError, shape


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2017-13-45", "9999-99-99"),
        ("ann.lee@example.cn", "xxx.xxx@xxxxxxx.xx"),
        ("李安 +86 138", "xx +99 999"),
        ("", ""),
        ("7" * 100, "9" * 39 + "…"),
    ],
)
def test_a_shape_tells_how_a_value_is_written_and_not_the_value(value: str, told: str) -> None:
    assert shape(value) == told


def test_what_the_database_quotes_is_told_by_its_shape() -> None:
    with pytest.raises(InputDataError) as refused, reading("people.csv"):
        duckdb.sql("select cast('ann@x.cn' as integer)").fetchall()
    assert "ann@" not in str(refused.value)
    assert "“xxx@x.xx”" in str(refused.value)
