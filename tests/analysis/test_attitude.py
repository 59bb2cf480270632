"""The attitude from the answers of a survey, worked by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmreport.analysis.attitude import (
    attitude,
    by_customer,
    goes_with,
    latest,
    marks,
    role_means,
    satisfied,
    service,
    within,
)
from crmreport.analysis.responses import Responses
from crmreport.params import Questionnaire
from crmreport.stats.estimate import Estimate

ASKED = Questionnaire.model_validate(
    {
        "scale": [1, 5],
        "items": {
            "all": {"role": "overall"},
            "rely": {"role": "trust"},
            "honest": {"role": "trust", "scale": [1, 7]},
            "nps": {"role": "recommend", "scale": [0, 10]},
            "others": {"role": "competitors", "reversed": True},
            "staff": {"role": "perception", "attribute": "staff", "dimension": "empathy"},
            "floor": {"role": "perception", "attribute": "floor", "dimension": "tangibles"},
        },
    }
)
NONE = np.nan


def values(*rows):
    return pd.DataFrame(rows, columns=["all", "rely", "honest", "nps", "others", "staff", "floor"])


def people(**columns):
    n = len(next(iter(columns.values())))
    empty = {"respondent": range(n), "wave": None, "mode": None, "weight": NONE}
    return pd.DataFrame({**empty, **columns})


def test_marks_and_attitude_by_hand():
    table = marks(
        values(
            (5, 3, 7, 10, 1, 5, 1),
            (4, 1, NONE, 0, 5, NONE, 2),
            (3, NONE, NONE, 7, NONE, 2, NONE),
            (NONE, 4, NONE, NONE, 2, NONE, NONE),
        ),
        ASKED,
    )

    # Trust of the first: 3 of 1 to 5 is 50, 7 of 1 to 7 is 100. The attitude to others is asked in reverse.
    assert table["trust"].tolist() == pytest.approx([75, 0, NONE, 75], nan_ok=True)
    assert table["recommend"].tolist() == pytest.approx([100, 0, 70, NONE], nan_ok=True)
    assert table["competitors"].tolist() == pytest.approx([100, 0, NONE, 75], nan_ok=True)
    # Of three roles asked, one answered is too few; two are enough.
    assert attitude(table).tolist() == pytest.approx([275 / 3, 0, NONE, 75], nan_ok=True)


def test_satisfied_are_the_two_best_answers_and_nobody_without_one():
    answers = values(*((one, *[NONE] * 6) for one in (5, 4, 3, 1, NONE)))

    assert satisfied(answers, ASKED).tolist() == pytest.approx([1, 1, 0, 0, NONE], nan_ok=True)
    assert satisfied(answers, Questionnaire()).isna().all()


def test_service_is_how_one_was_served_not_what_it_looks_like():
    rows = values((5, 3, 7, 10, 1, 5, 1), (5, 3, 7, 10, 1, NONE, 3))

    assert service(rows, ASKED).tolist() == pytest.approx([100, NONE], nan_ok=True)
    plain = {"items": {"floor": {"role": "perception", "attribute": "floor"}}}
    assert service(rows, Questionnaire.model_validate(plain)).tolist() == [0, 50]
    assert service(rows, Questionnaire()).isna().all()


def test_the_last_answer_of_a_customer_counts():
    days = pd.to_datetime(["2024-03-02", "2024-01-05", None, "2024-02-01"])
    heard = Responses(
        values(*((one, *[NONE] * 6) for one in (1, 2, 3, 4))),
        people(customer_id=["a", "a", "b", None], answered_on=days),
    )

    assert latest(heard).values["all"].tolist() == [1, 3]
    table = by_customer(heard, ASKED)
    assert table.index.tolist() == ["a", "b"]
    assert table["satisfied"].tolist() == [0, 0]
    assert table["weight"].tolist() == [1, 1]


def test_who_stands_for_nobody_has_no_attitude():
    heard = Responses(
        values(*((5, 5, 7, 10, 1, 5, 1),) * 3),
        people(customer_id=["a", "b", "c"], answered_on=None, weight=[3.0, 0.0, 1.0]),
    )
    table = by_customer(heard, ASKED)

    assert table["attitude"].tolist() == pytest.approx([100, NONE, 100], nan_ok=True)
    assert table["satisfied"].tolist() == pytest.approx([1, NONE, 1], nan_ok=True)
    assert table["weight"].tolist() == [1.5, 1, 0.5]


def test_two_answers_of_a_hundred_and_one_do_not_say_who_is_satisfied():
    wide = Questionnaire.model_validate({"items": {"all": {"role": "overall", "scale": [0, 100]}}})

    assert satisfied(values((100, *[NONE] * 6)), wide).isna().all()


def test_means_stay_on_the_scale():
    # Student's interval of nine marks of 100 and one of 80 would reach beyond the best mark there is.
    table = pd.DataFrame({"trust": [100.0] * 9 + [80.0]})
    found = role_means(table, None)["trust"]

    assert found.value == pytest.approx(98)
    assert found.high == 100
    assert found.low == pytest.approx(98 - 2.2621571627 * 2, abs=1e-6)
    assert within(Estimate(50, 9), 0, 100) == Estimate(50, 9)


def test_what_goes_together_leaves_out_who_gave_one_answer():
    one = pd.Series([1, 2, 3, 4, 5, NONE, 9])
    other = pd.Series([1, 2, 3, 5, 4, 6, NONE])

    assert goes_with(one, other).n == 5
    assert goes_with(one, other).value == pytest.approx(0.9)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 7), st.integers(0, 10)), min_size=1))
def test_an_attitude_is_between_0_and_100_whatever_the_order(rows):
    answers = values(*((NONE, a, b, c, 3, NONE, NONE) for a, b, c in rows))
    found = attitude(marks(answers, ASKED))

    assert found.between(0, 100).all()
    assert attitude(marks(answers[::-1], ASKED))[::-1].tolist() == found.tolist()
