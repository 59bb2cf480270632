"""Scales and the values that are no answer, told from how often each value occurs."""

from collections import Counter

import pytest

from crmreport.data.inspection.answer_scales import Answers, scale_of


def answers(**counts):
    """``answers(_1=20, Blank=3)``: twenty times 1, three times Blank."""
    return Answers.of([name.strip("_").replace("m", "-") for name, n in counts.items() for _ in range(n)])


def of(values, repeat=10):
    return Answers.of([str(value) for value in values] * repeat)


@pytest.mark.parametrize(
    ("values", "tops", "ends", "codes"),
    [
        ([1, 2, 3, 4, 5], (), (1, 5), {}),
        ([0, 1, 2, 3, 4, 5], (), (1, 5), {"blank": (0,)}),
        # Where other items end at 5, a 6 is none of the answers; where none does, the scale has six points.
        ([0, 1, 2, 3, 4, 5, 6], (5,), (1, 5), {"blank": (0,), "not_applicable": (6,)}),
        ([1, 2, 3, 4, 5, 6], (6,), (1, 6), {}),
        ([1, 2, 3, 4, 5, 9], (9,), (1, 5), {"not_applicable": (9,)}),
        ([1, 2, 3, 4, 5, 6, 7], (5,), (1, 7), {}),
        ([0, 1, 5, 9, 10], (), (0, 10), {}),
        ([0, 1, 5, 9, 10, 11], (), (0, 10), {"not_applicable": (11,)}),
        ([1, 2, 9, 10], (), (1, 10), {}),
    ],
)
def test_a_scale_and_what_is_off_it(values, tops, ends, codes):
    scale = scale_of([of(values)], tops=frozenset(tops), far=True)
    assert (scale.ends, scale.codes) == (ends, codes)


def test_a_recommendation_is_asked_from_0_to_10_though_nobody_gave_a_0():
    scale = scale_of([of([3, 5, 8, 9, 11])], tops=frozenset(), far=True, recommend=True)
    assert (scale.ends, scale.codes) == ((0, 10), {"not_applicable": (11,)})


def test_codes_far_off_and_texts_have_their_kind():
    found = answers(_1=9, _2=9, _3=9, _4=9, _5=9, m99=2, _98=1, Blank=3, 不適用=1)
    assert found.far == (-99, 98)
    assert found.numbers == Counter({1: 9, 2: 9, 3: 9, 4: 9, 5: 9})
    scale = scale_of([found], tops=frozenset({5}), far=True)
    assert scale.ends == (1, 5)
    assert scale.codes == {"blank": (-99, "Blank"), "dont_know": (98,), "not_applicable": ("不適用",)}
    # Of a wide file they are declared with the source already.
    assert scale_of([found], tops=frozenset({5}), far=False).codes == {
        "blank": ("Blank",),
        "not_applicable": ("不適用",),
    }


def test_what_holds_other_texts_fractions_or_many_numbers_has_no_scale():
    assert Answers.of(["1", "2", "good"]) is None
    assert Answers.of(["1", "2.5"]) is None
    assert Answers.of(["1", "2", "40"]) is None
    assert Answers.of([None, " "]) is None
    assert Answers.of(["Blank", "Blank"]) is None
