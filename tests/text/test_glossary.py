"""The glossary says what the converter makes, and the catalogues use its words."""

import re
from pathlib import Path

import pytest

from crmreport.text import load_catalogue
from crmreport.text.traditional import Converter, Exceptions

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
ROWS = [
    tuple(cell.strip() for cell in line.strip("|\n").split("|"))
    for line in GLOSSARY.read_text("utf-8").splitlines()
    if line.startswith("|") and not re.match(r"\|(?:---| English )", line)
]
# The English words, as far as a message may put them otherwise ("market basket" in a title).
SPOKEN = ("revenue", "coupon", "churn", "cohort", "Gini coefficient", "Lorenz curve", "median")


def test_the_table_is_whole() -> None:
    assert len(ROWS) >= 60
    assert [row for row in ROWS if len(row) != 4 or not all(row)] == []
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("variant", "column"), [("tw", 2), ("hk", 3)])
def test_the_traditional_words_are_what_the_converter_makes(variant: str, column: int) -> None:
    converter = Converter(variant, Exceptions.read(variant))
    assert {row[1]: converter.text(row[1]) for row in ROWS} == {row[1]: row[column] for row in ROWS}


@pytest.mark.parametrize("english", SPOKEN)
def test_a_term_that_a_message_speaks_of_is_the_glossarys(english: str) -> None:
    chinese = next(row[1] for row in ROWS if row[0] == english)
    ours, theirs = load_catalogue("en"), load_catalogue("zh-Hans")
    # A definition may paraphrase a word; the short terms of tables and findings may not.
    wrong = {
        message: theirs[message].forms[0]
        for message in ours
        if message.startswith(("finding.", "column."))
        and re.search(rf"\b{english}\b", ours[message].forms[0], re.IGNORECASE)
        and chinese not in theirs[message].forms[0]
        and not re.search(rf"{english} per|per {english}", ours[message].forms[0], re.IGNORECASE)
    }
    assert wrong == {}
