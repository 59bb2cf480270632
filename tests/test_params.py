"""The params file: what it may say, and what each mistake is answered with."""

import json
from pathlib import Path

import pytest

from crmreport.errors import ParamsError, UsageError
from crmreport.params import GROUP, Engagement, LocalText, load_params, params_schema, parse_params
from crmreport.resources import share

ACME = """\
client: {id: acme, name: Acme}
timezone: Asia/Shanghai
currency: CNY
tax: included
sources:
  sale_lines:
    path: sales.csv
    columns: {customer: cust}
brands:
  - id: one
    name: {en: One, zh-Hans: 一, zh-Hant: 一}
    where: {brand: One}
"""
SEE_README = "The README's “Your own data” section shows a params file."
TOP_KEYS = (
    "client, timezone, currency, tax, fiscal_year_start, languages, traditional, mark, brand_file, "
    "simulated, window_months, minimum_group, sources, include, brands, cleaning, commerce, chapters, "
    "advice, environment, "
    "calendar, privacy, matching, questionnaire, comments, names, caveats"
)


def refusal(text: str) -> str:
    """What the file ``acme.yml`` holding ``text`` is answered with."""
    with pytest.raises(ParamsError) as refused:
        parse_params(text, where="acme.yml")
    assert refused.value.remedy
    assert refused.value.exit_code == 2
    return str(refused.value)


def test_the_smallest_file_and_its_defaults() -> None:
    params = parse_params(ACME, where="acme.yml")
    assert params.languages == ("en", "zh-Hans", "zh-Hant")
    assert (params.window_months, params.minimum_group, params.fiscal_year_start) == (12, 30, 1)
    assert params.brands[0].where == ({"brand": ("One",)},)
    assert params.brands[0].name.in_language("zh-Hant") == "一"
    assert params.client.name.in_language("zh-Hant") == "Acme"


def test_a_filter_may_give_alternatives() -> None:
    text = ACME.replace("where: {brand: One}", "where: [{brand: [One, Uno]}, {line: 3}]")
    assert parse_params(text, where="").brands[0].where == ({"brand": ("One", "Uno")}, {"line": (3,)})


@pytest.mark.parametrize("name", ["demo.yml"])
def test_the_params_we_ship_are_read(name: str) -> None:
    assert load_params(share() / "params" / name).params.brands


def test_a_text_names_the_languages_it_lacks() -> None:
    text = LocalText({"en": "One"})
    assert text.missing(("en", "zh-Hans")) == ["zh-Hans"]
    assert LocalText("One").missing(("en", "zh-Hans")) == []


def test_a_name_of_the_data_needs_every_language() -> None:
    problem = refusal(f"{ACME}names: {{HAIR CARE: {{en: Hair care, zh-Hans: 洗护发}}}}")
    assert "“names.HAIR CARE” has no text in zh-Hant" in problem


# ------------------------------------------------------------ the file


def test_a_file_is_read_from_its_place(tmp_path: Path) -> None:
    file = tmp_path / "acme.yml"
    file.write_text(ACME, "utf-8")
    assert load_params(file) == Engagement(file.resolve(), parse_params(ACME, where=""))


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "acme.yml"
    file.write_text(ACME, "utf-8-sig")
    assert load_params(file).params.client.id == "acme"


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "This is not a text file in UTF-8. Save the params as UTF-8 YAML."),
        (ACME.encode("utf-16"), "This is not a text file in UTF-8. Save the params as UTF-8 YAML."),
        (
            ACME.replace("Acme", "雅美").encode("gb18030"),
            "This is not a text file in UTF-8. Save the params as UTF-8 YAML.",
        ),
        (
            b"a: b\n" * 2_000_000,
            "This is too large for a params file (10 MB). "
            "Name the YAML file that describes the data, not the data.",
        ),
    ],
    ids=["binary", "utf-16", "gb18030", "10 MB"],
)
def test_a_file_that_is_no_params_file(tmp_path: Path, content: bytes, answer: str) -> None:
    file = tmp_path / "acme.yml"
    file.write_bytes(content)
    with pytest.raises(ParamsError) as refused:
        load_params(file)
    assert str(refused.value) == f"{file}: {answer}"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for missing in (tmp_path / "acme.yml", tmp_path / "no" / "acme.yml"):
        with pytest.raises(ParamsError) as refused:
            load_params(missing)
        assert str(refused.value) == f"{missing}: There is no such file. Check the path."


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ParamsError) as refused:
        load_params(tmp_path)
    assert str(refused.value) == f"{tmp_path}: This is a folder. Name the YAML file in it."


