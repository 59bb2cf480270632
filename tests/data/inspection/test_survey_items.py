"""What items are for, told from their names, their values and the items beside them."""

import random

import pytest
import yaml
from typer.testing import CliRunner

from crmreport.cli import app
from crmreport.data.inspection.matching import Field
from crmreport.data.inspection.survey_items import ITEM_WORDS, is_profile, propose, words
from crmreport.params import load_params
from tests.data.inspection.test_folder import write

FIVE = [str(1 + n % 5) for n in range(60)]
TEN = [str(n % 11) for n in range(60)]
SEVEN = [str(1 + n % 7) for n in range(60)]


def proposed(*columns, wide=True):
    found = propose(columns, wide=wide)
    assert found is not None
    return found


def roles(found):
    return {item.name: item.role for item in found.items}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("overall_satisfaction", "overall"),
        ("CSAT", "overall"),
        ("您对本次购物的总体满意度", "overall"),
        ("整體滿意度", "overall"),
        ("满意度", "overall"),
        ("Q7ALL", "overall"),
        ("NPS", "recommend"),
        ("NETPRO", "recommend"),
        ("likelihood to recommend", "recommend"),
        ("净推荐值", "recommend"),
        ("您是否會推薦我們", "recommend"),
        ("CES", "effort"),
        ("customer effort score", "effort"),
        ("费力度", "effort"),
        ("Trust", "trust"),
        ("信任度", "trust"),
        ("复购意愿", "repurchase"),
        ("回購意願", "repurchase"),
        ("buy again", "repurchase"),
    ],
)
def test_an_item_that_says_what_it_is(name, role):
    assert roles(proposed((name, TEN))) == {name: role}


def test_a_battery_on_one_scale_is_of_perceptions_and_what_sums_it_up_is_not():
    found = proposed(*((f"qual_{n}", SEVEN) for n in range(1, 5)), ("qual_global", SEVEN), ("lone", SEVEN))
    assert {item.name: item.attribute for item in found.items} == {
        f"qual_{n}": f"qual-{n}" for n in range(1, 5)
    }
    assert set(roles(found).values()) == {"perception"}
    assert found.unsaid == ("qual_global", "lone")
    assert not any(item.sure for item in found.items)
    assert found.scale.ends == (1, 7)


def test_a_six_among_items_that_end_at_five_and_a_zero_are_no_answers():
    with_codes = [*FIVE, "0", "6", "6"]
    found = proposed(("Q7ART", with_codes), ("Q7SIGN", with_codes), ("Q7WIFI", with_codes), ("Q8SAFE", FIVE))
    assert (found.scale.ends, found.codes) == ((1, 5), {"blank": (0,), "not_applicable": (6,)})
    assert [item.attribute for item in found.items] == ["art", "sign", "wifi"]
    assert found.unsaid == ("Q8SAFE",)


def test_what_is_expected_of_a_thing_and_found_of_it_share_their_attribute():
    things = ("店员", "价格", "环境")
    found = proposed(*((f"{thing}{role}", FIVE) for role in ("期望", "感知", "重要性") for thing in things))
    by_role = {
        role: [item.attribute for item in found.items if item.role == role]
        for role in ("expectation", "perception", "importance")
    }
    assert by_role["expectation"] == by_role["perception"] == by_role["importance"]
    assert [found.subjects[one] for one in by_role["perception"]] == list(things)
    numbered = proposed(*((f"{letter}{n}", SEVEN) for letter in "EP" for n in range(1, 5)))
    assert {item.name: (item.role, item.attribute) for item in numbered.items if item.name.endswith("2")} == {
        "E2": ("expectation", "item-2"),
        "P2": ("perception", "item-2"),
    }


def test_two_batteries_on_one_thing_ask_about_two():
    found = proposed(*((f"Q{q}{thing}", FIVE) for q in (7, 9) for thing in ("ART", "FOOD", "SIGN")))
    assert [item.attribute for item in found.items] == ["art", "food", "sign", "art-q9", "food-q9", "sign-q9"]


def test_only_one_item_is_the_overall_one_and_the_surer_is():
    found = proposed(("Q7ALL", FIVE), ("overall satisfaction", FIVE), ("NPS", TEN))
    assert roles(found) == {"overall satisfaction": "overall", "NPS": "recommend"}
    assert [item.name for item in found.others] == ["Q7ALL"]
    assert [item.sure for item in found.items] == [True, True]


