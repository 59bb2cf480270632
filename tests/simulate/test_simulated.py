"""What a world says happens in it, and nothing hangs on anything but world, size and seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmreport.errors import UsageError
from crmreport.simulate import WORLDS, Simulated, simulate, stored_lines, usual_size

CUSTOMERS = 4000


@pytest.fixture(scope="module")
def made() -> dict[str, Simulated]:
    return {name: simulate(name, customers=CUSTOMERS, seed=5) for name in WORLDS}


def orders(one: Simulated) -> pd.DataFrame:
    grouped = one.lines.groupby("order_id", sort=True)
    return grouped.agg(
        customer_id=("customer_id", "first"), at=("sold_at", "first"), value=("revenue", "sum")
    )


def test_the_same_seed_gives_the_same_client_and_another_seed_another() -> None:
    first, again = (simulate("rhythms", customers=300, seed=9) for _ in range(2))
    other = simulate("rhythms", customers=300, seed=10)

    pd.testing.assert_frame_equal(first.lines, again.lines)
    pd.testing.assert_frame_equal(first.truth.customers, again.truth.customers)
    assert first.lines["revenue"].sum() != other.lines["revenue"].sum()


@pytest.mark.parametrize("name", WORLDS)
def test_nobody_buys_before_coming_or_after_leaving(made: dict[str, Simulated], name: str) -> None:
    one = made[name]
    sold = one.lines[one.lines["quantity"] > 0]
    truth = one.truth.customers.loc[sold["customer_id"].astype("str")]
    bought = sold["sold_at"].dt.normalize().to_numpy()

    assert one.lines["sold_at"].is_monotonic_increasing
    assert (bought >= truth["joined_on"].to_numpy()).all()
    assert (bought <= truth["left_on"].fillna(pd.Timestamp(one.world.end)).to_numpy()).all()
    firsts = one.lines.groupby("customer_id", observed=True)["sold_at"].min().dt.normalize()
    came = one.truth.customers["joined_on"]
    came = came[came >= pd.Timestamp(one.world.start)]
    assert (firsts[came.index.astype("str")].to_numpy() == came.to_numpy()).all()


def test_an_order_is_split_to_the_cent(made: dict[str, Simulated]) -> None:
    one = made["pareto-nbd"]
    assert (one.lines["revenue"] > 0).all()
    cents = 100 * one.lines[["revenue", "discount", "cost"]]
    assert np.abs(cents - cents.round()).to_numpy().max() < 1e-6
    assert (one.lines["quantity"] >= 1).all()


def test_repeats_are_as_many_as_rates_and_lifetimes_say(made: dict[str, Simulated]) -> None:
    one = made["pareto-nbd"]
    truth = one.truth.customers
    end = truth["left_on"].fillna(pd.Timestamp(one.world.end) + pd.Timedelta(days=1))
    expected = (truth["rate"] * (end - truth["joined_on"]).dt.days / 7).sum()
    repeats = one.lines["order_id"].nunique() - CUSTOMERS

    # A day is cut off or added at most at each end; the rest is a Poisson draw.
    assert repeats == pytest.approx(expected, abs=4 * np.sqrt(expected) + truth["rate"].sum() / 7)


def test_mean_rate_lifetime_and_spend_are_those_of_the_laws(made: dict[str, Simulated]) -> None:
    world, truth = made["pareto-nbd"].world, made["pareto-nbd"].truth.customers
    assert world.s is not None
    for column, mean, spread in (
        ("rate", world.r / world.alpha, np.sqrt(world.r) / world.alpha),
        ("leaving_rate", world.s / world.beta, np.sqrt(world.s) / world.beta),
    ):
        assert truth[column].mean() == pytest.approx(mean, abs=4 * spread / np.sqrt(CUSTOMERS))
    mean = world.p * world.gamma / (world.q - 1)
    error = truth["mean_spend"].std() / np.sqrt(CUSTOMERS)
    assert truth["mean_spend"].mean() == pytest.approx(mean, abs=4 * error)
    found = orders(made["pareto-nbd"]).merge(truth, left_on="customer_id", right_index=True)
    ratio = found["value"] / found["mean_spend"]
    assert ratio.mean() == pytest.approx(1, abs=0.01)
    assert ratio.var() == pytest.approx(1 / world.p, abs=0.01)


def test_brands_have_their_shares_of_customers_preferences(made: dict[str, Simulated]) -> None:
    one = made["pareto-nbd"]
    by_customer = pd.crosstab(one.lines["customer_id"], one.lines["brand"], normalize="index")
    error = by_customer.std() / np.sqrt(CUSTOMERS)
    for brand in one.world.brands:
        assert by_customer[brand.name].mean() == pytest.approx(brand.share, abs=4 * error[brand.name])


def test_the_season_moves_the_months(made: dict[str, Simulated]) -> None:
    def december_over_june(name: str) -> float:
        month = orders(made[name])["at"].dt.strftime("%Y-%m")
        return (month == "2024-12").sum() / (month == "2024-06").sum()

    # Fewer are left in December; with a season of 0.6 about four times as much is bought as in June.
    assert december_over_june("pareto-nbd") < 1
    assert december_over_june("seasonal") > 2.5


def test_rhythms_differ_in_the_spread_of_their_gaps(made: dict[str, Simulated]) -> None:
    one = made["rhythms"]
    found = orders(one)
    found["gap"] = found.groupby("customer_id", observed=True)["at"].diff().dt.total_seconds()
    own = found.groupby("customer_id", observed=True)["gap"].agg(["mean", "std", "count"])
    own = own.join(one.truth.customers["rhythm"])
    own = own[own["count"] >= 8]
    spread = (own["std"] / own["mean"]).groupby(own["rhythm"], observed=True).median()
    assert spread["regular"] < 0.55 < spread["random"] < 1.1 < spread["clumpy"]


def test_who_switches_leaves_the_brand_and_nobody_else(made: dict[str, Simulated]) -> None:
    one = made["switching"]
    assert one.world.switch is not None
    switched = one.lines["customer_id"].map(one.truth.customers["switched"]).astype(bool)
    after = one.lines["sold_at"] >= pd.Timestamp(one.world.switch.on)
    aster = one.lines["brand"] == "Aster"
    assert (one.truth.customers.loc[one.truth.customers["switched"], "favourite"] == "aster").all()
    assert aster[switched & ~after].mean() > 0.5
    assert aster[switched & after].sum() == 0
    # The same people at the same moments as in the world without a switch.
    same = ["customer_id", "order_id", "sold_at", "revenue"]
    pd.testing.assert_frame_equal(one.lines[same], made["pareto-nbd"].lines[same])


def test_nobody_leaves_where_nobody_leaves(made: dict[str, Simulated]) -> None:
    truth = made["no-dropout"].truth.customers
    assert truth["left_on"].isna().all()
    assert (truth["leaving_rate"] == 0).all()
    assert made["pareto-nbd"].truth.customers["left_on"].notna().mean() > 0.3


def test_deals_are_as_frequent_as_each_customer_takes_them(made: dict[str, Simulated]) -> None:
    one = made["pareto-nbd"]
    on_deal = one.lines["discount"] > 0
    share = one.lines["customer_id"].map(one.truth.customers["deal_share"]).astype(float)
    assert on_deal.mean() == pytest.approx(share.mean(), abs=0.01)
    assert np.corrcoef(on_deal, share)[0, 1] > 0.3


def test_a_world_of_ones_own() -> None:
    world = replace(WORLDS["pareto-nbd"], id="short", days=90, joining_days=30)
    one = simulate(world, customers=200, seed=1)
    assert one.world.end.isoformat() == "2023-03-31"
    assert one.lines["sold_at"].max() < pd.Timestamp("2023-04-01")
    assert one.truth.parameters["end"] == "2023-03-31"


def test_stored_lines_hold_the_same_money_and_brands(made: dict[str, Simulated]) -> None:
    one = made["pareto-nbd"]
    stored = stored_lines(one).to_pandas()
    assert [float(value) for value in stored["revenue"].head(500)] == one.lines["revenue"].head(500).tolist()
    assert set(stored["brand_id"]) == {brand.id for brand in one.world.brands}
    assert (pd.to_datetime(stored["sold_on"]) == one.lines["sold_at"].dt.normalize()).all()


def test_a_whole_client_is_smaller_where_nobody_says_how_large() -> None:
    assert usual_size("pareto-nbd") == 10_000
    assert usual_size("beauty-group") == usual_size("retail-chain") == 5_000


def test_an_unknown_world_or_no_customer_is_refused() -> None:
    with pytest.raises(UsageError, match="no world “seasonel” \\(did you mean “seasonal”"):
        simulate("seasonel", customers=10, seed=1)
    with pytest.raises(UsageError, match="at least one customer"):
        simulate("seasonal", customers=0, seed=1)
