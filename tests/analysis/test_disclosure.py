import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis.disclosure import blank_small, merge_small, small_groups


@pytest.mark.parametrize(
    ("sizes", "merged"),
    [
        ({"a": 50, "b": 40}, []),
        ({"a": 50, "b": 12, "c": 25}, ["b", "c"]),  # together 37
        ({"a": 50, "b": 12, "c": 40}, ["b", "c"]),  # 12 alone is too few, and would follow from the total
        ({"a": 50, "b": 12, "c": 9, "d": 60}, ["a", "b", "c"]),  # 21 together: the smallest other joins
        ({"a": 50, "b": 0, "c": 40}, []),  # nobody is no small group
        ({"a": 5}, ["a"]),
    ],
)
def test_which_groups_are_merged(sizes, merged):
    assert small_groups(pd.Series(sizes), 30) == merged


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 90), min_size=1))
def test_nothing_shown_is_small_and_nothing_merged_stands_alone(sizes):
    merged = small_groups(pd.Series(sizes), 30)

    rest = [size for name, size in sizes.items() if name not in merged and size]
    assert all(size >= 30 for size in rest)
    if merged and rest:
        assert len(merged) > 1
        assert sum(sizes[name] for name in merged) >= 30


def test_merged_groups_come_last():
    groups = pd.Series(["a"] * 3 + ["b"] + ["c"] * 4 + ["d"]).astype(
        pd.CategoricalDtype(list("abcd"), ordered=True)
    )

    merged = merge_small(groups, 2)

    assert merged.value_counts(sort=False).to_dict() == {"a": 3, "c": 4, "others": 2}
    assert list(merged.cat.categories) == ["a", "c", "others"]


def test_small_cells_are_blank_and_empty_ones_are_not():
    counts = pd.Series([0, 1, 29, 30])

    assert blank_small(counts, 30).fillna(-1).tolist() == [0, -1, -1, 30]


def test_a_single_small_cell_takes_another_with_it():
    # The blank alone would follow from the total of 95.
    assert blank_small(pd.Series([5, 40, 50]), 30).fillna(-1).tolist() == [-1, -1, 50]
