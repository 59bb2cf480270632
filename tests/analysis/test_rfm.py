import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis import rfm

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": list("abcdefghij"),
        "recency_days": [0, 3, 10, 20, 40, 80, 120, 200, 300, 360],
        "orders": [9, 1, 4, 1, 1, 6, 1, 1, 2, 1],
        "revenue": [90.0, 5.0, 60.0, 8.0, 4.0, 75.0, 6.0, 3.0, 20.0, 1.0],
    }
)


def test_cut_points_are_values_that_occur():
    # Ten different values, five classes: the 2nd, 4th, 6th and 8th.
    assert rfm.cut_points(CUSTOMERS["recency_days"], 5) == (3, 20, 80, 200)


def test_tied_cut_points_merge():
    # Sorted orders: 1 1 1 1 1 1 2 4 6 9. The quantiles are 1, 1, 1 and 4: two cuts, three classes.
    assert rfm.cut_points(CUSTOMERS["orders"], 5) == (1, 4)


def test_a_cut_with_nobody_above_is_no_cut():
    assert rfm.cut_points(pd.Series([1, 1, 1, 1]), 5) == ()
    assert rfm.cut_points(pd.Series([], dtype=float), 5) == ()


def test_scores_by_hand():
    assert rfm.scores(CUSTOMERS["recency_days"], (3, 20, 80, 200), low_is_best=True).tolist() == [
        5, 5, 4, 4, 3, 3, 2, 2, 1, 1,
    ]  # fmt: skip
    assert rfm.scores(CUSTOMERS["orders"], (1, 4)).tolist() == [3, 1, 2, 1, 1, 3, 1, 1, 2, 1]


def test_segments_by_hand():
    scored = rfm.score_customers(CUSTOMERS, rfm.cuts_of(CUSTOMERS, 5))

    # Frequency has three classes, which stand at 1, 3 and 5 of the scale of five.
    assert dict(zip(CUSTOMERS["customer_id"], scored["segment"], strict=True)) == {
        "a": "champions",  # 5 recent, 5 frequent
        "b": "recent",  # 5, 1
        "c": "potential",  # 4, 3
        "d": "promising",  # 4, 1
        "e": "drowsy",  # 3, 1
        "f": "loyal",  # 3, 5
        "g": "hibernating",  # 2, 1
        "h": "hibernating",
        "i": "risk",  # 1, 3
        "j": "lost",  # 1, 1
    }


def test_segment_table_by_hand():
    scored = rfm.score_customers(CUSTOMERS, rfm.cuts_of(CUSTOMERS, 5))
    table = rfm.segment_table(CUSTOMERS, scored["segment"])

    assert table.index.tolist() == [
        "champions", "loyal", "potential", "recent", "promising", "drowsy", "risk", "hibernating", "lost",
    ]  # fmt: skip
    hibernating = table.loc["hibernating"]
    assert hibernating["customers"] == 2
    assert hibernating["revenue"] == 9
    assert hibernating["revenue_share"] == pytest.approx(9 / 272)
    assert hibernating["revenue_per_customer"] == 4.5
    assert hibernating["orders_per_customer"] == 1
    assert hibernating["recency_days"] == 160
    assert rfm.leading(table) == "champions"


def test_shares_of_a_segment_rest_on_all_customers():
    scored = rfm.score_customers(CUSTOMERS, rfm.cuts_of(CUSTOMERS, 5))
    table = rfm.segment_table(CUSTOMERS, scored["segment"])

    of_customers, of_revenue = rfm.segment_shares(table, "hibernating")

    assert (of_customers.value, of_customers.n) == (0.2, 10)
    assert (of_customers.low, of_customers.high) == pytest.approx((0.0567, 0.5098), abs=5e-5)  # Wilson 2/10
    assert (of_revenue.value, of_revenue.n) == (pytest.approx(9 / 272), 10)
    assert not rfm.segment_shares(table, "cannot_lose")[0].known


def test_those_who_slip_away():
    scored = rfm.score_customers(CUSTOMERS, rfm.cuts_of(CUSTOMERS, 5))

    count, revenue = rfm.slipping(CUSTOMERS, scored["segment"])

    assert count.value == 1
    assert revenue.value == pytest.approx(20 / 272)


def test_cells_say_which_values_they_hold():
    cuts = rfm.cuts_of(CUSTOMERS, 5)
    cells = rfm.class_counts(CUSTOMERS, rfm.score_customers(CUSTOMERS, cuts), cuts)

    assert cells["recency_class"].unique().tolist() == ["0–3", "4–20", "21–80", "81–200", "≥ 201"]
    assert cells["frequency_class"].unique().tolist() == ["1", "2–4", "≥ 5"]
    assert cells["customers"].tolist() == [1, 0, 1, 1, 1, 0, 1, 0, 1, 2, 0, 0, 1, 1, 0]


def test_classes_leave_cells_that_can_be_shown():
    # 290 customers, 30 a cell: nine cells of 32, not sixteen of 18.
    assert rfm.classes_for(290, 5, 30) == 3
    assert rfm.classes_for(2182, 5, 30) == 5
    assert rfm.classes_for(40, 5, 30) == 2


def test_the_share_who_ordered_once():
    assert rfm.single_order_share(CUSTOMERS).value == 0.6


def test_nobody_has_no_segments():
    nobody = CUSTOMERS[:0]
    scored = rfm.score_customers(nobody, rfm.cuts_of(nobody, 5))
    table = rfm.segment_table(nobody, scored["segment"])

    assert table.empty
    assert rfm.leading(table) == "others"
    assert not rfm.slipping(nobody, scored["segment"])[1].known


@given(
    st.lists(
        st.tuples(st.integers(0, 364), st.integers(1, 30), st.integers(0, 9999)), min_size=1, max_size=80
    ),
    st.integers(2, 9),
    st.randoms(use_true_random=False),
)
def test_equal_customers_get_equal_scores_whatever_the_order(rows, classes, random):
    customers = pd.DataFrame(rows, columns=["recency_days", "orders", "revenue"])
    shuffled = list(customers.index)
    random.shuffle(shuffled)

    scored = rfm.score_customers(customers, rfm.cuts_of(customers, classes))
    again = rfm.score_customers(customers.loc[shuffled], rfm.cuts_of(customers.loc[shuffled], classes))

    pd.testing.assert_frame_equal(scored, again.sort_index())
    assert (
        scored.groupby(list(customers[["recency_days", "orders", "revenue"]].to_numpy().T))
        .nunique()
        .max()
        .max()
        == 1
    )
    assert scored[["r", "f", "m"]].max().max() <= classes
    table = rfm.segment_table(customers, scored["segment"])
    assert table["customers_share"].sum() == pytest.approx(1)
