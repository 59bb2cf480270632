"""The control chart against the NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.4."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.stats.control import ewma, overdispersion

# fmt: off
NIST = [
    52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5,
    49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1,
]
NIST_MEANS = [
    50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33,
    50.11, 49.36, 49.52, 50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99,
]
# fmt: on


def test_the_example_of_nist():
    chart = ewma(NIST, centre=50, sigma=2.0539, weight=0.3, steady=True)

    assert chart.high[0] == pytest.approx(52.5884, abs=5e-5)
    assert chart.low[0] == pytest.approx(47.4115, abs=1.5e-4)
    assert chart.value == pytest.approx(NIST_MEANS, abs=0.0051)
    assert chart.value[-1] == pytest.approx(51.99, abs=0.005)
    assert not chart.above.any()
    assert not chart.below.any()


def test_exact_limits_begin_narrow_and_end_at_the_steady_ones():
    exact = ewma(np.full(60, 50.0), centre=50, sigma=2.0539)
    steady = ewma(NIST, centre=50, sigma=2.0539, steady=True)

    # The first mean is 0.3 of one value: 3 x 0.3 x 2.0539 above the centre.
    assert exact.high[0] == pytest.approx(50 + 3 * 0.3 * 2.0539)
    assert (np.diff(exact.high[:20]) > 0).all()
    assert exact.high[-1] == pytest.approx(steady.high[0], abs=1e-6)


def test_a_week_of_few_customers_widens_the_limits_as_far_as_it_counts():
    chart = ewma([1.0, 1.0], centre=0, sigma=[1.0, 3.0], weight=0.5, width=1)

    assert chart.value == pytest.approx([0.5, 0.75])
    assert chart.high == pytest.approx([0.5, np.sqrt((0.5 * 3) ** 2 + 0.25 * 0.25)])


def test_a_small_lasting_shift_is_seen_where_no_single_value_is_outside():
    values = np.concatenate([np.tile([1.0, -1.0], 20), np.tile([2.2, 0.2], 15)])

    chart = ewma(values, centre=0, sigma=1)

    assert (np.abs(values) < 3).all()
    assert not chart.above[:40].any()
    assert chart.above[40:].any()


@given(weight=st.floats(0.05, 1), values=st.lists(st.floats(-5, 5), min_size=1, max_size=30))
def test_the_mean_stays_within_the_values_and_the_centre(weight, values):
    chart = ewma(values, centre=0, sigma=1, weight=weight)

    assert chart.value.min() >= min(0, *values) - 1e-9
    assert chart.value.max() <= max(0, *values) + 1e-9


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"weight": 0, "sigma": 1}, "a weight of 0"),
        ({"sigma": 0}, "sigma must be positive"),
        ({"sigma": [1, 2], "steady": True}, "one sigma"),
    ],
)
def test_what_makes_no_chart(options, said):
    with pytest.raises(ValueError, match=said):
        ewma([1, 2], centre=0, **options)


def test_shares_that_vary_more_than_counting_are_told():
    # Moving ranges of 2, 4 and 3, of which the mean is 3.
    assert overdispersion([0, 2, -2, 1]) == pytest.approx(3 / 1.128)
    assert overdispersion([0.1, 0.0, 0.1]) == 1
    assert overdispersion([1.0]) == 1
