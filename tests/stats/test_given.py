"""What callers hand over as numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmreport.stats.given import check_same_order, column_name, numbers


@pytest.mark.parametrize(
    "values",
    [
        [9, None, 3],
        ["9", None, "3"],
        np.array([9, np.nan, 3]),
        pd.Series([9, None, 3], dtype="Int64"),
        pd.Series([9, pd.NA, 3], dtype="object"),
        pd.Categorical([9, None, 3]),
    ],
)
def test_a_gap_is_a_gap_however_it_is_written(values) -> None:
    assert numbers(values, "answers").tolist() == pytest.approx([9, np.nan, 3], nan_ok=True)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (["9", "often"], "answers hold “often” \\(row 2\\), which is no number"),
        ([[1, 2], [3, "x"]], "“x” \\(row 2 column 2\\)"),
        ([[1, 2], [3]], "“\\[1, 2\\]” \\(row 1\\)"),
        ({"a": 1}, "which is no number"),
    ],
)
def test_what_is_no_number_is_named_with_its_place(values, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        numbers(values, "answers")


def test_labels_in_another_order_are_no_pairs() -> None:
    first = pd.Series([1, 2], index=["ann", "bob"])
    with pytest.raises(ValueError, match="weights have the labels of answers in another order"):
        check_same_order(first, first[::-1], ("answers", "weights"))
    check_same_order(first, first, ("answers", "weights"))
    # Other labels altogether say nothing: rows are matched by their place, as those of arrays are.
    check_same_order(first, pd.Series([1, 2]), ("answers", "weights"))
    check_same_order(first, [1, 2], ("answers", "weights"))


def test_a_column_is_called_by_its_name() -> None:
    assert column_name(pd.DataFrame({"q1": [1]}), 0) == "“q1”"
    assert column_name(pd.DataFrame([[1, 2]]), 1) == column_name([[1, 2]], 1) == "2"
