"""Two shops of which one is the other's opposite: whatever was inverted, the headlines say inverted."""

import pytest

from crmreport.params import load_params
from crmreport.runs import processes
from crmreport.runs.order import make_order
from crmreport.runs.run import run
from crmreport.text import Words
from tests.end_to_end.headlines import DIRECTIONS, headlines, misdirected, read, ways
from tests.end_to_end.opposites import FAILING, THRIVING, write_shop

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("opposites")]

WORDS = Words.of("en", currency="EUR")
# Chapters that may say the same of both shops, and why.
ALIKE = {
    "data": "both supply the same tables",
    "engagement": "both contact the same customers on the same days",
    "types": "both have too few customers to fall into types",
}
SCOPES = ("_group", "own")

# What was inverted, as the generator says it: the finding, and whether it is up in the thriving shop.
INVERTED = {
    "_group": {
        "customers.revenue_change": True,
        "environment.market_growth": True,
        "segmentation.top_gap": False,
        "retention.repeat_90": True,
        "marketing.deal_change": False,
        "marketing.gap_before": True,
    },
    "own": {
        "customers.revenue_change": True,
        "environment.share_change": True,
        "environment.price_gap": True,
        "retention.repeat_90": True,
        "loyalty.requirements_share": True,
        "loyalty.frequency_gap": True,
        "marketing.deal_change": False,
        "marketing.gap_before": True,
    },
}
# Where no sign but a name was inverted: the slot of a headline that must name something else.
NAMED = {
    "_group": [("customers", "figure:week", "part"), ("summary", "figure:growth-bridge", "driver")],
    "own": [("summary", "figure:growth-bridge", "driver"), ("environment", "figure:rivals", "leader")],
}


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    """For each shop and scope its report and findings."""
    folder = tmp_path_factory.mktemp("opposites")
    processes.start_warming()
    found = {}
    for facts in (THRIVING, FAILING):
        params = load_params(write_shop(folder / facts.name, facts))
        order = make_order(params, "2023-Q4", out=folder / "out", scopes=SCOPES, formats=["html"])
        result = run(order)
        assert result.exit_code == 0, [one.troubles for one in result.failed]
        for scope in SCOPES:
            found[facts.name, scope] = read(folder / "out" / facts.name / "2023-Q4" / scope)
    return found


def _said(shops, shop, scope):
    return headlines(shops[shop, scope][0], WORDS)


@pytest.mark.parametrize("shop", ["thriving", "failing"])
@pytest.mark.parametrize("scope", SCOPES)
def test_each_says_what_its_own_findings_say(shops, shop, scope):
    assert misdirected(*shops[shop, scope]) == []


@pytest.mark.parametrize(
    ("scope", "key", "rises"),
    [(scope, key, rises) for scope, inverted in INVERTED.items() for key, rises in inverted.items()],
)
def test_what_was_inverted_is_said_inverted(shops, scope, key, rises):
    thriving, failing = (shops[shop, scope][0] for shop in ("thriving", "failing"))
    families = [family for family in DIRECTIONS if family.key == key]
    told = {family.stem: (ways(thriving, family), ways(failing, family), family) for family in families}
    both = {stem: pair for stem, pair in told.items() if pair[0] and pair[1]}

    assert both
    for stem, (one, other, family) in both.items():
        up, down = (one, other) if rises else (other, one)
        assert (up, down) == ({family.up}, {family.down}), stem


@pytest.mark.parametrize(
    ("scope", "place"), [(scope, place) for scope, places in NAMED.items() for place in places]
)
def test_where_a_name_was_inverted_another_is_named(shops, scope, place):
    chapter, figure, slot = place
    named = [
        [
            line.sentence.slots[slot]
            for line in _said(shops, shop, scope)
            if (line.chapter, line.place) == (chapter, figure)
        ]
        for shop in ("thriving", "failing")
    ]

    assert len(named[0]) == len(named[1]) == 1
    assert named[0] != named[1]


@pytest.mark.parametrize("scope", SCOPES)
def test_no_headline_that_states_a_finding_is_the_same_in_both(shops, scope):
    one, other = (
        {
            (line.chapter, line.place, line.text)
            for line in _said(shops, shop, scope)
            if line.speaks(WORDS) and line.chapter not in ALIKE
        }
        for shop in ("thriving", "failing")
    )

    assert len(one) > 30
    assert len(other) > 30
    assert sorted(one & other) == []


@pytest.mark.parametrize("scope", SCOPES)
def test_opposite_shops_get_opposite_advice(shops, scope):
    thriving, failing = (
        [one.rule for one in shops[shop, scope][0].recommendations] for shop in ("thriving", "failing")
    )

    assert thriving[0] != failing[0]
    assert {"falling_buyers", "second_purchase"} <= set(failing) - set(thriving)
    if scope == "own":
        assert "share_lost" in set(failing) - set(thriving)


@pytest.mark.parametrize("scope", SCOPES)
def test_the_summaries_share_no_finding_and_no_first_action(shops, scope):
    first, second = (
        [line for line in _said(shops, shop, scope) if line.chapter == "summary"]
        for shop in ("thriving", "failing")
    )

    assert [line.text for line in first if line.speaks(WORDS)]
    assert not {line.text for line in first if line.speaks(WORDS)} & {line.text for line in second}
