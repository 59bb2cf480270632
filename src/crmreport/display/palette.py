"""A client's two colours made into the colours of a whole report.

The theme's roles stay; the accent and what is set against it take the client's hues. Each keeps as near
to the wish as it can while its text stays readable (WCAG 2.2: 4.5 to 1) and the roles are told apart
with each of the three kinds of colour blindness. What had to be changed is said, never done silently.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from crmreport.brandfile import Look
from crmreport.display.theme import COLOURS, DARK, SEQUENTIAL, Role

READABLE = 4.5
TOLD_APART = 15.0
"""The least distance in CIE Lab between colours that stand side by side."""

_TINT = 0.07  # of a callout's ground
_HEX = re.compile(r"#[0-9a-f]{6}\b")
# Machado, Oliveira & Fernandes 2009, table 1, severity 1.0, on linear RGB; first, usual sight.
_SIGHTS = (
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
)
_TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
_FROM_XYZ = ((3.2406, -1.5372, -0.4986), (-0.9689, 1.8758, 0.0415), (0.0557, -0.2040, 1.0570))
_WHITE = tuple(sum(row) for row in _TO_XYZ)

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Change:
    """A colour that could not be taken as it was wished for."""

    role: Role
    wished: str
    used: str


@dataclass(frozen=True, eq=False)
class Palette:
    """Colours by role for the light and the dark page, and those of heat maps from little to much."""

    light: Mapping[Role, str]
    dark: Mapping[Role, str]
    sequential: tuple[str, ...]
    changes: tuple[Change, ...] = ()

    @cached_property
    def exchange(self) -> dict[str, str]:
        """What becomes of each colour of the theme; no two of its roles share one."""
        roles = {colour: self.light[role] for role, colour in COLOURS.items()}
        return roles | dict(zip(SEQUENTIAL, self.sequential, strict=True))

    @cached_property
    def variables(self) -> dict[str, str]:
        """As ``exchange``, but with the CSS variable of each role: the dark style gives it another value."""
        roles = {
            colour: f"var(--{role.replace('_', '-')},{self.light[role]})" for role, colour in COLOURS.items()
        }
        return roles | dict(zip(SEQUENTIAL, self.sequential, strict=True))

    def recoloured(self, svg: str) -> str:
        """A chart drawn in the theme's colours, in these."""
        return _HEX.sub(lambda found: self.exchange.get(found[0], found[0]), svg)


THEME = Palette(COLOURS, DARK, SEQUENTIAL)


@cache
def palette_of(accent: str = "", contrast: str = "") -> Palette:
    """The palette of a client's colours, ``#rrggbb`` in lower case; without them, the theme's own."""
    if not accent and not contrast:
        return THEME
    light = _page(COLOURS, accent, contrast)
    dark = _page(DARK, accent, contrast)
    wishes: tuple[tuple[Role, str], ...] = (("accent", accent), ("contrast", contrast))
    changes = tuple(
        Change(role, wished, light[role]) for role, wished in wishes if wished and light[role] != wished
    )
    return Palette(light, dark, _heat(light["accent"]) if accent else SEQUENTIAL, changes)


def look_notes(look: Look) -> tuple[str, ...]:
    """What a report makes of a brand file otherwise than it says, for whoever wrote it."""
    names = {"accent": "primary", "contrast": "secondary"}
    changed = (
        f"Its {names[change.role]} colour {change.wished} cannot be read on white or told apart from the "
        f"other colours; {change.used} is used."
        for change in palette_of(look.accent, look.contrast).changes
    )
    return (*changed, *look.notes)


def _page(roles: Mapping[Role, str], accent: str, contrast: str) -> dict[Role, str]:
    rest = [roles[role] for role in ("grey", "pale", "paper")]
    first = _nearest(accent, roles, rest) if accent else roles["accent"]
    second = _nearest(contrast or roles["contrast"], roles, [*rest, first])
    return {**roles, "accent": first, "contrast": second}


