"""Whole clients: cases, contacts, campaigns, points, leads, returns and staff as their world says."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml
from scipy.stats import binom, binomtest

from crmreport.analysis.complaints import recovery
from crmreport.features.narratives import case_terms
from crmreport.simulate import WORLDS, Simulated, simulate
from crmreport.simulate.declared import params_text
from crmreport.simulate.narratives import WORDS, WRITTEN
from crmreport.simulate.worlds import World
from crmreport.stats.dirichlet import Dirichlet, Incidence, fit

CLIENTS = ("beauty-group", "retail-chain")
CUSTOMERS = 5000


@pytest.fixture(scope="module")
def made() -> dict[str, Simulated]:
    return {name: simulate(name, customers=CUSTOMERS, seed=6) for name in CLIENTS}


def bought(lines: pd.DataFrame) -> pd.DataFrame:
    """One row an order: who and when."""
    return lines[lines["quantity"] > 0].drop_duplicates("order_id")


# ---------------------------------------------------------------- what others draw does not move


def test_the_sales_of_the_worlds_of_sales_alone_stay_what_they_were() -> None:
    """Published timings and tests rest on them."""
    lines = simulate("pareto-nbd", customers=6000, seed=1).lines
    assert len(lines) == 80_007
    assert lines["revenue"].sum() == pytest.approx(3_728_350.46)


@pytest.mark.parametrize("part", ["survey", "card", "staff"])
def test_what_brings_no_order_moves_none(part: str) -> None:
    world = WORLDS["retail-chain"]
    with_it = simulate(world, customers=400, seed=6)
    without = simulate(replace(world, **{part: None}), customers=400, seed=6)
    pd.testing.assert_frame_equal(without.lines, with_it.lines)
    pd.testing.assert_frame_equal(without.tables["cases"], with_it.tables["cases"])


def test_the_same_seed_gives_the_same_client() -> None:
    first, again = (simulate("beauty-group", customers=150, seed=9) for _ in range(2))
    assert first.tables.keys() == again.tables.keys()
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    assert first.truth.known == again.truth.known


# ---------------------------------------------------------------- cases


@pytest.mark.parametrize("name", CLIENTS)
def test_a_case_follows_its_order_and_ends_after_it_began(made: dict[str, Simulated], name: str) -> None:
    one = made[name]
    cases, orders = one.tables["cases"], bought(one.lines).set_index("order_id")
    ordered = orders.loc[cases["order_id"]]
    assert (cases["opened_at"].to_numpy() > ordered["sold_at"].to_numpy() - np.timedelta64(1, "D")).all()
    assert (cases["customer_id"].astype(str).to_numpy() == ordered["customer_id"].astype(str)).all()
    assert (cases["opened_at"] <= pd.Timestamp(one.world.end) + pd.Timedelta(days=1)).all()
    answered = cases[cases["resolved_at"].notna()]
    assert (answered["responded_at"] <= answered["resolved_at"]).all()
    assert (answered["responded_at"] >= answered["opened_at"]).all()
    assert (answered["status"] == "closed").all()
    vain = cases[cases["status"] == "unsolvable"]
    assert len(vain) > 30
    assert set(vain["unsolved_reason"]) == {"no-proof", "used-up", "discontinued", "not-reached"}
    assert cases.loc[cases["status"] != "unsolvable", "unsolved_reason"].isna().all()
    assert cases.loc[cases["status"] != "closed", "outcome"].isna().all()
    assert cases["advised"].notna().equals(cases["kind"] == "enquiry")
    late = cases["followed_up_at"].dropna()
    assert len(late) > 50
    assert (late > cases.loc[late.index, "resolved_at"]).all()
    assert cases.loc[cases["narrative"].notna(), "kind"].eq("complaint").all()
    assert not cases.loc[cases["status"] != "closed", "reopened"].any()
    assert set(cases.loc[cases["kind"] == "enquiry", "cause"].dropna()) == set()


@pytest.mark.parametrize("name", CLIENTS)
def test_who_feels_badly_complains_more(made: dict[str, Simulated], name: str) -> None:
    one = made[name]
    cases = one.tables["cases"]
    complaints = cases[cases["kind"] == "complaint"]["customer_id"].value_counts()
    orders = bought(one.lines)["customer_id"].value_counts()
    feeling = one.truth.customers["feeling"]
    rate = complaints.reindex(feeling.index).fillna(0)
    per = [rate[of].sum() / orders.reindex(feeling.index)[of].sum() for of in (feeling > 0, feeling < 0)]
    assert per[0] < 0.75 * per[1]


def again(one: Simulated) -> pd.DataFrame:
    """The cases that are complaints as the report's feature has them."""
    cases = one.tables["cases"]
    cases = cases[cases["kind"] == "complaint"].copy()
    cases["customer_id"] = cases["customer_id"].astype(str)
    cases["opened_on"] = cases["opened_at"].dt.normalize()
    end = pd.Timestamp(one.world.end) + pd.Timedelta(days=1)
    until = cases["resolved_at"].fillna(end)
    cases["resolved"] = cases["resolved_at"].notna()
    cases["resolution_hours"] = (until - cases["opened_at"]).dt.total_seconds() / 3600
    days = bought(one.lines)[["customer_id", "sold_at"]].assign(day=lambda t: t["sold_at"].dt.normalize())
    days = days.assign(customer_id=days["customer_id"].astype(str)).sort_values("day")
    return pd.merge_asof(
        cases.sort_values("opened_on"),
        days[["customer_id", "day"]].rename(columns={"day": "bought_on"}),
        left_on="opened_on",
        right_on="bought_on",
        by="customer_id",
        direction="forward",
        allow_exact_matches=False,
    )


