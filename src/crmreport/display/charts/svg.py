"""A matplotlib figure as a small, still SVG: the same bytes each time, fit to stand inside a page."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

from matplotlib.figure import Figure

_NOTHING = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_COMMAND = re.compile(r"([MLQCz])([^MLQCz]*)")
_CIRCLE = "MCCCCCCCCz"
_UNITS = 10  # of a point: half of one is less than a screen shows, enlarged or not
_LEFT_OUT = frozenset(("metadata", "defs"))
_FONT = re.compile(r"font-family: ([^;]+); ")
_SAID_BY_NONE = re.compile(r"text-anchor: start; |stroke-dashoffset: 0; ")


def to_svg(figure: Figure, *, title: str) -> str:
    """The figure as one ``<svg>`` element, named ``title`` for those who cannot see it.

    Left out are metadata, definitions (matplotlib's style sheet would style the page around the chart,
    and names would clash with those of other charts there), and decimals that nobody can see.
    """
    stream = io.StringIO()
    figure.savefig(stream, format="svg", transparent=True, metadata=_NOTHING)
    written = ET.fromstring(stream.getvalue())  # noqa: S314 - it was written in the line above
    families = _FONT.search(stream.getvalue())
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": written.attrib["width"],
            "height": written.attrib["height"],
            "viewBox": written.attrib["viewBox"],
            "role": "img",
            "stroke-linejoin": "round",
        },
    )
    if families:
        root.set("font-family", families[1])
    ET.SubElement(root, "title").text = title
    _copy(written, root)
    return ET.tostring(root, encoding="unicode")


def _copy(element: ET.Element, into: ET.Element) -> None:
    """Copy the marks inside ``element``; its groups, names and layout white space stay behind.

    Lines or areas of one style that follow each other become one mark.
    """
    for child in element:
        tag = _local(child.tag)
        if tag in _LEFT_OUT:
            continue
        if tag == "g":
            _copy(child, into)
            continue
        mark = ET.SubElement(
            into, tag, {_local(key): _short(_local(key), child.attrib[key]) for key in child.attrib}
        )
        mark.attrib.pop("id", None)
        if mark.get("transform", "").startswith("rotate(-0 "):
            del mark.attrib["transform"]
        mark.text = child.text if tag == "text" else None
        if len(into) > 1 and _joins(into[-2], mark):
            into[-2].set("d", into[-2].attrib["d"] + mark.attrib["d"])
            into.remove(mark)


def _joins(one: ET.Element, other: ET.Element) -> bool:
    """Whether two marks look the same as one: not where the rim of the second lies on the first."""
    alike = one.tag == other.tag == "path" and one.attrib.keys() == other.attrib.keys() == {"d", "style"}
    style = other.get("style", "")
    return alike and one.get("style") == style and ("fill: none" in style or "stroke: " not in style)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _short(name: str, value: str) -> str:
    match name:
        case "style":
            return _SAID_BY_NONE.sub("", _FONT.sub("", value))
        case "d":
            return _path(value)
        case "x" | "y":
            return _written(_units(value))
    return value


def _path(absolute: str) -> str:
    """A path by its steps, which take fewer digits than its points.

    The points are rounded, not the steps, so that no error adds up.
    """
    at, written = (0, 0), ""
    commands = _COMMAND.findall(absolute)
    if "".join(command for command, _ in commands) == _CIRCLE:
        return _circle([[float(number) for number in numbers.split()] for _, numbers in commands[:-1]])
    for command, numbers in commands:
        units = [_units(number) for number in numbers.split()]
        points = list(zip(units[::2], units[1::2], strict=True))
        written += _step(command, at, points)
        at = points[-1] if points else at
    return written


def _circle(curves: list[list[float]]) -> str:
    """A circle, which matplotlib draws in eight curves from its lowest point, as two arcs."""
    (x, low), high = curves[0], curves[4][-1]
    radius, around = abs(low - high) / 2, [_units(x), _units(min(low, high))]
    size, across = _written(round(radius * _UNITS)), round(2 * radius * _UNITS)
    arc = f"a{size} {size} 0 1 0 0"
    return f"M{_numbers([(around[0], around[1])])}{arc} {_written(across)}{arc}{_written(-across)}z"


def _step(command: str, at: tuple[int, int], points: list[tuple[int, int]]) -> str:
    if command in "Mz":
        return command + _numbers(points)
    steps = [(x - at[0], y - at[1]) for x, y in points]
    if command == "L" and steps[0][1] == 0:
        return f"h{_written(steps[0][0])}"
    if command == "L" and steps[0][0] == 0:
        return f"v{_written(steps[0][1])}"
    return command.lower() + _numbers(steps)


def _numbers(points: list[tuple[int, int]]) -> str:
    """A minus parts two numbers as well as a space does."""
    return " ".join(_written(one) for point in points for one in point).replace(" -", "-")


def _units(number: str | float) -> int:
    return round(float(number) * _UNITS)


def _written(units: int) -> str:
    """Whole ``units`` as the decimal number that they stand for."""
    number = f"{units / _UNITS:.1f}".rstrip("0").rstrip(".")
    return number.removeprefix("0") if number.startswith("0.") else number.replace("-0.", "-.")
