"""Answers in words, in both languages, and what is none of them."""

import pytest
from typer.testing import CliRunner

from crmreport.cli import app
from crmreport.data.inspection.survey_items import propose
from crmreport.data.inspection.worded_answers import points_of
from crmreport.params import load_params

FIVE = ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"]


@pytest.mark.parametrize(
    ("texts", "points", "top"),
    [
        (FIVE, [1, 2, 3, 4, 5], 5),
        (["strongly agree", "Neither agree nor disagree", "Disagree"], [5, 3, 2], 5),
        (["非常满意", "满意", "一般", "不满意"], [5, 4, 3, 2], 5),
        (["非常滿意", "滿意", "不滿意"], [5, 4, 2], 5),
        (["1 - Poor", "2 - Fair", "3 - Good"], [1, 2, 3], 3),
        (["0=绝不", "5=一般", "10=一定"], [0, 5, 10], 10),
    ],
)
def test_the_point_that_a_text_stands_for(texts, points, top):
    assert points_of(texts) == (dict(zip(texts, points, strict=True)), top)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["Male", "Female"],
        ["18-24", "25-34", "35-44"],
        ["Satisfied", "Very satisfied"],
        ["Satisfied", "Neutral", "Dissatisfied", "Purple"],
        ["2010 model", "2011 model", "2012 model"],
    ],
)
def test_texts_that_are_no_answers(texts):
    assert points_of(texts) is None


def test_ends_that_are_labelled_beside_bare_numbers():
    assert points_of(["1 - Very poor", "5 - Excellent"], beside={2, 3, 4}) == (
        {"1 - Very poor": 1, "5 - Excellent": 5},
        5,
    )
    assert points_of(FIVE, beside={1, 2}) is None


def test_a_questionnaire_takes_them_as_labels_of_its_scale():
    cells = [FIVE[n % 4] for n in range(80)] + ["No answer"]  # nobody is very satisfied
    numbers = [str(n % 11) for n in range(80)]
    found = propose([("Overall satisfaction", cells), ("NPS", numbers[:-1])], wide=True)
    overall, nps = found.items
    assert overall.scale.ends == (1, 5)
    assert overall.labels == {text: n for n, text in enumerate(FIVE[:4], 1)}
    assert overall.codes == {"blank": ("No answer",)}
    assert (nps.scale.ends, nps.labels) == ((0, 10), {})


def test_a_file_of_words_is_a_survey_and_its_params_are_sound(tmp_path):
    rows = [f"{n},2024-03-01," + ",".join(FIVE[(n + k) % 5] for k in range(5)) for n in range(60)]
    header = "Respondent,Date,Overall satisfaction,q1 staff,q1 price,q1 speed,q1 range"
    (tmp_path / "survey.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    written = CliRunner().invoke(app, ["init", str(tmp_path)])
    assert written.exit_code == 0, written.output
    items = load_params(tmp_path / "params.yml").params.questionnaire.items
    assert items["Overall satisfaction"].labels == {text: n for n, text in enumerate(FIVE, 1)}
