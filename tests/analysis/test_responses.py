"""Answers turned into responses, by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmreport.analysis.responses import (
    against_customers,
    answer_kinds,
    batteries,
    brand_of,
    dated,
    raked,
    responder_gaps,
    response_rate,
    responses,
    straight_lined,
    too_fast,
    weighting,
)


def answers(*rows: tuple, weight: float | None = None) -> pd.DataFrame:
    """Rows of respondent, wave, day, item and value (a text is a choice)."""
    return pd.DataFrame(
        {
            "respondent": [row[0] for row in rows],
            "customer_id": None,
            "wave": [row[1] for row in rows],
            "mode": None,
            "answered_on": pd.to_datetime([row[2] for row in rows]),
            "item": [row[3] for row in rows],
            "kind": "answered",
            "value": [row[4] if not isinstance(row[4], str) else np.nan for row in rows],
            "choice": [row[4] if isinstance(row[4], str) else None for row in rows],
            "weight": weight,
        }
    )


def test_one_row_a_respondent_and_wave_and_day() -> None:
    table = answers(
        (7, "w1", "2024-05-01", "all", 4.0),
        (7, "w1", "2024-05-01", "home", "Wuxi"),
        (7, "w2", "2024-08-01", "all", 5.0),
        (3, None, None, "all", 2.0),
    )
    found = responses(table.sample(frac=1, random_state=1), ["all", "nps"], ["home"])
    assert found.n == 3
    assert found.people["respondent"].tolist() == [3, 7, 7]
    assert found.people["home"].tolist()[1] == "Wuxi"
    assert found.people["answered_on"].isna().tolist() == [True, False, False]
    assert found.values["all"].tolist() == [2.0, 4.0, 5.0]
    assert found.values["nps"].isna().all()


def test_two_answers_to_one_item_are_none() -> None:
    table = answers((1, "w", "2024-05-01", "all", 4.0), (1, "w", "2024-05-01", "all", 5.0))
    assert responses(table, ["all"]).values["all"].isna().all()


def test_the_period_takes_its_own_days_and_those_without() -> None:
    table = answers((1, "", "2024-05-01", "a", 1.0), (2, "", "2024-06-30", "a", 1.0), (3, "", None, "a", 1.0))
    assert list(dated(table, date(2024, 6, 1), date(2024, 6, 30))["respondent"]) == [2, 3]


def test_kinds_are_counted_for_every_item_that_was_asked() -> None:
    table = answers((1, "", None, "a", 1.0), (2, "", None, "a", 2.0)).assign(kind=["answered", "blank"])
    found = answer_kinds(table, ["a", "b"])
    assert found.loc["a", ["answered", "blank", "all"]].tolist() == [1, 1, 2]
    assert found.loc["b", "all"] == 0


def test_who_gives_one_answer_to_a_battery() -> None:
    items = list("abcde")
    values = pd.DataFrame([[3] * 5, [3, 3, 3, 3, 4], [3, 3, 3, 3, np.nan]], columns=items, dtype=float)
    assert straight_lined(values, [items]).tolist() == [True, False, False]
    scales = dict.fromkeys(items, (1.0, 5.0)) | {"nps": (0.0, 10.0)}
    assert batteries(scales) == [items]
    assert too_fast(values, "a", 4).tolist() == [True] * 3
    assert not too_fast(values, None, None).any()


def test_the_rate_of_those_asked() -> None:
    assert response_rate(81, 263).value == pytest.approx(81 / 263)
    assert (response_rate(81, 263).low, response_rate(81, 263).high) == pytest.approx(
        (0.2553, 0.3662), abs=1e-4
    )
    assert not response_rate(81, None).known
    assert not response_rate(81, 80).known


def test_weights_and_what_they_cost() -> None:
    table = answers(*((n, "", None, "a", 1.0) for n in range(4)))
    assert weighting(responses(table, ["a"])) is None
    assert weighting(responses(table.assign(weight=2.0), ["a"])) is None
    found = weighting(responses(table.assign(weight=[1.0, 1.0, 2.0, 4.0]), ["a"]))
    assert found is not None
    assert (found.n, found.effective) == (4, pytest.approx(64 / 22))


def test_who_has_no_weight_where_others_have_one_stands_for_nobody() -> None:
    table = answers(*((n, "", None, "a", 1.0) for n in range(6)))
    found = responses(table.assign(weight=[1.0, 3.0, 0.0, -2.0, np.nan, np.inf]), ["a"])
    assert found.weights.tolist() == [0.5, 1.5, 0, 0, 0, 0]
    assert (found.n, found.unweighted) == (6, 4)
    # Kish: four squared over one and nine.
    assert weighting(found).effective == pytest.approx(16 / 10)
    assert weighting(found).n == 2
    nobody = responses(table.assign(weight=[0.0, np.nan, 0.0, -2.0, np.nan, 0.0]), ["a"])
    assert (nobody.weights, nobody.unweighted) == (None, 0)
    even = responses(table.assign(weight=[2.0, 2.0, 2.0, 2.0, 2.0, np.nan]), ["a"])
    assert weighting(even) is None
    assert even.unweighted == 1


def test_weights_are_known_up_to_a_factor() -> None:
    table = answers(*((n, "", None, "a", 1.0) for n in range(2)))
    for factor in (1e-300, 1, 1e300):
        found = responses(table.assign(weight=[1 * factor, 3 * factor]), ["a"])
        assert found.weights.tolist() == pytest.approx([0.5, 1.5])


def test_raking_leaves_who_stands_for_nobody_at_that() -> None:
    table = answers(*((n, "", None, "sex", "f" if n else "m") for n in range(4)))
    heard = responses(table.assign(weight=[1.0, 1.0, 1.0, 0.0]), [], ["sex"])
    found, how = raked(heard, {"sex": {"f": 0.5, "m": 0.5}})
    assert how is not None
    # One man and two women, each half of them.
    assert found.weights.tolist() == pytest.approx([1.5, 0.75, 0.75, 0])
    only = responses(table.assign(weight=[0.0, 1.0, 1.0, 1.0]), [], ["sex"])
    assert raked(only, {"sex": {"f": 0.5, "m": 0.5}})[1] is None


def test_raked_to_what_is_known_of_everybody() -> None:
    table = answers(*((n, "", None, "sex", "f" if n else "m") for n in range(4)))
    found, how = raked(responses(table, [], ["sex"]), {"sex": {"f": 0.5, "m": 0.5}})
    assert how is not None
    assert how.reached
    assert found.people["weight"].tolist() == pytest.approx([2, 2 / 3, 2 / 3, 2 / 3])


def test_nothing_is_raked_to_a_kind_of_people_who_did_not_answer() -> None:
    """Such as in a brand's report, when the survey asked about the client as a whole."""
    table = answers(*((n, "", None, "sex", "f") for n in range(4)))
    heard = responses(table, [], ["sex"])
    found, how = raked(heard, {"sex": {"f": 0.5, "m": 0.5}})
    assert how is None
    assert found is heard
    nobody = responses(table[:0], [], ["sex"])
    assert raked(nobody, {"sex": {"f": 0.5, "m": 0.5}})[1] is None


