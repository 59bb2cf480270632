"""A matplotlib figure as a small, still SVG: the same bytes each time, fit to stand inside a page."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

from matplotlib.figure import Figure

_NOTHING = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_GEOMETRY = frozenset(("d", "x", "y"))
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
    """Copy the marks inside ``element``; its groups, names and layout white space stay behind."""
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


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _short(name: str, value: str) -> str:
    if name == "style":
        return _SAID_BY_NONE.sub("", _FONT.sub("", value))
    return " ".join(_NUMBER.sub(_rounded, value).split()) if name in _GEOMETRY else value


def _rounded(number: re.Match[str]) -> str:
    short = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short