def _nearest(wished: str, roles: Mapping[Role, str], others: Sequence[str]) -> str:
    """The colour of the wish's hue, as near to it in lightness as can be, that fits on the page."""
    found = next((one for one in _by_lightness(wished) if _fits(one, roles, others)), None)
    # Black or white stands out from any page and any grey.
    return found or max(("#000000", "#ffffff"), key=lambda one: contrast_ratio(one, roles["paper"]))


def _by_lightness(wished: str) -> Iterator[str]:
    yield wished
    lightness, chroma, hue = _lch(wished)
    for step in range(1, 201):
        for other in (lightness - step / 2, lightness + step / 2):
            if 0 <= other <= 100:
                yield _of_lch(other, chroma, hue)


def _fits(colour: str, roles: Mapping[Role, str], others: Sequence[str]) -> bool:
    grounds = (roles["paper"], roles["surface"], _mixed(colour, roles["paper"], _TINT))
    readable = all(contrast_ratio(colour, ground) >= READABLE for ground in grounds)
    return readable and all(least_difference(colour, other) >= TOLD_APART for other in others)


def _heat(accent: str) -> tuple[str, ...]:
    """The theme's steps in the accent's hue: their lightness, so that text in each cell stays readable."""
    _, chroma, hue = _lch(accent)
    most = max(_lch(colour)[1] for colour in SEQUENTIAL)
    steps = (_lch(colour) for colour in SEQUENTIAL)
    return tuple(_of_lch(lightness, own * min(chroma / most, 2.0), hue) for lightness, own, _ in steps)


# ---------------------------------------------------------------- measures of colour


def contrast_ratio(one: str, other: str) -> float:
    """WCAG 2.2: from 1, the same, to 21, black on white."""
    dark, light = sorted(_dot((0.2126, 0.7152, 0.0722), _linear(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def least_difference(one: str, other: str) -> float:
    """The distance in CIE Lab for the kind of sight that tells the two colours apart least."""
    return min(math.dist(_lab(_seen(one, sight)), _lab(_seen(other, sight))) for sight in _SIGHTS)


def _seen(colour: str, sight: Sequence[Triple]) -> Triple:
    linear = _linear(colour)
    return _triple(min(max(_dot(row, linear), 0.0), 1.0) for row in sight)


def _linear(colour: str) -> Triple:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _triple(one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)


def _hex(linear: Triple) -> str:
    channels = (12.92 * one if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055 for one in linear)
    return "#" + "".join(f"{round(255 * one):02x}" for one in channels)


def _lab(linear: Triple) -> Triple:
    x, y, z = (_root(_dot(row, linear) / white) for row, white in zip(_TO_XYZ, _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(share: float) -> float:
    return math.cbrt(share) if share > (6 / 29) ** 3 else share / (3 * (6 / 29) ** 2) + 4 / 29


def _lch(colour: str) -> Triple:
    lightness, a, b = _lab(_linear(colour))
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _of_lch(lightness: float, chroma: float, hue: float) -> str:
    """The colour of a lightness and hue, with as much of the chroma as a screen can show."""
    for step in range(101):
        linear = _unlab(lightness, chroma * (1 - step / 100), hue)
        if all(-1e-4 <= one <= 1 + 1e-4 for one in linear):
            break
    return _hex(_triple(min(max(one, 0.0), 1.0) for one in linear))


def _unlab(lightness: float, chroma: float, hue: float) -> Triple:
    y = (lightness + 16) / 116
    roots = (y + chroma * math.cos(hue) / 500, y, y - chroma * math.sin(hue) / 200)
    cubes = (one**3 if one > 6 / 29 else 3 * (6 / 29) ** 2 * (one - 4 / 29) for one in roots)
    xyz = _triple(one * white for one, white in zip(cubes, _WHITE, strict=True))
    return _triple(_dot(row, xyz) for row in _FROM_XYZ)


def _mixed(colour: str, ground: str, share: float) -> str:
    pairs = ((int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in pairs)


def _dot(row: Sequence[float], values: Sequence[float]) -> float:
    return sum(one * other for one, other in zip(row, values, strict=True))


def _triple(values: Iterator[float]) -> Triple:
    first, second, third = values
    return first, second, third
