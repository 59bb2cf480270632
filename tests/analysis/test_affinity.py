import pandas as pd
import pytest

from crmreport.analysis.affinity import typical_category

# Group x (a, b) spends 60 on soap and 40 on hair; group y (c, d) 10 on soap and 90 on hair.
PURCHASES = pd.DataFrame(
    [
        ("a", "soap", 30),
        ("b", "soap", 30),
        ("a", "hair", 40),
        ("c", "soap", 10),
        ("c", "hair", 45),
        ("d", "hair", 45),
    ],
    columns=["customer_id", "category", "revenue"],
)
GROUPS = pd.Series({"a": "x", "b": "x", "c": "y", "d": "y", "e": "y"})


def test_by_hand():
    # Everybody: soap 70 of 200 = .35, hair .65. Group x: soap .6 / .35; group y: hair .9 / .65.
    found = typical_category(PURCHASES, GROUPS, minimum=1)

    assert found["category"].to_dict() == {"x": "soap", "y": "hair"}
    assert found["share"].to_dict() == pytest.approx({"x": 0.6, "y": 0.9})
    assert found["index"].to_dict() == pytest.approx({"x": 0.6 / 0.35, "y": 0.9 / 0.65})
    assert found["buyers"].to_dict() == {"x": 2, "y": 2}


def test_a_category_of_few_buyers_does_not_speak_for_a_group():
    # Hair was bought by one customer of group x only, soap by one of group y.
    assert typical_category(PURCHASES, GROUPS, minimum=2)["category"].to_dict() == {"x": "soap", "y": "hair"}
    assert typical_category(PURCHASES, GROUPS, minimum=3).empty


def test_a_rarity_does_not_lead():
    rare = pd.concat([PURCHASES, pd.DataFrame([("a", "wax", 1)], columns=PURCHASES.columns)])

    assert typical_category(rare, GROUPS, minimum=1)["category"]["x"] == "soap"
    assert typical_category(rare, GROUPS, minimum=1, least_share=0)["category"]["x"] == "wax"


def test_what_is_bought_as_by_everybody_is_not_typical():
    assert typical_category(PURCHASES, GROUPS, minimum=1, least_index=1.5)["category"].to_dict() == {
        "x": "soap"
    }


def test_the_order_of_rows_does_not_matter():
    first, second = (typical_category(rows, GROUPS, minimum=1) for rows in (PURCHASES, PURCHASES[::-1]))

    pd.testing.assert_frame_equal(first, second)


def test_nobody_buys_nothing():
    assert typical_category(PURCHASES[:0], GROUPS, minimum=1).empty