def test_those_who_answered_beside_everybody() -> None:
    customers = pd.DataFrame({"revenue": [10.0, 20.0, 30.0, 40.0]})
    found = against_customers(customers[2:], customers, ["revenue"]).iloc[0]
    assert found["responders"] == 35
    assert found["difference"] == pytest.approx(10 / np.sqrt(125))


def test_how_far_those_who_answered_are_from_everybody() -> None:
    customers = pd.DataFrame({"revenue": [10.0, 20.0, 30.0, 40.0], "days": 1.0})
    found = responder_gaps(customers[2:], customers, ["revenue", "days"])
    # Two who spent 30 and 40, of a spread of the root of 125: a standard error of 5 over it.
    spread = np.sqrt(125)
    assert found["revenue"].value == pytest.approx(10 / spread)
    assert found["revenue"].high == pytest.approx((10 + 12.7062047 * 5) / spread)
    assert found["revenue"].n == 2
    # All bought on one day: nothing tells anybody apart.
    assert not found["days"].known


def test_no_answers_are_no_responses() -> None:
    found = responses(answers()[:0], ["all"], ["sex"])
    assert found.n == 0
    assert found.weights is None
    assert list(found.values) == ["all"]


def test_who_answered_about_one_brand_stands_for_it() -> None:
    respondents = pd.Series([1, 2, 3, 4, 5, 6, 7, 8, 9])
    told = {"north": {1, 2, 3, 4}, "south": {4, 5, 6, 7}, "west": {8}, "none": set()}
    # 4 answered about two brands, 9 about none; the one answer of west takes the smallest other with it.
    found = brand_of(respondents, told, minimum=2)
    assert found.cat.categories.tolist() == ["south"]
    found = brand_of(respondents, told, minimum=1)
    assert found.astype("object").where(found.notna(), "-").tolist() == [
        *["north"] * 3,
        "-",
        *["south"] * 3,
        "west",
        "-",
    ]
