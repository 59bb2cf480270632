"""The client's brand file: ``_brand.yml`` in Quarto's open format, of which reports use colours and logo.

The accent is ``color.primary`` (or ``foreground``), what is set against it ``color.secondary``; the logo
is a PNG or SVG beside the file. Typefaces are left alone: a report carries its own, which have Chinese.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crmreport.errors import ParamsError, did_you_mean
from crmreport.params import Engagement, Strict, parse_yaml
from crmreport.validation import explain

NAME = "_brand.yml"

_LARGEST = 500_000
_WIDEST = 4000  # pixels
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
_REFUSED = ("script", "foreignObject", "image", "text", "a", "animate", "set", "style")
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)", re.IGNORECASE)
_SEE = "See https://posit-dev.github.io/brand-yml for the format."


class LightDark(Strict):
    """A value for light pages and one for dark ones; reports take the first."""

    light: str
    dark: str | None = None


class Colours(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    palette: dict[str, str] = {}
    foreground: str | LightDark | None = None
    primary: str | LightDark | None = None
    secondary: str | LightDark | None = None


class LogoFile(Strict):
    path: str
    alt: str | None = None


class Logos(Strict):
    """The logo in sizes; each is a path or a name under ``images``, or one for light and one for dark."""

    images: dict[str, str | LogoFile] = Field({})
    small: str | LightDark | None = None
    medium: str | LightDark | None = None
    large: str | LightDark | None = None


class BrandYaml(Strict):
    """What a brand file may hold; what reports do not use is left unread."""

    meta: Any = None
    color: Colours = Colours()
    logo: str | Logos | None = None
    typography: Any = None
    defaults: Any = None


@dataclass(frozen=True)
class Look:
    """What a brand file asks of a report: colours as ``#rrggbb``, the logo as a ``data:`` address.

    Empty texts where it asks nothing. ``sha256`` is that of the file and its logo.
    """

    accent: str = ""
    contrast: str = ""
    logo: str = ""
    sha256: str = ""
    notes: tuple[str, ...] = ()


def load_look(engagement: Engagement) -> Look:
    """The look of an engagement, from the file that its params name or ``_brand.yml`` beside them.

    Raises ParamsError that names the file, the key, the problem and the remedy.
    """
    named = engagement.params.brand_file
    path = engagement.path.parent / (named or NAME)
    if not path.is_file():
        if named:
            raise ParamsError(
                "There is no such brand file.", where=str(path), remedy="Correct “brand_file” in the params."
            )
        return Look()
    return _look(path)


def _look(path: Path) -> Look:
    where = str(path)
    content = _bytes(path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ParamsError("This is not a text file in UTF-8.", where=where, remedy=_SEE) from None
    yaml = parse_yaml(text, where=where)
    try:
        brand = BrandYaml.model_validate(yaml or {})
    except ValidationError as error:
        raise ParamsError(explain(error, BrandYaml), where=where, remedy=_SEE) from None
    logo = _logo_path(brand.logo, path)
    drawing = _bytes(logo) if logo else b""
    return Look(
        accent=_colour("primary", brand.color, where) or _colour("foreground", brand.color, where),
        contrast=_colour("secondary", brand.color, where),
        logo=_data_uri(drawing, logo) if logo else "",
        sha256=hashlib.sha256(content + drawing).hexdigest(),
        notes=("Its typography is not used: reports carry typefaces that have Chinese.",)
        if brand.typography
        else (),
    )


# ---------------------------------------------------------------- colours


def _colour(key: str, colours: Colours, where: str) -> str:
    given = getattr(colours, key)
    name = given.light if isinstance(given, LightDark) else given
    seen: list[str] = []
    while name and not _COLOUR.fullmatch(name):
        if name not in colours.palette or name in seen:
            raise ParamsError(
                f"“color.{key}” is “{name}”, which is neither a colour such as #0f4c5c nor a name of the "
                f"palette{did_you_mean(name, colours.palette)}",
                where=where,
                remedy=f"The palette names: {', '.join(colours.palette) or 'none'}.",
            )
        seen.append(name)
        name = colours.palette[name]
    if not name:
        return ""
    digits = name[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


# ---------------------------------------------------------------- the logo


def _logo_path(logo: str | Logos | None, brand_file: Path) -> Path | None:
    images: dict[str, str | LogoFile] = {}
    chosen: str | LightDark | None
    if isinstance(logo, Logos):
        images, chosen = logo.images, logo.medium or logo.large or logo.small
    else:
        chosen = logo
    name = chosen.light if isinstance(chosen, LightDark) else chosen
    if not name:
        return None
    found = images.get(name, name)
    path = (brand_file.parent / (found.path if isinstance(found, LogoFile) else found)).resolve()
    if not path.is_relative_to(brand_file.parent.resolve()):
        raise ParamsError(
            f"The logo “{name}” lies outside the brand file's folder.",
            where=str(brand_file),
            remedy="Copy it there.",
        )
    return path


def _bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ParamsError(
            f"The file cannot be read ({error.strerror}).", where=str(path), remedy="Check the path."
        ) from None
    if len(content) > _LARGEST:
        raise ParamsError(
            f"This is too large ({len(content) / 1000:.0f} kB; at most {_LARGEST / 1000:.0f} kB).",
            where=str(path),
            remedy="Every page carries it: save it smaller.",
        )
    return content


def _data_uri(content: bytes, path: Path) -> str:
    if content.startswith(_PNG):
        kind, problem = "image/png", _png_problem(content)
    else:
        kind, problem = "image/svg+xml", _svg_problem(content)
    if problem:
        raise ParamsError(
            f"The logo {problem}.",
            where=str(path),
            remedy="Save it anew as PNG, or as plain SVG with its texts turned into paths.",
        )
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _png_problem(content: bytes) -> str:
    if len(content) < 24:
        return "is cut off"
    width, height = struct.unpack(">II", content[16:24])
    return "" if 0 < max(width, height) <= _WIDEST else f"is {width} by {height} pixels, more than {_WIDEST}"


def _svg_problem(content: bytes) -> str:
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        return "declares a document type"
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  # entities were refused above
    except (ElementTree.ParseError, ValueError):
        return "is neither PNG nor well-formed SVG"
    if root.tag != f"{_SVG}svg":
        return "is no SVG"
    return next(_svg_faults(root), "")


def _svg_faults(root: ElementTree.Element) -> Iterator[str]:
    """What an SVG holds beside a drawing that looks the same everywhere and asks for nothing."""
    for element in root.iter():
        name = str(element.tag).removeprefix(_SVG)
        if name in _REFUSED:
            yield f"holds a <{name}>"
        for key, value in element.attrib.items():
            attribute = key.rpartition("}")[2].lower()
            if attribute.startswith("on"):
                yield f"holds a script ({attribute})"
            if (attribute == "href" and not value.startswith("#")) or _OUTSIDE.search(value):
                yield f"refers to something outside itself ({attribute})"
