import pytest

from crmreport.analysis import sampling


@pytest.mark.parametrize(
    ("variance", "half_width", "population", "answers"),
    [
        (0.25, 0.05, 10**9, 385),  # the textbook's: 1.96^2 * .25 / .05^2 = 384.15
        (0.25, 0.05, 1000, 278),  # 384.15 / (1 + .38415) = 277.5
        (2 / 3, 0.05, 10**9, 1025),  # 3.8415 * .6667 / .0025 = 1024.4
        (0.25, 0.05, 0, 0),
    ],
)
def test_answers_needed(variance, half_width, population, answers):
    need = sampling.answers_needed(variance, half_width, population=population, response_rate=0.2)

    assert (need.answers, need.invitations) == (answers, 5 * answers)


def test_thirty_answers_leave_nearly_thirty_points_to_each_side():
    need = sampling.answers_needed(sampling.NPS_VARIANCE, 0.292, population=10**9, response_rate=1)

    assert need.answers in (30, 31)


def test_never_more_answers_than_customers():
    for population in (1, 3, 290):
        table = sampling.plan(population, response_rate=0.15)
        assert (table["answers"] <= population).all()
        assert list(table["measure"]) == ["nps_fine", "nps_coarse", "csat_fine", "csat_coarse"]
