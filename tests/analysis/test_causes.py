"""Causes of loss, from words that a client might use."""

import pandas as pd
import pytest

from crmreport.analysis.causes import told

WORDS = pd.DataFrame(
    [
        ("Rude staff", "counter", 20),
        ("rude staff ", "phone", 10),
        ("质量", "counter", 30),
        ("Cheaper elsewhere", None, 25),
        ("moved", "counter", 15),
        ("???", "counter", 7),
    ],
    columns=["cause", "topic", "customers"],
)
CAUSES = {
    "staff": ("rude staff",),
    "product": ("质量",),
    "competitor": ("cheaper elsewhere",),
    "need": ("Moved",),
}
STAGES = {"buying": ("counter",), "after": ("phone",)}


def test_causes_own_and_not():
    found = told(WORDS, CAUSES, STAGES)

    assert found is not None
    shares = {name: one.value for name, one in found.causes.items()}
    assert shares == {"product": 0.3, "staff": 0.3, "competitor": 0.25, "need": 0.15}
    assert (found.own.value, found.own.n) == (pytest.approx(0.6), 100)
    assert found.own.low < 0.6 < found.own.high
    assert found.most() == "product"
    assert found.unread == 7


def test_stages_of_those_whose_stage_is_known():
    found = told(WORDS, CAUSES, STAGES)

    assert {name: (one.value, one.n) for name, one in found.stages.items()} == {
        "buying": (65 / 75, 75),
        "after": (10 / 75, 75),
    }


def test_nothing_said_or_nothing_placed():
    assert told(WORDS.iloc[:0], CAUSES, STAGES) is None
    assert told(WORDS, {}, {}) is None
    assert told(WORDS, CAUSES, {}).stages == {}
