"""``_brand.yml``: colours and a logo that is a drawing and nothing else, or an error that says why not."""

import base64
import struct
from pathlib import Path

import pytest

from crmreport.brandfile import Look, load_look
from crmreport.errors import ParamsError
from crmreport.params import load_params
from tests.runs.workshop import write_engagement

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path d="M0 0h2v1z" fill="#f00"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 240, 80) + b"rest"
COMPLETE = """
meta: {name: Acme}
color:
  palette: {rose: "#D02A64", main: rose}
  primary: {light: main, dark: "#ff5a8a"}
  secondary: "#036"
logo: {images: {mark: {path: logo.svg, alt: Acme}}, medium: mark}
typography: {base: Lato}
"""


def look(folder: Path, text: str, **files: str | bytes) -> Look:
    params = write_engagement(folder)
    (folder / "_brand.yml").write_text(text, "utf-8")
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_look(load_params(params))


def test_a_whole_file(tmp_path: Path) -> None:
    found = look(tmp_path, COMPLETE, logo_svg=SVG)

    assert (found.accent, found.contrast) == ("#d02a64", "#003366")
    assert found.logo == "data:image/svg+xml;base64," + base64.b64encode(SVG.encode()).decode()
    assert found.notes == ("Its typography is not used: reports carry typefaces that have Chinese.",)
    assert found.sha256 != look(tmp_path, COMPLETE, logo_svg=SVG.replace("f00", "00f")).sha256


def test_without_a_file_nothing_is_asked(tmp_path: Path) -> None:
    assert load_look(load_params(write_engagement(tmp_path))) == Look()


def test_the_params_may_name_another_file(tmp_path: Path) -> None:
    params = write_engagement(tmp_path)
    params.write_text(params.read_text("utf-8") + "brand_file: looks/acme.yml\n", "utf-8")
    with pytest.raises(ParamsError, match="There is no such brand file"):
        load_look(load_params(params))
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "acme.yml").write_text("color: {foreground: '#123456'}\nlogo: logo.png\n")
    (tmp_path / "looks" / "logo.png").write_bytes(PNG)
    found = load_look(load_params(params))
    assert (found.accent, found.contrast) == ("#123456", "")
    assert found.logo.startswith("data:image/png;base64,")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("color: {primary: rse, palette: {rose: '#d02a64'}}", "did you mean “rose”"),
        ("color: {primary: a, palette: {a: b, b: a}}", "neither a colour"),
        ("color: {primary: 12}", "primary"),
        ("colour: {primary: '#fff'}", "colour"),
        ("color: {primary: '#fff'}\ncolor: {}", "stands twice"),
        ("logo: ../logo.svg", "outside the brand file's folder"),
        ("logo: none.png", "cannot be read"),
        ("- a list", "mapping"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ParamsError, match=said) as caught:
        look(tmp_path, text)
    assert str(tmp_path) in caught.value.where
    assert caught.value.remedy


INSIDE = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    ("logo", "said"),
    [
        (INSIDE.format("<script>alert(1)</script>"), "holds a <script>"),
        (INSIDE.format('<path onload="alert(1)"/>'), "holds a script"),
        (INSIDE.format('<use xlink:href="https://example.org/a.svg#b"/>'), "outside itself"),
        (INSIDE.format("<path style=\"fill: url('https://example.org/a')\"/>"), "outside itself"),
        (INSIDE.format("<style>@import 'a.css'</style>"), "holds a <style>"),
        (INSIDE.format("<text>Acme</text>"), "holds a <text>"),
        (INSIDE.format("<foreignObject/>"), "holds a <foreignObject>"),
        (INSIDE.format('<image href="data:image/png;base64,AAAA"/>'), "holds a <image>"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "declares a document type"),
        ("<svg", "neither PNG nor well-formed SVG"),
        ("<html/>", "is no SVG"),
        (PNG[:16] + struct.pack(">II", 5000, 10) + PNG[24:], "5000 by 10 pixels"),
        (b"GIF89a", "neither PNG nor"),
        (b" " * 600_000, "too large"),
    ],
)
def test_a_logo_that_is_more_than_a_drawing_is_refused(tmp_path: Path, logo: str | bytes, said: str) -> None:
    with pytest.raises(ParamsError, match=said):
        look(tmp_path, "logo: logo.svg", logo_svg=logo)


def test_references_within_a_logo_are_kept(tmp_path: Path) -> None:
    inside = INSIDE.format('<g id="a"/><use href="#a" style="fill: url(#b)"/>')
    assert look(tmp_path, "logo: logo.svg", logo_svg=inside).logo
