"""Strengths and threats of findings and factors written by hand."""

import pytest

from crmreport.analysis import swot
from crmreport.findings import Finding, Scope
from crmreport.params import LocalText
from crmreport.params_environment import Environment


def _finding(name, value, low=None, high=None):
    return Finding(
        id=f"environment.{name}",
        scope=Scope(kind="brand", id="north"),
        value=value,
        unit="points",
        n=100,
        low=low,
        high=high,
        confidence=None if low is None else 0.95,
        census=low is None,
        method="method.share_change",
        period="2023-Q4",
    )


@pytest.mark.parametrize(
    ("name", "finding", "expected"),
    [
        ("share_change", _finding("share_change", 0.02, 0.01, 0.03), ["share_up"]),
        ("share_change", _finding("share_change", 0.02, -0.01, 0.03), []),  # its interval holds zero
        ("share_change", _finding("share_change", -0.02, -0.03, -0.01), ["share_down"]),
        ("share_change", _finding("share_change", 0.02, 0.01, 0.03).withheld(), []),
        ("rank", _finding("rank", 1), ["leader"]),
        ("rank", _finding("rank", 2), []),
        ("price_gap", _finding("price_gap", 0.06), ["price_above"]),
        ("price_gap", _finding("price_gap", 0.05), []),
        ("price_gap", _finding("price_gap", -0.06), ["price_below"]),
        ("concentration", _finding("concentration", 1499), ["spread"]),
        ("concentration", _finding("concentration", 2000), []),
        ("concentration", _finding("concentration", 2501), ["concentrated"]),
    ],
)
def test_each_rule_fires_and_does_not(name, finding, expected):
    assert list(swot.signals({name: finding})) == expected


def test_a_share_that_only_the_mix_moved_is_no_weakness():
    change = _finding("share_change", -0.04, -0.06, -0.02)

    assert not swot.signals({"share_change": change, "within": _finding("share_part", -0.01)})
    assert list(swot.signals({"share_change": change, "within": _finding("share_part", -0.02)})) == [
        "share_down"
    ]


NOTES = Environment.model_validate(
    {
        "factors": [
            {
                "id": "births",
                "kind": "social",
                "name": "fewer births",
                "text": "Births fell.",
                "score": -1,
                "brands": {"north": -2},
                "source": {"title": "Office", "url": "https://example.org/births", "date": "2023-05"},
            },
            {
                "id": "jobs",
                "kind": "economic",
                "name": "jobs",
                "text": "Many.",
                "score": 1,
                "judgement": True,
            },
        ],
        "strengths": [{"text": "A card."}],
        "threats": [
            {"text": "Fewer babies.", "factors": ["births"], "brands": ["north"]},
        ],
        "options": [
            {"signal": "leader", "factor": "births", "text": "Lead."},
            {"signal": "leader", "factor": "jobs", "text": "Grow."},
            {"signal": "leader", "factor": "jobs", "text": "Only west.", "brands": ["west"]},
            {"signal": "share_down", "factor": "births", "text": "Hold."},
        ],
        "competitors": [{"name": "Rival", "text": "Opens stores.", "judgement": True}],
    }
)
LEADS = {"leader": _finding("rank", 1)}


def test_what_the_data_says_comes_first_and_each_point_has_its_basis():
    table = swot.quadrants(NOTES, LEADS, "north")

    assert {name: [(one.basis, one.signal) for one in said] for name, said in table.items()} == {
        "strengths": [("data", "leader"), ("judgement", None)],
        "weaknesses": [],
        "opportunities": [],
        "threats": [("source", None)],
    }


def test_a_point_is_shown_to_the_brands_it_names_and_to_the_group():
    assert swot.quadrants(NOTES, {}, "south")["threats"] == []
    assert len(swot.quadrants(NOTES, {}, "_group")["threats"]) == 1


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("north", [("births", -2), ("jobs", 1)]),
        ("south", [("jobs", 1)]),
        ("_group", [("births", -1), ("jobs", 1)]),
    ],
)
def test_a_factor_touches_the_brands_that_it_names(scope, expected):
    assert [(factor.id, score) for factor, score in swot.touching(NOTES, scope)] == expected


def test_an_option_needs_its_signal_and_its_factor():
    north, south = swot.touching(NOTES, "north"), swot.touching(NOTES, "south")

    assert [(kind, text.root["*"]) for kind, text, _, _ in swot.options(NOTES, LEADS, north, "north")] == [
        ("st", "Lead."),
        ("so", "Grow."),
    ]
    assert [kind for kind, *_ in swot.options(NOTES, LEADS, south, "south")] == ["so"]
    assert swot.options(NOTES, {}, north, "north") == []


def test_a_judgement_is_marked_where_a_source_would_stand():
    judged = LocalText("Judgement")
    table = swot.factor_table(swot.touching(NOTES, "north"), swot.MACRO, judged)

    assert table["effect"].tolist() == ["environment.effect.good", "environment.effect.very_bad"]
    assert [one.root["*"] for one in table["reference"]] == ["Judgement", "Office (2023-05)"]
    assert swot.competitor_table(NOTES, judged)["reference"].tolist() == [judged]
    assert swot.references(NOTES, swot.touching(NOTES, "north")).to_numpy().tolist() == [
        ["Office", "2023-05", "example.org/births"]
    ]


def test_which_way_it_leans():
    north = swot.touching(NOTES, "north")
    fell = {"share_down": _finding("share_change", -0.02, -0.03, -0.01)}

    assert swot.balance(north, swot.MACRO) == "harms"
    assert swot.balance(north, ("economic",)) == "helps"
    assert swot.balance(north, swot.FORCES) == "even"
    said = ({}, LEADS, fell, LEADS | fell)
    assert [swot.weight(swot.quadrants(NOTES, one, "north")) for one in said] == [
        "silent",
        "strong",
        "weak",
        "mixed",
    ]
