"""A chart's SVG made fit for a page that holds many, in a light and a dark style."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from crmreport.errors import RenderError

_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_DROPPED = {f"{_SVG}metadata", f"{_SVG}title", f"{_SVG}desc"}
_REFUSED = {f"{_SVG}script", f"{_SVG}foreignObject", f"{_SVG}image"}
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b", re.IGNORECASE)
_DRAWING = re.compile(r"<svg [^<>]*>.*?</svg>", re.DOTALL)
_TAG = re.compile(r"<[^<>]+>")
_STYLE = re.compile(r' style="([^"]*)"')
_PLACE = re.compile(r' ([xy])="(-?[\d.]+)"')
_ALIKE = re.compile(r"<text class=(d\d+)[^<>]*>[^<>]*</text>(?:<text class=\1 [^<>]*>[^<>]*</text>){2,}")


def inline_svg(svg: str, *, prefix: str, label: str, variables: Mapping[str, str]) -> str:
    """``svg`` to be put into HTML as it is.

    ``prefix`` makes its ids unique in the page, ``label`` is its text alternative, ``variables`` maps a
    colour to the CSS variable that may replace it. Raises RenderError for what is not well-formed, or
    holds more than a drawing.
    """
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314  # drawn by us; entities are refused below
    except ElementTree.ParseError as error:
        raise RenderError(f"The chart is not well-formed SVG ({error}).", where=prefix) from None
    for element in root.iter():
        _adapt(element, prefix, variables)
        for child in [child for child in element if child.tag in _DROPPED]:
            element.remove(child)
    root.attrib |= {"role": "img", "aria-label": label}
    root.attrib.pop("font-family", None)  # the page's own
    if "viewBox" in root.attrib:  # its size on the page is the style sheet's matter
        root.attrib.pop("width", None)
        root.attrib.pop("height", None)
    return _written(root)


def _adapt(element: ElementTree.Element, prefix: str, variables: Mapping[str, str]) -> None:
    if element.tag in _REFUSED:
        raise RenderError(f"A chart must not hold {element.tag}.", where=prefix)
    for name, value in element.attrib.items():
        if name.lower().startswith("on"):
            raise RenderError(f"A chart must not hold {name}.", where=prefix)
        element.attrib[name] = _attribute(name, value, prefix, variables)
    if element.tag == f"{_SVG}style" and element.text:
        element.text = _coloured(element.text, variables)


def _attribute(name: str, value: str, prefix: str, variables: Mapping[str, str]) -> str:
    if name == "id":
        return f"{prefix}-{value}"
    if name in _HREFS:
        if not value.startswith("#"):
            raise RenderError(f"A chart must not refer to {value}.", where=prefix)
        return f"#{prefix}-{value[1:]}"
    return _coloured(_REFERENCE.sub(rf"url(#{prefix}-\1)", value), variables)


def _coloured(value: str, variables: Mapping[str, str]) -> str:
    return _COLOUR.sub(lambda found: variables.get(found[0].lower(), found[0]), value)


def _written(root: ElementTree.Element) -> str:
    """The element as HTML reads it: without namespace prefixes."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        if element.tag not in ("text", "tspan", "style"):
            # White space between elements is but the layout of the file.
            element.text = None
            for child in element:
                child.tail = None
    return ElementTree.tostring(root, encoding="unicode")


def share_styles(page: str) -> tuple[str, str]:
    """A page whose drawings name their styles, and the style sheet that holds each style once.

    The marks of many drawings share a few styles; written out at each mark they are half of a drawing.
    Texts of one style that follow each other name it once. Their places are written as HTML allows:
    without quotation marks, and not at all where they are the usual ones.
    """
    classes: dict[str, str] = {}

    def named(style: re.Match[str]) -> str:
        return f" class={classes.setdefault(_tight(style[1]), f'd{len(classes)}')}"

    def tagged(tag: re.Match[str]) -> str:
        written = _STYLE.sub(named, tag[0])
        return _PLACE.sub(_placed, written) if written.startswith("<text ") else written

    def shared(drawing: re.Match[str]) -> str:
        return _ALIKE.sub(_grouped, _TAG.sub(tagged, drawing[0]))

    page = _DRAWING.sub(shared, page)
    return page, "".join(f"svg .{name}{{{style}}}" for style, name in classes.items())


def _placed(place: re.Match[str]) -> str:
    return "" if place[2] == "0" else f" {place[1]}={place[2]}"


def _grouped(texts: re.Match[str]) -> str:
    return f"<g class={texts[1]}>{texts[0].replace(f'<text class={texts[1]}', '<text')}</g>"


def _tight(style: str) -> str:
    return style.replace("; ", ";").replace(": ", ":")
