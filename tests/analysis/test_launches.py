"""Trial and repeat of new products, by hand."""

import pandas as pd
import pytest

from crmreport.analysis import launches

# New products lie in slow wax; in each category they are kept as often as the others.
PRODUCTS = pd.DataFrame(
    [
        ("s1", "soap", False, 0, 100, 40),
        ("s2", "soap", True, 12, 10, 4),
        ("w1", "wax", False, 0, 50, 5),
        ("w2", "wax", True, 70, 60, 6),
        ("w3", "wax", True, 40, 30, 3),
        ("x1", None, True, 50, 50, 50),
    ],
    columns=["product_id", "category", "launched", "tried", "firsts", "again"],
)
SIZES = pd.Series({"soap": 200, "wax": 140})


def test_all_new_products_together():
    new = launches.repeat_share(PRODUCTS.dropna(), launched=True)
    others = launches.repeat_share(PRODUCTS, launched=False)

    assert (new.value, new.n) == (pytest.approx(13 / 100), 100)
    assert (others.value, others.n) == (pytest.approx(45 / 150), 150)


def test_like_is_compared_with_like():
    # Others would keep 10 x 40% of soap's and 90 x 10% of wax's first buyers: 13 of 100, as the new do.
    gap = launches.repeat_gap(PRODUCTS)

    assert gap.value == pytest.approx(0.13 - round(0.13 * 150) / 150)
    assert gap.low < 0 < gap.high
    assert gap.n == 100


def test_no_gap_without_both():
    assert not launches.repeat_gap(PRODUCTS[PRODUCTS["launched"]]).known
    assert not launches.repeat_gap(PRODUCTS[:0]).known
    assert not launches.repeat_share(PRODUCTS[:0], launched=True).known


def test_products_that_enough_tried():
    found = launches.launches(PRODUCTS, SIZES, minimum=30)

    assert found["product_id"].tolist() == ["w2", "w3"]
    assert found["trial"].tolist() == pytest.approx([70 / 140, 40 / 140])
    assert found["repeat"].tolist() == pytest.approx([0.1, 0.1])
    assert found["usual"].tolist() == pytest.approx([0.1, 0.1])
    assert (found["low"] < 0.1).all()
    assert launches.launches(PRODUCTS[:0], SIZES, minimum=30).empty
