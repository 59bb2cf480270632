"""A figure's paths and numbers as they are written: short, and exact to a tenth of a point."""

import re

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch, Rectangle
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


def test_a_circle_is_written_as_two_arcs():
    figure = Figure(figsize=(10, 10), dpi=72)
    figure.patch.set_visible(False)
    figure.add_artist(Circle((0.5, 0.25), 0.05, transform=figure.transFigure))
    [path] = re.findall(r' d="([^"]*)"', to_svg(figure, title="t"))
    # Of 720 points across, from its uppermost point: 36 points of radius round (360, 540).
    assert path == "M360 504a36 36 0 1 0 0 72a36 36 0 1 0 0-72z"


def test_areas_of_one_style_are_one_mark_unless_their_rims_would_show():
    figure = Figure(figsize=(10, 10), dpi=72)
    figure.patch.set_visible(False)
    looks = [{"facecolor": "#ff0000", "linewidth": 0}] * 3
    looks += [{"facecolor": "#ff0000", "edgecolor": "#ffffff"}] * 2
    for place, look in enumerate(looks):
        figure.add_artist(
            Rectangle((place / 10, 0), 0.1, 0.1, transform=figure.transFigure, zorder=place, **look)
        )
    assert [path.count("M") for path in re.findall(r' d="([^"]*)"', to_svg(figure, title="t"))] == [3, 1, 1]


def test_rounding_adds_up_to_nothing():
    points = [(100 + number / 3, 50 + number / 7) for number in range(300)]

    for (x, y), (was_x, was_y) in zip(places(drawn(*points)), points, strict=True):
        assert (x, y) == pytest.approx((was_x, was_y), abs=0.051)
