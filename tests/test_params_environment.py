"""What the section on the market takes, and what it refuses."""

import pytest
from pydantic import ValidationError

from crmreport.params import load_params
from crmreport.params_environment import Environment
from crmreport.resources import demo_params

FACTOR = {
    "id": "births",
    "kind": "social",
    "name": "births",
    "text": "Fewer.",
    "score": -1,
    "judgement": True,
}
SOURCE = {"title": "Office", "url": "https://example.org", "date": "2023"}


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ({"factors": [FACTOR | {"judgement": False}]}, "give a “source”"),
        ({"factors": [FACTOR | {"source": SOURCE}]}, "and not both"),
        ({"factors": [FACTOR, FACTOR]}, "two entries of “factors” have the id “births”"),
        ({"factors": [FACTOR | {"score": 3}]}, "less than or equal to 2"),
        ({"threats": [{"text": "x", "factors": ["deaths"]}]}, "“deaths” is not the id"),
        ({"options": [{"signal": "leader", "factor": "deaths", "text": "x"}]}, "“deaths” is not the id"),
        (
            {"factors": [FACTOR | {"judgement": False, "source": SOURCE | {"date": "May 2023"}}]},
            "String should match pattern",
        ),
        ({"factors": [FACTOR | {"judgement": False, "source": SOURCE | {"url": "a book"}}]}, "pattern"),
    ],
)
def test_a_statement_without_its_basis_is_refused(section, problem):
    with pytest.raises(ValidationError, match=problem):
        Environment.model_validate(section)


def test_every_brand_and_text_is_known_to_the_params():
    section = Environment.model_validate(
        {
            "factors": [FACTOR | {"brands": {"north": 1}}],
            "threats": [{"text": "x", "brands": ["south"]}],
            "positioning": {"east": "y"},
        }
    )

    assert section.brands() == {"north", "south", "east"}
    assert [place for place, _ in section.texts()] == [
        "environment.factors.births.name",
        "environment.factors.births.text",
        "environment.threats (0)",
        "environment.positioning.east",
    ]


def test_the_demos_sources_are_dated_before_its_data_ends():
    environment = load_params(demo_params()).params.environment

    dates = [one.source.date for one in (*environment.factors, *environment.competitors) if one.source]
    assert len(dates) > 10
    assert max(dates) <= "2017-12-31"
