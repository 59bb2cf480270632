from __future__ import annotations

import pytest

from crmreport.display.drawing import inline_svg, share_styles
from crmreport.errors import RenderError

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="20pt" height="10pt" viewBox="0 0 20 10">'
VARIABLES = {"#0f4c5c": "var(--accent,#0f4c5c)"}


def inlined(content: str) -> str:
    return inline_svg(f"{HEAD}{content}</svg>", prefix="f", label='A "name" & <more>', variables=VARIABLES)


def test_ids_and_colours_become_the_pages_own() -> None:
    assert inlined(
        '<title>t</title><defs><clipPath id="c"/></defs>\n'
        '<g clip-path="url(#c)" style="fill: #0F4C5C; stroke: #123456"><use href="#c"/></g>'
    ) == (
        '<svg viewBox="0 0 20 10" role="img" aria-label="A &quot;name&quot; &amp; &lt;more&gt;">'
        '<defs><clipPath id="f-c" /></defs>'
        '<g clip-path="url(#f-c)" style="fill: var(--accent,#0f4c5c); stroke: #123456">'
        '<use href="#f-c" /></g></svg>'
    )


def test_text_that_looks_like_markup_or_a_colour_is_left_alone() -> None:
    assert inlined('<text>#0f4c5c id="c" &lt;b&gt;  url(#c)</text>').endswith(
        '<text>#0f4c5c id="c" &lt;b&gt;  url(#c)</text></svg>'
    )


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>",
        "<foreignObject/>",
        '<image href="data:image/png;base64,"/>',
        '<g onclick="alert(1)"/>',
        '<use href="https://example.org/a.svg#b"/>',
        "<g>",
    ],
)
def test_what_is_no_drawing_is_refused(content: str) -> None:
    with pytest.raises(RenderError):
        inlined(content)


def test_each_style_is_written_once_in_a_page() -> None:
    bar, label = "fill: #123456; stroke: none", "font-size: 8px"
    drawing = f'<svg viewBox="0 0 2 1"><path d="M0 0" style="{bar}" /><text style="{label}">1</text></svg>'
    page, css = share_styles(f'<p style="{bar}">{drawing}</p>{drawing}')

    named = '<svg viewBox="0 0 2 1"><path d="M0 0" class=d0 /><text class=d1>1</text></svg>'
    assert page == f'<p style="{bar}">{named}</p>{named}'
    assert css == "svg .d0{fill:#123456;stroke:none}svg .d1{font-size:8px}"


def test_texts_of_one_style_name_it_once_and_places_are_short() -> None:
    style = 'style="font-size: 8px"'
    drawing = '<svg viewBox="0 0 2 1">{}</svg>'
    said = [f'<text {style} x="0" y="{place}.5"> class=d0 {place}</text>' for place in range(3)]
    page, css = share_styles(drawing.format("".join(said)) + drawing.format("".join(said[:2])))

    assert page == drawing.format(
        "<g class=d0><text y=0.5> class=d0 0</text><text y=1.5> class=d0 1</text>"
        "<text y=2.5> class=d0 2</text></g>"
    ) + drawing.format("<text class=d0 y=0.5> class=d0 0</text><text class=d0 y=1.5> class=d0 1</text>")
    assert css == "svg .d0{font-size:8px}"


def test_a_text_that_looks_like_a_style_is_left_alone() -> None:
    drawing = '<svg viewBox="0 0 2 1"><text>a style="fill: red" &lt;b style="x"&gt;</text></svg>'
    assert share_styles(drawing) == (drawing, "")
