"""The survey of a whole client: as its world says, linked to the purchases, and read as it is declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, spearmanr

from crmreport.analysis.drivers import complete, ordered_logit, weights_of
from crmreport.analysis.satisfaction import nps, top_boxes
from crmreport.data.store import open_store
from crmreport.features.survey import survey_answers
from crmreport.params import GROUP, load_params
from crmreport.simulate import WORLDS, Simulated, simulate, write_simulated
from crmreport.simulate.survey import BLANK, DONT_KNOW, NOT_APPLICABLE
from crmreport.stats.drivers import lmg

CLIENTS = ("beauty-group", "retail-chain")


@pytest.fixture(scope="module")
def made() -> dict[str, Simulated]:
    return {name: simulate(name, customers=5000, seed=5) for name in CLIENTS}


def answered(one: Simulated) -> pd.DataFrame:
    truth = one.truth.tables["invitations"]
    return truth[truth["answered"]]


def read(one: Simulated) -> pd.DataFrame:
    """The answers alone, blanks and codes out."""
    values = one.tables["answers"].filter(regex="^per_|^overall$")
    return values.where(values <= 5)


def weights(one: Simulated) -> dict[str, float]:
    assert one.world.survey is not None
    return {each.id: each.weight for each in one.world.survey.attributes}


@pytest.mark.parametrize("name", CLIENTS)
def test_only_customers_of_the_year_before_are_asked_and_once_a_wave(
    made: dict[str, Simulated], name: str
) -> None:
    one = made[name]
    assert one.world.survey is not None
    asked = one.tables["invitations"]
    assert not asked.duplicated(["customer_id", "wave"]).any()
    for wave in one.world.survey.waves:
        begins = pd.Timestamp(wave.begins)
        sold = one.lines[one.lines["quantity"] > 0]
        before = sold[sold["sold_at"].between(begins - pd.Timedelta(days=365), begins)]
        buyers = set(before["customer_id"].astype(str))
        mine = asked[asked["wave"] == wave.id]
        assert set(mine["customer_id"].astype(str)) <= buyers
        assert len(mine) == round(one.world.survey.invited * len(buyers))
    told = one.tables["answers"].merge(asked, on=["customer_id", "wave"], how="left")
    waited = (told["answered_on"] - told["invited_on"]).dt.days
    assert waited.between(1, 21).all()
    assert len(told) == answered(one).shape[0]


@pytest.mark.parametrize("name", CLIENTS)
def test_as_many_answer_as_the_probabilities_say_and_the_content_more_readily(
    made: dict[str, Simulated], name: str
) -> None:
    truth = made[name].truth.tables["invitations"]
    chance = truth["probability"]
    spread = np.sqrt((chance * (1 - chance)).sum())
    assert truth["answered"].sum() == pytest.approx(chance.sum(), abs=4 * spread)
    assert truth.loc[truth["answered"], "feeling"].mean() > truth["feeling"].mean() + 0.2


FEW_DRAWS = 8


@pytest.mark.parametrize("name", CLIENTS)
def test_weighting_by_the_probability_of_answering_takes_the_bias_out(name: str) -> None:
    """Who answers is more content; the true scores are those of all who were asked. Of two scores of each
    draw as many as nineteen in twenty would let expect, but for once in 2,000 times."""
    world = replace(WORLDS[name], outreach=None, card=None, leads=None, returned=0.0)
    covered = 0
    for seed in range(FEW_DRAWS):
        truth = simulate(world, customers=3000, seed=seed).truth.tables["invitations"]
        there = truth[truth["answered"]]
        weight = 1 / there["probability"].to_numpy()
        csat, score = (truth["overall"] >= 4).mean(), nps(truth["recommend"], (0, 10)).value
        for of, plain, weighted in (
            (csat, top_boxes(there["overall"], (1, 5)), top_boxes(there["overall"], (1, 5), weight)),
            (score, nps(there["recommend"], (0, 10)), nps(there["recommend"], (0, 10), weight)),
        ):
            assert plain.low is not None
            assert plain.low > of
            assert weighted.low is not None
            assert weighted.high is not None
            covered += weighted.low <= of <= weighted.high
    assert covered >= binom.ppf(0.0005, 2 * FEW_DRAWS, 0.95)


@pytest.mark.parametrize("name", CLIENTS)
def test_what_weighs_most_is_found_to_weigh_most(made: dict[str, Simulated], name: str) -> None:
    one = made[name]
    given = complete(read(one), "overall", {name: f"per_{name}" for name in weights(one)})
    found = ordered_logit(given)
    assert found is not None
    points = {name: np.log(each.value) / given.drivers[name].std(ddof=0) for name, each in found.odds.items()}
    true = weights(one)
    assert spearmanr([true[name] for name in points], list(points.values())).statistic > 0.8
    assert max(points, key=lambda name: points[name]) == "quality"


def test_an_attitude_goes_with_buying_and_staying(made: dict[str, Simulated]) -> None:
    """All four cells of strong and weak attitude by frequent and rare purchases are there."""
    one = made["retail-chain"]
    truth = one.truth.customers
    assert np.corrcoef(truth["feeling"], np.log(truth["rate"]))[0, 1] == pytest.approx(0.3, abs=0.07)
    # Of who was there at the start, those who felt badly had left before.
    came = truth[truth["joined_on"] >= pd.Timestamp(one.world.start)]
    gone, feels = came["left_on"].notna(), came["feeling"]
    assert gone[feels > 0].mean() < gone[feels < 0].mean() - 0.1
    days = one.lines.groupby("customer_id", observed=True)["order_id"].nunique()
    often, fond = days >= days.median(), truth["feeling"] > 0
    cells = pd.crosstab(often, fond, normalize=True).to_numpy()
    assert cells.min() > 0.15
    assert cells[1, 1] > 0.27


def test_the_means_of_the_rates_stay_those_of_the_laws(made: dict[str, Simulated]) -> None:
    """Of all who come; who was there at the start had stayed."""
    world, truth = made["beauty-group"].world, made["beauty-group"].truth.customers
    truth = truth[truth["joined_on"] >= pd.Timestamp(world.start)]
    assert world.s is not None
    for column, mean in (("rate", world.r / world.alpha), ("leaving_rate", world.s / world.beta)):
        error = truth[column].std() / np.sqrt(len(truth))
        assert truth[column].mean() == pytest.approx(mean, abs=4 * error)


def test_a_brand_costs_what_its_level_says(made: dict[str, Simulated]) -> None:
    """The pyramid: a unit of a brand twice as dear costs twice as much, give or take who buys it."""
    one = made["beauty-group"]
    full = one.lines["revenue"] + one.lines["discount"]
    unit = np.log(full / one.lines["quantity"]).groupby(one.lines["brand"], observed=True).mean()
    level = pd.Series({brand.name: np.log(brand.price) for brand in one.world.brands})
    gap = unit - level[unit.index.astype(str)].to_numpy()
    assert gap.max() - gap.min() < 0.15


@pytest.mark.parametrize("name", CLIENTS)
def test_codes_stand_where_there_is_no_answer_and_some_do_not_read(
    made: dict[str, Simulated], name: str
) -> None:
    one = made[name]
    survey = one.world.survey
    assert survey is not None
    answers = one.tables["answers"]
    codes = answers.drop(columns=["overall"]).select_dtypes("number")
    assert (codes == BLANK).to_numpy().mean() == pytest.approx(survey.blank, abs=0.004)
    assert (answers["per_returns"] == NOT_APPLICABLE).mean() == pytest.approx(0.15, abs=0.04)
    assert (answers["exp_value"] == DONT_KNOW).mean() == pytest.approx(survey.unknown, abs=0.02)
    assert (answers["overall"] <= 5).all()
    battery = answers.filter(regex="^per_")
    flat = battery.where(battery <= 5).nunique(axis=1) == 1
    assert flat.mean() == pytest.approx(survey.straight, abs=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("name", CLIENTS)
def test_every_row_is_read_and_the_answers_as_the_questionnaire_declares_them(
    tmp_path: Path, name: str
) -> None:
    one = simulate(name, customers=400, seed=2)
    engagement = load_params(write_simulated(one, tmp_path, format="parquet"))
    assert {path.name.partition("-")[0] for path in tmp_path.iterdir()} == {
        *("simulated", "simulated.yml", "truth", "truth.json")
    }
    store, asked = open_store(engagement), engagement.params.questionnaire
    table = survey_answers(store.table("survey_answers"), asked, as_of=one.world.end).to_pandas()
    for ledger in store.ledger.tables:
        # Two lines of an order may be alike to the cent by chance: a reader takes them for one.
        alike = 2 if ledger.table == "sale_lines" else 0
        assert ledger.set_aside.rows <= alike, ledger.table
    mine, items = table[table["scope"] == GROUP], list(asked.items)

    assert set(items) <= set(one.tables["answers"].columns)
    assert len(mine) == len(items) * len(one.tables["answers"])
    assert set(mine["kind"]) == {"answered", "blank", "not_applicable", "dont_know"}
    overall = mine[mine["item"] == "overall"]["value"].value_counts()
    assert overall.to_dict() == one.tables["answers"]["overall"].value_counts().to_dict()
    by_brand = {brand.id for brand in one.world.brands} if name == "beauty-group" else set()
    assert set(table["scope"]) == by_brand | {GROUP}
    last = one.truth.tables["invitations"]
    last = last[last["wave"] == "2024-H2"]
    assert asked.invited == len(last)
    assert bool(asked.rake) == (name == "retail-chain")
    for item, shares in asked.rake.items():
        assert shares == (last[item].value_counts() / len(last)).to_dict()


# ---------------------------------------------------------------- as often as the intervals say

REPETITIONS = 40
STRONGEST = ("quality", "advice", "value", "knows-me", "speed")
FEWEST = int(binom.ppf(0.0005, REPETITIONS, 0.95))


def surveys(seed: int) -> Iterator[Simulated]:
    """Small clients who read what they are asked."""
    world = replace(WORLDS["retail-chain"], outreach=None, service=None, card=None, returned=0.0)
    assert world.survey is not None
    last = (replace(world.survey.waves[-1], better={}),)
    careful = replace(world.survey, waves=last, invited=1.0, straight=0.0)
    for number in range(REPETITIONS):
        yield simulate(replace(world, survey=careful), customers=2000, seed=1000 * seed + number)


@pytest.mark.slow
def test_true_weights_and_scores_lie_in_their_intervals() -> None:
    """Of the ordered logit, the weights themselves; of Lindeman, Merenda and Gold's shares, and of the
    scores weighted by the probability of answering, what a client of the same kind shows that is so large
    that it has hardly any error left."""
    large = next(surveys(0)).world
    many = simulate(large, customers=150_000, seed=9).truth.tables["invitations"]
    csat, score = (many["overall"] >= 4).mean(), nps(many["recommend"], (0, 10)).value
    names = [each.id for each in large.survey.attributes] if large.survey else []
    there = many[many["answered"]]
    shares = lmg(there["overall"], there[[*STRONGEST]])
    shares = dict(zip(STRONGEST, shares / shares.sum(), strict=True))
    found = []
    for number, one in enumerate(surveys(1)):
        mine = answered(one)
        weight = 1 / mine["probability"].to_numpy()
        given = complete(read(one), "overall", {name: f"per_{name}" for name in names})
        few = replace(given, drivers=given.drivers[[*STRONGEST]])
        odds, parts = ordered_logit(given), weights_of(few, rng=np.random.default_rng(number))
        assert odds is not None
        spread, true = given.drivers.std(ddof=0), weights(one)
        inside = [np.exp(true[name] * spread[name]) for name in names]
        found.append(
            [
                *(
                    odds.odds[name].low <= of <= odds.odds[name].high
                    for name, of in zip(names, inside, strict=True)
                ),
                *(parts[name].low <= shares[name] <= parts[name].high for name in STRONGEST),
                top_boxes(mine["overall"], (1, 5), weight).low <= csat
                and csat <= top_boxes(mine["overall"], (1, 5), weight).high,
                nps(mine["recommend"], (0, 10), weight).low <= score
                and score <= nps(mine["recommend"], (0, 10), weight).high,
            ]
        )
    covered = np.sum(found, axis=0)
    assert (covered >= FEWEST).all(), covered
    assert np.mean(found) == pytest.approx(0.95, abs=0.03)
