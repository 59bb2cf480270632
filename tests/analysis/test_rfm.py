import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis import rfm
from crmreport.params_segmentation import SEGMENT_NAMES, Segmentation
from crmreport.text.catalogue import load_catalogue

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": list("abcdefghij"),
        "recency_days": [0, 3, 10, 20, 40, 80, 120, 200, 300, 360],
        "orders": [9, 1, 4, 1, 1, 6, 1, 1, 2, 1],
        "purchase_days": [8, 1, 4, 1, 1, 5, 1, 1, 2, 1],
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
    table = rfm.segment_table(CUSTOMERS, scored["segment"], window_days=365)

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
    assert hibernating["interval_days"] == 365
    assert table.loc["champions", "interval_days"] == 365 / 8
    assert math.isnan(hibernating["margin_share"])
    assert rfm.leading(table) == "champions"


def test_no_segment_is_called_the_leading_one_where_merged_ones_bring_more():
    # One of those behind "others" may be the largest of all.
    table = pd.DataFrame({"revenue_share": [0.4, 0.6]}, index=["loyal", "others"])

    assert rfm.leading(table) == "others"
    assert rfm.leading(table.assign(revenue_share=[0.5, 0.5])) == "loyal"


def test_the_margin_of_a_segment_where_the_client_tells_costs():
    segments = pd.Series(["x"] * 4 + ["y"] * 6, dtype=pd.CategoricalDtype(["x", "y"], ordered=True))
    margin = [30.0, 1, 20, None, None, None, None, None, None, -1]

    table = rfm.segment_table(CUSTOMERS.assign(margin=margin), segments, window_days=365)

    assert table["margin"].tolist() == [51, -1]
    assert table["margin_share"].tolist() == [51 / 50, -1 / 50]


@pytest.mark.parametrize(
    ("code", "segment"),
    [
        ("111", "important_value"),  # 重要价值
        ("011", "important_keep"),  # 重要保持
        ("101", "important_develop"),  # 重要发展
        ("001", "important_winback"),  # 重要挽留
        ("110", "general_value"),  # 一般价值
        ("010", "general_keep"),  # 一般保持
        ("100", "general_develop"),  # 一般发展
        ("000", "general_winback"),  # 一般挽留
    ],
)
def test_the_eight_by_recency_frequency_and_money(code, segment):
    # High is: within 30 days, more than 2 orders, more than 50 of money. At the cut itself: 30 days are
    # within them, two orders and 50 are not above.
    high = [one == "1" for one in code]
    customer = pd.DataFrame(
        {
            "recency_days": [30 if high[0] else 31],
            "orders": [3 if high[1] else 2],
            "revenue": [50.01 if high[2] else 50.0],
        }
    )
    cuts = rfm.Cuts((30,), (2,), (50,))

    assert rfm.score_customers(customer, cuts, "cn8")["segment"].tolist() == [segment]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh-Hans", "重要价值 重要保持 重要发展 重要挽留 一般价值 一般保持 一般发展 一般挽留"),
        ("zh-Hant-TW", "重要價值 重要保持 重要發展 重要挽留 一般價值 一般保持 一般發展 一般挽留"),
        ("zh-Hant-HK", "重要價值 重要保持 重要發展 重要挽留 一般價值 一般保持 一般發展 一般挽留"),
    ],
)
def test_the_eight_have_the_names_of_chinese_practice(language, names):
    catalogue = load_catalogue(language)
    found = [catalogue[f"segmentation.segment.{name}"].forms[0] for name in SEGMENT_NAMES["cn8"]]
    assert found == names.split()


def test_the_eight_are_parted_at_the_median_where_the_business_sets_no_cut():
    # Medians: recency 40 (the fifth of ten), orders 1, revenue 6.
    cuts = rfm.cuts_of(CUSTOMERS, 2)
    assert cuts == rfm.Cuts((40,), (1,), (6,))

    scored = rfm.score_customers(CUSTOMERS, cuts, "cn8")["segment"]
    assert scored.tolist() == [
        "important_value",
        "general_develop",
        "important_value",
        "important_develop",
        "general_develop",
        "important_keep",
        "general_winback",
        "general_winback",
        "important_keep",
        "general_winback",
    ]
    assert rfm.slipping(CUSTOMERS, scored, "cn8")[0].value == 2  # f and i
    assert rfm.segment_table(CUSTOMERS, scored, window_days=365).index[0] == rfm.BEST["cn8"]


def test_cuts_that_the_business_gives_are_kept():
    cuts = rfm.cuts_of(CUSTOMERS, 5, {"orders": (2.0, 5.0)})

    assert cuts.orders == (2, 5)
    assert cuts.recency_days == (3, 20, 80, 200)
    assert rfm.scores(CUSTOMERS["orders"], cuts.orders).tolist() == [3, 1, 2, 1, 1, 3, 1, 1, 1, 1]


def test_how_many_classes_exist_of_each_measure():
    cuts = rfm.Cuts((3, 20, 80, 200), (1, 4), ())

    assert rfm.merged_classes(cuts, 5, {}) == {"orders": 3, "revenue": 1}
    assert rfm.merged_classes(cuts, 5, {"orders": (1, 4)}) == {"revenue": 1}


def test_a_customer_who_stays_the_same_keeps_the_segment_of_the_baseline():
    # Next month everybody else buys ten times as often: cut anew, the same customer would fall.
    cuts = rfm.cuts_of(CUSTOMERS, 5)
    one = CUSTOMERS[CUSTOMERS["customer_id"] == "c"]
    later = pd.concat([CUSTOMERS.assign(orders=CUSTOMERS["orders"] * 10), one], ignore_index=True)

    for preset in ("en11", "cn8"):
        before = rfm.score_customers(CUSTOMERS, cuts, preset)["segment"][2]
        assert rfm.score_customers(later, cuts, preset)["segment"].iloc[-1] == before
    anew = rfm.score_customers(later, rfm.cuts_of(later, 5))["segment"].iloc[-1]
    assert anew != rfm.score_customers(CUSTOMERS, cuts)["segment"][2]


def test_shares_of_a_segment_rest_on_all_customers():
    scored = rfm.score_customers(CUSTOMERS, rfm.cuts_of(CUSTOMERS, 5))
    table = rfm.segment_table(CUSTOMERS, scored["segment"], window_days=365)

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
    table = rfm.segment_table(nobody, scored["segment"], window_days=365)

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
    customers["purchase_days"] = customers["orders"]
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
    table = rfm.segment_table(customers, scored["segment"], window_days=365)
    assert table["revenue_share"].sum() == pytest.approx(1 if customers["revenue"].sum() else 0)
    assert table["customers_share"].sum() == pytest.approx(1)


def test_segments_are_cut_as_the_engagement_says_and_small_ones_merged():
    settings = Segmentation(preset="cn8", cuts={"recency_days": [50], "orders": [2], "revenue": [10]})
    found = rfm.segments_of(CUSTOMERS, CUSTOMERS, settings, minimum=2)

    # By hand: a and c are high in all three; b, d, e are only recent; f is high but away.
    assert found.tolist()[:3] == ["important_value", "general_develop", "important_value"]
    named = found.value_counts()
    assert named[named > 0].min() >= 2
    assert "others" in set(found)
    alone = rfm.segments_of(CUSTOMERS, CUSTOMERS, settings, minimum=1)
    assert alone[5] == "important_keep"