def test_both_ways_of_a_complaint_are_told_and_one_of_them_happened(made: dict[str, Simulated]) -> None:
    one = made["retail-chain"]
    told = again(one).merge(one.truth.tables["cases"], on="case_id")
    told = told[told["opened_on"] <= pd.Timestamp(one.world.end) - pd.Timedelta(days=90)]
    back = (told["bought_on"] - told["opened_on"]).dt.days <= 90
    expected = told["if_solved"].where(told["solved"], told["if_unsolved"])
    assert (back == expected).all()
    assert (told["if_solved"] >= told["if_unsolved"]).all()


@pytest.mark.parametrize("name", CLIENTS)
def test_the_report_sees_more_of_a_recovery_than_is_true(name: str) -> None:
    """Good customers are served better; what the chapter warns of can be seen here. Few of a hundred orders
    are complained of, so it takes a large client."""
    one = simulate(replace(WORLDS[name], survey=None, card=None), customers=15_000, seed=6)
    true = one.truth.known["recovery"]
    found = recovery(again(one), as_of=one.world.end)
    assert found.difference.low is not None
    assert found.difference.low > 0
    assert found.difference.value == pytest.approx(true["seen"], abs=0.06)
    assert true["seen"] > true["difference"] + 0.04


def rate_ratio(one: Simulated, *, confidence: float = 0.95) -> tuple[float, float, float]:
    """The ratio of the rates of buying after a solved and after an unsolved complaint, with its interval.

    Of customers with one complaint, orders after it over those expected at their own rate (a Poisson model).
    """
    cases = one.truth.tables["cases"].merge(one.tables["cases"][["case_id", "opened_at"]], on="case_id")
    cases = cases[cases["complaint"]].drop_duplicates("customer_id", keep=False).set_index("customer_id")
    truth = one.truth.customers.loc[cases.index.astype(str)]
    end = truth["left_on"].fillna(pd.Timestamp(one.world.end) + pd.Timedelta(days=1))
    clock = one.world.clock()
    first, last = (
        np.interp(
            (moment.to_numpy() - np.datetime64(one.world.start)) / np.timedelta64(1, "D"), *_days(clock)
        )
        for moment in (cases["opened_at"], end)
    )
    expected = truth["rate"].to_numpy() / 7 * (last - first)
    orders = bought(one.lines)
    opened = orders["customer_id"].astype(str).map(cases["opened_at"].set_axis(cases.index.astype(str)))
    after = orders[orders["sold_at"] > opened]["customer_id"].astype(str).value_counts()
    counts = after.reindex(cases.index.astype(str)).fillna(0).to_numpy()
    kept = expected > 0.05
    X = sm.add_constant(cases["solved"].to_numpy(dtype=float)[kept])
    model = sm.GLM(counts[kept], X, family=sm.families.Poisson(), offset=np.log(expected[kept]))
    fitted = model.fit()
    low, high = fitted.conf_int(alpha=1 - confidence)[1]
    return float(np.exp(fitted.params[1])), float(np.exp(low)), float(np.exp(high))


