import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis import growth
from crmreport.stats.estimate import Estimate

BEFORE = {"buyers": 100, "orders": 200, "revenue": 1000.0}
COUNTED = {**BEFORE, "units": 500.0}
SPAN = st.tuples(
    st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**8), st.integers(0, 10**7)
).map(
    lambda values: {
        "buyers": values[0],
        "orders": values[1],
        "revenue": values[2] / 100,
        "units": values[3] / 10,
    }
)


def test_drivers_by_hand():
    assert growth.drivers(COUNTED) == {"buyers": 100, "frequency": 2, "basket": 5, "items": 2.5, "price": 2}


def test_without_quantities_the_basket_is_one_driver():
    assert growth.driver_names(COUNTED, COUNTED) == ("buyers", "frequency", "items", "price")
    assert growth.driver_names(COUNTED, BEFORE) == ("buyers", "frequency", "basket")
    assert growth.driver_names({**COUNTED, "units": math.nan}) == growth.DRIVERS
    assert math.isnan(growth.drivers(BEFORE)["price"])


def test_dearer_items_and_fewer_of_them_are_told_apart():
    # Half as many items an order, each at twice the revenue: the basket did not move, its parts did.
    swapped = {**COUNTED, "units": 250.0}

    assert growth.decompose(swapped, COUNTED).to_dict() == pytest.approx(
        {"buyers": 0, "frequency": 0, "items": -1000 * math.log(2), "price": 1000 * math.log(2)}
    )


def test_a_change_in_one_driver_is_that_drivers_whole():
    more = {"buyers": 120, "orders": 240, "revenue": 1200.0}

    assert growth.decompose(more, BEFORE).to_dict() == pytest.approx(
        {"buyers": 200, "frequency": 0, "basket": 0}
    )


def test_two_drivers_that_double_share_alike():
    double = {"buyers": 200, "orders": 800, "revenue": 4000.0}

    assert growth.decompose(double, BEFORE).to_dict() == pytest.approx(
        {"buyers": 1500, "frequency": 1500, "basket": 0}
    )


def test_drivers_that_cancel_each_other():
    swapped = {"buyers": 200, "orders": 200, "revenue": 1000.0}

    parts = growth.decompose(swapped, BEFORE)

    assert parts["buyers"] == pytest.approx(1000 * math.log(2))
    assert parts["frequency"] == pytest.approx(-1000 * math.log(2))


@given(SPAN, SPAN)
def test_the_parts_add_up_to_the_change(now, before):
    total = growth.decompose(now, before).sum()

    assert total == pytest.approx(now["revenue"] - before["revenue"], rel=1e-6, abs=1e-6 * now["revenue"])


@pytest.mark.parametrize(
    "empty", [{"buyers": 0, "orders": 0, "revenue": 0.0}, {"buyers": 3, "orders": 3, "revenue": -5.0}]
)
def test_nothing_to_compare_gives_nothing(empty):
    assert growth.decompose(BEFORE, empty).isna().all()
    assert growth.decompose(empty, BEFORE).isna().all()


def test_only_a_span_covered_on_every_day_is_comparable():
    span = pd.Series({"start": date(2017, 1, 1), "end": date(2017, 3, 31), "covered_days": 90})

    assert growth.comparable(span)
    assert not growth.comparable(pd.Series({**span, "covered_days": 89}))


def test_measures_rest_on_the_buyers():
    assert growth.measures(pd.Series(COUNTED)) == {
        "revenue": Estimate(1000.0, 100),
        "orders": Estimate(200.0, 100),
        "buyers": Estimate(100.0, 100),
        "frequency": Estimate(2.0, 100),
        "basket": Estimate(5.0, 100),
        "items": Estimate(2.5, 100),
        "price": Estimate(2.0, 100),
    }


def test_peak_month():
    months = pd.DataFrame(
        {"month": pd.to_datetime(["2017-01-01", "2017-02-01"]), "buyers": [40, 50], "revenue": [9.0, 7.5]}
    )

    assert growth.peak(months) == (pd.Timestamp("2017-01-01"), Estimate(9.0, 40))
    assert growth.peak(months[:0])[0] is None


def test_first_observed_share():
    found = growth.first_observed(pd.Series({"first_observed": 2, "buyers": 10}))

    assert (found.value, found.n) == (0.2, 10)
