import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest

from crmreport.display.charts import CHARTS, draw
from crmreport.display.theme import COLOURS, COLUMN_WIDTH, PHONE_WIDTH, SEQUENTIAL, spaced
from crmreport.errors import RenderError
from tests.display.charts.examples import EXAMPLES, LANGUAGES, table, words

ROOT = Path(__file__).parents[3]
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script> $x^2$ & \\frac{1}{2} \x00 \N{GRINNING FACE}"

every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.chart)


def svg_of(example, language="en", width=COLUMN_WIDTH):
    return draw(
        example.chart, example.data, example.options, words(language), title="A headline", width=width
    )


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_chart_has_an_example():
    assert {example.chart for example in EXAMPLES} == set(CHARTS)


@every_example
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_chart_writes_its_labels_and_values(example, language):
    written = texts(svg_of(example, language))
    assert [text for text in map(spaced, example.says[language]) if text not in written] == []


@pytest.mark.parametrize(
    "example",
    [example for example in EXAMPLES if "highlight" in example.options],
    ids=lambda example: example.chart,
)
def test_the_item_of_the_headline_is_set_off(example):
    svg = svg_of(example)
    assert COLOURS["accent"] in svg
    assert svg.count("font-weight: 700") == 2, "its name and its value"


@pytest.mark.parametrize("chart", ["bars", "paired_bars", "columns"])
@pytest.mark.parametrize(
    ("options", "colours"),
    [({}, ("accent",)), ({"highlight": []}, ("grey",)), ({"highlight": None}, ("grey",))],
)
def test_where_nothing_stands_out_nothing_is_set_off(chart, options, colours):
    data = table({"name": "text", "first": "share", "second": "share"}, ("a", 0.2, 0.3), ("b", 0.1, 0.4))
    svg = draw(chart, data, options, words(), title="t")
    filled = set(re.findall(r"fill: (#\w+)", svg))
    assert filled & {COLOURS["accent"], COLOURS["grey"]} == {COLOURS[one] for one in colours}
    assert "font-weight: 700" not in svg


def test_an_axis_of_items_without_a_common_name_has_none():
    rows = ("Monday", 3), ("Tuesday", 5)
    unnamed = texts(draw("columns", table({"item": "text", "value": "count"}, *rows), {}, words(), title="t"))
    named = texts(draw("columns", table({"days": "text", "value": "count"}, *rows), {}, words(), title="t"))
    assert len(named) == len(unnamed) + 1
    assert set(unnamed) >= {"Monday", "Tuesday", "3", "5"}


@every_example
@pytest.mark.parametrize(("language", "width"), [("en", COLUMN_WIDTH), ("zh-Hant", PHONE_WIDTH)])
def test_a_chart_is_small_has_no_names_and_no_colour_but_the_themes(example, language, width):
    svg = svg_of(example, language, width)
    assert len(svg.encode()) < 25_000
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", svg)) <= {*COLOURS.values(), *SEQUENTIAL}
    assert not re.search(r"rgb\(|\bid=|url\(|href|<style|<script|<metadata|<!--|<rect", svg)
    root = ET.fromstring(svg)
    assert root.attrib["viewBox"].split()[:3] == ["0", "0", f"{width:g}"]
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == "A headline"


@every_example
def test_the_same_call_gives_the_same_bytes_in_threads_and_under_other_settings(example):
    expected = svg_of(example)
    found = []
    with mpl.rc_context(
        {"text.usetex": True, "font.family": "serif", "svg.fonttype": "path", "lines.linewidth": 9}
    ):
        threads = [threading.Thread(target=lambda: found.append(svg_of(example))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [expected] * 3


@pytest.mark.slow
def test_the_same_call_gives_the_same_bytes_in_another_process_directory_zone_and_locale(tmp_path):
    program = (
        "from tests.display.charts.examples import EXAMPLES, words\n"
        "from crmreport.display.charts import draw\n"
        "for e in EXAMPLES: print(draw(e.chart, e.data, e.options, words('zh-Hans'), title='t'))\n"
    )
    outputs = []
    places = ((ROOT, "UTC", "C.UTF-8", "1"), (tmp_path, "Asia/Shanghai", "de_DE.UTF-8", "2"))
    for directory, zone, locale, seed in places:
        env = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=directory, env=env, capture_output=True, check=True
        )
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1] != b""


def test_text_from_data_is_escaped_and_never_typeset():
    data = table({"item": "text", "value": "count"}, (HOSTILE, 3))
    svg = draw("bars", data, {}, words(), title=HOSTILE)
    written = "".join(texts(svg)).replace(" ", "")
    assert "</text><script>alert(1)</script>$x^2$&\\frac{1}{2}[U+0000][U+1F600]" in written
    assert "<script" not in svg
    title = ET.fromstring(svg).findtext(f"{SVG}title")
    assert title == HOSTILE.replace("\x00", "[U+0000]").replace("\N{GRINNING FACE}", "[U+1F600]")


def test_a_name_is_drawn_in_the_readers_language():
    name = {"en": "Lanxi", "zh-Hans": "兰溪", "zh-Hant": "蘭溪"}
    data = table({"item": "name", "value": "count"}, (name, 3))
    for language in LANGUAGES:
        assert name[language] in texts(draw("bars", data, {"highlight": name}, words(language), title="t"))


def test_traditional_chinese_has_its_own_face():
    data = table({"item": "text", "value": "count"}, ("關係", 3))
    svg = draw("bars", data, {}, words("zh-Hant"), title="t")
    assert "font-family=\"'Noto Sans TC', 'Noto Sans SC'\"" in svg


def test_an_unknown_chart_names_those_there_are():
    with pytest.raises(RenderError, match=r"no chart “pie”.* bars, bridge, calibration, columns, control"):
        draw("pie", EXAMPLES[0].data, {}, words(), title="t")


def test_no_rows_no_chart():
    with pytest.raises(RenderError, match="has no data"):
        draw("bars", table({"item": "text", "value": "count"}), {}, words(), title="Sales")


def test_a_lacking_column_or_option_is_named():
    with pytest.raises(RenderError, match=r"item \(text\).* column\(s\) of numbers"):
        draw("bars", table({"item": "text"}, ("a",)), {}, words(), title="t")
    with pytest.raises(RenderError, match="lacks its option “start”"):
        draw("bridge", table({"item": "text", "value": "count"}, ("a", 1)), {}, words(), title="t")