def test_counts_and_classes_are_no_scales():
    yes_no = [str(1 + n % 2) for n in range(60)]
    assert (
        propose([("trust", yes_no), ("recommend", ["1"] * 60), ("satisfaction", FIVE[:10])], wide=True)
        is None
    )


def test_profiles_are_classes_and_never_a_persons_own_value():
    ages = [str(18 + n) for n in range(60)]
    assert is_profile(Field.of("Q19AGE", FIVE))
    assert is_profile(Field.of("性別", ["男", "女"] * 30))
    assert not is_profile(Field.of("age", ages))
    assert not is_profile(Field.of("Q7STORE", FIVE))


def test_every_role_has_words_and_no_two_share_a_spelling():
    file = yaml.safe_load(ITEM_WORDS.read_text("utf-8"))
    spellings = [str(one) for forms in file["words"].values() for one in forms]
    assert len(spellings) == len(set(spellings))
    assert not set(map(str, file["noise"])) & set(spellings)
    assert all(words().read(form)[-1] == word for word, forms in file["words"].items() for form in forms)


def init(folder):
    runner = CliRunner()
    return runner.invoke(app, ["init", str(folder)], catch_exceptions=False, standalone_mode=False).stdout


def wide_file(folder, rng):
    header = ["RESPNUM", "Q7ART", "Q7SIGN", "Q7 A,B: C", "Q7ALL", "NETPRO", "Q20GENDER"]
    rows = [
        [
            str(n),
            *(str(rng.randint(0, 6)) for _ in range(3)),
            rng.choice([*"12345", "Blank"]),
            str(rng.randint(0, 11)),
            str(rng.randint(0, 2)),
        ]
        for n in range(1, 201)
    ]
    write(folder / "survey.csv", header, rows)


def test_the_written_questionnaire_is_read_as_it_stands_and_every_guess_is_marked(tmp_path):
    wide_file(tmp_path, random.Random(1))
    said = init(tmp_path)
    asked = load_params(tmp_path / "params.yml").params.questionnaire
    assert asked.scale == (1, 5)
    assert (asked.one("overall"), asked.one("recommend"), asked.of("profile")) == (
        "Q7ALL",
        "NETPRO",
        ["Q20GENDER"],
    )
    assert list(asked.by_attribute("perception").values()) == ["Q7ART", "Q7SIGN", "Q7 A,B: C"]
    assert asked.scale_of("NETPRO") == (0, 10)
    assert list(asked.codes_of("NETPRO").kinds()) == [("not_applicable", 11)]
    assert set(asked.codes_of("Q7ART").kinds()) == {("blank", 0), ("blank", "Blank"), ("not_applicable", 6)}
    # A 2 is no blank, and a gender of 6 would be none either: profiles have codes of their own.
    assert list(asked.codes_of("Q20GENDER").kinds()) == [("blank", 0)]
    text = (tmp_path / "params.yml").read_text("utf-8")
    (_, block) = text.split("\nquestionnaire:\n")
    told = [line for line in block.splitlines() if "role:" in line and not line.strip().startswith("#")]
    assert len(told) == 6
    assert [line for line in told if "# a guess" not in line] == [
        line for line in told if "# by its name" in line
    ]
    assert "questionnaire: 6 items (a guess)" in said


def test_a_long_file_has_its_items_in_a_column(tmp_path):
    rng = random.Random(2)
    asked = ("总体满意度", "店员服务满意度", "价格满意度", "环境满意度")
    rows = [
        [f"r{n}", "2024-03-05", item, rng.choice([*"12345", "不适用", "99"])]
        for n in range(100)
        for item in asked
    ]
    write(tmp_path / "问卷.csv", ["答卷编号", "提交时间", "题目", "答案"], rows)
    init(tmp_path)
    found = load_params(tmp_path / "params.yml").params.questionnaire
    assert found.one("overall") == "总体满意度"
    assert len(found.of("perception")) == 3
    assert [found.name_of(one).in_language("en") for one in found.by_attribute("perception")] == [
        "店员服务",
        "价格",
        "环境",
    ]
    assert set(found.no_answer.kinds()) == {("blank", 99), ("not_applicable", "不适用")}
