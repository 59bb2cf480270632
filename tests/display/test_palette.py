"""A client's colours: as wished where they can be read and told apart, else changed as little as can be."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmreport.brandfile import Look
from crmreport.display.palette import THEME, Change, look_notes, palette_of
from crmreport.display.theme import COLOURS, DARK, SEQUENTIAL
from tests.display.test_theme import SIGHT, contrast, difference, lab

COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
WISH = st.one_of(st.just(""), COLOUR)


def test_without_a_wish_the_theme_is_the_palette():
    assert palette_of() is THEME
    assert (THEME.light, THEME.dark, THEME.sequential, THEME.changes) == (COLOURS, DARK, SEQUENTIAL, ())


def test_a_colour_that_can_be_read_is_taken_as_it_is():
    palette = palette_of("#0033a0", "#a03c00")

    assert (palette.light["accent"], palette.light["contrast"]) == ("#0033a0", "#a03c00")
    assert palette.changes == ()
    assert {role: colour for role, colour in palette.light.items() if role not in ("accent", "contrast")} == {
        role: colour for role, colour in COLOURS.items() if role not in ("accent", "contrast")
    }


def test_a_colour_too_light_for_text_is_darkened_in_its_own_hue_and_that_is_said():
    palette = palette_of("#ff9900")
    used = palette.light["accent"]

    assert palette.changes == (Change("accent", "#ff9900", used),)
    assert 4.5 <= contrast(used, "#f3f6f8") < 4.8
    _, a, b = lab(used)
    _, wished_a, wished_b = lab("#ff9900")
    assert a / b == pytest.approx(wished_a / wished_b, abs=0.05)
    assert look_notes(Look(accent="#ff9900")) == (
        "Its primary colour #ff9900 cannot be read on white or told apart from the other colours; "
        f"{used} is used.",
    )


@settings(max_examples=40)
@given(WISH, WISH)
def test_whatever_is_wished_for_can_be_read_and_told_apart(accent, other):
    palette = palette_of(accent, other)
    for page in (palette.light, palette.dark):
        for role in ("accent", "contrast"):
            assert contrast(page[role], page["paper"]) >= 4.49
            assert contrast(page[role], page["surface"]) >= 4.49
        for sight in SIGHT:
            for one, two in (
                ("accent", "contrast"),
                ("accent", "grey"),
                ("accent", "pale"),
                ("contrast", "grey"),
            ):
                assert difference(page[one], page[two], sight) >= 14.9, (one, two, sight)


@given(COLOUR)
def test_text_in_every_cell_of_the_heat_map_stays_readable(accent):
    cells = palette_of(accent).sequential
    ink = [COLOURS["on_light"]] * 4 + [COLOURS["on_dark"]] * 2
    assert all(contrast(cell, text) >= 4.5 for cell, text in zip(cells, ink, strict=True))
    assert [lab(cell)[0] for cell in cells] == sorted((lab(cell)[0] for cell in cells), reverse=True)


def test_a_chart_is_recoloured_and_nothing_else_of_it_changes():
    palette = palette_of("#00704a")
    svg = f'<rect style="fill: {COLOURS["accent"]}; stroke: {SEQUENTIAL[5]}"/><a fill="#123456">#0f4c5cc</a>'

    assert palette.recoloured(svg) == (
        f'<rect style="fill: #00704a; stroke: {palette.sequential[5]}"/><a fill="#123456">#0f4c5cc</a>'
    )
    assert THEME.recoloured(svg) == svg
    assert palette.variables[COLOURS["accent"]] == "var(--accent,#00704a)"
    assert palette.variables[SEQUENTIAL[0]] == palette.sequential[0]
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in palette.exchange.values())
