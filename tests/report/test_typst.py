from __future__ import annotations

import json
import re
from typing import Any

import nbformat
import pytest
import typst
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmreport.display.blocks import BLOCK_MIME, Bundle, Callout, sentence
from crmreport.report import typst as module
from crmreport.report.model import read_report
from crmreport.report.typst import Code, string_literal, typst_source, typst_value
from tests.report.stub_chart import stub_chart
from tests.sample_report import sample_context, sample_report, sample_words


@pytest.fixture(autouse=True)
def _stub_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "draw", stub_chart)


@pytest.fixture(scope="module")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> typst.Compiler:
    empty = tmp_path_factory.mktemp("typst") / "empty.typ"
    empty.write_text("")
    return typst.Compiler(input=empty, ignore_system_fonts=True)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ('say "\\n" #emph[x] $1', '"say \\"\\\\n\\" #emph[x] $1"'),
        ("客户　关系", '"客户　关系"'),
        ("a\nb\0\u202e", '"a\\u{a}b\\u{0}\\u{202e}"'),
        (True, "true"),
        (None, "none"),
        (3, "3"),
        (0.25, "0.25"),
        ((), "()"),
        (["a"], '("a", )'),
        ((("a", None), 1), '(("a", none, ), 1, )'),
        ({}, "(:)"),
        ({"as-of": "x"}, '("as-of": "x")'),
        (Code("datetime.today()"), "datetime.today()"),
    ],
)
def test_values_as_typst_code(value: Any, code: str) -> None:
    assert typst_value(value) == code


def test_a_value_that_typst_has_no_counterpart_for_is_refused() -> None:
    with pytest.raises(TypeError, match="object cannot be written as Typst"):
        typst_value(object())


@settings(max_examples=600, deadline=None)
@given(st.text())
@example('"]; #panic("out") //')
@example("\\")
@example("-- ... -2 'quoted' \\u{41} ~ @a <b> $x$ `raw` https://example.com/*")
@example("\r\n\u2028\u0085\v\f")
def test_a_text_survives_as_it_is(compiler: typst.Compiler, text: str) -> None:
    assert json.loads(compiler.eval(string_literal(text))) == text


def test_every_text_of_data_is_a_literal() -> None:
    source = typst_source(sample_report(), sample_words("en")).text
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', source)
    assert "#emph" in source
    assert "#emph" not in outside
    assert "script" not in outside


def test_a_listed_callout_is_a_list_of_points() -> None:
    said = sentence("sample.warning_body")
    callout = Callout(
        style="warning", title=sentence("sample.callout_warning"), body=(said, said), listed=True
    )
    cell = nbformat.v4.new_code_cell(source="")
    bundle = Bundle(context=sample_context("segmentation"), blocks=(callout,))
    data = {BLOCK_MIME: bundle.model_dump(mode="json")}
    cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    report = read_report(nbformat.v4.new_notebook(cells=[cell]))
    point = '"Half the households first appear in January: they are first observed, not new."'
    expected = f'#callout("warning", "What limits this", ({point}, {point}, ))'
    assert expected in typst_source(report, sample_words("en")).text


def test_characters_without_a_glyph_are_counted() -> None:
    source = typst_source(sample_report(), sample_words("en"))
    assert source.unshown == {"[U+1F600]": 2, "[U+202C]": 2, "[U+202E]": 2}


def test_the_same_report_gives_the_same_source() -> None:
    assert typst_source(sample_report(), sample_words("zh-Hans")) == typst_source(
        sample_report(), sample_words("zh-Hans")
    )
