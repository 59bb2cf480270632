"""The features of a small shop's period, from files to frames."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from crmreport.data.store import Store
from crmreport.errors import InputDataError, ParamsError
from crmreport.features import build
from crmreport.features.build import build_features
from crmreport.features.job import spans_of
from crmreport.features.reading import Features
from crmreport.params import Engagement
from crmreport.period import parse_period
from tests.data.shop import shop, store_of

LINES = [
    "c2,r1,001,2023-02-03,1,0.10,0,0",
    "c2,r2,001,2023-02-03,1,0.20,0.05,0",
    "c1,r3,001,2023-04-30,3,9.99,0,0.50",
    "c3,r4,004,2023-05-01,1,4.00,0,0",
]


@pytest.fixture(scope="module")
def engagement(tmp_path_factory: pytest.TempPathFactory) -> Engagement:
    return shop(tmp_path_factory.mktemp("shop"), LINES, window_months=6)


@pytest.fixture(scope="module")
def store(engagement: Engagement) -> Store:
    return store_of(engagement)


@pytest.fixture(scope="module")
def features(engagement: Engagement, store: Store) -> Features:
    return build_features(engagement, store, parse_period("2023-Q2"))


def days(*texts: str) -> pd.DatetimeIndex:
    return pd.to_datetime(list(texts)).astype("datetime64[s]")


def test_customers_are_sorted_and_typed(features: Features) -> None:
    expected = pd.DataFrame(
        {
            "customer_id": pd.Series(["0000000001", "0000000002"], dtype="str"),
            "first_purchase_on": days("2023-04-30", "2023-02-03"),
            "last_purchase_on": days("2023-04-30", "2023-02-03"),
            "recency_days": [61, 147],
            "orders": [1, 2],
            "purchase_days": [1, 1],
            "revenue": [9.99, 0.30],
            "units": [3.0, 2.0],
            "discount": [0.0, 0.05],
            "coupon_discount": [0.5, 0.0],
            "deal_revenue": [9.99, 0.20],
            "margin": [math.nan, math.nan],
            "deal_share": [1.0, 0.20 / 0.30],
            "gap_mean": [math.nan, math.nan],
            "gap_spread": [math.nan, math.nan],
            "categories": [1.0, 1.0],
            "channels": [math.nan, math.nan],
            "products": [math.nan, math.nan],
        }
    )
    pd.testing.assert_frame_equal(features.customers("north"), expected, check_exact=True)
    assert list(features.customers("_group")["customer_id"]) == ["0000000001", "0000000002", "0000000003"]


def test_a_scope_without_customers_has_an_empty_frame_of_the_same_types(features: Features) -> None:
    nobody = features.customers("south")
    assert nobody.empty
    assert nobody.dtypes.to_dict() == features.customers("north").dtypes.to_dict()


def test_totals_have_every_span(features: Features) -> None:
    totals = features.totals("north")
    expected = pd.DataFrame(
        {
            "start": days("2023-04-01", "2023-01-01", "2022-04-01", "2023-01-01"),
            "end": days("2023-06-30", "2023-03-31", "2022-06-30", "2023-06-30"),
            "covered_days": [31, 57, 0, 88],
            "buyers": [1, 1, 0, 2],
            "first_observed": [1, 1, 0, 2],
            "orders": [1, 2, 0, 3],
            "purchase_days": [1, 1, 0, 2],
            "revenue": [9.99, 0.30, 0.0, 10.29],
            "units": [3.0, 2.0, 0.0, 5.0],
            "lines": [1, 2, 0, 3],
            "discount": [0.0, 0.05, 0.0, 0.05],
            "coupon_discount": [0.5, 0.0, 0.0, 0.5],
            "deal_revenue": [9.99, 0.20, 0.0, 10.19],
            "margin": [math.nan] * 4,
            "revenue_without_customer": [0.0] * 4,
        },
        index=pd.Index(["period", "previous", "last_year", "window"], name="span", dtype="str"),
    )
    pd.testing.assert_frame_equal(totals, expected, check_exact=True)
    assert (features.totals("south")[["buyers", "orders", "revenue"]] == 0).all(axis=None)


def test_months_run_from_the_first_of_the_data_to_the_last(features: Features) -> None:
    expected = pd.DataFrame(
        {
            "month": days("2023-02-01", "2023-03-01", "2023-04-01", "2023-05-01"),
            "buyers": [1, 0, 1, 0],
            "orders": [2, 0, 1, 0],
            "revenue": [0.30, 0.0, 9.99, 0.0],
        }
    )
    pd.testing.assert_frame_equal(features.months("north"), expected, check_exact=True)


def test_a_period_without_a_sale_is_an_input_error(engagement: Engagement, store: Store) -> None:
    with pytest.raises(InputDataError) as raised:
        build_features(engagement, store, parse_period("2024-01"))
    assert str(raised.value) == (
        "shop.yml: There is no data in the period 2024-01 (2024-01-01 to 2024-01-31). "
        "The client's sales run from 2023-02-03 to 2023-05-01."
    )


def test_features_are_computed_once(
    engagement: Engagement, store: Store, features: Features, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_build", lambda *_: pytest.fail("built again"))
    assert build_features(engagement, store, parse_period("2023-Q2")) == features


def test_the_same_months_by_a_fiscal_name_give_the_same(
    engagement: Engagement, store: Store, features: Features
) -> None:
    fiscal = build_features(engagement, store, parse_period("2023-Q1", fiscal_year_start=4))
    assert fiscal.folder != features.folder
    pd.testing.assert_frame_equal(fiscal.customers("_group"), features.customers("_group"))


def test_spans() -> None:
    assert spans_of(parse_period("2023-02"), window_months=12) == {
        "period": (date(2023, 2, 1), date(2023, 2, 28)),
        "previous": (date(2023, 1, 1), date(2023, 1, 31)),
        "last_year": (date(2022, 2, 1), date(2022, 2, 28)),
        "window": (date(2022, 3, 1), date(2023, 2, 28)),
    }


def test_a_column_that_was_not_supplied_stays_absent(tmp_path: Path) -> None:
    columns = {"customer_id": "card", "product_id": "article", "sold_at": "time", "revenue": "paid"}
    sources = {
        "sale_lines": {"path": "sales.csv", "columns": columns},
        "products": {"path": "articles.csv", "columns": {"product_id": "article", "manufacturer": "maker"}},
    }
    engagement = shop(tmp_path, LINES, sources=sources)
    made = build_features(engagement, store_of(engagement), parse_period("2023-Q2"))
    absent = ["units", "discount", "coupon_discount", "deal_revenue"]
    assert made.customers("_group")[absent].isna().all(axis=None)
    assert made.totals("north")[absent].isna().all(axis=None)
    assert made.totals("north")["revenue"].tolist() == [9.99, 0.30, 0.0, 10.29]


def test_customers_of_windows_of_several_lengths(features: Features) -> None:
    found = features.windows("_group")

    asked = found[found["months"] == 6].drop(columns="months").reset_index(drop=True)
    assert sorted(found["months"].unique()) == [6, 9, 12]
    columns = ["customer_id", "orders", "purchase_days", "revenue"]
    pd.testing.assert_frame_equal(asked, features.customers("_group")[columns])


SPRING = [
    "c1,s1,001,2023-01-20,1,10.00,0,0",
    "c1,s2,001,2023-02-20,1,20.00,0,0",
    "c1,s3,001,2024-01-20,1,40.00,0,0",
    "c1,s4,001,2024-02-20,1,80.00,0,0",
    "c1,s5,001,2024-03-01,1,160.00,0,0",
]


@pytest.mark.slow
def test_january_and_february_are_also_summed_together_where_the_festival_moved(tmp_path: Path) -> None:
    engagement = shop(tmp_path, SPRING, calendar={"events": ["lunar-new-year"]})
    store = store_of(engagement)

    february = build_features(engagement, store, parse_period("2024-02")).totals("_group")["revenue"]
    assert february[["period", "last_year", "together", "together_last_year"]].tolist() == [80, 20, 120, 30]
    quarter = build_features(engagement, store, parse_period("2024-Q1")).totals("_group")
    assert "together" not in quarter.index


def test_a_year_whose_events_nobody_listed_is_refused(tmp_path: Path) -> None:
    engagement = shop(tmp_path, SPRING, calendar={"events": ["lunar-new-year"]})
    period = parse_period("2051-02")

    with pytest.raises(ParamsError, match=r"“lunar-new-year” are not known .* from 2050 to 2051"):
        build_features(engagement, store_of(engagement), period)
