"""A figure's paths and numbers as they are written: short, and exact to a tenth of a point."""

import re

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from crmreport.display.charts.svg import to_svg


def drawn(*points):
    """The path through points given in hundredths of the figure's width and height (1,000 points)."""
    figure = Figure(figsize=(1000 / 72, 1000 / 72), dpi=72)
    figure.patch.set_visible(False)
    patch = PathPatch(Path([(x / 1000, 1 - y / 1000) for x, y in points]), transform=figure.transFigure)
    figure.add_artist(patch)
    return re.search(r' d="([^"]*)"', to_svg(figure, title="t"))[1]


def places(path):
    """The points of a path of steps."""
    at, found = (0.0, 0.0), []
    for command, numbers in re.findall(r"([MlhvL])([^MlhvL]*)", path):
        values = [float(one) for one in re.findall(r"-?\d*\.?\d+", numbers)]
        step = {"h": (*values, 0.0), "v": (0.0, *values)}.get(command, tuple(values))
        at = step if command == "M" else (at[0] + step[0], at[1] + step[1])
        found.append(at)
    return found


def test_a_path_is_written_by_its_steps():
    assert drawn((100, 50), (110, 50), (110, 62.5), (105, 60)) == "M100 50h10v12.5l-5-2.5"


def test_rounding_adds_up_to_nothing():
    points = [(100 + number / 3, 50 + number / 7) for number in range(300)]

    for (x, y), (was_x, was_y) in zip(places(drawn(*points)), points, strict=True):
        assert (x, y) == pytest.approx((was_x, was_y), abs=0.051)