# ------------------------------------------------------------ YAML


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            ACME + "mark: [draft\n",
            "acme.yml, line 14: This is not valid YAML: expected ',' or ']', but got '<stream end>'. "
            "Correct that line.",
        ),
        (
            "client:\n\tid: acme\n",
            "acme.yml, line 2: This is not valid YAML: found character '\\t' that cannot start any token. "
            "Correct that line.",
        ),
        (
            ACME + "tax: excluded\n",
            "acme.yml, line 13: This is not valid YAML: the key “tax” stands twice. Correct that line.",
        ),
        (
            ACME.replace("brand: One", "brand: One, brand: Two"),
            "acme.yml, line 12: This is not valid YAML: the key “brand” stands twice. Correct that line.",
        ),
        (
            ACME + "<<: {mark: [draft]}\n",
            "acme.yml, line 13: This is not valid YAML: merged mappings (<<) are not read; "
            "write the keys out. Correct that line.",
        ),
        (
            ACME + "? [mark]\n: draft\n",
            "acme.yml, line 13: This is not valid YAML: a key must be a plain text. Correct that line.",
        ),
        (
            ACME + "mark: !!python/object/apply:os.getcwd []\n",
            "acme.yml, line 13: This is not valid YAML: a tag (!) is not read; write plain values. "
            "Correct that line.",
        ),
        (
            ACME + "---\nmark: [draft]\n",
            "acme.yml, line 13: This is not valid YAML: a second document begins here (---). "
            "Correct that line.",
        ),
        (
            ACME + "mark: \x00\n",
            f"acme.yml: This is not valid YAML: the character number {len(ACME) + 7} "
            "is not allowed in a text. Correct the file.",
        ),
        (
            "client: " + "[" * 600,
            "acme.yml: This is not valid YAML: its brackets are nested too deeply. Correct the file.",
        ),
        (
            ACME + "mark: 2017-13-45\n",
            "acme.yml: This is not valid YAML: month must be in 1..12. Correct the file.",
        ),
    ],
)
def test_what_is_not_yaml(text: str, answer: str) -> None:
    assert refusal(text) == answer


@pytest.mark.parametrize("text", ["", "- client\n", "client", "3"])
def test_what_is_not_a_mapping(text: str) -> None:
    assert refusal(text) == (
        f"acme.yml: A params file is a mapping of keys such as client and sources. {SEE_README}"
    )


def _laughs(*, mapping: bool) -> str:
    """Nine levels of nine aliases each: 387 million values when written out."""
    lines = ["a: &a {x: lol}" if mapping else "a: &a [lol]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        inside = [f"k{n}: *{before}" if mapping else f"*{before}" for n in range(9)]
        lines.append(f"{name}: &{name} " + ("{%s}" if mapping else "[%s]") % ", ".join(inside))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("mapping", [False, True])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tax: included", "tax: *i"),
        ("columns: {customer: cust}", "columns: *i"),
        ("where: {brand: One}", "where: *i"),
        ("where: {brand: One}", "where: {brand: *i}"),
        ("name: {en: One, zh-Hans: 一, zh-Hant: 一}", "name: *i"),
        ("tax: included", "tax: included\nchapters: {own: {x: *i}}"),
        ("tax: included", "tax: included\ncaveats: *i"),
    ],
)
def test_a_billion_laughs_are_answered(mapping: bool, old: str, new: str) -> None:
    assert len(refusal(_laughs(mapping=mapping) + ACME.replace(old, new))) < 2000


