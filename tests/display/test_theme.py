from itertools import combinations

import numpy as np
import pytest

from crmreport.display.theme import COLOURS, DARK, SEQUENTIAL, sequential, spaced, text_width

# Machado, Oliveira & Fernandes 2009, table 1, severity 1.0: how linear RGB looks to those who lack one
# of the three kinds of cones.
SIGHT = {
    "usual": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)


def linear(colour):
    channels = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """WCAG 2.2, relative luminance and contrast ratio."""
    dark, light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour, sight="usual"):
    seen = np.clip(SIGHT[sight] @ linear(colour), 0, 1)
    x, y, z = np.cbrt(TO_XYZ @ seen / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one, other, sight):
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


def test_the_contrast_of_black_on_white_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("page", [COLOURS, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["ink", "muted", "accent", "contrast"])
@pytest.mark.parametrize("behind", ["paper", "surface"])
def test_text_is_readable(page, role, behind):
    assert contrast(page[role], page[behind]) >= 4.5


@pytest.mark.parametrize("page", [COLOURS, DARK], ids=["light", "dark"])
def test_bars_stand_out_from_the_page(page):
    assert contrast(page["accent"], page["paper"]) >= 3
    assert contrast(page["grey"], page["paper"]) >= 3


def test_text_in_every_cell_of_a_heat_map_is_readable():
    for share in np.linspace(0, 1, 101):
        cell, ink = sequential(float(share))
        assert contrast(cell, ink) >= 4.5, (share, cell, ink)


def test_a_heat_map_darkens_by_even_steps_whatever_the_sight():
    for sight in SIGHT:
        steps = -np.diff([lab(colour, sight)[0] for colour in SEQUENTIAL])
        assert steps.min() > 9, sight
        assert steps.max() < 1.35 * steps.min(), sight


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("page", [COLOURS, DARK], ids=["light", "dark"])
def test_what_stands_side_by_side_is_told_apart(page, sight):
    for one, other in combinations(("accent", "contrast", "grey", "pale", "paper"), 2):
        assert difference(page[one], page[other], sight) >= 15, (one, other)


def test_no_two_roles_share_a_colour():
    every = [*COLOURS.values(), *SEQUENTIAL]
    assert len(set(every)) == len(every)
    assert all(colour == colour.lower() and len(colour) == 7 for colour in [*every, *DARK.values()])


def test_the_map_runs_from_its_lightest_to_its_darkest():
    assert sequential(0)[0] == SEQUENTIAL[0]
    assert sequential(0.5)[0] == SEQUENTIAL[3]
    assert sequential(1)[0] == SEQUENTIAL[-1]


def test_chinese_is_as_wide_as_it_is_high():
    assert text_width("客户关系", 8) == pytest.approx(32, abs=0.01)
    assert text_width("客户", 10, "bold") == pytest.approx(20, abs=0.01)
    assert text_width("", 8) == 0


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("平均數3.78", "平均數 3.78"),
        ("第7天：61.8%", "第 7 天：61.8%"),
        ("2024年3月推播", "2024 年 3 月推播"),
        ("Wi-Fi服务（3次）", "Wi-Fi 服务（3 次）"),
        ("較上期+56.9%，n=386", "較上期+56.9%，n=386"),
        ("3 months", "3 months"),
        ("α係數", "α 係數"),
    ],
)
def test_chinese_and_latin_stand_apart_in_a_drawing_and_are_measured_so(text, drawn):
    assert spaced(text) == drawn
    added = drawn.count(" ") - text.count(" ")
    assert text_width(text, 8) == pytest.approx(text_width(drawn, 8) + added * (0.25 - 0.224) * 8, abs=0.01)
    assert spaced(drawn) == drawn
