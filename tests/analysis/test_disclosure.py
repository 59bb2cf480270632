import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from crmreport.analysis.disclosure import (
    blank_small,
    guarded,
    hidden_cells,
    merge_small,
    named,
    small_groups,
)
from crmreport.stats.estimate import Estimate


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


def test_merged_groups_have_no_name_of_their_own():
    assert named(["best", "others", "new"]) == ["best", "new"]
    assert named(pd.Series(["others"])) == []


def test_small_cells_are_blank_and_empty_ones_are_not():
    counts = pd.Series([0, 1, 29, 30])

    assert blank_small(counts, 30).fillna(-1).tolist() == [0, -1, -1, 30]


def test_a_single_small_cell_takes_another_with_it():
    # The blank alone would follow from the total of 95.
    assert blank_small(pd.Series([5, 40, 50]), 30).fillna(-1).tolist() == [-1, -1, 50]


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"A": 40, "B": 35, "C": 60}, {"A", "B", "C"}),
        # C alone would be hidden, and would follow from the total: B is not told either.
        ({"A": 40, "B": 35, "C": 4}, {"A"}),
        # B and C together are too few: A would give them away.
        ({"A": 26, "B": 2, "C": 2}, set()),
    ],
)
def test_a_part_is_not_told_where_it_gives_a_small_one_away(sizes, told):
    sizes = pd.Series(sizes)
    found = {name: guarded(Estimate(0.5, size), sizes, name, 30) for name, size in sizes.items()}
    assert {name for name, estimate in found.items() if estimate.known} == told
    assert {estimate.n for name, estimate in found.items() if name not in told} <= {0}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 90), min_size=2), st.integers(2, 40))
def test_no_small_part_follows_from_the_total_and_the_parts_told(sizes, minimum):
    """The attack: the total less everything that is told."""
    sizes = pd.Series(sizes)
    told = [name for name in sizes.index if guarded(Estimate(1.0, 1), sizes, name, minimum).known]
    assert all(sizes[name] >= minimum for name in told)
    rest = int(sizes.sum() - sizes[told].sum())
    # Nothing is left, or several parts that are together no small group; or nothing is told at all.
    assert rest == 0 or not told or (rest >= minimum and len(sizes) - len(told) > 1)


def cells(rows):
    """A table of rows, and the cells of each of its rows and columns."""
    across = list(zip(*rows, strict=True))
    sizes = {(i, j): size for i, row in enumerate(rows) for j, size in enumerate(row)}
    down = [[(i, j) for j in range(len(across))] for i in range(len(rows))]
    return pd.Series(sizes), [*down, *([(i, j) for i in range(len(rows))] for j in range(len(across)))]


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ([[50, 40], [60, 70]], set()),
        # The small cell, its neighbours in row and column, and the corner that closes the ring.
        ([[20, 40, 90], [50, 60, 80], [99, 98, 97]], {(0, 0), (0, 1), (1, 0), (1, 1)}),
        # A row that is small as a whole is not told; in its column another cell goes with it.
        ([[9, 0], [50, 60], [70, 80]], {(0, 0), (1, 0)}),
        ([[0, 50], [60, 0]], set()),
    ],
)
def test_which_cells_are_hidden(rows, hidden):
    assert hidden_cells(*cells(rows), 30) >= hidden
    assert hidden_cells(*cells(rows), 1) == set()


def test_two_hidden_in_each_line_may_still_tell_one():
    # Two rings of four large hidden cells, joined by one small cell: each line of its own hides two or three,
    # but the sum of one ring's rows less the sum of its columns is the small cell.
    sizes = pd.Series(
        {"a": 40, "b": 40, "c": 40, "d": 40, "small": 5, "e": 40, "f": 40, "g": 40, "h": 40, "open": 99}
    )
    lines = [["a", "b"], ["c", "d", "small"], ["a", "c"], ["b", "d"], ["small", "e", "f", "open"]]
    lines += [["g", "h"], ["e", "g"], ["f", "h"]]

    hidden = hidden_cells(sizes, lines, 30)

    assert "small" in hidden
    assert audit(sizes, lines, hidden, "small") > 0 or hidden == set(sizes.index)


def audit(sizes, sums, hidden, cell):
    """How far apart the least and the most are that a reader can reckon for a hidden cell."""
    order = [name for name in sizes.index if name in hidden]
    told = [of for of in sums if sizes[list(of)].sum() >= 30]
    matrix = np.array([[float(name in of) for name in order] for of in told]).reshape(-1, len(order))
    left = np.array([sum(sizes[name] for name in of if name in hidden) for of in told], dtype=float)
    aim = np.array([float(name == cell) for name in order])
    least, most = (
        linprog(sign * aim, A_eq=matrix, b_eq=left, bounds=(0, 1e6)).fun * sign for sign in (1, -1)
    )
    return most - least


@settings(max_examples=20)
@given(st.lists(st.lists(st.integers(0, 80), min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_small_cell_can_be_worked_back(rows):
    sizes, sums = cells(rows)

    hidden = hidden_cells(sizes, sums, 30)

    small = [cell for cell, size in sizes.items() if 0 < size < 30]
    assert set(small) <= hidden
    if hidden != set(sizes.index[sizes > 0]):
        assert all(audit(sizes, sums, hidden, cell) > 1e-6 for cell in small)