def _days(clock: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(len(clock), dtype=float), clock


QUIET = replace(WORLDS["retail-chain"], outreach=None, survey=None, staff=None, card=None, returned=0.0)
"""A client that writes to nobody: each buys at a rate of one's own."""


def test_the_recovery_is_found_where_each_is_compared_with_the_own_rate() -> None:
    _, low, high = rate_ratio(simulate(QUIET, customers=12_000, seed=3), confidence=0.999)
    assert low <= 0.95 / 0.55 <= high
    assert 1.2 < low < high < 2.3


# ---------------------------------------------------------------- messages and campaigns


def slope(one: Simulated) -> tuple[float, float, float]:
    """By how much the logarithm of the response changes with a further contact of the week, with bounds."""
    messages = one.truth.tables["messages"]
    left = messages["customer_id"].astype(str).map(one.truth.customers["left_on"])
    there = messages[~(left < messages["sent_on"] + pd.Timedelta(days=4))]
    X = sm.add_constant(there["contacts_of_the_week"].to_numpy(dtype=float) - 1)
    fitted = sm.GLM(there["responded"].to_numpy(dtype=float), X, family=sm.families.Poisson()).fit(
        cov_type="HC0"
    )
    return float(fitted.params[1]), *(float(bound) for bound in fitted.conf_int()[1])


@pytest.mark.parametrize("name", CLIENTS)
def test_a_response_falls_with_the_contacts_of_the_week(made: dict[str, Simulated], name: str) -> None:
    _, low, high = slope(made[name])
    assert made[name].world.outreach is not None
    assert low <= -made[name].world.outreach.fatigue <= high
    assert high < -0.3


def test_who_is_written_to_most_refuses_most_and_then_hears_nothing(made: dict[str, Simulated]) -> None:
    one = made["retail-chain"]
    refused = one.truth.customers["refused_on"].dropna()
    assert len(refused) > 60
    assert one.customers.set_index("customer_id")["opt_out"].sum() == len(refused)
    messages = one.truth.tables["messages"]
    gone = messages["customer_id"].astype(str).map(refused)
    assert not (messages["sent_on"] > gone).any()
    last = messages[(gone - messages["sent_on"]).dt.days.between(0, 6)]
    assert last["contacts_of_the_week"].mean() > messages["contacts_of_the_week"].mean() + 0.3


@pytest.mark.parametrize("name", CLIENTS)
def test_each_coupon_redeemed_was_sent_and_used_in_an_order_of_that_day(
    made: dict[str, Simulated], name: str
) -> None:
    one = made[name]
    used = one.tables["redemptions"].astype({"customer_id": str})
    sent = one.tables["contacts"].astype({"customer_id": str})
    pairs = sent[["customer_id", "campaign_id"]].drop_duplicates()
    assert len(used.merge(pairs, on=["customer_id", "campaign_id"])) == len(used)
    days = bought(one.lines).assign(day=lambda t: t["sold_at"].dt.normalize()).astype({"customer_id": str})
    days = days[["customer_id", "day"]].drop_duplicates()
    there = used.merge(days, left_on=["customer_id", "redeemed_on"], right_on=["customer_id", "day"])
    assert len(there) == len(used)
    keys = ["customer_id", "campaign_id", "contacted_on", "channel", "unit", "planned_on"]
    assert not sent.duplicated(keys).any()


def lift(
    one: Simulated, trial: str, arms: pd.DataFrame | None = None, *, z: float = 1.96
) -> tuple[float, float, float]:
    """How many times as many orders those contacted made during a campaign, with Wald's interval of the
    logarithm (delta method: customers differ)."""
    assert one.world.outreach is not None
    of = next(each for each in one.world.outreach.trials if each.id == trial)
    table = one.tables["arms"] if arms is None else arms
    mine = table[table["campaign_id"] == trial]
    first = pd.Timestamp(of.starts)
    orders = bought(one.lines)
    inside = orders[(orders["sold_at"] >= first) & (orders["sold_at"] < first + pd.Timedelta(days=of.days))]
    counts = inside["customer_id"].astype(str).value_counts()
    each = counts.reindex(mine["customer_id"].astype(str)).fillna(0).to_numpy()
    contacted = (mine["arm"] == "contacted").to_numpy()
    means = [each[of].mean() for of in (contacted, ~contacted)]
    errors = [each[of].std(ddof=1) / np.sqrt(of.sum()) / each[of].mean() for of in (contacted, ~contacted)]
    log, error = np.log(means[0] / means[1]), np.hypot(*errors)
    return tuple(float(np.exp(log + z * error)) for z in (0, -z, z))  # type: ignore[return-value]


@pytest.mark.parametrize("name", CLIENTS)
def test_groups_drawn_by_lot_show_the_lift(made: dict[str, Simulated], name: str) -> None:
    """Messages bring orders as well, to both groups alike: they dilute the lift a little."""
    one = made[name]
    assert one.world.outreach is not None
    assert one.tables["arms"]["drawn_by_lot"].all()
    by_lot = [each for each in one.world.outreach.trials if each.by_lot]
    assert set(one.tables["arms"]["campaign_id"]) == {each.id for each in by_lot}
    for trial in by_lot:
        _, low, high = lift(one, trial.id, z=3.3)
        assert low <= 1 + trial.lift <= high


def test_a_campaign_for_the_best_buyers_looks_good_and_does_nothing(made: dict[str, Simulated]) -> None:
    one = made["retail-chain"]
    assert one.world.outreach is not None
    trial = next(each for each in one.world.outreach.trials if not each.by_lot)
    assert trial.lift == 0
    contacted = one.tables["contacts"]
    chosen = set(contacted.loc[contacted["campaign_id"] == trial.id, "customer_id"].astype(str))
    everybody = one.customers["customer_id"]
    arms = pd.DataFrame(
        {
            "campaign_id": trial.id,
            "customer_id": everybody,
            "arm": np.where(everybody.isin(chosen), "contacted", "control"),
        }
    )
    assert lift(one, trial.id, arms)[1] > 1.5


# ---------------------------------------------------------------- points, returns, leads, staff


def test_points_add_up_for_everybody_at_any_time(made: dict[str, Simulated]) -> None:
    one = made["retail-chain"]
    ledger = one.tables["points"]
    sums = ledger.groupby("kind", observed=True)["points"].sum()
    known = one.truth.known["points"]
    assert sums.to_dict() == {
        "earned": known["earned"],
        "redeemed": -known["used"],
        "expired": -known["lapsed"],
    }
    balance = ledger.groupby("customer_id", observed=True)["points"].cumsum()
    # Of one moment, the entries stand together: points are used before the order's own are earned.
    assert balance[~ledger.duplicated(["customer_id", "booked_at"], keep="last")].min() >= 0
    assert known["open"] == ledger["points"].sum() == known["earned"] - known["used"] - known["lapsed"]
    assert one.world.card is not None
    assert (ledger.loc[ledger["kind"] == "redeemed", "points"] % one.world.card.step == 0).all()
    orders = one.lines[one.lines["quantity"] > 0].groupby("order_id")["revenue"].sum()
    earned = ledger[ledger["kind"] == "earned"].set_index("order_id")["points"]
    cents = (100 * orders.loc[earned.index.to_numpy(dtype=int)]).round().to_numpy()
    assert (earned.to_numpy() == cents // 1000).all()


def test_the_oldest_points_go_first_and_lapse_at_the_end_of_the_next_year(made: dict[str, Simulated]) -> None:
    """Entry by entry, as a clerk would do it."""
    ledger = made["retail-chain"].tables["points"].astype({"customer_id": str})
    lapsed = ledger[ledger["kind"] == "expired"].groupby("customer_id")["points"].sum()
    assert (ledger.loc[ledger["kind"] == "expired", "booked_at"].dt.date.astype(str) == "2024-12-31").all()
    for customer, own in list(ledger[ledger["customer_id"] < "m0000200"].groupby("customer_id")):
        lots: deque[list[int]] = deque()
        for entry in (
            own[own["kind"] != "expired"]
            .sort_values("points")
            .sort_values("booked_at", kind="stable")
            .itertuples()
        ):
            if entry.kind == "earned":
                lots.append([entry.booked_at.year, entry.points])
                continue
            owed = -entry.points
            while owed:
                taken = min(owed, lots[0][1])
                lots[0][1] -= taken
                owed -= taken
                if not lots[0][1]:
                    lots.popleft()
        assert sum(points for year, points in lots if year == 2023) == -lapsed.get(customer, 0)


@pytest.mark.parametrize("name", CLIENTS)
def test_what_is_brought_back_had_been_bought(made: dict[str, Simulated], name: str) -> None:
    lines = made[name].lines
    back = lines[lines["quantity"] < 0]
    assert 0.02 < len(back) / (len(lines) - len(back)) < 0.04
    keys = ["order_id", "product_id", "quantity", "revenue", "cost"]
    plain = {"quantity": -back["quantity"], "revenue": -back["revenue"], "cost": -back["cost"]}
    sold = lines[lines["quantity"] > 0]
    found = back.assign(**plain)[keys].merge(
        sold[keys].drop_duplicates(), on=keys, how="left", indicator=True
    )
    assert (found["_merge"] == "both").all()


def test_leads_become_customers_as_often_as_their_channel_says(made: dict[str, Simulated]) -> None:
    one = made["beauty-group"]
    leads = one.tables["leads"]
    assert one.world.leads is not None
    for channel, _, part in one.world.leads.channels:
        mine = leads[leads["channel"] == channel]
        won = mine["customer_id"].notna()
        interval = binomtest(int(won.sum()), len(mine)).proportion_ci(0.999)
        assert interval.low <= part <= interval.high
    won = leads[leads["customer_id"].notna()]
    joined = one.customers.set_index("customer_id").loc[won["customer_id"], "joined_on"]
    assert (won["closed_on"].to_numpy() == joined.to_numpy()).all()
    assert (leads.loc[leads["status"] == "open", "closed_on"]).isna().all()
    assert (leads["status"] == "open").sum() > 20


def test_staff_differ_by_unit(made: dict[str, Simulated]) -> None:
    told = made["retail-chain"].tables["staff-survey"]
    staff = made["retail-chain"].tables["staff"]
    assert set(told["unit"]) == set(staff["unit"]) == {"Stores", "Advice centre", "CRM team"}
    assert "staff_id" not in told
    assert len(told) / len(staff) / 3 == pytest.approx(0.75, abs=0.1)
    means = told.groupby("unit")["overall"].mean()
    assert means["Advice centre"] > means["Stores"]
    assert told["overall"].between(1, 5).all()
    assert told["recommend"].between(0, 10).all()


@pytest.mark.parametrize("name", CLIENTS)
def test_whatever_a_report_may_show_is_named_in_each_language(made: dict[str, Simulated], name: str) -> None:
    one = made[name]
    named = yaml.safe_load(params_text(one, "csv"))["names"]
    shown = {
        "cases": ("kind", "topic", "cause", "channel", "unit", "outcome", "unsolved_reason"),
        "campaigns": ("campaign_id", "campaign_type", "channel"),
        "arms": ("arm",),
        "contacts": ("channel", "unit"),
        "leads": ("channel", "unit", "region"),
        "staff-survey": ("unit",),
    }
    tables = {**one.tables, "products": one.products, "stores": one.stores}
    shown |= {"products": ("product", "category"), "stores": ("store", "region")}
    for table, columns in shown.items():
        for column in columns if table in tables else ():
            assert set(tables[table][column].dropna().astype(str)) <= set(named), (table, column)
    assert all(set(texts) == {"en", "zh-Hans", "zh-Hant"} for texts in named.values())


def test_whatever_word_of_a_complaint_may_come_up_is_named() -> None:
    texts = [text for texts in WRITTEN.values() for text in texts]
    often = {f"{text}{number}": text for text in texts for number in range(30)}
    assert {word for _, word, _ in case_terms(often, minimum=30)} <= set(WORDS)


# ---------------------------------------------------------------- the methods, and the files


@pytest.mark.parametrize("name", CLIENTS)
def test_the_dirichlet_still_says_how_many_buy_each_brand(made: dict[str, Simulated], name: str) -> None:
    """Feelings, complaints and messages move how often people buy, and not which brand."""
    lines = made[name].lines
    lines = lines[lines["quantity"] > 0]
    counts = pd.crosstab(lines["customer_id"], lines["brand"])
    counts = counts[[brand.name for brand in made[name].world.brands]].to_numpy()
    total = counts.sum(axis=1)
    levels, many = np.unique(total, return_counts=True)
    incidence = Incidence(levels.astype(float), many / len(total))
    shares, observed = counts.sum(axis=0) / counts.sum(), (counts > 0).mean(axis=0)
    model = Dirichlet(shares, fit(shares, observed, incidence), incidence)
    assert model.penetration == pytest.approx(observed, abs=0.025)
    assert float(model.s) == pytest.approx(1.5, rel=0.1)


# ---------------------------------------------------------------- as often as the intervals say

REPETITIONS = 60
FEWEST, MOST = (int(binom.ppf(tail, REPETITIONS, 0.95)) for tail in (0.0005, 0.9995))


def clients(world: World, customers: int, seed: int) -> Iterator[Simulated]:
    for number in range(REPETITIONS):
        yield simulate(world, customers=customers, seed=1000 * seed + number)


@pytest.mark.slow
def test_lift_fatigue_and_recovery_lie_in_their_intervals() -> None:
    """One campaign alone, so that its lift is that of all orders; messages alone; complaints alone."""
    outreach = WORLDS["retail-chain"].outreach
    assert outreach is not None
    trial = replace(QUIET, outreach=replace(outreach, weekly=0.0, trials=outreach.trials[2:]), service=None)
    half = replace(outreach, trials=(), begins=date(2024, 7, 1))
    mails = replace(QUIET, outreach=half, service=None)
    covered = {
        "lift": [
            low <= 1 + outreach.trials[2].lift <= high
            for _, low, high in (lift(one, "trial-autumn") for one in clients(trial, 1500, 1))
        ],
        "fatigue": [low <= -outreach.fatigue <= high for _, low, high in map(slope, clients(mails, 1500, 2))],
        "recovery": [low <= 0.95 / 0.55 <= high for _, low, high in map(rate_ratio, clients(QUIET, 1500, 3))],
    }
    counts = {name: sum(found) for name, found in covered.items()}
    assert all(FEWEST <= count <= MOST for count in counts.values()), counts