# ------------------------------------------------------------ keys and values


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "currency:",
            "curency:",
            "“currency” is missing. “curency” is not a key (did you mean “currency”?).",
        ),
        ("tax: included", "tax: included\nzzz: 1", f"“zzz” is not a key. Keys there are: {TOP_KEYS}."),
        (
            "id: acme, name",
            "id: acme, nmae",
            "“client.name” is missing. “client.nmae” is not a key (did you mean “name”?).",
        ),
        (
            "    path:",
            "    pth:",
            "“sources.sale_lines.path” is missing. "
            "“sources.sale_lines.pth” is not a key (did you mean “path”?).",
        ),
        ("sale_lines:", "sales_line:", "“sources.sales_line” is not a key (did you mean “sale_lines”?)."),
        (
            "    where:",
            "    wher:",
            "“brands.0.where” is missing. “brands.0.wher” is not a key (did you mean “where”?).",
        ),
        (
            "zh-Hans: 一",
            "zh-CN: 一",
            "“brands.0.name.zh-CN” is not a key. Keys there are: en, zh-Hans, zh-Hant, *.",
        ),
        (
            "tax: included",
            "tax: included\nchapters: {segmentation: {clases: 5}}",
            "“chapters.segmentation.clases” is not a key (did you mean “classes”?).",
        ),
        (
            "tax: included",
            "tax: included\nchapters: {segmentations: {classes: 5}}",
            "“chapters.segmentations” is not a key (did you mean “segmentation”?).",
        ),
        (
            "{customer: cust}",
            "{Customer: cust}",
            "The key “sources.sale_lines.columns.Customer” must be of lower-case letters, digits and "
            "underscores, such as sold_on.",
        ),
        (
            "tax: included",
            "tax: included\ncomments: {a/b: Good.}",
            "The key “comments.a/b” must be of lower-case letters, digits and hyphens, such as hair-care.",
        ),
        ("tax: included", "tax: included\n1: 2", "The key “1” must be a text; put it in quotes."),
    ],
)
def test_a_wrong_key(old: str, new: str, problem: str) -> None:
    assert refusal(ACME.replace(old, new, 1)) == f"acme.yml: {problem} {SEE_README}"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("minimum_group: many", "“minimum_group” must be a whole number, not “many”."),
        ("minimum_group: 2.5", "“minimum_group” must be a whole number, not 2.5."),
        ("minimum_group: 0", "“minimum_group” must be at least 1, not 0."),
        ("fiscal_year_start: 13", "“fiscal_year_start” must be at most 12, not 13."),
        ("simulated: perhaps", "“simulated” must be true or false, not “perhaps”."),
        ("mark: draft", "“mark” must be a list, not “draft”."),
        ("mark: [secret]", "“mark.0” must be draft or confidential, not “secret”."),
        ("languages: [de]", "“languages.0” must be en, zh-Hans or zh-Hant, not “de”."),
        ("languages: []", "“languages” must be a list of at least 1, not a list of 0."),
        ("languages: [en, en]", "“languages” names one language twice."),
        ("include: brand", "“include” must be a list, not “brand”."),
        ("include: {brand: []}", "“include.0.brand” must be a list of at least 1, not a list of 0."),
        (
            "include: {brand: {a: b}}",
            "“include.0.brand.0” must be a text, a number, or true or false, not a mapping of keys.",
        ),
        (
            "comments: {summary: }",
            "“comments.summary” must be a text, or a mapping with a text for each language, not nothing.",
        ),
        (
            "comments: {summary: {en: Good.}}",
            "“comments.summary” has no text in zh-Hans, zh-Hant; add it, or drop it from “languages”.",
        ),
        (
            "caveats: [{zh-Hans: 好}]",
            "“caveats.0” has no text in en, zh-Hant; add it, or drop it from “languages”.",
        ),
        (
            "chapters: {segmentation: {abc: [0.9, 0.8]}}",
            "“chapters.segmentation”: the two cuts of “abc” must rise between 0 and 1, such as [0.8, 0.95].",
        ),
        ("chapters: {segmentation: {abc: [0.9]}}", "“chapters.segmentation.abc.1” is missing."),
        (
            "chapters: {segmentation: {baseline: 2017-12-30}}",
            "“chapters.segmentation”: “baseline” must be the last day of a month, not 2017-12-30.",
        ),
        (
            "chapters: {segmentation: {preset: cn8, cuts: {orders: [1, 3]}}}",
            "“chapters.segmentation”: “cn8” knows high and low: each of “cuts” holds one value.",
        ),
        (
            "chapters: {segmentation: {cuts: {orders: [3, 3]}}}",
            "“chapters.segmentation.cuts”: the cuts of “orders” must rise.",
        ),
        (
            "chapters: {segmentation: {preset: cn8, names: {champions: Stars}}}",
            "“chapters.segmentation”: “names” speaks of a segment “champions”; cn8 has important_value, "
            "important_keep, important_develop, important_winback, general_value, general_keep, "
            "general_develop, general_winback.",
        ),
        (
            "chapters: {segmentation: {names: {lost: {en: Gone}}}}",
            "“chapters.segmentation.names.lost” has no text in zh-Hans, zh-Hant; add it, or drop it from "
            "“languages”.",
        ),
        (
            "chapters: {segmentation: {abc: [0.1, 0.2, 0.3]}}",
            "“chapters.segmentation.abc” must be a list of at most 2, not a list of 3.",
        ),
        (
            "chapters: {segmentation: {top_share: 1}}",
            "“chapters.segmentation.top_share” must be less than 1.0, not 1.",
        ),
        (
            "chapters: {segmentation: {top_share: .nan}}",
            "“chapters.segmentation.top_share” must be less than 1.0, not nan.",
        ),
    ],
)
def test_a_wrong_value(line: str, problem: str) -> None:
    assert refusal(f"{ACME}{line}\n") == f"acme.yml: {problem} {SEE_README}"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "Asia/Shanghai",
            "Asia/Shangai",
            "“timezone”: “Asia/Shangai” is not a time zone (did you mean “Asia/Shanghai”?).",
        ),
        (
            "Asia/Shanghai",
            "../../etc/passwd",
            "“timezone”: “../../etc/passwd” is not a time zone, such as Asia/Shanghai.",
        ),
        ("CNY", "RMB", "“currency”: “RMB” is not an ISO 4217 currency code such as USD or CNY."),
        ("included", "net", "“tax” must be included, excluded or unknown, not “net”."),
        (
            "zh-Hans: 一, zh-Hant: 一",
            "zh-Hant: 一",
            "“brands.one.name” has no text in zh-Hans; add it, or drop it from “languages”.",
        ),
        (
            "id: one",
            "id: ../one",
            "“brands.0.id” must be lower-case letters, digits and hyphens, such as hair-care, not “../one”.",
        ),
        (
            "id: acme",
            "id: Acme Ltd",
            "“client.id” must be lower-case letters, digits and hyphens, such as hair-care, not “Acme Ltd”.",
        ),
        ("brands:", "brands: []\nother:", None),
        (
            "    where: {brand: One}",
            "    where: {brand: One}\n  - {id: one, name: Uno, where: {brand: Uno}}",
            "Two entries of “brands” have the id “one”.",
        ),
        (
            "customer: cust",
            "customer: ",
            "“sources.sale_lines.columns.customer” must be a text, not nothing.",
        ),
        (
            "path: sales.csv",
            "path: ''",
            "“sources.sale_lines.path” must be a text that is not empty, not “”.",
        ),
    ],
)
def test_a_wrong_value_in_the_smallest_file(old: str, new: str, problem: str | None) -> None:
    answer = refusal(ACME.replace(old, new, 1))
    if problem is None:
        assert answer.startswith("acme.yml: “brands” must be a list of at least 1, not a list of 0.")
    else:
        assert answer == f"acme.yml: {problem} {SEE_README}"


def test_a_file_with_many_mistakes_names_five() -> None:
    answer = refusal("client: {id: acme}\n")
    assert answer == (
        "acme.yml: “client.name” is missing. “timezone” is missing. “currency” is missing. "
        f"“tax” is missing. “sources” is missing. And 1 more. {SEE_README}"
    )


def test_a_long_value_is_not_repeated_whole() -> None:
    assert refusal(ACME.replace("included", "x" * 200)) == (
        f"acme.yml: “tax” must be included, excluded or unknown, not “{'x' * 60}…”. {SEE_README}"
    )


# ------------------------------------------------------------ brands and schema


def test_an_unknown_brand_lists_those_there_are() -> None:
    engagement = Engagement(Path("acme.yml"), parse_params(ACME, where=""))
    assert engagement.brand("one").id == "one"
    assert engagement.scope_name(GROUP) == LocalText("Acme")
    with pytest.raises(UsageError) as refused:
        engagement.brand("oen")
    assert str(refused.value) == (
        "acme.yml: There is no brand “oen” (did you mean “one”?). Brands are: _group, one."
    )


def test_the_schema_is_current() -> None:
    schema = (share() / "params" / "schema.json").read_text("utf-8")
    assert schema == params_schema(), "write params_schema() to params/schema.json"
    assert json.loads(schema)["additionalProperties"] is False
